"""A random studio through random years, in fast motion, on stores in memory: what may go is known here by other means.

Each round some time passes, shoots come, holds come and go, files are edited or lost behind our back; then space is
short, a clean-up is planned, sometimes disturbed, and run. `Years.round` returns what was wrong, by an oracle that
shares no code with what it judges.
"""

from __future__ import annotations

import calendar
import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, event, insert, update

from adapters.errors import Unavailable
from adapters.memory import MemoryStore
from adapters.records import Marker, Space
from backupd import promises
from backupd.prune.planning import propose, save
from backupd.prune.running import Workshop, approve, run
from backupd.settings.models import Retention, Settings
from index import schema
from index.engine import Index, open_index
from index.holds import Hold
from index.ledger import Ledger, open_ledger
from index.replay import put_hold, release_hold
from index.scopes import Scope
from index.shoot_hashes import shoot_hashes
from index.stores import end_scan, record_store, start_scan

STORES = ("archive", "cloud", "drive")
FAMILIES = (("IMG_{0}.CR3", "IMG_{0}.xmp", "IMG_{0}.jpg"), ("IMG_{0}.jpg",), ("C000{0}.MP4", "C000{0}M01.XML"), ("notes{0}.txt",))
MEDIA = (".CR3", ".jpg", ".MP4")
SIZE = 100
GRACE = timedelta(days=30)


class Tight(MemoryStore):
    """A store that says it has so much room."""

    free = 0

    def __init__(self, name: str) -> None:
        super().__init__(name, "feed")
        # Months pass between two scans here, and its clock says so too.
        self.clock_ahead_seconds = 0.0

    def space(self) -> Space:
        self._begin("space", "")
        return Space(100 * SIZE * 1000, self.free, None)


@dataclass
class Shoot:
    """What the oracle knows of a shoot. `day` is None where nobody knows it, `held_number` where it is held whole.

    Files of one number are a family: a picture and what belongs to it.
    """

    id: int
    day: date | None
    doubtful: bool
    seen: date | None = None
    held: str | None = None
    held_number: int | None = None
    disturbed: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


class Ground:
    """Where one studio after the other is put up: an index that is made once and emptied for each, a ledger for each.

    Migrating costs more than a studio's years, and so does a database that has seen none of the statements before.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'index.db'}"
        self.index = open_index(self.url, create=True)
        # No power cut is tried here: what reaches the disk is another campaign's.
        event.listen(self.index.engine, "connect", lambda conn, _: conn.execute("PRAGMA synchronous = OFF"))
        self.index.engine.dispose()
        self._empty = sqlite3.connect(":memory:")
        self._raw(lambda raw: raw.backup(self._empty))
        self._ledgers = 0

    def cleared(self) -> tuple[Index, Ledger]:
        """Return the index as it was made, and a ledger without an entry."""
        self._raw(self._empty.backup)
        shutil.rmtree(self.folder / f"{self._ledgers}", ignore_errors=True)
        self._ledgers += 1
        folder = self.folder / f"{self._ledgers}"
        return self.index, open_ledger(folder / "ledger", folder / "ledger.key")

    def close(self) -> None:
        """End all connections."""
        self._empty.close()
        self.index.close()

    def _raw(self, what: Callable[[sqlite3.Connection], None]) -> None:
        held = self.index.engine.raw_connection()
        try:
            what(held.driver_connection)  # type: ignore[arg-type]
        finally:
            held.close()


class Years:
    """One studio. Over all rounds, `runs` counts the clean-ups and `removed` what they took, `rounds_freed` how often a
    store that was short got room, `rounds_short` how often it stayed short."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.dice = Random(seed)
        retention: Any = {
            "free_space": {"low": f"{50 * SIZE} B", "high": f"{self.dice.randrange(50, 80) * SIZE} B"},
            "prune": {
                "most_files": "forever", "most_bytes": "forever", "most_share": 1.0,
                "last_copies": self.dice.random() < 0.2, "rebuildable_first": self.dice.random() < 0.3,
            },
        }  # fmt: skip
        self.index, self.ledger = ground.cleared()
        self.settings = Settings(index={"url": ground.url, "ledger": self.ledger.path}, retention=Retention.model_validate(retention))  # type: ignore[arg-type]
        self.now = datetime(2020, 1, 1, 12, tzinfo=UTC)
        self.shoots: dict[int, Shoot] = {}
        self.contents = self.runs = self.removed = self.rounds_short = self.rounds_freed = 0
        self.stores = {name: Tight(name) for name in STORES}
        self.ids: dict[str, int] = {}
        with self.index.write() as conn:
            for name, store in self.stores.items():
                store.adopt(Marker(name, name, "2020-01-01T00:00:00+00:00"))
                self.ids[name] = record_store(conn, name, "memory", state="online").id
            promises.keep(conn, self.settings)

    @property
    def today(self) -> date:
        return self.now.date()

    def round(self) -> list[str]:
        """Let time pass, clean up, and return what was wrong."""
        dice = self.dice
        self.now += timedelta(days=dice.randrange(20, 400))
        with self.index.write() as conn:
            for _ in range(dice.randrange(4)):
                self._new_shoot(conn)
            for _ in range(dice.randrange(3)):
                self._hold_or_release(conn)
            self._scanned(conn)
        away = dice.choice(STORES) if dice.random() < 0.15 else None
        sabotage = dice.random() < 0.4
        for name, store in self.stores.items():
            store.free = dice.choice((0, 20, 200)) * SIZE
            store.fault = self._away if name == away else None
        shop = Workshop(self.index, self.ledger, self.stores, self.settings, lambda: self.now, "anna")
        with self.index.read() as conn:
            proposal = propose(conn, shop.basis(conn, self.now), self.stores, STORES)
        with self.index.write() as conn:
            plan = save(conn, proposal, self.now, "anna")
        if sabotage:
            self._disturb()
        before = self._there()
        if plan is not None:
            approve(shop, plan.uid)
            run(shop, plan.uid)
            self.runs += 1
        after = self._there()
        for store in self.stores.values():
            store.fault = None
        wrong = self._judged(before, after, away)
        if away is None and not sabotage:
            wrong += self._idle(before, after)
        return wrong

    def _away(self, operation: str, ref: str) -> None:
        raise Unavailable("a store", operation, ref, "away")

    def _new_shoot(self, conn: Connection) -> None:
        dice, id = self.dice, len(self.shoots) + 1
        day = None if dice.random() < 0.1 else self.today - timedelta(days=dice.choice((0, 3, 100, 500, 2000)))
        shoot = Shoot(id, day, dice.random() < 0.1)
        text = day.isoformat() if day else None
        values = (id, f"s{id}", text, text, "folder" if day else None)
        conn.exec_driver_sql("INSERT INTO shoot (id, key, title, first_day, last_day, day_from) VALUES (?, ?, '', ?, ?, ?)", values)
        if shoot.doubtful:
            conn.execute(
                insert(schema.review).values(
                    kind="date", subject=f"s{id}", shoot_id=id, reason="which day?", candidates="[]", opened_at=int(self.now.timestamp())
                )
            )
        folders = {}
        for number, name in enumerate(STORES):
            folders[name] = 3 * id + number
            conn.exec_driver_sql(
                "INSERT INTO folder (id, store_id, path, identity, present, files, shoot_id, is_root, placed)"
                " VALUES (?, ?, ?, ?, 1, 0, ?, 1, 1)",
                (folders[name], self.ids[name], f"shoot {id}".encode(), f"{name}-{id}", id),
            )
        for number in range(dice.randrange(1, 4)):
            where = dice.sample(STORES, dice.choice((1, 2, 2, 3, 3)))
            scattered = dice.random() < 0.2
            for form in dice.choice(FAMILIES):
                if scattered:
                    where = dice.sample(STORES, dice.choice((1, 2, 3)))
                path = f"shoot {id}/{form.format(number)}"
                shoot.numbers[path] = number
                self._new_file(conn, shoot, path, where, folders)
        self.shoots[id] = shoot

    def _new_file(self, conn: Connection, shoot: Shoot, path: str, where: list[str], folders: dict[str, int]) -> None:
        content = path.encode().ljust(SIZE, b".")
        shoot.files[path] = content
        media = path.endswith(MEDIA)
        if media:
            shoot.seen = self.today
        at = int(self.now.timestamp())
        self.contents += 1
        conn.exec_driver_sql(
            "INSERT INTO content (id, size, sha256, kind, first_seen_at) VALUES (?, ?, ?, ?, ?)",
            (self.contents, SIZE, hashlib.sha256(content).digest(), "p" if media else "o", at),
        )
        file_name = path.rpartition("/")[2].encode()
        for name in where:
            file = self.stores[name].tree.put(path, content)
            conn.exec_driver_sql(
                "INSERT INTO copy (folder_id, name, content_id, size, modified_ns, identity, version, state, known_by, known_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'p', 'a', ?)",
                (folders[name], file_name, self.contents, SIZE, file.modified_ns, file.id, file.version, at),
            )

    def _hold_or_release(self, conn: Connection) -> None:
        if not self.shoots:
            return
        shoot = self.dice.choice(list(self.shoots.values()))
        at = int(self.now.timestamp())
        if shoot.held is not None:
            release_hold(conn, self.ledger, shoot.held, at - 86_400, "anna")
            shoot.held = shoot.held_number = None
            return
        self._hold(conn, shoot, self.dice.choice(("pin", "legal", "restriction", "open_request", "objection")))

    def _hold(self, conn: Connection, shoot: Shoot, kind: str) -> None:
        shoot.held = f"h{self.dice.getrandbits(64):x}"
        hashed = shoot_hashes(conn, self.ledger.key, [shoot.id])[shoot.id]
        at = int(self.now.timestamp())
        ground = "a" if kind == "restriction" else None
        hold = Hold(shoot.held, kind, at, "anna", "because", "anna", ground, shoot.id, hashed)
        if self.dice.random() < 0.4:
            path = self.dice.choice(sorted(shoot.files))
            shoot.held_number = shoot.numbers[path]
            limits = Scope(frozenset({hashlib.sha256(shoot.files[path]).digest()}))
            put_hold(conn, self.ledger, replace(hold, files=1), limits)
        else:
            put_hold(conn, self.ledger, hold)

    def _scanned(self, conn: Connection) -> None:
        """Every store was compared an hour ago. What is gone or edited there since is not known yet."""
        at = int(self.now.timestamp()) - 3600
        for name in STORES:
            end_scan(conn, start_scan(conn, self.ids[name], at - 5), at, "complete", {})
            conn.execute(update(schema.store).where(schema.store.c.id == self.ids[name]).values(heard_at=at))
        conn.execute(update(schema.copy).where(schema.copy.c.state == "p").values(known_at=at))

    def _disturb(self) -> None:
        """Another device, or the owner, between the plan and its run."""
        dice = self.dice
        for _ in range(dice.randrange(1, 4)):
            tree = self.stores[dice.choice(STORES)].tree
            if not tree.files:
                continue
            path = dice.choice(sorted(tree.files))
            what = dice.choice(("edit", "lose", "hold", "replace"))
            shoot = self.shoots[int(path.split("/")[0].split()[1])]
            # No scan ever tells the index here: what may be left of such a shoot is not known.
            shoot.disturbed = shoot.disturbed or what != "hold"
            if what == "hold":
                if shoot.held is None:
                    with self.index.write() as conn:
                        self._hold(conn, shoot, "legal")
            elif what == "lose":
                tree.take_away(path)
            elif what == "replace":
                same = tree.files[path].content
                tree.take_away(path)
                tree.put(path, same)
            else:
                tree.put(path, b"edited".ljust(SIZE, b"!"))

    def _there(self) -> dict[str, dict[str, bytes]]:
        return {name: {path: file.content for path, file in store.tree.files.items()} for name, store in self.stores.items()}

    def _may_go(self, shoot: Shoot, number: int) -> bool:
        """The promise, counted here once more: a year and the grace after the later of its day and its last new media."""
        is_held = shoot.held is not None and shoot.held_number in (None, number)
        if shoot.day is None or shoot.doubtful or is_held:
            return False
        anchor = max(shoot.day, shoot.seen or shoot.day)
        year = anchor.year + 1
        leap = (anchor.month, anchor.day) == (2, 29) and not calendar.isleap(year)
        until = date(year, 3, 1) if leap else anchor.replace(year=year)
        return self.today > until + GRACE

    def _judged(self, before: dict[str, dict[str, bytes]], after: dict[str, dict[str, bytes]], away: str | None) -> list[str]:
        wrong = []
        for name in STORES:
            for path in before[name].keys() - after[name].keys():
                self.removed += 1
                shoot = self.shoots[int(path.split("/")[0].split()[1])]
                where = f"{self.today} {name}: {path}"
                if not self._may_go(shoot, shoot.numbers[path]):
                    wrong.append(f"{where} was within its minimum, in doubt or held")
                if before[name][path] != shoot.files[path]:
                    wrong.append(f"{where} had other bytes than were meant")
                if name == away:
                    wrong.append(f"{where} was in a store that was away")
                others = [other for other in STORES if after[other].get(path) == shoot.files[path] and other != away]
                if not others and not self.settings.retention.prune.last_copies:
                    wrong.append(f"{where} was the last copy that anybody could vouch for")
        return wrong + self._torn(before, after)

    def _torn(self, before: dict[str, dict[str, bytes]], after: dict[str, dict[str, bytes]]) -> list[str]:
        """Families of which a part went and a part stayed. Where somebody else meddled, nothing is said."""
        wrong = []
        for name in STORES:
            for shoot in self.shoots.values():
                if shoot.disturbed:
                    continue
                mine = [path for path in shoot.files if path in before[name]]
                gone = {shoot.numbers[path] for path in mine if path not in after[name]}
                left = {shoot.numbers[path] for path in mine if path in after[name]}
                wrong += [f"{self.today} {name}: shoot {shoot.id}: family {each} was torn" for each in gone & left]
        return wrong

    def _idle(self, before: dict[str, dict[str, bytes]], after: dict[str, dict[str, bytes]]) -> list[str]:
        """What was left although space was short and nothing kept it."""
        wrong = []
        high = self.settings.retention.free_space.high.of(0)
        for name, store in self.stores.items():
            freed = (len(before[name]) - len(after[name])) * SIZE
            if store.free >= 50 * SIZE:
                continue
            self.rounds_freed += freed > 0
            if store.free + freed >= high:
                continue
            self.rounds_short += 1
            for shoot in self.shoots.values():
                if not shoot.disturbed:
                    could = self._could_have_gone(shoot, name, after)
                    wrong += [f"{self.today} {name}: {path} could have gone and is still there" for path in could]
        return wrong

    def _could_have_gone(self, shoot: Shoot, name: str, after: dict[str, dict[str, bytes]]) -> list[str]:
        families: dict[int, list[str]] = {}
        for path in shoot.files:
            if path in after[name]:
                families.setdefault(shoot.numbers[path], []).append(path)
        others = [other for other in STORES if other != name]
        last = self.settings.retention.prune.last_copies
        free = {
            number
            for number, paths in families.items()
            if self._may_go(shoot, number) and (last or all(any(path in after[other] for other in others) for path in paths))
        }
        with_media = {number for number, paths in families.items() if any(path.endswith(MEDIA) for path in paths)}
        # Notes, and sidecars whose picture lies elsewhere, go with the last of their shoot.
        going = free if free == families.keys() else free & with_media
        return [path for number in going for path in families[number]]
