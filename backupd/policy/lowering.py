"""Whether a changed configuration would let more be deleted than before. Pure: the old and the new limits in, what was
lowered out.

Until a named person confirms it, nothing is pruned (D25): a slip in a file must not empty a store. Each limit has its row
in `_RULES`; what is not a limit, and why, stands in docs/decisions/0044-promises.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from backupd.policy.facts import Known
from backupd.settings.values import UNLIMITED, Duration, Room, Unlimited

# Days from which lengths differ in different ways: a leap day, a long and a short month after a long one.
_DAYS = (date(2028, 2, 29), date(2027, 1, 31), date(2027, 2, 28), date(2027, 7, 1))
_SIZES = (10**9, 10**14)
_THIRTY_DAYS, _HALF_A_YEAR, _THREE_YEARS = Duration(days=30), Duration(months=6), Duration(years=3)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds deletion: by age, for space, by which copies stay, by how much at once, by how long it can be undone.

    `kept_out` are stores that no clean-up looks at, `cleaned` those that it does. A default is what the configuration has
    where it says nothing: what an older record does not tell counts as that.
    """

    minimum: Duration | Unlimited
    grace: Duration
    require_copies: int
    low: Room
    high: Room
    unused_contacts: Duration | Unlimited
    verify_within: Duration | Unlimited = _HALF_A_YEAR
    last_copies: bool = False
    spare_copies: bool = False
    most_files: int | Unlimited = 20_000
    most_bytes: int | Unlimited = 2 * 10**12
    most_share: float = 0.25
    undo_within: Duration = _THIRTY_DAYS
    keep_evidence: Duration | Unlimited = _THREE_YEARS
    kept_out: frozenset[str] = frozenset()
    cleaned: frozenset[str] = field(default=frozenset(), compare=False)


def lowered(before: Limits, now: Limits) -> tuple[str, ...]:
    """Return in words what lets more be deleted than before; empty where nothing does."""
    found = []
    for name, rule in _RULES.items():
        was, is_now = getattr(before, name), getattr(now, name)
        if rule.loosens(was, is_now):
            found.append(rule.says.format(was=rule.word(was), now=rule.word(is_now)))
    opened = sorted(before.kept_out & now.cleaned)
    return (*found, *(f"clean-ups left the store {store} alone, now they may take from it" for store in opened))


def strictest(before: Limits, now: Limits) -> Limits:
    """Return the limits of which each is the one that lets less be deleted: what counts until a person confirms.

    Of two lengths of which neither is the longer for all days, the one that was in force stays. A store that was kept
    out stays so, even if it is gone from the configuration for a while.
    """
    kept = {
        name: getattr(before, name)
        for name, rule in _RULES.items()
        if rule.loosens(getattr(before, name), getattr(now, name))
    }
    return replace(now, **kept, kept_out=before.kept_out | now.kept_out, cleaned=now.cleaned - before.kept_out)


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


def _is_longer(before: Duration | Unlimited, now: Duration | Unlimited) -> bool:
    return _is_shorter(now, before)


def _is_more_room(before: Room, now: Room) -> bool:
    # A share and a size can't be compared without a store: more on any store is more.
    return any(now.of(size) > before.of(size) for size in _SIZES)


def _is_more(before: float | Unlimited, now: float | Unlimited) -> bool:
    if isinstance(before, Unlimited):
        return False
    return isinstance(now, Unlimited) or now > before


def _is_fewer(before: int, now: int) -> bool:
    return now < before


def _any_number(value: object) -> str:
    return "any number of" if value is UNLIMITED else str(value)


def _bytes(value: int | Unlimited) -> str:
    return "any number of bytes" if isinstance(value, Unlimited) else f"{value} bytes"


def _share(value: float) -> str:
    return f"{value * 100:g} %"


@dataclass(frozen=True, slots=True)
class _Rule:
    """When a limit lets more be deleted than it did, and how that is said."""

    loosens: Callable[[Any, Any], bool]
    says: str
    word: Callable[[Any], str] = str


_RULES = {
    "minimum": _Rule(_is_shorter, "the minimum was {was} and is {now}"),
    "grace": _Rule(_is_shorter, "the grace was {was} and is {now}"),
    "unused_contacts": _Rule(_is_shorter, "contacts were kept for {was} unused, now for {now}"),
    "require_copies": _Rule(_is_fewer, "{was} copies were required, now {now}"),
    "low": _Rule(_is_more_room, "a clean-up was due below {was} free, now below {now}"),
    "high": _Rule(_is_more_room, "a clean-up went on to {was} free, now to {now}"),
    "verify_within": _Rule(_is_longer, "a copy counted as good for {was} after it was checked, now for {now}"),
    "last_copies": _Rule(_is_more, "the last good copy of a file stayed, now it may go"),
    "spare_copies": _Rule(_is_more, "copies stayed within the minimum, now spare ones may go"),
    "most_files": _Rule(_is_more, "clean-ups took {was} files a day at most, now {now}", _any_number),
    "most_bytes": _Rule(_is_more, "clean-ups took {was} a day at most, now {now}", _bytes),
    "most_share": _Rule(_is_more, "clean-ups took {was} of a store's files a day at most, now {now}", _share),
    "undo_within": _Rule(_is_shorter, "what was removed could be brought back for {was}, now for {now}"),
    "keep_evidence": _Rule(_is_shorter, "evidence of people's requests was kept for {was}, now for {now}"),
}
