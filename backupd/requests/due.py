"""By when a case is to be answered: days as the policy counts them, from what is recorded. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backupd.policy.deadlines import Deadlines, Pause, alarm_due, decide_deadlines, next_working_day
from backupd.requests.base import Kind
from backupd.settings.models import Requests
from index.requests import ENDED, Request

ANSWERED = ("answered", "duplicate", *ENDED)
"""States in which nobody waits for an answer any more."""


@dataclass(frozen=True, slots=True)
class Due:
    """The days of a case. `on` is the one that counts; `alarm` the days left where a reminder is due, else None."""

    on: date
    deadlines: Deadlines
    alarm: int | None


def due_of(one: Request, kind: Kind, settings: Requests, today: date) -> Due:
    """Return by when a case is due, as it is known today."""
    received = date.fromisoformat(one.received_on)
    length = settings.copy_deadline if kind.clock == "copy" else settings.deadline
    pauses = []
    if one.asked_on is not None:
        ended = date.fromisoformat(one.identified_on) if one.identified_on else None
        pauses.append(Pause(date.fromisoformat(one.asked_on), ended))
    deadlines = decide_deadlines(received, length, settings.extension, today, pauses)
    on = deadlines.due_strict
    if kind.clock == "copy":
        # The studio's own aim is not moved by weekends of the law: it is answered by the working day it falls on.
        on = next_working_day(length.after(received, "last"))
    if kind.clock == "authority" and one.details.get("due"):
        on = date.fromisoformat(one.details["due"])
    if one.extended_to is not None:
        on = date.fromisoformat(one.extended_to)
    last = date.fromisoformat(one.alarmed_on) if one.alarmed_on else None
    alarm = None if one.state in ANSWERED else alarm_due(on, today, last)
    return Due(on, deadlines, alarm)
