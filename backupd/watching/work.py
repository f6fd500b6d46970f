"""Work for one store, in a thread of its own: waiting for the turn to write, giving way, stopping at a safe point.

What can hang is asked before the turn is taken: a disk or a cloud that is dead holds up nobody else. Whoever has the turn
gives it up between two files when somebody waits for it, or while a cloud does not answer, at the latest after half a
minute; the run then starts anew, and goes on from what was recorded.
"""

# ruff: noqa: ARG002 - one signature for all who are told how a run goes on

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from backupd.clock import Clock
from backupd.scan.summary import RunStopped
from backupd.watching.pulse import Pulse, Pulses
from index.engine import Index, writer_turn
from index.errors import IndexBusy
from index.turn import turn_is_awaited, turn_is_wanted

if TYPE_CHECKING:
    from backupd.settings.models import Settings

_LEAST_SECONDS = 5.0
_LONGEST_SECONDS = 30.0
_LOOK_SECONDS = 1.0
_ANSWER_SECONDS = 3.0
"""So long an answer may keep a run waiting while others wait for the turn."""

_GIVE_WAY_SECONDS = 0.3


class GaveWay(RunStopped):
    """Somebody else had to write: what was being done is to be begun anew."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended: "done", "failed" or "stopped". `detail` holds kinds and numbers, never names."""

    job: str
    outcome: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hub:
    """What all threads of the service share. `tell` takes what the main thread must hear of, from any thread.

    `began` is when all this was begun, in the clock's monotonic seconds.
    """

    settings: Settings
    index: Index
    clock: Clock
    pulses: Pulses
    tell: Callable[[object], None]
    stopping: threading.Event = field(default_factory=threading.Event)
    began: float = 0.0

    def now(self) -> int:
        """Return whole seconds since 1970 UTC."""
        return int(self.clock.now().timestamp())

    def awake_seconds(self) -> float:
        """Return for how long the service has been at work: no jump of the clock and no sleep of the machine counts."""
        return self.clock.monotonic() - self.began

    def today(self) -> date:
        """Return the day in the studio's zone."""
        return self.clock.today(self.settings.studio.timezone)


@dataclass(frozen=True, slots=True)
class Hurry:
    """Told to the main thread: this job should run as soon as it can."""

    job: str


class TurnProgress:
    """The progress of a run that holds the turn: feeds the pulse, and ends the run when it must."""

    def __init__(
        self,
        pulse: Pulse,
        must_stop: Callable[[], bool],
        is_wanted: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
        is_awaited: Callable[[], bool] = lambda: False,
    ) -> None:
        self._pulse = pulse
        self._must_stop = must_stop
        self._is_wanted = is_wanted
        self._is_awaited = is_awaited
        self._monotonic = monotonic
        self._began = self._looked = monotonic()
        self._wanted_since: float | None = None
        self._seen: object = None

    def walking(self, folders: int, files: int) -> None:
        """Folders are compared."""
        self._advanced((folders, files))
        self._heed(between_files=False)

    def reading(self, files: int, bytes_read: int, all_files: int, all_bytes: int) -> None:
        """Files are read; it is told so while one is read as well."""
        between = self._seen is None or (isinstance(self._seen, tuple) and self._seen[0] != files)
        self._advanced((files, bytes_read))
        self._heed(between_files=between)

    def waiting(self, seconds: float) -> None:
        """An answer has been waited for so long: that is no headway, and anybody else could use the turn."""
        if seconds >= _ANSWER_SECONDS and self._is_awaited():
            raise GaveWay
        self._heed(between_files=True)

    def finishing(self, what: str) -> None:
        """The last steps are under way."""
        self._pulse.beat()
        self._seen = None
        self._heed(between_files=True)

    def _advanced(self, seen: tuple[int, int]) -> None:
        if seen != self._seen:
            self._seen = seen
            self._pulse.beat()

    def _heed(self, *, between_files: bool) -> None:
        if self._must_stop():
            raise RunStopped
        now = self._monotonic()
        if now - self._began < _LEAST_SECONDS:
            return
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            wanted = self._is_wanted()
            self._wanted_since = (self._wanted_since or now) if wanted else None
        if self._wanted_since is not None and (between_files or now - self._wanted_since > _LONGEST_SECONDS):
            raise GaveWay


@contextmanager
def turn(hub: Hub, pulse: Pulse, *, patient_seconds: float) -> Iterator[TurnProgress]:
    """Have the turn to write for a run. Raises RunStopped where the service is to stop before it comes, and from the run:
    GaveWay where somebody else had to write."""
    url = hub.settings.index.url
    try:
        with writer_turn(url, wait_seconds=None, patient_seconds=patient_seconds, stop=hub.stopping.is_set):
            pulse.beat()
            pulse.holds_turn = True
            try:
                yield TurnProgress(
                    pulse, hub.stopping.is_set, lambda: turn_is_wanted(url), is_awaited=lambda: turn_is_awaited(url)
                )
            finally:
                pulse.holds_turn = False
    except GaveWay:
        # Whoever waits looks twenty times a second.
        hub.stopping.wait(_GIVE_WAY_SECONDS)
        raise
    except IndexBusy as err:
        if hub.stopping.is_set():
            raise RunStopped from err
        raise
