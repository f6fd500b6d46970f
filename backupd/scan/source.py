"""A store that is to be brought up to date. Light to import: walking begins while the rest of the program loads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from adapters.base import Store
from adapters.errors import StoreError
from adapters.records import FolderMark


@dataclass(slots=True)
class Source:
    """A configured store, perhaps with a walk that has begun already."""

    name: str
    kind: str
    store: Store
    _begun: Iterator[FolderMark] | None = None

    @classmethod
    def begun(cls, name: str, kind: str, store: Store) -> Self:
        """Return the store with its walk begun, if it can be; what is wrong with it is said when its turn comes."""
        source = cls(name, kind, store)
        if store.capabilities.listing == "walk":
            try:
                store.check()
                source._begun = store.walk()
            except StoreError:
                source._begun = None
        return source

    def walk(self) -> Iterator[FolderMark]:
        """Return the walk, begun now if it was not before."""
        begun, self._begun = self._begun, None
        return begun if begun is not None else self.store.walk()
