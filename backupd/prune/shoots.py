"""The facts of the decision table about shoots, as they are at one moment: the same for a plan and for its run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from backupd.asking import Askings, askings, strictest
from backupd.policy.facts import Erasure, Facts, Known, Resurfaced
from backupd.policy.holds import Hold as StandingHold
from backupd.policy.holds import HoldKind, HoldState, OfShoot, Target, held_on
from backupd.policy.retention import Retention, retained_of
from backupd.prune.basis import Basis
from backupd.prune.held_files import NOTHING, Staying, staying_of
from backupd.retaining import Holding, apart, decided, holding
from index import keeping, prunable
from index.holds import Hold

STALE_AFTER = timedelta(days=8)
"""A full comparison runs once a week: a store that was not compared for longer is not known well enough."""

_FREE = held_on(date.min, (), Target(None))
"""What no hold says."""

_ERASURES = {"made": Erasure.RECEIVED, "approved": Erasure.APPROVED, "running": Erasure.HALF_DONE}


@dataclass(frozen=True, slots=True)
class ShootState:
    """A shoot as a clean-up sees it. `since` is the last day of its protection, None where nothing bounds it."""

    id: int
    facts: Facts
    since: date | None
    holds: tuple[str, ...]
    staying: Staying = NOTHING
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Shoots:
    """What is known of shoots, whichever store is meant. `on_files` are the holds on some files, by shoot."""

    known: Mapping[int, keeping.Standing]
    verdicts: Mapping[int, Retention]
    held: Holding
    on_files: Mapping[int, Sequence[tuple[Hold, frozenset[bytes]]]]
    erasures: Mapping[int, Collection[str]]
    back: Collection[int]
    askings: Askings


def known_shoots(conn: Connection, basis: Basis, ids: Collection[int] | None = None) -> Shoots:
    """Return what is known of these shoots, of all where `ids` is None."""
    held, on_files = apart(conn, holding(conn, basis.keeping, ids))
    known = keeping.standings(conn, ids)
    verdicts = decided(known, held, basis.keeping)
    asked = askings(conn, basis.keeping, basis.now, ids, bans=False)
    return Shoots(known, verdicts, held, on_files, prunable.erasures(conn), prunable.with_erased_content(conn), asked)


def states_of(
    conn: Connection, basis: Basis, known: Shoots, *, stale: Known, only: Collection[int] | None = None
) -> dict[int, ShootState]:
    """Return shoots with their facts, by id; of those in `only` where it is given.

    `stale` says whether the store that is meant was not compared lately. A hold that is limited to some files stops
    these files and what belongs to them (`staying`), not the shoot.
    """
    general = Facts(
        store_unreachable=Known.NO,
        scan_stale=stale,
        index_behind=basis.index_behind,
        clock_wrong=basis.clock_wrong,
        policy_lowered=basis.lowered,
        spare_replica=Known.NO,
    )
    found = {}
    # Most shoots are alike: thousands share one record of facts, which is also judged once.
    alike: dict[tuple[object, ...], Facts] = {}
    for id in known.verdicts if only is None else (each for each in only if each in known.verdicts):
        mine = known.held.on(id)
        stops = held_on(basis.today, [_standing(one, id, basis) for one in mine], Target(id)) if mine else _FREE
        erasure = strictest([_ERASURES[each] for each in known.erasures.get(id, ())])
        back = Resurfaced.FOUND if id in known.back else Resurfaced.NO
        asked, retained = known.askings.on(id), retained_of(known.verdicts[id])
        key = (stops, asked, retained, erasure, back)
        if key not in alike:
            # What a person asked for is a hold as well; that may have been ended by hand while the case is open.
            facts = replace(stops.into(general), retained=retained, erasure=erasure, resurfaced=back)
            facts = asked.into(facts)
            if known.held.unattached:
                # Nobody knows what such a hold protects: it may be this.
                facts = replace(facts, legal_hold=Known.YES if facts.legal_hold is Known.YES else Known.UNKNOWN)
            alike[key] = facts
        staying = staying_of(conn, id, known.on_files.get(id, ()))
        found[id] = ShootState(
            id, alike[key], known.verdicts[id].protected_until, stops.holds, staying, _day(known.known[id].last_day)
        )
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def is_stale(conn: Connection, basis: Basis, store_id: int) -> Known:
    """Return whether a store was not compared whole lately."""
    ended = prunable.last_complete_scan(conn, store_id)
    fresh = ended is not None and ended >= (basis.now - STALE_AFTER).timestamp()
    return Known.NO if fresh else Known.YES


def _standing(one: Hold, shoot_id: int, basis: Basis) -> StandingHold:
    # Which shoots it is on has been found out already: here it is simply on this one.
    state = HoldState.LIFT_ANNOUNCED if one.announced_at else HoldState.ACTIVE
    opened = min(basis.keeping.day(one.opened_at), basis.today)
    return StandingHold(one.uid, HoldKind(one.kind), OfShoot(shoot_id), state, opened, one.owner, one.reason, one.person)
