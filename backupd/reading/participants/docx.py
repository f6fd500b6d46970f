"""Word documents: paragraphs and tables in their order; deleted, struck-out and hidden text is not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backupd.reading.participants.base import MOST_CELL, MOST_COLUMNS, MOST_ROWS, Block, Cell, Format, Lines, Table
from backupd.reading.participants.zips import member_xml, open_zip

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADINGS = ("heading", "otsikko", "title", "rubrik", "subtitle", "alaotsikko")


def read(data: bytes) -> list[Block]:
    """Return the body's lines and tables. Raises Unreadable."""
    body = member_xml(open_zip(data), "word/document.xml").find(f"{_W}body")
    lines: list[Cell] = []
    tables: list[Block] = []
    for number, element in enumerate(_flat(body), 1) if body is not None else ():
        if element.tag == f"{_W}p" and len(lines) < MOST_ROWS and not _is_heading(element):
            text, struck = _text(element)
            lines += [Cell(part[:MOST_CELL], f"paragraph {number}", struck) for part in text.split("\n") if part.strip()]
        elif element.tag == f"{_W}tbl":
            tables.append(Table(tuple(_rows(element, len(tables) + 1))))
    return [Lines(tuple(lines)), *tables]


def _flat(body: Element) -> Iterator[Element]:
    for child in body:
        if child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins"):
            yield from _flat(child)
        else:
            yield child


def _rows(table: Element, number: int) -> Iterator[tuple[Cell, ...]]:
    for index, row in enumerate(table.findall(f"{_W}tr"), 1):
        if index > MOST_ROWS:
            return
        properties = row.find(f"{_W}trPr")
        deleted = properties is not None and properties.find(f"{_W}del") is not None
        cells = []
        for cell in row.findall(f"{_W}tc")[:MOST_COLUMNS]:
            parts = [_text(paragraph) for paragraph in cell.iter(f"{_W}p")]
            text = "\n".join(part for part, _ in parts if part.strip()).strip()
            struck = bool(text) and all(struck for part, struck in parts if part.strip())
            cells.append(Cell(text[:MOST_CELL], f"table {number} row {index}", struck or deleted))
        yield tuple(cells)


def _is_heading(paragraph: Element) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style is not None and style.get(f"{_W}val", "").casefold().startswith(_HEADINGS)


def _text(paragraph: Element) -> tuple[str, bool]:
    """Return the paragraph's text without what is deleted or struck out, and whether all of it is struck out."""
    kept: list[str] = []
    had_struck = False
    for run in _runs(paragraph):
        properties = run.find(f"{_W}rPr")
        said = "".join(_said(child) for child in run)
        if properties is not None and any(_on(properties, name) for name in ("strike", "dstrike", "vanish")):
            had_struck = had_struck or bool(said.strip())
        else:
            kept.append(said)
    text = "".join(kept)
    return text, had_struck and not text.strip(" -–—,;:\t")


def _runs(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag == f"{_W}r":
            yield child
        elif child.tag not in (f"{_W}del", f"{_W}moveFrom", f"{_W}pPr"):
            yield from _runs(child)


def _said(element: Element) -> str:
    if element.tag == f"{_W}t":
        return element.text or ""
    return {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}.get(element.tag, "")


def _on(properties: Element, name: str) -> bool:
    found = properties.find(f"{_W}{name}")
    return found is not None and found.get(f"{_W}val", "true").casefold() not in ("false", "0", "off")


FORMAT = Format(frozenset((".docx", ".docm")), read)
