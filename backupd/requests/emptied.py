"""The folders that a case has emptied: their names are people's, so they go where a store can remove them and nothing else.

A cloud cannot be told to remove a folder only if nothing is in it: there a person is asked to. A store that did not
answer keeps the case open, and the next run asks it again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import cast

from adapters.base import RemovesFolders, Store
from adapters.errors import Refused, StoreError
from backupd.requests.renaming import done_renamings, is_left
from backupd.requests.running import Running
from index import requests
from index.acts import acts_of
from index.folders import has_files
from index.plans import Plan
from index.requests import Item
from index.stores import list_stores

logger = logging.getLogger(__name__)


def remove_folders(running: Running, plan: Plan) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Remove the folders that an erasure has left empty.

    Return the stores that did not answer, with why, and by store the folders that could not be removed.
    """
    with running.index.read() as conn:
        acts = acts_of(conn, plan.id, ("done",))
    folders: dict[str, set[str]] = {}
    for act in acts:
        if act.path is not None and "/" in act.path:
            folders.setdefault(act.store, set()).add(act.path.rpartition("/")[0])
    waiting: dict[str, str] = {}
    staying: dict[str, set[str]] = {}
    for name, paths in folders.items():
        store = running.stores.get(name)
        if store is None:
            continue
        try:
            staying[name] = _remove(store, paths) if hasattr(store, "remove_empty_folder") else paths
        except StoreError as err:
            waiting[name] = err.detail or type(err).__name__
    return waiting, staying


def _remove(store: Store, paths: Iterable[str]) -> set[str]:
    """Remove those of the folders, and of the ones above them, that are empty; return those that stay.

    Something lies in them, perhaps only what backupd passes over (previews, say), or the store refuses.
    """
    staying = set()
    above = {path.rsplit("/", count)[0] for path in paths for count in range(path.count("/") + 1)}
    for path in sorted(above, key=lambda each: each.count("/"), reverse=True):
        try:
            if not cast(RemovesFolders, store).remove_empty_folder(path):
                staying.add(path)
        except Refused:
            logger.info("empty folder left store=%s", store.name)
            staying.add(path)
    return staying & set(paths)


def ask_about_folders(running: Running, staying: Mapping[str, Iterable[str]]) -> None:
    """Leave to a person the folders that stay, and the old ones of those that were renamed, where no file is known any more.

    Only right after a look at the stores.
    """
    left = {name: set(paths) for name, paths in staying.items()}
    with running.index.read() as conn:
        ids = {row.name: row.id for row in list_stores(conn)}
        items = requests.items_of(conn, running.one.uid)
        for one in done_renamings(items):
            left.setdefault(one.store, set()).add(one.path)
        empty = [(name, path) for name, paths in sorted(left.items()) if name in ids
                 for path in sorted(paths) if not has_files(conn, ids[name], path)]  # fmt: skip
    known = {each.key for each in items}
    there = [place for place in empty if _is_there(running, *place)]
    tops = [(name, path) for name, path in there if not any(name == one and path.startswith(f"{at}/") for one, at in there)]
    with running.index.write() as conn:
        new = [_task(name, path) for name, path in tops if f"task:{name}:{path}" not in known]
        requests.add_items(conn, running.one.uid, new)


def _is_there(running: Running, store: str, path: str) -> bool:
    try:
        return store in running.stores and is_left(running.stores[store], path)
    except StoreError:
        # Whether it is there nobody can say now: a person looks.
        return True


def _task(store: str, path: str) -> Item:
    told = f"{store}: remove the folder {path}, in which no file is known any more"
    return Item(f"task:{store}:{path}", "task", told, "its name is left there", True, decision="do")
