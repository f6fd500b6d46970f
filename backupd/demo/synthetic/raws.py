"""Camera raws that are TIFFs inside: Nikon NEF, Canon CR2, Sony ARW and Adobe DNG.

Directories, tags and previews are laid out as each maker does; the sensor's data is only filler, except in the DNG,
where it is a real uncompressed mosaic.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace

from backupd.demo.synthetic.exif import Shot, exif_fields, main_fields
from backupd.demo.synthetic.tiff import Directory, Field, long, pack_tiff, rational, short

_PREVIEW = (0x0201, 0x0202)
_STRIP = (0x0111, 0x0117)
_EXIF, _SUB = 0x8769, 0x014A


def write_nef(shot: Shot, preview: bytes, sensor: bytes) -> bytes:
    """Return a Nikon raw: big-endian; full-size preview and sensor data in directories below the first."""
    shown = Directory({0x00FE: long(1), 0x0103: short(6)}, data={_PREVIEW: preview})
    raw = Directory(_sensor_fields(shot, bits=14, compression=34713), data={_STRIP: sensor})
    fields = main_fields(shot) | _thumbnail_fields()
    below = {_SUB: (shown, raw), _EXIF: (Directory(exif_fields(shot)),)}
    first = Directory(fields, below, {_STRIP: bytes([128]) * 576})
    return pack_tiff(first, ">")


def write_cr2(shot: Shot, preview: bytes, sensor: bytes) -> bytes:
    """Return a Canon raw: preview first, sensor data in the last directory, whose offset the header gives."""
    raw = Directory({0x0103: short(6), 0xC640: short(1, shot.width, shot.width)}, data={_STRIP: sensor})
    fields = main_fields(shot) | {0x0100: short(shot.width), 0x0101: short(shot.height), 0x0103: short(6)}
    below = {_EXIF: (Directory(exif_fields(shot)),)}
    alone = pack_tiff(Directory(fields, below, {_STRIP: preview}), extra_header=bytes(8))
    header = b"CR\x02\x00" + struct.pack("<I", len(alone))
    return pack_tiff(Directory(fields, below, {_STRIP: preview}, following=raw), extra_header=header)


def write_arw(shot: Shot, preview: bytes, sensor: bytes) -> bytes:
    """Return a Sony raw: preview in the first directory, sensor data in one below it."""
    raw = Directory(_sensor_fields(shot, bits=14, compression=32767), data={_STRIP: sensor})
    fields = main_fields(shot) | {0x00FE: long(1), 0x0103: short(6)}
    return pack_tiff(Directory(fields, {_SUB: (raw,), _EXIF: (Directory(exif_fields(shot)),)}, {_PREVIEW: preview}))


def write_dng(shot: Shot, preview: bytes, sensor: bytes) -> bytes:
    """Return an Adobe DNG; the mosaic is as tall as `sensor` fills at the shot's width, 16 bits a pixel."""
    rows = len(sensor) // (2 * shot.width)
    mosaic = replace(shot, height=rows)
    raw = Directory(_sensor_fields(mosaic, bits=16, compression=1), data={_STRIP: sensor[: 2 * shot.width * rows]})
    shown = Directory({0x00FE: long(1), 0x0103: short(7)}, data={_STRIP: preview})
    fields = main_fields(shot) | {
        0xC612: Field(1, "B", b"\1\4\0\0"),
        0xC613: Field(1, "B", b"\1\1\0\0"),
        0xC614: Field(2, "s", f"{shot.make} {shot.model}".encode() + b"\0"),
        0xC628: rational(1, 2, 1, 1, 2, 3),
    }
    return pack_tiff(Directory(fields, {_SUB: (raw, shown), _EXIF: (Directory(exif_fields(mosaic)),)}))


def _thumbnail_fields() -> dict[int, Field]:
    """Return the tags of an uncompressed thumbnail of 16 x 12 pixels in three colours."""
    return {
        0x00FE: long(1),
        0x0100: long(16),
        0x0101: long(12),
        0x0102: short(8, 8, 8),
        0x0103: short(1),
        0x0106: short(2),
        0x0115: short(3),
        0x0116: long(12),
    }


def _sensor_fields(shot: Shot, bits: int, compression: int) -> dict[int, Field]:
    return {
        0x00FE: long(0),
        0x0100: long(shot.width),
        0x0101: long(shot.height),
        0x0102: short(bits),
        0x0103: short(compression),
        0x0106: short(32803),
        0x0115: short(1),
        0x0116: long(shot.height),
        0x828D: short(2, 2),
        0x828E: Field(1, "B", b"\0\1\1\2"),
    }


def raw_writers() -> dict[str, Callable[[Shot, bytes, bytes], bytes]]:
    """Return the writer for each extension."""
    return {"NEF": write_nef, "CR2": write_cr2, "ARW": write_arw, "DNG": write_dng}
