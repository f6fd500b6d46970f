"""Handing out files to workers, and surviving their deaths.

A worker that dies leaves its slot behind, which names the file and the parser that ran: the files it had not answered
are handed out again, that one without that parser. Nothing is lost; no file is asked more often than it has parsers.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import selectors
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from backupd.workers.protocol import Advance, Frames, Job, Result, Skips, pack
from backupd.workers.worker import SLOT_BYTES

__all__ = ["Job", "ReadPool", "Result", "read_one"]

_BATCH_FILES = 200
_BATCH_BYTES = 16 * 1024 * 1024
_BATCH_NAMES = 20_000
# A worker always has its next batch; many small ones, so that it has work while a transaction is written here.
_BATCHES_AHEAD = 2
_MOST_BATCHES_AHEAD = 8
_BYTES_AHEAD = 64 * 1024 * 1024
# All batches ahead fit into its pipe, whatever the names: else both sides could wait for each other.
_PIPE_BYTES = 1024 * 1024
_MOST_DEATHS = 3
_READ_BYTES = 256 * 1024
_LISTEN_SECONDS = 1.0
_TOP = str(Path(__file__).parents[2])


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    slot_fd: int
    frames: Frames = field(default_factory=Frames)
    has_wide_pipes: bool = False
    batches: deque[set[int]] = field(default_factory=deque)
    out: dict[int, Job] = field(default_factory=dict)
    bytes_out: int = 0

    @property
    def has_room(self) -> bool:
        count = len(self.batches)
        if count < _BATCHES_AHEAD:
            return True
        return self.has_wide_pipes and count < _MOST_BATCHES_AHEAD and self.bytes_out < _BYTES_AHEAD


class ReadPool:
    """Worker processes that read files beneath one root. Use in a `with`; run from one thread.

    The pool owns `root_fd` and closes it. Workers start with the first file.
    """

    def __init__(self, root_fd: int, workers: int | None = None) -> None:
        self._root_fd = root_fd
        self._most = workers or min(os.cpu_count() or 1, 4)
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._skips: Skips = {}
        self._deaths: dict[int, int] = {}
        self._again: deque[list[Job]] = deque()
        self._found: deque[Result] = deque()
        self.on_bytes: Callable[[int], object] = lambda _: None

    def warm(self, files: int) -> None:
        """Start as many workers as so many files will keep busy: they load while the first jobs are being gathered."""
        while len(self._workers) < min(self._most, -(-files // _BATCH_FILES)):
            self._start()

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Yield a result for every job, in any order. `jobs` is consumed as workers become free."""
        source = iter(jobs)
        is_open = True
        while True:
            is_open = self._feed(source, is_open)
            yield from self._drain()
            if not is_open and not self._again and not any(worker.out for worker in self._workers):
                return
            self._listen()
            yield from self._drain()

    def _drain(self) -> Iterator[Result]:
        while self._found:
            yield self._found.popleft()

    def _feed(self, source: Iterator[Job], is_open: bool) -> bool:
        """Give every worker that has room its next batch; return whether `source` may have more."""
        while self._has_room():
            batch, is_open = self._batch(source, is_open)
            if not batch:
                return is_open
            self._hand(self._free(), batch)
        return is_open

    def _has_room(self) -> bool:
        return len(self._workers) < self._most or any(each.has_room for each in self._workers)

    def _free(self) -> _Worker:
        """Return an idle worker, else a new one, else the least busy one."""
        least = min(self._workers, key=lambda each: len(each.batches), default=None)
        if least is not None and (not least.batches or len(self._workers) >= self._most):
            return least
        return self._start()

    def _batch(self, source: Iterator[Job], is_open: bool) -> tuple[list[Job], bool]:
        if self._again:
            return self._again.popleft(), is_open
        batch: list[Job] = []
        size = names = 0
        while is_open and len(batch) < _BATCH_FILES and size < _BATCH_BYTES and names < _BATCH_NAMES:
            job = next(source, None)
            if job is None:
                return batch, False
            batch.append(job)
            size += job.size
            names += len(job.path)
        return batch, is_open

    def _start(self) -> _Worker:
        slot_fd = os.memfd_create("backupd-slot", os.MFD_CLOEXEC)
        os.ftruncate(slot_fd, SLOT_BYTES)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-s", "-m", "backupd.workers.worker", str(self._root_fd), str(slot_fd)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._root_fd, slot_fd),
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONPATH": _TOP},
            cwd="/",
        )
        assert process.stdout is not None and process.stdin is not None
        worker = _Worker(process, slot_fd, has_wide_pipes=_widen(process.stdin) and _widen(process.stdout))
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, worker)
        self._workers.append(worker)
        return worker

    def _hand(self, worker: _Worker, batch: list[Job]) -> None:
        worker.batches.append({job.key for job in batch})
        worker.out.update({job.key: job for job in batch})
        worker.bytes_out += sum(job.size for job in batch)
        skips = {job.key: self._skips[job.key] for job in batch if job.key in self._skips}
        assert worker.process.stdin is not None
        try:
            worker.process.stdin.write(pack((batch, skips)))
            worker.process.stdin.flush()
        except BrokenPipeError:
            # It has died; what it had is handed out again once its end is seen.
            return

    def _listen(self) -> None:
        heard = self._selector.select(_LISTEN_SECONDS)
        for key, _ in heard:
            self._hear(key.data)
        if not heard:
            # Nothing has come of it yet, but whoever waits may want to stop.
            self.on_bytes(0)

    def _hear(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        raw = os.read(worker.process.stdout.fileno(), _READ_BYTES)
        if not raw:
            self._bury(worker)
            return
        try:
            for frame in worker.frames.feed(raw):
                self._take(worker, frame)
        except (pickle.UnpicklingError, TypeError, ValueError, EOFError, AttributeError):
            worker.process.kill()

    def _take(self, worker: _Worker, frame: Any) -> None:
        if isinstance(frame, Advance):
            self.on_bytes(frame.count)
            return
        for result in frame:
            if isinstance(result, Result) and (job := worker.out.pop(result.key, None)) is not None:
                worker.bytes_out -= job.size
                self._found.append(result)
                worker.batches[0].discard(result.key)
        while worker.batches and not worker.batches[0]:
            worker.batches.popleft()

    def _bury(self, worker: _Worker) -> None:
        """A worker has ended: by itself after a batch, or by what it was reading."""
        status = worker.process.wait()
        key, parser = self._last_words(worker)
        self._forget(worker)
        if status != 0 and key in worker.out:
            self._blame(worker.out[key], parser)
            worker.out.pop(key)
        if status == 0 and worker.out:
            self._again.append(list(worker.out.values()))
        else:
            # One at a time: whatever else may bring a worker down is not to take others along.
            self._again.extend([job] for job in worker.out.values())

    def _blame(self, job: Job, parser: str) -> None:
        self._deaths[job.key] = self._deaths.get(job.key, 0) + 1
        if parser:
            self._skips[job.key] = (*self._skips.get(job.key, ()), parser)
        if self._deaths[job.key] >= _MOST_DEATHS or (not parser and self._deaths[job.key] > 1):
            self._found.append(Result(job.key, "unreadable", "whatever reads it is brought down by it"))
        else:
            self._again.append([job])

    def _last_words(self, worker: _Worker) -> tuple[int, str]:
        raw = os.pread(worker.slot_fd, SLOT_BYTES, 0)
        return int.from_bytes(raw[:8], "little"), raw[8:].rstrip(b"\0").decode("ascii", "replace")

    def _forget(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None and worker.process.stdin is not None
        self._selector.unregister(worker.process.stdout)
        worker.process.stdout.close()
        with suppress(BrokenPipeError):
            worker.process.stdin.close()
        os.close(worker.slot_fd)
        self._workers.remove(worker)

    def close(self) -> None:
        """End all workers at once."""
        for worker in list(self._workers):
            worker.process.kill()
            worker.process.wait()
            self._forget(worker)
        self._selector.close()
        os.close(self._root_fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _widen(pipe: IO[bytes]) -> bool:
    """Make room in a pipe; False where this machine does not allow it."""
    with suppress(OSError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return fcntl.fcntl(pipe.fileno(), fcntl.F_GETPIPE_SZ) >= _PIPE_BYTES


def read_one(path: str, *, today: date | None, participants: bool = False, reference_day: date | None = None) -> Result:
    """Read one file anywhere on this machine, within the same limits. What is wrong with it is in the result."""
    # By its text alone: what is a link is not to be followed.
    folder, name = os.path.split(os.path.normpath(Path.cwd() / path))
    try:
        root_fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as err:
        return Result(0, "unreadable", f"its folder cannot be opened: {(err.strerror or '').lower()}")
    with ReadPool(root_fd, workers=1) as pool:
        job = Job(0, name, 0, False, participants, today, reference_day)
        return next(pool.run([job]))
