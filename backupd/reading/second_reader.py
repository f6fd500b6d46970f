"""The second reader, exiv2: for what ExifRead does not know or stumbles over.

It is C++ and costs two to five times as much, so it is asked second. It opens the descriptor's file again, reading only
what it needs; small files it gets as bytes.
"""

from __future__ import annotations

import os
from typing import Any

from backupd.reading.byte_source import ByteSource
from backupd.reading.photo_tags import PhotoTags

_MAKES = ("Exif.Image.Make", "Exif.PanasonicRaw.Make")
_MODELS = ("Exif.Image.Model", "Exif.PanasonicRaw.Model")
_ORIGINAL = ("Exif.Photo.DateTimeOriginal", "Exif.Image.DateTimeOriginal")
_DIGITIZED = ("Exif.Photo.DateTimeDigitized",)


def read_with_exiv2(source: ByteSource) -> tuple[PhotoTags, tuple[int, int] | None]:
    """Return the tags and the size in pixels, empty for what it does not know. Raises exiv2.Exiv2Error on what is broken."""
    import exiv2

    exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
    before = _bytes_read()
    try:
        image = exiv2.ImageFactory.open(source.head if source.in_memory else source.path)
    except exiv2.Exiv2Error as err:
        if err.code in (exiv2.ErrorCode.kerFileContainsUnknownImageType, exiv2.ErrorCode.kerMemoryContainsUnknownImageType):
            return PhotoTags(), None
        raise
    image.readMetadata()
    found = _tags(exiv2, image.exifData())
    size = (image.pixelWidth(), image.pixelHeight())
    source.reread += _bytes_read() - before
    return found, size if all(size) else None


def _tags(exiv2: Any, exif: Any) -> PhotoTags:
    def text(*keys: str) -> str | None:
        for key in keys:
            place = exif.findKey(exiv2.ExifKey(key))
            if place != exif.end() and (value := place.toString()).strip(" \0"):
                return str(value)
        return None

    return PhotoTags(
        make=text(*_MAKES),
        model=text(*_MODELS),
        original=text(*_ORIGINAL),
        original_offset=text("Exif.Photo.OffsetTimeOriginal"),
        digitized=text(*_DIGITIZED),
        digitized_offset=text("Exif.Photo.OffsetTimeDigitized"),
    )


def _bytes_read() -> int:
    """Return what this process has read so far; 0 where the kernel does not tell."""
    try:
        fd = os.open("/proc/self/io", os.O_RDONLY)
    except OSError:
        return 0
    try:
        first = os.read(fd, 64).split(b"\n", 1)[0]
    finally:
        os.close(fd)
    return int(first.split(b":")[1])
