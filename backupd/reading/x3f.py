"""Sigma's X3F, which no library reads: its directory at the end, its texts, and the camera's JPEG where it has one.

Source: "X3F file format" by Foveon, as ExifTool's SigmaRaw module reads it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from backupd.reading.byte_source import ByteSource

_MOST_SECTIONS = 64
_MOST_PROPERTIES = 1000
_PICTURE_HEADER = 28
_JPEG = 18
_EMBEDDED_BYTES = 512 * 1024
_LONGEST_TEXT = 200


def x3f_size(source: ByteSource) -> tuple[int, int] | None:
    """Return width and height from the header; they moved in version 4."""
    head = source.at(0, 48)
    if len(head) < 48:
        return None
    width, height = struct.unpack_from("<II", head, 40 if head[6] >= 4 else 28)
    return width, height


def x3f_jpeg(source: ByteSource) -> ByteSource | None:
    """Return the beginning of the camera's JPEG that holds EXIF; None in the oldest models."""
    for kind, start, length in _sections(source):
        if kind not in (b"IMA2", b"IMAG"):
            continue
        header = source.at(start, _PICTURE_HEADER + 4)
        if header[12:16] == _JPEG.to_bytes(4, "little") and header[28:30] == b"\xff\xd8":
            part = source.part(start + _PICTURE_HEADER, min(length - _PICTURE_HEADER, _EMBEDDED_BYTES))
            if b"Exif\0" in part.head[:64]:
                return part
    return None


def x3f_camera(source: ByteSource) -> tuple[str | None, str | None]:
    """Return make and model from the list of properties."""
    for kind, start, length in _sections(source):
        if kind == b"PROP":
            found = dict(_properties(source.at(start, length)))
            return found.get("CAMMANUF"), found.get("CAMMODEL")
    return None, None


def _sections(source: ByteSource) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, place and length of each section."""
    directory = int.from_bytes(source.at(source.size - 4, 4), "little")
    head = source.at(directory, 12)
    if head[:4] != b"SECd" or len(head) < 12:
        return
    count = min(int.from_bytes(head[8:12], "little"), _MOST_SECTIONS)
    table = source.at(directory + 12, count * 12)
    for start, length, kind in struct.iter_unpack("<II4s", table[: len(table) // 12 * 12]):
        yield kind, start, length


def _properties(section: bytes) -> Iterator[tuple[str, str]]:
    if len(section) < 24:
        return
    count = min(int.from_bytes(section[8:12], "little"), _MOST_PROPERTIES)
    texts = section[24 + count * 8 :]
    for place in range(24, min(24 + count * 8, len(section) - 7), 8):
        name, value = struct.unpack_from("<II", section, place)
        yield _text(texts, name), _text(texts, value)


def _text(texts: bytes, letter: int) -> str:
    return texts[letter * 2 :][: _LONGEST_TEXT * 2].decode("utf-16-le", "replace").split("\0", 1)[0]
