"""Storing new bytes in a local store, so that what is said to be there is on the disk.

They go into a temporary file in the same folder, are brought to the disk, are read back from there and compared with
what was given, and only then get their name, which must be free. After a failed fsync nothing written is trusted any
more: the kernel says that the next one succeeds, with wrong bytes on the disk. So that file is given up.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import math
import os
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from adapters.base import Opener
from adapters.beneath import NotBeneath, open_folder
from adapters.errors import Changed, Corrupt, Unavailable
from adapters.hashing import Digests, Hasher, hash_descriptor
from adapters.ignore import TEMPORARY_PREFIX
from adapters.local_reading import entry_of
from adapters.local_writing import NEW, like_its_folder, made_folder_for, refuse_own, sync_folder, write_all
from adapters.records import Receipt
from adapters.renaming import rename_to_free

OnProgress = Callable[[int, str | None], None]

_CHUNK_BYTES = 1024 * 1024
_AGAIN = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
_FORGOTTEN_SECONDS = 7 * 24 * 3600
_TOKEN = re.compile(r"([0-9a-f]{32}):(\d{1,18})")


@dataclass(slots=True)
class Upload:
    """One upload. Use once.

    After each `part_bytes` what was written is brought to the disk, and the upload can be gone on with from there.
    `swept` are the folders in which forgotten uploads were looked for already.
    """

    store: str
    path: str
    opener: Opener
    size: int
    part_bytes: int
    resume: str | None = None
    on_progress: OnProgress | None = None
    swept: set[str] = field(default_factory=set)
    _is_worth_keeping: bool = False

    def into(self, root_fd: int) -> Receipt:
        """Store the bytes. Raises StoreError and OSError."""
        refuse_own(self.path, self.store, "upload")
        with made_folder_for(root_fd, self.path) as (folder_fd, name):
            _refuse_taken(name, folder_fd)
            self._sweep_once(folder_fd)
            temporary, sent = self._place(folder_fd)
            try:
                given = self._write(temporary, folder_fd, sent)
                self._compare(given, temporary, folder_fd)
                self._is_worth_keeping = False
                rename_to_free(temporary, folder_fd, name, folder_fd)
            except BaseException:
                if not self._is_worth_keeping:
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(temporary, dir_fd=folder_fd)
                raise
            sync_folder(folder_fd)
            entry = entry_of(self.path, os.stat(name, dir_fd=folder_fd, follow_symlinks=False))
            return Receipt(self.path, self.path, entry.version, given.hashes())

    def _sweep_once(self, folder_fd: int) -> None:
        folder = self.path.rpartition("/")[0]
        if folder not in self.swept:
            self.swept.add(folder)
            sweep(folder_fd)

    def _place(self, folder_fd: int) -> tuple[str, int]:
        """Return the temporary file's name and how much of it can be taken as written."""
        token = _TOKEN.fullmatch(self.resume or "")
        if token is not None:
            name, sent = TEMPORARY_PREFIX + token[1], int(token[2])
            with contextlib.suppress(OSError):
                found = os.stat(name, dir_fd=folder_fd, follow_symlinks=False)
                if entry_of(name, found).size >= sent and sent <= self.size:
                    return name, sent
        return TEMPORARY_PREFIX + secrets.token_hex(16), 0

    def _write(self, temporary: str, folder_fd: int, sent: int) -> Digests:
        fd = os.open(temporary, _AGAIN if sent else NEW, 0o600, dir_fd=folder_fd)
        try:
            self._is_worth_keeping = sent > 0
            if not lock(fd):
                raise Changed(self.store, "upload", self.path, "another process goes on with this upload")
            os.ftruncate(fd, sent)
            os.lseek(fd, sent, os.SEEK_SET)
            given = self._copy(fd, temporary, sent)
            like_its_folder(fd, folder_fd)
            self._sync(fd)
        finally:
            os.close(fd)
        return given

    def _copy(self, fd: int, temporary: str, sent: int) -> Digests:
        """Write what isn't there yet. All is read again even so: what was written before is not taken on trust."""
        hasher = Hasher()
        durable = sent
        for chunk in self._given():
            new = memoryview(chunk)[max(0, sent - hasher.size) :]
            hasher.update(chunk)
            self._refuse_length(hasher.size > self.size, hasher.size)
            write_all(fd, new)
            if hasher.size - durable >= self.part_bytes:
                durable = hasher.size
                self._sync(fd)
                self._tell(temporary, durable)
        self._refuse_length(hasher.size != self.size, hasher.size)
        return hasher.digests()

    def _given(self) -> Iterator[bytes]:
        try:
            with self.opener() as source:
                while chunk := source.read(min(_CHUNK_BYTES, self.part_bytes)):
                    yield chunk
        except OSError as err:
            # The source's trouble, not this store's.
            detail = f"the bytes to store could not be read: {err.strerror}"
            raise Unavailable(self.store, "upload", self.path, detail) from err

    def _refuse_length(self, is_wrong: bool, count: int) -> None:
        if is_wrong:
            self._is_worth_keeping = False
            raise Corrupt(self.store, "upload", self.path, f"{count} bytes were given instead of {self.size}")

    def _tell(self, temporary: str, count: int) -> None:
        if self.on_progress is not None:
            self._is_worth_keeping = True
            self.on_progress(count, f"{temporary.removeprefix(TEMPORARY_PREFIX)}:{count}")

    def _sync(self, fd: int) -> None:
        try:
            os.fsync(fd)
        except OSError:
            self._is_worth_keeping = False
            raise

    def _compare(self, given: Digests, temporary: str, folder_fd: int) -> None:
        """Read the bytes back from the disk. Raises Corrupt."""
        fd = os.open(temporary, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder_fd)
        try:
            # What the memory still holds of it proves nothing about the disk.
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            found = hash_descriptor(fd)
        finally:
            os.close(fd)
        if found != given:
            self._is_worth_keeping = False
            raise Corrupt(self.store, "upload", self.path, "what was read back from the disk is not what was written")


def sweep(folder_fd: int) -> None:
    """Remove what uploads left in a folder a week ago or longer, and nobody goes on with."""
    now = None
    for name in os.listdir(folder_fd):
        if name.startswith(TEMPORARY_PREFIX):
            # By the clock of the disk that dated them.
            now = _time_on_disk(folder_fd) if now is None else now
            with contextlib.suppress(OSError):
                _remove_forgotten(folder_fd, name, now - _FORGOTTEN_SECONDS)


def forget_uploads(root_fd: int, path: str) -> None:
    """Remove what uploads left in a folder, however young, unless a process writes it: it may be of what was erased."""
    try:
        folder_fd = open_folder(root_fd, path)
    except (FileNotFoundError, NotADirectoryError, NotBeneath):
        return
    try:
        for name in os.listdir(folder_fd):
            if name.startswith(TEMPORARY_PREFIX):
                with contextlib.suppress(OSError):
                    _remove_forgotten(folder_fd, name, math.inf)
    finally:
        os.close(folder_fd)


def lock(fd: int) -> bool:
    """Mark a temporary file as being written, until it is closed or the process ends; False if another has done so."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A network disk without locks.
        return True
    return True


def _remove_forgotten(folder_fd: int, name: str, before: float) -> None:
    fd = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder_fd)
    try:
        if os.fstat(fd).st_mtime < before and lock(fd):
            os.unlink(name, dir_fd=folder_fd)
    finally:
        os.close(fd)


def _time_on_disk(folder_fd: int) -> float:
    name = TEMPORARY_PREFIX + secrets.token_hex(16)
    fd = os.open(name, NEW, 0o600, dir_fd=folder_fd)
    try:
        os.unlink(name, dir_fd=folder_fd)
        return os.fstat(fd).st_mtime
    finally:
        os.close(fd)


def _refuse_taken(name: str, folder_fd: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.stat(name, dir_fd=folder_fd, follow_symlinks=False)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
