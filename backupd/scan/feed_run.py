"""One store that tells its changes, from beginning to end: follow, place, read lists, conclude.

Each page is written in one transaction with the position behind it, so that a run that is killed goes on from its last
page as if nothing had happened. A listing of everything is a generation of its own: what a complete one did not name is
gone, as is what the feed says is; but only once the marker was read again, and only if it is not too much at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapters.base import Store
from adapters.errors import CursorLost, StoreError, Unavailable
from adapters.records import ChangePage
from backupd.reading.participants import looks_like_list
from backupd.scan.cloud_lists import read_lists
from backupd.scan.doubt import forget_doubt, may_conclude
from backupd.scan.fed_page import PageWriter
from backupd.scan.rules import Rules
from backupd.scan.summary import Progress, Summary
from index import copies, feeds, people
from index.engine import Index
from index.feeds import Position
from index.records import StoreRow

_MOST_LISTINGS = 3
"""How often a listing is begun anew in one run, where the store keeps losing its position."""


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

    def run(self) -> None:
        """Follow the feed to its end. Raises StoreError if the store cannot be believed (any more)."""
        try:
            self._follow()
        except StoreError:
            # What was listed can be looked up meanwhile.
            self._settle()
            raise
        self._settle()
        self._conclude()
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
        generation = position.generation if position else 0
        if position is not None and self.rules.full and position.complete:
            position = None
        listings = 0
        while True:
            try:
                self._take(position, generation)
            except CursorLost:
                listings += 1
                if listings == _MOST_LISTINGS:
                    raise
                with self.index.read() as conn:
                    known = feeds.find_position(conn, self.row.id)
                position, generation = None, known.generation if known else generation
            else:
                return

    def _take(self, position: Position | None, generation: int) -> None:
        """Take every page from a position on; without one, of everything, in a new generation."""
        if position is None:
            position = Position("", generation + 1, complete=False)
        is_complete = False
        for page in self.store.changes(position.value or None):
            is_complete = page.complete
            position = Position(page.cursor, position.generation, position.complete or page.complete)
            self._write(page, position)
        if not is_complete:
            raise Unavailable(self.row.name, "changes", detail="answered wrongly: the listing ended before its end")

    def _write(self, page: ChangePage, position: Position) -> None:
        assert self._writer is not None
        with self.index.write() as conn:
            now = self.now()
            before = feeds.find_position(conn, self.row.id)
            is_listing = before is None or before.generation != position.generation or not before.complete
            self._writer.write(conn, page, position.generation, now, is_listing=is_listing)
            if page.complete and is_listing:
                feeds.say_unnamed_gone(conn, self.row.id, position.generation)
            feeds.record_position(conn, self.row.id, position, now)
        self.progress.walking(len(self._writer.tree), self.summary.counts.listed)

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

    def _count(self) -> None:
        with self.index.read() as conn:
            self.summary.counts.files = copies.count_present(conn, self.row.id)
            self.summary.counts.folders = feeds.count_folders(conn, self.row.id)
