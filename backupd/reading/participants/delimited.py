"""CSV in any delimiter and encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from backupd.reading.participants.base import MOST_CELL, MOST_COLUMNS, MOST_ROWS, Block, Cell, Format, Lines, Table
from backupd.reading.participants.decoding import decode_text

_DELIMITERS = (";", "\t", ",", "|")


def rows_of(text: str, delimiter: str) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of cells, each with its row number from 1."""
    rows: list[tuple[Cell, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            where = f"row {len(rows) + 1}"
            rows.append(tuple(Cell(cell[:MOST_CELL].strip(), where) for cell in row[:MOST_COLUMNS]))
            if len(rows) >= MOST_ROWS:
                break
    except csv.Error:
        lines = text.splitlines()[:MOST_ROWS]
        return tuple(
            tuple(Cell(cell[:MOST_CELL].strip(' "'), f"row {number}") for cell in line.split(delimiter)[:MOST_COLUMNS])
            for number, line in enumerate(lines, 1)
        )
    return tuple(rows)


def find_delimiter(lines: Sequence[str]) -> str | None:
    """Return the delimiter that parts most lines into the same number of cells, or None where none does."""
    best: tuple[float, str] | None = None
    full = [line for line in lines[:200] if line.strip()]
    for delimiter in _DELIMITERS:
        counts = [len(row) for row in csv.reader(full, delimiter=delimiter)] if full else []
        parted = [count for count in counts if count > 1]
        if not parted:
            continue
        usual = max(set(parted), key=parted.count)
        share = sum(count == usual for count in counts) / len(counts)
        score = share * min(usual, 8)
        if best is None or score > best[0]:
            best = (score, delimiter)
    return best[1] if best else None


def read(data: bytes) -> list[Block]:
    """Return one table; a file of single names, one to a line, as lines."""
    text = decode_text(data)
    lines = text.splitlines()
    if lines and lines[0].casefold().startswith("sep="):
        delimiter: str | None = lines[0][4:5]
        text = "\n".join(lines[1:])
    else:
        try:
            delimiter = find_delimiter(lines)
        except csv.Error:
            delimiter = next((each for each in _DELIMITERS if each in text), None)
    if not delimiter:
        rows = rows_of(text, ";")
        from backupd.reading.participants.headings import meaning_of

        if rows and rows[0] and meaning_of(rows[0][0].text):
            return [Table(rows)]
        return [Lines(tuple(Cell(line[:MOST_CELL], f"row {number}") for number, line in enumerate(lines[:MOST_ROWS], 1)))]
    return [Table(rows_of(text, delimiter))]


FORMAT = Format(frozenset((".csv", ".tsv", ".tab")), read)
