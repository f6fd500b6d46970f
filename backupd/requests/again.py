"""What was erased and came back, erased again: on a named person's confirmation, under the request that erased it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Connection

from adapters.base import Store
from backupd.acts.carrying import carry_out
from backupd.policy.facts import Known, Resurfaced
from backupd.requests.desk import Desk
from backupd.requests.emptied import remove_folders
from backupd.requests.erase import run_of
from backupd.requests.judge import Asker, EraseJudge, Sharing
from backupd.requests.planning import purge_of
from backupd.requests.running import Outcome, Running
from backupd.requests.workplace import Unfit
from index import plans, requests, scoping
from index.folders import has_files
from index.forgetting import forget_copies, forget_emptied
from index.ledger_line import Draft
from index.meant import KnownCopy, copies_at
from index.requests import Request
from index.scrubbing import note_due, scrub_if_due
from index.stores import list_stores

_UNDER_WAY = ("approved", "executing")


def erase_again(
    desk: Desk, uid: str, stores: Mapping[str, Store], rescan: Callable[[], Mapping[str, str]]
) -> tuple[Request, Outcome]:
    """Erase what came back; who confirms it is the one who runs this. Raises Unfit, NotAllowed, StepRefused."""
    one = desk.get(uid)
    desk.may_approve()
    if one.state in _UNDER_WAY:
        raise Unfit(f"the request is {one.state}", f"carry it out first: backupd request run {one.uid}")
    with desk.index.write() as conn:
        back = scoping.returned(conn, desk.ledger.key, one.uid)
        if not back:
            raise Unfit("nothing that was erased under it is there again", "run `backupd index` to look again")
        copies: list[KnownCopy] = []
        for store_id in {each.store_id for each in back}:
            copies += copies_at(conn, store_id, [each.path for each in back if each.store_id == store_id]).values()
        acts = [purge_of(copy, "resurfaced", "erased before, and found again") for copy in copies]
        count = len(plans.plans_of_request(conn, one.uid))
        plan = plans.add_plan(conn, f"{one.uid}-p{count + 1}", "erasure", acts, desk.at, desk.actor.by, request=one.uid)
        words = {"request": one.uid, "plan": plan.uid, "step": "erase_again"}
        desk.ledger.append(Draft("approval", desk.at, desk.actor.by, one.persons, words=words, rule="resurfaced"))
        plans.approve(conn, plan.uid, plan.digest, desk.at, desk.actor.by)
    running = Running(
        desk.index, desk.ledger, desk.settings, one, desk.actor.by, desk.today, desk.now, stores, rescan
    )
    asker = Asker(one.uid, frozenset(one.persons))
    judge = EraseJudge(desk.ledger, asker, frozenset(), frozenset(), Sharing(), desk.actor.by, desk.today,
                       resurfaced=Resurfaced.CONFIRMED)  # fmt: skip
    done = carry_out(run_of(running, judge), plan.uid)
    late, staying = remove_folders(running, plan)
    waiting = dict(done.troubles) | late
    waiting |= {name: why for name, why in rescan().items() if name in {each.store for each in back}}
    with desk.index.write() as conn:
        forget_copies(conn, [copy.id for copy in copies if _is_missing(conn, copy.store_id, copy.path)])
        for store_id in {each.store_id for each in back}:
            forget_emptied(conn, store_id, {copy.path.rpartition("/")[0] for copy in copies if copy.store_id == store_id})
        empty = _empty(conn, staying)
        left = scoping.returned(conn, desk.ledger.key, one.uid)
        if one.subject is None:
            requests.forget_names(conn, one.uid)
            note_due(conn)
    scrub_if_due(desk.index)
    said = tuple(f"{store}: remove the folder {path}, in which no file is known any more" for store, path in empty)
    return desk.get(uid), Outcome(not waiting, Known.YES if left else Known.NO, Known.YES, waiting, said)


def _empty(conn: Connection, staying: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """Return the folders (store and path) that a person is asked to remove. The case may be closed, and takes no items."""
    ids = {row.name: row.id for row in list_stores(conn)}
    return [(name, path) for name, paths in sorted(staying.items()) for path in sorted(paths)
            if name in ids and path and not has_files(conn, ids[name], path)]  # fmt: skip


def _is_missing(conn: Connection, store_id: int, path: str) -> bool:
    known = copies_at(conn, store_id, [path]).get(path)
    return known is not None and known.state == "m"
