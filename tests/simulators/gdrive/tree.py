"""Files and folders on disk: nodes by id with one parent each, settings, and the journal that change tokens point into.

Every public method that writes is one transaction. Instants are text as the API gives them, so they compare as text.
What holds for all below a folder (in the trash, lost to us, in which shared drive) is kept with each node as well, and
set anew by `refresh_below` when a folder's changes.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
NATIVE = "application/vnd.google-apps."
TABLES = ("node", "content", "revision", "permission", "journal", "reserved", "setting", "uploaded")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS node (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL, mime TEXT NOT NULL, parent TEXT NOT NULL,
    owner TEXT NOT NULL, drive TEXT NOT NULL, size INTEGER, content TEXT, md5 TEXT, sha1 TEXT, sha256 TEXT, head TEXT,
    version INTEGER NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL, trashed INTEGER NOT NULL,
    gone INTEGER NOT NULL, hidden INTEGER NOT NULL, lost INTEGER NOT NULL, by_app INTEGER NOT NULL,
    placed_at REAL NOT NULL, place INTEGER NOT NULL, extra TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS node_parent ON node (parent, place);
CREATE INDEX IF NOT EXISTS node_place ON node (place);
CREATE TABLE IF NOT EXISTS content (sha256 TEXT PRIMARY KEY, bytes BLOB) STRICT;
CREATE TABLE IF NOT EXISTS revision (
    rid TEXT PRIMARY KEY, file TEXT NOT NULL, content TEXT NOT NULL, md5 TEXT NOT NULL, size INTEGER NOT NULL,
    mime TEXT NOT NULL, name TEXT NOT NULL, modified TEXT NOT NULL, replaced_at REAL, keep INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS revision_file ON revision (file);
CREATE INDEX IF NOT EXISTS revision_kept ON revision (file) WHERE keep = 1;
CREATE TABLE IF NOT EXISTS permission (
    file TEXT NOT NULL, pid TEXT NOT NULL, type TEXT NOT NULL, role TEXT NOT NULL, email TEXT NOT NULL,
    expires TEXT, found INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL, PRIMARY KEY (file, pid)
) STRICT;
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL UNIQUE, at REAL NOT NULL, drive TEXT NOT NULL,
    was_drive TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS reserved (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS uploaded (at REAL NOT NULL, user TEXT NOT NULL, size INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A file, folder or shortcut. `parent` is "" for roots and orphans; `drive` is "" in My Drive.

    `content` names its bytes, while md5, sha1 and sha256 are what the service says of them. `trashed` and `hidden` are
    set on it, `gone` and `lost` hold through it or a folder above. `extra` is JSON: what the API shows as it is, and
    names with an underscore that it doesn't.
    """

    id: str
    name: str
    folded: str
    mime: str
    parent: str
    owner: str
    drive: str
    size: int | None
    content: str | None
    md5: str | None
    sha1: str | None
    sha256: str | None
    head: str | None
    version: int
    created: str
    modified: str
    trashed: int
    gone: int
    hidden: int
    lost: int
    by_app: int
    placed_at: float
    place: int
    extra: str

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder (a drive's root is one)."""
        return self.mime == FOLDER

    @property
    def has_bytes(self) -> bool:
        """Whether it is a file with bytes of its own."""
        return self.content is not None

    def more(self) -> dict[str, Any]:
        """Return `extra` as values."""
        values: dict[str, Any] = json.loads(self.extra) if self.extra != "{}" else {}
        return values


COLUMNS = ", ".join(field.name for field in fields(Node))
_SLOTS = ", ".join("?" * len(fields(Node)))
INSERT = f"INSERT OR REPLACE INTO node ({COLUMNS}) VALUES ({_SLOTS})"


def stamp(at: float) -> str:
    """Return an instant as the API writes it."""
    return datetime.fromtimestamp(round(at, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def values_of(node: Node) -> tuple[Any, ...]:
    """Return a node as a row."""
    return tuple(getattr(node, field.name) for field in fields(Node))


class Tree:
    """The store. One lock serialises everything."""

    def __init__(self, state: Path, now: Callable[[], float]) -> None:
        self.lock = threading.RLock()
        self.db = sqlite3.connect(state / "gdrive.db", check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute("PRAGMA cache_size = -16000")
        self.db.executescript(_SCHEMA)
        self.now = now
        self.random = random.Random(self.last_seq() * 7919 + self.count("node"))
        self._settings: dict[str, Any] = {}
        self._used: dict[str, int] = {}
        self._depth = 0

    def close(self) -> None:
        """Close the database."""
        with self.lock:
            self.db.close()

    def wipe(self) -> None:
        """Be as new: nothing there, nothing set, nothing known of before."""
        with self.writing():
            for table in TABLES:
                self.db.execute(f"DELETE FROM {table}")
            self.db.execute("DELETE FROM sqlite_sequence")
            self._settings.clear()
            self.forget_usage()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; a nested one belongs to the outer."""
        with self.lock:
            if self._depth == 0:
                self.db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self.db.execute("ROLLBACK")
                    self._settings.clear()
                    self.forget_usage()
                raise
            self._depth -= 1
            if self._depth == 0:
                self.db.execute("COMMIT")

    # -- settings, kept over a restart

    def setting(self, name: str, default: Any) -> Any:
        """Return what was set, or the default."""
        with self.lock:
            if name not in self._settings:
                row = self.db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
                self._settings[name] = row and row[0]
            text = self._settings[name]
        return default if text is None else json.loads(text)

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        with self.writing():
            text = json.dumps(value)
            self.db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, text))
            self._settings[name] = text

    def next_number(self, name: str) -> int:
        """Return 1, 2, 3 and so on, over restarts, too."""
        with self.writing():
            number = int(self.setting(f"last_{name}", 0)) + 1
            self.set(f"last_{name}", number)
        return number

    # -- looking

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return a query's rows."""
        with self.lock:
            return self.db.execute(query, values).fetchall()

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def find(self, file_id: str) -> Node | None:
        """Return what has an id; it may be lost or in the trash."""
        rows = self.rows(f"SELECT {COLUMNS} FROM node WHERE id = ?", file_id)
        return Node(*rows[0]) if rows else None

    def get(self, file_id: str) -> Node:
        """Return what has an id. Raises KeyError."""
        node = self.find(file_id)
        if node is None:
            raise KeyError(file_id)
        return node

    def children(self, file_id: str) -> list[Node]:
        """Return what lies in a folder."""
        return [Node(*row) for row in self.rows(f"SELECT {COLUMNS} FROM node WHERE parent = ? ORDER BY place", file_id)]

    def below(self, file_id: str) -> list[Node]:
        """Return all below a folder, folders before what is in them."""
        found = self.children(file_id)
        for node in found:
            if node.is_folder:
                found.extend(self.children(node.id))
        return found

    def is_within(self, file_id: str, folder_id: str) -> bool:
        """Say whether a node is a folder or lies below it."""
        while file_id and file_id != folder_id:
            file_id = self.get(file_id).parent
        return file_id == folder_id

    def depth(self, file_id: str) -> int:
        """Return how many folders are above."""
        depth = 0
        while (node := self.find(file_id)) is not None and node.parent:
            file_id, depth = node.parent, depth + 1
        return depth

    def used_bytes(self, owner: str) -> int:
        """Return how much a user's files have in My Drive, with old revisions that are kept."""
        with self.lock:
            if owner not in self._used:
                query = "SELECT coalesce(sum(size), 0) FROM node WHERE owner = ? AND drive = ''"
                self._used[owner] = int(self.rows(query, owner)[0][0])
            query = (
                "SELECT coalesce(sum(revision.size), 0) FROM revision JOIN node ON node.id = file "
                "WHERE keep = 1 AND rid != head AND node.owner = ? AND node.drive = ''"
            )
            return self._used[owner] + int(self.rows(query, owner)[0][0])

    def trashed_bytes(self, owner: str) -> int:
        """Return how much of it lies in the trash."""
        query = "SELECT coalesce(sum(size), 0) FROM node WHERE owner = ? AND drive = '' AND gone"
        return int(self.rows(query, owner)[0][0])

    def forget_usage(self) -> None:
        """Count anew when somebody asks: summing up millions for each upload would be too slow."""
        self._used.clear()

    def _count(self, node: Node | None, sign: int) -> None:
        if node is not None and not node.drive and node.owner in self._used:
            self._used[node.owner] += sign * (node.size or 0)

    def last_seq(self) -> int:
        """Return the journal's newest position, of entries that were replaced, too."""
        rows = self.rows("SELECT seq FROM sqlite_sequence WHERE name = 'journal'")
        return int(rows[0][0]) if rows else 0

    # -- changing

    def write(self, node: Node) -> Node:
        """Write a node as it is."""
        with self.writing():
            if self._used:
                self._count(self.find(node.id), -1)
                self._count(node, 1)
            self.db.execute(INSERT, values_of(node))
        return node

    def drop(self, file_id: str) -> None:
        """Take a node away with all that hangs on it; no word in the journal."""
        with self.writing():
            self._count(self.find(file_id), -1)
            self.db.execute("DELETE FROM node WHERE id = ?", (file_id,))
            self.db.execute("DELETE FROM revision WHERE file = ?", (file_id,))
            self.db.execute("DELETE FROM permission WHERE file = ?", (file_id,))

    def journal(self, file_id: str, drive: str, *, was_drive: str | None = None) -> None:
        """Note that something changed: one entry a file, the newest. One that left a drive is told there, too."""
        with self.writing():
            if was_drive is None:
                rows = self.rows("SELECT was_drive FROM journal WHERE file = ?", file_id)
                was_drive = rows[0][0] if rows else drive
            self.db.execute("DELETE FROM journal WHERE file = ?", (file_id,))
            self.db.execute(
                "INSERT INTO journal (file, at, drive, was_drive) VALUES (?, ?, ?, ?)",
                (file_id, self.now(), drive, was_drive),
            )

    def refresh_below(self, node: Node) -> None:
        """Let everything below a folder know what holds through it."""
        with self.writing():
            self.forget_usage()
            due = [node]
            while due:
                above = due.pop()
                lost = above.lost or bool(above.more().get("_limited"))
                # A shared drive owns what is in it; what leaves one is the folder's owner's.
                owner = "owner = CASE WHEN ? != '' THEN '' WHEN owner = '' THEN ? ELSE owner END"
                self.db.execute(
                    f"UPDATE node SET gone = trashed OR ?, lost = hidden OR ?, drive = ?, {owner} WHERE parent = ?",
                    (above.gone, lost, above.drive, above.drive, above.owner, above.id),
                )
                query = f"SELECT {COLUMNS} FROM node WHERE parent = ? AND mime = ?"
                due += [Node(*row) for row in self.rows(query, above.id, FOLDER)]

    def new_id(self, prefix: str = "1") -> str:
        """Return an id that nothing ever had."""
        digest = hashlib.sha256(f"id{self.next_number('id')}".encode()).hexdigest()
        return prefix + digest[: 33 - len(prefix)]
