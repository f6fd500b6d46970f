"""A plan to free space in one store or in all, each by its own room. Saved as it is shown; nothing runs by itself.

What goes from one store is no other store's reliance within the same plan: it counts as gone there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Store
from adapters.errors import StoreError
from adapters.records import Space
from adapters.versions import version_of_parts
from backupd.acts.look import reason_of
from backupd.policy.facts import Known
from backupd.policy.pruning import FileColumns, Plan, PruneLimits, Refused, Stopped, plan_prune
from backupd.prune.basis import Basis, told_by
from backupd.prune.gathering import Enough, gather
from backupd.prune.shoots import Shoots, is_stale, known_shoots, states_of
from backupd.prune.told_time import provider_now
from backupd.settings.values import Unlimited
from index import prunable
from index.acts import NewAct
from index.copies import count_present
from index.plans import Plan as SavedPlan
from index.plans import add_plan
from index.records import StoreRow
from index.stores import find_store

EVERY_DAY = 24 * 60 * 60
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Room:
    """How much room a store has, as it said just now. `free` counts what rests in a trash that takes room as free:
    it was removed already. None where the store does not tell, or what stood in the way is in `trouble`."""

    store: str
    free: int | None = None
    low: int = 0
    high: int = 0
    resting: int = 0
    trouble: str = ""


@dataclass(slots=True)
class Proposal:
    """What would be removed: plans by store, in order, with how much room each has."""

    rooms: list[Room] = field(default_factory=list)
    plans: dict[str, Plan] = field(default_factory=dict)
    acts: list[NewAct] = field(default_factory=list)
    refused: list[tuple[str, Refused]] = field(default_factory=list)
    clock_wrong: Known = Known.UNKNOWN

    @property
    def is_due(self) -> bool:
        """Whether some store has less room than it should."""
        return any(plan.stopped is not Stopped.NOT_DUE for plan in self.plans.values())

    @property
    def is_clock_in_doubt(self) -> bool:
        """Whether nothing may go since nobody knows what day it is."""
        return self.clock_wrong is not Known.NO

    @property
    def frees(self) -> int:
        """How many bytes it would free."""
        return sum(act.size or 0 for act in self.acts)

    @property
    def is_short(self) -> bool:
        """Whether it would free less than some store needs."""
        return any(plan.stopped in (Stopped.NOTHING_LEFT, Stopped.RUN_LIMIT) for plan in self.plans.values())


def propose(conn: Connection, basis: Basis, stores: Mapping[str, Store], chosen: Sequence[str]) -> Proposal:
    """Return what to remove from these stores. Asks them for their room, and nothing else."""
    proposal = Proposal()
    online: set[str] = set()
    rows: dict[str, StoreRow] = {}
    for name, store in stores.items():
        row = find_store(conn, name)
        if row is not None:
            rows[name] = row
            if row.state == "online":
                online.add(name)
        if name in chosen:
            proposal.rooms.append(_room(conn, basis, store, row))
    # They were asked just now: what time it is there is known.
    basis = told_by(basis, provider_now(stores, basis.now))
    proposal.clock_wrong = basis.clock_wrong
    doomed: set[int] = set()
    due = any(room.free is not None and not room.trouble and room.free < room.low for room in proposal.rooms)
    known = known_shoots(conn, basis) if due else None
    files, size = prunable.approved_since(conn, int(basis.now.timestamp()) - EVERY_DAY)
    for room in proposal.rooms:
        if room.free is None or room.trouble:
            continue
        left = _left(conn, basis, rows[room.store].id, files, size)
        plan, kept_back = _plan(conn, basis, rows[room.store], room, online, doomed, left, known)
        proposal.plans[room.store] = plan
        proposal.refused += [(room.store, each) for each in (*plan.refused, *kept_back)]
        proposal.acts += _acts(conn, plan)
        doomed.update(plan.copies)
        files, size = files + len(plan.copies), size + plan.freed
    return proposal


def save(conn: Connection, proposal: Proposal, now: datetime, by: str) -> SavedPlan | None:
    """Write the plan; None where it has no acts."""
    if not proposal.acts:
        return None
    uid = f"prune-{now.strftime('%Y%m%d')}-{secrets.token_hex(4)}"
    return add_plan(conn, uid, "prune", proposal.acts, int(now.timestamp()), by)


def _room(conn: Connection, basis: Basis, store: Store, row: StoreRow | None) -> Room:
    if row is None:
        return Room(store.name, trouble="it was never indexed: run `backupd index`")
    try:
        store.check()
        space: Space = store.space()
    except StoreError as err:
        return Room(store.name, trouble=reason_of(err))
    if space.free_bytes is None:
        return Room(store.name)
    resting = prunable.resting_bytes(conn, row.id, basis.today.isoformat()) if store.capabilities.trash_takes_room else 0
    total = space.total_bytes or 0
    return Room(store.name, space.free_bytes + resting, basis.limits.low.of(total), basis.limits.high.of(total), resting)


def _left(conn: Connection, basis: Basis, store_id: int, files: int, size: int) -> tuple[int | Unlimited, int | Unlimited]:
    """Return how many files and bytes may still go today, from this store."""
    share = int(count_present(conn, store_id) * basis.prune.most_share)
    most_files, most_bytes = basis.prune.most_files, basis.prune.most_bytes
    left_files = share if isinstance(most_files, Unlimited) else min(share, max(0, most_files - files))
    return left_files, most_bytes if isinstance(most_bytes, Unlimited) else max(0, most_bytes - size)


def _plan(
    conn: Connection,
    basis: Basis,
    row: StoreRow,
    room: Room,
    online: set[str],
    doomed: set[int],
    left: tuple[int | Unlimited, int | Unlimited],
    known: Shoots | None,
) -> tuple[Plan, list[Refused]]:
    assert room.free is not None
    prune = basis.prune
    limits = PruneLimits(room.free, room.low, room.high, *left, prune.rebuildable_first, prune.spare_copies)
    if room.free >= room.low or known is None:
        return plan_prune((), FileColumns(), limits), []
    here = prunable.shoots_in(conn, row.id)
    states = states_of(conn, basis, known, stale=is_stale(conn, basis, row.id), only=here)
    wanted = room.high - room.free
    while True:
        found = gather(conn, basis, row.id, states, online, doomed, Enough(wanted, left[0]))
        plan = plan_prune(found.lines, found.files, limits)
        if found.is_whole or plan.stopped is not Stopped.NOTHING_LEFT:
            return plan, found.kept_back
        # Families too large for a run were among what seemed enough.
        wanted *= 2


def _acts(conn: Connection, plan: Plan) -> Iterator[NewAct]:
    """Give the acts of a plan, each with the very content that it means."""
    told = [(run, "; ".join(run.reasons)) for run in plan.runs]
    shoots = [(run, why, row) for run, why in told for row in range(run.start, run.stop)]
    for start in range(0, len(shoots), _AT_ONCE):
        some = shoots[start : start + _AT_ONCE]
        known = prunable.removals(conn, [plan.copies[row] for _, _, row in some])
        for run, why, row in some:
            store_id, path, size, sha256, dropbox, identity, version, modified = known[plan.copies[row]]
            mark = version or version_of_parts(size, modified, identity)
            yield NewAct(store_id, "delete", path, run.rule, why, run.shoot, size, sha256, dropbox, identity, mark)
