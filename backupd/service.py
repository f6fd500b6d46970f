"""The service: starts the threads of the stores and the jobs, hears signals, watches over all of them, stops.

The only place where settings, clock, stores and index meet for `backupd run`. What is done is in `watching` and `schedule`;
who is told of it is in `systemd`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from adapters.base import Store
from adapters.errors import StoreError
from adapters.kinds import open_store
from adapters.retry import Patience, RetryingStore
from backupd.clock import Clock
from backupd.gentle import give_way
from backupd.policy.pulse import Beat, silent, stuck
from backupd.register.backup import list_backups
from backupd.register.level import bring_level
from backupd.schedule.runner import Runner
from backupd.systemd import Systemd
from backupd.watching.local import LocalLoop
from backupd.watching.pulse import Pulses
from backupd.watching.work import Ended, Hub, Hurry
from index.engine import Index, open_index, quick_check
from index.errors import IndexBusy, IndexDamaged, IndexFailure, IndexTooNew
from index.place import database_file
from index.stores import find_store, record_store, was_cut_short
from index.turn import only_service

if TYPE_CHECKING:
    from backupd.settings.models import Settings, StoreSettings
    from backupd.watching.cloud import CloudLoop

logger = logging.getLogger(__name__)

_LONGEST_WAIT_SECONDS = 20.0
_STUCK_SECONDS = 300.0
_SILENT_SECONDS = 120.0
_STOP_SECONDS = 20.0
_JOBS_SECONDS = 5.0
_CHECK_SECONDS = 3600.0
_PATIENCE = Patience(tries=4, longest_seconds=15.0, operation_seconds=45.0, run_seconds=90.0)
"""What a cloud is borne with. Less than by a command: others may wait for the turn meanwhile."""

STOP, RELOAD = "stop", "reload"


class AnotherService(IndexBusy):
    """Another service has this index: a person must stop one of them. An index that is only busy will be free again."""


class Service:
    """One service, until it is told to stop. `load` reads the configuration anew and raises SettingsError."""

    def __init__(self, settings: Settings, load: Callable[[], Settings], systemd: Systemd, clock: Clock) -> None:
        self._settings = settings
        self._load = load
        self._systemd = systemd
        self._clock = clock
        self._messages: SimpleQueue[Any] = SimpleQueue()
        self._reason = ""
        self._before: Settings | None = None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT. Raises AnotherService where one has this index, IndexFailure."""
        url, folder = self._settings.index.url, self._settings.index.folder
        with _only_one(url, folder), self._signals(), ExitStack() as stack:
            self._systemd.status("opening the index")
            index = self._open_index(url)
            stack.callback(index.close)
            if self._settings.schedule.gentle:
                give_way()
            logger.info("service started pid=%d stores=%d", os.getpid(), len(self._settings.stores))
            while self._work(index):
                self._reload()
        logger.info("service stopped")

    def _open_index(self, url: str) -> Index:
        self._refuse_to_begin_anew(url)
        self._systemd.more_time(_CHECK_SECONDS)
        index = open_index(url, create=True)
        with index.read() as conn:
            cut_short = was_cut_short(conn)
        if cut_short:
            logger.warning("the last run was cut short, checking the index")
            self._systemd.status("checking the index")
            quick_check(index)
        done = bring_level(index, self._settings.index)
        if done is not None:
            logger.warning("the index was behind the ledger, applied entries=%d", done.entries)
        return index

    def _refuse_to_begin_anew(self, url: str) -> None:
        """An index that was there and is gone is said, not begun anew: its disk may only be away. Raises IndexDamaged."""
        database, folder = database_file(url), self._settings.index.backups_folder
        gone = database is not None and (not database.exists() or not database.stat().st_size)
        if gone and list_backups(folder):
            raise IndexDamaged(
                str(database),
                "the index is gone, though there are backups of it",
                "See that its disk is there; else 'backupd restore-index', or 'backupd index --rebuild'",
            )

    def _work(self, index: Index) -> bool:
        """Work with the settings in force; True if they are to be read anew, False if this is the end."""
        began = self._clock.monotonic()
        hub = Hub(self._settings, index, self._clock, Pulses(time.monotonic), self._messages.put, began=began)
        with ExitStack() as stack:
            try:
                loops = [_loop(hub, store, stack) for store in self._settings.stores]
                runner = Runner(hub, {loop.store_name: _asking(loop) for loop in loops})
            except (ValueError, TypeError, ArithmeticError, StoreError) as err:
                if self._before is None:
                    raise
                self._keep_old(err)
                return self._work(index)
            for loop in loops:
                loop.start()
            self._systemd.ready()
            again = self._attend(hub, runner)
            if not again:
                self._systemd.stopping()
            self._end(hub, loops)
        return again

    def _keep_old(self, err: Exception) -> None:
        """What the check of the configuration let pass and cannot be worked by is no reason to end."""
        assert self._before is not None
        logger.error("kept the old configuration, the new one can't be worked by", exc_info=err)
        self._reason = "the new configuration can't be worked by; the old one stays in force: backupd config check"
        self._settings, self._before = self._before, None

    def _attend(self, hub: Hub, runner: Runner) -> bool:
        feed_at = 0.0
        pause = (self._systemd.watchdog_seconds or 2 * _LONGEST_WAIT_SECONDS) / 2
        while True:
            runner.tick()
            if time.monotonic() >= feed_at:
                self._watch_over(hub)
                feed_at = time.monotonic() + min(pause, _LONGEST_WAIT_SECONDS)
            self._systemd.status(_told(hub, runner, self._reason))
            for message in self._heard(min(feed_at - time.monotonic(), _soon(runner.seconds_to_next()))):
                if message in (STOP, RELOAD):
                    return bool(message == RELOAD)
                if isinstance(message, Ended):
                    runner.ended(message)
                elif isinstance(message, Hurry):
                    runner.hurry(message.job)
                elif isinstance(message, threading.Thread):
                    raise RuntimeError("a store's thread has ended by a mistake")

    def _heard(self, seconds: float) -> Iterator[Any]:
        """Wait so long for a message, and yield it with all others that are there."""
        with contextlib.suppress(Empty):
            yield self._messages.get(timeout=max(0.0, seconds))
            while True:
                yield self._messages.get_nowait()

    def _watch_over(self, hub: Hub) -> None:
        """Feed systemd's watchdog, unless whoever has the turn to write stands still."""
        now, beats = time.monotonic(), hub.pulses.seen()
        held = stuck(beats, now, max(_STUCK_SECONDS, self._systemd.watchdog_seconds or 0.0))
        if held:
            logger.error("nothing advances any more, systemd is no longer told that all is well workers=%s", ",".join(held))
        else:
            self._systemd.alive()
        for name in silent(beats, now, _SILENT_SECONDS):
            self._say_silent(hub, name)

    def _say_silent(self, hub: Hub, name: str) -> None:
        try:
            with hub.index.write() as conn:
                row = find_store(conn, name)
                if row is not None and row.state == "online":
                    logger.warning("store does not answer store=%s", name)
                    word = {"state": "offline", "problem": "it does not answer"}
                    record_store(conn, name, row.kind, now=hub.now(), **word)
        except (IndexDamaged, IndexTooNew):
            raise
        except IndexFailure as err:
            logger.warning("could not be written down, tried again later store=%s", name, exc_info=err)

    def _reload(self) -> None:
        """Read the configuration anew; what is wrong with it keeps the old one in force."""
        from backupd.settings.faults import SettingsError

        self._systemd.reloading()
        try:
            settings = self._load()
        except SettingsError as err:
            # Its words may repeat what stands in the file: they are told by the command, not by the journal.
            places = "; ".join(f"line {each.line or '?'} {each.key}" for each in err.faults[:5])
            self._reason = f"the configuration is wrong ({places}); the old one stays in force: backupd config check"
            logger.error('kept the old configuration faults=%d places="%s"', len(err.faults), places)
            return
        if settings.index != self._settings.index:
            self._reason = "[index] has changed: restart the service; until then nothing of the new configuration holds"
            logger.error("kept the old configuration, since [index] has changed: restart the service")
            return
        self._reason, self._before, self._settings = "", self._settings, settings
        logger.info("configuration read anew stores=%d", len(settings.stores))

    def _end(self, hub: Hub, loops: list[LocalLoop | CloudLoop]) -> None:
        """Have all stop at a safe point. Who only waits for a cloud is not waited for: it ends with the process."""
        hub.stopping.set()
        until = time.monotonic() + _STOP_SECONDS
        for loop in loops:
            loop.wake()
        _wait(lambda: not any(beat.holds_turn for beat in hub.pulses.seen()), _STOP_SECONDS)
        _wait(lambda: not any(_is_at_work(beat) for beat in hub.pulses.seen()), _JOBS_SECONDS)
        for loop in loops:
            if isinstance(loop, LocalLoop):
                loop.join(timeout=max(0.1, until - time.monotonic()))
        self._forget_ended()

    def _forget_ended(self) -> None:
        """What those who have ended told is of no use to those who come after them; signals are."""
        meant = [message for message in self._heard(0.0) if message in (STOP, RELOAD)]
        for message in meant:
            self._messages.put(message)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        meant = {signal.SIGTERM: STOP, signal.SIGINT: STOP, signal.SIGHUP: RELOAD}
        before = {number: signal.getsignal(number) for number in meant}

        def heard(number: int, _frame: object) -> None:
            self._messages.put(meant[signal.Signals(number)])

        for number in meant:
            signal.signal(number, heard)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def _only_one(url: str, folder: Path) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(only_service(url, folder))
        except IndexBusy as err:
            raise AnotherService(err.place, err.detail, err.mend) from err
        yield


def _loop(hub: Hub, settings: StoreSettings, stack: ExitStack) -> LocalLoop | CloudLoop:
    ignore = (*hub.settings.folders.ignore, *settings.ignore)
    store: Store = open_store(settings.kind, settings.name, settings.as_options() | {"ignore": ignore})
    stack.callback(store.close)
    if store.capabilities.local_reads:
        return LocalLoop(hub, settings, store)
    from backupd.watching.cloud import CloudLoop

    patient = RetryingStore(store, _PATIENCE, sleep=hub.stopping.wait, random=random.random, clock=time.monotonic)
    return CloudLoop(hub, settings, patient)


def _asking(loop: LocalLoop | CloudLoop) -> Callable[[str, bool], None]:
    return lambda job, full: loop.ask(job, full=full)


def _is_at_work(beat: Beat) -> bool:
    return beat.name.startswith("job ") and beat.still_since is not None


def _wait(done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not done():
        time.sleep(0.05)


def _soon(seconds: float | None) -> float:
    return _LONGEST_WAIT_SECONDS if seconds is None else min(seconds, _LONGEST_WAIT_SECONDS)


def _told(hub: Hub, runner: Runner, reason: str) -> str:
    """Return the line that `systemctl status` shows: no names, numbers only."""
    running = sorted(runner.running())
    what = f"running {', '.join(running)}" if running else "all is indexed, waiting for changes"
    return f"{reason}; {what}" if reason else f"{len(hub.settings.stores)} stores; {what}"
