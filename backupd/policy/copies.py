"""How many good copies there are, and what may be spared. Pure.

A copy is a dated fact: somebody read its bytes (hashed) or its provider reported their hash (attested), on a day. What
is older than the studio's time for re-reading, in a store that cannot be reached, or was never verified is not known to
be good, which is neither good nor bad. Copies in one store count as one: one broken disk takes them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from backupd.policy.facts import Intact, Known
from backupd.settings.values import UNLIMITED, Duration, Unlimited

OTHERS_FOR_EVICTION = 2
"""How many other verified copies must stay before a replica is spare (D18)."""


class CopyState(Enum):
    """What was found at its place."""

    PRESENT = "present"
    MISSING = "missing"
    CORRUPT = "corrupt"
    UNREAD = "unread"


class KnownBy(Enum):
    """How its content is known."""

    HASHED = "hashed"
    ATTESTED = "attested"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class CopyFact:
    """One copy of a content. `known_on` is the day on which its content was last known, None where it never was."""

    id: int
    store: str
    state: CopyState
    known_by: KnownBy
    known_on: date | None
    store_reachable: Known = Known.UNKNOWN


@dataclass(frozen=True, slots=True)
class CopyRules:
    """What the studio asks for. `required` counts stores; `attested_counts` says whether a provider's word is enough."""

    required: int = 2
    verify_within: Duration | Unlimited = UNLIMITED
    attested_counts: bool = True


def is_good(copy: CopyFact, rules: CopyRules, today: date) -> Known:
    """Return whether a copy is good: YES is known lately enough, NO is known to be lost or damaged, else UNKNOWN."""
    if copy.state in (CopyState.MISSING, CopyState.CORRUPT):
        return Known.NO
    if copy.state is CopyState.UNREAD or copy.store_reachable is not Known.YES or copy.known_on is None:
        return Known.UNKNOWN
    if copy.known_by is KnownBy.UNVERIFIED or (copy.known_by is KnownBy.ATTESTED and not rules.attested_counts):
        return Known.UNKNOWN
    if copy.known_on > today:
        # Asked about a day in the past, or a clock that was wrong.
        return Known.UNKNOWN
    within = rules.verify_within
    fresh = isinstance(within, Unlimited) or today <= within.after(copy.known_on, "last")
    return Known.YES if fresh else Known.UNKNOWN


def good_copies(copies: Iterable[CopyFact], rules: CopyRules, today: date) -> tuple[CopyFact, ...]:
    """Return the good copies, one for each store: the one known last, a hashed one before an attested one."""
    best: dict[str, CopyFact] = {}
    for copy in copies:
        if is_good(copy, rules, today) is Known.YES:
            other = best.get(copy.store)
            if other is None or _worth(copy) > _worth(other):
                best[copy.store] = copy
    return tuple(best[store] for store in sorted(best))


def _worth(copy: CopyFact) -> tuple[bool, date, int]:
    return copy.known_by is KnownBy.HASHED, copy.known_on or date.min, -copy.id


def intact_of(copies: Iterable[CopyFact], rules: CopyRules, today: date) -> Intact:
    """Return the count that the decision table asks about. UNKNOWN where none is known to be good but one might be."""
    known = tuple(copies)
    good = len(good_copies(known, rules, today))
    if good:
        return Intact.ONE if good == 1 else Intact.MORE
    possible = any(is_good(copy, rules, today) is Known.UNKNOWN for copy in known)
    return Intact.UNKNOWN if possible else Intact.NONE


def copies_short(copies: Iterable[CopyFact], rules: CopyRules, today: date) -> int:
    """Return how many more stores must hold a good copy; 0 answers "may I format the card?" with yes."""
    return max(0, rules.required - len(good_copies(copies, rules, today)))


@dataclass(frozen=True, slots=True)
class Spare:
    """Whether a copy may be dropped as a spare replica, and which good copies would stay."""

    spare: Known
    others: tuple[CopyFact, ...]
    why: str


def decide_spare(copy: CopyFact, copies: Iterable[CopyFact], rules: CopyRules, today: date) -> Spare:
    """Return whether so many verified copies stay in other stores that this one is spare: two, or as many as the
    studio requires where that is more. UNKNOWN where copies that are not known to be good would be needed."""
    elsewhere = tuple(other for other in copies if other.store != copy.store and other.id != copy.id)
    good = good_copies(elsewhere, rules, today)
    needed = max(OTHERS_FOR_EVICTION, rules.required)
    if len(good) >= needed:
        return Spare(Known.YES, good, f"{len(good)} verified copies stay in other stores")
    possible = {other.store for other in elsewhere if is_good(other, rules, today) is not Known.NO}
    spare = Known.UNKNOWN if len(possible) >= needed else Known.NO
    return Spare(spare, good, f"only {len(good)} of {needed} verified copies would stay in other stores")
