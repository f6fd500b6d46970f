"""Plain text: one person a line, or a table in disguise."""

from __future__ import annotations

import csv

from backupd.reading.participants.base import MOST_CELL, MOST_ROWS, Block, Cell, Format, Lines, Table
from backupd.reading.participants.decoding import decode_text
from backupd.reading.participants.delimited import find_delimiter, rows_of
from backupd.reading.participants.headings import meaning_of


def read(data: bytes) -> list[Block]:
    """Return the lines, or a table where a line of headings stands above delimited ones."""
    text = decode_text(data)
    lines = text.splitlines()[:MOST_ROWS]
    try:
        delimiter = find_delimiter([line for line in lines if not line.lstrip().startswith("#")])
    except csv.Error:
        delimiter = None
    if delimiter:
        for line in lines[:10]:
            cells = line.split(delimiter)
            if len(cells) > 1 and sum(meaning_of(cell) is not None for cell in cells) >= max(2, len(cells) / 2):
                return [Table(rows_of(text, delimiter))]
    return [Lines(tuple(Cell(line[:MOST_CELL], f"line {number}") for number, line in enumerate(lines, 1)))]


FORMAT = Format(frozenset((".txt", ".text", ".lst")), read)
