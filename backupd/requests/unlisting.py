"""A person's rows taken out of a list file: the lines that hold them go, every other byte stays as it is. Pure.

It is only done where it can be shown to be right: the list, read again, names everybody else just as before and this
person no more. A format that is no text, a line that names others as well, a record over several lines of which one
was not known: all that is left to a person.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from backupd.reading.folding import name_key
from backupd.reading.participants import read_participants
from backupd.reading.participants.base import Unreadable
from backupd.reading.participants.decoding import decode_text
from backupd.reading.participants.delimited import find_delimiter
from backupd.reading.records import Participant

_PLACE = re.compile(r"(line|row|card) (\d+)\Z")
_NOT_DIGITS = re.compile(r"\D+")
_LINES = frozenset(("txt", "text", "lst", "md", "markdown", "csv", "tsv", "tab"))
_CARDS = frozenset(("vcf", "vcard"))
_LEAST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A place in a list and whom it names there."""

    place: str
    name: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Unlisted:
    """The list without the rows; or None, and why it must be done by hand."""

    data: bytes | None
    why: str = ""


def take_out(file: str, data: bytes, rows: Sequence[Row]) -> Unlisted:
    """Return the bytes of a list without these rows. Never raises."""
    spans = spans_of(file, data, rows)
    if isinstance(spans, str):
        return Unlisted(None, spans)
    gone = {number for span in spans for number in span}
    left = b"".join(line for number, line in enumerate(data.splitlines(keepends=True)) if number not in gone)
    why = _why_wrong(file, data, left, rows)
    return Unlisted(left) if why is None else Unlisted(None, why)


def spans_of(file: str, data: bytes, rows: Sequence[Row]) -> list[range] | str:
    """Return the lines (from 0) on which each of the rows stands, or why that cannot be told. Never raises."""
    ending = file.rpartition(".")[2].casefold()
    if ending not in _LINES | _CARDS:
        return "this format is not written by backupd"
    try:
        text = decode_text(data)
    except Unreadable:
        return "it is no text"
    lines = data.splitlines(keepends=True)
    if len(lines) != len(text.splitlines()) or b"\0" in data:
        return "its lines cannot be told apart for certain"
    spans = _card_spans(lines) if ending in _CARDS else _record_spans(text, rows)
    if spans is None:
        return "its records cannot be told apart for certain"
    found = []
    for row in rows:
        place = _PLACE.match(row.place)
        span = spans.get(int(place[2])) if place else None
        if span is None:
            return f"the place {row.place or 'of the name'} is not a line of its own"
        found.append(span)
    return found


def _record_spans(text: str, rows: Sequence[Row]) -> dict[int, range] | None:
    """Return the lines (from 0) of each record (from 1), as its reader counts them."""
    lines = text.splitlines()
    if not all(row.place.startswith("row ") for row in rows):
        return {number: range(number - 1, number) for number in range(1, len(lines) + 1)}
    first = 1 if lines and lines[0].casefold().startswith("sep=") else 0
    delimiter = lines[0][4:5] if first else None
    try:
        delimiter = delimiter or find_delimiter(lines) or ";"
        spans, start = {}, 0
        reader = csv.reader([f"{line}\n" for line in lines[first:]], delimiter=delimiter)
        for number, _ in enumerate(reader, 1):
            spans[number] = range(first + start, first + reader.line_num)
            start = reader.line_num
    except csv.Error:
        return None
    return spans


def _card_spans(lines: Sequence[bytes]) -> dict[int, range] | None:
    spans: dict[int, range] = {}
    begun: int | None = None
    for number, line in enumerate(lines):
        word = line.strip().upper().removeprefix(b"\xef\xbb\xbf")
        if word == b"BEGIN:VCARD":
            if begun is not None:
                return None
            begun = number
        elif word == b"END:VCARD":
            if begun is None:
                return None
            spans[len(spans) + 1] = range(begun, number + 1)
            begun = None
    return spans if begun is None else None


def _why_wrong(file: str, before: bytes, after: bytes, rows: Sequence[Row]) -> str | None:
    """Return why the new list is not the old one without the person; None where it is."""
    old = read_participants(file, before, reference_day=None).participants
    new = read_participants(file, after, reference_day=None).participants
    places = {(row.place, row.name) for row in rows}
    meant = [one for one in old if (one.where, one.name) in places]
    staying = [_as_read(one) for one in old if one not in meant]
    if len(meant) < len(places):
        return "it does not say any more what it said when it was read"
    if [_as_read(one) for one in new] != staying:
        return "its rows name others as well, or depend on each other"
    return _still_there(after, rows, new)


def _still_there(after: bytes, rows: Sequence[Row], new: Sequence[Participant]) -> str | None:
    text = decode_text(after) if after.strip() else ""
    words, digits = f" {name_key(text)} ", _NOT_DIGITS.sub("", text)
    names = {name_key(one.name) for one in new}
    contacts = {value.casefold() for one in new for value in (one.email, one.phone) if value}
    for row in rows:
        key = name_key(row.name)
        if f" {key} " in words and key not in names:
            return "the name stands in it elsewhere too"
        if row.email and row.email.casefold() in text.casefold() and row.email.casefold() not in contacts:
            return "the address stands in it elsewhere too"
        number = _NOT_DIGITS.sub("", row.phone or "")
        if len(number) >= _LEAST_DIGITS and number in digits and (row.phone or "").casefold() not in contacts:
            return "the number stands in it elsewhere too"
    return None


def _as_read(one: Participant) -> tuple[object, ...]:
    return one.name, one.role, one.email, one.phone, one.minor, one.consent
