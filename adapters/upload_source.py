"""The bytes that an upload sends: read forwards once, hashed on the way; a file that changes meanwhile is not sent."""

from __future__ import annotations

import os
from typing import BinaryIO

from adapters.base import Opener
from adapters.errors import Changed
from adapters.hashing import Digests, Hasher

_READ_BYTES = 8 * 1024 * 1024


class Source:
    """The bytes to send; `wind` begins anew. `store` names in errors where they were to go; `md5` is hashed if asked."""

    def __init__(self, store: str, opener: Opener, size: int, *, md5: bool = False) -> None:
        self._store = store
        self._opener = opener
        self._size = size
        self._md5 = md5
        self._file: BinaryIO | None = None
        self._hasher = Hasher(md5)
        self._seen: tuple[int, ...] | None = None

    @property
    def at(self) -> int:
        """How many bytes were read."""
        return self._hasher.size

    def digests(self) -> Digests:
        """Return the hashes of what was read."""
        return self._hasher.digests()

    def wind(self, to: int) -> None:
        """Stand behind the first `to` bytes, having hashed them."""
        self.close()
        self._hasher = Hasher(self._md5)
        self._file = self._open()
        while self.at < to:
            self.part(min(to - self.at, _READ_BYTES))

    def part(self, length: int) -> bytes:
        """Return the next bytes. Raises Changed if there are fewer."""
        if self._file is None:
            self._file = self._open()
        content = self._file.read(length)
        while len(content) < length and (more := self._file.read(length - len(content))):
            content += more
        if len(content) < length:
            raise Changed(self._store, "upload", detail=f"the source ends before its {self._size} bytes")
        self._hasher.update(content)
        return content

    def end(self) -> None:
        """Raise Changed if there is more than was said, or if the file was written to since it was first opened."""
        if self._file is None:
            return
        if self._file.read(1):
            raise Changed(self._store, "upload", detail=f"the source is longer than its {self._size} bytes")
        self._compare(self._file)

    def _open(self) -> BinaryIO:
        file = self._opener()
        self._compare(file)
        return file

    def _compare(self, file: BinaryIO) -> None:
        """Raise Changed if this is not the file that was opened first, as it was then: no mixture may be sent."""
        marks = _marks_of(file)
        if self._seen is None:
            self._seen = marks
        elif marks != self._seen:
            file.close()
            raise Changed(self._store, "upload", detail="the source was changed while it was read")

    def close(self) -> None:
        """Close the source."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _marks_of(file: BinaryIO) -> tuple[int, ...] | None:
    """Return what tells one state of a file on a disk from another; None for bytes that are no such file."""
    try:
        found = os.fstat(file.fileno())
    except (OSError, AttributeError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
