"""How long a shoot is protected. Pure: days and lengths in, verdict with its rule and reasons out.

The studio promises to keep copies at least a year. The clock starts at the latest of the shoot's last day, its last
delivery and the day on which its last new photo or video was first seen here, never at the earliest, and never from a
camera's clock or a file's time alone. Unknown is protected without an end. Sidecars, catalogues and lists do not extend.
Source: privacy notice facts, part 4; reliability facts, V5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from backupd.policy.facts import Retained
from backupd.settings.values import UNLIMITED, Duration, Unlimited

State = Literal["protected", "prunable", "held", "unknown", "erased"]
DayFrom = Literal["folder", "settled", "delivery", "capture"]

NO_GRACE = Duration()


@dataclass(frozen=True, slots=True)
class ShootFacts:
    """What decides. `last_day` is None where the shoot's day is unknown, `last_seen_on` where it holds no media.

    `day_from` says where the day was read; from capture times alone it never starts the clock by itself. `delivered_on`
    is the last delivery that is known of. `unread` says that some files' bytes are not known yet. `holds` names the
    kinds of the holds in force, `erased` that nothing is left but what a provider may still restore.
    """

    last_day: date | None
    last_seen_on: date | None
    in_review: bool = False
    delivered_on: date | None = None
    day_from: DayFrom = "folder"
    unread: bool = False
    holds: tuple[str, ...] = ()
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """The verdict. `protected_until` is inclusive and is the promise, without grace; None where nothing bounds the
    protection or where there is none. `prunable_from` is the first day on which a clean-up may take it. `reasons` says
    in words what was looked at."""

    state: State
    protected_until: date | None
    rule: str
    prunable_from: date | None = None
    reasons: tuple[str, ...] = ()
    needs_review: bool = False


def decide_retention(
    facts: ShootFacts, minimum: Duration | Unlimited | None, today: date, grace: Duration = NO_GRACE
) -> Retention:
    """Return the state of a shoot on a day. `minimum` UNLIMITED or None keeps without end."""
    if facts.erased:
        return Retention("erased", None, "erased: erased on a person's request", reasons=("nothing of it is kept",))
    clock = _by_clock(facts, minimum, today, grace)
    if not facts.holds:
        return clock
    kinds = ", ".join(facts.holds)
    held = f"held by {kinds}; a hold ends by a person's word, never by time"
    return Retention(
        "held", clock.protected_until, f"hold: {kinds}", None, (held, *clock.reasons), clock.needs_review
    )


def _by_clock(facts: ShootFacts, minimum: Duration | Unlimited | None, today: date, grace: Duration) -> Retention:
    doubt = _doubt(facts)
    if doubt:
        why = f"{doubt}, so no clean-up may touch it"
        return Retention("unknown", None, f"date_unknown: {why}", reasons=(why,), needs_review=True)
    if minimum is None or minimum is UNLIMITED:
        why = "the studio keeps without end"
        return Retention("protected", None, f"min_retention: {why}", reasons=(why,))
    days = _days(facts)
    anchor, starts = max((day, words) for words, day in days.items())
    until = minimum.after(anchor)
    # A day beyond the calendar's end would never come; that is "without end".
    prunable_from = None if date.max in (until, grace.after(until)) else grace.after(until) + timedelta(days=1)
    ahead = tuple(f"{words} lies in the future ({day.isoformat()})" for words, day in days.items() if day > today)
    reasons = (
        *(f"{words}: {day.isoformat()}" for words, day in days.items()),
        f"{minimum} from the latest, {starts}, ends with {until.isoformat()}",
        *ahead,
    )
    if today <= until or prunable_from is None:
        rule = f"min_retention: counted from {anchor.isoformat()}"
        return Retention("protected", until, rule, prunable_from, reasons, bool(ahead))
    if today < prunable_from:
        rule = f"grace: past the minimum, left alone until {prunable_from.isoformat()}"
        return Retention("protected", until, rule, prunable_from, (*reasons, f"{grace} of grace"), bool(ahead))
    rule = f"retention_passed: protected until {until.isoformat()}"
    return Retention("prunable", until, rule, prunable_from, reasons, bool(ahead))


def _doubt(facts: ShootFacts) -> str | None:
    if facts.last_day is None:
        return "no day is known"
    if facts.in_review:
        return "its day is in review"
    if facts.unread:
        return "some of its files have not been read yet"
    if facts.day_from == "capture" and facts.last_seen_on is None:
        return "its day is known from cameras alone"
    return None


def _days(facts: ShootFacts) -> dict[str, date]:
    days = {
        "the shoot's last day": facts.last_day,
        "the last delivery": facts.delivered_on,
        "the last new photo or video first seen": facts.last_seen_on,
    }
    return {words: day for words, day in days.items() if day is not None}


def retained_of(verdict: Retention) -> Retained:
    """Return the verdict as the fact that the decision table asks about. A hold or an erasure is told by its own fact:
    here such a shoot counts as protected, or as unknown where it has no date."""
    if verdict.state == "unknown" or (verdict.state == "held" and verdict.protected_until is None):
        return Retained.UNKNOWN
    return Retained.PASSED if verdict.state == "prunable" else Retained.PROTECTED


def contact_due_on(last_used_on: date, unused: Duration | Unlimited) -> date | Unlimited:
    """Return the day on which a contact that was last used then becomes due for deletion, or UNLIMITED.

    The notice says "at latest when unused for five years": the same day and month, and 29 February ends on the 28th.
    """
    return UNLIMITED if isinstance(unused, Unlimited) else unused.after(last_used_on, "last")
