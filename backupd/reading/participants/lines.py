"""Persons from lines of text: "Name - role", "Name, role, e-mail, phone", "Name (role)". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from backupd.reading.participants.base import Cell
from backupd.reading.participants.headings import AGE, BORN, CLASS, CONSENT, MINOR, NAME, NOTES, ROLE, meaning_of
from backupd.reading.participants.headings import EMAIL as EMAIL_HEADING
from backupd.reading.participants.headings import PHONE as PHONE_HEADING
from backupd.reading.participants.tables import Found
from backupd.reading.participants.values import (
    EMAIL,
    PHONE,
    consent_of,
    email_in,
    is_formula,
    is_given_name,
    minor_by_age,
    minor_by_birth,
    minor_by_class,
    minor_by_word,
    person_name,
    phone_in,
    refusal_in,
    tidy,
)
from backupd.reading.participants.words.surnames import is_surname
from backupd.reading.records import Participant

_BULLET = re.compile(r"^\s*(?:[-*•·–—+>○●▪◦☐☑✓]\s+|\d{1,3}[.):]\s+|\[[ xX]?\]\s*)+")
_SEPARATOR = re.compile(r"\s+[-–—]+\s+|\s*[\t;|]\s*|\s*,\s+|,(?=\S)|\s*:\s+|\s+/\s+|\s{3,}")
_LABEL = re.compile(r"^([^\W\d_][\w /()-]{1,40}?)\s*:\s+(\S.*)$")
_AGE = re.compile(
    r"^(?:(\d{1,2})\s*(?:v\.?|vuotta|vuotias|-vuotias|år|years?(?: old)?|y/?o)|(?:ikä|age|ålder)\s*:?\s*(\d{1,2}))$",
    re.IGNORECASE,
)
_UNDER_AGE = re.compile(r"alaikäinen|minor|under ?age|minderårig", re.IGNORECASE)
_STRUCK = re.compile(r"~~.*?~~")
_SENTENCE_WORDS = 8
_CONSENT = re.compile(
    r"^(?:kuvauslupa|fotolov|julkaisulupa|lupa|suostumus|consent|samtycke|tillstånd|permission)\s*:?\s*(.*)$", re.IGNORECASE
)


def read_lines(lines: Sequence[Cell], found: Found, on: date | None) -> None:
    """Add the persons that stand one to a line; what is a heading or a sentence gives none."""
    open_record = False
    for line in lines:
        if line.struck:
            continue
        label = _LABEL.match(_BULLET.sub("", line.text).replace("**", "").strip())
        meaning = meaning_of(label[1]) if label else None
        if label and meaning == NAME and (name := person_name(label[2], sure=True)):
            found.people.append(Participant(name, where=line.where))
            open_record = True
        elif label and open_record and meaning is not None:
            found.people[-1] = _with(found.people[-1], meaning, label[2], on)
        else:
            open_record = open_record and bool(line.text.strip())
            _read_line(line, found)


def _with(person: Participant, meaning: str, value: str, on: date | None) -> Participant:
    """Return the person with what a line below the name says, as in "Puhelin: 040 000 0101"."""
    if meaning == ROLE:
        return replace(person, role=tidy(value) or None)
    if meaning == EMAIL_HEADING:
        return replace(person, email=email_in(value))
    if meaning == PHONE_HEADING:
        return replace(person, phone=phone_in(value))
    if meaning == CONSENT:
        return replace(person, consent=consent_of(value))
    if meaning == NOTES:
        return replace(person, consent="no") if refusal_in(value) else person
    minor = {AGE: minor_by_age, CLASS: minor_by_class, MINOR: minor_by_word}.get(meaning)
    if minor is not None:
        return replace(person, minor=minor(value))
    return replace(person, minor=minor_by_birth(value, on)) if meaning == BORN else person


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
    bare = PHONE.sub(" ; ", EMAIL.sub(" ; ", text)) if phone else EMAIL.sub(" ; ", text)
    bare = re.sub(
        r"(?:(?:s-?posti|e-?mail|puh(?:elin)?|tel|gsm)\s*[.:]\s*)(?=[\s,;]|$)", " ", bare, flags=re.IGNORECASE
    )
    role = None
    inner: list[str] = []
    if match := re.search(r"\(([^()]*)\)", bare):
        inner = [field for field in (tidy(field).strip(" ,;:") for field in _SEPARATOR.split(match[1])) if field]
        role = inner.pop(0) if inner else None
        bare = f"{bare[: match.start()]} {bare[match.end() :]}"
    bare = bare.replace("<", " ").replace(">", " ")
    label = _LABEL.match(bare)
    comma = label is None and re.match(r"[^,]*,", bare) is not None
    fields = [tidy(field).strip(" ,;:-–—") for field in _SEPARATOR.split(bare)]
    fields = [field for field in fields if field]
    if not fields:
        return
    name, rest = _name(fields, comma=comma, labelled=label is not None)
    rest += inner
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
        elif _UNDER_AGE.fullmatch(field):
            minor = True
            rest = [each for each in rest if each != field]
            role = None if role == field else role
        elif minor_by_class(field):
            minor = True
    role = role or next((field for field in rest if _is_role(field)), None)
    found.people.append(Participant(name, role, email, phone, minor, consent, line.where))  # type: ignore[arg-type]


def _name(fields: list[str], *, comma: bool, labelled: bool) -> tuple[str | None, list[str]]:
    name = person_name(fields[0])
    if name is not None and not _signs_off(name):
        return name, fields[1:]
    if comma and len(fields) > 1 and " " not in fields[0]:
        # "Surname, Given": only where the given name is one for certain.
        turned = person_name(f"{fields[0]}, {fields[1]}")
        if turned is not None:
            return turned, fields[2:]
    if (
        len(fields) > 1
        and person_name(fields[1]) is not None
        and (labelled or fields[0][:1].islower() or meaning_of(fields[0]))
    ):
        # "morsian: Kaisa Virtanen"
        return person_name(fields[1]), [fields[0] if meaning_of(fields[0]) is None else "", *fields[2:]]
    return None, []


def _signs_off(name: str) -> bool:
    """True for "T. Kaija", the end of a letter."""
    first, _, last = name.partition(" ")
    return len(first.strip(".")) == 1 and is_given_name(last) and not is_surname(last)


def _is_role(field: str) -> bool:
    return bool(field) and len(field) <= 60 and not any(sign.isdigit() for sign in field[:1]) and "@" not in field
