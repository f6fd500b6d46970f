"""How long a shoot is protected. Pure: days and lengths in, verdict with its rule out.

The studio promises to keep copies at least a year; the clock starts at the latest of the shoot's last day and the day
on which its last new photo or video was first seen, never at the earliest. Unknown is protected without an end.
Source: privacy notice facts, part 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from backupd.settings.values import Duration

State = Literal["protected", "prunable", "held", "unknown", "erased"]


@dataclass(frozen=True, slots=True)
class ShootFacts:
    """What decides. `last_day` is None where the shoot's day is unknown, `last_seen_on` where it holds no media."""

    last_day: date | None
    last_seen_on: date | None
    in_review: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """The verdict. `protected_until` is inclusive; None where nothing bounds the protection or where there is none."""

    state: State
    protected_until: date | None
    rule: str


def decide_retention(facts: ShootFacts, minimum: Duration | None, today: date) -> Retention:
    """Return the state of a shoot today. `minimum` None keeps without end."""
    if facts.last_day is None:
        return Retention("unknown", None, "date_unknown: no day is known, so no clean-up may touch it")
    if facts.in_review:
        return Retention("unknown", None, "date_unknown: its day is in review, so no clean-up may touch it")
    if minimum is None:
        return Retention("protected", None, "min_retention: the studio keeps without end")
    anchor = max(day for day in (facts.last_day, facts.last_seen_on) if day is not None)
    until = minimum.after(anchor)
    if today <= until:
        return Retention("protected", until, f"min_retention: counted from {anchor.isoformat()}")
    return Retention("prunable", until, f"retention_passed: protected until {until.isoformat()}")

