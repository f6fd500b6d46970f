"""Erasure (GDPR art. 17): what concerns a person goes from every store and from the index, with proof, and stays gone.

What is erased is recorded in the ledger before the first file goes, so that an index restored from yesterday knows it,
and content that comes back is recognised. Then lists are written anew, files removed by the one road that removals have,
every store is looked at again, and only then the case may be answered.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection

from backupd.acts.carrying import Done, Run, carry_out
from backupd.acts.judging import Judge
from backupd.policy.facts import Known
from backupd.requests.base import Kind
from backupd.requests.emptied import ask_about_folders, remove_folders
from backupd.requests.ending import end_links
from backupd.requests.judge import Asker, EraseJudge, Sharing
from backupd.requests.keeping import hold_restricted
from backupd.requests.lists import beside, edits_of, finish_lists, put_lists_beside
from backupd.requests.namelessness import forget_places_at, forget_renamed, shape
from backupd.requests.renaming import done_renamings, now_at, rename_all, renamings, renamings_ever
from backupd.requests.returning import persons_back
from backupd.requests.running import Outcome, Running
from index import plans, requests, scoping
from index.acts import Act, acts_of
from index.forgetting import forget_copies
from index.ledger_key import LedgerKey
from index.meant import KnownCopy, copies_at, copies_with
from index.plans import Plan
from index.replay import record_erased
from index.requests import Item

logger = logging.getLogger(__name__)

MANUAL = ("placement", "recipient", "place", "name", "left", "task")
"""Items that a person settles by hand, and ticks off by name."""


def decide(one: Item) -> str | None:
    """Return what becomes of an item by itself. A shoot in which others appear is nobody's to decide but a person's."""
    if one.kind == "shoot":
        return "delete" if one.details.get("alone") else None
    if one.kind == "row":
        return "unlist"
    if one.kind == "recipient" and one.details.get("own"):
        # What the person was given themselves is theirs; a link that still works is an item of its own.
        return "skip"
    if one.kind == "link":
        return "revoke"
    if one.kind == "folder":
        return one.decision
    return "do"


def run_erasure(running: Running) -> Outcome:
    """Carry out an approved erasure, or go on with it."""
    with running.index.read() as conn:
        items = requests.items_of(conn, running.one.uid)
        plan = plans.get_plan(conn, running.one.plan or "")
    assert plan is not None
    asker = Asker(running.one.uid, frozenset(running.one.persons))
    if plan.state == "approved":
        _record_first(running, plan, items)
    with running.index.read() as conn:
        listed = {(act.store, act.path): act.state for act in acts_of(conn, plan.id) if act.rule == "unlist"}
    edits = [edit for edit in edits_of(items) if (edit.store, edit.path) in listed]
    # Where the old list is gone already, an earlier run has put the new one beside it, or in its place.
    waiting, left = put_lists_beside(running, [one for one in edits if listed[(one.store, one.path)] != "done"])
    judge = EraseJudge(
        running.ledger, asker, _shoot_hashes(items), frozenset(), _sharing(items),
        running.one.approved_by if running.one.approval_reason else None, running.today, left=left,
    )  # fmt: skip
    done = carry_out(run_of(running, judge, set(waiting)), plan.uid)
    waiting |= done.troubles
    with running.index.read() as conn:
        gone = {(act.store, act.path) for act in acts_of(conn, plan.id, ("done", "refused")) if act.rule == "unlist"}
    # While nobody knows whether the old list is gone, the new one waits: at its place it would be taken for another's.
    finish_lists(running, [edit for edit in edits if (edit.store, edit.path) in gone], left, waiting)
    late, staying = remove_folders(running, plan)
    waiting |= late
    waiting |= end_links(running, items)
    wanted = renamings(items)
    if not waiting and not done.open:
        late, unnamed = rename_all(running, wanted)
        waiting |= late
        _leave_folders(running, unnamed)
    return _looked_again(running, plan, items, done, waiting, left, staying)


def _record_first(running: Running, plan: Plan, items: Sequence[Item]) -> None:
    """Record in the ledger what is erased, and take it out of the index, before anything goes."""
    with running.index.write() as conn:
        acts = acts_of(conn, plan.id)
        contents, md5s, copies, elsewhere = _meant_contents(conn, running.ledger.key, acts)
        persons = persons_of(conn, running, items)
        hold_restricted(conn, running, items)
        places = {running.ledger.key.hash_place(each.store, each.path): each.id for each in elsewhere}
        record_erased(
            conn, running.ledger, persons, contents, running.at, running.by, request=running.one.uid, rule="erasure",
            places=places, md5s=md5s,
        )  # fmt: skip
        forget_copies(conn, copies)


def _meant_contents(
    conn: Connection, key: LedgerKey, acts: Sequence[Act]
) -> tuple[tuple[bytes, ...], dict[str, int], list[int], list[KnownCopy]]:
    """Return the hashes of what goes altogether, those of its MD5s (keyed, with sizes), the copies that go, and those of
    them that go from their place alone.

    What also lies elsewhere is not erased as such: it is somebody else's there, or says nothing (an empty file).
    """
    places: dict[int, list[str]] = {}
    for act in acts:
        if act.path is not None:
            places.setdefault(act.store_id, []).append(act.path)
    known = [copy for store_id, paths in places.items() for copy in copies_at(conn, store_id, paths).values()]
    going = {copy.id for copy in known}
    shared = {
        copy.content_id
        for copy in copies_with(conn, {copy.content_id for copy in known if copy.content_id is not None})
        if copy.id not in going
    }
    altogether = [copy for copy in known if copy.size and copy.content_id is not None and copy.content_id not in shared]
    hashes = {bytes(hashed) for copy in altogether for hashed in (copy.sha256, copy.dropbox_hash) if hashed is not None}
    here = {copy.id for copy in altogether if copy.sha256 is not None or copy.dropbox_hash is not None}
    md5s = {key.hash_md5(bytes(copy.md5)): copy.size for copy in altogether if copy.md5 is not None and copy.size}
    return tuple(sorted(hashes)), md5s, sorted(going), [copy for copy in known if copy.id not in here]


def persons_of(conn: Connection, running: Running, items: Sequence[Item]) -> tuple[str, ...]:
    """Return the keyed hashes by which the person is erased: none that somebody else in the index has as well."""
    key, one = running.ledger.key, running.one
    mine, excluded = _named(items, is_in=True), _named(items, is_in=False)
    wanted = set(one.persons) | {
        hashed for name, email, phone in mine for hashed in key.hashes(name=name, email=email, phone=phone)
    }
    for name, email, phone in (set(scoping.people(conn)) - mine) | excluded:
        contacts = set(key.hashes(email=email, phone=phone))
        wanted -= contacts
        if not contacts:
            # A namesake without an address: by the name alone they would be taken for one.
            wanted -= set(key.hashes(name=name))
    return tuple(sorted(wanted))


def _named(items: Sequence[Item], *, is_in: bool) -> set[tuple[str, str | None, str | None]]:
    rows = [each.details for each in items if each.kind == "row" and each.is_in is is_in]
    return {(row["name"], row["email"], row["phone"]) for row in rows}


def _shoot_hashes(items: Sequence[Item]) -> frozenset[str]:
    mine = (each.details for each in items if each.kind == "shoot" and each.is_in)
    return frozenset(details["hash"] for details in mine if "hash" in details)


def _sharing(items: Sequence[Item]) -> Sharing:
    mine = [each.details for each in items if each.kind == "shoot" and each.is_in]
    return Sharing(any(each.get("others") for each in mine), any(each.get("couple") for each in mine))


def run_of(running: Running, judge: Judge, waiting: Collection[str] = ()) -> Run:
    """Return what carries out an erasure's acts. Stores in which a list waits to be put beside are left alone."""
    from zoneinfo import ZoneInfo

    return Run(
        running.index,
        running.ledger,
        {name: store for name, store in running.stores.items() if name not in waiting},
        judge,
        running.now,
        ZoneInfo(running.settings.studio.timezone),
        running.by,
        running.settings.retention.grace,
        progress=running.progress,
    )


def _looked_again(
    running: Running,
    plan: Plan,
    items: Sequence[Item],
    done: Done,
    waiting: dict[str, str],
    left: dict[tuple[str, str], str],
    staying: Mapping[str, Collection[str]],
) -> Outcome:
    """Look at every store once more, and say what is left."""
    with running.index.write() as conn:
        # Before the look, so that it works out anew what is searched by.
        _forget_places(conn, acts_of(conn, plan.id), running.one.uid)
    waiting |= {name: why for name, why in running.rescan().items() if name in _stores_of(running, plan, items)}
    forget_renamed(running, renamings_ever(items))
    if not done.open and not waiting:
        ask_about_folders(running, staying)
    with running.index.write() as conn:
        acts = acts_of(conn, plan.id)
        _forget_places(conn, acts, running.one.uid)
        back = scoping.returned(conn, running.ledger.key, running.one.uid)
        people = persons_back(conn, running.ledger.key, running.one.uid)
        if not done.open and not waiting:
            left |= {
                (act.store, act.path or ""): act.problem or "it was left alone"
                for act in acts
                if act.state == "refused" and not (act.problem or "").startswith("absent")
            }
            _leave_to_person(conn, running, left)
            _end_items(conn, running, items, left)
    said = tuple(f"{store}: left for a person to look at: {why}" for (store, _), why in sorted(left.items()))
    by_hand = any(each.kind == "row" and each.is_in and each.decision == "by_hand" for each in items) or left
    return Outcome(
        not done.open and not waiting,
        Known.YES if back else Known.NO,
        Known.NO if people and not by_hand else Known.YES,
        waiting,
        said,
    )


def _leave_folders(running: Running, unnamed: Mapping[int, str]) -> None:
    """Leave folders that could not be renamed whole to a person, who ticks them off."""
    with running.index.write() as conn:
        for number, why in unnamed.items():
            requests.change_item(conn, running.one.uid, number, decision="by_hand", why=why)


def _forget_places(conn: Connection, acts: Sequence[Act], uid: str) -> None:
    """Take out of the index what is known to be missing at the places of acts that are done, and where new lists waited.

    A look between two runs may have found such a list there; it has its own name by now, or will be found again.
    """
    places: dict[int, list[str]] = {}
    waited: dict[int, list[str]] = {}
    for act in acts:
        if act.state == "done" and act.path is not None:
            if act.rule == "unlist":
                waited.setdefault(act.store_id, []).append(beside(act.path, uid))
            else:
                places.setdefault(act.store_id, []).append(act.path)
    forget_places_at(conn, places)
    for store_id, paths in waited.items():
        forget_copies(conn, [copy.id for copy in copies_at(conn, store_id, paths).values()])


def _stores_of(running: Running, plan: Plan, items: Sequence[Item]) -> set[str]:
    with running.index.read() as conn:
        return {act.store for act in acts_of(conn, plan.id)} | {one.store for one in renamings_ever(items)}


def _leave_to_person(conn: Connection, running: Running, left: Mapping[tuple[str, str], str]) -> None:
    """List what was left alone, for a person to do by hand and tick off, and the rows of such lists with it."""
    known = requests.items_of(conn, running.one.uid)
    for each in known:
        place = (each.details.get("store", ""), each.details.get("path", ""))
        if each.kind == "row" and each.is_in and each.state == "open" and place in left:
            requests.change_item(conn, running.one.uid, each.number, decision="by_hand")
    keys = {each.key for each in known}
    renamed = done_renamings(known)
    new = [
        Item(f"left:{store}:{path}", "left", f"{store}: {now_at(renamed, store, path)}", why, True, decision="by_hand")
        for (store, path), why in sorted(left.items())
        if f"left:{store}:{path}" not in keys
    ]
    requests.add_items(conn, running.one.uid, new)


def _end_items(conn: Connection, running: Running, items: Sequence[Item], left: Collection[tuple[str, str]]) -> None:
    for one in items:
        place = (one.details.get("store", ""), one.details.get("path", ""))
        if one.kind in ("folder", "link") and one.decision in ("rename", "revoke"):
            # These have ended, or were left to a person, one by one.
            continue
        if one.state != "open" or not one.is_in or one.kind in MANUAL or one.decision in ("by_hand", None) or place in left:
            continue
        state = "refused" if one.decision == "refuse" else "done"
        requests.change_item(
            conn, running.one.uid, one.number, state=state, outcome=_OUTCOMES.get(one.decision or "", one.decision),
            ended_at=running.at, ended_by=running.by,
        )  # fmt: skip


_OUTCOMES = {
    "delete": "erased from every store that held it",
    "unlist": "taken off the list",
    "restrict": "kept, and neither used nor deleted",
    "keep": "kept",
    "refuse": "kept, with the reason told",
    "do": "taken out of the register",
}


KIND = Kind(
    "erase",
    "erasure",
    run_erasure,
    decide,
    deletes=True,
    four_eyes=True,
    choices=("delete", "unlist", "by_hand", "refuse", "restrict", "do", "revoke", "rename"),
    shape=shape,
)
"""Erasure."""


