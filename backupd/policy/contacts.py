"""Which contacts nobody has used for so long that they are to be forgotten. Pure.

A contact is an address or a number with the names that go with it; its clock starts at its last use, whichever shoot,
consent, hold or delivery that was. A use of which no day is known means that nobody knows, so it is not due.
Source: privacy notice, part 5; privacy facts T13 and D23.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from backupd.policy.retention import contact_due_on
from backupd.settings.values import Duration, Unlimited

ContactState = Literal["in use", "due", "held", "unknown"]


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What decides. `last_used_on` is the last use of which a day is known, `undated` whether there are others."""

    last_used_on: date | None
    undated: bool = False
    holds: tuple[str, ...] = ()
    published: bool = False


@dataclass(frozen=True, slots=True)
class ContactVerdict:
    """The state, the day on which it is or was due (None where none is known), and the rule with its reason."""

    state: ContactState
    due_on: date | None
    rule: str


def decide_contact(facts: ContactFacts, unused: Duration | Unlimited, today: date) -> ContactVerdict:
    """Return whether a contact is to be forgotten."""
    due = None if facts.last_used_on is None else contact_due_on(facts.last_used_on, unused)
    due_on = due if isinstance(due, date) else None
    if facts.holds:
        kinds = ", ".join(facts.holds)
        return ContactVerdict("held", due_on, f"hold: {kinds}")
    if facts.published:
        return ContactVerdict("in use", due_on, "contact_in_use: a picture of theirs is still published")
    if facts.undated or facts.last_used_on is None:
        return ContactVerdict("unknown", due_on, "date_unknown: it appears in a shoot of which no day is known")
    if isinstance(due, Unlimited) or due is None:
        return ContactVerdict("in use", None, "contact_in_use: contacts are kept without end")
    if today < due:
        return ContactVerdict("in use", due, f"contact_in_use: last used {facts.last_used_on.isoformat()}")
    return ContactVerdict("due", due, f"contact_5y: unused since {facts.last_used_on.isoformat()}")
