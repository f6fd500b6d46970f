"""The thread of one local store: is it there, what was heard, what has come to rest, what is to be compared whole."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, cast

from adapters.base import Store, WalksBelow
from adapters.errors import NotFound, NotOurStore, StoreError
from adapters.records import FolderMark
from backupd.policy.settling import Due, Settling
from backupd.scan.summary import RunStopped, Summary
from backupd.watching import runs
from backupd.watching.events import LIMIT_REACHED, EventSource, Heard, has_room_to_watch
from backupd.watching.filesystems import why_not_watched
from backupd.watching.heard import take_in
from backupd.watching.work import Ended, GaveWay, Hub, Hurry
from index import stores
from index.errors import IndexFailure

if TYPE_CHECKING:
    from backupd.scan.part import Part
    from backupd.settings.models import StoreSettings

logger = logging.getLogger(__name__)

PRESENCE_SECONDS = 10.0
_RETRY_SECONDS = 5.0
_WATCH_AGAIN_SECONDS = 3600.0
_HEARD_SECONDS = 900.0
"""How often it is written down that a store which is only watched was there."""
WATCHED = "events"


class LocalLoop(threading.Thread):
    """Ends with the service. `ask` hands it a comparison of the whole store, by the job's name."""

    def __init__(self, hub: Hub, settings: StoreSettings, store: Store, source: Callable[..., Any] = EventSource) -> None:
        super().__init__(name=f"store-{settings.name}", daemon=True)
        self._hub = hub
        self._settings = settings
        self._store = store
        self._make_source = source
        self._queue: SimpleQueue[Any] = SimpleQueue()
        self._asked: list[tuple[str, bool]] = []
        self._settling = Settling(hub.settings.folders.settle.as_timedelta().total_seconds())
        self._events: EventSource | None = None
        self._pulse = hub.pulses.of(settings.name)
        self.store_name = settings.name
        self._presence_at = 0.0
        self._watch_at = 0.0
        self._identity: tuple[int, int] | None = None
        self._state = ""
        self._watching = ""
        self._has_lost = False
        self._heard_at = 0.0

    def ask(self, job: str, *, full: bool) -> None:
        """Have the whole store compared soon; its end is told to the hub."""
        self._queue.put((job, full))

    def wake(self) -> None:
        """Have it look whether it is to end."""
        self._queue.put(None)

    def run(self) -> None:
        """Work until the service stops."""
        try:
            while not self._hub.stopping.is_set():
                self._listen()
                try:
                    self._tick()
                except RunStopped:
                    break
                except (IndexFailure, StoreError, OSError) as err:
                    logger.warning("could not go on store=%s error=%s", self.store_name, type(err).__name__, exc_info=err)
                    self._hub.stopping.wait(_RETRY_SECONDS)
        except Exception:
            logger.exception("a store's thread has ended by a mistake store=%s", self._settings.name)
            self._hub.tell(self)
        finally:
            self._unwatch()
            self._pulse.rest()

    def _listen(self) -> None:
        """Wait until something is heard or due, and take in all that was heard."""
        now = time.monotonic()
        ats = [at for at in (self._presence_at, self._settling.next_at()) if at is not None]
        wait = 0.0 if self._asked else max(0.0, min(ats) - now)
        self._pulse.rest()
        try:
            heard = self._queue.get(timeout=wait) if wait else self._queue.get_nowait()
            while not self._hub.stopping.is_set():
                self._hear(heard)
                heard = self._queue.get_nowait()
        except Empty:
            return

    def _hear(self, heard: Any) -> None:
        if isinstance(heard, Heard):
            self._has_lost = take_in(heard, self._settling) or self._has_lost
        elif heard is not None:
            self._asked.append(heard)

    def _tick(self) -> None:
        if self._hub.stopping.is_set():
            return
        self._pulse.beat()
        now = time.monotonic()
        if now >= self._presence_at or self._asked:
            self._look_for_it()
        if self._state == "online":
            if self._has_lost:
                self._make_good_what_was_lost()
            self._take_in_what_rests()
        while self._asked and not self._hub.stopping.is_set():
            # Whatever becomes of it, it is told once and asked for again when it is due.
            self._compare(*self._asked.pop(0))

    # Is it there?

    def _look_for_it(self) -> None:
        try:
            self._store.check()
            status = Path(self._settings.path).stat()
        except (StoreError, OSError) as err:
            self._away(err)
        else:
            self._here((status.st_dev, status.st_ino))
        self._presence_at = time.monotonic() + PRESENCE_SECONDS

    def _away(self, err: Exception) -> None:
        state = "refused" if isinstance(err, NotOurStore) else "offline"
        if self._state == state:
            return
        logger.warning("store is %s store=%s reason=%s", state, self._settings.name, type(err).__name__)
        # A watch on a disk that is gone stays blind when it is back.
        self._unwatch()
        self._settling = Settling(self._hub.settings.folders.settle.as_timedelta().total_seconds())
        self._state, self._identity = state, None
        problem = err.detail if isinstance(err, StoreError) else (err.strerror if isinstance(err, OSError) else "")
        self._record(state=state, problem=problem or type(err).__name__, watching=None)

    def _here(self, identity: tuple[int, int]) -> None:
        was, self._state = self._state, "online"
        if was != "online" or identity != self._identity:
            if was:
                logger.info("store is online again store=%s", self._settings.name)
                self._record(state="online", problem=None, heard_at=self._hub.now())
                self._hub.tell(Hurry(runs.job_name(self._settings.name)))
            self._identity = identity
            self._watch_at = 0.0
            self._unwatch()
        elif time.monotonic() - self._heard_at >= _HEARD_SECONDS:
            self._heard_at = time.monotonic()
            self._record(heard_at=self._hub.now())
        if self._events is None and time.monotonic() >= self._watch_at:
            self._watch()
        elif self._events is not None and (not self._events.is_alive or not has_room_to_watch(self._settings.path)):
            why = LIMIT_REACHED if self._events.is_alive else "what heard of changes has ended"
            self._unwatch()
            self._say_watching(f"comparisons: {why}")
            self._hub.tell(Hurry(runs.job_name(self._settings.name)))

    def _make_good_what_was_lost(self) -> None:
        """Watch anew, then compare: folders that came without an event have no watch, and a comparison before there is one
        would miss what comes into them in between."""
        self._has_lost = False
        logger.warning("events were lost, comparing the whole store store=%s", self._settings.name)
        self._unwatch()
        self._watch()
        with self._hub.index.write() as conn:
            row = stores.find_store(conn, self._settings.name)
            if row is not None:
                stores.record_events_lost(conn, row.id, self._hub.now())
        self._hub.tell(Hurry(runs.job_name(self._settings.name)))

    def _watch(self) -> None:
        self._watch_at = time.monotonic() + _WATCH_AGAIN_SECONDS
        why = why_not_watched(self._settings.path)
        if not self._hub.settings.schedule.watch:
            why = "watching is switched off ([schedule] watch)"
        if why is None:
            why = self._start_watching()
        self._say_watching(WATCHED if why is None else f"comparisons: {why}")

    def _start_watching(self) -> str | None:
        events = self._make_source(self._settings.path, self._queue)
        try:
            events.start()
        except OSError as err:
            return LIMIT_REACHED if "limit" in str(err.strerror) else f"events cannot be had ({err.strerror})"
        if not has_room_to_watch(self._settings.path):
            events.stop()
            return LIMIT_REACHED
        self._events = events
        return None

    def _unwatch(self) -> None:
        events, self._events = self._events, None
        if events is not None:
            events.stop()

    def _say_watching(self, how: str) -> None:
        if how != self._watching:
            level = logging.INFO if how == WATCHED else logging.WARNING
            logger.log(level, 'watching store=%s how="%s"', self._settings.name, how)
        self._watching = how
        self._record(watching=how)

    def _record(self, **values: Any) -> None:
        """Write what is known of the store, once a first comparison has made it known at all."""
        with self._hub.index.write() as conn:
            if stores.find_store(conn, self._settings.name) is not None:
                stores.record_store(conn, self._settings.name, self._settings.kind, now=self._hub.now(), **values)

    # What has come to rest

    def _take_in_what_rests(self) -> None:
        now = time.monotonic()
        due = self._settling.take_due(now)
        if not due:
            return
        parts = self._look_at(due)
        resting = {mark.path for part in parts for mark in part.marks if self._rests(mark)}
        for each in due:
            self._settling.looked(each, now)
        if not resting:
            return
        try:
            summary = runs.take_in_parts(self._hub, self._pulse, self._settings, self._store, parts, resting)
        except (StoreError, IndexFailure, RunStopped) as err:
            for each in due:
                self._settling.again(each, time.monotonic() + (0.0 if isinstance(err, GaveWay) else _RETRY_SECONDS))
            if isinstance(err, GaveWay):
                return
            self._presence_at = 0.0
            raise
        if summary.counts.unsettled:
            for part in parts:
                self._settling.touched(part.path, time.monotonic(), deep=part.deep)

    def _look_at(self, due: list[Due]) -> list[Part]:
        from backupd.scan.part import Part

        parts = []
        for each in due:
            try:
                marks = tuple(cast(WalksBelow, self._store).walk_below(each.path, deep=each.deep))
            except NotFound:
                self._settling.gone(each.path)
                continue
            except StoreError:
                self._settling.again(each, time.monotonic() + _RETRY_SECONDS)
                self._presence_at = 0.0
                continue
            parts.append(Part(each.path, each.deep, marks))
            self._pulse.beat()
        return parts

    def _rests(self, mark: FolderMark) -> bool:
        wall_ns = int(self._hub.clock.now().timestamp() * 1_000_000_000)
        return self._settling.is_at_rest(mark.path, mark.mark, mark.changed_ns, time.monotonic(), wall_ns)

    # The whole

    def _compare(self, job: str, full: bool) -> None:
        if self._state != "online":
            self._hub.tell(Ended(job, "failed", self._state))
            return
        try:
            summary = runs.compare_whole(
                self._hub, self._pulse, self._settings, self._store, full=full, ripe=self._rests
            )
        except RunStopped:
            self._hub.tell(Ended(job, "stopped"))
            raise
        except (StoreError, IndexFailure, OSError) as err:
            self._hub.tell(Ended(job, "failed", type(err).__name__))
            self._presence_at = 0.0
            raise
        self._end(job, summary)

    def _end(self, job: str, summary: Summary) -> None:
        if summary.outcome == "failed":
            self._presence_at = 0.0
        self._hub.tell(Ended(job, "failed" if summary.outcome == "failed" else "done", runs.told(summary)))
        if self._watching:
            # The first comparison has only just made the store known.
            self._record(watching=self._watching)
