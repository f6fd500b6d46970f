"""A worker: reads jobs from standard input, one file after the other, and writes results to standard output.

Started by the pool as `python -m backupd.workers.worker ROOT_FD SLOT_FD`. It imports little, and parsers only when it
needs them.
"""

from __future__ import annotations

import mmap
import os
import stat
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.beneath import Beneath, NotBeneath
from adapters.hashing import Digests, hash_descriptor, new_buffer
from backupd.workers.limits import Limits, confine, has_grown_beyond, start_clock, stop_clock
from backupd.workers.protocol import Advance, Job, Result, Skips, pack, read_frame

if TYPE_CHECKING:
    from backupd.reading.byte_source import ByteSource
    from backupd.reading.records import ListReading, MediaReading

HEAD_BYTES = 1024 * 1024
SLOT_BYTES = 64
LIST_PARSER = "participants"
MOST_LIST_BYTES = 32 * 1024 * 1024
MOST_HOLE_BYTES = 2 * 1024**3
"""A larger file that takes up less than a hundredth of its size on the disk is not read: hashing its holes would keep all
others waiting."""
_ADVANCE_BYTES = 128 * 1024 * 1024
_HELD_RESULTS = 24
_HELD_SECONDS = 0.2
_FINE_TICK_NS = 50_000_000
_COARSE_TICK_NS = 2_000_000_000


class Slot:
    """A place that the pool can still read when this process has died: which job, and which parser ran."""

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, SLOT_BYTES)

    def write(self, key: int, parser: str) -> None:
        """Note what runs now; "" for no parser."""
        self._map[:] = key.to_bytes(8, "little") + parser.encode()[: SLOT_BYTES - 8].ljust(SLOT_BYTES - 8, b"\0")


@dataclass(slots=True)
class Reader:
    """Reads files beneath one root."""

    root_fd: int
    beneath: Beneath
    slot: Slot
    limits: Limits
    buffer: bytearray

    def read(self, job: Job, skip: tuple[str, ...]) -> Result:
        """Return what one file gives; whatever is wrong with it is in the result."""
        self.slot.write(job.key, "")
        try:
            fd = self._open(job)
        except FileNotFoundError:
            return Result(job.key, "vanished")
        except NotBeneath as err:
            return Result(job.key, "unreadable", err.strerror or str(err))
        except OSError as err:
            return Result(job.key, "unreadable", _words(err))
        try:
            return self._read_open(job, fd, skip)
        except OSError as err:
            return Result(job.key, "unreadable", _words(err))
        finally:
            os.close(fd)

    def _open(self, job: Job) -> int:
        if job.held:
            # A position of its own: what was read of the bytes before does not matter.
            return os.open(f"/proc/self/fd/{self.root_fd}", os.O_RDONLY | os.O_CLOEXEC)
        return self.beneath.open(job.path)

    def _read_open(self, job: Job, fd: int, skip: tuple[str, ...]) -> Result:
        before = os.fstat(fd)
        if not stat.S_ISREG(before.st_mode):
            return Result(job.key, "unreadable", "it is no regular file")
        if before.st_size > MOST_HOLE_BYTES and before.st_blocks * 512 < before.st_size // 100:
            return Result(job.key, "unreadable", "it is nearly all holes: a file of that size with next to nothing in it")
        if not job.held:
            _let_tick(before.st_mtime_ns)
        head = os.read(fd, min(HEAD_BYTES, before.st_size + 1))
        digests = hash_descriptor(fd, md5=job.md5, head=head, buffer=self.buffer, on_bytes=_Teller(before.st_size).tell)
        after = os.fstat(fd)
        if _mark(before) != _mark(after) or digests.size != after.st_size:
            return Result(job.key, "changed", bytes_read=digests.size)
        return self._parsed(job, fd, head, digests, after, skip)

    def _parsed(
        self, job: Job, fd: int, head: bytes, digests: Digests, found: os.stat_result, skip: tuple[str, ...]
    ) -> Result:
        from backupd.reading.byte_source import ByteSource

        source = ByteSource(fd, found.st_size, head)
        listing = self._list(job, source, skip) if job.participants else None
        media = None if listing is not None else self._media(job, source, skip)
        problems = [_too_much(parser) for parser in skip]
        if media is not None:
            problems += media.problems
        if listing is not None:
            problems += [f"{each.where}: {each.reason}" if each.where else each.reason for each in listing.problems]
        return Result(
            key=job.key,
            size=found.st_size,
            mtime_ns=found.st_mtime_ns,
            inode=found.st_ino,
            sha256=digests.sha256,
            dropbox_hash=digests.dropbox,
            md5=digests.md5,
            media=media,
            participants=listing,
            problems=tuple(dict.fromkeys(problems)),
            bytes_read=digests.size + source.reread,
        )

    def _media(self, job: Job, source: ByteSource, skip: tuple[str, ...]) -> MediaReading:
        from backupd.reading.media import read_media

        def watch(parser: str) -> None:
            self.slot.write(job.key, parser)
            if parser:
                start_clock(self.limits)
            else:
                stop_clock()

        name = job.path.rpartition("/")[2]
        return read_media(source, name, today=job.today, watch=watch, skip=skip)

    def _list(self, job: Job, source: ByteSource, skip: tuple[str, ...]) -> ListReading:
        from backupd.reading.participants import read_participants
        from backupd.reading.records import ListReading, ReadingProblem

        if source.size > MOST_LIST_BYTES:
            return ListReading(problems=(ReadingProblem("it is too large for a participant list"),))
        if LIST_PARSER in skip:
            return ListReading(problems=(ReadingProblem(_too_much(LIST_PARSER)),))
        content = source.head if source.in_memory else source.at(0, source.size)
        self.slot.write(job.key, LIST_PARSER)
        start_clock(self.limits)
        try:
            return read_participants(job.path.rpartition("/")[2], content, reference_day=job.reference_day)
        finally:
            stop_clock()
            self.slot.write(job.key, "")


class _Teller:
    """Tells the pool how a big file goes on."""

    def __init__(self, size: int) -> None:
        self._next = _ADVANCE_BYTES if size > 2 * _ADVANCE_BYTES else sys.maxsize

    def tell(self, done: int) -> None:
        if done >= self._next:
            self._next = done + _ADVANCE_BYTES
            _send(Advance(_ADVANCE_BYTES))


def _send(value: object) -> None:
    raw = memoryview(pack(value))
    while raw:
        raw = raw[os.write(1, raw) :]


def _mark(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ino


def _let_tick(mtime_ns: int) -> None:
    """Wait until a write after our reading would change the time: within one tick of the clock it would not."""
    tick = _COARSE_TICK_NS if mtime_ns % 1_000_000_000 == 0 else _FINE_TICK_NS
    age = time.time_ns() - mtime_ns
    if 0 <= age < tick:
        time.sleep((tick - age) / 1e9)


def _words(err: OSError) -> str:
    return f"it cannot be read: {(err.strerror or 'unknown reason').lower()}"


def _too_much(parser: str) -> str:
    said = "reading the list" if parser == LIST_PARSER else f"the reader {parser}"
    return f"{said} took too long or too much memory on it"


def main(root_fd: int, slot_fd: int) -> int:
    """Serve until the pool closes its end."""
    limits = Limits()
    confine(limits)
    with Beneath(root_fd) as beneath:
        reader = Reader(root_fd, beneath, Slot(slot_fd), limits, new_buffer())
        while True:
            batch: tuple[list[Job], Skips] | None = read_frame(sys.stdin.buffer)  # type: ignore[arg-type]
            if batch is None:
                return 0
            is_fit = _serve(reader, *batch)
            beneath.close()
            if not is_fit:
                return 0


def _serve(reader: Reader, jobs: list[Job], skips: Skips) -> bool:
    """Answer a batch; False where a parser left so much behind that a fresh process is to take over, maybe midway."""
    held: list[Result] = []
    sent_at = time.monotonic()
    for job in jobs:
        held.append(reader.read(job, skips.get(job.key, ())))
        if len(held) >= _HELD_RESULTS or time.monotonic() - sent_at > _HELD_SECONDS:
            _send(held)
            held, sent_at = [], time.monotonic()
        if has_grown_beyond(reader.limits.recycle_bytes):
            _send(held)
            return False
    _send(held)
    return True


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
    except BrokenPipeError:
        sys.exit(0)
