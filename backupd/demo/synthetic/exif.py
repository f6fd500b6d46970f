"""What a camera writes about a picture: EXIF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backupd.demo.synthetic.tiff import ByteOrder, Directory, Field, long, opaque, pack_tiff, rational, short, text


@dataclass(frozen=True, slots=True)
class Shot:
    """One release of the shutter. A `taken_at` that knows its zone gives the offset tags too."""

    make: str
    model: str
    taken_at: datetime
    width: int
    height: int
    lens: str = ""
    orientation: int = 1
    iso: int = 200
    exposure: tuple[int, int] = (1, 250)
    aperture: tuple[int, int] = (28, 10)
    focal_length: int = 50


def exif_directory(shot: Shot) -> Directory:
    """Return the first directory, with the EXIF directory below it."""
    return Directory(main_fields(shot), {0x8769: (Directory(exif_fields(shot)),)})


def main_fields(shot: Shot) -> dict[int, Field]:
    """Return the tags of the first directory: who made the camera, which way up, when."""
    return {
        0x010F: text(shot.make),
        0x0110: text(shot.model),
        0x0112: short(shot.orientation),
        0x011A: rational(72, 1),
        0x011B: rational(72, 1),
        0x0128: short(2),
        0x0132: text(shot.taken_at.strftime("%Y:%m:%d %H:%M:%S")),
        0x0213: short(1),
    }


def exif_fields(shot: Shot) -> dict[int, Field]:
    """Return the tags of the EXIF directory."""
    taken = text(shot.taken_at.strftime("%Y:%m:%d %H:%M:%S"))
    part = text(f"{shot.taken_at.microsecond // 10000:02d}")
    fields = {
        0x829A: rational(*shot.exposure),
        0x829D: rational(*shot.aperture),
        0x8827: short(shot.iso),
        0x9000: opaque(b"0231"),
        0x9003: taken,
        0x9004: taken,
        0x9291: part,
        0x9292: part,
        0x920A: rational(shot.focal_length, 1),
        0x9101: opaque(b"\1\2\3\0"),
        0xA000: opaque(b"0100"),
        0xA001: short(1),
        0xA002: long(shot.width),
        0xA003: long(shot.height),
    }
    offset = shot.taken_at.utcoffset()
    if offset is not None:
        fields |= dict.fromkeys((0x9010, 0x9011, 0x9012), text(spell_offset(offset)))
    if shot.lens:
        fields[0xA434] = text(shot.lens)
    return fields


def spell_offset(offset: timedelta) -> str:
    """Return an offset from UTC as EXIF spells it: +03:00."""
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def exif_segment(shot: Shot, order: ByteOrder = "<") -> bytes:
    """Return a JPEG's APP1 segment with the shot's EXIF."""
    content = b"Exif\0\0" + pack_tiff(exif_directory(shot), order)
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content
