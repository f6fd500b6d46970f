"""Hashes of bytes in one pass: SHA-256, Dropbox's content hash and, where asked, MD5.

Nothing here opens, seeks or closes: bytes come from a descriptor, read to its end from where it stands, or as chunks.
Dropbox's hash is the SHA-256 of the SHA-256s of each 4 MiB block.
Source: dropbox.com/developers/reference/content-hash.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from adapters.records import Hash

BLOCK_BYTES = 4 * 1024 * 1024
BUFFER_BYTES = 1024 * 1024

Chunk = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class Digests:
    """What one pass over `size` bytes gave; `md5` is None where it was not asked for."""

    size: int
    sha256: bytes
    dropbox: bytes
    md5: bytes | None = None

    def hashes(self) -> tuple[Hash, ...]:
        """Return them as the records that stores speak in."""
        pairs = (("sha256", self.sha256), ("dropbox", self.dropbox), ("md5", self.md5))
        return tuple(Hash(name, value) for name, value in pairs if value is not None)


class Hasher:
    """Takes bytes in any portions and gives all digests at the end.

    The first block costs one SHA-256 instead of two: at 4 MiB the running hash of the whole file is also the block's.
    """

    def __init__(self, md5: bool = False) -> None:
        self._whole = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if md5 else None
        self._blocks = hashlib.sha256()
        self._block = self._whole
        self._room = BLOCK_BYTES
        self.size = 0

    def update(self, chunk: Chunk) -> None:
        """Take the next bytes."""
        view = memoryview(chunk)
        if self._md5 is not None:
            self._md5.update(view)
        while len(view) > 0:
            part = view if len(view) <= self._room else view[: self._room]
            self._whole.update(part)
            if self._block is not self._whole:
                self._block.update(part)
            self.size += len(part)
            self._room -= len(part)
            if self._room == 0:
                self._end_block()
            view = view[len(part) :]

    def _end_block(self) -> None:
        self._blocks.update(self._block.digest())
        self._block = hashlib.sha256()
        self._room = BLOCK_BYTES

    def digests(self) -> Digests:
        """Return the digests of all bytes so far; more may follow."""
        blocks = self._blocks
        if self._room < BLOCK_BYTES:
            blocks = blocks.copy()
            blocks.update(self._block.digest())
        md5 = None if self._md5 is None else self._md5.digest()
        return Digests(self.size, self._whole.digest(), blocks.digest(), md5)


def new_buffer() -> bytearray:
    """Return a buffer for `hash_descriptor`, to be used again for one file after the other."""
    return bytearray(BUFFER_BYTES)


def hash_descriptor(
    fd: int,
    *,
    md5: bool = False,
    head: bytes = b"",
    buffer: bytearray | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Digests:
    """Hash what a descriptor still gives, after the `head` that was read from it before. Raises OSError.

    `on_bytes` is told the bytes hashed so far after each read.
    """
    hasher = Hasher(md5)
    hasher.update(head)
    space = buffer if buffer is not None else new_buffer()
    view = memoryview(space)
    while count := os.readv(fd, (space,)):
        hasher.update(view[:count])
        if on_bytes is not None:
            on_bytes(hasher.size)
    return hasher.digests()


def hash_chunks(chunks: Iterable[Chunk], *, md5: bool = False) -> Digests:
    """Hash chunks of any length, in order."""
    hasher = Hasher(md5)
    for chunk in chunks:
        hasher.update(chunk)
    return hasher.digests()
