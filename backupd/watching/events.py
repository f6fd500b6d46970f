"""The kernel's events below one folder, by watchdog, put in a queue as plain tuples.

Only creating, moving, removing and closing after writing are asked for: with all events, the opening and closing of files
by a comparison alone fills the kernel's queue. Two things watchdog does not say are found out here: that the queue has
overflowed (it only logs it), and that the kernel's limit on watches was reached (it passes over folders in silence).
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Literal

Kind = Literal["created", "closed", "moved", "removed", "lost"]
LIMIT_REACHED = "the kernel's limit on watches is reached (fs.inotify.max_user_watches)"

_IN_DELETE_SELF = 0x400
_WATCHDOGS_LOG = "watchdog.observers.inotify_c"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event, at monotonic seconds. Paths are below the root; `moved_to` is None where it was moved out of it."""

    kind: Kind
    path: str
    is_folder: bool
    at: float
    moved_to: str | None = None


class EventSource:
    """Events below `root` go into `queue` from `start` to `stop`. `start` raises OSError."""

    def __init__(self, root: str, queue: SimpleQueue[Any], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._root = os.path.realpath(root)
        self._queue = queue
        self._monotonic = monotonic
        self._observer: Any = None
        self._overflow = _Overflow(lambda: self._put("lost", self._root, is_folder=True))

    def start(self) -> None:
        """Watch the folder and all below it. Raises OSError where the kernel gives no watch."""
        from watchdog import events
        from watchdog.observers.inotify import InotifyObserver

        asked = [
            events.DirCreatedEvent, events.DirMovedEvent, events.DirDeletedEvent, events.FileCreatedEvent,
            events.FileMovedEvent, events.FileDeletedEvent, events.FileClosedEvent,
        ]  # fmt: skip
        observer = InotifyObserver()
        handler: Any = _Dispatch(self._take)
        logging.getLogger(_WATCHDOGS_LOG).addHandler(self._overflow)
        try:
            observer.schedule(handler, self._root, recursive=True, event_filter=asked)
            observer.start()
        except BaseException:
            self._let_go(observer)
            raise
        self._observer = observer

    def stop(self) -> None:
        """Watch no longer."""
        observer, self._observer = self._observer, None
        if observer is not None:
            self._let_go(observer)

    @property
    def is_alive(self) -> bool:
        """Whether the threads that hear still run."""
        return self._observer is not None and self._observer.is_alive() and all(
            emitter.is_alive() for emitter in self._observer.emitters
        )

    def _let_go(self, observer: Any) -> None:
        logging.getLogger(_WATCHDOGS_LOG).removeHandler(self._overflow)
        if observer.is_alive():
            observer.stop()
            observer.join(timeout=5)

    def _take(self, event: Any) -> None:
        kind = {"created": "created", "closed": "closed", "moved": "moved", "deleted": "removed"}.get(event.event_type)
        if kind == "moved":
            self._put("moved", event.src_path, is_folder=event.is_directory, to=event.dest_path)
        elif kind is not None:
            self._put(kind, event.src_path, is_folder=event.is_directory)  # type: ignore[arg-type]

    def _put(self, kind: Kind, path: str | bytes, *, is_folder: bool, to: str | bytes | None = None) -> None:
        below = self._below(path)
        if below is not None:
            self._queue.put(Heard(kind, below, is_folder, self._monotonic(), self._below(to) if to else None))

    def _below(self, path: str | bytes) -> str | None:
        text = os.fsdecode(path)
        if text == self._root:
            return ""
        return text[len(self._root) :].lstrip("/") if text.startswith(self._root.rstrip("/") + "/") else None


class _Dispatch:
    """What watchdog calls; events that it makes up for what lies below a moved folder are all the same to us."""

    def __init__(self, take: Callable[[Any], None]) -> None:
        self.dispatch = take


class _Overflow(logging.Handler):
    """Tells once: the library says it twice, and whoever is told watches anew."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell
        self._has_told = False

    def emit(self, record: logging.LogRecord) -> None:
        """Tell that events were lost, where that is what was logged."""
        if not self._has_told and "overflow" in record.getMessage():
            self._has_told = True
            self._tell()


def has_room_to_watch(root: str) -> bool:
    """False where the kernel would give this account no further watch: some folder may be unwatched already."""
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.inotify_init1(os.O_CLOEXEC)
    if fd < 0:
        return ctypes.get_errno() not in (errno.EMFILE, errno.ENFILE)
    try:
        return libc.inotify_add_watch(fd, os.fsencode(root), _IN_DELETE_SELF) >= 0 or ctypes.get_errno() != errno.ENOSPC
    finally:
        os.close(fd)
