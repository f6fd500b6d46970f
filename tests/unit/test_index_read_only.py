"""An index that may not be written can be asked: on a snapshot, a read-only disk, or under another account."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import stores
from index.engine import open_index
from index.errors import IndexFailure
from index.read_only import as_uri, read_only_options

NOBODY = 65534


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """An index with one store, in a folder of its own that everyone may enter."""
    folder = tmp_path / "index"
    folder.mkdir()
    path = folder / "index.db"
    index = open_index(f"sqlite:///{path}", create=True)
    with index.write() as conn:
        stores.record_store(conn, "archive", "local")
    index.close()
    for each in (path, *path.parents):
        if each.is_relative_to(tempfile.gettempdir()) and each.stat().st_uid == os.getuid():
            each.chmod(each.stat().st_mode | 0o555)
    yield path
    folder.chmod(0o755)


def as_another_account(act: Callable[[], str]) -> str:
    """Return what `act` says in a process of an account that may read here and write nothing."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            said = act()
        except BaseException as err:
            said = f"{type(err).__name__}: {err}"
        os.write(writer, said.encode())
        sys.stdout.flush()
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        said = file.read()
    os.waitpid(child, 0)
    return said


def names(path: Path) -> str:
    """Return the stores that the index names."""
    index = open_index(f"sqlite:///{path}")
    try:
        with index.read() as conn:
            return ", ".join(row.name for row in stores.list_stores(conn))
    finally:
        index.close()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_an_index_and_a_folder_without_the_right_to_write_can_be_asked(database: Path) -> None:
    names(database)
    database.chmod(0o444)
    database.parent.chmod(0o555)
    assert as_another_account(lambda: names(database)) == "archive"
    assert sorted(os.listdir(database.parent)) == ["index.db"]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_what_lies_in_the_log_of_a_running_service_is_read_along(database: Path) -> None:
    index = open_index(f"sqlite:///{database}")
    with index.write() as conn:
        stores.record_store(conn, "cloud", "dropbox")
    for each in database.parent.iterdir():
        each.chmod(0o444)
    database.parent.chmod(0o555)
    assert as_another_account(lambda: names(database)) == "archive, cloud"
    index.close()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_log_that_cannot_be_read_is_said_rather_than_passed_over(database: Path, tmp_path: Path) -> None:
    index = open_index(f"sqlite:///{database}")
    with index.write() as conn:
        stores.record_store(conn, "cloud", "dropbox")
    for name in ("index.db", "index.db-wal"):
        # A copy of the disk that was taken while the service ran, without the log's index.
        shutil.copy(database.with_name(name), tmp_path / name)
        (tmp_path / name).chmod(0o444)
    index.close()
    tmp_path.chmod(0o555)
    said = as_another_account(lambda: names(tmp_path / "index.db"))
    tmp_path.chmod(0o755)
    assert said.startswith("IndexFailure")
    assert "log" in said


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_to_write_there_is_refused_with_the_mend(database: Path) -> None:
    def write() -> str:
        index = open_index(f"sqlite:///{database}")
        with index.write() as conn:
            stores.record_store(conn, "cloud", "dropbox")
        return "written"

    names(database)
    database.chmod(0o444)
    database.parent.chmod(0o555)
    said = as_another_account(write)
    assert "this account may not write it" in said
    assert "Run this as the account that owns it" in said


def test_on_a_full_disk_the_index_can_be_asked_and_says_why_it_is_not_written(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(database)
    free = os.statvfs(database.parent)
    full = os.statvfs_result((*free[:3], 0, 0, *free[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _folder: full)
    assert names(database) == "archive"
    index = open_index(f"sqlite:///{database}")
    with pytest.raises(IndexFailure, match="full"), index.write() as conn:
        stores.record_store(conn, "cloud", "dropbox")
    index.close()
    assert sorted(os.listdir(database.parent)) == ["index.db"]


def test_an_index_that_may_be_written_is_opened_as_ever(database: Path) -> None:
    assert read_only_options(database, "here") is None
    assert read_only_options(database.with_name("absent.db"), "here") is None


def test_a_name_with_signs_of_its_own_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "Häät?mode=rw#1 %20.db"
    sqlite3.connect(path).close()
    path.write_bytes(b"")
    connection = sqlite3.connect(f"{as_uri(path)}?mode=ro&immutable=1", uri=True)
    assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    connection.close()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_one_that_may_not_even_be_read_says_so(database: Path) -> None:
    database.chmod(0)
    assert "may not read it" in as_another_account(lambda: names(database))
