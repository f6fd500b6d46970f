"""Whether a changed configuration would let more be deleted than before. Pure: the old and the new limits in, what was
lowered out.

Until a named person confirms it, nothing is pruned (D25): a slip in a file must not empty a store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backupd.policy.facts import Known
from backupd.settings.values import Duration, Room, Unlimited

# Days from which lengths differ in different ways: a leap day, a long and a short month after a long one.
_DAYS = (date(2028, 2, 29), date(2027, 1, 31), date(2027, 2, 28), date(2027, 7, 1))
_SIZES = (10**9, 10**14)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds deletion by age and for space."""

    minimum: Duration | Unlimited
    grace: Duration
    require_copies: int
    low: Room
    high: Room
    unused_contacts: Duration | Unlimited


def lowered(before: Limits, now: Limits) -> tuple[str, ...]:
    """Return in words what lets more be deleted than before; empty where nothing does."""
    found = []
    if _is_shorter(before.minimum, now.minimum):
        found.append(f"the minimum was {before.minimum} and is {now.minimum}")
    if _is_shorter(before.grace, now.grace):
        found.append(f"the grace was {before.grace} and is {now.grace}")
    if _is_shorter(before.unused_contacts, now.unused_contacts):
        found.append(f"contacts were kept for {before.unused_contacts} unused, now for {now.unused_contacts}")
    if now.require_copies < before.require_copies:
        found.append(f"{before.require_copies} copies were required, now {now.require_copies}")
    if _is_more(before.low, now.low):
        found.append(f"a clean-up was due below {before.low} free, now below {now.low}")
    if _is_more(before.high, now.high):
        found.append(f"a clean-up went on to {before.high} free, now to {now.high}")
    return tuple(found)


def strictest(before: Limits, now: Limits) -> Limits:
    """Return the limits of which each is the one that lets less be deleted: what counts until a person confirms.

    Of two lengths of which neither is the longer for all days, the one that was in force stays.
    """
    return Limits(
        before.minimum if _is_shorter(before.minimum, now.minimum) else now.minimum,
        before.grace if _is_shorter(before.grace, now.grace) else now.grace,
        max(before.require_copies, now.require_copies),
        before.low if _is_more(before.low, now.low) else now.low,
        before.high if _is_more(before.high, now.high) else now.high,
        before.unused_contacts if _is_shorter(before.unused_contacts, now.unused_contacts) else now.unused_contacts,
    )


def policy_lowered(before: Limits | None, now: Limits) -> Known:
    """Return the fact of the decision table. `before` is what was last confirmed, None where that is not known."""
    if before is None:
        return Known.UNKNOWN
    return Known.YES if lowered(before, now) else Known.NO


def _is_shorter(before: Duration | Unlimited, now: Duration | Unlimited) -> bool:
    if isinstance(now, Unlimited):
        return False
    if isinstance(before, Unlimited):
        return True
    # Neither is the longer for all days ("1 month" and "30 days"): shorter on any day is shorter.
    return any(now.after(day) < before.after(day) for day in _DAYS)


def _is_more(before: Room, now: Room) -> bool:
    # A share and a size can't be compared without a store: more on any store is more.
    return any(now.of(size) > before.of(size) for size in _SIZES)
