"""Opening the index: settings of the database, transactions, versions, damage, the turn to write."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from index.engine import REVISION, Index, open_index, quick_check, writer_turn
from index.errors import IndexAbsent, IndexBusy, IndexDamaged, IndexFailure, IndexTooNew
from index.migrate import script_directory, upgrade
from index.schema import metadata
from index.stores import record_store


def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = open_index(url(tmp_path / "index.db"), create=True)
    yield opened
    opened.close()


def test_an_absent_index_is_made_only_when_asked(tmp_path: Path) -> None:
    with pytest.raises(IndexAbsent, match="backupd index"):
        open_index(url(tmp_path / "var" / "index.db"))
    assert not (tmp_path / "var").exists()
    open_index(url(tmp_path / "var" / "index.db"), create=True).close()
    assert (tmp_path / "var" / "index.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_settings_of_the_database_are_explicit(index: Index, pragma: str, value: object) -> None:
    with index.read() as conn:
        assert conn.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_failed_write_leaves_nothing_not_even_a_table(index: Index) -> None:
    def fail() -> None:
        with index.write() as conn:
            record_store(conn, "archive", "local")
            conn.execute(text("CREATE TABLE half (x INTEGER)"))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        fail()
    with index.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM store")).scalar() == 0
        assert conn.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'half'")).scalar() == 0


def test_a_reader_never_waits_for_a_writer(index: Index) -> None:
    with index.write() as conn:
        record_store(conn, "archive", "local")
        seen: list[object] = []

        def read() -> None:
            with index.read() as reader:
                seen.append(reader.execute(text("SELECT count(*) FROM store")).scalar())

        thread = threading.Thread(target=read)
        thread.start()
        thread.join(timeout=5)
        assert seen == [0]


def test_a_newer_index_is_refused_with_the_mend(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    open_index(url(path), create=True).close()
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(IndexTooNew, match="newer backupd"):
        open_index(url(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"this is a text file, not a database\n" * 50, b"\0" * 4096])
def test_a_file_that_is_no_index_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match="restore-index"):
        open_index(url(path), create=True)
    assert path.read_bytes() == content


def test_damage_inside_is_said(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    opened = open_index(url(path), create=True)
    with opened.write() as conn:
        for number in range(2000):
            record_store(conn, f"store {number}", "local")
    opened.close()
    raw = bytearray(path.read_bytes())
    for start in range(8 * 4096, len(raw), 4096):
        raw[start : start + 64] = os.urandom(64)
    path.write_bytes(raw)
    with pytest.raises(IndexDamaged, match="left as it is"):
        quick_check(open_index(url(path)))
    assert path.read_bytes() == bytes(raw)


def test_a_url_that_is_none_is_a_clear_failure() -> None:
    with pytest.raises(IndexFailure, match="database URL"):
        open_index("not a url")


def test_the_newest_revision_is_the_one_the_program_expects() -> None:
    assert script_directory().get_current_head() == REVISION


def test_migrations_lead_to_the_schema_of_a_fresh_file(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    opened = open_index(url(tmp_path / "index.db"), create=True)
    with opened.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
    opened.close()


def test_a_migration_that_fails_leaves_the_old_index_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tables are made before their indexes: half of them are there when this fails.
    monkeypatch.setattr("alembic.op.create_index", _fail_half_way)
    path = tmp_path / "index.db"
    with pytest.raises(RuntimeError, match="half way"):
        open_index(url(path), create=True)
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def _fail_half_way(*_args: object, **_options: object) -> None:
    raise RuntimeError("half way")


def test_an_index_that_is_migrated_is_copied_first(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    opened = open_index(url(path), create=True)
    upgrade(opened, path, REVISION)
    opened.close()
    assert (tmp_path / f"index.db.before-{REVISION}").stat().st_mode & 0o777 == 0o600


def test_only_one_process_has_the_turn_and_a_kill_ends_it(tmp_path: Path) -> None:
    place = url(tmp_path / "index.db")
    code = (
        "import sys, time\nfrom index.engine import writer_turn\n"
        f"with writer_turn({place!r}):\n    print('mine', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mine\n"
        with pytest.raises(IndexBusy), writer_turn(place, wait_seconds=0):
            pass
        holder.kill()
    with writer_turn(place):
        pass
