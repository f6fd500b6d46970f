"""Markdown: bullets and pipe tables; headings are no people."""

from __future__ import annotations

import re

from backupd.reading.participants.base import MOST_CELL, MOST_COLUMNS, MOST_ROWS, Block, Cell, Format, Lines, Table
from backupd.reading.participants.decoding import decode_text

_LINK = re.compile(r"\[([^\]\n]{1,200})\]\(([^)\n]{0,200})\)")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")


def read(data: bytes) -> list[Block]:
    """Return tables and runs of lines, in their order."""
    blocks: list[Block] = []
    rows: list[tuple[Cell, ...]] = []
    lines: list[Cell] = []
    for number, line in enumerate(decode_text(data).splitlines()[:MOST_ROWS], 1):
        where = f"line {number}"
        if line.count("|") >= 2 or (rows and "|" in line):
            if not _RULE.match(line):
                cells = line.strip().strip("|").split("|")[:MOST_COLUMNS]
                rows.append(tuple(_cell(cell, where) for cell in cells))
            continue
        if rows:
            blocks.append(Table(tuple(rows)))
            rows = []
        line = _LINK.sub(_unlinked, line)
        if not line.lstrip().startswith(("#", "<!--", ">", "```")):
            lines.append(Cell(line[:MOST_CELL], where))
    if rows:
        blocks.append(Table(tuple(rows)))
    return [Lines(tuple(lines)), *blocks]


def _unlinked(match: re.Match[str]) -> str:
    address = match[2].removeprefix("mailto:")
    return f"{match[1]} <{address}>" if address != match[2] else match[1]


def _cell(text: str, where: str) -> Cell:
    struck = text.strip().startswith("~~") and text.strip().endswith("~~")
    return Cell(text.replace("**", "").strip()[:MOST_CELL], where, struck=struck)


FORMAT = Format(frozenset((".md", ".markdown")), read)
