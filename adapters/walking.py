"""A walk over a local tree, from the side of whoever wants to know: starts the processes and reads what they say.

They start when the walk is made, not when it is first asked, so that the caller can load the rest of itself meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Self

from adapters.beneath import MOUNT
from adapters.errors import Unavailable
from adapters.records import FolderMark
from adapters.walker import END, LISTED_YET_GONE, RECORD

_START = "import sys; sys.path.append(sys.argv[1]); from adapters.walker import main; main(*map(int, sys.argv[2:]))"
_READ_BYTES = 256 * 1024
_PIPE_BYTES = 1024 * 1024
_ABOVE_ALL = 10
"""Higher than any descriptor that a process of ours is given."""


class Walk(Iterator[FolderMark]):
    """Every folder below an open root, in the order in which they are found.

    `finish` is called when all has been given, and raises if the root is not to be believed any more. Raises
    Unavailable rather than to end before all was walked. Closing it, or letting go of it, ends the processes.
    """

    def __init__(
        self,
        store: str,
        root_fd: int,
        ignore: Sequence[str],
        finish: Callable[[], object],
        processes: int | None = None,
    ) -> None:
        self._processes = Processes()
        count = processes if processes is not None else min(2, os.cpu_count() or 1)
        try:
            self._processes.start(root_fd, ignore, count)
        except OSError as err:
            self._processes.end()
            raise Unavailable(store, "walk", detail=f"its processes could not be started: {err.strerror}") from err
        self._marks = _marks(store, self._processes, finish)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> FolderMark:
        return next(self._marks)

    def close(self) -> None:
        """End the processes; what they had still to say is lost."""
        self._marks.close()
        self._processes.end()

    def __del__(self) -> None:
        self._processes.end()


class Processes:
    """The one or two processes of a walk, and the pipes on which they report."""

    class Broken(Exception):
        """One of them ended before it was done."""

    def __init__(self) -> None:
        self.pids: list[int] = []
        self._pipes: dict[int, bytearray] = {}

    def start(self, root_fd: int, ignore: Sequence[str], count: int) -> None:
        """Start one or two of them. Raises OSError."""
        links = [*os.pipe(), *os.pipe()] if count == 2 else []
        try:
            for number in range(count):
                # The first reads from the first pipe and writes into the second; the other the other way round.
                mine = [links[2 * number], links[3 - 2 * number]] if links else []
                self._start_one([str(number), str(count)], ignore, [root_fd, *mine])
        finally:
            _close(links)

    def read(self) -> Iterator[tuple[FolderMark, ...]]:
        """Yield marks as they come, until each process has said that it is done. Raises Broken."""
        waiting = select.poll()
        for pipe in self._pipes:
            waiting.register(pipe, select.POLLIN)
        unended = len(self._pipes)
        while unended:
            for pipe, _ in waiting.poll():
                content = os.read(pipe, _READ_BYTES)
                if not content:
                    raise self.Broken
                self._pipes[pipe] += content
                marks, is_last = _parse(self._pipes[pipe])
                yield marks
                if is_last:
                    waiting.unregister(pipe)
                    unended -= 1

    def end(self) -> None:
        """Kill what still runs and close the pipes."""
        _close(self._pipes)
        self._pipes = {}
        pids, self.pids = self.pids, []
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
            try:
                os.waitpid(pid, 0)
            except ChildProcessError:
                continue

    def _start_one(self, arguments: list[str], ignore: Sequence[str], fds: list[int]) -> None:
        ours, theirs = os.pipe()
        self._pipes[ours] = bytearray()
        patterns = _to_read(os.fsencode("\0".join(ignore)))
        # Where that is more than this user may have, the processes keep more in their own memory.
        with contextlib.suppress(OSError):
            fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        try:
            self.pids.append(_spawn(arguments, [patterns, theirs, *fds]))
        finally:
            _close((patterns, theirs))


def _marks(store: str, processes: Processes, finish: Callable[[], object]) -> Generator[FolderMark]:
    try:
        for marks in processes.read():
            for mark in marks:
                if mark.problem is not None and mark.path == "":
                    raise Unavailable(store, "walk", detail=mark.problem)
                yield mark
    except Processes.Broken:
        finish()
        raise Unavailable(store, "walk", detail="the walk was stopped before its end") from None
    finally:
        processes.end()
    finish()


def _spawn(arguments: list[str], fds: list[int]) -> int:
    """Start a process with these descriptors as its 0, 1, 3, 4 and so on; it has nobody to complain to."""
    code = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, code, *arguments]
    # Nothing else of ours: there may be secrets in it.
    environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    out_of_the_way = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ALL) for fd in fds]
    places = [number for number in range(len(fds) + 1) if number != 2]
    try:
        actions = [
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            *((os.POSIX_SPAWN_DUP2, fd, place) for fd, place in zip(out_of_the_way, places, strict=True)),
        ]
        # Signals that end the service are left to it: a walk ends when nobody reads it any more.
        blocked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        return os.posix_spawn(sys.executable, command, environment, file_actions=actions, setsigmask=blocked)
    finally:
        _close(out_of_the_way)


def _parse(unread: bytearray) -> tuple[tuple[FolderMark, ...], bool]:
    """Take the whole records from the beginning of what was read; True once the last of all has come."""
    marks: list[FolderMark] = []
    content = bytes(unread)
    at = 0
    while len(content) - at >= RECORD.size:
        length, wrong, inode, mark, files, size, changed = RECORD.unpack_from(content, at)
        if length == END:
            return tuple(marks), True
        start, stop = at + RECORD.size, at + RECORD.size + length
        if stop > len(content):
            break
        path = os.fsdecode(content[start:stop])
        marks.append(FolderMark(path, str(inode), mark, files, reason(wrong) if wrong else None, size, changed))
        at = stop
    del unread[:at]
    return tuple(marks), False


def reason(wrong: int) -> str:
    """Return in words why a folder could not be looked into."""
    if wrong == errno.EXDEV:
        return MOUNT
    if wrong in (errno.EACCES, errno.EPERM):
        return "it may not be read"
    if wrong == LISTED_YET_GONE:
        return "it is listed and yet could not be opened"
    return f"it could not be read: {os.strerror(wrong)}"


def _to_read(content: bytes) -> int:
    fd = os.memfd_create("ignore")
    os.write(fd, content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _close(fds: Iterable[int]) -> None:
    for fd in fds:
        os.close(fd)
