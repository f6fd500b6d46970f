"""A prune over three stores that is struck at its Nth step, in this process: then started anew, and compared.

Steps are what reaches a disk or a store: each call of a store, each commit of the index, each entry of the ledger. HOW
says what happens there: "killed before" or "killed after" it, "disk full" (index and ledger), "connection lost" (stores),
"changed" (a file that is meant gets other bytes just before the step).
"""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from adapters.errors import Unavailable
from adapters.local import STORE as LOCAL
from adapters.memory import MemoryStore
from adapters.records import Presence
from backupd import promises
from backupd.acts.carrying import Done
from backupd.prune.running import Workshop, run
from backupd.settings.models import Settings
from index.engine import Index, open_index
from index.errors import IndexFailure, LedgerFailure
from index.ledger import open_ledger
from index.ledger_verify import verify
from index.stores import end_scan, list_stores, start_scan
from tests.unit.acts_studio import ActsStudio

HOWS = ("killed before", "killed after", "disk full", "connection lost", "changed")
SHOOTS = ("2021-05-01 Virtanen", "2022-06-02 Korhonen", "2023-07-03 Lahti")
STORES = ("archive", "cloud", "drive")
NAMES = ("IMG_1.jpg", "IMG_1.xmp", "IMG_2.jpg")
MEANT = dict(zip(STORES, SHOOTS, strict=True))
"""One shoot goes from each store; the two others keep it."""
_CALLS = ("check", "stat", "list_folder", "presence", "read", "remove", "purge", "move")


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


@dataclass
class Steps:
    """Counts steps, and strikes at one of them, once."""

    how: str = ""
    at: int = 0
    met: int = 0
    fired: bool = False
    change: Callable[[], None] = lambda: None

    def step(self, kind: str, call: Callable[[], Any]) -> Any:
        self.met += 1
        if self.met != self.at or not self._suits(kind):
            return call()
        self.fired = True
        if self.how == "killed before":
            raise Killed
        if self.how == "disk full":
            raise (LedgerFailure if kind == "ledger" else IndexFailure)("here", "the disk is full", "free some space")
        if self.how == "connection lost" and kind == "presence":
            return Presence.UNKNOWN
        if self.how == "connection lost":
            raise Unavailable("a store", kind, "", "connection lost")
        if self.how == "changed":
            self.change()
            return call()
        call()
        raise Killed

    def _suits(self, kind: str) -> bool:
        if self.how == "disk full":
            return kind in ("ledger", "index")
        return self.how != "connection lost" or kind not in ("ledger", "index")


class Struck:
    """A store whose every call is a step."""

    def __init__(self, store: Any, steps: Steps) -> None:
        self._store, self._steps = store, steps

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._store, name)
        if name not in _CALLS:
            return real
        return lambda *args, **named: self._steps.step(name, lambda: real(*args, **named))


class StruckIndex(Index):
    """An index whose every commit is a step."""

    def __init__(self, index: Index, steps: Steps) -> None:
        super().__init__(index.engine, index.place)
        self._steps = steps

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.engine.connect() as conn:
            conn = conn.execution_options(backupd_write=True)
            transaction = conn.begin()
            try:
                yield conn
                self._steps.step("index", transaction.commit)
            except BaseException:
                if transaction.is_active:
                    transaction.rollback()
                raise


def settings_of(folder: Path) -> Settings:
    """Every guard of the service as it is by default."""
    return Settings.model_validate({"index": {"url": f"sqlite:///{folder / 'index.db'}"}})


@dataclass
class Base:
    """A studio that trials are copied from, so that each begins the same. Files keep their inodes: they are linked."""

    folder: Path
    uid: str = ""
    trees: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        studio = ActsStudio(self.folder)
        root = studio.local("archive")
        for name in STORES[1:]:
            self.trees[name] = studio.memory(name).tree
        for shoot in SHOOTS:
            (root / shoot).mkdir()
            for name in NAMES:
                (root / shoot / name).write_text(f"{shoot}/{name}")
                for tree in self.trees.values():
                    tree.put(f"{shoot}/{name}", f"{shoot}/{name}".encode())
        studio.run(*STORES[1:])
        studio.record_disk("archive")
        self.uid = studio.plan(*((store, f"{MEANT[store]}/{name}") for store in STORES for name in NAMES))
        # Indexed long ago, compared and read again just now.
        at = int(studio.at.timestamp()) - 60
        with studio.index.write() as conn:
            for row in list_stores(conn):
                end_scan(conn, start_scan(conn, row.id, at), at, "complete", {})
            conn.exec_driver_sql("UPDATE copy SET known_at = ?", (at,))
            conn.exec_driver_sql("UPDATE content SET first_seen_at = ?", (at - 3 * 366 * 86_400,))
            promises.keep(conn, settings_of(self.folder))
        studio.close()

    def trial(self, folder: Path) -> Trial:
        folder.mkdir()
        for name in ("index.db", "ledger", "ledger.key"):
            if (self.folder / name).exists():
                shutil.copy2(self.folder / name, folder / name)
        shutil.copytree(self.folder / "archive", folder / "archive", copy_function=os.link)
        return Trial(folder, self.uid, copy.deepcopy(self.trees))


@dataclass
class Trial:
    """One run that is struck, and what comes after it."""

    folder: Path
    uid: str
    trees: dict[str, Any]

    def run(self, steps: Steps) -> Done:
        """Open everything anew, as a new process does, and carry the plan out."""
        studio = ActsStudio.__new__(ActsStudio)
        studio.folder, studio.now, studio.hash, studio.plans = self.folder, 0, "sha256", 0
        studio.index = StruckIndex(open_index(f"sqlite:///{self.folder / 'index.db'}"), steps)
        studio.ledger = open_ledger(self.folder / "ledger", self.folder / "ledger.key")
        studio.at = ActsStudio.at + timedelta(minutes=steps.met)
        opened: dict[str, Any] = {"archive": LOCAL.open("archive", {"path": str(self.folder / "archive")})}
        opened |= {name: MemoryStore(name, "feed", tree) for name, tree in self.trees.items()}
        for store in opened.values():
            store.clock_ahead_seconds = 0.0
        studio.stores = {name: ("any", Struck(store, steps)) for name, store in opened.items()}
        real = studio.ledger.append
        studio.ledger.append = lambda draft: steps.step("ledger", lambda: real(draft))  # type: ignore[method-assign]
        stores = {name: store for name, (_, store) in studio.stores.items()}
        shop = Workshop(studio.index, studio.ledger, stores, settings_of(self.folder), lambda: studio.at, "anna")
        try:
            return run(shop, self.uid)
        finally:
            studio.index.close()

    def change(self) -> None:
        """Another device edits the last file of each shoot that is meant, where it still lies."""
        path = self.folder / "archive" / MEANT["archive"] / NAMES[2]
        if path.exists():
            # Linked to the base: a new file takes its place, as editors do it.
            path.unlink()
            path.write_text("edited")
        for name, tree in self.trees.items():
            place = f"{MEANT[name]}/{NAMES[2]}"
            if place in tree.files:
                tree.put(place, b"edited")

    def left(self) -> dict[str, dict[str, bytes]]:
        """What lies in each store, by path."""
        archive = self.folder / "archive"
        found = {
            "archive": {
                str(path.relative_to(archive)): path.read_bytes()
                for path in archive.rglob("*")
                if path.is_file() and not path.relative_to(archive).parts[0].startswith(".backupd")
            }
        }
        return found | {name: {path: each.content for path, each in tree.files.items()} for name, tree in self.trees.items()}

    def states(self) -> list[str]:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(self.folder / "index.db")) as conn:
            return [row[0] for row in conn.execute("SELECT state FROM act ORDER BY number")]

    def broken(self) -> list[str]:
        """What does not hold at this moment, whatever happened: empty where all does."""
        found = []
        ledger = open_ledger(self.folder / "ledger", self.folder / "ledger.key")
        if (problems := verify(ledger.path, []).problems) != ():
            found.append(f"ledger: {problems}")
        intended = {each for entry in ledger.entries() if entry.draft.kind == "intent" for each in entry.draft.contents}
        left = self.left()
        for store, shoot in MEANT.items():
            gone = [f"{shoot}/{name}" for name in NAMES if f"{shoot}/{name}" not in left[store]]
            found += [f"{store}: {path} is gone without an intent" for path in gone if _hash(path) not in intended]
        for shoot in SHOOTS:
            for name in NAMES:
                there = [store for store in STORES if f"{shoot}/{name}" in left[store]]
                if len(there) < 2:
                    found.append(f"{shoot}/{name} is left in {there} only")
        for store in STORES:
            for path, content in left[store].items():
                if content not in (path.encode(), b"edited"):
                    found.append(f"{store}: {path} has other bytes")
        return found


def _hash(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def strike(base: Base, folder: Path, how: str, at: int) -> tuple[bool, int, list[str]]:
    """Strike one run, start it anew until it comes to its end, and say: whether it fired, steps met, what does not hold."""
    trial = base.trial(folder)
    steps = Steps(how, at)
    steps.change = trial.change
    found: list[str] = []
    try:
        trial.run(steps)
    except (Killed, IndexFailure, LedgerFailure):
        found += trial.broken()
    met = steps.met
    edited = {store for store in STORES if b"edited" in trial.left()[store].values()}
    done = Done()
    for _ in range(3):
        done = trial.run(Steps())
        if not done.open:
            break
    found += trial.broken()
    if done.open:
        found.append(f"it did not come to its end: {trial.states()}")
    left = trial.left()
    for number, (store, shoot) in enumerate(MEANT.items()):
        expected = {f"{shoot}/{NAMES[2]}"} if store in edited else set()
        there = {path for path in left[store] if path.startswith(shoot)}
        if there != expected and not (store in edited and there >= expected):
            found.append(f"{store}: {there} is there instead of {expected}: {trial.states()[number * 3 : number * 3 + 3]}")
        if any(left[store][path] != b"edited" for path in expected):
            found.append(f"{store}: an edited file was touched")
    return steps.fired, met, found
