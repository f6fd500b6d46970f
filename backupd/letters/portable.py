"""What a person gave, in forms that machines read (GDPR art. 20): JSON, and the same as CSV. Pure.

Only what the person provided stands in it: their name and contact details, what they ordered, what they said of
themselves in lists of shoots that they ordered, and what they agreed to. What the studio wrote down of them itself
(look-ups, holds, how long something is kept) is in the access report. Source: WP242, on what "provided by" means.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from backupd.letters.access import AccessFacts

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass(frozen=True, slots=True)
class Provided:
    """One thing that a person gave: of which kind, in which shoot, what is called how."""

    kind: str
    shoot: int | None
    field: str
    value: str | bool | int | None


def provided(facts: AccessFacts) -> tuple[Provided, ...]:
    """Return what the person gave, in order, nothing twice."""
    return tuple(dict.fromkeys(_provided(facts)))


def _provided(facts: AccessFacts) -> Iterator[Provided]:
    own = {each.id for each in facts.shoots if each.as_client}
    yield Provided("person", None, "name", facts.name)
    for known in facts.known_by:
        if known.source == "folder":
            yield Provided("person", None, known.kind, known.value)
    for each in facts.shoots:
        if each.as_client:
            days = (("title", each.title), ("first_day", _iso(each.first_day)), ("last_day", _iso(each.last_day)))
            for field, value in (*days, ("photos", each.photos), ("videos", each.videos)):
                if value not in (None, ""):
                    yield Provided("shoot", each.id, field, value)
    for entry in facts.appearances:
        if entry.shoot not in own:
            # Somebody else gave this list: it was not provided by the person.
            continue
        for field in ("name", "role", "email", "phone"):
            if getattr(entry, field):
                yield Provided("entry", entry.shoot, field, getattr(entry, field))
    for number, consent in enumerate(facts.consents, 1):
        yield Provided("consent", None, f"{number}.uses", " ".join(consent.uses))
        yield Provided("consent", None, f"{number}.answer", consent.state)
        yield Provided("consent", None, f"{number}.from", consent.from_day.isoformat())
        if consent.withdrawn_on is not None:
            yield Provided("consent", None, f"{number}.withdrawn_on", consent.withdrawn_on.isoformat())


def as_json(facts: AccessFacts) -> bytes:
    """Return it as JSON in UTF-8: a list of records with the same keys; days are YYYY-MM-DD."""
    rows = [{"kind": each.kind, "shoot": each.shoot, "field": each.field, "value": each.value} for each in provided(facts)]
    answer = {"controller": facts.controller.name, "made_on": facts.made_on.isoformat(), "provided": rows}
    return (json.dumps(answer, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def as_csv(facts: AccessFacts) -> bytes:
    """Return it as CSV in UTF-8 with its mark, so that spreadsheets read it as that; no cell is ever a formula."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(("kind", "shoot", "field", "value"))
    for each in provided(facts):
        writer.writerow((each.kind, "" if each.shoot is None else each.shoot, each.field, _cell(str(each.value))))
    return made.getvalue().encode("utf-8-sig", "backslashreplace")


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_RISKY) else text


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
