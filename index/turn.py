"""Whose turn it is to write the index, and that there is one service: locks that the kernel frees with their process.

Beside the database lie NAME.lock (the turn), NAME.awaited (shared by all who wait for it), NAME.wanted (by those who have
waited long enough) and NAME.service. They are empty, never removed, and mean nothing but while they are locked.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexBusy
from index.place import database_file

_TURN_SECONDS = 45.0
"""How long a command waits for its turn: longer than the service needs to come to a stopping point."""
_LOOK_SECONDS = 0.05


@contextmanager
def writer_turn(
    url: str,
    *,
    wait_seconds: float | None = _TURN_SECONDS,
    patient_seconds: float = 0.0,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    """Hold the one turn to bring the index up to date; the kernel ends it with the process, however that ends.

    While it waits, whoever has the turn can see that by `turn_is_wanted`, and the service then stops and gives way;
    who has time says so only after `patient_seconds`, and until then is seen by `turn_is_awaited` alone.
    Raises IndexBusy after `wait_seconds` (None: waits on), or once `stop` says so. Turns are for threads as well.
    """
    path = database_file(url)
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = _open_lock(path, ".lock")
    try:
        if not _lock(handle, fcntl.LOCK_EX):
            _wait_for_turn(path, handle, wait_seconds, patient_seconds, stop)
        yield
    finally:
        os.close(handle)


def turn_is_wanted(url: str) -> bool:
    """True while somebody waits for the writer's turn who has no more patience."""
    return _is_shared(url, ".wanted")


def turn_is_awaited(url: str) -> bool:
    """True while anybody waits for the writer's turn, however patiently."""
    return _is_shared(url, ".awaited")


def _is_shared(url: str, suffix: str) -> bool:
    path = database_file(url)
    if path is None or not path.with_name(path.name + suffix).exists():
        return False
    handle = _open_lock(path, suffix)
    try:
        return not _lock(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


@contextmanager
def only_service(url: str, folder: Path) -> Iterator[None]:
    """Be the one service on this index for as long as the block runs. Raises IndexBusy at once if there is another.

    `folder` holds the lock where the index is no file of this machine.
    """
    path = database_file(url) or folder / "index"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = _open_lock(path, ".service")
    try:
        if not _lock(handle, fcntl.LOCK_EX) and not _lock_again(handle):
            raise IndexBusy(str(path), "another 'backupd run' works on this index", "Stop that one first")
        yield
    finally:
        os.close(handle)


def service_runs(url: str, folder: Path) -> bool:
    """True while some `only_service` holds this index."""
    path = database_file(url) or folder / "index"
    if not path.with_name(path.name + ".service").exists():
        return False
    handle = _open_lock(path, ".service")
    try:
        return not _lock(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


def _wait_for_turn(
    path: Path, handle: int, wait_seconds: float | None, patient_seconds: float, stop: Callable[[], bool]
) -> None:
    awaited, wanted = _open_lock(path, ".awaited"), _open_lock(path, ".wanted")
    try:
        # Shared: many may wait, and whoever has the turn sees whether anyone does.
        fcntl.flock(awaited, fcntl.LOCK_SH)
        began, has_said_so = time.monotonic(), False
        while (wait_seconds is None or time.monotonic() < began + wait_seconds) and not stop():
            if not has_said_so and time.monotonic() >= began + patient_seconds:
                fcntl.flock(wanted, fcntl.LOCK_SH)
                has_said_so = True
            time.sleep(_LOOK_SECONDS)
            if _lock(handle, fcntl.LOCK_EX):
                return
    finally:
        os.close(awaited)
        os.close(wanted)
    raise IndexBusy(
        str(path), "another backupd is bringing this index up to date", "Wait for it to end, then try again"
    )


def _lock_again(handle: int) -> bool:
    """Try a second time: `service_runs` holds the lock for a moment while it looks."""
    time.sleep(2 * _LOOK_SECONDS)
    return _lock(handle, fcntl.LOCK_EX)


def _open_lock(path: Path, suffix: str) -> int:
    return os.open(path.with_name(path.name + suffix), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(handle: int, how: int) -> bool:
    """Take a lock if it is free; it ends with the descriptor, so with the process as well."""
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
