"""Bytes, by their SHA-256: small ones in the database, others as files; those of seeded files are made when asked for."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from tests.simulators.gdrive.tree import Tree

_INLINE_BYTES = 16 * 1024
_BLOCK_BYTES = 1024 * 1024
SEED = "seed:"


@dataclass(frozen=True, slots=True)
class Sums:
    """What the service says of bytes."""

    size: int
    md5: str
    sha1: str
    sha256: str


def sums_of(content: bytes) -> Sums:
    """Return the size and the checksums of bytes."""
    return Sums(
        len(content), hashlib.md5(content).hexdigest(), hashlib.sha1(content).hexdigest(), hashlib.sha256(content).hexdigest()
    )


class Contents:
    """Keeps bytes."""

    def __init__(self, tree: Tree, state: Path) -> None:
        self._tree = tree
        self._blobs = state / "blobs"
        self._blobs.mkdir(exist_ok=True)

    def keep(self, content: bytes) -> Sums:
        """Keep bytes and return their sums."""
        sums = sums_of(content)
        inline = content if len(content) <= _INLINE_BYTES else None
        if inline is None and not (self._blobs / sums.sha256).exists():
            (self._blobs / sums.sha256).write_bytes(content)
        with self._tree.writing():
            self._tree.db.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (sums.sha256, inline))
        return sums

    def adopt(self, path: Path) -> Sums:
        """Keep the bytes of a file, which is moved here if it is large; return their sums."""
        if path.stat().st_size <= _INLINE_BYTES:
            return self.keep(path.read_bytes())
        size, hashes = 0, [hashlib.md5(), hashlib.sha1(), hashlib.sha256()]
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                size += len(block)
                for each in hashes:
                    each.update(block)
        sums = Sums(size, *(each.hexdigest() for each in hashes))
        os.replace(path, self._blobs / sums.sha256)
        with self._tree.writing():
            self._tree.db.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (sums.sha256, None))
        return sums

    def size(self, name: str) -> int:
        """Return how many bytes there are of a name."""
        inline = self._inline(name)
        return len(inline) if inline is not None else (self._blobs / name).stat().st_size

    def read(self, name: str, begin: int = 0, end: int | None = None) -> bytes:
        """Return bytes by the name that a node has for them, or a part of them."""
        inline = self._inline(name)
        if inline is not None:
            return inline[begin:end]
        with (self._blobs / name).open("rb") as file:
            file.seek(begin)
            return file.read(-1 if end is None else end - begin)

    def _inline(self, name: str) -> bytes | None:
        if name.startswith(SEED):
            return name.removeprefix(SEED).encode()
        rows = self._tree.rows("SELECT bytes FROM content WHERE sha256 = ?", name)
        return None if rows[0][0] is None else bytes(rows[0][0])
