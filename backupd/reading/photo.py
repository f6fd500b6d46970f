"""What a photo says: when, with what camera, how many pixels. ExifRead first, exiv2 for what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from backupd.reading.boxes import canon_blocks, still_size
from backupd.reading.byte_source import ByteSource
from backupd.reading.gate import Gate
from backupd.reading.photo_tags import PhotoTags
from backupd.reading.picture_size import Frame, Size, jpeg_frame, png_size, tiff_size
from backupd.reading.records import MediaReading
from backupd.reading.second_reader import read_with_exiv2
from backupd.reading.x3f import x3f_camera, x3f_jpeg, x3f_size

Found = tuple[PhotoTags, Size | None]

_NO_TAGS = PhotoTags()
# ExifRead would search these in vain.
_NOT_FOR_EXIFREAD = frozenset(["crw", "mrw", "gif", "bmp", "psd", "jp2", "jxr", "exr"])
_MOST_PIXELS_A_SIDE = 1_000_000
_EMBEDDED_BYTES = 512 * 1024
_RAF_PICTURE = 84

_SIZED = frozenset(["jpeg", "png", "heif", "tiff"])
_SIZES: dict[str, Callable[[ByteSource], Size | None]] = {
    "png": png_size,
    "heif": still_size,
    "tiff": tiff_size,
    "rw2": tiff_size,
    "orf": tiff_size,
}


def read_photo(source: ByteSource, form: str, gate: Gate, today: date | None = None) -> MediaReading:
    """Read a photo of a form of `kinds.PHOTO_FORMS`. Never raises on any bytes; problems say what was not believed."""
    tags, size = _BY_FORM.get(form, _read_plain)(source, form, gate)
    make, model = tags.camera()
    moment, doubt = tags.taken(today)
    width, height = size if size and 0 < max(size) <= _MOST_PIXELS_A_SIDE else (0, 0)
    return MediaReading(
        kind="photo",
        captured_at=moment.at if moment else None,
        offset_minutes=moment.offset_minutes if moment else None,
        make=make,
        model=model,
        width=width or None,
        height=height or None,
        problems=tuple(filter(None, (doubt, _damage(gate, tags) or _no_picture(form, width)))),
    )


def _read_plain(source: ByteSource, form: str, gate: Gate) -> Found:
    measure = _SIZES.get(form)
    size = gate.run("size", measure, source) if measure else None
    tags = _NO_TAGS
    if form not in _NOT_FOR_EXIFREAD:
        tags = gate.run("exifread", read_with_exifread, source) or _NO_TAGS
    if tags.says_something and (size or measure):
        return tags, size
    second, second_size = _read_second(source, gate)
    return tags if tags.says_something else second, size or second_size


def _read_second(source: ByteSource, gate: Gate) -> Found:
    return gate.run("exiv2", read_with_exiv2, source) or (_NO_TAGS, None)


def _read_jpeg(source: ByteSource, form: str, gate: Gate) -> Found:
    frame = gate.run("size", jpeg_frame, source) or Frame(None, True)
    if not frame.has_exif:
        return _NO_TAGS, frame.size
    tags = gate.run("exifread", read_with_exifread, source) or _NO_TAGS
    return tags if tags.says_something else _read_second(source, gate)[0], frame.size


def _read_raf(source: ByteSource, form: str, gate: Gate) -> Found:
    """Read the camera's JPEG in a Fujifilm RAF, which holds all of its EXIF. The header says where it lies."""
    place = source.at(_RAF_PICTURE, 8)
    start, length = int.from_bytes(place[:4], "big"), int.from_bytes(place[4:], "big")
    if not start or not length:
        return _read_plain(source, form, gate)
    tags, size = _read_jpeg(source.part(start, min(length, _EMBEDDED_BYTES)), "jpeg", gate)
    return tags if tags.says_something else _read_second(source, gate)[0], size


def _read_x3f(source: ByteSource, form: str, gate: Gate) -> Found:
    size = gate.run("size", x3f_size, source)
    jpeg = gate.run("size", x3f_jpeg, source)
    if jpeg is not None:
        return _read_jpeg(jpeg, "jpeg", gate)[0], size
    make, model = gate.run("size", x3f_camera, source) or (None, None)
    return PhotoTags(make, model), size


def _read_canon(source: ByteSource, form: str, gate: Gate) -> Found:
    """Read Canon's CR3: two TIFF blocks in boxes, one about the camera, one about the picture."""
    blocks = gate.run("size", canon_blocks, source) or {}
    first, exif = blocks.get(b"CMT1"), blocks.get(b"CMT2")
    camera = (gate.run("exifread", read_with_exifread, first) if first else None) or _NO_TAGS
    taken = (gate.run("exifread", read_with_exifread, exif) if exif else None) or _NO_TAGS
    tags = replace(taken, make=camera.make, model=camera.model)
    if not tags.says_something:
        return _read_second(source, gate)
    return tags, gate.run("size", tiff_size, first) if first else None


_BY_FORM = {"jpeg": _read_jpeg, "raf": _read_raf, "x3f": _read_x3f, "cr3": _read_canon}


def read_with_exifread(source: ByteSource) -> PhotoTags:
    """Return what ExifRead finds. Raises whatever it raises, which on damaged files may be anything.

    Its maker notes are left alone: they loop on damaged files and cost up to 113 ms on sound ones.
    """
    from backupd.reading.exif import wanted_tags

    tags = wanted_tags(source.open())

    def value(*names: str) -> object:
        for name in names:
            tag = tags.get(name)
            if tag is not None and tag.values and (not isinstance(tag.values, str) or tag.values.strip()):
                return tag.values
        return None

    return PhotoTags(
        make=value("Image Make"),
        model=value("Image Model"),
        original=value("EXIF DateTimeOriginal", "Image DateTimeOriginal"),
        original_offset=value("EXIF OffsetTimeOriginal", "Image OffsetTimeOriginal"),
        digitized=value("EXIF DateTimeDigitized", "Image DateTimeDigitized"),
        digitized_offset=value("EXIF OffsetTimeDigitized", "Image OffsetTimeDigitized"),
    )


def _no_picture(form: str, width: int) -> str | None:
    """Say so where even the size of the picture, which stands in every sound one, could not be found."""
    return "no picture was found in it: damaged, or cut short" if form in _SIZED and not width else None


def _damage(gate: Gate, tags: PhotoTags) -> str | None:
    return "its EXIF is damaged" if gate.failed and not tags.says_something else None
