"""What stops a deletion: kinds of holds, whom and what they cover, when they are due for review. Pure.

A hold never ends by time. One without a review, or whose review has passed, is reported and stays in force. A hold that
is only proposed stops like an active one: it is opened before any analysis. Source: privacy facts, T3, T11, T12, part 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from backupd.policy.facts import Facts, Known
from backupd.policy.table import ACTIONS, TABLE, Action, Cell, Split

REVIEW_AFTER = timedelta(days=90)


class HoldKind(Enum):
    """Why it is held."""

    RESTRICTION = "restriction"
    OBJECTION = "objection"
    LEGAL = "legal"
    OPEN_REQUEST = "open_request"
    PIN = "pin"


class Ground(Enum):
    """The ground of a restriction, GDPR art. 18(1)."""

    ACCURACY = "a"
    UNLAWFUL = "b"
    CLAIMS = "c"
    OBJECTION = "d"


class HoldState(Enum):
    """Where a hold stands. Only LIFTED no longer stops anything."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    LIFT_ANNOUNCED = "lift_announced"
    LIFTED = "lifted"


class Lists(Enum):
    """What is known of who appears in a shoot."""

    READ = "read"
    NONE_FOUND = "none found"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class OfPerson:
    """Everything that concerns a person, by the index's key."""

    person: str


@dataclass(frozen=True, slots=True)
class OfShoot:
    """A whole shoot, with what is added to it later."""

    shoot: int


@dataclass(frozen=True, slots=True)
class OfFiles:
    """Some contents, wherever they lie."""

    contents: frozenset[int]


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold. `by_person` is whose right it rests on, None for a legal hold or a pin. `opened_on` is the first day it
    stops; `lifted_on` the first on which it does not, None while it stands. `ground` only for a restriction."""

    id: str
    kind: HoldKind
    scope: OfPerson | OfShoot | OfFiles
    state: HoldState
    opened_on: date
    owner: str
    reason: str
    by_person: str | None = None
    ground: Ground | None = None
    review_on: date | None = None
    lifted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What an act concerns: a shoot (None for a contact alone), its contents, the people who are known to be in it."""

    shoot: int | None
    contents: frozenset[int] = frozenset()
    people: frozenset[str] = frozenset()
    lists: Lists = Lists.UNREAD


def is_in_force(hold: Hold, day: date) -> bool:
    """Whether it stops things on that day, which may lie in the past."""
    if day < hold.opened_on:
        return False
    if hold.lifted_on is None:
        # Without a day of lifting it stands, whatever its state says: unknown is protected.
        return True
    return day < hold.lifted_on


def covers(hold: Hold, target: Target) -> Known:
    """Whether the hold is about the target. UNKNOWN where a person is held and who appears has not been read.

    A shoot without any list is not covered by a person's name: whoever opens the hold names such shoots (OfShoot).
    """
    scope = hold.scope
    if isinstance(scope, OfShoot):
        return Known.YES if scope.shoot == target.shoot else Known.NO
    if isinstance(scope, OfFiles):
        return Known.YES if scope.contents & target.contents else Known.NO
    if scope.person in target.people:
        return Known.YES
    return Known.UNKNOWN if target.lists is Lists.UNREAD else Known.NO


@dataclass(frozen=True, slots=True)
class Held:
    """What the holds say of a target: the six facts of the decision table, and which holds stand behind them."""

    legal_hold: Known
    restricted_by_asker: Known
    objection_pending: Known
    restricted_by_another: Known
    open_request: Known
    pinned: Known
    holds: tuple[str, ...]

    def into(self, facts: Facts) -> Facts:
        """Return the facts with these in their places."""
        return replace(facts, **{name: getattr(self, name) for name in _FACT_NAMES})


_FACT_NAMES = (
    "legal_hold",
    "restricted_by_asker",
    "objection_pending",
    "restricted_by_another",
    "open_request",
    "pinned",
)


def held_on(
    day: date, holds: Iterable[Hold], target: Target, asker: str | None = None, answering: Iterable[str] = ()
) -> Held:
    """Return what the holds stop for a target on a day. `asker` is the person whom the act is for, None where it is for
    nobody (space pruning). `answering` are the open-request holds of the very request that is carried out."""
    found: dict[str, Known] = dict.fromkeys(_FACT_NAMES, Known.NO)
    ids = []
    own = frozenset(answering)
    for hold in holds:
        if not is_in_force(hold, day) or (hold.kind is HoldKind.OPEN_REQUEST and hold.id in own):
            continue
        covered = covers(hold, target)
        if covered is Known.NO:
            continue
        ids.append(hold.id)
        name = _fact_of(hold, asker)
        if found[name] is not Known.YES:
            found[name] = covered
    return Held(**found, holds=tuple(sorted(ids)))


def _fact_of(hold: Hold, asker: str | None) -> str:
    if hold.kind is HoldKind.LEGAL:
        return "legal_hold"
    if hold.kind is HoldKind.OPEN_REQUEST:
        return "open_request"
    if hold.kind is HoldKind.PIN:
        return "pinned"
    if asker is not None and hold.by_person != asker:
        return "restricted_by_another"
    return "restricted_by_asker" if hold.kind is HoldKind.RESTRICTION else "objection_pending"


def stops(kind: HoldKind) -> dict[Action, Cell]:
    """Return what a hold of this kind makes of each action, as its row of the decision table has it."""
    fact = _fact_of(Hold("", kind, OfShoot(0), HoldState.ACTIVE, date.min, "", ""), None)
    rows = [row for row in TABLE if any(set(case) == {fact} for case in row.cases)]
    cells: dict[Action, Cell] = {}
    for action in ACTIONS:
        said = [cell for row in rows if not isinstance(cell := row.cell(action), Split)]
        cells[action] = max(said, key=lambda cell: cell.strictness)
    return cells


def review_due_on(hold: Hold) -> date:
    """Return the day on which somebody must look at it again: as set, or 90 days after it was opened."""
    return hold.review_on or hold.opened_on + REVIEW_AFTER


def due_for_review(holds: Iterable[Hold], today: date) -> tuple[Hold, ...]:
    """Return the holds in force whose review is due, the longest due first. They stay in force."""
    due = [hold for hold in holds if is_in_force(hold, today) and review_due_on(hold) <= today]
    return tuple(sorted(due, key=lambda hold: (review_due_on(hold), hold.id)))


def faults_of(hold: Hold) -> tuple[str, ...]:
    """Return what is missing from a hold before it may be recorded; empty where it is whole."""
    faults = []
    if not hold.owner.strip():
        faults.append("a hold needs an owner")
    if not hold.reason.strip():
        faults.append("a hold needs a reason")
    if hold.kind is HoldKind.LEGAL and hold.review_on is None:
        faults.append("a legal hold needs a day of review")
    if hold.kind is HoldKind.RESTRICTION and hold.ground is None:
        faults.append("a restriction needs its ground, art. 18(1) a to d")
    if hold.kind in (HoldKind.RESTRICTION, HoldKind.OBJECTION) and hold.by_person is None:
        faults.append("it rests on a person's right: say whose")
    return tuple(faults)
