"""The thread of one store in a cloud: told of changes where the cloud can tell, else asking now and then.

Being told and asking happen without the turn to write, and whoever has it gives it up while the cloud does not answer: so
no cloud holds up anybody.
"""

from __future__ import annotations

import logging
import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, cast

from adapters.base import Store
from adapters.errors import CursorLost, StoreError
from backupd.scan.summary import RunStopped
from backupd.watching import runs
from backupd.watching.apart import ApartStore
from backupd.watching.work import Ended, Hub, Hurry
from index import stores
from index.errors import IndexFailure

if TYPE_CHECKING:
    from adapters.retry import RetryingStore
    from backupd.settings.models import StoreSettings

logger = logging.getLogger(__name__)

LONGPOLL_SECONDS = 60.0
_FIRST_WAIT, _LONGEST_WAIT = 15.0, 900.0
_HEARD_SECONDS = 900.0
"""How often it is written down that a cloud which had nothing to tell did answer."""


class CloudLoop(threading.Thread):
    """Ends with the service. `ask` hands it a run, by the job's name."""

    def __init__(self, hub: Hub, settings: StoreSettings, store: RetryingStore) -> None:
        super().__init__(name=f"store-{settings.name}", daemon=True)
        self._hub = hub
        self._settings = settings
        # Its type tells what may be asked of it; see `ahead`.
        self._begin_run = store.begin_run
        self._apart = ApartStore(store, hub.stopping.is_set)
        self._store = cast("Store", self._apart)
        self._queue: SimpleQueue[tuple[str, bool] | None] = SimpleQueue()
        self._pulse = hub.pulses.of(settings.name)
        self.store_name = settings.name
        self._wait_seconds = 0.0
        self._heard_at = 0.0
        self._poll_seconds = hub.settings.schedule.poll.as_timedelta().total_seconds()

    def ask(self, job: str, *, full: bool) -> None:
        """Have the feed followed soon; its end is told to the hub."""
        self._queue.put((job, full))

    def wake(self) -> None:
        """Have it look whether it is to end."""
        self._queue.put(None)

    def run(self) -> None:
        """Work until the service stops."""
        try:
            while not self._hub.stopping.is_set():
                try:
                    self._step()
                except IndexFailure as err:
                    logger.warning("could not go on store=%s", self.store_name, exc_info=err)
                    self._pulse.rest()
                    self._hub.stopping.wait(_FIRST_WAIT)
        except RunStopped:
            return
        except Exception:
            logger.exception("a store's thread has ended by a mistake store=%s", self._settings.name)
            self._hub.tell(self)
        finally:
            self._pulse.rest()
            self._apart.close()

    def _step(self) -> None:
        self._pulse.rest()
        cursor = None if self._wait_seconds else self._cursor()
        asked: tuple[str, bool] | None = None
        try:
            asked = self._queue.get_nowait() if cursor else self._queue.get(timeout=self._wait_seconds or self._poll_seconds)
        except Empty:
            if cursor is None or self._has_changed(cursor):
                self._hurry()
            return
        if asked is not None and not self._hub.stopping.is_set():
            self._follow(*asked)

    def _hurry(self) -> None:
        self._wait_seconds = self._wait_seconds or _FIRST_WAIT
        self._hub.tell(Hurry(runs.job_name(self._settings.name)))

    def _has_changed(self, cursor: str) -> bool:
        try:
            has_changed = self._store.wait_for_changes(cursor, LONGPOLL_SECONDS)
            if not has_changed and time.monotonic() - self._heard_at >= _HEARD_SECONDS:
                self._heard_at = time.monotonic()
                self._record(heard_at=self._hub.now())
            return has_changed
        except CursorLost:
            return True
        except StoreError as err:
            self._failed(type(err).__name__)
            return False

    def _follow(self, job: str, full: bool) -> None:
        self._pulse.beat()
        self._begin_run()
        try:
            summary = runs.compare_whole(self._hub, self._pulse, self._settings, self._store, full=full)
        except RunStopped:
            self._hub.tell(Ended(job, "stopped"))
            raise
        except (StoreError, IndexFailure) as err:
            self._failed(type(err).__name__)
            self._hub.tell(Ended(job, "failed", type(err).__name__))
            self._record_away(err)
            return
        if summary.outcome == "failed":
            self._failed(summary.outcome)
        else:
            self._wait_seconds = 0.0
        outcome = "failed" if summary.outcome == "failed" else "done"
        self._hub.tell(Ended(job, outcome, runs.told(summary)))
        self._record(watching=self._how())

    def _failed(self, reason: str) -> None:
        self._wait_seconds = min(max(2 * self._wait_seconds, _FIRST_WAIT), _LONGEST_WAIT)
        logger.warning(
            "store does not answer as it should store=%s reason=%s next_try_seconds=%d",
            self._settings.name, reason, self._wait_seconds,
        )  # fmt: skip

    def _record_away(self, err: Exception) -> None:
        if isinstance(err, StoreError):
            state = "offline" if err.worth_retrying else "refused"
            self._record(state=state, problem=err.detail or type(err).__name__)

    def _record(self, **values: Any) -> None:
        with self._hub.index.write() as conn:
            if stores.find_store(conn, self._settings.name) is not None:
                stores.record_store(conn, self._settings.name, self._settings.kind, now=self._hub.now(), **values)

    def _how(self) -> str:
        if self._store.capabilities.long_poll:
            return "told by the cloud"
        return f"asked every {self._hub.settings.schedule.poll}"

    def _cursor(self) -> str | None:
        """Return the position to wait at, None where the cloud cannot tell or was never listed to its end."""
        if not self._store.capabilities.long_poll:
            return None
        with self._hub.index.read() as conn:
            return stores.find_cursor(conn, self._settings.name)
