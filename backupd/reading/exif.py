"""ExifRead, asked for the few tags that are wanted and no others.

`exifread.process_file` decodes and prints every tag, which on a camera's file is nine tenths of its time, and trips over
tags that nobody asked for. Here the same parts of it run, without the rest. Light to import: it comes with the parser.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from exifread.core.exceptions import ExifNotFound, InvalidExif
from exifread.core.exif_header import ExifHeader
from exifread.core.find_exif import determine_type, get_endian_str

_EXIF_POINTER = "Image ExifOffset"
# Make, Model, the pointer to the EXIF directory, the two times of taking and their offsets from UTC.
_WANTED = frozenset({0x010F, 0x0110, 0x8769, 0x9003, 0x9004, 0x9011, 0x9012})


class _Header(ExifHeader):
    def s2n(self, offset: int, length: int, signed: bool = False) -> int:
        """Return a number of any length at a place, 0 past the end; asked for each tag, so without the format texts."""
        self.file_handle.seek(self.offset + offset)
        raw = self.file_handle.read(length)
        if len(raw) != length:
            return 0
        return int.from_bytes(raw, "little" if self.endian == "I" else "big", signed=signed)

    def _process_tag(self, ifd: int, ifd_name: str, tag_entry: Any, entry: int, tag: int, *rest: Any) -> None:
        if tag in _WANTED:
            super()._process_tag(ifd, ifd_name, tag_entry, entry, tag, *rest)


def wanted_tags(file: BinaryIO) -> dict[str, Any]:
    """Return ExifRead's tags by its own names ("EXIF DateTimeOriginal"); empty where there is no EXIF.

    Raises whatever ExifRead raises, which on damaged files may be anything.
    """
    file.seek(0)
    try:
        offset, endian, fake = determine_type(file)
    except (ExifNotFound, InvalidExif):
        return {}
    header = _Header(file, get_endian_str(endian)[0], offset, fake, strict=False, detailed=False)
    first = header.s2n(4, 4)
    if first:
        header.dump_ifd(first, "Image")
    pointer = header.tags.get(_EXIF_POINTER)
    if pointer:
        header.dump_ifd(pointer.values[0], "EXIF")
    return dict(header.tags)
