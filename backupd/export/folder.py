"""A bag in a folder: each file whole under a name of ours first, then under its own; nothing there is ever replaced.

The folder must be new, empty, or hold this very export. What the journal names with the same size, time and inode was
verified when it was written and is not copied again. Nothing is written but beneath the open target.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from adapters.ignore import TEMPORARY_PREFIX
from adapters.local_writing import NEW, like_its_folder, made_folder_for, sync_folder, write_all
from adapters.renaming import rename_to_free
from backupd.export.bag import INFO, MANIFEST, PAYLOAD, Held, identifier_in
from backupd.export.errors import TargetTaken
from backupd.export.journal import Journal
from backupd.export.plan import Item
from backupd.export.syncing import sync_file_system

_JOURNAL = TEMPORARY_PREFIX + "export"
_WRITING = TEMPORARY_PREFIX + "writing"
_FLUSH_BYTES = 256 * 1024 * 1024
_FLUSH_FILES = 500


class FolderBag:
    """A bag that is being written into a folder; a sink for one file at a time.

    `held` is what is there and verified, by path. `is_whole` is True where this export was finished before.
    """

    def __init__(self, target: Path, identifier: str) -> None:
        self.place = str(target)
        target.mkdir(parents=True, exist_ok=True)
        self._root = os.open(target, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.held: dict[str, Held] = {}
        self.is_whole = False
        self._journal: Journal | None = None
        self._folder = contextlib.ExitStack()
        self._folder_path: str | None = None
        self._folder_fd = -1
        self._fd = -1
        self._waiting: list[dict[str, Any]] = []
        self._waiting_bytes = 0
        self._settling = ThreadPoolExecutor(1, "export-sync")
        self._settled: Future[None] | None = None
        try:
            self._look(identifier)
        except BaseException:
            self.close()
            raise

    def _look(self, identifier: str) -> None:
        names = set(os.listdir(self._root))
        if _JOURNAL not in names and names:
            if INFO in names and identifier_in(self._read(INFO)) == identifier and MANIFEST in names:
                self.is_whole = True
                self.held = {each.path: each for each in _held_in(self._read(MANIFEST), self._root)}
                return
            raise TargetTaken(self.place, "the folder is not empty, and what lies there is not this export")
        self._journal = Journal(self._root, _JOURNAL, identifier, self.place)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_WRITING, dir_fd=self._root)
        for line in self._journal.lines:
            found = self._stat(line["p"])
            if found is not None and [found.st_size, found.st_mtime_ns, found.st_ino] == [line["s"], line["m"], line["i"]]:
                self.held[line["p"]] = Held(line["p"], line["s"], bytes.fromhex(line["h"]))

    def free_bytes(self) -> int:
        """Return the room on the disk that the folder lies on."""
        room = os.fstatvfs(self._root)
        return room.f_bavail * room.f_frsize

    def begin(self, item: Item) -> None:
        """Open a new file for an item."""
        folder = f"{PAYLOAD}/{item.path}".rpartition("/")[0]
        if folder != self._folder_path:
            self._folder.close()
            self._folder_fd, _ = self._folder.enter_context(made_folder_for(self._root, f"{folder}/x"))
            self._folder_path = folder
        self._fd = os.open(_WRITING, NEW, 0o600, dir_fd=self._root)
        if item.size > 2 * 1024 * 1024:
            # So that a full disk is met now, and the file lies in one piece.
            with contextlib.suppress(OSError):
                os.posix_fallocate(self._fd, 0, item.size)

    def write(self, chunk: memoryview | bytes) -> None:
        """Write the next bytes."""
        write_all(self._fd, chunk)

    def cancel(self) -> None:
        """Take back what was written."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
            with contextlib.suppress(FileNotFoundError):
                os.unlink(_WRITING, dir_fd=self._root)

    def finish(self, item: Item, sha256: bytes) -> None:
        """Give the file its own name. One that lies there unrecorded is this export's if it is the same, else taken."""
        like_its_folder(self._fd, self._folder_fd)
        if item.modified_ns is not None:
            os.utime(self._fd, ns=(item.modified_ns, item.modified_ns))
        name = item.path.rpartition("/")[2]
        try:
            rename_to_free(_WRITING, self._root, name, self._folder_fd)
        except FileExistsError:
            self._take_over(name, item, sha256)
        found = os.fstat(self._fd)
        marks = {"s": found.st_size, "m": found.st_mtime_ns, "i": found.st_ino}
        self._waiting.append({"p": item.path, "h": sha256.hex()} | marks)
        self._waiting_bytes += item.size
        os.close(self._fd)
        self._fd = -1
        self.held[item.path] = Held(item.path, item.size, sha256)
        if self._waiting_bytes >= _FLUSH_BYTES or len(self._waiting) >= _FLUSH_FILES:
            self.flush()

    def _take_over(self, name: str, item: Item, sha256: bytes) -> None:
        """A kill between the name and the journal's line leaves a file of ours: it counts if its bytes are the same."""
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._folder_fd)
        with open(fd, "rb", closefd=False) as file:
            same = hashlib.file_digest(file, "sha256").digest() == sha256
        if not same:
            os.close(fd)
            raise TargetTaken(f"{self.place}/{PAYLOAD}/{item.path}", "another file lies there")
        os.close(self._fd)
        os.unlink(_WRITING, dir_fd=self._root)
        self._fd = fd

    def flush(self) -> None:
        """Have what was finished brought to the disk and recorded, while the next files are copied."""
        self._wait()
        if self._waiting:
            self._settled = self._settling.submit(self._settle, self._waiting)
            self._waiting, self._waiting_bytes = [], 0

    def _wait(self) -> None:
        settled, self._settled = self._settled, None
        if settled is not None:
            settled.result()

    def _settle(self, finished: list[dict[str, Any]]) -> None:
        sync_file_system(self._root)
        assert self._journal is not None
        self._journal.add(finished)

    def complete(self, files: dict[str, bytes]) -> None:
        """Write the bag's own files and forget the journal: the bag is whole."""
        self.flush()
        self._wait()
        for name, content in files.items():
            with contextlib.suppress(FileNotFoundError):
                # From an attempt that was cut off here: with the journal there, this name is ours.
                os.unlink(name, dir_fd=self._root)
            fd = os.open(_WRITING, NEW, 0o600, dir_fd=self._root)
            try:
                write_all(fd, content)
                like_its_folder(fd, self._root)
                os.fsync(fd)
            finally:
                os.close(fd)
            rename_to_free(_WRITING, self._root, name, self._root)
        sync_folder(self._root)
        assert self._journal is not None
        self._journal.forget()
        self.is_whole = True

    def close(self) -> None:
        """Let go; what was finished is recorded first."""
        with contextlib.suppress(OSError):
            self.cancel()
            self.flush()
            self._wait()
        self._settling.shutdown()
        self._folder.close()
        if self._journal is not None:
            self._journal.close()
        os.close(self._root)

    def _read(self, name: str) -> bytes:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._root)
        with open(fd, "rb") as file:
            return file.read()

    def _stat(self, path: str) -> os.stat_result | None:
        try:
            with made_folder_for(self._root, f"{PAYLOAD}/{path}") as (fd, name):
                return os.stat(name, dir_fd=fd, follow_symlinks=False)
        except OSError:
            return None


def _held_in(manifest: bytes, root_fd: int) -> Sequence[Held]:
    found = []
    for line in manifest.decode().splitlines():
        value, _, path = line.partition("  ")
        with contextlib.suppress(OSError):
            size = os.stat(path, dir_fd=root_fd, follow_symlinks=False).st_size
            found.append(Held(path.removeprefix(f"{PAYLOAD}/"), size, bytes.fromhex(value)))
    return found


