"""The index's own backups: one state of a live index, whole or not there, kept for their time, and brought back."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backupd.register.backup import Backup, forget_old, list_backups, make_backup, too_old, verify
from backupd.register.restore import forget_asides, put_back, set_aside
from backupd.scan.summary import RunStopped
from backupd.settings.values import Duration
from index.engine import Index, open_index
from index.errors import IndexAbsent, IndexDamaged
from index.stores import list_stores, record_store

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = open_index(f"sqlite:///{tmp_path}/index.db", create=True)
    with opened.write() as conn:
        for number in range(500):
            record_store(conn, f"store {number}", "local")
    yield opened
    opened.close()


def names(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute("SELECT count(*) FROM store").fetchone()[0])


def damage(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    for start in range(8 * 4096, len(raw), 4096):
        raw[start : start + 64] = b"\xff" * 64
    path.write_bytes(raw)


def test_a_backup_shows_one_state_while_others_write(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In many small steps, between which the others write.
    monkeypatch.setattr("backupd.register.backup._PART_PAGES", 4)
    written = 500
    stop = threading.Event()

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            with index.write() as conn:
                record_store(conn, f"later {written}", "local")
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [make_backup(tmp_path / "index.db", tmp_path / "backups", NOW + timedelta(seconds=n)) for n in range(3)]
    finally:
        stop.set()
        writer.join()
    counts = [names(each.path) for each in made]
    assert counts == sorted(counts)
    assert 500 <= counts[0] <= counts[-1] <= written
    assert all(each.path.stat().st_mode & 0o777 == 0o600 for each in made)
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [each.path.name for each in made]


def test_no_backup_is_left_by_one_that_was_stopped(index: Index, tmp_path: Path) -> None:
    def stop() -> None:
        raise RunStopped

    with pytest.raises(RunStopped):
        make_backup(tmp_path / "index.db", tmp_path / "backups", NOW, stop)
    assert list((tmp_path / "backups").iterdir()) == []


def test_being_stopped_while_a_backup_is_read_back_is_no_damage(index: Index, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    made = make_backup(tmp_path / "index.db", tmp_path / "backups", NOW)
    monkeypatch.setattr("backupd.register.backup._STEPS", 10)

    def stop() -> None:
        raise RunStopped

    with pytest.raises(RunStopped):
        verify(made.path, stop)


def test_what_an_interrupted_backup_left_is_swept_and_nothing_else(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / ".backupd-tmp-index-20260101T000000Z.db").write_text("half")
    (folder / "notes.txt").write_text("mine")
    forget_old(folder, date(2026, 6, 1), Duration(days=30))
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_damaged_index_gives_no_backup(index: Index, tmp_path: Path) -> None:
    index.close()
    damage(tmp_path / "index.db")
    with pytest.raises(IndexDamaged):
        make_backup(tmp_path / "index.db", tmp_path / "backups", NOW)
    assert list_backups(tmp_path / "backups") == []


def test_no_index_no_backup(tmp_path: Path) -> None:
    with pytest.raises(IndexAbsent):
        make_backup(tmp_path / "index.db", tmp_path / "backups", NOW)
    assert not (tmp_path / "index.db").exists()


def test_backups_stay_for_their_time_and_the_newest_for_ever() -> None:
    made = [Backup(Path(f"{day}"), datetime(2026, 1, day, tzinfo=UTC), 1) for day in (1, 2, 3)]
    assert too_old(made, date(2026, 1, 31), Duration(days=30)) == made[:1]
    assert too_old(made, date(2030, 1, 1), Duration(days=30)) == made[:2]
    assert too_old(made, date(2030, 1, 1), None) == []
    assert too_old([], date(2030, 1, 1), Duration(days=30)) == []


def test_each_backup_of_a_week_can_be_brought_back(index: Index, tmp_path: Path) -> None:
    database, folder = tmp_path / "index.db", tmp_path / "backups"
    for day in range(7):
        with index.write() as conn:
            record_store(conn, f"day {day}", "local")
        make_backup(database, folder, NOW + timedelta(days=day))
    index.close()
    for day, backup in enumerate(reversed(list_backups(folder))):
        aside = put_back(backup.path, database, NOW + timedelta(days=30, seconds=day))
        assert aside is not None and aside.exists()
        opened = open_index(f"sqlite:///{database}")
        with opened.read() as conn:
            assert len(list_stores(conn)) == 500 + day + 1
        opened.close()


def test_a_damaged_backup_is_refused_before_anything_is_touched(index: Index, tmp_path: Path) -> None:
    database = tmp_path / "index.db"
    made = make_backup(database, tmp_path / "backups", NOW)
    index.close()
    before = database.read_bytes()
    damage(made.path)
    with pytest.raises(IndexDamaged):
        put_back(made.path, database, NOW)
    assert database.read_bytes() == before
    assert not list(tmp_path.glob("*.aside-*"))


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\0" + b"\0" * 5000])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "index-20260101T000000Z.db"
    file.write_bytes(content)
    with pytest.raises(IndexDamaged):
        verify(file)


def test_setting_aside_takes_what_was_acknowledged_along(index: Index, tmp_path: Path) -> None:
    # Still open: the last commits lie in the log beside the database.
    aside = set_aside(tmp_path / "index.db", NOW)
    index.close()
    assert aside is not None
    assert names(aside) == 500
    assert not (tmp_path / "index.db").exists()
    assert set_aside(tmp_path / "index.db", NOW) is None


def test_an_index_moved_aside_is_kept_as_long_as_backups_are(tmp_path: Path) -> None:
    database = tmp_path / "index.db"
    for name in (".aside-20260401T080000Z", ".aside-20260401T080000Z-wal", ".aside-20260510T080000Z", ".aside-mine", ""):
        database.with_name(f"index.db{name}").write_bytes(b"names")
    for name, day in (("0004", date(2026, 4, 1)), ("0012", date(2026, 5, 10))):
        copied = database.with_name(f"index.db.before-{name}")
        copied.write_bytes(b"names")
        os.utime(copied, (datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp(),) * 2)
    assert forget_asides(database, date(2026, 6, 1), None) == 0
    assert forget_asides(database, date(2026, 6, 1), Duration(days=30)) == 2
    left = {path.name.removeprefix("index.db") for path in tmp_path.iterdir()}
    assert left == {"", ".aside-20260510T080000Z", ".aside-mine", ".before-0012"}
