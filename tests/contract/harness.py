"""What the suite needs to know of a kind of store, and where the kinds that there are say it.

A kind joins with a module `harness_<kind>.py` beside this one, which offers `HARNESSES`: the classes to run the suite
with.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

import contract
from adapters.base import Store
from adapters.errors import StoreError
from adapters.records import Marker

MARKER = Marker("5f1d0c6a", "archive", "2025-03-01T09:00:00+02:00")
OTHER_MARKER = Marker("c0ffee00", "somebody else's", "2024-01-01T00:00:00+00:00")


class Harness(ABC):
    """One store for one test, and the hands of another device that changes it behind our back.

    `kind` and `listing` are as the store says. `page_entries` is a number of files that does not fit on one page of a
    listing (any, where there are no pages). `part_bytes` is a number of bytes after which an upload has told of a
    durable part. `odd_names` are file names that this kind can hold and that are easily held wrongly. A hook that a
    kind cannot have calls `pytest.skip` with the reason: what is not run is counted.
    """

    kind: str
    listing: Literal["walk", "feed"]
    page_entries = 5
    part_bytes = 1024
    odd_names: tuple[str, ...] = (
        "sulhasen äiti.jpg", "ha\u0308a\u0308t.jpg", "日本語 🎥.mov", "100% #1 & 'two' \"three\".cr3", "-rf.jpg",
        "a+b=c;d,e@f.nef", " leading", "UPPER.JPG", "x" * 250 + ".jpg", ".hidden.jpg", "no ending", "two  blanks.jpg",
    )  # fmt: skip

    def __init__(self, folder: Path) -> None:
        """`folder` is an empty one for this test alone."""
        self.folder = folder

    @abstractmethod
    def make(self) -> Store:
        """Return a store on the one root of this harness. Called again it is another connection to the same."""

    @abstractmethod
    def put(self, path: str, content: bytes) -> None:
        """Store or overwrite a file as another device does, with another version than any before."""

    @abstractmethod
    def delete(self, path: str) -> None:
        """Remove a file or folder as another device does."""

    @abstractmethod
    def rename(self, old: str, new: str) -> None:
        """Rename or move a file or folder as another device does."""

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """Return what lies at a path, read past the store; None if nothing does."""

    @abstractmethod
    def take_marker(self) -> None:
        """Remove the marker."""

    @abstractmethod
    def spoil_marker(self, content: bytes) -> None:
        """Put other bytes in the marker's place."""

    @abstractmethod
    def troubles(self) -> dict[type[StoreError], AbstractContextManager[None]]:
        """Return what can be made to go wrong here with any call that looks at a file, and gives this error."""

    @abstractmethod
    def lose_cursors(self) -> None:
        """Make the store forget all positions in its feed of changes."""

    def close(self) -> None:  # noqa: B027 - most have nothing to end
        """End what the harness has begun."""


def harnesses() -> list[type[Harness]]:
    """Return every harness that a module here offers."""
    found: list[type[Harness]] = []
    for module in pkgutil.iter_modules(contract.__path__):
        if module.name.startswith("harness_"):
            found.extend(importlib.import_module(f"contract.{module.name}").HARNESSES)
    return found
