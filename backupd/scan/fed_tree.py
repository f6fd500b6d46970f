"""The folders of a store with a feed, in memory while pages are applied; what changed in them is written by the page.

A folder's place is its key: its path in the store's own normal form, or the path itself where the store has none. Its
path is spelled below its parent's, so that one folder has one spelling. A folder is known again by its identity; one
that was only met above a file has none yet and takes that of the folder that turns out to lie there.

A listing of everything comes in no order: files may be named before the folders that they lie in, at a place where
another folder lay before. So what such a listing has named at a place stays there when the folder that was known there
turns out to have moved. Changes come in order: there a folder takes along what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from adapters.records import Folder
from index.feeds import GONE, FedFolder


@dataclass(slots=True)
class FolderChanges:
    """What a page did to folders: in the order in which it is to be written."""

    aside: dict[int, None] = field(default_factory=dict)
    split: dict[int, int] = field(default_factory=dict)
    absorbed: list[tuple[int, int]] = field(default_factory=list)
    changed: dict[int, FedFolder] = field(default_factory=dict)
    added: dict[int, FedFolder] = field(default_factory=dict)
    named: dict[int, None] = field(default_factory=dict)
    gone: dict[int, None] = field(default_factory=dict)
    renamed: list[tuple[str, str]] = field(default_factory=list)


class FedTree:
    """All folders of one store. `changes` is what happened since it was taken; `is_listing` while everything is listed."""

    def __init__(self, rows: Iterable[FedFolder], next_id: int) -> None:
        self._by_key: dict[str, FedFolder] = {}
        self._by_identity: dict[str, FedFolder] = {}
        self._children: dict[str, set[str]] = {}
        self._next_id = next_id
        self.changes = FolderChanges()
        self.is_listing = False
        for row in rows:
            if row.key is not None:
                self._put(row)
            if row.identity is not None:
                self._by_identity[row.identity] = row

    def __len__(self) -> int:
        return sum(bool(row.generation) for row in self._by_key.values())

    def __iter__(self) -> Iterator[FedFolder]:
        return iter(self._by_key.values())

    def take_changes(self) -> FolderChanges:
        """Return what happened since this was last asked."""
        changes, self.changes = self.changes, FolderChanges()
        return changes

    def at(self, key: str) -> FedFolder | None:
        """Return the folder at a place."""
        return self._by_key.get(key)

    def with_identity(self, identity: str) -> FedFolder | None:
        """Return the folder with this identity, wherever it lies."""
        return self._by_identity.get(identity)

    def below(self, row: FedFolder) -> Iterator[FedFolder]:
        """Yield a folder and all folders in it."""
        yield row
        if row.key is None:
            return
        left = [row.key]
        while left:
            for key in self._children.get(left.pop(), ()):
                yield self._by_key[key]
                left.append(key)

    def say_gone(self, row: FedFolder) -> None:
        """The folder is gone with all folders in it."""
        for each in self.below(row):
            each.generation = GONE
            self.changes.gone[each.id] = None
            self.changes.named.pop(each.id, None)

    def folder_at(self, key: str, path: str, generation: int) -> FedFolder:
        """Return the folder at a place, made if need be: something was named in it. `path` spells what is made."""
        row = self._by_key.get(key)
        if row is None:
            row = self._make(key, path, None, generation)
        self._name(row, generation)
        return row

    def name(self, folder: Folder, generation: int) -> None:
        """The feed has named a folder."""
        key = folder.key or folder.path
        if not key:
            return
        known = self._by_identity.get(folder.identity)
        there = self._by_key.get(key)
        if known is None:
            self._name_unknown(folder, key, there, generation)
            return
        parent = self.folder_at(*_above(key, folder.path), generation)
        path = _join(parent.path, folder.path)
        if known.key != key:
            self._move(known, key, path, generation)
        elif known.path != path:
            self._respell(known, path)
        self._name(known, generation)

    def _name_unknown(self, folder: Folder, key: str, there: FedFolder | None, generation: int) -> None:
        if there is not None and there.identity is not None:
            # Another folder lay here. It may still turn up elsewhere, so its row is not this one's.
            self._set_aside(there, generation)
            there = self._by_key.get(key)
        if there is None:
            there = self._make(key, folder.path, folder.identity, generation)
        else:
            there.identity = folder.identity
            self._change(there)
        self._by_identity[folder.identity] = there
        self._name(there, generation)

    def _name(self, row: FedFolder, generation: int) -> None:
        while row.generation != generation:
            row.generation = generation
            self.changes.named[row.id] = None
            if not row.key:
                return
            above = row.key.rpartition("/")[0]
            row = self._by_key.get(above) or self._make(above, row.path.rpartition("/")[0], None, generation)

    def _make(self, key: str, path: str, identity: str | None, generation: int) -> FedFolder:
        if key:
            parent = self.folder_at(*_above(key, path), generation)
            path = _join(parent.path, path)
        row = FedFolder(self._next_id, path, key, identity, generation, 0, is_counted=False)
        self._next_id += 1
        self._put(row)
        self.changes.added[row.id] = row
        return row

    def _move(self, known: FedFolder, key: str, path: str, generation: int) -> None:
        """Let a folder with all in it lie elsewhere now."""
        old_key, old_path = known.key, known.path
        moving = self._vacate(known, generation)
        there = self._by_key.get(key)
        if there is not None and there.identity is not None:
            self._set_aside(there, generation)
        for row in moving:
            new_key = key if row is known else key + (row.key or "")[len(old_key or "") :]
            taken = self._by_key.get(new_key)
            if taken is not None and taken.identity is not None:
                # Something else was named there already: this one is not known to have come along.
                self._drop(row)
                continue
            if taken is not None:
                self._absorb(taken, row)
            new_path = path + row.path[len(old_path) :]
            self.changes.renamed.append((row.path, new_path))
            row.key, row.path = new_key, new_path
            self._put(row)
            self._change(row)

    def _absorb(self, taken: FedFolder, row: FedFolder) -> None:
        """A folder that was only met above files turns out to be a known one: they lie in that."""
        changes = self.changes
        if taken.id not in changes.added:
            changes.absorbed.append((taken.id, row.id))
        changes.split = {old: row.id if new == taken.id else new for old, new in changes.split.items()}
        row.files = max(row.files, taken.files)
        self._take_out(taken)
        self._drop(taken)
        changes.gone.pop(taken.id, None)

    def _vacate(self, row: FedFolder, generation: int) -> list[FedFolder]:
        """Take a folder from its place, with all in it but what a listing has named there; return them, parents first."""
        leaving = [row]
        for each in leaving:
            for key in () if each.key is None else sorted(self._children.get(each.key, ())):
                below = self._by_key[key]
                if not (self.is_listing and below.generation == generation):
                    leaving.append(below)
        for each in leaving:
            self._take_out(each)
        if self.is_listing and row.generation == generation and row.key is not None and row.id not in self.changes.added:
            stays = FedFolder(self._next_id, row.path, row.key, None, generation, row.files, is_counted=False)
            self._next_id += 1
            self._put(stays)
            self.changes.added[stays.id] = stays
            self.changes.split[row.id] = stays.id
        return leaving

    def _respell(self, known: FedFolder, path: str) -> None:
        before = known.path
        for row in self.below(known):
            new = path + row.path[len(before) :]
            self.changes.renamed.append((row.path, new))
            row.path = new
            self._change(row)

    def _set_aside(self, row: FedFolder, generation: int) -> None:
        """Take a folder and all in it from their places, which are another's now."""
        for each in self._vacate(row, generation):
            self._drop(each)

    def _drop(self, row: FedFolder) -> None:
        """A folder that was taken out stays known by its identity alone, until it turns up elsewhere."""
        row.key = None
        row.generation = GONE
        changes = self.changes
        changes.changed.pop(row.id, None)
        changes.named.pop(row.id, None)
        if changes.added.pop(row.id, None) is None:
            changes.aside[row.id] = None
            changes.gone[row.id] = None
            return
        # Who was to have files of the place, and came to nothing in the same page, has none: the feed tells of them again.
        changes.split = {old: into for old, into in changes.split.items() if into != row.id}
        if row.identity is not None and self._by_identity.get(row.identity) is row:
            del self._by_identity[row.identity]

    def _change(self, row: FedFolder) -> None:
        if row.id not in self.changes.added:
            self.changes.changed[row.id] = row

    def _put(self, row: FedFolder) -> None:
        assert row.key is not None
        self._by_key[row.key] = row
        if row.key:
            self._children.setdefault(row.key.rpartition("/")[0], set()).add(row.key)

    def _take_out(self, row: FedFolder) -> None:
        if row.key is not None and self._by_key.get(row.key) is row:
            del self._by_key[row.key]
            self._children.get(row.key.rpartition("/")[0], set()).discard(row.key)


def _above(key: str, path: str) -> tuple[str, str]:
    return key.rpartition("/")[0], path.rpartition("/")[0]


def _join(parent: str, path: str) -> str:
    name = path.rpartition("/")[2]
    return f"{parent}/{name}" if parent else name
