"""Bringing stores up to date, each on its own: one store's trouble never stops the others."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from adapters.base import Store
from adapters.errors import NotOurStore, StoreError, Unavailable
from adapters.records import Marker
from backupd.reading.folder_names import READER_VERSION, Template, read_folder
from backupd.reading.records import FolderReading
from backupd.scan.place import Reader, place_folders
from backupd.scan.refresh import refresh_shoots
from backupd.scan.run import Rules, WalkRun
from backupd.scan.source import Source
from backupd.scan.summary import Progress, Summary
from backupd.workers.pool import ReadPool
from index import folders, stores
from index.engine import Index
from index.records import StoreRow

_CACHED_PATHS = 20_000


@dataclass(frozen=True, slots=True)
class Naming:
    """How folders' names are read: compiled templates, their text, names to ignore."""

    templates: tuple[Template, ...]
    written: tuple[str, ...]
    ignore: tuple[str, ...]

    def version(self) -> str:
        """Return what changes when any folder might be read differently."""
        rules = "\0".join((str(READER_VERSION), *self.written, "", *self.ignore))
        return hashlib.sha256(rules.encode()).hexdigest()


def bring_up_to_date(
    index: Index,
    sources: Iterable[Source],
    rules: Rules,
    naming: Naming,
    *,
    now: Callable[[], int],
    progress: Progress,
    open_pool: Callable[[Store], ReadPool],
) -> Iterator[Summary]:
    """Yield each store's summary as its run ends. Only the holder of the writer's turn may call this."""
    read = _reader(naming, rules)
    _read_anew_if_rules_changed(index, naming)
    for source in sources:
        started = time.monotonic()
        summary = Summary(source.name)
        try:
            _bring(index, source, rules, read, now, progress, open_pool, summary)
        except StoreError as err:
            _record_trouble(index, source, err, summary)
        summary.seconds = time.monotonic() - started
        yield summary


def known_store(index: Index, name: str, kind: str, marker: Marker) -> StoreRow:
    """Return the index's row of an adopted store. Raises NotOurStore where the marker is not the one known for it."""
    with index.write() as conn:
        row = stores.find_store(conn, name)
        twin = stores.find_store_by_marker(conn, marker.store_id)
        if row is not None and row.marker not in (None, marker.store_id):
            raise NotOurStore(name, "check", detail="another disk or folder lies here: its marker is another store's")
        if twin is not None and twin.name != name:
            raise NotOurStore(name, "check", detail=f'its marker is that of the store "{twin.name}"')
        return stores.record_store(conn, name, kind, marker=marker.store_id)


def _bring(
    index: Index,
    source: Source,
    rules: Rules,
    read: Reader,
    now: Callable[[], int],
    progress: Progress,
    open_pool: Callable[[Store], ReadPool],
    summary: Summary,
) -> None:
    marker = source.store.check()
    marks = source.walk()
    row = known_store(index, source.name, source.kind, marker)
    with index.write() as conn:
        names = {known.id: known.name for known in stores.list_stores(conn)}
        scan_id = stores.start_scan(conn, row.id, now())
    summary.outcome = "interrupted"

    def place() -> None:
        place_folders(index, names, read, now())

    try:
        with open_pool(source.store) as pool:
            WalkRun(index, source.store, row, rules, now, progress, place, pool, summary).run(marks)
        progress.finishing("shoots")
        refresh_shoots(index, names, read, now())
    except StoreError:
        summary.outcome = "failed"
        raise
    finally:
        with index.write() as conn:
            stores.end_scan(conn, scan_id, now(), summary.outcome, summary.counts.as_dict())
    state = "doubted" if summary.outcome == "doubted" else "online"
    space = source.store.space()
    with index.write() as conn:
        problem = summary.reason or None
        stores.record_store(
            conn, source.name, source.kind, state=state, problem=problem, heard_at=now(), free_bytes=space.free_bytes
        )


def place_and_refresh(index: Index, rules: Rules, naming: Naming, now: int) -> None:
    """Bring shoots in line with what was settled. Only the holder of the writer's turn may call this."""
    read = _reader(naming, rules)
    with index.read() as conn:
        names = {known.id: known.name for known in stores.list_stores(conn)}
    place_folders(index, names, read, now)
    refresh_shoots(index, names, read, now)


def _record_trouble(index: Index, source: Source, err: StoreError, summary: Summary) -> None:
    summary.outcome = "failed"
    summary.reason = err.detail or str(err)
    if isinstance(err, NotOurStore):
        state = "refused"
        summary.mend = (
            f"Check that the right disk is mounted. A new store is adopted with 'backupd store init {source.name}'"
        )
    else:
        state = "offline" if isinstance(err, Unavailable) else "refused"
        summary.mend = "Check that it is plugged in, mounted and reachable, then run 'backupd index' again"
    with index.write() as conn:
        if stores.find_store(conn, source.name) is not None or isinstance(err, Unavailable):
            stores.record_store(conn, source.name, source.kind, state=state, problem=summary.reason)


def _reader(naming: Naming, rules: Rules) -> Reader:
    @lru_cache(maxsize=_CACHED_PATHS)
    def read(path: str) -> FolderReading:
        return read_folder(path, today=rules.today, templates=naming.templates, ignore=naming.ignore)

    return read


def _read_anew_if_rules_changed(index: Index, naming: Naming) -> None:
    version = naming.version()
    with index.write() as conn:
        if stores.get_meta(conn, "naming") != version:
            folders.forget_places(conn)
            stores.set_meta(conn, "naming", version)
