"""The text of PDFs. A scan has none, and is put to a person."""

from __future__ import annotations

import io
import logging

from backupd.reading.participants.base import MOST_CELL, MOST_ROWS, Block, Cell, Format, Lines, Unreadable

_MOST_PAGES = 100


def read(data: bytes) -> list[Block]:
    """Return the lines of all pages. Raises Unreadable."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    lines: list[Cell] = []
    try:
        pages = PdfReader(io.BytesIO(data)).pages
        for number, page in enumerate(pages, 1):
            if number > _MOST_PAGES or len(lines) > MOST_ROWS:
                break
            for at, line in enumerate(page.extract_text().splitlines(), 1):
                lines.append(Cell(line[:MOST_CELL], f"page {number} line {at}"))
    except Exception as err:
        # pypdf raises many kinds on damaged files.
        raise Unreadable("it is damaged, protected, or not what its name says") from err
    if not any(line.text.strip() for line in lines):
        raise Unreadable("it holds no text: a scan or a photo must be read by a person")
    return [Lines(tuple(lines))]


FORMAT = Format(frozenset((".pdf",)), read)
