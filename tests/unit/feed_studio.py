"""An index and some stores in this process: what `backupd index` does, without the command around it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text

from adapters.base import Store
from adapters.hashing import hash_chunks
from adapters.local import STORE as LOCAL
from adapters.memory import MemoryStore
from adapters.memory_tree import File, Tree
from adapters.records import Entry, Marker, MediaHint
from backupd.reading.participants import DEFAULT_PATTERNS
from backupd.scan.bring import Naming, bring_up_to_date
from backupd.scan.rules import Rules
from backupd.scan.setup import open_pool
from backupd.scan.source import Source
from backupd.scan.summary import Silent, Summary
from index.engine import Index, open_index

TODAY = date(2026, 11, 27)
_NAMING = Naming((), (), ())


@dataclass
class FeedStudio:
    """`now` goes up with each run, so that dates tell runs apart; `hash` is the kind that copies are shown by."""

    folder: Path
    stores: dict[str, tuple[str, Store]] = field(default_factory=dict)
    now: int = 1_000_000
    hash: str = "sha256"
    index: Index = field(init=False)

    def __post_init__(self) -> None:
        self.index = open_index(f"sqlite:///{self.folder / 'index.db'}", create=True)

    def memory(self, name: str = "cloud", *, tree: Tree | None = None, **options: Any) -> MemoryStore:
        """Add an adopted store in memory that has a feed."""
        store = MemoryStore(name, "feed", tree, **options)
        if store.tree.marker is None:
            store.adopt(Marker(f"id of {name}", name, "2026-01-01T00:00:00+00:00"))
        self.stores[name] = ("memory", store)
        return store

    def attesting(self, name: str, *algorithms: str, hint: MediaHint | None = None) -> Attesting:
        """Add an adopted store with a feed that attests these hashes."""
        store = Attesting(name, "feed")
        store.attests, store.hint = algorithms, hint
        store.adopt(Marker(f"id of {name}", name, "2026-01-01T00:00:00+00:00"))
        self.stores[name] = ("memory", store)
        return store

    def local(self, name: str = "archive") -> Path:
        """Add an adopted folder on this machine, and return it."""
        root = self.folder / name
        root.mkdir()
        store = LOCAL.open(name, {"path": str(root)})
        store.adopt(Marker(f"id of {name}", name, "2026-01-01T00:00:00+00:00"))
        self.stores[name] = ("local", store)
        return root

    def run(self, *names: str, **rules: Any) -> dict[str, Summary]:
        """Bring these stores, or all, up to date."""
        self.now += 100
        chosen = [Source(name, kind, store) for name, (kind, store) in self.stores.items() if not names or name in names]
        found = bring_up_to_date(
            self.index,
            chosen,
            Rules(TODAY, list_names=DEFAULT_PATTERNS, **rules),
            _NAMING,
            now=lambda: self.now,
            progress=Silent(),
            open_pool=open_pool,
        )
        return {summary.store: summary for summary in found}

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Ask the index's database itself."""
        with self.index.read() as conn:
            return [tuple(row) for row in conn.execute(text(query), values)]

    def copies(self, store: str = "cloud") -> list[tuple[Any, ...]]:
        """(path, state, how known, hash, size, identity) of every copy, sorted."""
        found = self.rows(
            "SELECT folder.path, copy.name, copy.state, copy.known_by,"
            f" lower(hex(coalesce(content.{self.hash}, content.sha256, content.md5))), copy.size, copy.identity"
            " FROM copy JOIN folder ON folder.id = copy.folder_id JOIN store ON store.id = folder.store_id"
            " LEFT JOIN content ON content.id = copy.content_id WHERE store.name = :store",
            store=store,
        )
        return sorted(((_joined(folder, name), *rest) for folder, name, *rest in found), key=repr)

    def present(self, store: str = "cloud") -> dict[str, tuple[str, int]]:
        """(hash, size) of the files that are there, by path; no path may be there twice."""
        found = [(path, (hashed, size)) for path, state, _, hashed, size, _ in self.copies(store) if state == "p"]
        assert len(found) == len(dict(found)), "two files at one path"
        return dict(found)

    def folders(self, store: str = "cloud") -> set[str]:
        """The paths of the folders that are there."""
        found = self.rows(
            "SELECT folder.path FROM folder JOIN store ON store.id = folder.store_id"
            " WHERE store.name = :store AND folder.present = 1",
            store=store,
        )
        return {os.fsdecode(row[0].partition(b"\0")[0]) for row in found}

    def shoots(self) -> dict[int, set[str]]:
        """The paths of the present root folders of each shoot, by its id."""
        found: dict[int, set[str]] = {}
        for id, path in self.rows("SELECT shoot_id, path FROM folder WHERE is_root = 1 AND present = 1"):
            found.setdefault(id, set()).add(os.fsdecode(path))
        return found

    def close(self) -> None:
        self.index.close()
        for _, store in self.stores.values():
            store.close()

    def state(self) -> Mapping[str, list[tuple[Any, ...]]]:
        """Everything that must be the same after a run that was killed and one that was not.

        Numbers of copies and contents are none of it: they tell in what order files were written, and so how many pages
        waited to be written together.
        """
        content = "hex(coalesce(content.sha256, content.dropbox_hash, content.md5))"
        queries = {
            "copy": f"folder_id, name, key, {content}, copy.size, identity, version, state, known_by, generation FROM copy"
            " LEFT JOIN content ON content.id = copy.content_id",
            "folder": "store_id, path, key, identity, present, files, shoot_id, is_root, placed, generation FROM folder",
            "content": "size, sha256, dropbox_hash, md5, kind, captured_at, read FROM content",
            "shoot": "id, key, title, first_day, stale FROM shoot",
            "cursor": "store_id, value, generation, complete FROM cursor",
            "appearance": "shoot_id, copy.folder_id, copy.name, place, email FROM appearance JOIN copy ON copy.id = copy_id",
            "review": "kind, subject, reason, settled_at FROM review",
        }
        return {name: sorted(self.rows(f"SELECT {query}"), key=repr) for name, query in queries.items()}


def _joined(folder: bytes, name: bytes) -> str:
    parts = [os.fsdecode(part.partition(b"\0")[0]) for part in (folder, name)]
    return "/".join(part for part in parts if part)


class Attesting(MemoryStore):
    """A store in memory that attests the hashes it is told to, and says of photos what it is told to."""

    attests: tuple[str, ...] = ("sha256",)
    hint: MediaHint | None = None

    def _entry(self, file: File) -> Entry:
        made = {each.algorithm: each for each in hash_chunks([file.content], md5=True).hashes()}
        entry = super()._entry(file)
        return replace(entry, hashes=tuple(made[name] for name in self.attests), media=self.hint)
