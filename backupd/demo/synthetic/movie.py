"""Short films: an ISO or QuickTime container around JPEG frames. Any player that knows Motion JPEG shows them.

Source: ISO/IEC 14496-12 for the boxes; Apple's QuickTime File Format for 'mdta' keys (read 2026-09).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Film:
    """What a film's header says. `keys` are QuickTime's named values, like com.apple.quicktime.creationdate."""

    made_at: datetime
    width: int
    height: int
    frames_per_second: int = 25
    brand: bytes = b"mp42"
    keys: tuple[tuple[str, str], ...] = ()


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box with its length."""
    return struct.pack(">I", 8 + sum(map(len, parts))) + kind + b"".join(parts)


def full_box(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """Return a box of version 0 with its flags."""
    return box(kind, struct.pack(">I", flags), *parts)


def write_film(film: Film, frames: Sequence[bytes], *, moov_first: bool = False) -> bytes:
    """Return the film; cameras write the index last, an export for the web has it first."""
    start = file_type(film.brand)
    content = box(b"mdat", *frames)
    sizes = [len(frame) for frame in frames]
    at = len(start) + 8
    if moov_first:
        at += len(moov(film, sizes, 0))
        return start + moov(film, sizes, at) + content
    return start + content + moov(film, sizes, at)


def file_type(brand: bytes) -> bytes:
    """Return the box that a reader knows the format by."""
    return box(b"ftyp", brand.ljust(4), struct.pack(">I", 512), brand.ljust(4), b"isom" if brand != b"qt" else b"qt  ")


def moov(film: Film, sizes: Sequence[int], at: int) -> bytes:
    """Return the index of a film whose frames, of these sizes, follow each other from offset `at`."""
    made = struct.pack(">II", *2 * (round((film.made_at - _EPOCH).total_seconds()),))
    length = len(sizes)
    header = full_box(
        b"mvhd",
        made,
        struct.pack(">IIIH10x", film.frames_per_second, length, 0x10000, 0x100),
        _MATRIX,
        bytes(24),
        _number(2),
    )
    track_header = full_box(
        b"tkhd",
        made,
        struct.pack(">IIIQhhhH", 1, 0, length, 0, 0, 0, 0, 0),
        _MATRIX,
        _fixed(film.width, film.height),
        flags=3,
    )
    media = box(
        b"mdia",
        full_box(b"mdhd", made, struct.pack(">IIHH", film.frames_per_second, length, 0x55C4, 0)),
        full_box(b"hdlr", b"\0\0\0\0vide", bytes(12), b"VideoHandler\0"),
        box(b"minf", full_box(b"vmhd", bytes(8), flags=1), _data_here(), _sample_table(film, sizes, at)),
    )
    return box(b"moov", header, box(b"trak", track_header, media), _keys(film.keys))


def _data_here() -> bytes:
    return box(b"dinf", full_box(b"dref", _number(1), full_box(b"url ", flags=1)))


def _sample_table(film: Film, sizes: Sequence[int], at: int) -> bytes:
    picture = struct.pack(">HHIII", film.width, film.height, 72 << 16, 72 << 16, 0)
    entry = box(
        b"jpeg",
        bytes(6),
        struct.pack(">H", 1),
        bytes(16),
        picture,
        struct.pack(">H32sHh", 1, b"\x0bMotion JPEG", 24, -1),
    )
    return box(
        b"stbl",
        full_box(b"stsd", _number(1), entry),
        full_box(b"stts", struct.pack(">III", 1, len(sizes), 1)),
        full_box(b"stsc", struct.pack(">IIII", 1, 1, max(len(sizes), 1), 1)),
        full_box(b"stsz", struct.pack(f">II{len(sizes)}I", 0, len(sizes), *sizes)),
        _chunk_offset(at),
    )


def _chunk_offset(at: int) -> bytes:
    return full_box(b"stco", struct.pack(">II", 1, at))


def _keys(keys: Sequence[tuple[str, str]]) -> bytes:
    """Return QuickTime's named metadata, where phones put the local time, the maker and the model."""
    if not keys:
        return b""
    names = [box(b"mdta", name.encode()) for name, _ in keys]
    values = [
        box(struct.pack(">I", index), box(b"data", struct.pack(">II", 1, 0), value.encode()))
        for index, (_, value) in enumerate(keys, 1)
    ]
    handler = full_box(b"hdlr", b"\0\0\0\0mdta", bytes(14))
    return box(b"meta", handler, full_box(b"keys", _number(len(names)), *names), box(b"ilst", *values))


def _number(value: int) -> bytes:
    return struct.pack(">I", value)


def _fixed(*values: int) -> bytes:
    return b"".join(_number(value << 16) for value in values)
