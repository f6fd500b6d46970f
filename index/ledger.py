"""The ledger: an append-only, chained file beside the database, one JSON object a line.

An entry is acknowledged (its position returned) only once it is on disk. There is one writer at a time, by a lock that
the kernel ends with the process; readers need no lock, since what stands in the file is never rewritten. A line that a
kill or a power cut left half written was never acknowledged: readers pass over it, and the next writer takes it out and
records that it did. docs/decisions/0021-ledger.md tells why it is so.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import LedgerBusy, LedgerDamaged, LedgerFailure, LedgerKeyLost, LedgerReplaced
from index.ledger_key import LedgerKey, load_key, sync_folder
from index.ledger_line import BEGINNING, MOST_BYTES, BadLine, Draft, Entry, Position, read_body, read_line, split, written

_FIRST_LOOK = 8 * 1024
_WHOLE_LOOK = 3 * MOST_BYTES
_PAUSE = 0.005
_VERIFY = "It is left as it is. Run 'backupd ledger verify', which names the line, and compare with a copy kept elsewhere"


class LedgerReader:
    """A ledger to be read, which needs no key. Holds nothing open between calls; may be shared by threads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def head(self) -> Position:
        """Return the last whole entry's position; BEGINNING where there is none. Raises LedgerFailure."""
        with _translated(self.path):
            try:
                handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return BEGINNING
            try:
                return _look_at_end(handle, self.path).head
            finally:
                os.close(handle)

    def holds(self, position: Position) -> bool:
        """Say whether the entry at `position` stands there, with that very hash."""
        if position.sequence == 0:
            return True
        with _translated(self.path):
            try:
                with self.path.open("rb") as file:
                    return _entry_ends_at(file.fileno(), position)
            except FileNotFoundError:
                return False

    def entries(self, after: Position = BEGINNING) -> Iterator[Entry]:
        """Yield the entries after a position, one at a time, each checked against the one before it.

        Raises LedgerReplaced where `after` is not in this ledger, LedgerDamaged at a line that is not what was written.
        """
        if not self.holds(after):
            raise LedgerReplaced(str(self.path), f"it does not hold entry {after.sequence} as it was", _VERIFY)
        with _translated(self.path):
            if not self.path.exists():
                return
            with self.path.open("rb") as file:
                file.seek(after.end)
                before = after
                while (line := file.readline(MOST_BYTES + 1)).endswith(b"\n"):
                    try:
                        entry = read_line(line, before)
                    except BadLine as bad:
                        raise _damaged(self.path, before.sequence + 1, str(bad)) from bad
                    yield entry
                    before = entry.position
                if len(line) > MOST_BYTES:
                    raise _damaged(self.path, before.sequence + 1, "it is longer than any that backupd writes")


class Ledger(LedgerReader):
    """A ledger to be written as well, with the key of its hashes."""

    def __init__(self, path: Path, key: LedgerKey, *, busy_seconds: float = 10.0) -> None:
        super().__init__(path)
        self.key = key
        self._busy_seconds = busy_seconds

    def append(self, draft: Draft) -> Position:
        """Record an entry and return its position once it is on disk. The first one begins the file.

        Raises LedgerFailure; then nothing was recorded, or what was is whole and merely not acknowledged.
        """
        with _translated(self.path):
            handle = _open_to_write(self.path)
            try:
                self._wait_for_turn(handle)
                return _write(handle, draft, self._ready(handle, draft))
            finally:
                os.close(handle)

    def _wait_for_turn(self, handle: int) -> None:
        until = time.monotonic() + self._busy_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as err:
                if err.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise
            if time.monotonic() >= until:
                raise LedgerBusy(str(self.path), "another command is writing to it", "Try again in a moment")
            time.sleep(_PAUSE)

    def _ready(self, handle: int, draft: Draft) -> Position:
        """Return the position to write after, having begun or healed the file where that was needed."""
        # Read what the disk holds: after a failed write the memory may show bytes that never got there.
        os.posix_fadvise(handle, max(0, os.fstat(handle).st_size - _WHOLE_LOOK), 0, os.POSIX_FADV_DONTNEED)
        end = _look_at_end(handle, self.path)
        head = end.head
        if end.completed:
            _put(handle, b"\n", end.completed.end - 1)
            head = end.completed
        elif end.torn:
            os.ftruncate(handle, head.end)
        if head.sequence == 0:
            # The name must be on disk before any line counts as being there.
            sync_folder(self.path.parent)
            words = {"ledger": secrets.token_hex(16), "form": "1"}
            head = _write(handle, Draft("opened", draft.at, subjects=(self.key.fingerprint,), words=words), head)
        else:
            self._check_key(handle)
        if end.torn and not end.completed:
            torn = hashlib.sha256(end.torn).hexdigest()
            head = _write(handle, Draft("healed", draft.at, contents=(torn,), numbers={"bytes": len(end.torn)}), head)
        return head

    def _check_key(self, handle: int) -> None:
        if key_of(handle, self.path) != self.key.fingerprint:
            raise LedgerKeyLost(
                str(self.path),
                "the key is not the one that this ledger was begun with",
                "Name the right file in [index] ledger_key, or put its copy back",
            )


def open_ledger(path: Path, key_path: Path, *, busy_seconds: float = 10.0) -> Ledger:
    """Return the ledger at `path`. The key is made only where there is no ledger yet.

    Raises LedgerKeyLost where the key is gone or another one, LedgerFailure where either cannot be read.
    """
    with _translated(path):
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return Ledger(path, load_key(key_path, create=True), busy_seconds=busy_seconds)
        try:
            begun = _look_at_end(handle, path).head.sequence > 0
            ledger = Ledger(path, load_key(key_path, create=not begun), busy_seconds=busy_seconds)
            if begun:
                ledger._check_key(handle)
            return ledger
        finally:
            os.close(handle)


def key_of(handle: int, path: Path) -> str:
    """Return the fingerprint of the key that an open ledger was begun with. Raises LedgerDamaged."""
    line, found, _ = os.pread(handle, MOST_BYTES, 0).partition(b"\n")
    try:
        draft = read_line(line + found, BEGINNING).draft
    except BadLine as bad:
        raise _damaged(path, 1, str(bad)) from bad
    if draft.kind != "opened" or len(draft.subjects) != 1:
        raise _damaged(path, 1, "it does not say which key the ledger was begun with")
    return draft.subjects[0]


@dataclass(frozen=True, slots=True)
class _End:
    """How the file ends: the last whole entry, and the bytes after it that were never acknowledged.

    `completed` is the position that these bytes would have if they are an entry that lacks nothing but its line end.
    """

    head: Position
    torn: bytes = b""
    completed: Position | None = None


def _look_at_end(handle: int, path: Path) -> _End:
    size = os.fstat(handle).st_size
    for length in (_FIRST_LOOK, _WHOLE_LOOK):
        start = max(0, size - length)
        window = os.pread(handle, size - start, start)
        if start == 0 or window.count(b"\n") > 3:
            break
    if start:
        # What stands before the first line's end in the window is a part of a line.
        cut = window.find(b"\n") + 1
        start, window = start + cut, window[cut:]
    *lines, rest = window.split(b"\n")
    completed = _position(rest, size + 1) if rest and _follows(rest, lines, start == 0) else None
    if not rest and lines and b"\0" in lines[-1]:
        # A power cut can leave a line's end on disk and not its beginning.
        rest = lines.pop() + b"\n"
    if not lines:
        if start:
            raise _damaged(path, None, "its end is not made of lines")
        return _End(BEGINNING, rest, completed)
    if not _follows(lines[-1], lines[:-1], start == 0):
        raise _damaged(path, None, "its last line is not what was written")
    if len(rest) > MOST_BYTES:
        raise _damaged(path, None, "it does not end with a line")
    return _End(_position(lines[-1], size - len(rest)), rest, completed)


def _follows(line: bytes, earlier: list[bytes], from_start: bool) -> bool:
    """Say whether a line (without its end) is whole and follows the last of the earlier ones."""
    try:
        before = _position(earlier[-1], 0) if earlier else BEGINNING
        read_line(line + b"\n", before)
    except BadLine:
        return False
    return bool(earlier) or from_start


def _position(line: bytes, end: int) -> Position:
    """Return the position that a line states, its end being `end`. Raises BadLine."""
    body, stated = split(line)
    sequence, owed, _ = read_body(body)
    return Position(sequence, stated, end, owed)


def _entry_ends_at(handle: int, position: Position) -> bool:
    start = max(0, position.end - MOST_BYTES - 1)
    window = os.pread(handle, position.end - start, start)
    if len(window) != position.end - start or not window.endswith(b"\n"):
        return False
    try:
        return _position(window[:-1].rpartition(b"\n")[2], position.end) == position
    except BadLine:
        return False


def _open_to_write(path: Path) -> int:
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in missing:
        sync_folder(folder.parent)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _write(handle: int, draft: Draft, before: Position) -> Position:
    line, position = written(draft, before)
    _put(handle, line, before.end)
    return position


def _put(handle: int, line: bytes, end: int) -> None:
    """Have a line on disk at the file's end, or no part of it in the file."""
    try:
        left = memoryview(line)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    except OSError:
        # A second fsync would report success for bytes that are lost: they are taken out and written anew next time.
        os.ftruncate(handle, end)
        raise


def _damaged(path: Path, line: int | None, why: str) -> LedgerDamaged:
    place = f"line {line} is not what was written: {why}" if line else f"the ledger is damaged: {why}"
    return LedgerDamaged(str(path), place, _VERIFY, line=line)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as err:
        if err.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            why, mend = "the disk that holds it is full", "Free some space; what was not recorded was not done either"
        else:
            why, mend = f"it cannot be used ({err.strerror})", "Check the disk and the rights of the file"
        raise LedgerFailure(str(path), why, mend) from err
