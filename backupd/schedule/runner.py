"""Starts what is due, each in a thread of its own or in its store's, and keeps in the index how it ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backupd.jobs.base import Job, Work, find_jobs
from backupd.scan.summary import RunStopped
from backupd.schedule.agenda import Agenda, Planned
from backupd.schedule.times import When, is_quiet, next_time
from backupd.watching.runs import job_name
from backupd.watching.work import Ended, Hub
from index import jobs as kept
from index.errors import IndexDamaged, IndexFailure, IndexTooNew

logger = logging.getLogger(__name__)

Write = Callable[[Connection], None]
Ask = Callable[[str, bool], None]
"""Hands a store's thread a comparison, by the job's name and whether it is a full one."""


class Runner:
    """The jobs of the service. Used by the main thread alone; `ended` is called with what other threads told."""

    def __init__(self, hub: Hub, stores: Mapping[str, Ask], jobs: Mapping[str, Job] | None = None) -> None:
        self._hub = hub
        self._said: dict[str, Ended] = {}
        self._jobs = find_jobs() if jobs is None else dict(jobs)
        self._asks = {job_name(name, full=full): (ask, full) for name, ask in stores.items() for full in (False, True)}
        with hub.index.read() as conn:
            rows = {row.name: row for row in kept.list_jobs(conn)}
        stored = {name: _instant(row.due_at) for name, row in rows.items()}
        self._agenda = Agenda(self._planned(stores), stored, hub.clock.now())
        self._unwritten: list[Write] = []
        gone = sorted(rows.keys() - self._agenda.due_at.keys())
        with hub.index.write() as conn:
            kept.forget_jobs(conn, gone)
            for name, at in self._agenda.due_at.items():
                kept.record_due(conn, name, _seconds(at))

    def tick(self) -> None:
        """Start what is due now."""
        now = self._hub.clock.now()
        self._write_down()
        mended = {name: _seconds(self._agenda.due_at[name]) for name in self._agenda.set_back(now)}
        if mended:
            logger.warning("the clock was set back, due again sooner jobs=%d", len(mended))
        for name, at in mended.items():
            self._write_down(partial(kept.record_due, name=name, due_at=at))
        for name in self._agenda.due(now, quiet=self._is_quiet(now)):
            self._start(name)

    def seconds_to_next(self) -> float | None:
        """Return in how many seconds something is due, None for never."""
        at = self._agenda.next_at()
        return None if at is None else max(0.0, (at - self._hub.clock.now()).total_seconds())

    def ended(self, ended: Ended) -> None:
        """Keep how a job ended; one that was stopped stays due."""
        if ended.outcome == "stopped":
            self._agenda.stopped(ended.job)
            return
        due_at = self._agenda.ended(ended.job, self._hub.clock.now())
        at = self._hub.now()
        self._write_down(
            lambda conn: kept.record_ended(conn, ended.job, at, ended.outcome, ended.detail, _seconds(due_at))
        )
        level = logging.INFO if ended.outcome == "done" else logging.WARNING
        if self._said.get(ended.job) == ended and level == logging.INFO:
            # What ends the same way every few minutes would bury what does not.
            level = logging.DEBUG
        self._said[ended.job] = ended
        logger.log(level, 'job ended job="%s" outcome=%s detail="%s"', ended.job, ended.outcome, ended.detail)

    def hurry(self, name: str) -> None:
        """Have a job run as soon as it can."""
        self._agenda.hurry(name, self._hub.clock.now())

    def running(self) -> frozenset[str]:
        """Return what runs now."""
        return self._agenda.running()

    def _start(self, name: str) -> None:
        self._agenda.started(name)
        self._write_down(partial(kept.record_started, name=name, now=self._hub.now()))
        if name in self._asks:
            ask, full = self._asks[name]
            ask(name, full)
        else:
            threading.Thread(target=self._carry_out, args=(self._jobs[name],), name=f"job-{name}", daemon=True).start()

    def _write_down(self, write: Write | None = None) -> None:
        """Write this, after what could not be written before. What can't be written now is tried again at each tick: a
        full disk, or a command that writes for long, stops no job. Raises IndexDamaged, IndexTooNew."""
        if write is not None:
            self._unwritten.append(write)
        if not self._unwritten:
            return
        try:
            with self._hub.index.write() as conn:
                for each in self._unwritten:
                    each(conn)
        except (IndexDamaged, IndexTooNew):
            raise
        except IndexFailure as err:
            logger.error("could not be written down, tried again later waiting=%d", len(self._unwritten), exc_info=err)
        else:
            self._unwritten.clear()

    def _carry_out(self, job: Job) -> None:
        pulse = self._hub.pulses.of(f"job {job.name}")
        pulse.beat()
        try:
            ended = Ended(job.name, "done", job.run(Work(self._hub, pulse)))
        except RunStopped:
            ended = Ended(job.name, "stopped")
        except Exception as err:
            logger.warning("job failed job=%s", job.name, exc_info=err)
            ended = Ended(job.name, "failed", type(err).__name__)
        finally:
            pulse.rest()
        self._hub.tell(ended)

    def _planned(self, stores: Mapping[str, Ask]) -> list[Planned]:
        settings = self._hub.settings
        planned = []
        for name in stores:
            planned += [
                # What happened while nobody watched came without events.
                self._plan(job_name(name), settings.schedule.index, each_start=True),
                self._plan(job_name(name, full=True), settings.schedule.full_index, heavy=True),
            ]
        planned += [
            self._plan(job.name, job.when(settings), heavy=job.heavy, at_start=job.at_start)
            for job in self._jobs.values()
        ]
        return planned

    def _plan(
        self, name: str, when: When, *, heavy: bool = False, at_start: bool = False, each_start: bool = False
    ) -> Planned:
        zone = self._hub.settings.studio.timezone
        return Planned(name, lambda after: next_time(when, after, zone), heavy, at_start, each_start)

    def _is_quiet(self, now: datetime) -> bool:
        settings = self._hub.settings
        return is_quiet(settings.schedule.quiet_hours, now.astimezone(ZoneInfo(settings.studio.timezone)))


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())
