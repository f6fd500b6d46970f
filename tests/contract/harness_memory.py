"""The reference store in the suite, with either listing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal

import pytest

from adapters.errors import CursorLost, Refused, SignInNeeded, StoreError, Unavailable
from adapters.marker import decode_marker
from adapters.memory import MemoryStore
from adapters.memory_tree import Tree
from contract.harness import Harness


class MemoryHarness(Harness):
    """A store in memory that is walked."""

    kind = "memory"
    listing: Literal["walk", "feed"] = "walk"
    odd_names = (*Harness.odd_names, "two\nlines.jpg", "lone \udce4.jpg")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.tree = Tree()
        self.trouble: Callable[[str, str], None] | None = None

    def make(self) -> MemoryStore:
        return MemoryStore(
            "archive",
            self.listing,
            self.tree,
            fault=self._fault,
            page_entries=self.page_entries,
            part_bytes=self.part_bytes,
        )

    def _fault(self, operation: str, ref: str) -> None:
        if self.trouble is not None:
            self.trouble(operation, ref)

    def put(self, path: str, content: bytes) -> None:
        self.tree.put(path, content)

    def delete(self, path: str) -> None:
        if path in self.tree.files:
            self.tree.take_away(path)
        else:
            self.tree.take_folder_away(path)

    def rename(self, old: str, new: str) -> None:
        self.tree.rename(old, new)

    def read(self, path: str) -> bytes | None:
        file = self.tree.files.get(path)
        return None if file is None else file.content

    def take_marker(self) -> None:
        self.tree.marker = None

    def spoil_marker(self, content: bytes) -> None:
        try:
            self.tree.marker = decode_marker(content)
        except ValueError:
            self.tree.marker = None

    def troubles(self) -> dict[type[StoreError], AbstractContextManager[None]]:
        return {kind: self._in_trouble(kind) for kind in (Unavailable, Refused, SignInNeeded)}

    @contextmanager
    def _in_trouble(self, kind: type[StoreError]) -> Iterator[None]:
        def fault(operation: str, ref: str) -> None:
            raise kind("archive", operation, ref)

        self.trouble = fault
        yield
        self.trouble = None

    def lose_cursors(self) -> None:
        pytest.skip("a store that is walked has no cursors")


class FedMemoryHarness(MemoryHarness):
    """A store in memory that gives a feed of changes."""

    listing = "feed"

    def troubles(self) -> dict[type[StoreError], AbstractContextManager[None]]:
        return super().troubles() | {CursorLost: self._in_trouble(CursorLost)}

    def lose_cursors(self) -> None:
        self.tree.epoch += 1


HARNESSES = (MemoryHarness, FedMemoryHarness)
