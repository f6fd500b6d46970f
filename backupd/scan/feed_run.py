"""One store that tells its changes, from beginning to end: follow, place, read lists, conclude.

Pages are written in one transaction with the position behind them, so that a run that is killed goes on from there as if
nothing had happened. A long listing writes several at once, for each of them reaches all over the index; never more than
a share of what is written already, so that a kill costs little of what a run has done. A listing of everything is a
generation of its own: what a complete one did not name is gone, as is what the feed says is; but only once the marker was
read again, and only if it is not too much at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from adapters.base import Store
from adapters.errors import CursorLost, StoreError, Unavailable
from adapters.records import ChangePage, Presence
from backupd.reading.participants import looks_like_list
from backupd.scan import twins
from backupd.scan.cloud_lists import read_lists
from backupd.scan.doubt import forget_doubt, may_conclude
from backupd.scan.fed_page import PageWriter
from backupd.scan.lagging import LAG_SECONDS, as_it_is
from backupd.scan.rules import Rules
from backupd.scan.summary import Progress, RunStopped, Summary
from index import copies, feeds, lagging, people, review
from index.engine import Index
from index.feeds import Position
from index.records import StoreRow

_MOST_HELD = 48_000
"""How many files' worth of pages wait to be written together, at most: more gain little, and must be held in memory."""

_HELD_SHARE = 8
"""One part in so many of what this run has written may wait."""

_HELD_SECONDS = 20.0
"""No page waits longer than this, for a slow store."""

_MOST_LOOKED_AT = 200
"""So many files at most are looked at one by one."""

_MOST_LISTINGS = 3
"""How often a listing is begun anew in one run, where the store keeps losing its position."""


class _Held:
    """Pages that wait to be written, each with the position behind it."""

    def __init__(self) -> None:
        self._pages: list[tuple[ChangePage, Position]] = []
        self._since = time.monotonic()
        self.files = self._named = 0

    def add(self, page: ChangePage, position: Position) -> None:
        """Let a page wait."""
        self._pages.append((page, position))
        self.files += len(page.entries)
        self._named += len(page.entries) + len(page.folders) + len(page.removed) + len(page.removed_below)

    def is_enough(self, written: int) -> bool:
        """Say whether it is time to write, after so many files were written."""
        most = min(written // _HELD_SHARE, _MOST_HELD)
        return self._named >= most or time.monotonic() - self._since >= _HELD_SECONDS

    def take(self) -> list[tuple[ChangePage, Position]]:
        """Return what waits, and let nothing wait any more."""
        pages, self._pages = self._pages, []
        self.files = self._named = 0
        self._since = time.monotonic()
        return pages


@dataclass(slots=True)
class FeedRun:
    """Brings the index up to date with one store that has a feed. Use once."""

    index: Index
    store: Store
    row: StoreRow
    rules: Rules
    now: Callable[[], int]
    progress: Progress
    place: Callable[[], object]
    summary: Summary
    _writer: PageWriter | None = None
    _is_relisting: bool = False

    def run(self) -> None:
        """Follow the feed to its end. Raises StoreError if the store cannot be believed (any more)."""
        try:
            self._follow()
        except StoreError:
            # What was listed can be looked up meanwhile.
            self.index.roomy = False
            self._settle()
            raise
        finally:
            self.index.roomy = False
        self._settle()
        self._conclude()
        self._ask_about_twins()
        read_lists(self.index, self.store, self.row, self.rules, self.now, self.summary)

    def _follow(self) -> None:
        with self.index.read() as conn:
            position = feeds.find_position(conn, self.row.id)
            self._writer = PageWriter(
                conn,
                self.row.id,
                self.row.name,
                self.summary.counts,
                lambda name: looks_like_list(name, self.rules.list_names),
                self.summary.trouble,
                self.rules.today,
            )
        self.index.roomy = self._writer.is_first
        generation = position.generation if position else 0
        begins_anew = position is not None and position.complete and self.rules.full
        if begins_anew and not self.store.capabilities.listing_lags:
            position = None
        listings = 0
        while True:
            try:
                self._take(position, generation)
                if not begins_anew or position is None:
                    return
                # The feed first: a listing that lags may not show yet what it tells, and from a new position nobody does.
                position = None
            except CursorLost:
                listings += 1
                if listings == _MOST_LISTINGS:
                    raise
                with self.index.read() as conn:
                    known = feeds.find_position(conn, self.row.id)
                position, generation = None, known.generation if known else generation

    def _take(self, position: Position | None, generation: int) -> None:
        """Take every page from a position on; without one, of everything, in a new generation."""
        if position is None:
            position = Position("", generation + 1, complete=False)
        self._is_relisting = position.generation > 1 and not position.complete
        held = _Held()
        is_complete = False
        try:
            for page in self.store.changes(position.value or None):
                is_complete = page.complete
                position = Position(page.cursor, position.generation, position.complete or page.complete)
                held.add(page, position)
                if is_complete or held.is_enough(self.summary.counts.listed):
                    self._write(held)
                assert self._writer is not None
                self.progress.walking(len(self._writer.tree), self.summary.counts.listed + held.files)
        except (StoreError, RunStopped):
            self._write(held)
            raise
        if not is_complete:
            self._write(held)
            raise Unavailable(self.row.name, "changes", detail="answered wrongly: the listing ended before its end")

    def _write(self, held: _Held) -> None:
        assert self._writer is not None
        pages = [(self._as_it_is(page), position) for page, position in held.take()]
        if not pages:
            return
        with self.index.write() as conn:
            for page, position in pages:
                now = self.now()
                before = feeds.find_position(conn, self.row.id)
                is_listing = before is None or before.generation != position.generation or not before.complete
                self._writer.write(conn, page, position.generation, now, is_listing=is_listing)
                if page.complete and is_listing:
                    self._writer.flush(conn)
                    feeds.say_unnamed_gone(conn, self.row.id, position.generation)
                feeds.record_position(conn, self.row.id, position, now)
            self._writer.flush(conn)

    def _as_it_is(self, page: ChangePage) -> ChangePage:
        """Return a page whose word may be taken: one of a first listing, of changes, or of a store that does not lag."""
        if not self._is_relisting or not self.store.capabilities.listing_lags:
            return page
        assert self._writer is not None
        return as_it_is(self.index, self.store, self.row.id, self._writer.tree, page, self.now())

    def _settle(self) -> None:
        """Let shoots and lists follow the folders."""
        with self.index.write() as conn:
            feeds.count_files(conn, self.row.id)
        self.place()
        with self.index.write() as conn:
            people.follow_store(conn, self.row.id)

    def _conclude(self) -> None:
        """Say what is gone, if the store is still to be believed and not too much has gone at once."""
        self.store.check()
        with self.index.read() as conn:
            absent = feeds.count_gone(conn, self.row.id)
        if absent and self.store.capabilities.listing_lags:
            absent -= self._name_what_is_there()
        with self.index.read() as conn:
            away = feeds.has_gone_folders(conn, self.row.id)
        if not absent:
            forget_doubt(self.index, self.row)
        if absent or away:
            with self.index.write() as conn:
                now = self.now()
                if absent and not may_conclude(conn, self.row, absent, self.rules.vanish_share, self.summary, now):
                    return self._count()
                feeds.conclude_gone(conn, self.row.id, now)
                feeds.count_files(conn, self.row.id)
            self.summary.counts.missing = absent
        self.summary.outcome = "complete"
        return self._count()

    def _ask_about_twins(self) -> None:
        assert self._writer is not None
        found = twins.told_apart(self._writer.tree)
        with self.index.read() as conn:
            is_asked = bool(review.open_subjects(conn, twins.KIND, self.row.id))
        if found or is_asked:
            with self.index.write() as conn:
                twins.ask_about_folders(conn, self.row, found, self.now())
                twins.withdraw_what_passed(conn, self.row)

    def _name_what_is_there(self) -> int:
        """Look at what was told of shortly before it was called gone; return how many files are there after all."""
        with self.index.read() as conn:
            young = lagging.young_gone(conn, self.row.id, self.now() - LAG_SECONDS, _MOST_LOOKED_AT)
            position = feeds.find_position(conn, self.row.id)
        there = [id for id, ref in young if self.store.presence(ref) is Presence.PRESENT]
        if there and position is not None:
            with self.index.write() as conn:
                lagging.name_after_all(conn, self.row.id, there, position.generation)
        return len(there)

    def _count(self) -> None:
        with self.index.read() as conn:
            self.summary.counts.files = copies.count_present(conn, self.row.id)
            self.summary.counts.folders = feeds.count_folders(conn, self.row.id)
