"""A studio in this process in which people ask: stores in memory, an index that is brought up to date without processes,
a desk with two employees."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from adapters.base import Store
from adapters.errors import NotOurStore, StoreError
from adapters.hashing import hash_chunks
from adapters.ignore import EXPORTS_NAME
from adapters.local import STORE as LOCAL
from adapters.memory import MemoryStore
from adapters.records import Marker
from backupd.reading.participants import DEFAULT_PATTERNS, looks_like_list, read_participants
from backupd.requests.desk import Desk
from backupd.requests.returning import ask_about_returned
from backupd.requests.running import Outcome
from backupd.requests.workplace import Opening
from backupd.scan.bring import Naming, place_and_refresh
from backupd.scan.people import record_reading
from backupd.scan.rules import Rules
from backupd.settings.models import Settings
from backupd.staff import Actor
from index import copies, folders, requests, stores
from index.contents import record_contents
from index.engine import Index, open_index
from index.ledger import Ledger, open_ledger
from index.paths import decode_path
from index.records import CopyRow, FolderRow, NewContent, NewCopy
from index.requests import Item, Request
from index.schema import folder as folder_table
from index.shoots import mark_stale

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
OWNER, DESK = Actor("anna", "Anna", "owner"), Actor("ben", "Ben", "desk")
STAFF = {"anna": {"name": "Anna", "role": "owner"}, "ben": {"name": "Ben", "role": "desk"}}


def read(store: Store, ref: str) -> bytes:
    """Return the bytes of a file."""
    with store.read(ref) as chunks:
        return b"".join(chunks)


def _mark(row: CopyRow) -> tuple[object, ...]:
    return row.state, row.size, row.modified_ns, row.identity


@dataclass
class CaseStudio:
    """`put` what devices do; `look` brings the index up to date; `owner` and `desk` work on cases."""

    folder: Path
    names: tuple[str, ...] = ("archive", "cloud")
    clouds: tuple[str, ...] = ()
    """Those of the stores whose files have ids, lie in a trash, and can be shared."""
    local: bool = False
    template: Path | None = None
    opened: Index | None = None
    """An index that is open at this studio's place already: its statements are compiled once for many studios."""
    stores: dict[str, Any] = field(init=False)
    index: Index = field(init=False)
    ledger: Ledger = field(init=False)
    at: datetime = NOW
    settings: Settings = field(init=False)
    _unread: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.template is not None:
            shutil.copy(self.template, self.folder / "index.db")
        self.index = self.opened or open_index(f"sqlite:///{self.folder / 'index.db'}", create=True)
        self.ledger = open_ledger(self.folder / "ledger", self.folder / "ledger.key")
        self.settings = Settings.model_validate({"staff": STAFF})
        self.stores = {}
        for name in self.names:
            self.stores[name] = self._new_store(name)

    def _new_store(self, name: str) -> Any:
        if self.local:
            (self.folder / name).mkdir(exist_ok=True)
        listing = "feed" if name in self.clouds else "walk"
        store = LOCAL.open(name, {"path": str(self.folder / name)}) if self.local else MemoryStore(name, listing)
        try:
            store.check()
        except NotOurStore:
            store.adopt(Marker(f"id of {name}", name, "2026-01-01T00:00:00+00:00"))
        return store

    def close(self) -> None:
        self.index.close()

    def put(self, path: str, content: str, *names: str) -> None:
        """Put a file into these stores, or into all."""
        for name in names or self.names:
            if self.local:
                (self.folder / name / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / name / path).write_text(content)
            else:
                self.stores[name].tree.put(path, content.encode())

    def paths(self, name: str) -> set[str]:
        return set(self.files(name))

    def files(self, name: str) -> dict[str, bytes]:
        """All files of a store but its marker, by path."""
        store = self.stores[name]
        entries = [entry for path in self.folders(name) for entry in store.list_folder(path).entries]
        return {entry.path: read(store, entry.ref) for entry in entries}

    def folders(self, name: str) -> list[str]:
        """All folders of a store, by path."""
        store = self.stores[name]
        if name in self.clouds:
            # What backupd puts there itself is no business of the index.
            return sorted(path for path in store.tree.folders if path.partition("/")[0] != EXPORTS_NAME)
        return [mark.path for mark in store.walk()]

    def text(self, name: str, path: str) -> str:
        return self.files(name)[path].decode()

    def desk(self, actor: Actor = DESK) -> Desk:
        return Desk(self.index, self.ledger, self.settings, actor, self.at.date(), lambda: self.at)

    @property
    def owner(self) -> Desk:
        return self.desk(OWNER)

    def look(self) -> dict[str, str]:
        """Bring the index up to date as an index run would; say which stores did not answer."""
        troubles: dict[str, str] = {}
        now = int(self.at.timestamp()) - 60
        for name, store in self.stores.items():
            try:
                store.check()
                with self.index.write() as conn:
                    row = stores.record_store(conn, name, "memory", state="online")
                    self._look_at(conn, row.id, store, now)
            except StoreError as err:
                troubles[name] = err.detail or type(err).__name__
        rules = Rules(self.at.date(), list_names=DEFAULT_PATTERNS)
        place_and_refresh(self.index, rules, Naming((), (), ()), now)
        unread = set(self._unread)
        try:
            if self._read_lists():
                place_and_refresh(self.index, rules, Naming((), (), ()), now)
        except StoreError as err:
            self._unread |= unread
            troubles |= dict.fromkeys(self.stores, err.detail or type(err).__name__)
        except BaseException:
            self._unread |= unread
            raise
        with self.index.write() as conn:
            ask_about_returned(conn, self.ledger.key, now)
        return troubles

    def _look_at(self, conn, store_id: int, store: MemoryStore, now: int) -> None:  # type: ignore[no-untyped-def]
        known = folders.folders_of(conn, store_id)
        there = set(self.folders(store.name))
        for path in sorted(there):
            entries = store.list_folder(path).entries
            if path not in known and (entries or path):
                id = folders.next_folder_id(conn)
                folders.add_folders(conn, store_id, [FolderRow(id, path, None, None, True, len(entries))])
                known[path] = FolderRow(id, path, None, None, True)
            if path not in known:
                continue
            before = copies.copies_in(conn, known[path].id)
            seen = set()
            for entry in entries:
                file = entry.path.rpartition("/")[2]
                seen.add(file)
                known_as = before.get(file)
                if known_as is not None and _mark(known_as) == ("p", entry.size, entry.modified_ns, entry.identity):
                    continue
                self._record(conn, known[path].id, file, entry, store, before.get(file), now)
            copies.record_missing(conn, [row.id for file, row in before.items() if file not in seen], now)
        gone = [row.id for path, row in known.items() if path not in there]
        for path, row in known.items():
            if path not in there:
                copies.record_missing(conn, [each.id for each in copies.copies_in(conn, row.id).values()], now)
        folders.record_absent(conn, gone)

    def _record(self, conn, folder_id, file, entry, store, before, now) -> None:  # type: ignore[no-untyped-def]
        content = read(store, entry.ref)
        made = hash_chunks([content])
        next_copy, next_content = copies.next_ids(conn)
        kind = "l" if looks_like_list(file) else "p"
        new = NewContent(0, len(content), made.sha256, made.dropbox, None, kind, None, None, None, None, None, None, now)
        (content_id,), _ = record_contents(conn, [new], next_content)
        values = (entry.size, entry.modified_ns, entry.identity, entry.version, "p", "h", now)
        if before is None:
            copies.add_copies(conn, [NewCopy(next_copy, folder_id, file, content_id, *values)])
        else:
            copies.change_copies(conn, [NewCopy(before.id, folder_id, file, content_id, *values)])
        mark_stale(conn, [folder_id])
        if kind == "l":
            self._unread.add(next_copy if before is None else before.id)

    def _read_lists(self) -> int:
        """Read the lists that are new or others now; return how many."""
        unread, self._unread = self._unread, set()
        from sqlalchemy import select

        from index.schema import copy

        with self.index.write() as conn:
            query = select(copy.c.id, copy.c.name, copy.c.folder_id, folder_table.c.path, folder_table.c.store_id).join(
                folder_table, folder_table.c.id == copy.c.folder_id
            )
            names = {row.id: row.name for row in stores.list_stores(conn)}
            for row in conn.execute(query.where(copy.c.state == "p", copy.c.id.in_(unread))).all():
                file, path = decode_path(row.name), decode_path(row.path)
                if looks_like_list(file):
                    mark_stale(conn, [row.folder_id])
                    place = f"{path}/{file}".lstrip("/")
                    store = self.stores[names[row.store_id]]
                    entry = next(each for each in store.list_folder(path).entries if each.path == place)
                    data = read(store, entry.ref)
                    record_reading(conn, row.id, row.folder_id, read_participants(file, data, reference_day=None))
        return len(unread)

    # Cases.

    def open(self, kind: str, subject: str, email: str | None = None, received: date = TODAY, **details: str) -> str:
        return self.desk().open_case(Opening(kind, subject, received, "mail", "fi", email, None, details)).uid

    def items(self, uid: str) -> list[Item]:
        with self.index.read() as conn:
            return requests.items_of(conn, uid)

    def opened_stores(self) -> dict[str, Store]:
        return dict(self.stores)

    def planned(self, uid: str, **decisions: str):  # type: ignore[no-untyped-def]
        return self.desk().plan(uid, self.opened_stores())

    def run(self, uid: str, actor: Actor = DESK) -> tuple[Request, Outcome]:
        return self.desk(actor).run(uid, self.opened_stores(), self.look)

    def answer_and_close(self, uid: str) -> Request:
        for each in self.items(uid):
            if each.state == "open" and each.is_in:
                self.desk().tick(uid, each.number)
        self.desk().answer(uid, "Olemme poistaneet tietosi.")
        return self.desk().close(uid)

    def raw(self) -> bytes:
        """All bytes of index and ledger, as they lie on the disk."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.iterdir()) if path.is_file())
