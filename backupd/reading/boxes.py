"""The boxes of ISO base media files (HEIC, CR3, MP4, MOV), walked without recursion and with an end to it.

A box is a length, a type and a payload, which may hold boxes. Source: ISO/IEC 14496-12 and 23008-12; Canon's boxes in CR3
after github.com/lclevy/canon_cr3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from backupd.reading.byte_source import ByteSource

_MOST_BOXES = 5000
_LONGEST_TABLE = 1024 * 1024
_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_UUID_BYTES = 16


class Box(NamedTuple):
    """A box's type and where its payload lies."""

    kind: bytes
    start: int
    end: int


def boxes(source: ByteSource, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes between two places, in order, until one of them can't be."""
    stop = source.size if end is None else min(end, source.size)
    for _ in range(_MOST_BOXES):
        header = source.at(start, 16)
        if start + 8 > stop or len(header) < 8:
            return
        length, kind, payload = int.from_bytes(header[:4], "big"), header[4:8], start + 8
        if length == 1 and len(header) == 16:
            length, payload = int.from_bytes(header[8:], "big"), start + 16
        elif length == 0:
            length = stop - start
        if length < payload - start:
            return
        yield Box(kind, payload, min(start + length, stop))
        start += length


def find_box(source: ByteSource, *path: bytes) -> Box | None:
    """Return the first box at a path of types from the top, or None."""
    found = Box(b"", 0, source.size)
    for kind in path:
        inner = next((box for box in _inside(source, found) if box.kind == kind), None)
        if inner is None:
            return None
        found = inner
    return found


def _inside(source: ByteSource, box: Box) -> Iterator[Box]:
    skip = 0
    if box.kind == b"meta":
        # A "full box" in MP4 and HEIC, four bytes of version and flags; a plain one in QuickTime.
        skip = 0 if source.at(box.start + 4, 4) == b"hdlr" else 4
    return boxes(source, box.start + skip, box.end)


def payload(source: ByteSource, box: Box, longest: int = _LONGEST_TABLE) -> bytes:
    """Return a box's payload, cut at `longest` bytes."""
    return source.at(box.start, min(box.end - box.start, longest))


def still_size(source: ByteSource) -> tuple[int, int] | None:
    """Return width and height of a HEIC's, HIF's or AVIF's primary picture, as stored."""
    properties = find_box(source, b"meta", b"iprp", b"ipco")
    if properties is None:
        return None
    sizes = {
        number: _size_of(payload(source, box, 12))
        for number, box in enumerate(boxes(source, properties.start, properties.end), 1)
        if box.kind == b"ispe"
    }
    for number in _primary_properties(source):
        if number in sizes:
            return sizes[number]
    return max(sizes.values(), default=None)


def _size_of(ispe: bytes) -> tuple[int, int]:
    return int.from_bytes(ispe[4:8], "big"), int.from_bytes(ispe[8:12], "big")


def _primary_properties(source: ByteSource) -> list[int]:
    """Return the numbers of the properties that the primary item has."""
    primary = find_box(source, b"meta", b"pitm")
    links = find_box(source, b"meta", b"iprp", b"ipma")
    if primary is None or links is None:
        return []
    pitm, ipma = payload(source, primary, 8), payload(source, links)
    if len(pitm) < 6 or len(ipma) < 8:
        return []
    wanted = int.from_bytes(pitm[4 : 8 if pitm[0] else 6], "big")
    id_bytes, link_bytes = (4 if ipma[0] else 2), (2 if ipma[3] & 1 else 1)
    place = 8
    while place + id_bytes < len(ipma):
        item = int.from_bytes(ipma[place : place + id_bytes], "big")
        count = ipma[place + id_bytes]
        place += id_bytes + 1
        if item == wanted:
            mask = 0x7FFF if link_bytes == 2 else 0x7F
            ends = range(place, place + count * link_bytes, link_bytes)
            return [int.from_bytes(ipma[at : at + link_bytes], "big") & mask for at in ends]
        place += count * link_bytes
    return []


def canon_blocks(source: ByteSource) -> dict[bytes, ByteSource]:
    """Return the TIFF blocks of a CR3 or CRM: CMT1 is its first directory, CMT2 the EXIF one."""
    moov = find_box(source, b"moov")
    if moov is None:
        return {}
    for box in boxes(source, moov.start, moov.end):
        if box.kind == b"uuid" and source.at(box.start, _UUID_BYTES) == _CANON:
            inner = boxes(source, box.start + _UUID_BYTES, box.end)
            return {
                block.kind: source.part(block.start, min(block.end - block.start, _LONGEST_TABLE))
                for block in inner
                if block.kind in (b"CMT1", b"CMT2")
            }
    return {}
