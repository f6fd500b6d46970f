"""A folder on this machine in the suite."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from adapters.base import MARKER_NAME
from adapters.errors import StoreError, Unavailable
from adapters.local import LocalStore
from contract.harness import Harness

FIRST_TIME = 1_700_000_000


class LocalHarness(Harness):
    """A folder, changed with the operating system's own calls."""

    kind = "local"
    listing = "walk"
    odd_names = (
        *Harness.odd_names, "two\nlines.jpg", os.fsdecode(b"p\xe4ivi\xe4.jpg"), "\x1b[31mred.jpg", "h\u00e4\u00e4t.jpg",
        os.fsdecode(b"\xff" * 255), "COM1", "back\\slash", "\u202egpj.exe", "~tilde", "dot.", "*?.jpg",
    )  # fmt: skip

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.root = folder / "root"
        self.root.mkdir()
        self.times = 0

    def make(self) -> LocalStore:
        return LocalStore("archive", str(self.root), part_bytes=self.part_bytes)

    def put(self, path: str, content: bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        # Two writes within one tick of the kernel's clock would look alike.
        self.times += 1
        os.utime(place, (FIRST_TIME, FIRST_TIME + self.times))

    def delete(self, path: str) -> None:
        place = self.root / path
        shutil.rmtree(place) if place.is_dir() else place.unlink()

    def rename(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        os.rename(self.root / old, self.root / new)

    def read(self, path: str) -> bytes | None:
        place = self.root / path
        return place.read_bytes() if place.is_file() else None

    def take_marker(self) -> None:
        (self.root / MARKER_NAME).unlink()

    def spoil_marker(self, content: bytes) -> None:
        (self.root / MARKER_NAME).write_bytes(content)

    def troubles(self) -> dict[type[StoreError], AbstractContextManager[None]]:
        return {Unavailable: self._away()}

    @contextmanager
    def _away(self) -> Iterator[None]:
        self.root.rename(self.folder / "away")
        yield
        (self.folder / "away").rename(self.root)

    def lose_cursors(self) -> None:
        pytest.skip("a folder has no cursors")


HARNESSES = (LocalHarness,)
