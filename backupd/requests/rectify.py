"""Correction (GDPR art. 16): a wrong name or address put right in the register and in every store, as one recorded act.

First the register: the new spelling is settled, so that both are found as one client from then on, and what was agreed
under the old name goes on under the new one. Then the stores: folders that bear the name are renamed, lists that name the
person are written anew, and every store is looked at again; bytes of pictures are not read. May be stopped at any step;
a store that cannot be reached leaves the case open. What is not certain is left to a person, as an item by hand.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from adapters.errors import StoreError
from backupd.acts.carrying import carry_out
from backupd.reading.folding import name_key
from backupd.requests.base import Detail, Kind
from backupd.requests.correcting import corrected
from backupd.requests.erase import run_of
from backupd.requests.judge import Asker, EraseJudge, Sharing
from backupd.requests.lists import ListEdit, edits_of, finish_lists, put_lists_beside, still_says
from backupd.requests.matching import is_couple
from backupd.requests.planning import Planned, purge_of
from backupd.requests.renaming import folder_items, is_left, rename_all, renamings
from backupd.requests.running import Outcome, Running
from index import consents, plans, requests, scopes, shoots
from index.acts import acts_of
from index.meant import copies_at
from index.replay import give_consent
from index.requests import Item, Request
from index.stores import list_stores

RULE = "list_corrected"
"""By which the old list of a corrected one goes."""


def decide(one: Item) -> str | None:
    """Return what becomes of an item: what bears the name is corrected; of a folder's new name, only what is certain."""
    if one.kind == "folder":
        return one.decision
    return "correct" if one.kind in ("shoot", "row") else "skip"


def shape(conn: Connection, one: Request, items: Sequence[Item]) -> list[Item]:
    """Return the items with what is right in each row, and one more for each folder that bears the old name."""
    old, new, email = _said(one)
    chosen = {each.key: each.chosen for each in requests.items_of(conn, one.uid)}
    own = [
        each.shoot for each in (replace(each, chosen=chosen.get(each.key)) for each in items)
        if each.kind == "shoot" and each.is_in and each.details.get("as_client")
    ]  # fmt: skip
    rows = [
        replace(each, details=each.details | {"put": {"name": new or None, "email": email or None}})
        if each.kind == "row" else each
        for each in items
    ]  # fmt: skip
    found = folder_items(conn, [id for id in own if id is not None], old, new) if new else ()
    return [*rows, *found]


def plan(conn: Connection, items: Sequence[Item]) -> Planned:
    """Return the removals that a correction needs: the old bytes of each list that is written anew."""
    ids = {row.name: row.id for row in list_stores(conn)}
    acts = {}
    for edit in edits_of(items):
        place = (ids[edit.store], edit.path)
        copy = copies_at(conn, place[0], [edit.path]).get(edit.path)
        if copy is not None:
            acts[place] = purge_of(copy, RULE, "written anew with the person's details put right")
    return Planned([acts[place] for place in sorted(acts)])


def correct(running: Running) -> Outcome:
    """Put it right in the register, then in the stores; see that it is."""
    _register(running)
    with running.index.read() as conn:
        items = requests.items_of(conn, running.one.uid)
    # Lists go first: they are written anew where they were read, and move along with their folder afterwards.
    waiting: dict[str, str] = {}
    lists = _lists(running, items, waiting)
    late, left = rename_all(running, [one for one in renamings(items) if one.store not in waiting])
    waiting |= late
    waiting |= {
        name: why for name, why in running.rescan().items()
        if name in {each.details.get("store") for each in items}
    }  # fmt: skip
    _leave(running, left, {} if waiting else lists)
    if not waiting:
        _end_items(running, lists)
    return Outcome(not waiting, waiting=waiting)


def _said(one: Request) -> tuple[str, str, str]:
    return (
        one.subject or "", str(one.details.get("new_name", "")).strip(), str(one.details.get("new_email", "")).strip()
    )  # fmt: skip


def _register(running: Running) -> None:
    """Settle the new spelling of each client that has the old name; keep what was agreed under it."""
    old, new, _ = _said(running.one)
    if not new:
        return
    key = running.ledger.key
    with running.index.write() as conn:
        items = [each for each in requests.items_of(conn, running.one.uid) if each.is_in and each.kind == "shoot"]
        ids = [each.shoot for each in items if each.details.get("as_client") and each.shoot is not None]
        rows = shoots.get_shoots(conn, ids)
        # By each client once: a couple's name keeps the other's part of it.
        for client_id, name in sorted({(row.client_id, row.client) for row in rows.values() if row.client_id is not None}):
            right = corrected(name or "", old, new) or (None if is_couple(name or "") else new)
            if right is not None:
                shoots.settle_spelling(conn, client_id, right, name_key(right))
        _carry_over(conn, running, key.hashes(name=old)[:1], key.hashes(name=new)[:1])


def _carry_over(conn: Connection, running: Running, old: Sequence[str], new: Sequence[str]) -> None:
    """Record anew, under the new name, what is in force under the old one alone."""
    if not old or not new or old == new:
        return
    there = {(each.uses, each.answer, each.shoot_hash, each.from_day) for each in consents.of_persons(conn, new)}
    for one in consents.of_persons(conn, old):
        if one.person != old[0] or one.withdrawn_at is not None:
            continue
        if (one.uses, one.answer, one.shoot_hash, one.from_day) in there:
            continue
        limits = scopes.scopes(conn, [one.uid]).get(one.uid, scopes.NO_SCOPE)
        again = replace(one, uid=f"c{secrets.token_hex(6)}", person=new[0], recorded_at=running.at, recorded_by=running.by,
                        name=running.one.details.get("new_name") if one.name else None)  # fmt: skip
        give_consent(conn, running.ledger, again, limits)


def _lists(running: Running, items: Sequence[Item], waiting: dict[str, str]) -> dict[tuple[str, str], str]:
    """Write the lists anew by the one road that removals have; return those that were left alone, with why."""
    with running.index.read() as conn:
        made = plans.get_plan(conn, running.one.plan) if running.one.plan else None
        states = {(act.store, act.path): act.state for act in acts_of(conn, made.id)} if made else {}
    edits = [edit for edit in edits_of(items) if (edit.store, edit.path) in states]
    if made is None or not edits:
        return {}
    late, left = put_lists_beside(running, [one for one in edits if states[(one.store, one.path)] != "done"])
    asker = Asker(running.one.uid, frozenset(running.one.persons))
    hashes = frozenset(each.details["hash"] for each in items if each.kind == "shoot" and each.is_in)
    approver = running.one.approved_by if running.one.approval_reason else None
    judge = EraseJudge(running.ledger, asker, hashes, frozenset(), Sharing(), approver, running.today, left=left)
    done = carry_out(run_of(running, judge, set(late)), made.uid)
    late |= done.troubles
    with running.index.read() as conn:
        left |= {
            (act.store, act.path or ""): act.problem or "it was left alone"
            for act in acts_of(conn, made.id, ("refused",)) if not (act.problem or "").startswith("absent")
        }  # fmt: skip
    finish_lists(running, edits, left, late)
    _look_again(running, edits, left, late)
    waiting |= late
    return left


def _look_again(
    running: Running, edits: Sequence[ListEdit], left: dict[tuple[str, str], str], waiting: dict[str, str]
) -> None:
    """See that no list says of the person what it said before; add those that do to `left`."""
    for edit in edits:
        if edit.store in waiting or (edit.store, edit.path) in left:
            continue
        try:
            if still_says(running.stores[edit.store], edit):
                left[(edit.store, edit.path)] = "it still says what it said"
        except StoreError as err:
            waiting[edit.store] = err.detail or type(err).__name__


def _leave(running: Running, left: Mapping[int, str], lists: Mapping[tuple[str, str], str]) -> None:
    """List what was left alone, for a person to do by hand and tick off; and old folders that stay, empty."""
    with running.index.write() as conn:
        items = requests.items_of(conn, running.one.uid)
        known = {each.key for each in items}
        new = []
        for each in items:
            place = f"{each.details.get('store')}: {each.details.get('path')}"
            if each.number in left:
                requests.change_item(conn, running.one.uid, each.number, state="dropped", outcome="left to a person",
                                     ended_at=running.at, ended_by=running.by)  # fmt: skip
                new.append(Item(f"left:{each.key}", "left", f"rename {place}", left[each.number], True, decision="by_hand"))
            elif each.kind == "folder" and each.state == "done" and _stays(running, each):
                told = f"remove the old folder {place}"
                new.append(Item(f"task:{each.key}", "task", told, "its name is left there", True, decision="do"))
        new += [
            Item(f"left:{store}:{path}", "left", f"{store}: {path}", why, True, decision="by_hand")
            for (store, path), why in sorted(lists.items())
        ]
        requests.add_items(conn, running.one.uid, [each for each in new if each.key not in known])


def _stays(running: Running, one: Item) -> bool:
    store = running.stores.get(one.details["store"])
    try:
        return store is not None and is_left(store, one.details["path"])
    except StoreError:
        return True


def _end_items(running: Running, lists: Collection[tuple[str, str]]) -> None:
    with running.index.write() as conn:
        for each in requests.items_of(conn, running.one.uid):
            if each.state != "open" or not each.is_in or each.decision != "correct":
                continue
            is_left_alone = (each.details.get("store", ""), each.details.get("path", "")) in lists
            outcome = "left to a person" if is_left_alone else "put right"
            requests.change_item(conn, running.one.uid, each.number, state="dropped" if is_left_alone else "done",
                                 outcome=outcome, ended_at=running.at, ended_by=running.by)  # fmt: skip


KIND = Kind(
    "rectify", "a correction", correct, decide, hold="restriction", four_eyes=True,
    details=(Detail("new_name", "say --new-name with the right name", needed=False), Detail("new_email", "", needed=False)),
    choices=("correct", "rename", "by_hand", "refuse"), shape=shape, plan=plan, hold_ends=True,
)  # fmt: skip
"""A correction."""
