"""What goes over the pipes between pool and worker: frames of a length and a pickle.

A worker handles hostile files, so the pool never unpickles freely: only the records below can come out of a frame.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any, Literal

from backupd.reading.records import ListReading, MediaReading, Participant, ReadingProblem

Status = Literal["ok", "changed", "vanished", "unreadable"]
Skips = dict[int, tuple[str, ...]]

_LENGTH = struct.Struct("<I")
_ALLOWED = {
    "backupd.reading.records": {"ListReading", "MediaReading", "Participant", "ReadingProblem"},
    "backupd.workers.protocol": {"Result", "Advance"},
    "datetime": {"date", "datetime"},
}


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read: `path` below the pool's root. A list is read with `reference_day` for people's ages.

    With `held` the pool's root is no folder but the very bytes, held in memory; the path only tells their name.
    """

    key: int
    path: str
    size: int = 0
    md5: bool = False
    participants: bool = False
    today: date | None = None
    reference_day: date | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What one file gave.

    "ok": its hashes, and what it says about itself; "changed": it was written to meanwhile, nothing is known;
    "vanished"; "unreadable": `reason` says why. `size`, `mtime_ns` and `inode` are those of the very file that was
    read. `bytes_read` counts what really came from the disk.
    """

    key: int
    status: Status = "ok"
    reason: str = ""
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    sha256: bytes | None = None
    dropbox_hash: bytes | None = None
    md5: bytes | None = None
    media: MediaReading | None = None
    participants: ListReading | None = None
    problems: tuple[str, ...] = ()
    bytes_read: int = 0


@dataclass(frozen=True, slots=True)
class Advance:
    """A big file is being read: `count` more bytes."""

    count: int


def _by_values(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    values = attrgetter(*(each.name for each in fields(kind)))
    return lambda record: (kind, values(record))


# A dataclass with slots is otherwise taken apart and put together field by field in Python, at both ends.
_PLAINLY: dict[type[Any], Callable[[Any], Any]] = {
    kind: _by_values(kind) for kind in (Job, Result, MediaReading, ListReading, Participant, ReadingProblem)
}


def pack(value: object) -> bytes:
    """Return a frame."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    pickler.dispatch_table = _PLAINLY
    pickler.dump(value)
    raw = buffer.getbuffer()
    return _LENGTH.pack(len(raw)) + raw


class Frames:
    """Takes bytes as they come and gives whole frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, raw: bytes) -> Iterator[Any]:
        """Yield what is whole now. Raises UnpicklingError for what no worker of ours would send."""
        self._buffer += raw
        while len(self._buffer) >= _LENGTH.size:
            length = _LENGTH.unpack_from(self._buffer)[0]
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            frame = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield _Careful(io.BytesIO(frame)).load()


def read_frame(file: io.BufferedIOBase) -> Any:
    """Return the next frame from the pool, or None at the end. For the worker, which trusts the pool."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    raw = file.read(_LENGTH.unpack(head)[0])
    return pickle.loads(raw)  # noqa: S301 - from the process that started us


class _Careful(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name in _ALLOWED.get(module, ()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError("a worker sent something else than a result")
