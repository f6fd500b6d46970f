"""Bytes, by their SHA-256: small ones in the database, others as files; those of seeded files are made when asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tests.simulators.gdrive.tree import Tree

_INLINE_BYTES = 16 * 1024
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

    def read(self, name: str) -> bytes:
        """Return bytes by the name that a node has for them."""
        if name.startswith(SEED):
            return name.removeprefix(SEED).encode()
        rows = self._tree.rows("SELECT bytes FROM content WHERE sha256 = ?", name)
        return bytes(rows[0][0]) if rows[0][0] is not None else (self._blobs / name).read_bytes()
