"""Persons from lines of text: "Name - role", "Name, role, e-mail, phone", "Name (role)". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from backupd.reading.participants.base import Cell
from backupd.reading.participants.headings import meaning_of
from backupd.reading.participants.tables import Found
from backupd.reading.participants.values import (
    EMAIL,
    PHONE,
    consent_of,
    email_in,
    is_formula,
    is_given_name,
    minor_by_class,
    person_name,
    phone_in,
    refusal_in,
    tidy,
)
from backupd.reading.records import Participant

_BULLET = re.compile(r"^\s*(?:[-*•·–—+>○●▪◦☐☑✓]\s+|\d{1,3}[.):]\s+|\[[ xX]?\]\s*)+")
_SEPARATOR = re.compile(r"\s+[-–—]+\s+|\s*[\t;|]\s*|\s*,\s+|,(?=\S)|\s*:\s+")
_AGE = re.compile(
    r"^(?:(\d{1,2})\s*(?:v\.?|vuotta|vuotias|-vuotias|år|years?(?: old)?|y/?o)|(?:ikä|age|ålder)\s*:?\s*(\d{1,2}))$",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"~~.*?~~")
_SENTENCE_WORDS = 8
_CONSENT = re.compile(
    r"^(?:kuvauslupa|julkaisulupa|lupa|suostumus|consent|samtycke|tillstånd|permission)\s*:?\s*(.*)$", re.IGNORECASE
)


def read_lines(lines: Sequence[Cell], found: Found, on: date | None) -> None:
    """Add the persons that stand one to a line; what is a heading or a sentence gives none."""
    del on
    for line in lines:
        if line.struck:
            continue
        _read_line(line, found)


def _read_line(line: Cell, found: Found) -> None:
    text = _STRUCK.sub("", line.text)
    bulleted = _BULLET.match(text) is not None
    raw = _BULLET.sub("", text)
    text = raw.replace("**", "").replace("__", "").strip()
    if not text or text.startswith(("#", "//")):
        return
    if is_formula(text):
        found.problem("a formula stands where a name should", line)
        return
    email, phone = email_in(text), phone_in(EMAIL.sub(" ", text))
    told = email is not None or phone is not None
    bare = PHONE.sub(" ", EMAIL.sub(" ", text)) if phone else EMAIL.sub(" ", text)
    bare = re.sub(
        r"(?:(?:s-?posti|e-?mail|puh(?:elin)?|tel|gsm)\s*[.:]\s*)(?=[\s,;]|$)", " ", bare, flags=re.IGNORECASE
    )
    role = None
    if match := re.search(r"\(([^()]*)\)", bare):
        role = match[1].strip(" ,;") or None
        bare = f"{bare[: match.start()]} {bare[match.end() :]}"
    bare = bare.replace("<>", " ").replace("< >", " ").replace("<", " ").replace(">", " ")
    fields = [tidy(field).strip(" ,;:-–—") for field in _SEPARATOR.split(bare)]
    fields = [field for field in fields if field]
    if not fields:
        return
    name, rest = _name(fields)
    if name is None:
        if told or (
            bulleted
            and len(text.split()) <= _SENTENCE_WORDS
            and meaning_of(text) is None
            and any(is_given_name(word) for word in text.split())
        ):
            found.problem("what stands here is not certainly one person's name", line)
        return
    minor: bool | None = None
    consent = None
    for field in [*rest, *([role] if role else [])]:
        if match := _AGE.match(field):
            minor = int(match[1] or match[2]) < 18
            rest = [each for each in rest if each != field]
            role = None if role == field else role
        elif refusal_in(field):
            consent = "no"
            rest = [each for each in rest if each != field]
            role = None if role == field else role
        elif match := _CONSENT.match(field):
            consent = consent or consent_of(match[1])
            rest = [each for each in rest if each != field]
        elif minor_by_class(field):
            minor = True
    role = role or next((field for field in rest if _is_role(field)), None)
    found.people.append(Participant(name, role, email, phone, minor, consent, line.where))  # type: ignore[arg-type]


def _name(fields: list[str]) -> tuple[str | None, list[str]]:
    name = person_name(fields[0])
    if name is not None:
        return name, fields[1:]
    if len(fields) > 1 and " " not in fields[0]:
        # "Surname, Given": only where the given name is one for certain.
        turned = person_name(f"{fields[0]}, {fields[1]}")
        if turned is not None:
            return turned, fields[2:]
    if len(fields) > 1 and person_name(fields[1]) is not None and (fields[0][:1].islower() or meaning_of(fields[0])):
        # "morsian: Kaisa Virtanen"
        return person_name(fields[1]), [fields[0] if meaning_of(fields[0]) is None else "", *fields[2:]]
    return None, []


def _is_role(field: str) -> bool:
    return bool(field) and len(field) <= 60 and not any(sign.isdigit() for sign in field[:1]) and "@" not in field
