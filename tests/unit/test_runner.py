"""Jobs with their due times kept in a real index: days pass by moving a clock, restarts by making everything anew."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

import pytest

from backupd.clock import FixedClock
from backupd.jobs.base import Job, Work, find_jobs
from backupd.schedule.runner import Runner
from backupd.settings.models import Settings
from backupd.settings.schedules import NEVER, Cron, Every
from backupd.settings.source import given
from backupd.settings.values import Duration
from backupd.watching.pulse import Pulses
from backupd.watching.work import Ended, Hub
from index.engine import Index, open_index
from index.errors import IndexFailure
from index.jobs import JobRow, list_jobs

START = datetime(2026, 6, 1, 0, 5, tzinfo=UTC)


class Studio:
    """A service's jobs, without its threads: what is told is taken in by `settle`."""

    def __init__(self, tmp_path: Path, jobs: dict[str, Job], **schedule: Any) -> None:
        self.url = f"sqlite:///{tmp_path}/index.db"
        self.clock = FixedClock(START)
        self.jobs = jobs
        self.schedule = schedule
        self.asked: list[tuple[str, bool]] = []
        self.start()

    def start(self) -> None:
        with given({}, base="/"):
            settings = Settings.model_validate({"schedule": self.schedule})
        self.messages: SimpleQueue[Any] = SimpleQueue()
        self.index: Index = open_index(self.url, create=True)
        self.hub = Hub(settings, self.index, self.clock, Pulses(time.monotonic), self.messages.put)
        self.runner = Runner(self.hub, {"archive": lambda job, full: self.asked.append((job, full))}, self.jobs)

    def restart(self, *, kill: bool = False) -> None:
        if not kill:
            self.settle()
        self.index.close()
        self.start()

    def settle(self) -> None:
        """Take in how everything that runs has ended."""
        for name in sorted(self.runner.running()):
            ended = Ended(name, "done") if name.startswith(("index ", "full_index ")) else self.messages.get(timeout=20)
            self.runner.ended(ended)

    def row(self, name: str) -> JobRow:
        with self.index.read() as conn:
            return {row.name: row for row in list_jobs(conn)}[name]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    made: list[Studio] = []

    def studio(jobs: dict[str, Job] | None = None, **schedule: Any) -> Studio:
        made.append(Studio(tmp_path, jobs or {}, **schedule))
        return made[-1]

    yield studio
    for each in made:
        each.settle()
        each.index.close()


def counting(ran: list[tuple[str, datetime]], name: str, when: Any, **options: Any) -> Job:
    def run(work: Work) -> str:
        ran.append((name, work.hub.clock.now()))
        return "n=1"

    return Job(name, lambda _settings: when, run, **options)


def test_72_hours_with_a_restart_each_hour_run_every_due_job(make: Callable[..., Studio]) -> None:
    ran: list[tuple[str, datetime]] = []
    jobs = {
        "night": counting(ran, "night", Cron("0 1 * * *")),
        "hourly": counting(ran, "hourly", Every(Duration(seconds=3600))),
        "yearly": counting(ran, "yearly", Cron("0 0 1 1 *")),
    }
    studio = make(jobs)
    for minutes in range(0, 72 * 60, 5):
        studio.clock.instant = START + timedelta(minutes=minutes)
        studio.runner.tick()
        if minutes % 60 == 30:
            # Every other restart is a kill: what ran then is not written down, and must run again.
            studio.restart(kill=minutes % 120 == 30)
        else:
            studio.settle()
    counts = Counter(name for name, _ in ran)
    assert counts["night"] == 3
    assert counts["hourly"] >= 71
    assert counts["yearly"] == 0
    comparisons = Counter(job for job, _ in studio.asked)
    assert comparisons["index archive"] >= 4 * 70
    for name in ("night", "hourly"):
        assert studio.row(name).outcome == "done"


def test_a_machine_that_was_off_over_the_time_catches_up_once(make: Callable[..., Studio]) -> None:
    ran: list[tuple[str, datetime]] = []
    studio = make({"night": counting(ran, "night", Cron("0 1 * * *"))})
    studio.clock.instant = START + timedelta(days=10)
    studio.restart()
    studio.runner.tick()
    studio.settle()
    studio.runner.tick()
    assert len(ran) == 1
    assert studio.row("night").due_at == int(datetime(2026, 6, 11, 22, 0, tzinfo=UTC).timestamp())


def test_a_clock_that_was_set_back_moves_due_times_also_where_they_are_told(make: Callable[..., Studio]) -> None:
    ran: list[tuple[str, datetime]] = []
    studio = make({"hourly": counting(ran, "hourly", Every(Duration(seconds=3600)))})
    studio.clock.instant = START + timedelta(days=30)
    studio.runner.tick()
    studio.settle()
    studio.clock.instant = START
    studio.runner.tick()
    assert studio.row("hourly").due_at == int((START + timedelta(hours=1)).timestamp())
    studio.clock.instant = START + timedelta(hours=1)
    studio.runner.tick()
    studio.settle()
    assert len(ran) == 2


def test_what_cannot_be_written_down_stops_no_job_and_is_written_down_later(make: Callable[..., Studio]) -> None:
    ran: list[tuple[str, datetime]] = []
    studio = make({"hourly": counting(ran, "hourly", Every(Duration(seconds=3600)))})
    whole = studio.index

    class Full:
        """An index on a full disk: what is read is there."""

        read, engine = whole.read, whole.engine

        @contextmanager
        def write(self) -> Iterator[Any]:
            raise IndexFailure("index.db", "the disk that holds it is full", "Free some space")
            yield

    studio.runner._hub = replace(studio.hub, index=cast("Any", Full()))
    for hours in (1, 2, 3):
        studio.clock.instant = START + timedelta(hours=hours)
        studio.runner.tick()
        studio.settle()
    assert len(ran) == 3
    assert studio.row("hourly").ended_at is None
    studio.runner._hub = studio.hub
    studio.runner.tick()
    assert studio.row("hourly").ended_at == int((START + timedelta(hours=3)).timestamp())
    assert studio.row("hourly").due_at == int((START + timedelta(hours=4)).timestamp())


def test_what_ends_the_same_way_again_and_again_does_not_fill_the_journal(
    make: Callable[..., Studio], caplog: pytest.LogCaptureFixture
) -> None:
    ends = iter(["n=1", "n=1", "n=2", "n=2"])
    studio = make({"often": Job("often", lambda _settings: Every(Duration(seconds=60)), lambda _work: next(ends))})
    with caplog.at_level(logging.INFO, "backupd"):
        for minute in range(1, 5):
            studio.clock.instant = START + timedelta(minutes=minute)
            studio.runner.tick()
            studio.settle()
    assert [each for each in caplog.messages if 'job="often"' in each] == [
        'job ended job="often" outcome=done detail="n=1"', 'job ended job="often" outcome=done detail="n=2"',
    ]  # fmt: skip


def test_how_a_job_failed_is_kept_and_counted_and_the_next_time_comes(make: Callable[..., Studio]) -> None:
    def fail(_work: Work) -> str:
        raise OSError("a name that must not be told")

    studio = make({"bad": Job("bad", lambda _settings: Every(Duration(seconds=60)), fail, at_start=True)})
    for minute in range(3):
        studio.clock.instant = START + timedelta(minutes=minute)
        studio.runner.tick()
        studio.settle()
    row = studio.row("bad")
    assert (row.outcome, row.detail, row.failures) == ("failed", "OSError", 3)
    assert row.due_at == int((START + timedelta(minutes=3)).timestamp())


def test_nothing_runs_twice_at_once(make: Callable[..., Studio]) -> None:
    studio = make()
    for minute in range(120):
        studio.clock.instant = START + timedelta(minutes=minute)
        studio.runner.tick()
    assert [job for job, _ in studio.asked].count("index archive") == 1
    studio.runner.ended(Ended("index archive", "stopped"))
    studio.runner.tick()
    assert [job for job, _ in studio.asked].count("index archive") == 2


def test_heavy_work_waits_for_the_end_of_quiet_hours(make: Callable[..., Studio]) -> None:
    ran: list[tuple[str, datetime]] = []
    heavy = counting(ran, "heavy", Every(Duration(seconds=600)), heavy=True)
    studio = make({"heavy": heavy}, quiet_hours=["9:00-17:00"])
    for minutes in range(0, 24 * 60, 10):
        studio.clock.instant = START + timedelta(minutes=minutes)
        studio.runner.tick()
        studio.settle()
    hours = {at.astimezone(UTC).hour + 3 for _, at in ran}
    assert not hours & set(range(9, 17))
    assert {8, 17} <= hours


def test_what_the_configuration_no_longer_has_is_forgotten(make: Callable[..., Studio]) -> None:
    studio = make({"old": counting([], "old", NEVER)})
    studio.jobs = {}
    studio.restart()
    with studio.index.read() as conn:
        assert "old" not in {row.name for row in list_jobs(conn)}


def test_a_job_in_a_hurry_runs_now(make: Callable[..., Studio]) -> None:
    studio = make()
    studio.runner.tick()
    studio.settle()
    studio.runner.hurry("index archive")
    studio.runner.tick()
    assert [job for job, _ in studio.asked].count("index archive") == 2


def test_every_module_of_jobs_offers_one_under_its_own_name() -> None:
    assert {"backup", "digest", "notices", "ping"} <= find_jobs().keys()
