"""A cloud's changes, their first page fetched already: whoever waits for a dead cloud has not got the turn to write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from adapters.base import Store
from adapters.errors import CursorLost
from adapters.records import ChangePage


def begun(store: Store, cursor: str | None) -> Store:
    """Return the store with its changes from a position on begun. Raises StoreError as `changes` does, but CursorLost:
    then a listing of everything is begun, and whoever asks for changes from the position is told that it is lost."""
    try:
        first = _fetched(store, cursor)
    except CursorLost:
        cursor, first = None, _fetched(store, None)
    return cast("Store", _Begun(store, cursor, first))


def _fetched(store: Store, cursor: str | None) -> Iterator[ChangePage]:
    pages = store.changes(cursor)
    first = next(pages, None)
    return _from(first, pages)


def _from(first: ChangePage | None, rest: Iterator[ChangePage]) -> Iterator[ChangePage]:
    if first is not None:
        yield first
        yield from rest


class _Begun:
    """In all else the store itself."""

    def __init__(self, store: Store, cursor: str | None, pages: Iterator[ChangePage]) -> None:
        self._store = store
        self._cursor = cursor
        self._pages: Iterator[ChangePage] | None = pages

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """Give what was begun to the first who asks for it from the same position."""
        pages, self._pages = self._pages, None
        return pages if pages is not None and cursor == self._cursor else self._store.changes(cursor)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
