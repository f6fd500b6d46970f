"""Looking at an index without changing it: not even an older one is brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from index.engine import REVISION, Index, _engine, _look_at_file, _revision, _translated, quick_check
from index.schema import folder, store
from index.stores import list_stores


@dataclass(frozen=True, slots=True)
class Health:
    """An index whose structure is whole. `newest` is the revision that this backupd writes."""

    revision: str | None
    newest: str


def look_at(url: str) -> Health:
    """Read the whole index and return how it is. Raises IndexAbsent, IndexDamaged, IndexTooNew, IndexFailure.

    Costs a read of the file.
    """
    engine, place, path = _engine(url)
    index = Index(engine, place)
    try:
        if path is not None:
            _look_at_file(path, place, create=False)
        with _translated(place):
            found = _revision(index)
        quick_check(index)
        return Health(found, REVISION)
    finally:
        index.close()


def markers(url: str) -> dict[str, str | None]:
    """Return the marker that the index knows for each store, by name. For an index of the newest revision."""
    engine, place, _ = _engine(url)
    index = Index(engine, place)
    try:
        with index.read() as conn:
            return {row.name: row.marker for row in list_stores(conn)}
    finally:
        index.close()


@contextmanager
def reading(url: str) -> Iterator[Connection | None]:
    """Give a connection that reads, None for an index of another revision. Raises IndexFailure, of whatever kind."""
    engine, place, path = _engine(url)
    index = Index(engine, place)
    try:
        if path is not None:
            _look_at_file(path, place, create=False)
        with _translated(place):
            found = _revision(index)
        if found != REVISION:
            yield None
            return
        with index.read() as conn:
            yield conn
    finally:
        index.close()


def folders_in(url: str, names: list[str]) -> int:
    """Return how many folders these stores have. For an index of the newest revision; raises IndexFailure."""
    health = look_at(url)
    if health.revision != health.newest:
        return 0
    engine, place, _ = _engine(url)
    index = Index(engine, place)
    try:
        with index.read() as conn:
            wanted = select(func.count()).select_from(folder).join(store, store.c.id == folder.c.store_id)
            return int(conn.execute(wanted.where(store.c.name.in_(names))).scalar() or 0)
    finally:
        index.close()
