"""Persons from lines of text, one to a line or one to a record of labelled lines. Pure.

What stands under "peruneet" takes no part; what stands under "ei kuvauslupaa" has refused. A line that is a name only by its
capitals counts where the lines around it are names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from backupd.reading.participants.base import Cell
from backupd.reading.participants.headings import AGE, BORN, CLASS, CONSENT, MINOR, NAME, NOTES, OTHER, ROLE, meaning_of
from backupd.reading.participants.headings import EMAIL as EMAIL_HEADING
from backupd.reading.participants.headings import PHONE as PHONE_HEADING
from backupd.reading.participants.one_line import LABEL, plain, read_line
from backupd.reading.participants.tables import Found
from backupd.reading.participants.values import (
    cancelled,
    consent_of,
    email_in,
    is_certain,
    is_heading_word,
    minor_by_age,
    minor_by_birth,
    minor_by_class,
    minor_by_word,
    person_name,
    phone_in,
    refusal_in,
    tidy,
)
from backupd.reading.records import Participant

_RULE = re.compile(r"[\W_]*")
_LETTER_HEAD = re.compile(
    r"^(?:from|to|cc|bcc|subject|sent|date|lähettäjä|vastaanottaja|kopio|aihe|lähetetty|från|till|ämne|skickat)\s*:",
    re.IGNORECASE,
)
_ALLOWED = re.compile(
    r"^(?:(?:kuvaus|julkaisu)?lupa|suostumus|(?:photo )?consent|samtycke|fotolov)"
    r"\s*(?:ok|on|annettu|saatu|given|yes|kyllä|ges|ja)\s*:?$",
    re.IGNORECASE,
)
_MOSTLY, _SOMEHOW = 0.7, 0.5
"""Shares of the lines that must be names before a name by its capitals alone is one."""


def read_lines(lines: Sequence[Cell], found: Found, on: date | None) -> None:
    """Add the persons that stand one to a line; what is a heading or a sentence gives none."""
    text = _Text(found, on)
    for line in lines:
        text.take(line)
    text.end()


class _Text:
    """The lines of one text, read in their order: what one says may hold for those below it."""

    def __init__(self, found: Found, on: date | None) -> None:
        self.found = found
        self.on = on
        self.people: list[tuple[Participant, bool]] = []
        self.full = 0
        self.open_record = False
        self.gone = False
        self.consent: Literal["yes", "no"] | None = None

    def take(self, line: Cell) -> None:
        """Read one line."""
        blank = not line.text.strip()
        if blank:
            self.open_record = False
            self.consent = None if self.consent == "yes" else self.consent
        if line.struck or blank or _RULE.fullmatch(line.text) or _LETTER_HEAD.match(line.text):
            return
        label = LABEL.match(plain(line.text))
        meaning = meaning_of(label[1]) if label else None
        if not (label and meaning and self.open_record) and self._is_section(line):
            return
        if self.gone:
            return
        self.full += not is_heading_word(line.text)
        if label and meaning == NAME and (name := person_name(label[2], sure=True)):
            self.people.append((Participant(name, where=line.where), True))
            self.open_record = True
        elif label and meaning == OTHER:
            self.full -= 1
        elif label and self.open_record and meaning is not None:
            self.full -= 1
            self.people[-1] = (_with(self.people[-1][0], meaning, label[2], self.on), True)
        else:
            self.open_record = False
            people, problem = read_line(line)
            if problem:
                self.found.problem(problem, line)
            if not people and self.consent == "yes":
                # Another heading, or a sentence: a permission goes no further than is certain.
                self.consent = None
            self.people += [(self._in_section(each), is_certain(each)) for each in people]

    def _is_section(self, line: Cell) -> bool:
        """Take a heading that says what holds for the lines below it; True where this line is one."""
        text = tidy(line.text).strip(" #*")
        if cancelled(text) and not read_line(line)[0]:
            self.gone = True
            self.found.problem("those who take no part after all were left out", line)
            return True
        if (refusal_in(text) or _ALLOWED.match(text)) and len(text) < 60 and not read_line(line)[0]:
            self.consent = "no" if refusal_in(text) else "yes"
            self.gone = False
            return True
        if text.endswith(":"):
            self.gone, self.consent = False, None
        return False

    def _in_section(self, person: Participant) -> Participant:
        return replace(person, consent=person.consent or self.consent) if self.consent else person

    def end(self) -> None:
        """Add the persons found, leaving to a person what is a name by its capitals alone among lines that are none."""
        sure = sum(certain for _, certain in self.people)
        share = len(self.people) / max(self.full, 1)
        trusted = share >= _MOSTLY or (share >= _SOMEHOW and sure >= 3 * (len(self.people) - sure))
        for person, certain in self.people:
            if certain or trusted:
                self.found.people.append(person)
            else:
                self.found.problem("what stands here is not certainly one person's name", Cell("", person.where))


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
