"""The bytes that an upload sends: read forwards once, hashed on the way."""

from __future__ import annotations

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
        self._file = self._opener()
        while self.at < to:
            self.part(min(to - self.at, _READ_BYTES))

    def part(self, length: int) -> bytes:
        """Return the next bytes. Raises Changed if there are fewer."""
        if self._file is None:
            self._file = self._opener()
        content = self._file.read(length)
        while len(content) < length and (more := self._file.read(length - len(content))):
            content += more
        if len(content) < length:
            raise Changed(self._store, "upload", detail=f"the source ends before its {self._size} bytes")
        self._hasher.update(content)
        return content

    def end(self) -> None:
        """Raise Changed if there is more than was said."""
        if self._file is not None and self._file.read(1):
            raise Changed(self._store, "upload", detail=f"the source is longer than its {self._size} bytes")

    def close(self) -> None:
        """Close the source."""
        if self._file is not None:
            self._file.close()
            self._file = None
