"""Persons from rows under headings, or from rows whose cells tell what they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from backupd.reading.participants import headings as head
from backupd.reading.participants.base import Cell, Table
from backupd.reading.participants.values import (
    cancelled,
    consent_of,
    email_in,
    is_adult_role,
    is_certain,
    is_formula,
    is_given_name,
    is_heading_word,
    is_role_word,
    minor_by_age,
    minor_by_birth,
    minor_by_class,
    minor_by_word,
    person_name,
    phone_in,
    refusal_in,
    surname_first,
    tidy,
    turned,
    without_companion,
)
from backupd.reading.records import Participant, ReadingProblem

_HEADING_WITHIN = 15
_TOTALS = re.compile(r"^(?:yhteensä|total|totalt|summa|sum|yht\.?|kpl)\b", re.IGNORECASE)
_TWO = re.compile(r"\s+(?:ja|and|och)\s+|\s*[&+/;]\s*|\n")


@dataclass(slots=True)
class Found:
    """What was read so far."""

    people: list[Participant]
    problems: list[ReadingProblem]

    def problem(self, reason: str, cell: Cell) -> None:
        """Note what a person must look at."""
        self.problems.append(ReadingProblem(reason, cell.where))


def read_table(table: Table, found: Found, on: date | None) -> None:
    """Add the persons of a table; one without names gives none. Lists printed side by side are read one after the other."""
    for part in _side_by_side(table):
        _read_one(part, found, on)


def _side_by_side(table: Table) -> list[Table]:
    for row in table.rows[:_HEADING_WITHIN]:
        columns = _meanings(row)
        if columns is None:
            continue
        texts = [tidy(cell.text).casefold() for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        # A blank column may part them.
        for width in range(1, len(texts) // 2 + 1):
            for gap in (0, 1):
                whole = width + gap
                starts = range(0, len(texts), whole)
                same = all(texts[at : at + width] == texts[:width] for at in starts)
                parted = not any(text for at in starts for text in texts[at + width : at + whole])
                if same and parted and len(starts) > 1 and texts[0]:
                    return [Table(tuple(each[at : at + width] for each in table.rows)) for at in starts]
        return [table]
    return [table]


def _read_one(table: Table, found: Found, on: date | None) -> None:
    start, columns = _headings(table.rows)
    if columns is None:
        columns = _by_content(table.rows)
        start = 0
    if columns is None:
        _read_single(table.rows, found, on)
        return
    turned = columns.get("last first") is not None or _surnames_first(table.rows[start:], columns)
    sparse = len(columns) > 1
    before = len(found.people)
    for row in table.rows[start:]:
        again = _meanings(row)
        if again is not None and start:
            columns = again
            continue
        _read_row(row, columns, found, on, surname_first=turned, headed=start > 0, sparse=sparse)
    if any(sum(bool(cell.text.strip()) for cell in row) > 1 for row in table.rows[start:]):
        _weigh(found, before)


def _weigh(found: Found, before: int) -> None:
    """Leave single words that are no known names to a person, unless most of the table's names are names for certain."""
    people = found.people[before:]
    weak = [each for each in people if " " not in each.name and not is_certain(each)]
    if len(people) - len(weak) < 2 * len(weak):
        found.people[before:] = [each for each in people if each not in weak]
        for each in weak:
            found.problem("what stands here is not certainly one person's name", Cell("", each.where))


def _surnames_first(rows: Sequence[tuple[Cell, ...]], columns: dict[str, int]) -> bool:
    index = columns.get(head.NAME)
    if index is None:
        return False
    return surname_first([row[index].text for row in rows if index < len(row) and not row[index].struck])


def _headings(rows: Sequence[tuple[Cell, ...]]) -> tuple[int, dict[str, int] | None]:
    for index, row in enumerate(rows[:_HEADING_WITHIN]):
        columns = _meanings(row)
        if columns is not None:
            return index + 1, columns
    return 0, None


def _meanings(row: Sequence[Cell]) -> dict[str, int] | None:
    """Return columns by what they are about, if this row is one of headings that names people."""
    columns: dict[str, int] = {}
    known = filled = 0
    for index, cell in enumerate(row):
        filled += bool(cell.text.strip())
        meaning = head.meaning_of(cell.text)
        if meaning is not None:
            known += 1
            # Each permission asked for has its own column, and all count.
            columns.setdefault(f"{meaning} {index}" if meaning == head.CONSENT and meaning in columns else meaning, index)
    has_names = head.NAME in columns or "last first" in columns or {head.FIRST, head.LAST} & columns.keys()
    strong = any(head.is_name_heading(cell.text) for cell in row)
    return columns if has_names and (known > filled / 2 or (strong and known >= filled / 4)) else None


def _read_single(rows: Sequence[tuple[Cell, ...]], found: Found, on: date | None) -> None:
    """Read a table of one column without a heading as the lines that it is."""
    full = [[cell for cell in row if cell.text.strip()] for row in rows]
    if any(len(row) > 1 for row in full) or any(cell.hidden or cell.formula for row in full for cell in row):
        return
    from backupd.reading.participants.lines import read_lines

    read_lines([row[0] for row in full if row], found, on)


def _by_content(rows: Sequence[tuple[Cell, ...]]) -> dict[str, int] | None:
    """Without headings, a table is one of people if a column holds names and another tells what only people have."""
    full = [row for row in rows if sum(bool(cell.text.strip()) for cell in row) > 1]
    if not full or len(full) < 0.5 * len([row for row in rows if any(cell.text.strip() for cell in row)]):
        return None
    at = next((index for index in range(min(3, max(map(len, full)))) if _holds_names(full, index)), None)
    if at is None:
        return None
    columns = {head.NAME: at}
    if at == 1 and all(_is_label(row[0].text) for row in full):
        columns[head.ROLE] = 0
    for index in range(max(len(row) for row in full)):
        cells = [row[index].text for row in full if index < len(row) and row[index].text.strip()]
        if index in columns.values() or index < at or not cells:
            continue
        for meaning, test in ((head.EMAIL, email_in), (head.PHONE, phone_in)):
            if all(test(text) for text in cells):
                columns.setdefault(meaning, index)
        if index not in columns.values() and head.ROLE not in columns and all(_is_role(text) for text in cells):
            columns[head.ROLE] = index
    return columns


def _holds_names(rows: Sequence[tuple[Cell, ...]], index: int) -> bool:
    texts = [row[index].text if index < len(row) else "" for row in rows]
    names = sum(person_name(text) is not None for text in texts)
    told = index == 0 and any(email_in(cell.text) or phone_in(cell.text) for row in rows for cell in row[1:])
    given = sum(is_given_name(word) for text in texts for word in text.split()[:1])
    return names >= 0.6 * len(rows) and (told or given >= 0.5 * len(rows))


def _is_label(text: str) -> bool:
    return text.strip().endswith(":") or is_role_word(text.strip())


def _is_role(text: str) -> bool:
    return text[:1].islower() and len(text) < 40 and "@" not in text


def _read_row(
    row: Sequence[Cell],
    columns: dict[str, int],
    found: Found,
    on: date | None,
    *,
    surname_first: bool,
    headed: bool,
    sparse: bool,
) -> None:
    def cell(meaning: str) -> Cell:
        index = columns.get(meaning)
        return row[index] if index is not None and index < len(row) else Cell("")

    parts = [cell(head.LAST), cell(head.FIRST)]
    whole = [cell(head.NAME), cell("last first")]
    # A name put together from its parts is often a formula; its parts are not.
    order = [*parts, *whole] if all(each.text.strip() for each in parts) else [*whole, *parts]
    name_cell = next((each for each in order if each.text.strip()), None)
    if name_cell is None or name_cell.struck or any(_TOTALS.match(each.text.strip()) for each in (*row[:2], name_cell)):
        return
    if name_cell.hidden:
        found.problem("a hidden row was left out", name_cell)
        return
    if name_cell.formula or is_formula(name_cell.text.strip()):
        found.problem("a formula stands where a name should", name_cell)
        return
    names = _names(cell, name_cell, surname_first=surname_first)
    if sparse and len(names) == 1 and " " not in names[0] and not is_given_name(names[0]):
        # One word with nothing beside it is the name of a group rather than of a person.
        names = names if any(each.text.strip() for each in row if each is not name_cell) else []
    if not names:
        lone = not any(each.text.strip() for each in row if each is not name_cell)
        if (headed or not lone) and not (lone and is_heading_word(name_cell.text)):
            found.problem("what stands here is not certainly one person's name", name_cell)
        return
    if any(cancelled(each.text) for each in row if each is not name_cell):
        found.problem("somebody who takes no part after all was left out", name_cell)
        return
    role = tidy(cell(head.ROLE).text).rstrip(" :") or None
    if role is not None and is_formula(role):
        role = None
    alone = len(names) == 1
    for name in names:
        found.people.append(
            Participant(
                name=name,
                role=role,
                email=email_in(cell(head.EMAIL).text) if alone else None,
                phone=_phone(cell(head.PHONE).text) if alone else None,
                minor=_minor(cell, on, adult=is_adult_role(role)),
                consent=_consent(cell, [cell(each) for each in columns if each.startswith(head.CONSENT)]),
                where=name_cell.where,
            )
        )


def _names(cell: object, name_cell: Cell, *, surname_first: bool) -> list[str]:
    get = cell
    assert callable(get)
    first, last = tidy(get(head.FIRST).text), tidy(get(head.LAST).text)
    if last or (first and not get(head.NAME).text.strip()):
        name = person_name(f"{first} {last}".strip(), sure=True)
        return [name] if name else []
    text = tidy(name_cell.text) if "\n" not in name_cell.text else name_cell.text
    text = without_companion(re.sub(r"\s*\([^)]*\)\s*$", "", text))
    parts = [part for part in _TWO.split(text) if part.strip()]
    if len(parts) > 1 and "\n" in text and all(" " not in part.strip() for part in parts):
        parts = [" ".join(part.strip() for part in parts)]
        text = parts[0]
    if len(parts) > 1:
        names = [person_name(part) for part in parts]
        return [name for name in names if name] if all(names) else []
    if surname_first and "," not in text:
        text = turned(text)
    name = person_name(text, sure=True)
    return [name] if name else []


def _phone(text: str) -> str | None:
    return phone_in(text) if not is_formula(text.strip()) or text.strip().startswith("+") else None


def _minor(cell: object, on: date | None, *, adult: bool) -> bool | None:
    assert callable(cell)
    for meaning, read in ((head.MINOR, minor_by_word), (head.AGE, minor_by_age)):
        answer = read(cell(meaning).text)
        if answer is not None:
            return answer
    answer = minor_by_birth(cell(head.BORN).text, on)
    return answer if answer is not None or adult else minor_by_class(cell(head.CLASS).text)


def _consent(cell: object, asked: Sequence[Cell]) -> Literal["yes", "no"] | None:
    assert callable(cell)
    if refusal_in(cell(head.NOTES).text) or consent_of(cell(head.REFUSED).text) == "yes":
        return "no"
    answers = {consent_of(each.text) for each in asked}
    return "no" if "no" in answers else "yes" if answers == {"yes"} else None
