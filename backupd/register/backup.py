"""Making, verifying and keeping backups of the index. Files are named for the moment they show, in UTC."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from backupd.settings.values import Duration
from index.errors import IndexAbsent, IndexDamaged

_NAME = re.compile(r"index-(\d{8}T\d{6})Z\.db")
_STAMP = "%Y%m%dT%H%M%S"
_TEMPORARY = ".backupd-tmp-"
_PART_PAGES = 2048
_BREATH_SECONDS = 0.002
_STEPS = 1_000_000
_COUNTED = ("store", "folder", "copy", "content", "shoot", "participant", "review")


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: its file, the moment it shows, its size, and how many rows it holds in all, where that was counted."""

    path: Path
    taken_at: datetime
    size: int
    rows: int | None = None


def make_backup(database: Path, folder: Path, now: datetime, heed: Callable[[], object] = lambda: None) -> Backup:
    """Write a verified backup of the live index and return it. `heed` is called often, and may end it by raising.

    Nothing is there under its name until it has been read back, checked whole, found to hold as many rows as the index
    had, and lies on the disk. Raises IndexDamaged if the copy, and so most likely the index, is damaged; IndexAbsent.
    """
    if not database.is_file():
        raise IndexAbsent(str(database), "there is no index yet", "Run 'backupd index' to make it")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"index-{now.astimezone(UTC):{_STAMP}}Z.db"
    temporary = folder / f"{_TEMPORARY}{target.name}"
    temporary.unlink(missing_ok=True)
    try:
        expected = _copy(database, temporary, heed)
        sync(temporary)
        found = verify(temporary, heed)
        if found != expected:
            raise IndexDamaged(str(temporary), f"the backup holds {found} and the index {expected}", "Try again")
        temporary.replace(target)
        sync(folder)
    finally:
        temporary.unlink(missing_ok=True)
    return Backup(target, now.astimezone(UTC).replace(microsecond=0), target.stat().st_size, sum(found.values()))


def verify(path: Path, heed: Callable[[], object] = lambda: None) -> dict[str, int]:
    """Check a backup whole and return how many rows its tables hold. Raises IndexDamaged."""
    ended_by: list[BaseException] = []

    def step() -> int:
        # What is raised in here would reach nobody: SQLite only learns that it is to end.
        try:
            heed()
        except BaseException as err:
            ended_by.append(err)
        return len(ended_by)

    try:
        with closing(_connect(path)) as conn:
            conn.set_progress_handler(step, _STEPS)
            answer = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if answer != "ok":
                raise IndexDamaged(str(path), f"this backup is damaged ({answer})", "Use an older one")
            found = _count(conn)
    except sqlite3.DatabaseError as err:
        if ended_by:
            raise ended_by[0] from None
        raise IndexDamaged(str(path), f"this is no backup of an index ({err})", "Use another one") from err
    if "store" not in found:
        raise IndexDamaged(str(path), "this is a database, but no index", "Use another one")
    return found


def list_backups(folder: Path) -> list[Backup]:
    """Return the backups in a folder, newest first. Other files are passed over."""
    found = []
    for path in folder.glob("index-*.db") if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match:
            taken_at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            found.append(Backup(path, taken_at, path.stat().st_size))
    return sorted(found, key=lambda backup: backup.taken_at, reverse=True)


def too_old(backups: list[Backup], today: date, keep: Duration | None) -> list[Backup]:
    """Return the backups that are past their time; the newest never is. `keep` None: without end."""
    if keep is None:
        return []
    newest = max(backups, key=lambda backup: backup.taken_at, default=None)
    return [backup for backup in backups if backup is not newest and keep.after(backup.taken_at.date()) <= today]


def forget_old(folder: Path, today: date, keep: Duration | None) -> list[Backup]:
    """Remove the backups that are past their time, and what an interrupted one left; return those removed."""
    old = too_old(list_backups(folder), today, keep)
    for path in (*(backup.path for backup in old), *folder.glob(f"{_TEMPORARY}index-*")):
        path.unlink(missing_ok=True)
    if old:
        sync(folder)
    return old


def sync(path: Path) -> None:
    """Have a file or a folder written to the disk."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _copy(database: Path, to: Path, heed: Callable[[], object]) -> dict[str, int]:
    """Copy one state of the index and return its rows. A transaction held open keeps that state while others write."""
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))

    def advance(_status: int, _remaining: int, _total: int) -> None:
        heed()
        time.sleep(_BREATH_SECONDS)

    try:
        with closing(_connect(database)) as source, closing(sqlite3.connect(to, isolation_level=None)) as target:
            source.execute("BEGIN")
            rows = _count(source)
            source.backup(target, pages=_PART_PAGES, progress=advance)
            # One file alone, with no journal beside it.
            target.execute("PRAGMA journal_mode = DELETE")
            return rows
    except sqlite3.DatabaseError as err:
        mend = "It is left as it is. See: backupd restore-index --list"
        raise IndexDamaged(str(database), f"it could not be copied ({err})", mend) from err


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)


def _count(conn: sqlite3.Connection) -> dict[str, int]:
    there = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {
        table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
        for table in _COUNTED
        if table in there
    }
