"""The persons of one line: "Name - role", "Name, role, phone", "Name (role)", "role: Name", "Name, Name and Name". Pure."""

from __future__ import annotations

import re

from backupd.reading.participants.base import Cell
from backupd.reading.participants.headings import OTHER, meaning_of
from backupd.reading.participants.values import (
    EMAIL,
    PHONE,
    cancelled,
    consent_of,
    email_in,
    is_adult_role,
    is_formula,
    is_given_name,
    is_role_word,
    minor_by_class,
    person_name,
    phone_in,
    refusal_in,
    tidy,
    without_companion,
    without_refusal,
)
from backupd.reading.participants.words.surnames import is_surname
from backupd.reading.records import Participant

_BULLET = re.compile(r"^\s*(?:[-*•·–—+>○●▪◦☐☑✓]\s+|\d{1,3}[.):]\s+|#?\d{1,3}\s+(?=[A-ZÅÄÖ])|\[[ xX]?\]\s*)+")
_LEADERS = re.compile(r"\s*(?:\.{3,}|…+)[\s.…]*")
_SEPARATOR = re.compile(r"\s+[-–—]+\s+|\s*[\t;|]\s*|\s*,\s+|,(?=\S)|\s*:\s+|\s+/\s+|\s{3,}")
LABEL = re.compile(r"^([^\W\d_][\w /()-]{1,40}?)\s*:\s+(\S.*)$")
_AGE = re.compile(
    r"^(?:(\d{1,2})\s*(?:v\.?|vuotta|vuotias|-vuotias|år|years?(?: old)?|y/?o)|(?:ikä|age|ålder)\s*:?\s*(\d{1,2}))$",
    re.IGNORECASE,
)
_UNDER_AGE = re.compile(r"alaikäinen|minor|under ?age|minderårig", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<!\w)[_*](?=\S)([^_*]+?)(?<=\S)[_*](?!\w)")
_STRUCK = re.compile(r"~~.*?~~")
_SENTENCE_WORDS = 8
_CONSENT = re.compile(
    r"^(?:kuvauslupa|fotolov|julkaisulupa|lupa|suostumus|consent|samtycke|tillstånd|permission)\s*:?\s*(.*)$", re.IGNORECASE
)


_GUARDIAN = re.compile(
    r"[\s,;(–-]+(?:(?:huoltaja[nt]?|huoltajat|guardians?|vårdnadshavare|målsman)\b|(?:vanhemmat|parents?|äiti|isä|mother|father|mamma|pappa)\b"
    r"(?=\s*:?\s+[A-ZÅÄÖ])).*$",
    re.IGNORECASE,
)
"""From here a line speaks of a pupil's guardian: the name, the phone and the address are not the pupil's."""


UNCERTAIN = "what stands here is not certainly one person's name"


def plain(text: str) -> str:
    """Return a line without its bullet, its marks of emphasis and what is struck out."""
    bare = _BULLET.sub("", _STRUCK.sub("", text)).replace("**", "").replace("__", "").strip()
    return _EMPHASIS.sub(r"\1", bare)


def read_line(line: Cell) -> tuple[list[Participant], str]:
    """Return the persons that a line names, and why a person must look at it, or ""."""
    bulleted = _BULLET.match(_STRUCK.sub("", line.text)) is not None
    text = _LEADERS.sub(" - ", plain(line.text))
    led = _LEADERS.search(plain(line.text)) is not None
    if not text or text.startswith(("#", "//")):
        return [], ""
    if is_formula(text):
        return [], "a formula stands where a name should"
    several = _several(text, line)
    if several:
        return several, ""
    refused = refusal_in(text)
    if refused:
        text = without_refusal(text)
    alone = _GUARDIAN.sub("", text)
    text = alone if person_name(alone.split(",")[0]) or person_name(alone) else text
    email, phone = email_in(text), phone_in(EMAIL.sub(" ", text))
    told = email is not None or phone is not None
    bare = PHONE.sub(" ; ", EMAIL.sub(" ; ", text)) if phone else EMAIL.sub(" ; ", text)
    bare = re.sub(r"(?:(?:s-?posti|e-?mail|puh(?:elin)?|tel|gsm)\s*[.:]\s*)(?=[\s,;]|$)", " ", bare, flags=re.IGNORECASE)
    role = None
    inner: list[str] = []
    bare = without_companion(bare)
    if match := re.search(r"\(([^()]*)\)", bare):
        inner = [field for field in (tidy(field).strip(" ,;:") for field in _SEPARATOR.split(match[1])) if field]
        role = inner.pop(0) if inner else None
        bare = f"{bare[: match.start()]} {bare[match.end() :]}"
    bare = bare.replace("<", " ").replace(">", " ")
    label = LABEL.match(bare)
    comma = label is None and re.match(r"[^,]*,", bare) is not None
    fields = [tidy(field).strip(" ,;:-–—") for field in _SEPARATOR.split(bare)]
    fields = [field for field in fields if field]
    if not fields:
        return [], ""
    name, rest = _name(fields, comma=comma, labelled=label is not None or led)
    rest += inner
    if name is None:
        if told or (
            bulleted
            and len(text.split()) <= _SENTENCE_WORDS
            and meaning_of(text) is None
            and any(is_given_name(word) for word in text.split())
        ):
            return [], UNCERTAIN
        return [], ""
    if any(cancelled(field) for field in (*rest, role or "")):
        return [], "somebody who takes no part after all was left out"
    minor: bool | None = None
    consent = "no" if refused else None
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
        elif minor_by_class(field) and not any(is_adult_role(each) for each in (*rest, role)):
            minor = True
    role = role or next((field for field in rest if _is_role(field)), None)
    role = None if role is not None and len(role) == 1 else role
    return [Participant(name, role, email, phone, minor, consent, line.where)], ""  # type: ignore[arg-type]


def _several(text: str, line: Cell) -> list[Participant]:
    """Return the persons of a line that names some, as "Veera Tuomi, Juho Hakala" does; empty where it is no such line."""
    label = LABEL.match(text)
    if label and meaning_of(label[1]) == OTHER:
        return []
    bare = label[2] if label else text
    people: list[Participant] = []
    for field in filter(None, re.split(r"\s*;\s*|\s*,\s+|\s+(?:ja|and|och)\s+|\s+&\s+", bare)):
        name = person_name(EMAIL.sub(" ", field).replace("<", " ").replace(">", " "))
        if name is None or not is_given_name(name.split(" ")[0]):
            return []
        people.append(Participant(name, email=email_in(field), where=line.where))
    return people if len(people) > 1 else []


def _name(fields: list[str], *, comma: bool, labelled: bool) -> tuple[str | None, list[str]]:
    title, _, rest = fields[0].partition(" ")
    titled = is_role_word(title) or (title.isupper() and len(title) <= 3 and "." not in title)
    if titled and not is_given_name(title) and is_given_name(rest.split(" ")[0]) and (name := person_name(rest)):
        # "Coach John Smith", "GK Eetu Salo"
        return name, [title, *fields[1:]]
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
        and (labelled or fields[0][:1].islower() or meaning_of(fields[0]) or is_role_word(fields[0]))
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
