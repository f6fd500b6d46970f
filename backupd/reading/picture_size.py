"""Width and height of a picture as it is stored, where no library says it cheaply or rightly.

Only headers are read, never a pixel. Of several pictures in a file the full one counts, which RAW files keep in a
sub-directory behind their preview.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from backupd.reading.byte_source import ByteSource

Size = tuple[int, int]

_MOST_SEGMENTS = 500
_MOST_DIRECTORIES = 16
_MOST_ENTRIES = 512
# Start of frame, in all its sorts; C4, C8 and CC are other things.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})

_SUBFILE, _WIDTH, _HEIGHT, _SUB_IFDS = 0xFE, 0x100, 0x101, 0x14A
_SENSOR_TOP, _SENSOR_LEFT, _SENSOR_BOTTOM, _SENSOR_RIGHT = 4, 5, 6, 7
_WANTED = frozenset({_SUBFILE, _WIDTH, _HEIGHT, _SUB_IFDS, _SENSOR_TOP, _SENSOR_LEFT, _SENSOR_BOTTOM, _SENSOR_RIGHT})
_FORMATS = {1: "B", 3: "H", 4: "I", 9: "i", 13: "I"}


class Frame(NamedTuple):
    """What a walk over a JPEG's segments met: the picture's size, and whether there is EXIF to be read."""

    size: Size | None
    has_exif: bool


def jpeg_frame(source: ByteSource) -> Frame:
    """Walk the segments up to the frame's header."""
    place, has_exif = 2, False
    for _ in range(_MOST_SEGMENTS):
        head = source.at(place, 10)
        if len(head) < 4 or head[0] != 0xFF:
            break
        marker = head[1]
        if marker == 0xFF or marker in _ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES and len(head) >= 9:
            height, width = struct.unpack(">HH", head[5:9])
            return Frame((width, height), has_exif)
        if marker == 0xE1 and head[4:8] == b"Exif":
            has_exif = True
        if marker == 0xDA:
            break
        place += 2 + int.from_bytes(head[2:4], "big")
    return Frame(None, has_exif)


def png_size(source: ByteSource) -> Size | None:
    """Return the size from a PNG's first chunk."""
    head = source.at(0, 24)
    return struct.unpack(">II", head[16:24]) if head[12:16] == b"IHDR" else None


def tiff_size(source: ByteSource) -> Size | None:
    """Return the size of the full picture in a TIFF or a RAW file built like one."""
    order = "<" if source.at(0, 2) == b"II" else ">"
    directories = list(_directories(source, order))
    if not directories:
        return None
    first = directories[0]
    borders = [first.get(tag) for tag in (_SENSOR_LEFT, _SENSOR_TOP, _SENSOR_RIGHT, _SENSOR_BOTTOM)]
    if source.at(2, 2) == b"U\0" and all(borders):
        left, top, right, bottom = (border[0] for border in borders if border)
        return right - left, bottom - top
    # NewSubfileType 0 says "full resolution". Canon's CR2 says nothing, and means the first directory.
    full = [_size(one) for one in directories if one.get(_SUBFILE) == (0,)]
    plain = [_size(one) for one in directories if not one.get(_SUBFILE, (0,))[0] & 1]
    known = [size for size in full if size] or [size for size in plain[:1] if size] or [s for s in plain if s]
    return max(known, key=lambda size: size[0] * size[1], default=_size(first))


def _size(directory: dict[int, tuple[int, ...]]) -> Size | None:
    width, height = directory.get(_WIDTH), directory.get(_HEIGHT)
    return (width[0], height[0]) if width and height else None


def _directories(source: ByteSource, order: str) -> Iterator[dict[int, tuple[int, ...]]]:
    """Yield the chain of directories, each followed by its sub-directories; loops end it."""
    seen: set[int] = set()
    waiting = [int.from_bytes(source.at(4, 4), "little" if order == "<" else "big")]
    while waiting and len(seen) < _MOST_DIRECTORIES:
        place = waiting.pop(0)
        if place < 8 or place in seen:
            continue
        seen.add(place)
        directory, following = _directory(source, place, order)
        yield directory
        waiting = [*directory.get(_SUB_IFDS, ()), *waiting, following]


def _directory(source: ByteSource, place: int, order: str) -> tuple[dict[int, tuple[int, ...]], int]:
    count = int.from_bytes(source.at(place, 2), "little" if order == "<" else "big")
    if count > _MOST_ENTRIES:
        return {}, 0
    table = source.at(place + 2, count * 12 + 4)
    if len(table) < count * 12:
        return {}, 0
    entries: dict[int, tuple[int, ...]] = {}
    for tag, sort, number, inline in struct.iter_unpack(order + "HHI4s", table[: count * 12]):
        if tag in _WANTED and (values := _values(source, sort, number, inline, order)):
            entries.setdefault(tag, values)
    return entries, int.from_bytes(table[count * 12 :], "little" if order == "<" else "big")


def _values(source: ByteSource, sort: int, number: int, inline: bytes, order: str) -> tuple[int, ...]:
    letter = _FORMATS.get(sort)
    if letter is None or not 0 < number <= _MOST_DIRECTORIES:
        return ()
    form = f"{order}{number}{letter}"
    length = struct.calcsize(form)
    if length > 4:
        inline = source.at(struct.unpack(order + "I", inline)[0], length)
    return struct.unpack(form, inline[:length]) if len(inline) >= length else ()
