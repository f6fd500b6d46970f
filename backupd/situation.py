"""The facts of the decision table about one shoot or one file of it, as the index has them on a day.

What the index cannot say of a past day (copies, stores) is said as it is known now. What nobody gathers stays unknown,
which the table takes for the stricter row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from backupd.permissions import Cast, cast_of
from backupd.policy.copies import CopyFact, CopyRules, CopyState, KnownBy, intact_of
from backupd.policy.facts import Erasure, Facts, Known, ParticipantAsks, Resurfaced
from backupd.policy.holds import Hold as PolicyHold
from backupd.policy.holds import HoldKind, HoldState, OfShoot, Target, held_on
from backupd.policy.retention import Retention, retained_of
from backupd.retaining import Basis, Holding, decided, holding, limited_to
from backupd.settings.models import Settings
from index import answers, erased, keeping, stores
from index.holds import Hold
from index.keeping import Standing
from index.records import FileCopies, StoreRow
from index.schema import act, plan, scan

_STALE = timedelta(days=8)
"""A full comparison runs once a week: a store that was not compared for longer is not known well enough."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A shoot, or one file of it, with all that was gathered.

    `good` counts the files with a copy known to be good, and all; `media` are the photos and videos, which alone can be
    shown.
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


def situation(
    conn: Connection, settings: Settings, basis: Basis, shoot_id: int, *, now: datetime, file: FileCopies | None = None
) -> Situation:
    """Gather what decides about a shoot; about one file of it where `file` is given."""
    standing = keeping.standings(conn, [shoot_id])[shoot_id]
    held = holding(conn, basis, [shoot_id])
    verdict = decided({shoot_id: standing}, held, basis)[shoot_id]
    files = tuple(answers.file_copies(conn, shoot_id)) if file is None else (file,)
    stands = held.on(shoot_id)
    if file is not None:
        stands = tuple(one for one in stands if touches(conn, one, held, file))
    cast = cast_of(conn, settings, basis, shoot_id)
    known = {row.name: row for row in stores.list_stores(conn)}
    facts = _facts(conn, settings, basis, now, shoot_id, verdict, stands, files, known)
    if held.unattached:
        # Some hold's shoot is not in this index: it may be this one.
        facts = replace(facts, legal_hold=facts.legal_hold if facts.legal_hold is Known.YES else Known.UNKNOWN)
    rules = CopyRules(settings.retention.require_copies, settings.retention.verify_within)
    good = sum(1 for each in files if intact_of(copy_facts(each, known, basis), rules, basis.today).name in ("ONE", "MORE"))
    contents = {each.content_id for each in files if each.content_id is not None}
    return Situation(
        shoot_id, standing, verdict, held, stands, files, cast, facts, (good, len(files)), keeping.media_of(conn, contents)
    )


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
    conn: Connection,
    settings: Settings,
    basis: Basis,
    now: datetime,
    shoot_id: int,
    verdict: Retention,
    stands: Sequence[Hold],
    files: Sequence[FileCopies],
    known: dict[str, StoreRow],
) -> Facts:
    used = {one.store for file in files for one in file.copies if one.state == "present"}
    rules = CopyRules(settings.retention.require_copies, settings.retention.verify_within)
    each = [intact_of(copy_facts(file, known, basis), rules, basis.today) for file in files]
    # The file with the fewest good copies speaks for all.
    worst = min(each, key=lambda one: ("NONE", "UNKNOWN", "ONE", "MORE").index(one.name), default=None)
    facts = Facts(
        store_unreachable=_yes(any(known[name].state != "online" for name in used if name in known)),
        scan_stale=_yes(_stale(conn, used, known, now)),
        index_behind=_behind(conn, settings),
        clock_wrong=_yes(_clock_is_behind(conn, now)),
        joint_client_silent=Known.NO,
        participant_asks=ParticipantAsks.NO,
        company_contact_asks=Known.NO,
        spare_replica=Known.NO,
        contact_unused=Known.NO,
        job_unpaid=Known.NO,
        marketing_ban=Known.NO,
        policy_lowered=_lowered(conn, settings),
        retained=retained_of(verdict),
        erasure=_erasure(conn, shoot_id),
        resurfaced=_resurfaced(conn, files),
    )
    if worst is not None:
        facts = replace(facts, intact=worst)
    target = Target(shoot_id)
    return held_on(basis.today, [_policy(one, shoot_id, basis) for one in stands], target).into(facts)


def _policy(one: Hold, shoot_id: int, basis: Basis) -> PolicyHold:
    # Which shoots and files it is on has been found out already: here it is simply on this one.
    state = HoldState.LIFT_ANNOUNCED if one.announced_at else HoldState.ACTIVE
    opened = basis.day(one.opened_at)
    return PolicyHold(one.uid, HoldKind(one.kind), OfShoot(shoot_id), state, opened, one.owner, one.reason, one.person)


def _yes(value: bool) -> Known:
    return Known.YES if value else Known.NO


def _lowered(conn: Connection, settings: Settings) -> Known:
    from backupd.policy.lowering import policy_lowered
    from backupd.promises import kept, limits_of

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


def _stale(conn: Connection, used: Collection[str], known: dict[str, StoreRow], now: datetime) -> bool:
    ids = {known[name].id for name in used if name in known}
    query = select(scan.c.store_id, func.max(scan.c.ended_at)).where(scan.c.outcome == "complete")
    ended = dict(conn.execute(query.group_by(scan.c.store_id)).all())
    limit = (now - _STALE).timestamp()
    return any(ended.get(id, 0) < limit for id in ids)


def _clock_is_behind(conn: Connection, now: datetime) -> bool:
    """A clock that is behind what was recorded would take ended consents for valid and passed days for future ones."""
    last = conn.execute(select(func.max(scan.c.ended_at))).scalar()
    return last is not None and now.timestamp() < last


_ERASURES = {"made": Erasure.RECEIVED, "approved": Erasure.APPROVED, "running": Erasure.HALF_DONE}


def _erasure(conn: Connection, shoot_id: int) -> Erasure:
    query = (
        select(plan.c.state)
        .join(act, act.c.plan_id == plan.c.id)
        .where(plan.c.kind == "erasure", act.c.shoot_id == shoot_id, plan.c.state.in_(_ERASURES))
    )
    states = set(conn.execute(query).scalars())
    return next((_ERASURES[state] for state in ("running", "approved", "made") if state in states), Erasure.NONE)


def _resurfaced(conn: Connection, files: Sequence[FileCopies]) -> Resurfaced:
    hashes = {file.sha256 for file in files if file.sha256}
    return Resurfaced.FOUND if erased.erased_contents(conn, hashes) else Resurfaced.NO


