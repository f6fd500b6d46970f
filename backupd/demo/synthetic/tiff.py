"""TIFF directories as bytes: the structure inside EXIF and inside most camera raws.

What goes in is said by the caller, tag by tag; here it is only laid out. Offsets count from the start of the TIFF.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ByteOrder = Literal["<", ">"]

_TABLE_ENTRY = 12


@dataclass(frozen=True, slots=True)
class Field:
    """One value as TIFF types it: `code` is the type, `format` its struct letter, `values` one number or more."""

    code: int
    format: str
    values: tuple[int, ...] | bytes

    def pack(self, order: ByteOrder) -> bytes:
        """Return the value's bytes."""
        if isinstance(self.values, bytes):
            return self.values
        return struct.pack(f"{order}{len(self.values)}{self.format}", *self.values)

    @property
    def count(self) -> int:
        """How many values of its type it holds; a rational is two numbers and one value."""
        return len(self.values) // (2 if self.code in (5, 10) else 1)


def text(value: str) -> Field:
    """Return an ASCII value; other letters go in as UTF-8, as cameras and editors do."""
    return Field(2, "s", value.encode() + b"\0")


def short(*values: int) -> Field:
    """Return 16-bit numbers."""
    return Field(3, "H", values)


def long(*values: int) -> Field:
    """Return 32-bit numbers."""
    return Field(4, "I", values)


def rational(*values: int) -> Field:
    """Return fractions, given as numerator, denominator, numerator …"""
    return Field(5, "I", values)


def opaque(value: bytes) -> Field:
    """Return bytes whose meaning the tag defines."""
    return Field(7, "s", value)


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory: fields by tag, directories below by the tag that points to them, and data outside the table.

    `data` maps the pair (tag of the offset, tag of the length) to the bytes meant.
    """

    fields: Mapping[int, Field]
    below: Mapping[int, tuple[Directory, ...]] = field(default_factory=dict)
    data: Mapping[tuple[int, int], bytes] = field(default_factory=dict)
    following: Directory | None = None


def pack_tiff(first: Directory, order: ByteOrder = "<", extra_header: bytes = b"") -> bytes:
    """Return a whole TIFF; `extra_header` stands between its 8 bytes of header and the first directory."""
    at = 8 + len(extra_header)
    header = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, at)
    return header + extra_header + _pack_directory(first, order, at)


def _pack_directory(directory: Directory, order: ByteOrder, at: int) -> bytes:
    """Return the directory that starts at offset `at`, followed by all that it points to."""
    fields = dict(directory.fields)
    count = len(fields) + len(directory.below) + 2 * len(directory.data)
    tail = bytearray()
    tail_at = at + 2 + _TABLE_ENTRY * count + 4
    for tag, children in directory.below.items():
        offsets = []
        for child in children:
            offsets.append(tail_at + len(tail))
            tail += _even(_pack_directory(child, order, offsets[-1]))
        fields[tag] = long(*offsets)
    for (offset_tag, length_tag), content in directory.data.items():
        fields[offset_tag], fields[length_tag] = long(tail_at + len(tail)), long(len(content))
        tail += _even(content)
    table = _pack_table(fields, order, tail, tail_at)
    following = b""
    following_at = 0
    if directory.following is not None:
        following_at = tail_at + len(tail)
        following = _pack_directory(directory.following, order, following_at)
    return struct.pack(f"{order}H", count) + table + struct.pack(f"{order}I", following_at) + bytes(tail) + following


def _pack_table(fields: Mapping[int, Field], order: ByteOrder, tail: bytearray, tail_at: int) -> bytes:
    """Return the table in order of tags; what does not fit into four bytes is added to `tail`."""
    table = bytearray()
    for tag, value in sorted(fields.items()):
        packed = value.pack(order)
        table += struct.pack(f"{order}HHI", tag, value.code, value.count)
        if len(packed) <= 4:
            table += packed.ljust(4, b"\0")
        else:
            table += struct.pack(f"{order}I", tail_at + len(tail))
            tail += _even(packed)
    return bytes(table)


def _even(content: bytes) -> bytes:
    return content + b"\0" * (len(content) % 2)
