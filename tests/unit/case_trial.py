"""One generated studio from its first file to a restored index, with every place looked at: see `case_world`.

    python -m tests.unit.case_trial FIRST COUNT [FIGURES]

tries so many worlds from that number on, and writes what came of it as one line of JSON after each hundred.
"""

from __future__ import annotations

import gc
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from adapters.ignore import EXPORTS_NAME
from backupd.register.backup import make_backup
from backupd.register.restore import put_back
from index import consents, disclosures, placements
from index.applied import index_is_behind
from index.consents import Consent
from index.disclosures import Disclosure
from index.engine import Index, open_index
from index.placements import Placement
from index.replay import give_consent, replay
from index.scrubbing import scrub_if_due
from tests.unit.case_places import all_bytes, found_in, logged, tables_of
from tests.unit.case_studio import CaseStudio
from tests.unit.case_world import PEOPLE, STORES, World, make_world

KNOWN_BY_NAME = frozenset(range(len(PEOPLE))) - {0, 7}
"""Whose name nobody else bears: consents and recipients are recorded by it."""


@dataclass
class Place:
    """Where trials take place one after the other: folders in memory, a ready index, an engine that is kept."""

    folder: Path
    _template: Path = field(init=False)
    _indexes: dict[str, Index] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._template = self.folder / "template.db"
        open_index(f"sqlite:///{self._template}", create=True).close()

    def studio(self, name: str) -> CaseStudio:
        """Return an empty studio; one that was there under this name is gone."""
        folder = self.folder / name
        if name in self._indexes:
            self._indexes[name].close()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(self._template, folder / "index.db")
        index = self._indexes.setdefault(name, open_index(f"sqlite:///{folder / 'index.db'}"))
        return CaseStudio(folder, clouds=STORES[1:], opened=index)

    def close(self) -> None:
        for each in self._indexes.values():
            each.close()


def in_memory() -> Path:
    """Return a new folder that no disk has to keep, where this machine has such."""
    shared = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="backupd-trials-", dir=shared if shared.is_dir() else None))


class Trial:
    """A world in a studio. `faults` are what was wrong; figures are counted for the record."""

    def __init__(self, place: Place, world: World, counted: Counter[str] | None = None) -> None:
        self.place, self.world = place, world
        self.studio = place.studio("studio")
        self.gone: frozenset[int] = frozenset()
        self.renamed: dict[int, str] = {}
        self._renaming: dict[int, str] = {}
        self._expected: dict[str, list[str]] = {}
        self.counted: Counter[str] = Counter() if counted is None else counted

    def go(self) -> None:
        """Do all of it. Raises AssertionError with what was wrong, beside the world's number."""
        world = self.world
        try:
            with logged() as log:
                self._go()
            found = found_in(log.getvalue().encode(), world, world.askers)
            assert not found, f"in the log: {found}"
        except Exception as err:
            raise AssertionError(f"world {world.seed}: {err!r}") from err
        finally:
            self.studio.close()

    def _go(self) -> None:
        self.fill()
        backup = make_backup(self.studio.folder / "index.db", self.place.folder / "backups", self.studio.at).path
        uids: dict[int, str] = {}
        for who in self.world.askers if self.world.at_once else ():
            uids[who] = self.open(who)
        for who in self.world.askers:
            self.erase(who, uids.get(who) or self.open(who))
            self.gone |= {who}
            self.check()
        self.counted["erasures"] += len(self.world.askers)
        self.check_tables()
        self.restore(backup)
        self.check()
        self.check_tables()

    def fill(self) -> None:
        """Put everything in place, and have it indexed."""
        for store in STORES:
            for path, content in self.world.files(store).items():
                self.studio.put(path, content.decode(), store)
        self.studio.look()
        self._record_more()

    def _record_more(self) -> None:
        """Record consents, recipients and published pictures of those who can be told by their names."""
        studio, key = self.studio, self.studio.ledger.key
        with studio.index.write() as conn:
            ids = self._shoot_ids(conn)
            for shoot in self.world.shoots:
                for who in sorted(KNOWN_BY_NAME & set(shoot.people)):
                    one, hashed = PEOPLE[who], key.hashes(name=PEOPLE[who].name)[0]
                    if (who + shoot.number) % 3 == 0:
                        given = Consent(
                            f"c{shoot.number}-{who}", "yes", hashed, "participant", ("portfolio",), "2025-01-01", 100, "anna",
                            name=one.name, evidence=f"luvat/{one.name}.pdf", shoot_id=ids[shoot.day],
                        )  # fmt: skip
                        give_consent(conn, studio.ledger, given)
                    if (who + shoot.number) % 3 == 1:
                        disclosures.add(
                            conn, Disclosure(ids[shoot.day], hashed, one.name, "mail", 1, 1, 100, "anna", address=one.email)
                        )
                if shoot.is_linked:
                    self._share(conn, shoot, ids[shoot.day])
                if not shoot.is_shared:
                    told = f"https://lense.example/{PEOPLE[shoot.people[0]].name.casefold().replace(' ', '-')}"
                    placements.add(conn, Placement(ids[shoot.day], None, "web", told, 100, "anna"))

    def _share(self, conn, shoot, id: int) -> None:  # type: ignore[no-untyped-def]
        """Put a zip into the cloud and share it, as `export --to STORE` does."""
        store = self.studio.stores[STORES[1]]
        put = store.upload(f"{EXPORTS_NAME}/{shoot.number}/kuvat.zip", lambda: BytesIO(b"zip"), 3)
        link = store.share(put.ref, self.studio.at + timedelta(days=14))
        given = Disclosure(id, None, None, "link", 1, 3, 100, "anna", address=link.url, store=store.name, link=link.id,
                           ref=put.ref, version=put.version, ends_at=10**10)  # fmt: skip
        disclosures.add(conn, given)

    def _shoot_ids(self, conn) -> dict[str, int]:  # type: ignore[no-untyped-def]
        from sqlalchemy import select

        from index.schema import shoot

        return {row.first_day: row.id for row in conn.execute(select(shoot.c.id, shoot.c.first_day))}

    def open(self, who: int) -> str:
        """Open a person's case, as they write their name."""
        one = PEOPLE[who]
        name = self.world.asked_as[self.world.askers.index(who)]
        uid = self.studio.open("erase", name, one.email)
        self.studio.desk().identify(uid, "known address")
        return uid

    def erase(self, who: int, uid: str) -> None:
        """What owner and desk do, who know by looking who is in which picture."""
        studio, gone = self.studio, self.gone
        self.prepare(who, uid)
        one, outcome = studio.run(uid)
        assert (one.state, outcome.waiting, outcome.said) == ("checked", {}, ()), (one.state, outcome)
        self.finish(who, uid)
        assert gone == self.gone

    def prepare(self, who: int, uid: str) -> None:
        """Plan and approve."""
        studio = self.studio
        studio.planned(uid)
        for each in studio.items(uid):
            if each.kind == "row":
                shoot = self._shoot_at(each.details["path"].rpartition("/")[0])
                self._choose(uid, each, shoot.who_at(each.details["place"], self.gone) == who)
            if each.kind == "shoot":
                shoot = self.world.shoot_of(each.subject or "")
                self._choose(uid, each, who in shoot.people)
                if who in shoot.people:
                    self._decide(uid, each, shoot, who)
        studio.planned(uid)
        for each in studio.items(uid):
            if each.kind == "folder":
                self._name(uid, each, who)
        studio.planned(uid)
        studio.owner.approve(uid, "each picture was looked at")

    def _choose(self, uid: str, each, is_mine: bool) -> None:  # type: ignore[no-untyped-def]
        if is_mine is not each.is_in or each.is_open_question:
            number = [each.number]
            self.studio.desk().choose(uid, number if is_mine else [], [] if is_mine else number)

    def _shoot_at(self, folder: str):  # type: ignore[no-untyped-def]
        return next(one for one in self.world.shoots if self.renamed.get(one.number, one.folder) == folder)

    def _name(self, uid: str, each, who: int) -> None:  # type: ignore[no-untyped-def]
        """Say what becomes of a folder's name: whose it is not, is left as it is."""
        shoot = self._shoot_at(each.details["path"])
        self._choose(uid, each, who in shoot.named)
        if who not in shoot.named:
            return
        if each.decision is None:
            others = [PEOPLE[one].name for one in shoot.named if one not in self.gone | {who}]
            self.studio.desk().name_folder(uid, each.number, f"{shoot.day} {' & '.join([*others, f'Salattu {who}'])} potretti")
        (now,) = (one for one in self.studio.items(uid) if one.number == each.number)
        self._renaming[shoot.number] = now.details.get("named") or now.details["to"]

    def _decide(self, uid: str, each, shoot, who: int) -> None:  # type: ignore[no-untyped-def]
        desk = self.studio.desk()
        if not shoot.is_shared:
            desk.decide(uid, each.number, "delete")
            return
        desk.decide(uid, each.number, "unlist")
        for file in shoot.files:
            if file.shown == (who,):
                desk.decide(uid, each.number, "delete", file.name)

    def finish(self, who: int, uid: str) -> None:
        """Do by hand what was left to do so, tick it off, answer, close."""
        studio = self.studio
        by_hand = set()
        for each in studio.items(uid):
            if each.decision == "by_hand" and each.kind == "row":
                shoot = self._shoot_at(each.details["path"].rpartition("/")[0])
                folder = self._renaming.get(shoot.number) or self.renamed.get(shoot.number, shoot.folder)
                by_hand.add(f"{folder}/{shoot.list_name}")
        self.renamed |= self._renaming
        self.counted["folders renamed"] += len(self._renaming)
        self._renaming = {}
        for store in STORES:
            files = self.world.files(store, self.gone | {who}, self.renamed)
            for path in sorted(by_hand & files.keys()):
                studio.put(path, files[path].decode(), store)
        if by_hand:
            self.counted["lists by hand"] += len(by_hand)
            studio.look()
        studio.answer_and_close(uid)

    def check(self) -> None:
        """Look at every place for what is left of the erased, and for what others have lost."""
        studio, world, gone = self.studio, self.world, self.gone
        for store in STORES:
            left, expected = studio.files(store), world.files(store, gone, self.renamed)
            assert left == expected, f"{store}: {_differing(left, expected)}"
            folders = "\n".join(studio.folders(store)).encode()
            assert not (found := found_in(folders, world, gone)), f"folders of {store}: {found}"
            trash = studio.stores[store].tree.trash
            assert not trash, f"trash of {store}: {len(trash)} files"
        open_links = sum(1 for shoot in world.shoots if shoot.is_linked and not gone & set(shoot.people))
        cloud = studio.stores[STORES[1]].tree
        put = [path for path in cloud.files if path.startswith(EXPORTS_NAME)]
        assert (len(cloud.links), len(put)) == (open_links, open_links), f"links: {cloud.links}, {put}"
        found = found_in(all_bytes(studio.folder), world, gone)
        assert not found, f"in the files of index and ledger: {found}"
        self._check_records()
        self.counted["looks"] += 1

    def _check_records(self) -> None:
        """The consents, recipients and published pictures of the others are there as they were."""
        kept = [
            (shoot, who) for shoot in self.world.shoots for who in sorted(KNOWN_BY_NAME & set(shoot.people))
            if who not in self.gone
        ]  # fmt: skip
        if not self.has_records:
            return
        with self.studio.index.read() as conn:
            named = sorted(one.name for one in consents.ever(conn) if one.name is not None)
            told = sorted(one.name for one in disclosures.ever(conn) if one.name is not None)
            shown = sum(1 for one in placements.all_standing(conn) if one.address)
        assert named == sorted(PEOPLE[who].name for shoot, who in kept if (who + shoot.number) % 3 == 0), named
        assert told == sorted(PEOPLE[who].name for shoot, who in kept if (who + shoot.number) % 3 == 1), told
        assert shown == sum(1 for shoot in self.world.shoots if not shoot.is_shared and shoot.people[0] not in self.gone)

    has_records = True

    def check_tables(self) -> None:
        """The index says what an index says that was never told of the erased: of the same stores, made anew."""
        if not self._expected:
            twin = self.place.studio("twin")
            for store in STORES:
                for path, content in self.world.files(store, self.gone, self.renamed).items():
                    twin.put(path, content.decode(), store)
            twin.look()
            self._expected = tables_of(twin.folder / "index.db")
        mine = tables_of(self.studio.folder / "index.db")
        for name, expected in self._expected.items():
            assert mine[name] == expected, f"{name}: {set(mine[name]) ^ set(expected)}"
        self.counted["twins"] += 1

    def restore(self, backup: Path) -> None:
        """Put back an older index, as `restore-index` does: replay first, then look at the stores."""
        studio = self.studio
        studio.close()
        aside = put_back_from(backup, studio.folder / "index.db", studio.at)
        aside.unlink()
        with studio.index.write() as conn:
            assert index_is_behind(conn, studio.ledger)
            replay(conn, studio.ledger)
        scrub_if_due(studio.index)
        studio.look()
        studio.index.truncate_log()
        self.counted["restored"] += 1


def put_back_from(backup: Path, database: Path, now: datetime) -> Path:
    from backupd.register.backup import list_backups

    chosen = next(each for each in list_backups(backup.parent) if each.path == backup)
    aside = put_back(chosen.path, database, now)
    assert aside is not None
    backup.unlink()
    return aside


def _differing(left: dict[str, bytes], expected: dict[str, bytes]) -> str:
    more = sorted(left.keys() - expected.keys())
    less = sorted(expected.keys() - left.keys())
    other = sorted(path for path in left.keys() & expected.keys() if left[path] != expected[path])
    return f"left: {more}; gone: {less}; other bytes: {other}"


def main() -> int:
    """Try worlds one after the other; go on after a fault, and say which they were."""
    first, count = int(sys.argv[1]), int(sys.argv[2])
    figures = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    folder = in_memory()
    place, counted = Place(folder), Counter[str]()
    faults: list[str] = []
    began = time.process_time()
    # What the collector finds here is next to nothing, and it looks at every module each time.
    gc.disable()
    try:
        for done, seed in enumerate(range(first, first + count), 1):
            try:
                Trial(place, make_world(seed), counted).go()
            except AssertionError as err:
                faults.append(str(err))
                print(str(err)[:2000], flush=True)
            counted["studios"] += 1
            if done % 200 == 0:
                gc.collect()
            if figures is not None and (done % 100 == 0 or done == count):
                _write(figures, first, seed, counted, faults, time.process_time() - began)
    finally:
        place.close()
        shutil.rmtree(folder)
    print(json.dumps({**counted, "faults": len(faults), "cpu_seconds": round(time.process_time() - began, 1)}))
    return 1 if faults else 0


def _write(figures: Path, first: int, last: int, counted: Counter[str], faults: list[str], seconds: float) -> None:
    told = {"first": first, "last": last, **counted, "faults": faults, "cpu_seconds": round(seconds, 1)}
    told["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    half = figures.with_suffix(".new")
    half.write_text(json.dumps(told, ensure_ascii=False) + "\n")
    half.replace(figures)


if __name__ == "__main__":
    sys.exit(main())
