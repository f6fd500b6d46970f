"""Participant lists in the formats in which studios get them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from zlib import crc32

from backupd.demo.shoots import ListFormat, Person

_ZIP_DAY = (2020, 1, 1, 0, 0, 0)


def write_list(people: Sequence[Person], form: ListFormat, day: date) -> tuple[str, bytes]:
    """Return the list's file name and its bytes."""
    rows = _rows(people, day, english=form == "csv-comma" and any(person.consent in ("yes", "no") for person in people))
    if form == "csv":  # as a Finnish spreadsheet saves it
        return "osallistujat.csv", "".join(";".join(row) + "\r\n" for row in rows).encode("cp1252")
    if form == "csv-comma":
        return "participants.csv", "".join(",".join(row) + "\n" for row in rows).encode()
    if form == "xlsx":
        return "Osallistujat.xlsx", _workbook(rows)
    if form == "docx":
        return "osallistujat.docx", _document(rows, day)
    lines = [" - ".join(filter(None, (person.name, person.role))) for person in people]
    return "osallistujat.txt", ("\n".join(lines) + "\n").encode()


def _rows(people: Sequence[Person], day: date, *, english: bool) -> list[list[str]]:
    """Return a heading and a row a person. Numbers and addresses are ones that nobody has."""
    heading = (
        ["Name", "Role", "Email", "Phone", "Consent"]
        if english
        else ["Nimi", "Rooli", "Sähköposti", "Puhelin", "Kuvauslupa"]
    )
    minors = any(person.age for person in people)
    rows = [[*heading, "Syntymäaika"] if minors else heading]
    for person in people:
        row = [person.name, person.role, _address(person), _number(person), person.consent]
        if person.age:  # a child is reached through a parent
            row[2:4] = "", ""
        born = f"1.1.{day.year - person.age}" if person.age else ""
        rows.append([*row, born] if minors else row)
    return rows


def _address(person: Person) -> str:
    letters = person.name.casefold().translate(str.maketrans("äåöéø", "aaoeo"))
    return re.sub(r"[^a-z-]+", ".", letters) + "@example.com"


def _number(person: Person) -> str:
    # One's own in every list: who shares a number is taken for one who may be meant.
    return f"040000{crc32(person.name.encode()) % 10_000:04}"


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook has one sheet
        raise RuntimeError("a new workbook without a sheet")
    sheet.title = "Osallistujat"
    for row in rows:
        sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return _without_clock(written.getvalue())


def _document(rows: Sequence[Sequence[str]], day: date) -> bytes:
    from docx import Document

    document = Document()
    document.add_heading("Osallistujat", 1)
    document.add_paragraph(f"Kuvauspäivä {day.day}.{day.month}.{day.year}")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    written = io.BytesIO()
    document.save(written)
    return _without_clock(written.getvalue())


def _without_clock(packed: bytes) -> bytes:
    """Return an office file without the moment of writing, so that the same studio gives the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2020-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, _ZIP_DAY), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()
