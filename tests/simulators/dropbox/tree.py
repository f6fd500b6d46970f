"""The tree of files and folders on disk, its revisions, what was deleted, and the journal that cursors point into.

Every public method that writes is one transaction. Paths are whole ("/Shoots/a.jpg"), keys their lower-case form, "" is
the root. Instants are text as the API gives them. An item is the JSON text of a node as a listing shows it: a page of a
listing is these texts joined.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.simulators.dropbox.names import key_of, name_of, normal, parent_of

_TABLES = ("node", "content", "revision", "dead", "journal", "setting")
_INLINE_BYTES = 16 * 1024

_SCHEMA = """
CREATE TABLE IF NOT EXISTS node (
    key TEXT PRIMARY KEY, display TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, fid TEXT NOT NULL UNIQUE,
    rev TEXT, size INTEGER NOT NULL DEFAULT 0, hash TEXT, client_modified TEXT, server_modified TEXT,
    extra TEXT NOT NULL DEFAULT '{}', place INTEGER NOT NULL, item TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS node_place ON node (place);
CREATE INDEX IF NOT EXISTS node_parent ON node (kind, key);
CREATE TABLE IF NOT EXISTS content (hash TEXT PRIMARY KEY, size INTEGER NOT NULL, bytes BLOB) STRICT;
CREATE TABLE IF NOT EXISTS revision (
    rev TEXT PRIMARY KEY, fid TEXT NOT NULL, key TEXT NOT NULL, display TEXT NOT NULL, size INTEGER NOT NULL,
    hash TEXT NOT NULL, client_modified TEXT NOT NULL, server_modified TEXT NOT NULL, made_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS revision_key ON revision (key);
CREATE INDEX IF NOT EXISTS revision_fid ON revision (fid);
CREATE TABLE IF NOT EXISTS dead (
    key TEXT PRIMARY KEY, display TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, fid TEXT NOT NULL,
    deleted_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS dead_fid ON dead (fid);
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, item TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A file or folder that is there."""

    key: str
    display: str
    name: str
    kind: str
    fid: str
    rev: str | None = None
    size: int = 0
    hash: str | None = None
    client_modified: str | None = None
    server_modified: str | None = None
    extra: str = "{}"

    @property
    def is_file(self) -> bool:
        """Whether it is a file."""
        return self.kind == "file"

    def item(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        item: dict[str, Any] = {".tag": self.kind, "name": self.name, "id": self.fid}
        if self.is_file:
            item |= {
                "client_modified": self.client_modified,
                "server_modified": self.server_modified,
                "rev": self.rev,
                "size": self.size,
                "is_downloadable": True,
                "content_hash": self.hash,
            }
        item |= {"path_lower": self.key, "path_display": self.display}
        item |= json.loads(self.extra)
        return {name: value for name, value in item.items() if value is not None and name[0] != "_"}

    def private(self, name: str) -> Any:
        """Return what listings do not show: "_media_info", "_restricted", "_no_write"."""
        return json.loads(self.extra).get(name)


_NODE_COLUMNS = "key, display, name, kind, fid, rev, size, hash, client_modified, server_modified, extra"


def content_hash(content: bytes) -> str:
    """Return Dropbox's hash of these bytes: the SHA-256 of the SHA-256s of its 4 MiB blocks."""
    block = 4 * 1024 * 1024
    parts = [hashlib.sha256(content[at : at + block]).digest() for at in range(0, len(content), block)]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def deleted_item(display: str, key: str) -> dict[str, Any]:
    """Return what a listing says of a path that is gone."""
    return {".tag": "deleted", "name": name_of(display), "path_lower": key, "path_display": display}


def stamp(at: float) -> str:
    """Return an instant as the API writes it."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Tree:
    """Files and folders. One lock serialises everything; `changed` is notified after each change."""

    def __init__(self, state: Path, now: Callable[[], float]) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.db = sqlite3.connect(state / "dropbox.db", check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.executescript(_SCHEMA)
        self._blobs = state / "blobs"
        self._blobs.mkdir(exist_ok=True)
        self._now = now
        self._random = random.Random(self.count("node") * 7919 + self.last_seq())
        self._depth = 0
        self.closed = False

    def close(self) -> None:
        """Close the database; whoever waits for a change waits no longer."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
            self.db.close()

    def wipe(self) -> None:
        """Be as new: nothing there, nothing set, nothing known of before."""
        with self.writing():
            for table in _TABLES:
                self.db.execute(f"DELETE FROM {table}")
            self.db.execute("DELETE FROM sqlite_sequence")

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
                raise
            self._depth -= 1
            if self._depth == 0:
                self.db.execute("COMMIT")
                self.changed.notify_all()

    # -- settings, kept over a restart

    def setting(self, name: str, default: Any) -> Any:
        """Return what was set, or the default."""
        row = self.db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        with self.writing():
            self.db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    # -- looking

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def find(self, key: str) -> Node | None:
        """Return what lies at a key."""
        return self._one("key = ?", key)

    def find_id(self, fid: str) -> Node | None:
        """Return what has that id."""
        return self._one("fid = ?", fid)

    def _one(self, where: str, value: str) -> Node | None:
        with self.lock:
            row = self.db.execute(f"SELECT {_NODE_COLUMNS} FROM node WHERE {where}", (value,)).fetchone()
        return Node(*row) if row else None

    def below(self, key: str) -> list[Node]:
        """Return everything below a key, folders before what is in them."""
        with self.lock:
            rows = self.db.execute(
                f"SELECT {_NODE_COLUMNS} FROM node WHERE key >= ? AND key < ? ORDER BY key", (key + "/", key + "0")
            ).fetchall()
        return [Node(*row) for row in rows]

    def count_below(self, key: str) -> int:
        """Return how much lies below a key."""
        query = "SELECT count(*) FROM node WHERE key >= ? AND key < ?"
        return int(self.db.execute(query, (key + "/", key + "0")).fetchone()[0])

    def used_bytes(self) -> int:
        """Return how much the files have."""
        return int(self.db.execute("SELECT coalesce(sum(size), 0) FROM node").fetchone()[0])

    def last_seq(self) -> int:
        """Return the journal's newest position."""
        return int(self.db.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0])

    def read(self, hash: str) -> bytes:
        """Return the bytes of a content."""
        with self.lock:
            row = self.db.execute("SELECT bytes FROM content WHERE hash = ?", (hash,)).fetchone()
        return bytes(row[0]) if row[0] is not None else (self._blobs / hash).read_bytes()

    # -- changing

    def put(
        self,
        path: str,
        content: bytes,
        *,
        client_modified: str | None = None,
        fid: str | None = None,
        extra: dict[str, Any] | None = None,
    ) -> Node:
        """Write a file, whatever the rules of conflicts say; parents are made. An old file there keeps its id."""
        path = normal(path)
        key = key_of(path)
        now = stamp(self._now())
        with self.writing():
            old = self.find(key)
            if old is not None and not old.is_file:
                self.remove(key)
                old = None
            self._make_parents(path)
            digest = self.keep(content)
            node = Node(
                key, path if old is None else old.display, name_of(path) if old is None else old.name, "file",
                old.fid if old else fid or self.new_id(), self.new_rev(), len(content), digest, client_modified or now,
                now, json.dumps(extra or {}),
            )  # fmt: skip
            self._place(node)
            self._record_revision(node)
        return node

    def make_folder(self, path: str, *, fid: str | None = None, extra: dict[str, Any] | None = None) -> Node:
        """Make a folder and its parents; one that is there stays as it is."""
        path = normal(path)
        found = self.find(key_of(path))
        if found is not None:
            return found
        with self.writing():
            self._make_parents(path)
            node = Node(
                key_of(path), path, name_of(path), "folder", fid or self.new_id(), extra=json.dumps(extra or {})
            )
            self._place(node)
        return node

    def remove(self, key: str) -> None:
        """Delete a file or a folder with everything below; one entry in the journal."""
        with self.writing():
            node = self.find(key)
            if node is None:
                return
            at = self._now()
            gone = [node, *self.below(key)]
            self.db.executemany(
                "INSERT OR REPLACE INTO dead VALUES (?, ?, ?, ?, ?, ?)",
                [(each.key, each.display, each.name, each.kind, each.fid, at) for each in gone],
            )
            self.db.execute("DELETE FROM node WHERE key = ? OR (key >= ? AND key < ?)", (key, key + "/", key + "0"))
            self._journal(key, deleted_item(node.display, key))

    def move(self, key: str, path: str) -> Node:
        """Move or rename with everything below: the old path is gone, what lies at the new one has the same ids.

        A rename that changes only letters' case is in no journal.
        """
        path = normal(path)
        if key_of(path) == key:
            return self._change_case(key, path)
        with self.writing():
            node = self.find(key)
            assert node is not None
            moved = [node, *self.below(key)]
            self.db.execute("DELETE FROM node WHERE key = ? OR (key >= ? AND key < ?)", (key, key + "/", key + "0"))
            self._journal(key, deleted_item(node.display, key))
            self._make_parents(path)
            for each in moved:
                self._place(self._renamed(each, path + each.display[len(node.display) :], new_rev=True))
        return self._found(path)

    def _change_case(self, key: str, path: str) -> Node:
        node = self._found(key)
        for each in [node, *self.below(key)]:
            self.respell(each.key, path + each.display[len(node.display) :])
        return self._found(path)

    def _found(self, path: str) -> Node:
        node = self.find(key_of(path))
        assert node is not None, path
        return node

    def _renamed(self, node: Node, display: str, *, new_rev: bool) -> Node:
        rev = self.new_rev() if new_rev and node.is_file else node.rev
        changed = Node(
            key_of(display), display, name_of(display), node.kind, node.fid, rev, node.size, node.hash,
            node.client_modified, stamp(self._now()) if new_rev and node.is_file else node.server_modified, node.extra,
        )  # fmt: skip
        if node.is_file and new_rev:
            self._record_revision(changed)
        return changed

    def copy(self, key: str, path: str) -> Node:
        """Copy a file or a folder with everything below; the copies have new ids."""
        path = normal(path)
        with self.writing():
            node = self._found(key)
            for each in [node, *self.below(key)]:
                there = path + each.display[len(node.display) :]
                if each.is_file:
                    assert each.hash is not None
                    self.put(there, self.read(each.hash), client_modified=each.client_modified)
                else:
                    self.make_folder(there)
        return self._found(path)

    def respell(self, key: str, display: str) -> None:
        """Show a node under another casing from now on, without a word in the journal."""
        with self.writing():
            self._place(self._renamed(self._found(key), display, new_rev=False), silent=True)

    def keep(self, content: bytes) -> str:
        """Keep bytes and return their hash."""
        digest = content_hash(content)
        inline = content if len(content) <= _INLINE_BYTES else None
        if inline is None and not (self._blobs / digest).exists():
            (self._blobs / digest).write_bytes(content)
        self.db.execute("INSERT OR IGNORE INTO content VALUES (?, ?, ?)", (digest, len(content), inline))
        return digest

    def forget(self, key: str) -> None:
        """Purge what was deleted at a key, its revisions included."""
        with self.writing():
            for (fid,) in self.db.execute("SELECT fid FROM dead WHERE key = ?", (key,)).fetchall():
                self.db.execute("DELETE FROM revision WHERE fid = ?", (fid,))
            self.db.execute("DELETE FROM revision WHERE key = ?", (key,))
            self.db.execute("DELETE FROM dead WHERE key = ?", (key,))

    def expire(self, before: float) -> None:
        """Let what was deleted before an instant be gone for good."""
        for (key,) in self.db.execute("SELECT key FROM dead WHERE deleted_at < ?", (before,)).fetchall():
            self.forget(key)

    def new_id(self) -> str:
        """Return an id that no node ever had."""
        with self.writing():
            number = self.setting("next_id", 1)
            self.set("next_id", number + 1)
        return "id:" + hashlib.sha256(f"id{number}".encode()).hexdigest()[:20] + "_" + str(number)

    def new_rev(self) -> str:
        """Return a revision that no file ever had."""
        with self.writing():
            number = self.setting("next_rev", 1)
            self.set("next_rev", number + 1)
        return f"{0x5F0000000 + number:x}"

    def _make_parents(self, path: str) -> None:
        parent = parent_of(path)
        if parent and self.find(key_of(parent)) is None:
            self.make_folder(parent)

    def _place(self, node: Node, *, silent: bool = False) -> None:
        item = json.dumps(node.item(), ensure_ascii=False)
        # A change that no journal tells must not move a node behind a listing that is under way.
        row = self.db.execute("SELECT place FROM node WHERE key = ?", (node.key,)).fetchone() if silent else None
        values = (*_values(node), row[0] if row else self._random.getrandbits(62), item)
        self.db.execute(f"INSERT OR REPLACE INTO node VALUES ({','.join('?' * len(values))})", values)
        self.db.execute("DELETE FROM dead WHERE key = ?", (node.key,))
        if not silent:
            self.db.execute("INSERT INTO journal (key, item) VALUES (?, ?)", (node.key, item))

    def _journal(self, key: str, item: dict[str, Any]) -> None:
        self.db.execute("INSERT INTO journal (key, item) VALUES (?, ?)", (key, json.dumps(item, ensure_ascii=False)))

    def _record_revision(self, node: Node) -> None:
        self.db.execute(
            "INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (node.rev, node.fid, node.key, node.display, node.size, node.hash, node.client_modified,
             node.server_modified, self._now()),
        )  # fmt: skip


def _values(node: Node) -> tuple[Any, ...]:
    return (
        node.key, node.display, node.name, node.kind, node.fid, node.rev, node.size, node.hash, node.client_modified,
        node.server_modified, node.extra,
    )  # fmt: skip
