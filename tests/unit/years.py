"""A random studio through random years, in fast motion, on stores in memory: what may go is known here by other means.

Each round some time passes, shoots come, holds come and go, files are edited or lost behind our back; then space is
short, a clean-up is planned, sometimes disturbed, and run. `Years.round` returns what was wrong, by an oracle that
shares no code with what it judges.
"""

from __future__ import annotations

import calendar
import hashlib
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, update

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
from index.shoot_hashes import shoot_hashes
from index.stores import end_scan, record_store, start_scan

STORES = ("archive", "cloud", "drive")
FAMILIES = (("IMG_{0}.CR3", "IMG_{0}.xmp", "IMG_{0}.jpg"), ("IMG_{0}.jpg",), ("C000{0}.MP4", "C000{0}M01.XML"), ("notes{0}.txt",))
SIZE = 100
GRACE = timedelta(days=30)


class Tight(MemoryStore):
    """A store that says it has so much room."""

    free = 0

    def space(self) -> Space:
        self._begin("space", "")
        return Space(100 * SIZE * 1000, self.free, None)


@dataclass
class Shoot:
    """What the oracle knows of a shoot. `day` is None where nobody knows it."""

    id: int
    day: date | None
    doubtful: bool
    seen: date | None = None
    held: str | None = None
    disturbed: bool = False
    files: dict[str, bytes] = field(default_factory=dict)


class Years:
    """One studio. `removed` counts what clean-ups took, over all rounds."""

    def __init__(self, folder: Path, template: Path, seed: int) -> None:
        self.dice = Random(seed)
        self.folder = folder
        folder.mkdir()
        shutil.copy2(template, folder / "index.db")
        retention: Any = {
            "free_space": {"low": f"{50 * SIZE} B", "high": f"{self.dice.randrange(50, 80) * SIZE} B"},
            "prune": {
                "most_files": "forever", "most_bytes": "forever", "most_share": 1.0,
                "last_copies": self.dice.random() < 0.2, "rebuildable_first": self.dice.random() < 0.3,
            },
        }  # fmt: skip
        url = f"sqlite:///{folder / 'index.db'}"
        self.settings = Settings(index={"url": url}, retention=Retention.model_validate(retention))  # type: ignore[arg-type]
        self.index: Index = open_index(url)
        self.ledger: Ledger = open_ledger(folder / "ledger", folder / "ledger.key")
        self.now = datetime(2020, 1, 1, 12, tzinfo=UTC)
        self.shoots: dict[int, Shoot] = {}
        self.removed = self.rounds_short = 0
        self.stores = {name: Tight(name, "feed") for name in STORES}
        self.ids: dict[str, int] = {}
        with self.index.write() as conn:
            for name, store in self.stores.items():
                store.adopt(Marker(name, name, "2020-01-01T00:00:00+00:00"))
                self.ids[name] = record_store(conn, name, "memory", state="online").id
            promises.keep(conn, self.settings)

    @property
    def today(self) -> date:
        return self.now.date()

    def close(self) -> None:
        self.index.close()

    def round(self) -> list[str]:
        """Let time pass, clean up, and return what was wrong."""
        dice = self.dice
        self.now += timedelta(days=dice.randrange(10, 250))
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
        conn.execute(
            insert(schema.shoot).values(id=id, key=f"s{id}", title="", first_day=text, last_day=text, day_from="folder" if day else None)
        )
        if shoot.doubtful:
            conn.execute(
                insert(schema.review).values(
                    kind="date", subject=f"s{id}", shoot_id=id, reason="which day?", candidates="[]", opened_at=int(self.now.timestamp())
                )
            )
        folders = {}
        for name in STORES:
            path = f"shoot {id}"
            result = conn.execute(
                insert(schema.folder).values(
                    store_id=self.ids[name], path=path.encode(), identity=f"{name}-{id}", present=1, files=0, shoot_id=id, is_root=1, placed=1
                )
            )
            folders[name] = int(result.inserted_primary_key[0])  # type: ignore[index]
        for number in range(dice.randrange(1, 4)):
            where = dice.sample(STORES, dice.choice((1, 2, 2, 3, 3)))
            for form in dice.choice(FAMILIES):
                self._new_file(conn, shoot, f"shoot {id}/{form.format(number)}", where, folders)
        self.shoots[id] = shoot

    def _new_file(self, conn: Connection, shoot: Shoot, path: str, where: list[str], folders: dict[str, int]) -> None:
        content = path.encode().ljust(SIZE, b".")
        shoot.files[path] = content
        media = path.endswith((".CR3", ".jpg", ".MP4"))
        if media:
            shoot.seen = self.today
        at = int(self.now.timestamp())
        result = conn.execute(
            insert(schema.content).values(
                size=SIZE, sha256=hashlib.sha256(content).digest(), kind="p" if media else "o", first_seen_at=at
            )
        )
        content_id = int(result.inserted_primary_key[0])  # type: ignore[index]
        for name in where:
            file = self.stores[name].tree.put(path, content)
            conn.execute(
                insert(schema.copy).values(
                    folder_id=folders[name], name=path.rpartition("/")[2].encode(), content_id=content_id, size=SIZE,
                    modified_ns=file.modified_ns, identity=file.id, version=file.version, state="p", known_by="a", known_at=at,
                )
            )  # fmt: skip

    def _hold_or_release(self, conn: Connection) -> None:
        if not self.shoots:
            return
        shoot = self.dice.choice(list(self.shoots.values()))
        at = int(self.now.timestamp())
        if shoot.held is not None:
            release_hold(conn, self.ledger, shoot.held, at - 86_400, "anna")
            shoot.held = None
            return
        self._hold(conn, shoot, self.dice.choice(("pin", "legal", "restriction", "open_request", "objection")))

    def _hold(self, conn: Connection, shoot: Shoot, kind: str) -> None:
        shoot.held = f"h{self.dice.getrandbits(64):x}"
        hashed = shoot_hashes(conn, self.ledger.key, [shoot.id])[shoot.id]
        at = int(self.now.timestamp())
        ground = "a" if kind == "restriction" else None
        put_hold(conn, self.ledger, Hold(shoot.held, kind, at, "anna", "because", "anna", ground, shoot.id, hashed))

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

    def _may_go(self, shoot: Shoot) -> bool:
        """The promise, counted here once more: a year and the grace after the later of its day and its last new media."""
        if shoot.day is None or shoot.doubtful or shoot.held is not None:
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
                if not self._may_go(shoot):
                    wrong.append(f"{where} was within its minimum, in doubt or held")
                if before[name][path] != shoot.files[path]:
                    wrong.append(f"{where} had other bytes than were meant")
                if name == away:
                    wrong.append(f"{where} was in a store that was away")
                others = [other for other in STORES if after[other].get(path) == shoot.files[path] and other != away]
                if not others and not self.settings.retention.prune.last_copies:
                    wrong.append(f"{where} was the last copy that anybody could vouch for")
        return wrong

    def _idle(self, before: dict[str, dict[str, bytes]], after: dict[str, dict[str, bytes]]) -> list[str]:
        """What was left although space was short and every file of the shoot could go."""
        wrong = []
        high = self.settings.retention.free_space.high.of(0)
        for name, store in self.stores.items():
            freed = (len(before[name]) - len(after[name])) * SIZE
            if store.free >= 50 * SIZE or store.free + freed >= high:
                continue
            self.rounds_short += 1
            for shoot in self.shoots.values():
                mine = {path: content for path, content in shoot.files.items() if path in after[name]}
                others = [other for other in STORES if other != name]
                spare = all(any(path in after[other] for other in others) for path in mine)
                last = self.settings.retention.prune.last_copies
                if mine and self._may_go(shoot) and (spare or last) and not shoot.disturbed:
                    wrong.append(f"{self.today} {name}: shoot {shoot.id} could have gone and is still there")
        return wrong


def make_template(path: Path) -> Path:
    """Make an empty index once: its migrations cost more than a studio's years."""
    open_index(f"sqlite:///{path}", create=True).close()
    return path
