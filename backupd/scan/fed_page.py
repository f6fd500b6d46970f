"""One page of a feed, written in one transaction: removals first, then folders, then files.

A file is known again by its identity, wherever it lies now. Where the identity is new the row at its place is its own:
other bytes lie there now, as when a file on a disk is replaced. Whatever is displaced or removed is only *said* to be
gone here; see `feed_run` for when that is concluded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from sqlalchemy import Connection

from adapters.records import ChangePage, Entry
from backupd.reading.kinds import kind_by_name
from backupd.reading.participants import has_list_ending
from backupd.scan.cloud_media import said_of
from backupd.scan.fed_tree import FedTree
from backupd.scan.seen import Seen
from backupd.scan.settled import SETTLED_KINDS, subject_of
from backupd.scan.summary import Counts
from index import copies, feeds, folders, people, review, shoots
from index.contents import all_hashes, record_contents
from index.feeds import FedCopy, FedFolder, FedWrite
from index.records import CopyState, NewContent

_KINDS = {"photo": "p", "video": "v", "sidecar": "s", "other": "o"}
_NO_NAMES = ("", ".", "..")
_ENCODING, _ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
_by_place = attrgetter("folder_id", "name")

_Place = tuple[int, bytes]
"""A folder's id, and a file's name in it: in the store's own normal form, or as it is where the store has none."""


@dataclass(slots=True)
class _Placed:
    """A file of the page at its place, with the row that is its own."""

    entry: Entry
    folder: FedFolder
    shown: str
    name: bytes
    key: bytes | None
    row: FedCopy | None = None
    content: int | None = None


@dataclass(slots=True)
class _Work:
    """What a page comes to for copies."""

    named: list[int] = field(default_factory=list)
    changed: list[FedWrite] = field(default_factory=list)
    aside: dict[int, None] = field(default_factory=dict)
    gone: dict[int, None] = field(default_factory=dict)
    forget: list[int] = field(default_factory=list)
    first_files: dict[int, None] = field(default_factory=dict)
    touched: dict[int, None] = field(default_factory=dict)


class _First:
    """What was met in the first listing of a store of which nothing was known before; None where that is not certain."""

    def __init__(self, conn: Connection) -> None:
        self.identities = Seen()
        self.places: Seen | None = Seen()
        self.hashes = Seen()
        self.hashes.sift(all_hashes(conn))


class PageWriter:
    """Writes pages of one store into the index. `is_list` says of a name whether it may be a participant list."""

    def __init__(
        self,
        conn: Connection,
        store_id: int,
        store_name: str,
        counts: Counts,
        is_list: Callable[[str], bool],
        trouble: Callable[[str, str], None],
        today: date,
    ) -> None:
        self._store_id = store_id
        self._store_name = store_name
        self._counts = counts
        self._is_list = is_list
        self._trouble = trouble
        self._today = today
        self._next_copy, self._next_content = copies.next_ids(conn)
        self._cameras: dict[tuple[str, str], int] = {}
        self._kinds: dict[str, str] = {}
        known = list(feeds.fed_folders(conn, store_id))
        self.tree = FedTree(known, folders.next_folder_id(conn))
        self._first = None if known else _First(conn)
        self._added: dict[_Place, FedWrite] = {}

    @property
    def is_first(self) -> bool:
        """Whether nothing was known of the store before."""
        return self._first is not None

    def write(self, conn: Connection, page: ChangePage, generation: int, now: int, *, is_listing: bool) -> None:
        """Write what one page says. The caller's transaction holds the page's cursor as well."""
        self.tree.is_listing = is_listing
        if page.removed or page.removed_below or page.problems:
            self.flush(conn)
        self._remove(conn, page)
        for folder in sorted(page.folders, key=lambda each: (each.key or each.path).count("/")):
            if _fits(folder.path):
                self.tree.name(folder, generation)
        placed = self._placed(page.entries, generation)
        self._write_folders(conn, generation)
        self._match(conn, placed, generation, now)
        for problem in page.problems:
            self._trouble(problem.path, problem.reason)
            if _fits(problem.path) or problem.path == "":
                feeds.keep_unknown(conn, self._store_id, problem.path, generation, below=problem.is_folder)
        self._counts.listed += len(page.entries)
        if self._first is None:
            self.flush(conn)

    def flush(self, conn: Connection) -> None:
        """Write the new files that wait: always before the transaction of their page ends.

        Those of several pages of a first listing are written together, in the order of the index on their places: a listing
        comes in no order, and each of its pages would reach all over that.
        """
        rows = sorted(self._added.values(), key=_by_place)
        self._added.clear()
        feeds.write_copies(conn, [(id, *row[1:]) for id, row in enumerate(rows, self._next_copy)], [])
        self._next_copy += len(rows)

    def _remove(self, conn: Connection, page: ChangePage) -> None:
        places: list[_Place] = []
        for key in page.removed_below:
            row = self.tree.at(key)
            if row is not None:
                self.tree.say_gone(row)
            above, _, name = key.rpartition("/")
            parent = self.tree.at(above)
            encoded = _encoded(name)
            if parent is not None and encoded is not None:
                places.append((parent.id, encoded))
        files: list[str] = []
        for ref in page.removed:
            row = self.tree.with_identity(ref)
            if row is None:
                files.append(ref)
            else:
                self.tree.say_gone(row)
        gone = [row.id for row in feeds.copies_by_identity(conn, self._store_id, files)]
        gone += [row.id for row in feeds.copies_at(conn, places, places)]
        feeds.say_gone(conn, gone)
        # What the folders hold is said gone before anything is named anew.
        feeds.say_gone_below(conn, list(self.tree.changes.gone))
        self.tree.changes.gone.clear()

    def _placed(self, entries: Iterable[Entry], generation: int) -> dict[_Place, _Placed]:
        """Return the page's files at their places, each file and each place once: the last word counts."""
        placed: dict[_Place, _Placed] = {}
        places: dict[str, _Place] = {}
        for entry in entries:
            path, _, shown = entry.path.rpartition("/")
            place_key = entry.key or entry.path
            above, _, name_key = place_key.rpartition("/")
            name = _encoded(shown)
            key = _encoded(name_key) if entry.key else name
            # A folder that is known has been looked at before.
            if name is None or key is None or not (self.tree.at(above) or path == "" or _fits(path)):
                self._trouble(entry.path, "no file can have this name here")
                continue
            there = self.tree.at(place_key)
            if there is not None and there.generation != feeds.GONE:
                self.tree.say_gone(there)
            folder = self.tree.folder_at(above, path, generation)
            place = (folder.id, key)
            if entry.identity is not None:
                before = places.get(entry.identity)
                if before is not None:
                    placed.pop(before, None)
                places[entry.identity] = place
            placed[place] = _Placed(entry, folder, shown, name, key if entry.key else None)
        return placed

    def _write_folders(self, conn: Connection, generation: int) -> None:
        changes = self.tree.take_changes()
        if changes.gone or changes.split or changes.absorbed:
            self.flush(conn)
        if self._first is not None and (changes.split or changes.absorbed):
            # Files lie in other folders now than they were met in.
            self._first.places = None
        # Everyone leaves their place before anyone takes one.
        feeds.set_folders_aside(conn, list(dict.fromkeys((*changes.aside, *changes.changed))))
        feeds.write_folders(conn, self._store_id, list(changes.added.values()), list(changes.changed.values()))
        for old, into in changes.split.items():
            feeds.split_folder(conn, old, into, generation)
        feeds.say_gone_below(conn, list(changes.gone))
        for old, into in changes.absorbed:
            feeds.absorb_folder(conn, old, into)
        feeds.name_folders(conn, list(changes.named), generation)
        for old_path, new_path in changes.renamed:
            before, after = subject_of(self._store_name, old_path), subject_of(self._store_name, new_path)
            for kind in SETTLED_KINDS:
                review.rename_subject(conn, kind, before, after)
        self._displace_files(conn, [*changes.added.values(), *changes.changed.values()])

    def _displace_files(self, conn: Connection, rows: Iterable[FedFolder]) -> None:
        """Where a folder lies no file lies any more."""
        places = []
        for row in rows:
            above, _, name = (row.key or "").rpartition("/")
            parent = self.tree.at(above)
            if row.key and parent is not None:
                places.append((parent.id, os.fsencode(name)))
        if not self._added.keys().isdisjoint(places):
            self.flush(conn)
        feeds.say_gone(conn, [copy.id for copy in feeds.copies_at(conn, places, places)])

    def _match(self, conn: Connection, placed: dict[_Place, _Placed], generation: int, now: int) -> None:
        identities = [each.entry.identity for each in placed.values() if each.entry.identity is not None]
        here = set(identities)
        keys = [place for place, each in placed.items() if each.key is not None]
        names = [place for place, each in placed.items() if each.key is None]
        if self._first is not None:
            identities = self._first.identities.sift(identities)
            if self._first.places is not None:
                keys, names = self._first.places.sift(keys), self._first.places.sift(names)
        if identities or keys or names:
            self.flush(conn)
        known = {row.identity: row for row in feeds.copies_by_identity(conn, self._store_id, identities)}
        at_place = {
            (row.folder_id, row.key if row.key is not None else row.name): row
            for row in feeds.copies_at(conn, keys, names)
        }
        work = _Work()
        unread: list[_Placed] = []
        for place, each in placed.items():
            row = known.get(each.entry.identity)
            there = at_place.get(place)
            if there is not None and (row is None or there.id != row.id):
                if row is None and there.identity not in here:
                    row = there
                else:
                    work.aside[there.id] = None
                    if there.identity not in here:
                        work.gone[there.id] = None
            each.row = row
            if row is not None and _is_as_known(each, row):
                work.named.append(row.id)
            else:
                unread.append(each)
        self._write_copies(conn, unread, work, generation, now)

    def _write_copies(self, conn: Connection, placed: list[_Placed], work: _Work, generation: int, now: int) -> None:
        said = [each for each in placed if each.entry.hashes]
        wanted = [self._content(conn, each, now) for each in said]
        hashes = self._first.hashes if self._first is not None else None
        ids, self._next_content = record_contents(conn, wanted, self._next_content, hashes)
        for each, id in zip(said, ids, strict=True):
            each.content = id
        for each in placed:
            if each.row is None:
                row = self._new(each, generation, now)
                self._added[row.folder_id, row.name if row.key is None else row.key] = row
            else:
                work.changed.append(self._known(each, each.row, work, generation, now))
            if each.folder.files == 0:
                each.folder.files = 1
                work.first_files[each.folder.id] = None
            work.touched[each.folder.id] = None
        feeds.set_aside(conn, list(work.aside))
        feeds.say_gone(conn, list(work.gone))
        feeds.name_copies(conn, work.named, generation, now)
        feeds.write_copies(conn, [], work.changed)
        people.forget_lists(conn, work.forget)
        feeds.uncount_folders(conn, list(work.first_files), list(work.touched))
        shoots.mark_stale(conn, sorted(work.touched))

    def _new(self, each: _Placed, generation: int, now: int) -> FedWrite:
        self._counts.new += 1
        known_by, known_at = ("a", now) if each.content is not None else (None, None)
        return _written(0, each, "p", known_by, known_at, generation)

    def _known(self, each: _Placed, row: FedCopy, work: _Work, generation: int, now: int) -> FedWrite:
        """Return what becomes of a known file that has moved, changed or come back."""
        counts = self._counts
        is_same = each.content is not None and row.content_id == each.content
        if row.state == "m":
            counts.back += 1
        elif not is_same:
            counts.changed += 1
        elif (row.folder_id, row.key, row.name) != (each.folder.id, each.key, each.name):
            counts.moved += 1
        if not is_same and row.content_id is not None:
            work.forget.append(row.id)
        work.touched[row.folder_id] = None
        is_bad = is_same and row.state == "c" and row.version == each.entry.version
        state: CopyState = "c" if is_bad else "p"
        if is_same and row.known_by == "h":
            return _written(row.id, each, state, "h", row.known_at, generation)
        known_by, known_at = ("a", now) if each.content is not None else (None, None)
        return _written(row.id, each, state, known_by, known_at, generation)

    def _content(self, conn: Connection, each: _Placed, now: int) -> NewContent:
        entry = each.entry
        hashes = {said.algorithm: said.value for said in entry.hashes}
        sha256, dropbox, md5 = hashes.get("sha256"), hashes.get("dropbox"), hashes.get("md5")
        kind = self._kind(each.shown)
        if entry.media is None:
            return NewContent(0, entry.size, sha256, dropbox, md5, kind, None, None, None, None, None, None, now, False)
        said = said_of(entry.media, self._today)
        return NewContent(
            0,
            entry.size,
            sha256,
            dropbox,
            md5,
            kind,
            said.captured_at,
            said.offset_minutes,
            self._camera(conn, said.make, said.model),
            said.width,
            said.height,
            said.duration_ms,
            now,
            False,
        )

    def _kind(self, name: str) -> str:
        """Return a file's kind by its name. Of photos and videos, which no lists are, the ending says it all."""
        stem, _, ending = name.rpartition(".")
        if stem and ending in self._kinds:
            return self._kinds[ending]
        found = kind_by_name(name)
        kind = "l" if self._is_list(name) else _KINDS[found]
        if found in ("photo", "video") and not has_list_ending(name):
            self._kinds[ending] = kind
        return kind

    def _camera(self, conn: Connection, make: str, model: str) -> int | None:
        if not make and not model:
            return None
        if (make, model) not in self._cameras:
            self._cameras[make, model] = copies.camera_id(conn, make, model)
        return self._cameras[make, model]


def _is_as_known(each: _Placed, row: FedCopy) -> bool:
    entry = each.entry
    return (
        row.state in ("p", "c")
        and row.content_id is not None
        and (row.folder_id, row.name, row.key) == (each.folder.id, each.name, each.key)
        and (row.identity, row.version, row.size) == (entry.identity, entry.version, entry.size)
    )


def _written(
    id: int, each: _Placed, state: CopyState, known_by: str | None, known_at: int | None, generation: int
) -> FedWrite:
    entry = each.entry
    return FedWrite(
        id,
        each.folder.id,
        each.name,
        each.content,
        entry.size,
        entry.modified_ns,
        entry.identity,
        entry.version,
        state,
        known_by,
        known_at,
        copies.number_of(each.shown),
        each.key,
        generation,
    )


def _fits(path: str) -> bool:
    """True where the index can hold the path: every name is there, and can be written as bytes."""
    return all(_encoded(name) is not None for name in path.split("/"))


def _encoded(name: str) -> bytes | None:
    """Return a name as bytes, None where no file can have it."""
    if name in _NO_NAMES or "\0" in name:
        return None
    try:
        # As os.fsencode does, which finds out for each name how.
        return name.encode(_ENCODING, _ERRORS)
    except UnicodeEncodeError:
        return None
