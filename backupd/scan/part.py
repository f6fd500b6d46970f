"""A part of a walked store brought up to date by itself: folders that have just come to rest.

Only these folders are compared and read. What is gone from them stays as it was known, for a comparison of the whole
store to conclude; a folder or file that was moved here from elsewhere is known again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from adapters.base import Store, WalksBelow
from adapters.errors import NotFound, StoreError
from adapters.records import FolderMark
from backupd.scan.bring import Naming, known_store, reader_of
from backupd.scan.place import place_folders
from backupd.scan.refresh import refresh_shoots
from backupd.scan.rules import Rules
from backupd.scan.run import WalkRun
from backupd.scan.source import Source
from backupd.scan.summary import Progress, Summary
from backupd.scan.walk import parents
from backupd.workers.pool import ReadPool
from index import folders, stores
from index.engine import Index
from index.records import FolderRow


@dataclass(frozen=True, slots=True)
class Part:
    """A folder to look at; with `deep`, all below it as well. `marks` are what was found there just now."""

    path: str
    deep: bool
    marks: tuple[FolderMark, ...]


def bring_part(
    index: Index,
    source: Source,
    parts: Sequence[Part],
    rules: Rules,
    naming: Naming,
    *,
    now: Callable[[], int],
    progress: Progress,
    open_pool: Callable[[Store], ReadPool],
    ripe: Callable[[FolderMark], bool] = lambda _: True,
) -> Summary:
    """Bring these folders up to date and return what was found. Only the holder of the writer's turn may call this.

    Raises StoreError where the store cannot be believed; what `progress` raises ends it.
    """
    started = time.monotonic()
    summary = Summary(source.name)
    row = known_store(index, source.name, source.kind, source.store.check())
    read = reader_of(naming, rules)
    with index.write() as conn:
        names = {known.id: known.name for known in stores.list_stores(conn)}
        scan_id = stores.start_scan(conn, row.id, now())
    summary.outcome = "interrupted"
    try:
        parts = [*parts, *_unknown_above(index, source.store, row.id, parts)]
        marks = {mark.path: mark for part in parts for mark in part.marks}
        known, elsewhere = _known(index, source.store, row.id, parts, marks)
        with open_pool(source.store) as pool:
            run = WalkRun(
                index, source.store, row, rules, now, progress,
                lambda: place_folders(index, names, read, now()), pool, summary, ripe,
            )  # fmt: skip
            run.run_part(iter(marks.values()), known, elsewhere)
        refresh_shoots(index, names, read, now(), lambda: progress.finishing("shoots"))
    except StoreError:
        summary.outcome = "failed"
        raise
    finally:
        with index.write() as conn:
            stores.end_scan(conn, scan_id, now(), summary.outcome, summary.counts.as_dict())
    summary.seconds = time.monotonic() - started
    return summary


def _unknown_above(index: Index, store: Store, store_id: int, parts: Sequence[Part]) -> list[Part]:
    """Return the folders above the part that the index does not know: a shoot's own folder may be among them."""
    above = {path for part in parts for path in parents(part.path)} - {part.path for part in parts}
    with index.read() as conn:
        known = folders.folders_below(conn, store_id, [(path, False) for path in sorted(above)])
    below = cast(WalksBelow, store).walk_below
    return [Part(path, False, tuple(below(path, deep=False))) for path in sorted(above - known.keys())]


def _known(
    index: Index, store: Store, store_id: int, parts: Sequence[Part], marks: dict[str, FolderMark]
) -> tuple[dict[str, FolderRow], list[FolderRow]]:
    """Return the rows of the part, and those of folders with the same identities that lie elsewhere no longer."""
    with index.read() as conn:
        known = folders.folders_below(conn, store_id, [(part.path, part.deep) for part in parts])
        fresh = [mark.identity for path, mark in marks.items() if path not in known and mark.problem is None]
        likely = folders.folders_by_identity(conn, store_id, fresh)
    elsewhere = [row for row in likely if row.path not in known and row.path not in marks and _is_gone(store, row.path)]
    return known, elsewhere


def _is_gone(store: Store, path: str) -> bool:
    try:
        store.list_folder(path)
    except NotFound:
        return True
    except StoreError:
        return False
    return False
