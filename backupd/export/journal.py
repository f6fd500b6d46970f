"""The record of what an export has finished, beside what it writes: one JSON object a line, after the bytes are on disk.

Its first line says which export it belongs to; a lock on it keeps two of them apart. A line that a kill cut short was
never counted: it is cut off. Removed once the export is whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from typing import Any

from adapters.local_writing import sync_folder, write_all
from backupd.export.errors import TargetBusy, TargetTaken

_OPEN = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class Journal:
    """An open journal. `lines` is what was finished before."""

    def __init__(self, folder_fd: int, name: str, identifier: str, place: str) -> None:
        self._folder_fd = folder_fd
        self._name = name
        self._fd = os.open(name, _OPEN | os.O_CREAT, 0o600, dir_fd=folder_fd)
        try:
            self.lines = self._begun(identifier, place)
        except BaseException:
            os.close(self._fd)
            raise

    def _begun(self, identifier: str, place: str) -> list[dict[str, Any]]:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TargetBusy(place) from None
        content = os.pread(self._fd, os.fstat(self._fd).st_size, 0)
        whole, _, rest = content.rpartition(b"\n")
        if rest:
            os.ftruncate(self._fd, len(content) - len(rest))
        lines: list[dict[str, Any]] = []
        with contextlib.suppress(ValueError):
            lines = [json.loads(line) for line in whole.splitlines()]
        if whole and (not lines or lines[0].get("export") != identifier):
            raise TargetTaken(place, "another export that was not finished lies there")
        if not lines:
            self.add([{"export": identifier}])
            sync_folder(self._folder_fd)
        return lines[1:]

    def add(self, lines: list[dict[str, Any]]) -> None:
        """Record what is finished and on disk."""
        write_all(self._fd, "".join(f"{json.dumps(line)}\n" for line in lines).encode())
        os.fsync(self._fd)

    def forget(self) -> None:
        """Remove it: the export is whole."""
        os.unlink(self._name, dir_fd=self._folder_fd)
        sync_folder(self._folder_fd)

    def close(self) -> None:
        """Let go of it; what it holds stays."""
        os.close(self._fd)
