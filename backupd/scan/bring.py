"""Bringing stores up to date, each on its own: one store's trouble never stops the others."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from adapters.base import Store
from adapters.errors import CursorLost, NotOurStore, Refused, SignInNeeded, StoreError, Unavailable
from adapters.records import FolderMark, Marker
from backupd.reading.folder_names import READER_VERSION, Template, read_folder
from backupd.reading.records import FolderReading
from backupd.scan.compare_clouds import read_for_md5
from backupd.scan.feed_run import FeedRun
from backupd.scan.place import Reader, place_folders
from backupd.scan.refresh import refresh_shoots
from backupd.scan.rules import Rules
from backupd.scan.run import WalkRun
from backupd.scan.source import Source
from backupd.scan.summary import Progress, Summary
from backupd.workers.pool import ReadPool
from index import contents, folders, stores
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
    ripe: Callable[[FolderMark], bool] = lambda _: True,
) -> Iterator[Summary]:
    """Yield each store's summary as its run ends. Only the holder of the writer's turn may call this.

    Changed folders that are not `ripe` yet are left for another run. What `progress` raises ends it all.
    """
    read = reader_of(naming, rules)
    _read_anew_if_rules_changed(index, naming)
    # What lies on this machine comes first: then it is known which lists exist only in a cloud.
    ordered = sorted(sources, key=_has_feed)
    walked: list[Source] = []
    for source in ordered:
        started = time.monotonic()
        summary = Summary(source.name)
        try:
            _bring(index, source, rules, read, now, progress, open_pool, summary, ripe)
        except StoreError as err:
            _record_trouble(index, source, err, summary, now())
        summary.seconds = time.monotonic() - started
        if summary.outcome == "complete" and source.store.capabilities.local_reads:
            walked.append(source)
        yield summary
    for source in walked:
        yield from _read_again(index, source, rules, now, progress, open_pool)


def _read_again(
    index: Index,
    source: Source,
    rules: Rules,
    now: Callable[[], int],
    progress: Progress,
    open_pool: Callable[[Store], ReadPool],
) -> Iterator[Summary]:
    """Read what only an MD5 can compare with a cloud: now, for only now is it known what the clouds attest."""
    with index.read() as conn:
        row = stores.find_store(conn, source.name)
        wanted = contents.copies_without_md5(conn, row.id) if row is not None else []
    if not wanted:
        return
    started = time.monotonic()
    summary = Summary(source.name, "failed", note="read once more, to be compared with what a cloud attests by MD5 alone")
    try:
        source.store.check()
        with open_pool(source.store) as pool:
            read_for_md5(index, wanted, rules, pool, progress, summary)
        summary.outcome = "complete"
    except StoreError as err:
        _record_trouble(index, source, err, summary, now())
    summary.counts.files = len(wanted)
    summary.seconds = time.monotonic() - started
    yield summary


def _has_feed(source: Source) -> bool:
    return source.store.capabilities.listing == "feed"


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
    ripe: Callable[[FolderMark], bool],
) -> None:
    marker = source.store.check()
    row = known_store(index, source.name, source.kind, marker)
    with index.write() as conn:
        names = {known.id: known.name for known in stores.list_stores(conn)}
        scan_id = stores.start_scan(conn, row.id, now())
    summary.outcome = "interrupted"

    def place() -> None:
        place_folders(index, names, read, now())

    try:
        if _has_feed(source):
            FeedRun(index, source.store, row, rules, now, progress, place, summary).run()
        else:
            with open_pool(source.store) as pool:
                WalkRun(index, source.store, row, rules, now, progress, place, pool, summary, ripe).run(source.walk())
        progress.finishing("shoots")
        refresh_shoots(index, names, read, now(), lambda: progress.finishing("shoots"))
    except StoreError:
        summary.outcome = "failed"
        raise
    finally:
        with index.write() as conn:
            stores.end_scan(conn, scan_id, now(), summary.outcome, summary.counts.as_dict())
    state = "doubted" if summary.outcome == "doubted" else "online"
    free = _free(source.store)
    known: dict[str, Any] = {"state": state, "problem": _last_word(summary), "heard_at": now(), "free_bytes": free}
    with index.write() as conn:
        stores.record_store(conn, source.name, source.kind, now=now(), mend=summary.mend or None, **known)


def _free(store: Store) -> int | None:
    """Return the room that is left, None where the store does not say: it is no reason to call a run failed."""
    try:
        return store.space().free_bytes
    except StoreError:
        return None


def _last_word(summary: Summary) -> str | None:
    """Return what `status` shows of a store until the next run: what was wrong, and the mend."""
    if not summary.reason:
        return None
    return f"{summary.reason}. {summary.mend}" if summary.mend else summary.reason


def place_and_refresh(index: Index, rules: Rules, naming: Naming, now: int) -> None:
    """Bring shoots in line with what was settled. Only the holder of the writer's turn may call this."""
    read = reader_of(naming, rules)
    with index.read() as conn:
        names = {known.id: known.name for known in stores.list_stores(conn)}
    place_folders(index, names, read, now)
    refresh_shoots(index, names, read, now)


def _record_trouble(index: Index, source: Source, err: StoreError, summary: Summary, now: int) -> None:
    summary.outcome = "failed"
    summary.reason = err.detail or _SAID.get(type(err), type(err).__name__)
    summary.mend = _mend(source, err)
    state = "offline" if isinstance(err, Unavailable) else "refused"
    with index.write() as conn:
        if stores.find_store(conn, source.name) is not None or isinstance(err, Unavailable):
            word = {"state": state, "problem": _last_word(summary)}
            stores.record_store(conn, source.name, source.kind, now=now, mend=summary.mend or None, **word)


_SAID: dict[type[StoreError], str] = {
    NotOurStore: "its marker is not there",
    SignInNeeded: "the sign-in has ended",
    Refused: "the store does not permit it",
    Unavailable: "it cannot be reached now",
    CursorLost: "it keeps losing the position in its feed",
}


def _mend(source: Source, err: StoreError) -> str:
    is_local = source.store.capabilities.local_reads
    if isinstance(err, NotOurStore):
        right = "the right disk is mounted" if is_local else "the right account and folder are configured"
        return f"Check that {right}. A new store is adopted with 'backupd store init {source.name}'"
    if isinstance(err, SignInNeeded):
        return f"Sign in again with 'backupd auth {source.kind} --store {source.name}', then run 'backupd index' again"
    if isinstance(err, Refused):
        return "Check the rights of the folder or of the signed-in account, then run 'backupd index' again"
    if is_local:
        return "Check that it is plugged in, mounted and reachable, then run 'backupd index' again"
    return "Run 'backupd index' again later: it goes on from where it was. Nothing was concluded meanwhile"


def reader_of(naming: Naming, rules: Rules) -> Reader:
    """Return what reads folders' names by these rules, remembering what it read."""
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
