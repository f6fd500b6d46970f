"""OpenDocument text and spreadsheets; deleted and struck-out text is not read, hidden rows are put to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backupd.reading.participants.base import MOST_CELL, MOST_COLUMNS, MOST_ROWS, Block, Cell, Format, Lines, Table
from backupd.reading.participants.zips import member_xml, open_zip

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _OFFICE, _STYLE = (_NS % name for name in ("text", "table", "office", "style"))
_SKIPPED = (f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note", f"{_OFFICE}annotation-end")


def read(data: bytes) -> list[Block]:
    """Return the document's lines and tables. Raises Unreadable."""
    root = member_xml(open_zip(data), "content.xml")
    struck = frozenset(_struck_styles(root))
    body = root.find(f"{_OFFICE}body")
    if body is None:
        return []
    tables: list[Block] = [Table(tuple(_rows(table, struck))) for table in body.iter(f"{_TABLE}table")]
    lines = [
        Cell(text[:MOST_CELL], f"paragraph {number}")
        for number, paragraph in enumerate(_paragraphs(body), 1)
        for text in _text(paragraph, struck).split("\n")
        if text.strip() and number <= MOST_ROWS
    ]
    return [Lines(tuple(lines)), *tables]


def _struck_styles(root: Element) -> Iterator[str]:
    for style in root.iter(f"{_STYLE}style"):
        properties = style.find(f"{_STYLE}text-properties")
        if properties is not None and any(
            properties.get(f"{_STYLE}text-line-through-{name}", "none") != "none" for name in ("style", "type")
        ):
            yield style.get(f"{_STYLE}name", "")


def _paragraphs(element: Element) -> Iterator[Element]:
    """Yield paragraphs outside of tables and headings."""
    for child in element:
        if child.tag == f"{_TEXT}p":
            yield child
        elif child.tag not in (*_SKIPPED, f"{_TABLE}table", f"{_TEXT}h"):
            yield from _paragraphs(child)


def _rows(table: Element, struck: frozenset[str]) -> Iterator[tuple[Cell, ...]]:
    name = table.get(f"{_TABLE}name", "table")
    number = 0
    for row in _inner(table, f"{_TABLE}table-row"):
        repeated = _count(row, f"{_TABLE}number-rows-repeated")
        number += 1
        cells = tuple(_cells(row, f"{name} row {number}", struck))
        if any(cell.text for cell in cells):
            yield cells
        number += repeated - 1
        if number > MOST_ROWS:
            return


def _inner(element: Element, tag: str) -> Iterator[Element]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_TABLE}table-header-rows", f"{_TABLE}table-rows", f"{_TABLE}table-row-group"):
            yield from _inner(child, tag)


def _cells(row: Element, where: str, struck: frozenset[str]) -> Iterator[Cell]:
    hidden = row.get(f"{_TABLE}visibility") in ("collapse", "filter")
    made = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        paragraphs = [each for each in cell if each.tag == f"{_TEXT}p"]
        whole = "\n".join("".join(each.itertext()) for each in paragraphs).strip()
        text = "\n".join(_text(each, struck) for each in paragraphs).strip()
        formula = cell.get(f"{_TABLE}formula") is not None
        is_struck = cell.get(f"{_TABLE}style-name", "") in struck or (bool(whole) and not text)
        for _ in range(min(_count(cell, f"{_TABLE}number-columns-repeated"), MOST_COLUMNS - made)):
            yield Cell(text[:MOST_CELL] if not is_struck else whole[:MOST_CELL], where, is_struck, hidden, formula)
            made += 1
        if made >= MOST_COLUMNS:
            return


def _count(element: Element, name: str) -> int:
    value = element.get(name, "1")
    return min(int(value), 10**7) if value.isdecimal() else 1


def _text(element: Element, struck: frozenset[str]) -> str:
    if element.get(f"{_TEXT}style-name", "") in struck:
        return ""
    parts = [element.text or ""]
    for child in element:
        if child.tag in (f"{_TEXT}tab",):
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag == f"{_TEXT}s":
            parts.append(" ")
        elif child.tag not in _SKIPPED:
            parts.append(_text(child, struck))
        parts.append(child.tail or "")
    return "".join(parts)


FORMAT = Format(frozenset((".odt", ".ods", ".ott", ".ots")), read)
