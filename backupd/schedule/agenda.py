"""Which job is due, told the time. Pure: what it says is written down and carried out by `runner`.

A job that was missed, once or a hundred times, is due once. A due time is moved on only when the job has ended, so one
that was killed is due again. Where the clock was set back, no job waits longer than its schedule would have it wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

Next = Callable[[datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Planned:
    """A job: `next` gives its first time after an instant; `heavy` ones are not begun in quiet hours.

    One that is `at_start` runs at once where it never did, one that is `each_start` whenever the service starts.
    """

    name: str
    next: Next
    heavy: bool = False
    at_start: bool = False
    each_start: bool = False


class Agenda:
    """When each job is due, and which are running."""

    def __init__(self, jobs: Iterable[Planned], stored: Mapping[str, datetime | None], now: datetime) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._running: set[str] = set()
        self.due_at: dict[str, datetime | None] = {}
        for name, job in self._jobs.items():
            following = job.next(now)
            kept = stored.get(name)
            is_now = job.each_start or (job.at_start and name not in stored)
            first = now if is_now and following is not None else following
            self.due_at[name] = _earlier(kept, first) if following is not None else None

    def due(self, now: datetime, *, quiet: bool = False) -> list[str]:
        """Return what is to be started now, longest due first. What runs already is not among them."""
        found = []
        for name, at in self.due_at.items():
            if at is None or name in self._running or (quiet and self._jobs[name].heavy):
                continue
            if at <= now:
                found.append((at, name))
        return [name for _, name in sorted(found)]

    def next_at(self) -> datetime | None:
        """Return when something is due next that does not run now."""
        return min((at for name, at in self.due_at.items() if at and name not in self._running), default=None)

    def running(self) -> frozenset[str]:
        """Return what runs now."""
        return frozenset(self._running)

    def started(self, name: str) -> None:
        """A job has begun."""
        self._running.add(name)

    def ended(self, name: str, now: datetime) -> datetime | None:
        """A job has ended; return when it is due next. Times that were missed meanwhile are made good by that one."""
        self._running.discard(name)
        if name in self._jobs:
            self.due_at[name] = self._jobs[name].next(now)
        return self.due_at.get(name)

    def stopped(self, name: str) -> None:
        """A job was stopped before its end: it stays due."""
        self._running.discard(name)

    def hurry(self, name: str, now: datetime) -> None:
        """Make a job due now; no effect on one that is never run."""
        if self.due_at.get(name) is not None:
            self.due_at[name] = now

    def set_back(self, now: datetime) -> list[str]:
        """Mend due times that lie further ahead than the schedule says, after the clock was set back; return which."""
        mended = []
        for name, job in self._jobs.items():
            at, following = self.due_at[name], job.next(now)
            if at is not None and following is not None and at > following:
                self.due_at[name] = following
                mended.append(name)
        return mended


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
