"""Runs over one store by the service: the whole, or what has come to rest; and what is said of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from adapters.base import Store
from adapters.records import FolderMark
from backupd.scan.summary import Summary
from backupd.watching.ahead import begun
from backupd.watching.apart import ApartStore
from backupd.watching.pulse import Pulse
from backupd.watching.work import GaveWay, Hub, TurnProgress, turn
from index import feeds, stores

if TYPE_CHECKING:
    from backupd.scan.part import Part
    from backupd.scan.source import Source
    from backupd.settings.models import StoreSettings

logger = logging.getLogger(__name__)

_PATIENT_PART_SECONDS = 10.0
_PATIENT_WHOLE_SECONDS = 120.0


def job_name(store: str, *, full: bool = False) -> str:
    """Return the name of the job that compares a store."""
    return f"{'full_index' if full else 'index'} {store}"


def compare_whole(
    hub: Hub,
    pulse: Pulse,
    settings: StoreSettings,
    store: Store,
    *,
    full: bool,
    ripe: Callable[[FolderMark], bool] = lambda _: True,
) -> Summary:
    """Bring the index up to date with a whole store. Raises StoreError, RunStopped, IndexFailure."""
    while True:
        try:
            summary = _compare_once(hub, pulse, settings, store, full=full, ripe=ripe)
        except GaveWay:
            logger.info("gave way to another command store=%s", settings.name)
            continue
        _log(summary)
        return summary


def take_in_parts(
    hub: Hub, pulse: Pulse, settings: StoreSettings, store: Store, parts: list[Part], resting: Collection[str]
) -> Summary:
    """Bring the index up to date with folders that have come to rest. Raises StoreError, RunStopped, IndexFailure."""
    from backupd.follow_up import follow_up
    from backupd.scan.part import bring_part
    from backupd.scan.setup import naming_of, open_pool, rules_of
    from backupd.scan.source import Source

    with turn(hub, pulse, patient_seconds=_PATIENT_PART_SECONDS) as progress:
        summary = bring_part(
            hub.index,
            Source(settings.name, settings.kind, store),
            parts,
            rules_of(hub.settings, hub.today()),
            naming_of(hub.settings),
            now=hub.now,
            progress=progress,
            open_pool=open_pool,
            ripe=lambda mark: mark.path in resting,
        )
        follow_up(hub.index, hub.settings, hub.now())
    _log(summary)
    return summary


def told(summary: Summary) -> str:
    """Return what a run found, as numbers."""
    counts = summary.counts.as_dict()
    wanted = ("new", "changed", "moved", "back", "missing", "unread", "unsettled")
    found = " ".join(f"{name}={counts[name]}" for name in wanted if counts[name])
    return " ".join(part for part in (summary.outcome, found or "nothing changed") if part)


def _compare_once(
    hub: Hub, pulse: Pulse, settings: StoreSettings, store: Store, *, full: bool, ripe: Callable[[FolderMark], bool]
) -> Summary:
    from backupd.follow_up import follow_up
    from backupd.scan.bring import bring_up_to_date
    from backupd.scan.setup import naming_of, open_pool, rules_of

    # What may hang is done before the turn is taken.
    store.check()
    with hub.index.read() as conn:
        before = stores.newest_scan(conn)
        known = stores.find_store(conn, settings.name)
        position = feeds.find_position(conn, known.id) if known is not None else None
    marks = list(_walked(pulse, store)) if store.capabilities.listing == "walk" else None
    asked = store
    if marks is None:
        cursor = None if position is None or (full and position.complete) else position.value or None
        store = begun(store, cursor)
        pulse.beat()
    with turn(hub, pulse, patient_seconds=_PATIENT_WHOLE_SECONDS) as progress, _heeding(asked, progress):
        with hub.index.read() as conn:
            if stores.newest_scan(conn) != before:
                # Another run has written meanwhile: what was seen before it must not be concluded from.
                marks = None
        summary, *_ = bring_up_to_date(
            hub.index,
            [_source(settings, store, marks)],
            rules_of(hub.settings, hub.today(), full=full),
            naming_of(hub.settings),
            now=hub.now,
            progress=progress,
            open_pool=open_pool,
            ripe=ripe,
        )
        follow_up(hub.index, hub.settings, hub.now())
    return summary


def _heeding(store: Store, progress: TurnProgress) -> AbstractContextManager[None]:
    return store.heeding(progress.waiting) if isinstance(store, ApartStore) else nullcontext()


def _walked(pulse: Pulse, store: Store) -> Iterator[FolderMark]:
    for mark in store.walk():
        pulse.beat()
        yield mark


def _source(settings: StoreSettings, store: Store, marks: list[FolderMark] | None) -> Source:
    from backupd.scan.source import Source

    return Source(settings.name, settings.kind, store, iter(marks) if marks is not None else None)


def _log(summary: Summary) -> None:
    counts = summary.counts
    logger.log(
        logging.INFO if summary.outcome in ("complete", "partial") else logging.WARNING,
        "compared store=%s outcome=%s folders=%d new=%d changed=%d moved=%d back=%d missing=%d unread=%d seconds=%.1f",
        summary.store, summary.outcome, counts.folders, counts.new, counts.changed, counts.moved, counts.back,
        counts.missing, counts.unread, summary.seconds,
    )  # fmt: skip
