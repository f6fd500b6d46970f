"""The bytes of one open file, as parsers get them: bounded, counted, and from memory where they were read already."""

from __future__ import annotations

import io
import os
from typing import BinaryIO, cast

_BUFFER_BYTES = 32 * 1024
_LONGEST_READ = 16 * 1024 * 1024
# No honest header needs more. A parser that asks for it is told that the file ends here.
_BUDGET_BYTES = 96 * 1024 * 1024
# What does not begin like anything known is searched from end to end by some parsers, in vain.
_BUDGET_OF_UNKNOWN_BYTES = 8 * 1024 * 1024


class ByteSource:
    """A descriptor with the first bytes of its file. `reread` counts what parsers had read from the disk again."""

    def __init__(self, fd: int, size: int, head: bytes) -> None:
        self.fd = fd
        self.size = size
        self.head = head
        self.reread = 0
        self._budget = _BUDGET_BYTES

    @classmethod
    def of_bytes(cls, content: bytes) -> ByteSource:
        """Return a source whose file lies wholly in memory."""
        return cls(-1, len(content), content)

    @property
    def in_memory(self) -> bool:
        """Whether the head is the whole file."""
        return len(self.head) >= self.size

    @property
    def path(self) -> str:
        """A path that opens this very file again, whatever lies at its name now."""
        return f"/proc/self/fd/{self.fd}"

    def is_of_unknown_form(self) -> None:
        """Give parsers less of it from now on."""
        self._budget = _BUDGET_OF_UNKNOWN_BYTES

    def open(self) -> BinaryIO:
        """Return a file of its own position, at the beginning. Reading never goes past the budget."""
        if self.in_memory:
            return io.BytesIO(self.head)
        return cast(BinaryIO, _Reader(_Window(self), _BUFFER_BYTES))

    def at(self, place: int, count: int) -> bytes:
        """Return up to `count` bytes from `place`; fewer at the end."""
        count = max(0, min(count, self.size - place, _LONGEST_READ))
        if place < 0 or count == 0:
            return b""
        if place + count <= len(self.head):
            return self.head[place : place + count]
        if self.in_memory or self.reread + count > self._budget:
            return b""
        found = os.pread(self.fd, count, place)
        self.reread += len(found)
        return found

    def part(self, place: int, count: int) -> ByteSource:
        """Return a part of the file as a source of its own, read into memory; for pictures inside of files."""
        return ByteSource.of_bytes(self.at(place, min(count, _LONGEST_READ)))


class _Window(io.RawIOBase):
    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._source.size}[whence]
        if start + offset < 0:
            raise OSError("a place before the file's beginning")
        self._place = start + offset
        return self._place

    def readinto(self, space: bytearray | memoryview) -> int:  # type: ignore[override]
        found = self._source.at(self._place, len(space))
        space[: len(found)] = found
        self._place += len(found)
        return len(found)


class _Reader(io.BufferedReader):
    def read(self, count: int | None = -1, /) -> bytes:
        # "Give me 4 GB" would be made room for before the first byte is read.
        if count is None or count < 0 or count > _LONGEST_READ:
            count = _LONGEST_READ
        return super().read(count)
