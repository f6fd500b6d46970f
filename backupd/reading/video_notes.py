"""Notes that cameras leave in their videos and MediaInfo does not tell: Sony's XML, Canon's EXIF, GoPro's model, more."""

from __future__ import annotations

from backupd.reading.boxes import canon_blocks, find_box, payload
from backupd.reading.byte_source import ByteSource
from backupd.reading.maker_notes import maker_notes, xmp_notes
from backupd.reading.sidecar_xml import CameraNotes, parse_clip_xml

_GOPRO_HEADER = 8


def read_notes(source: ByteSource, form: str) -> CameraNotes:
    """Return the camera's own notes in an MP4, MOV or CRM; empty where there are none."""
    if form == "cr3":
        return _canon_notes(source)
    own = _sony_notes(source) or _gopro_notes(source) or maker_notes(source) or _canon_notes(source)
    if own is None or own == CameraNotes():
        return xmp_notes(source) or CameraNotes()
    return own


def _sony_notes(source: ByteSource) -> CameraNotes | None:
    """Read the XML that Sony and Canon also write beside their clips as …M01.XML."""
    box = find_box(source, b"meta", b"xml ") or find_box(source, b"moov", b"meta", b"xml ")
    if box is None:
        return None
    # A "full box": four bytes of version and flags come first.
    return parse_clip_xml(payload(source, box)[4:])


def _gopro_notes(source: ByteSource) -> CameraNotes | None:
    """Find MINF, the camera's name, among GoPro's key-length-values. Source: github.com/gopro/gpmf-parser."""
    box = find_box(source, b"moov", b"udta", b"GPMF")
    if box is None:
        return None
    notes = payload(source, box)
    place = 0
    while place + _GOPRO_HEADER <= len(notes):
        key, sort, size = notes[place : place + 4], notes[place + 4], notes[place + 5]
        length = size * int.from_bytes(notes[place + 6 : place + 8], "big")
        if key == b"MINF":
            return CameraNotes(make="GoPro", model=notes[place + 8 : place + 8 + length])
        # Sort 0 is a nest: step into it.
        place += _GOPRO_HEADER + (0 if sort == 0 else (length + 3) & ~3)
    return None


def _canon_notes(source: ByteSource) -> CameraNotes:
    from backupd.reading.photo import read_with_exifread

    blocks = canon_blocks(source)
    camera = read_with_exifread(blocks[b"CMT1"]) if b"CMT1" in blocks else None
    times = read_with_exifread(blocks[b"CMT2"]) if b"CMT2" in blocks else None
    zone = times.original_offset if times and isinstance(times.original_offset, str) else ""
    recorded = f"{times.original}{zone}" if times and isinstance(times.original, str) else None
    return CameraNotes(recorded, camera.make if camera else None, camera.model if camera else None)
