"""Only the folders that came to rest are compared, and nothing is concluded from what is not there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import NotFound, NotOurStore, Refused
from adapters.local import LocalStore
from adapters.records import FolderMark, Listing, Marker
from backupd.scan.bring import Naming, bring_up_to_date
from backupd.scan.part import Part, bring_part
from backupd.scan.rules import Rules
from backupd.scan.setup import open_pool
from backupd.scan.source import Source
from backupd.scan.summary import RunStopped, Silent, Summary
from index.engine import Index, open_index

WEDDING = "2026-06-06 Virtanen häät"
RULES = Rules(date(2026, 7, 1))
NAMING = Naming((), (), ())


@dataclass
class Studio:
    root: Path
    store: LocalStore
    index: Index
    database: Path

    def write(self, path: str, content: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def bring(self, **options: object) -> Summary:
        source = Source("archive", "local", self.store)
        options = {"progress": Silent(), "open_pool": open_pool, "now": lambda: 1_780_000_000} | options
        return next(iter(bring_up_to_date(self.index, [source], RULES, NAMING, **options)))  # type: ignore[arg-type]

    def part(self, *paths: str, deep: bool = True, **options: object) -> Summary:
        parts = [Part(path, deep, tuple(self.store.walk_below(path, deep=deep))) for path in paths]
        source = Source("archive", "local", self.store)
        options = {"progress": Silent(), "open_pool": open_pool, "now": lambda: 1_780_000_000} | options
        return bring_part(self.index, source, parts, RULES, NAMING, **options)  # type: ignore[arg-type]

    def copies(self) -> dict[str, str]:
        query = "SELECT CAST(f.path || '/' || c.name AS TEXT), c.state FROM copy c JOIN folder f ON f.id = c.folder_id"
        with closing(sqlite3.connect(self.database)) as conn:
            return dict(conn.execute(query))


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    root = tmp_path / "archive"
    root.mkdir()
    store = LocalStore("archive", str(root))
    store.adopt(Marker("8e7c2c1e-0000-4000-8000-000000000001", "archive", "2026-01-01T00:00:00+00:00"))
    index = open_index(f"sqlite:///{tmp_path}/index.db", create=True)
    made = Studio(root, store, index, tmp_path / "index.db")
    for number in range(3):
        made.write(f"{WEDDING}/RAW/IMG_{number:04}.bin", f"raw {number}")
        made.write(f"2026-06-13 Korhonen/IMG_{number:04}.bin", f"other {number}")
    made.bring()
    yield made
    index.close()


def test_a_part_of_a_walk_gives_the_marks_of_the_whole(studio: Studio) -> None:
    whole = {mark.path: mark for mark in studio.store.walk()}
    part = {mark.path: mark for mark in studio.store.walk_below(WEDDING)}
    assert part == {path: mark for path, mark in whole.items() if path.startswith(WEDDING)}
    assert [mark.path for mark in studio.store.walk_below(WEDDING, deep=False)] == [WEDDING]
    assert all(mark.changed_ns > 0 for mark in whole.values() if mark.files)


def test_a_part_is_looked_at_only_beneath_the_root_and_not_in_what_is_passed_over(studio: Studio) -> None:
    (studio.root / "out").symlink_to("/etc")
    (studio.root / ".Trash-1000").mkdir()
    with pytest.raises(NotFound):
        list(studio.store.walk_below("nothing"))
    assert not list(studio.store.walk_below("out"))
    assert not list(studio.store.walk_below(".Trash-1000"))
    (studio.root / ".backupd-store").unlink()
    with pytest.raises(NotOurStore):
        list(LocalStore("archive", str(studio.root)).walk_below(WEDDING))


def test_only_the_due_folder_is_compared(studio: Studio) -> None:
    studio.write(f"{WEDDING}/RAW/new.bin", "new")
    studio.write("2026-06-13 Korhonen/new.bin", "also new")
    summary = studio.part(f"{WEDDING}/RAW", deep=False)
    assert (summary.outcome, summary.counts.new, summary.counts.read_files) == ("partial", 1, 1)
    assert f"{WEDDING}/RAW/new.bin" in studio.copies()
    assert "2026-06-13 Korhonen/new.bin" not in studio.copies()


def test_what_is_gone_is_left_for_the_whole_comparison(studio: Studio) -> None:
    for file in (studio.root / WEDDING / "RAW").iterdir():
        file.unlink()
    assert studio.part(WEDDING).counts.missing == 0
    assert set(studio.copies().values()) == {"p"}
    studio.bring()
    assert sorted(studio.copies().values()) == ["m"] * 3 + ["p"] * 3


def test_a_shoot_in_a_new_folder_is_known_with_its_own_folder(studio: Studio) -> None:
    studio.write("2026/2026-06-20 Laine/RAW/a.bin", "a")
    studio.part("2026/2026-06-20 Laine/RAW", deep=False)
    with closing(sqlite3.connect(studio.database)) as conn:
        rows = conn.execute("SELECT path, is_root FROM folder WHERE shoot_id IS NOT NULL").fetchall()
    assert (b"2026/2026-06-20 Laine", 1) in rows


def test_a_renamed_shoot_stays_the_same_shoot_and_is_not_read_again(studio: Studio) -> None:
    before, shoots = {path: row for path, row in _ids(studio).items() if path.startswith(WEDDING)}, _shoots(studio)
    (studio.root / WEDDING).rename(studio.root / "2026-06-06 Virtanen vihkiäiset")
    summary = studio.part("2026-06-06 Virtanen vihkiäiset")
    assert summary.counts.read_files == 0
    after = {path: row for path, row in _ids(studio).items() if "vihki" in path}
    assert sorted(before.values()) == sorted(after.values())
    assert _shoots(studio) == shoots
    assert studio.bring().counts.as_dict()["missing"] == 0


def test_a_file_that_moved_here_is_known_again(studio: Studio) -> None:
    (studio.root / WEDDING / "RAW" / "IMG_0001.bin").rename(studio.root / "2026-06-13 Korhonen" / "valittu.bin")
    summary = studio.part("2026-06-13 Korhonen")
    assert (summary.counts.moved, summary.counts.read_files) == (1, 0)


def test_a_copied_folder_is_not_taken_for_a_moved_one(studio: Studio) -> None:
    studio.write("2026-06-06 Virtanen kopio/RAW/IMG_0000.bin", "raw 0")
    studio.part("2026-06-06 Virtanen kopio")
    states = studio.copies()
    assert states[f"{WEDDING}/RAW/IMG_0000.bin"] == states["2026-06-06 Virtanen kopio/RAW/IMG_0000.bin"] == "p"


@dataclass
class _Unasked:
    """A store that may not say what lies in one of its folders; `path` None lets it say everything."""

    store: LocalStore
    path: str | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def list_folder(self, path: str) -> Listing:
        if path == self.path:
            raise Refused("archive", "list", path)
        return self.store.list_folder(path)


@pytest.mark.parametrize("unasked", [None, f"{WEDDING}/RAW"])
def test_a_folder_seen_at_a_second_place_is_not_taken_for_moved_while_it_may_lie_at_the_first(
    studio: Studio, unasked: str | None
) -> None:
    """As a bind mount shows it: the same folder and the very same files, by every mark that the kernel gives."""
    second = studio.root / "2026-06-06 Virtanen kopio" / "RAW"
    second.mkdir(parents=True)
    for file in (studio.root / WEDDING / "RAW").iterdir():
        os.link(file, second / file.name)
    [first] = studio.store.walk_below(f"{WEDDING}/RAW")
    [there] = studio.store.walk_below("2026-06-06 Virtanen kopio/RAW")
    part = Part("2026-06-06 Virtanen kopio/RAW", True, (replace(there, identity=first.identity),))
    store: Any = _Unasked(studio.store, unasked)
    source = Source("archive", "local", store)
    bring_part(
        studio.index, source, [part], RULES, NAMING, now=lambda: 1_780_000_000, progress=Silent(), open_pool=open_pool
    )
    copies = studio.copies()
    assert {copies.get(f"{folder}/RAW/IMG_0000.bin") for folder in (WEDDING, "2026-06-06 Virtanen kopio")} == {"p"}


def test_what_is_not_ripe_is_not_read_in_a_part_nor_in_the_whole(studio: Studio) -> None:
    studio.write(f"{WEDDING}/RAW/growing.bin", "half")
    studio.write("2026-07-01 Salo/a.bin", "half")

    def ripe(mark: FolderMark) -> bool:
        return not mark.path.startswith((f"{WEDDING}/RAW", "2026-07-01"))

    assert studio.part(WEDDING, ripe=ripe).counts.unsettled == 4
    assert studio.bring(ripe=ripe).counts.read_files == 0
    assert not any("growing" in path or "Salo" in path for path in studio.copies())
    studio.bring()
    assert sum("growing" in path or "Salo" in path for path in studio.copies()) == 2


def test_a_run_that_is_stopped_keeps_what_it_recorded_and_the_next_goes_on(studio: Studio) -> None:
    class Stops(Silent):
        def reading(self, files: int, bytes_read: int, all_files: int, all_bytes: int) -> None:
            if files >= 1:
                raise RunStopped

    studio.write(f"{WEDDING}/RAW/x1.bin", "x1")
    studio.write("2026-06-13 Korhonen/x2.bin", "x2")
    with pytest.raises(RunStopped):
        studio.bring(progress=Stops())
    with closing(sqlite3.connect(studio.database)) as conn:
        assert conn.execute("SELECT outcome FROM scan ORDER BY id DESC").fetchone() == ("interrupted",)
    recorded = len(studio.copies())
    assert recorded >= 7
    assert studio.bring().counts.read_files == 8 - recorded


def _ids(studio: Studio) -> dict[str, int]:
    query = "SELECT CAST(f.path || '/' || c.name AS TEXT), c.id FROM copy c JOIN folder f ON f.id = c.folder_id"
    with closing(sqlite3.connect(studio.database)) as conn:
        return dict(conn.execute(query))


def _shoots(studio: Studio) -> list[int]:
    with closing(sqlite3.connect(studio.database)) as conn:
        return [id for (id,) in conn.execute("SELECT id FROM shoot ORDER BY id")]
