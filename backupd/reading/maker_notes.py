"""What makers write into their films beside what the container says: Nikon, Fujifilm, Panasonic, Leica, Pentax, and XMP.

The boxes lie in moov/udta, each in its maker's own form. Layouts after ExifTool's QuickTime, Nikon, Panasonic and Pentax
modules (12.57); nothing here is trusted beyond its length.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from backupd.reading.boxes import Box, boxes, find_box, payload
from backupd.reading.byte_source import ByteSource
from backupd.reading.sidecar_xml import MAKE, MODEL, TIMES, CameraNotes, parse_xml, properties

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MAKE, _MODEL, _EXIF, _ORIGINAL, _OFFSET = 0x010F, 0x0110, 0x8769, 0x9003, 0x9011
_NIKON_MAKE, _NIKON_MODEL, _NIKON_ORIGINAL = 1, 2, 0x12
_MODEL_AT = {"FUJIFILM": (0x18, 16), "EASTMAN": (0x16, 42), "NIKON": (0x18, 8), "OLYMPUS": (0x18, 24), "SAMSUNG": (0x18, 16)}
"""Where the model's name lies in a box of tags, and how long it is, by the maker."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8}
_MOST_ENTRIES = 200


def maker_notes(source: ByteSource) -> CameraNotes | None:
    """Return what a maker's own box says, or None where there is none that is known."""
    udta = find_box(source, b"moov", b"udta")
    for box in boxes(source, udta.start, udta.end) if udta else ():
        read = _BY_BOX.get(box.kind)
        if read is not None and (notes := read(source, box)) is not None:
            return notes
    return None


def xmp_notes(source: ByteSource) -> CameraNotes | None:
    """Return what an XMP packet in the film says of its taking; what an editing program did later is not asked for."""
    # MP4 has it in a box of its own, QuickTime among the user's data.
    packet = find_box(source, b"moov", b"udta", b"XMP_")
    text = payload(source, packet) if packet else b""
    for box in boxes(source) if packet is None else ():
        if box.kind == b"uuid" and source.at(box.start, 16) == _XMP:
            text = payload(source, box)[16:]
    if not text:
        return None
    said = properties(parse_xml(text))
    notes = CameraNotes(said.get(TIMES[0]), said.get(MAKE), said.get(MODEL))
    return notes if notes != CameraNotes() else None


def _nikon(source: ByteSource, box: Box) -> CameraNotes | None:
    inner = next((each for each in boxes(source, box.start, box.end) if each.kind == b"NCTG"), None)
    if inner is None:
        return None
    notes, place = payload(source, inner), 0
    said: dict[int, str] = {}
    for _ in range(_MOST_ENTRIES):
        if place + 8 > len(notes):
            break
        tag, sort, count = struct.unpack_from(">IHH", notes, place)
        size = count * _SIZES.get(sort, 1)
        if sort == 2 and tag in (_NIKON_MAKE, _NIKON_MODEL, _NIKON_ORIGINAL):
            said.setdefault(tag, _text(notes[place + 8 : place + 8 + size]))
        place += 8 + size
    return CameraNotes(said.get(_NIKON_ORIGINAL), said.get(_NIKON_MAKE), said.get(_NIKON_MODEL)) if said else None


def _fujifilm(source: ByteSource, box: Box) -> CameraNotes | None:
    """Read an EXIF directory without a header; its offsets count from its own start."""
    notes = payload(source, box)[16:]
    first = _directory(notes, 0)
    pointer = first.get(_EXIF)
    exif = _directory(notes, pointer) if isinstance(pointer, int) else {}
    recorded, offset = exif.get(_ORIGINAL), exif.get(_OFFSET)
    if not first:
        return None
    zone = offset if isinstance(offset, str) else ""
    return CameraNotes(f"{recorded}{zone}" if isinstance(recorded, str) else None, first.get(_MAKE), first.get(_MODEL))


def _directory(notes: bytes, place: int) -> dict[int, str | int]:
    found: dict[int, str | int] = {}
    count = int.from_bytes(notes[place : place + 2], "little")
    table = notes[place + 2 : place + 2 + 12 * min(count, _MOST_ENTRIES)]
    for tag, sort, length, value in struct.iter_unpack("<HHII", table[: len(table) // 12 * 12]):
        if sort == 2:
            inline = struct.pack("<I", value)[:length]
            found[tag] = _text(inline if length <= 4 else notes[value : value + min(length, 200)])
        elif sort == 4:
            found[tag] = value
    return found


def _panasonic(source: ByteSource, box: Box) -> CameraNotes | None:
    notes = payload(source, box, 256)
    if notes.startswith((b"LEICA", b"Panasonic")):
        return CameraNotes(make=_text(notes[:22]), model=_text(notes[22:52]))
    model = next((text for at in (4, 12) if len(text := _text(notes[at : at + 16])) >= 4), None)
    return CameraNotes(make="Panasonic", model=model) if model else None


def _pentax(source: ByteSource, box: Box) -> CameraNotes | None:
    notes = payload(source, box, 64)
    return CameraNotes(make=_text(notes[:24]), model=_text(notes[0x1A:0x32]))


def _tags(source: ByteSource, box: Box) -> CameraNotes | None:
    """Read a compact camera's name: "OLYMPUS DIGITAL CAMERA", for some with the model behind it."""
    notes = payload(source, box, 96)
    make = _text(notes[:32])
    at, length = next((place for name, place in _MODEL_AT.items() if make.startswith(name)), (0, 0))
    if not make.endswith(("DIGITAL CAMERA", "COMPANY")) or not make.isprintable():
        return None
    return CameraNotes(make=make, model=_text(notes[at : at + length]) or None)


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("latin-1").strip()


_BY_BOX: dict[bytes, Callable[[ByteSource, Box], CameraNotes | None]] = {
    b"NCDT": _nikon,
    b"MVTG": _fujifilm,
    b"PANA": _panasonic,
    b"LEIC": _panasonic,
    b"PENT": _pentax,
    b"TAGS": _tags,
}
