"""The facts of the decision table about one shoot or one file of it, as the index has them on a day.

What the index cannot say of a past day (copies, stores) is said as it is known now. What nobody gathers stays unknown,
which the table takes for the stricter row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from backupd.asking import Askings, askings, strictest
from backupd.permissions import Cast, casts
from backupd.policy.copies import CopyFact, CopyRules, CopyState, KnownBy, good_copies, intact_of
from backupd.policy.facts import Erasure, Facts, Intact, Known, Resurfaced
from backupd.policy.holds import Hold as PolicyHold
from backupd.policy.holds import HoldKind, HoldState, OfShoot, Target, held_on
from backupd.policy.lowering import Limits, policy_lowered
from backupd.policy.retention import Retention, retained_of
from backupd.promises import copy_rules, in_force, kept, limits_of
from backupd.retaining import Basis, Holding, decided, holding, limited_to
from backupd.settings.models import Settings
from index import erased, keeping, stores
from index.answers import files_of_shoots
from index.holds import Hold
from index.keeping import Standing
from index.records import FileCopies, StoreRow
from index.schema import act, plan, scan

_STALE = timedelta(days=8)
"""A full comparison runs once a week: a store that was not compared for longer is not known well enough."""
_AT_ONCE, _MANY = 200, 2000


@dataclass(frozen=True, slots=True)
class Situation:
    """A shoot, or one file of it, with all that was gathered.

    `good` counts the files with a copy known to be good, and all; `media` are the photos and videos, which alone can be
    shown. `staying` counts the files that clean-ups leave where they are since no other store has a good copy.
    """

    shoot_id: int
    standing: Standing
    verdict: Retention
    held: Holding
    holds: tuple[Hold, ...]
    files: tuple[FileCopies, ...]
    cast: Cast
    facts: Facts
    good: tuple[int, int]
    media: frozenset[int]
    staying: int = 0


def situation(
    conn: Connection, settings: Settings, basis: Basis, shoot_id: int, *, now: datetime, file: FileCopies | None = None
) -> Situation:
    """Gather what decides about a shoot; about one file of it where `file` is given."""
    return next(situations(conn, settings, basis, [shoot_id], now=now, file=file))


def situations(
    conn: Connection,
    settings: Settings,
    basis: Basis,
    ids: Collection[int],
    *,
    now: datetime,
    file: FileCopies | None = None,
) -> Iterator[Situation]:
    """Gather what decides about shoots, by id, some hundred at a time. Raises KeyError for one that is not there."""
    general = _general(conn, settings, basis, ids, now)
    for start in range(0, len(ids), _AT_ONCE):
        some = sorted(ids)[start : start + _AT_ONCE]
        files = files_of_shoots(conn, some) if file is None else {id: [file] for id in some}
        yield from _some(conn, settings, general, some, files, of_file=file is not None)


def unsaid(
    conn: Connection, settings: Settings, basis: Basis, ids: Collection[int], *, now: datetime
) -> Iterator[Situation]:
    """Gather the same without files, for shoots of which nothing may be shown anyway; `media` then is empty.

    How many good copies there are is not looked at: it is taken for enough.
    """
    general = _general(conn, settings, basis, ids, now)
    for start in range(0, len(ids), _MANY):
        some = sorted(ids)[start : start + _MANY]
        yield from _some(conn, settings, general, some, None)


@dataclass(frozen=True, slots=True)
class _General:
    """What is so of every shoot alike. `fresh` are the stores that were compared whole lately."""

    basis: Basis
    known: dict[str, StoreRow]
    fresh: frozenset[str]
    index_behind: Known
    clock_wrong: Known
    lowered: Known
    askings: Askings
    limits: Limits
    asked_on: date


def _general(
    conn: Connection, settings: Settings, basis: Basis, ids: Collection[int], now: datetime
) -> _General:
    known = {row.name: row for row in stores.list_stores(conn)}
    return _General(
        basis, known, _fresh(conn, known, now), _behind(conn, settings), _yes(_clock_is_behind(conn, now)),
        _lowered(conn, settings), askings(conn, basis, now, ids), in_force(conn, settings),
        now.astimezone(basis.zone).date(),
    )  # fmt: skip


def _some(
    conn: Connection,
    settings: Settings,
    general: _General,
    ids: Sequence[int],
    files: Mapping[int, Sequence[FileCopies]] | None,
    *,
    of_file: bool = False,
) -> Iterator[Situation]:
    basis = general.basis
    standing = keeping.standings(conn, ids, basis.until)
    held = holding(conn, basis, ids)
    verdicts = decided(standing, held, basis)
    cast = casts(conn, settings, basis, ids)
    erasures = _erasures(conn, ids)
    every = [one for mine in (files or {}).values() for one in mine]
    media = keeping.media_of(conn, {one.content_id for one in every if one.content_id is not None})
    rules = copy_rules(general.limits)
    back = erased.erased_contents(conn, {one.sha256 for one in every if one.sha256})
    for id in ids:
        mine = tuple(files[id]) if files is not None else ()
        stands = held.on(id)
        if of_file:
            stands = tuple(one for one in stands if touches(conn, one, held, mine[0]))
        copies = [copy_facts(one, general.known, basis) for one in mine]
        # Copies are told as they are known now, for another day as well.
        intact = [intact_of(each, rules, general.asked_on) for each in copies]
        facts = _facts(general, verdicts[id], mine, intact, erasures.get(id, Erasure.NONE), back)
        if files is None:
            facts = replace(facts, intact=Intact.MORE)
        facts = general.askings.on(id).into(facts)
        facts = held_on(basis.today, [_policy(one, id, basis) for one in stands], Target(id)).into(facts)
        if held.unattached:
            # Some hold's shoot is not in this index: it may be this one.
            facts = replace(facts, legal_hold=facts.legal_hold if facts.legal_hold is Known.YES else Known.UNKNOWN)
        good = sum(1 for each in intact if each in (Intact.ONE, Intact.MORE))
        shown = media & {one.content_id for one in mine if one.content_id is not None}
        yield Situation(
            id, standing[id], verdicts[id], held, stands, mine, cast[id], facts, (good, len(mine)), frozenset(shown),
            0 if general.limits.last_copies else sum(not _may_spare_one(each, rules, general.asked_on) for each in copies),
        )  # fmt: skip


def _may_spare_one(copies: Sequence[CopyFact], rules: CopyRules, today: date) -> bool:
    """Whether some copy lies where another store has one that is known to be good."""
    good = {one.store for one in good_copies(copies, rules, today)}
    return any(good - {one.store} for one in copies if one.state is CopyState.PRESENT)


def touches(conn: Connection, one: Hold, held: Holding, file: FileCopies) -> bool:
    """Whether a hold on a shoot is also on this file of it."""
    from index.scopes import hashes_of

    limits = limited_to(conn, one, held)
    if limits is None or file.content_id is None:
        return True
    return bool(limits & hashes_of(conn, [file.content_id])[file.content_id])


def copy_facts(file: FileCopies, known: dict[str, StoreRow], basis: Basis) -> list[CopyFact]:
    """Return a file's copies as the policy asks about them."""
    return [
        CopyFact(
            number,
            one.store,
            CopyState(one.state),
            KnownBy(one.known_by) if one.known_by else KnownBy.UNVERIFIED,
            None if one.known_at is None else basis.day(one.known_at),
            Known.YES if one.store in known and known[one.store].state == "online" else Known.UNKNOWN,
        )
        for number, one in enumerate(file.copies)
    ]


def _facts(
    general: _General,
    verdict: Retention,
    files: Sequence[FileCopies],
    intact: Sequence[Intact],
    erasure: Erasure,
    back: Collection[bytes],
) -> Facts:
    used = {one.store for file in files for one in file.copies if one.state == "present"}
    # The file with the fewest good copies speaks for all.
    worst = min(intact, key=lambda one: ("NONE", "UNKNOWN", "ONE", "MORE").index(one.name), default=Intact.UNKNOWN)
    return Facts(
        store_unreachable=_yes(any(general.known[name].state != "online" for name in used if name in general.known)),
        scan_stale=_yes(bool(used & general.known.keys() - general.fresh)),
        index_behind=general.index_behind,
        clock_wrong=general.clock_wrong,
        spare_replica=Known.NO,
        policy_lowered=general.lowered,
        retained=retained_of(verdict),
        erasure=erasure,
        resurfaced=Resurfaced.FOUND if any(file.sha256 in back for file in files) else Resurfaced.NO,
        intact=worst,
    )


def _policy(one: Hold, shoot_id: int, basis: Basis) -> PolicyHold:
    # Which shoots and files it is on has been found out already: here it is simply on this one.
    state = HoldState.LIFT_ANNOUNCED if one.announced_at else HoldState.ACTIVE
    opened = basis.day(one.opened_at)
    return PolicyHold(one.uid, HoldKind(one.kind), OfShoot(shoot_id), state, opened, one.owner, one.reason, one.person)


def _yes(value: bool) -> Known:
    return Known.YES if value else Known.NO


def _lowered(conn: Connection, settings: Settings) -> Known:
    before = kept(conn)
    return policy_lowered(before.limits if before else None, limits_of(settings))


def _behind(conn: Connection, settings: Settings) -> Known:
    from index.applied import index_is_behind
    from index.errors import LedgerFailure
    from index.ledger import LedgerReader

    try:
        return _yes(index_is_behind(conn, LedgerReader(settings.index.ledger_path)))
    except LedgerFailure:
        return Known.UNKNOWN


def _fresh(conn: Connection, known: dict[str, StoreRow], now: datetime) -> frozenset[str]:
    query = select(scan.c.store_id, func.max(scan.c.ended_at)).where(scan.c.outcome == "complete")
    ended = dict(conn.execute(query.group_by(scan.c.store_id)).all())
    limit = (now - _STALE).timestamp()
    return frozenset(name for name, row in known.items() if ended.get(row.id, 0) >= limit)


def _clock_is_behind(conn: Connection, now: datetime) -> bool:
    """A clock that is behind what was recorded would take ended consents for valid and passed days for future ones."""
    last = conn.execute(select(func.max(scan.c.ended_at))).scalar()
    return last is not None and now.timestamp() < last


_ERASURES = {"made": Erasure.RECEIVED, "approved": Erasure.APPROVED, "running": Erasure.HALF_DONE}


def _erasures(conn: Connection, ids: Sequence[int]) -> dict[int, Erasure]:
    query = (
        select(act.c.shoot_id, plan.c.state)
        .join(act, act.c.plan_id == plan.c.id)
        .where(plan.c.kind == "erasure", act.c.shoot_id.in_(ids), plan.c.state.in_(_ERASURES))
        .distinct()
    )
    found: dict[int, Erasure] = {}
    for row in conn.execute(query):
        found[row.shoot_id] = strictest((found.get(row.shoot_id, Erasure.NONE), _ERASURES[row.state]))
    return found
