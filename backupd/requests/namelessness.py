"""Folders of shared shoots that bear an erased person's name: they stay, and get another name, in every store.

Where the name stands whole in the folder's it is replaced by one that says nothing; where only a part of it does, or
another form, it may be somebody else's, and a person says what becomes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from backupd.reading.folding import loose_key
from backupd.requests.correcting import corrected
from backupd.requests.matching import Sure, match_name, parties
from backupd.requests.renaming import Renaming, done_renamings, folder_items, now_at
from backupd.requests.running import Running
from index import erased, plans, requests
from index.acts import acts_of
from index.forgetting import forget_copies, forget_emptied, forget_folder
from index.forgetting_cases import follow_renamed
from index.meant import KnownCopy, copies_at, copies_in_shoots
from index.replay import record
from index.requests import Item, Request
from index.scrubbing import note_due
from index.shoots import get_shoots
from index.stores import list_stores

_MOST_SHOWN = 3


def nameless(one: Request) -> str:
    """Return what stands for the person in the names of folders from now on."""
    return f"Nimetön {one.uid[1:5]}"


def shape(conn: Connection, one: Request, items: Sequence[Item]) -> list[Item]:
    """Return the items, and one more for each folder that is to stay without the person's name in its own."""
    known = {each.key: each for each in requests.items_of(conn, one.uid)}
    staying = []
    for each in items:
        before = known.get(each.key)
        decision = before.decision if before else None
        now = each if before is None else replace(each, chosen=before.chosen)
        alone = decision is None and each.details.get("alone")
        # What is refused or restricted stays as it is, name and all: the person is told so.
        stays_as_it_is = alone or decision in ("delete", "refuse", "restrict")
        if each.kind == "shoot" and now.is_in and each.shoot is not None and not stays_as_it_is:
            staying.append(each.shoot)
    if not staying or not one.subject:
        return list(items)
    names = [one.subject, *_as_listed(items, known), *_as_clients(conn, one.subject, staying)]
    folders: dict[str, Item] = {}
    for name in dict.fromkeys(names):
        for found in folder_items(conn, staying, name, nameless(one)):
            if found.key not in folders or folders[found.key].decision is None:
                folders[found.key] = _told(found)
    return [*items, *folders.values(), *_files(conn, staying, one.subject, nameless(one))]


def _as_listed(items: Sequence[Item], known: Mapping[str, Item]) -> Iterator[str]:
    """Yield the names by which lists call the person for certain."""
    for each in items:
        before = known.get(each.key)
        if each.kind == "row" and (each.certain if before is None or before.chosen is None else before.chosen):
            yield each.details["name"]


def _as_clients(conn: Connection, name: str, shoots: Sequence[int]) -> Iterator[str]:
    """Yield the person's name as the clients of these shoots are written, who were taken for them: without dots, say."""
    for row in get_shoots(conn, shoots).values():
        yield from (part for part in parties(row.client or "") if match_name(name, part).sure is not Sure.NOT)


def _told(found: Item) -> Item:
    if found.decision is not None:
        return replace(found, why="it bears the person's name, and others appear in it")
    why = "it bears a part of the person's name, or another form: exclude it where it means somebody else, or --rename it"
    return replace(found, why=why, certain=False)


def _files(conn: Connection, shoots: Sequence[int], name: str, instead: str) -> Iterator[Item]:
    """Yield an item for the files of a shoot, in one store, whose own names or folders bear the person's name."""
    words = [re.escape(word) for word in loose_key(name).split()]
    longest = max(words, key=len, default="")
    bearing: dict[tuple[str, int], list[KnownCopy]] = {}
    for copy in copies_in_shoots(conn, shoots):
        below = copy.path.partition("/")[2]
        if longest and longest in loose_key(below) and corrected(below, name, instead) is not None:
            bearing.setdefault((copy.store, copy.shoot_id or 0), []).append(copy)
    for (store, shoot), copies in sorted(bearing.items()):
        shown = ", ".join(copy.path.partition("/")[2] for copy in copies[:_MOST_SHOWN])
        told = f"{store}: rename {len(copies)} files or their folders: {shown}"
        yield Item(f"name:{store}:{shoot}", "name", told, "they bear the person's name, and stay", True, shoot,
                   details={"store": store, "paths": [copy.path for copy in copies]})  # fmt: skip


def forget_renamed(running: Running, wanted: Sequence[Renaming]) -> None:
    """Take the old names of folders that were renamed out of the index, and record them as hashes for a restored one."""
    key = running.ledger.key
    with running.index.write() as conn:
        ids = {row.name: row.id for row in list_stores(conn)}
        done = {each.number for each in requests.items_of(conn, running.one.uid) if each.state == "done"}
        gone = [one for one in wanted if one.number in done and one.store in ids]
        places = sorted(key.hash_place(one.store, one.path) for one in gone)
        for draft in erased.place_drafts(places, running.at, running.by, request=running.one.uid, rule="name_erased"):
            record(conn, running.ledger, draft)
        for one in gone:
            forget_folder(conn, ids[one.store], one.path)
            follow_renamed(conn, running.one.uid, ids[one.store], one.store, one.path, one.to)
        if gone:
            note_due(conn)


def forget_left(conn: Connection, uid: str) -> None:
    """Take out of the index what a person has removed by hand where a plan of the case meant something, and left it.

    The case's own removals have taken out theirs. What is known to be there is somebody's, and stays.
    """
    ids = {row.name: row.id for row in list_stores(conn)}
    renamed = done_renamings(requests.items_of(conn, uid))
    places: dict[int, list[str]] = {}
    for plan in plans.plans_of_request(conn, uid):
        for act in acts_of(conn, plan.id):
            if act.path is not None:
                places.setdefault(ids[act.store], []).extend((act.path, now_at(renamed, act.store, act.path)))
    forget_places_at(conn, places)


def forget_places_at(conn: Connection, places: Mapping[int, Sequence[str]]) -> None:
    """Take out of the index what is known to be missing at these paths (by the store's id), and folders left empty."""
    known = [each for store_id, paths in places.items() for each in copies_at(conn, store_id, paths).values()]
    forget_copies(conn, [each.id for each in known if each.state == "m"])
    for store_id, paths in places.items():
        forget_emptied(conn, store_id, {path.rpartition("/")[0] for path in paths if "/" in path})
