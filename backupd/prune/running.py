"""Approving and carrying out a clean-up, emptying what rested long enough, undoing. Only with the index's turn to write."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Store
from backupd import promises
from backupd.acts.carrying import Done, Run, carry_out
from backupd.acts.undoing import Undone, undo
from backupd.prune.basis import Basis, basis_of
from backupd.prune.judging import PruneJudge
from backupd.prune.planning import EVERY_DAY
from backupd.prune.told_time import provider_now
from backupd.settings.models import Settings
from backupd.settings.values import Unlimited
from index import plans, prunable
from index.acts import Act, NewAct, recoverable_until
from index.engine import Index
from index.ledger import Ledger
from index.ledger_line import Draft

AUTOMATIC = "automatic"
"""Who approves where [retention.prune] automatic is set."""


class Refused(Exception):
    """A rule does not let the plan run. `rule` is its name, `why` the facts, `mend` what a person can do."""

    def __init__(self, rule: str, why: str, mend: str = "") -> None:
        super().__init__(rule, why, mend)
        self.rule = rule
        self.why = why
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Workshop:
    """What clean-ups work with; `by` is the account as the ledger writes it."""

    index: Index
    ledger: Ledger
    stores: Mapping[str, Store]
    settings: Settings
    now: Callable[[], datetime]
    by: str
    progress: Callable[[int, int], None] = lambda _files, _bytes: None
    stop: Callable[[], bool] = lambda: False

    def basis(self, conn: Connection, now: datetime) -> Basis:
        """Return what decides at a moment."""
        return basis_of(conn, self.settings, now, told=provider_now(self.stores, now))

    def runner(self, *, emptying: bool = False) -> Run:
        """Return a run with a judge of its own."""
        now = self.now()
        with self.index.read() as conn:
            basis = self.basis(conn, now)
        judge = PruneJudge(self.index, self.stores, basis, self.basis, emptying=emptying)
        return Run(
            self.index,
            self.ledger,
            self.stores,
            judge,
            self.now,
            basis.zone,
            self.by,
            basis.prune.undo_within,
            self.progress,
            self.stop,
            frozenset(each.name for each in self.settings.stores if each.role == "read-only"),
        )


def approve(shop: Workshop, uid: str) -> None:
    """Approve a plan as it stands, by whoever works here: what it is goes to the ledger first. Raises Refused.

    One that was approved before stays so, by whom it was.
    """
    at = int(shop.now().timestamp())
    with shop.index.write() as conn:
        plan = plans.get_plan(conn, uid)
        if plan is None or plan.kind != "prune" or plan.state == "dropped":
            raise Refused("no_plan", f"there is no plan {uid} that could run", "make one with: backupd prune --plan")
        if plan.state != "made":
            return
        if not plans.is_as_approved(conn, plan):
            raise Refused("plan_changed", "its acts are not those that were shown", "make another: backupd prune --plan")
        _refuse_too_much(conn, shop, plan.id, at)
        words = {"plan": uid}
        shop.ledger.append(Draft("approval", at, shop.by, contents=(plan.digest.hex(),), words=words, rule="prune"))
        plans.approve(conn, uid, plan.digest, at, shop.by)


def _refuse_too_much(conn: Connection, shop: Workshop, plan_id: int, at: int) -> None:
    """Raise Refused where this plan, with what was approved within a day, is more than a day's clean-ups may take."""
    prune = promises.pruning_by(promises.in_force(conn, shop.settings), shop.settings)
    files, size = prunable.approved_since(conn, at - EVERY_DAY)
    mine, my_size = prunable.size_of(conn, plan_id)
    for most, sum_, what in ((prune.most_files, files + mine, "files"), (prune.most_bytes, size + my_size, "bytes")):
        if not isinstance(most, Unlimited) and sum_ > most:
            raise Refused(
                "run_limit",
                f"with what was approved since yesterday it would take {sum_} {what}, and a day's most is {most}",
                "wait a day; or raise the limit in [retention.prune], and confirm that: backupd config diff --confirm",
            )


def run(shop: Workshop, uid: str) -> Done:
    """Carry out an approved plan, or go on with it; first empty what rested long enough. Raises PlanNotApproved."""
    empty_what_is_due(shop)
    return carry_out(shop.runner(), uid)


def bring_back(shop: Workshop, uid: str) -> Undone:
    """Undo a plan as far as it can be."""
    return undo(shop.runner(), uid)


def empty_what_is_due(shop: Workshop) -> Done | None:
    """Remove for good what has rested in a trash of ours for its time; None where nothing has.

    It was approved with the plan that put it there. A hold that came since keeps it, as do all other rules.
    """
    now = shop.now()
    with shop.index.write() as conn:
        basis = shop.basis(conn, now)
        waiting = [plan for plan in plans.unfinished(conn) if plan.kind == "empty"]
        acts = [one for act in recoverable_until(conn, basis.today.isoformat()) if (one := _emptying(shop, act))]
        if not acts and not waiting:
            return None
        uid = waiting[0].uid if waiting else ""
        if acts:
            at = int(now.timestamp())
            made = plans.add_plan(conn, f"empty-{now.strftime('%Y%m%d')}-{secrets.token_hex(4)}", "empty", acts, at, shop.by)
            shop.ledger.append(
                Draft("approval", at, shop.by, contents=(made.digest.hex(),), words={"plan": made.uid}, rule="empty")
            )
            plans.approve(conn, made.uid, made.digest, at, shop.by)
            uid = made.uid
    for plan in waiting:
        if plan.uid != uid:
            carry_out(shop.runner(emptying=True), plan.uid)
    return carry_out(shop.runner(emptying=True), uid)


def _emptying(shop: Workshop, act: Act) -> NewAct | None:
    store = shop.stores.get(act.store)
    trashed_as = getattr(store, "trashed_as", None)
    if trashed_as is None or act.path is None or act.version is None:
        return None
    return NewAct(
        act.store_id,
        "empty",
        trashed_as(act.path, act.version),
        act.rule,
        f"it rested in the trash until {act.recoverable_until}",
        act.shoot_id,
        act.size,
        act.sha256,
        act.dropbox_hash,
        act.identity,
        act.version,
    )
