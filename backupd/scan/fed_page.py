"""One page of a feed, written in one transaction: removals first, then folders, then files.

A file is known again by its identity, wherever it lies now. Where the identity is new the row at its place is its own:
other bytes lie there now, as when a file on a disk is replaced. Whatever is displaced or removed is only *said* to be
gone here; see `feed_run` for when that is concluded.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from adapters.records import ChangePage, Entry
from backupd.reading.kinds import kind_by_name
from backupd.scan.cloud_media import said_of
from backupd.scan.compare import name_of
from backupd.scan.fed_tree import FedTree
from backupd.scan.settled import subject_of
from backupd.scan.summary import Counts
from index import copies, feeds, folders, people, review, shoots
from index.contents import record_contents
from index.feeds import FedCopy, FedFolder, FedWrite
from index.records import NewContent

_KINDS = {"photo": "p", "video": "v", "sidecar": "s", "other": "o"}
_COLUMNS = {"sha256": "sha256", "dropbox": "dropbox_hash", "md5": "md5"}


@dataclass(slots=True)
class _Placed:
    """A file of the page at its place, with the row that is its own."""

    entry: Entry
    folder: FedFolder
    name: str
    key: str | None
    row: FedCopy | None = None


@dataclass(slots=True)
class _Work:
    """What a page comes to for copies."""

    named: list[int] = field(default_factory=list)
    changed: list[FedWrite] = field(default_factory=list)
    added: list[FedWrite] = field(default_factory=list)
    aside: dict[int, None] = field(default_factory=dict)
    gone: dict[int, None] = field(default_factory=dict)
    forget: list[int] = field(default_factory=list)
    first_files: dict[int, None] = field(default_factory=dict)
    touched: dict[int, None] = field(default_factory=dict)


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
        self.tree = FedTree(feeds.fed_folders(conn, store_id), folders.next_folder_id(conn))

    def write(self, conn: Connection, page: ChangePage, generation: int, now: int, *, is_listing: bool) -> None:
        """Write what one page says. The caller's transaction holds the page's cursor as well."""
        self.tree.is_listing = is_listing
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

    def _remove(self, conn: Connection, page: ChangePage) -> None:
        places: list[tuple[int, str]] = []
        for key in page.removed_below:
            row = self.tree.at(key)
            if row is not None:
                self.tree.say_gone(row)
            above, _, name = key.rpartition("/")
            parent = self.tree.at(above)
            if parent is not None and _fits(name):
                places.append((parent.id, name))
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

    def _placed(self, entries: Iterable[Entry], generation: int) -> list[_Placed]:
        """Return the page's files at their places, each file and each place once: the last word counts."""
        by_place: dict[tuple[int, str], _Placed] = {}
        places: dict[str, tuple[int, str]] = {}
        for entry in entries:
            if not _fits(entry.path):
                self._trouble(entry.path, "no file can have this name here")
                continue
            place_key = entry.key or entry.path
            there = self.tree.at(place_key)
            if there is not None and there.generation != feeds.GONE:
                self.tree.say_gone(there)
            above, _, name_key = place_key.rpartition("/")
            folder = self.tree.folder_at(above, entry.path.rpartition("/")[0], generation)
            place = (folder.id, name_key)
            if entry.identity is not None:
                before = places.get(entry.identity)
                if before is not None:
                    by_place.pop(before, None)
                places[entry.identity] = place
            by_place[place] = _Placed(entry, folder, name_of(entry.path), name_key if entry.key else None)
        return list(by_place.values())

    def _write_folders(self, conn: Connection, generation: int) -> None:
        changes = self.tree.take_changes()
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
            for kind in ("folder", "date"):
                review.rename_subject(
                    conn, kind, subject_of(self._store_name, old_path), subject_of(self._store_name, new_path)
                )
        self._displace_files(conn, [*changes.added.values(), *changes.changed.values()])

    def _displace_files(self, conn: Connection, rows: Iterable[FedFolder]) -> None:
        """Where a folder lies no file lies any more."""
        places = []
        for row in rows:
            above, _, name = (row.key or "").rpartition("/")
            parent = self.tree.at(above)
            if row.key and parent is not None:
                places.append((parent.id, name))
        feeds.say_gone(conn, [copy.id for copy in feeds.copies_at(conn, places, places)])

    def _match(self, conn: Connection, placed: list[_Placed], generation: int, now: int) -> None:
        identities = [each.entry.identity for each in placed if each.entry.identity is not None]
        known = {row.identity: row for row in feeds.copies_by_identity(conn, self._store_id, identities)}
        here = set(identities)
        places = [(each.folder.id, each.key if each.key is not None else each.name) for each in placed]
        keys = [place for each, place in zip(placed, places, strict=True) if each.key is not None]
        names = [place for each, place in zip(placed, places, strict=True) if each.key is None]
        at_place = {
            (row.folder_id, row.key if row.key is not None else row.name): row
            for row in feeds.copies_at(conn, keys, names)
        }
        work = _Work()
        unread: list[_Placed] = []
        for each, place in zip(placed, places, strict=True):
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
        wanted = [self._content(conn, each.entry, now) for each in said]
        ids, self._next_content = record_contents(conn, wanted, self._next_content)
        contents = {id(each): content for each, content in zip(said, ids, strict=True)}
        for each in placed:
            self._plan(each, contents.get(id(each)), work, generation, now)
        feeds.set_aside(conn, list(work.aside))
        feeds.say_gone(conn, list(work.gone))
        feeds.name_copies(conn, work.named, generation, now)
        feeds.write_copies(conn, work.added, work.changed)
        people.forget_lists(conn, work.forget)
        feeds.uncount_folders(conn, list(work.first_files), list(work.touched))
        shoots.mark_stale(conn, sorted(work.touched))

    def _plan(self, each: _Placed, content: int | None, work: _Work, generation: int, now: int) -> None:
        entry, row, counts = each.entry, each.row, self._counts
        if row is None:
            counts.new += 1
            self._next_copy += 1
            state, known_by, known_at = "p", "a" if content is not None else None, now if content is not None else None
        else:
            is_same = content is not None and row.content_id == content
            if row.state == "m":
                counts.back += 1
            elif not is_same:
                counts.changed += 1
            elif (row.folder_id, row.key, row.name) != (each.folder.id, each.key, each.name):
                counts.moved += 1
            if not is_same and row.content_id is not None:
                work.forget.append(row.id)
            is_hashed = is_same and row.known_by == "h"
            is_bad = is_same and row.state == "c" and row.version == entry.version
            state = "c" if is_bad else "p"
            known_by = "h" if is_hashed else ("a" if content is not None else None)
            known_at = row.known_at if is_hashed else (now if content is not None else None)
            work.touched[row.folder_id] = None
        write = FedWrite(
            row.id if row is not None else self._next_copy - 1,
            each.folder.id,
            each.name,
            each.key,
            content,
            entry.size,
            entry.modified_ns,
            entry.identity,
            entry.version,
            state,  # type: ignore[arg-type]
            known_by,
            known_at,
            generation,
        )
        (work.added if row is None else work.changed).append(write)
        if each.folder.files == 0:
            each.folder.files = 1
            work.first_files[each.folder.id] = None
        work.touched[each.folder.id] = None

    def _content(self, conn: Connection, entry: Entry, now: int) -> NewContent:
        name = name_of(entry.path)
        hashes = {_COLUMNS[each.algorithm]: each.value for each in entry.hashes if each.algorithm in _COLUMNS}
        said = said_of(entry.media, self._today)
        return NewContent(
            id=0,
            size=entry.size,
            sha256=hashes.get("sha256"),
            dropbox_hash=hashes.get("dropbox_hash"),
            md5=hashes.get("md5"),
            kind="l" if self._is_list(name) else _KINDS[kind_by_name(name)],
            captured_at=said.captured_at,
            offset_minutes=said.offset_minutes,
            camera_id=self._camera(conn, said.make, said.model),
            width=said.width,
            height=said.height,
            duration_ms=said.duration_ms,
            first_seen_at=now,
            read=False,
        )

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


def _fits(path: str) -> bool:
    """True where the index can hold the path: every name is there, and can be written as bytes."""
    if not path or "\0" in path or any(name in ("", ".", "..") for name in path.split("/")):
        return False
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True
