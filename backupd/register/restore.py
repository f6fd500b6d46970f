"""Bringing the index back: from a backup, or anew from the stores. Whatever lay there is moved aside, and kept as long as
backups are."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from backupd.register.backup import sync, verify
from backupd.settings.values import Duration
from index.errors import IndexFailure

_BESIDE = ("", "-wal", "-shm")
_ASIDE = re.compile(r"\.aside-(\d{8})T\d{6}Z")
_BEFORE = re.compile(r"\.before-\w+")


def set_aside(database: Path, now: datetime) -> Path | None:
    """Move the index's files aside and return the new place of the database, None where there was none.

    Only whoever has the turn to write, with no service running, may do this. Raises IndexFailure.
    """
    if not database.exists():
        return None
    aside = database.with_name(f"{database.name}.aside-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    if aside.exists():
        raise IndexFailure(str(aside), "something lies there already", "Move it away, then try again")
    for suffix in reversed(_BESIDE):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    sync(database.parent)
    return aside


def forget_asides(database: Path, today: date, keep: Duration | None) -> int:
    """Remove the indexes from before, moved aside or copied before an upgrade, that are older than backups may be.

    They hold names as backups do, and whoever was erased since is in them. Return how many; `keep` None: without end.
    """
    gone = [path for path in database.parent.glob(f"{database.name}.*")
            if keep is not None and (day := _day_of(path, database)) is not None and keep.after(day) <= today]  # fmt: skip
    for path in gone:
        for suffix in _BESIDE[1:]:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    if gone:
        sync(database.parent)
    return len(gone)


def _day_of(path: Path, database: Path) -> date | None:
    """Return the day of an index from before; None where it is none."""
    said = path.name[len(database.name) :]
    if (match := _ASIDE.fullmatch(said)) is not None:
        return date.fromisoformat(match[1])
    # A copy that was made before an upgrade is named for what came after it.
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date() if _BEFORE.fullmatch(said) else None


def put_back(backup: Path, database: Path, now: datetime) -> Path | None:
    """Put a backup, checked whole first, in the index's place; return where the index from before lies now, if any.

    A stop at any moment leaves the index from before, or none (then it lies aside), or the backup: never half of one.
    Raises IndexDamaged where the backup is, IndexFailure. Only whoever has the turn to write may do this.
    """
    verify(backup)
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = database.with_name(f".backupd-tmp-{database.name}")
    temporary.unlink(missing_ok=True)
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        shutil.copyfile(backup, temporary)
        sync(temporary)
        verify(temporary)
        aside = set_aside(database, now)
        temporary.replace(database)
        sync(database.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return aside
