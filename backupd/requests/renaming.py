"""A shoot's folder renamed in its stores, file by file: safe to stop anywhere, and nothing is ever replaced.

Each file is moved in the very version that is seen, to a free name; bytes are not read, and what the index knows of them
stays, since a file keeps its identity over a move. What a run finds still lying at the old place it moves; what lies at
the new one already was moved before. Intent and outcome of each folder are in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Connection

from adapters.base import RemovesFolders, Store
from adapters.errors import Changed, NotFound, Refused, StoreError
from adapters.records import Entry
from backupd.requests.correcting import is_wrong, path_corrected
from backupd.requests.running import Running
from index import folders, requests
from index.ledger_line import Draft
from index.requests import Item
from index.shoots import root_folders
from index.stores import list_stores


@dataclass(frozen=True, slots=True)
class Renaming:
    """A folder and what it is to be called, in one store."""

    number: int
    store: str
    path: str
    to: str


class FolderLeft(Exception):
    """A folder could not be renamed whole; the text says why, for a person."""


def folder_items(conn: Connection, shoots: Iterable[int], old: str, new: str) -> Iterator[Item]:
    """Yield an item for each folder, in each store, that bears the old name; with the right one where that is certain."""
    names = {row.id: row.name for row in list_stores(conn)}
    for shoot, places in sorted(root_folders(conn, sorted(set(shoots))).items()):
        for _, store_id, path, present in places:
            if not present or not any(is_wrong(part, old, new) for part in path.split("/")):
                continue
            to = path_corrected(path, old, new)
            store = names[store_id]
            why = "it bears the old name" if to else "it bears the old name in a form that only you can put right"
            told = f"{store}: {path} → {to}" if to else f"{store}: {path}"
            details = {"store": store, "path": path, "to": to}
            yield Item(f"folder:{store}:{path}", "folder", told, why, True, shoot, None, "rename" if to else None, details)


def renamings(items: Sequence[Item]) -> list[Renaming]:
    """Return the folders that are still to be renamed."""
    return [
        Renaming(each.number, each.details["store"], each.details["path"], to)
        for each in items
        if each.kind == "folder" and each.is_in and each.state == "open" and each.decision == "rename"
        and (to := each.details.get("named") or each.details["to"])
    ]  # fmt: skip


def renamings_ever(items: Sequence[Item]) -> list[Renaming]:
    """Return the folders that were to be renamed, whether that was done before or not."""
    return renamings([replace(each, state="open") for each in items])


def done_renamings(items: Sequence[Item]) -> list[Renaming]:
    """Return the folders that have their new names."""
    return renamings_ever([each for each in items if each.state == "done"])


def now_at(renamed: Sequence[Renaming], store: str, path: str) -> str:
    """Return where what lay at a path lies once these folders were renamed."""
    for one in renamed:
        if one.store == store and path.startswith(f"{one.path}/"):
            return one.to + path[len(one.path) :]
    return path


def named_path(one: Item, name: str, old: str, new: str) -> str:
    """Return where a folder is to lie under a name that a person gave: in place of the last part that is wrong.

    Raises FolderLeft where the name cannot be a folder's.
    """
    if not name.strip() or name in (".", "..") or "/" in name or "\0" in name or name.startswith("."):
        raise FolderLeft("that is no name for a folder")
    parts = one.details["path"].split("/")
    wrong = [at for at, part in enumerate(parts) if is_wrong(part, old, new)] or [len(parts) - 1]
    parts[wrong[-1]] = name.strip()
    return "/".join(parts)


def rename_all(running: Running, wanted: Sequence[Renaming]) -> tuple[dict[str, str], dict[int, str]]:
    """Rename folders; return the stores that could not be worked on, and what was left alone, by item, with why."""
    waiting: dict[str, str] = {}
    left: dict[int, str] = {}
    for one in wanted:
        store = running.stores.get(one.store)
        if store is None or one.store in waiting:
            waiting.setdefault(one.store, "it could not be opened")
            continue
        try:
            store.check()
            _record(running, one, "rename")
            moved = rename(store, one, _known_below(running, one))
            _record(running, one, "renamed", moved)
            _end(running, one)
        except StoreError as err:
            waiting[one.store] = err.detail or type(err).__name__
        except FolderLeft as why:
            left[one.number] = str(why)
    return waiting, left


def rename(store: Store, one: Renaming, below: Sequence[str]) -> int:
    """Move all that lies in a folder and in those `below` it; return how many files. Raises StoreError, FolderLeft."""
    total = 0
    for path in below:
        entries = _entries(store, path)
        if not entries:
            continue
        there = {entry.path for entry in _entries(store, _new(one, path))}
        taken = [entry for entry in entries if _new(one, entry.path) in there]
        if taken:
            raise FolderLeft(f"{len(taken)} of its files have others in their way at the new name")
        for entry in entries:
            try:
                store.move(entry.ref, entry.version, _new(one, entry.path))
            except Changed as err:
                raise FolderLeft(f"a file changed or was put there at this moment: {err.detail}") from err
            except NotFound as err:
                raise FolderLeft("a file went away at this moment") from err
        _look_again(store, one, path, entries)
        total += len(entries)
    _remove_emptied(store, one, below)
    return total


def _look_again(store: Store, one: Renaming, path: str, moved: Sequence[Entry]) -> None:
    """See that every file lies at its new place and none at its old one."""
    there = {entry.path: entry.size for entry in _entries(store, _new(one, path))}
    left = {entry.path for entry in _entries(store, path)}
    for entry in moved:
        if there.get(_new(one, entry.path)) != entry.size or entry.path in left:
            raise FolderLeft("the store does not show all of it at its new place")


def _remove_emptied(store: Store, one: Renaming, below: Sequence[str]) -> None:
    if not hasattr(store, "remove_empty_folder"):
        return
    above = [one.path.rsplit("/", count)[0] for count in range(1, one.path.count("/") + 1)]
    gone = [each for each in above if not one.to.startswith(f"{each}/")]
    for path in [*sorted(below, key=lambda each: each.count("/"), reverse=True), *gone]:
        try:
            cast(RemovesFolders, store).remove_empty_folder(path)
        except Refused:
            # It is empty of what is ours, and a person is told that it stays. A store that did not answer is asked again.
            continue


def is_left(store: Store, path: str) -> bool:
    """Whether the old folder is still to be seen, though nothing of ours lies in it. Raises StoreError."""
    try:
        store.list_folder(path)
    except NotFound:
        return False
    return True


def _entries(store: Store, path: str) -> Sequence[Entry]:
    try:
        return store.list_folder(path).entries
    except NotFound:
        store.check()
        return ()


def _new(one: Renaming, path: str) -> str:
    return one.to + path[len(one.path) :]


def _known_below(running: Running, one: Renaming) -> list[str]:
    """Return the folder and all that were ever known below it, outermost first."""
    with running.index.read() as conn:
        row = next((each for each in list_stores(conn) if each.name == one.store), None)
        known = folders.folders_below(conn, row.id, [(one.path, True)]) if row else {}
    return sorted({one.path, *known}, key=lambda path: (path.count("/"), path))


def _record(running: Running, one: Renaming, step: str, files: int | None = None) -> None:
    words = {"request": running.one.uid, "request_kind": running.one.kind, "step": step, "item": str(one.number)}
    numbers: Mapping[str, int] = {} if files is None else {"files": files}
    running.ledger.append(
        Draft("request", running.at, running.by, running.one.persons, numbers=numbers, words=words, rule=f"request_{step}")
    )


def _end(running: Running, one: Renaming) -> None:
    with running.index.write() as conn:
        requests.change_item(conn, running.one.uid, one.number, state="done", outcome="renamed, and looked at again",
                             ended_at=running.at, ended_by=running.by)  # fmt: skip
