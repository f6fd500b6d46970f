"""Which job is due, told the time; days pass in no time at all."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from backupd.policy.pulse import Beat, silent, stuck
from backupd.schedule.agenda import Agenda, Planned
from backupd.schedule.times import When, is_quiet, next_time
from backupd.settings.schedules import NEVER, Cron, Every
from backupd.settings.values import Duration

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ZONE = "Europe/Helsinki"
QUARTER = Every(Duration(seconds=900))


def job(name: str, when: When, **options: bool) -> Planned:
    return Planned(name, lambda after: next_time(when, after, ZONE), **options)


def test_an_interval_and_a_cron_line_in_the_studios_zone() -> None:
    assert next_time(QUARTER, START, ZONE) == START + timedelta(minutes=15)
    assert next_time(Cron("30 2 * * sun"), START, ZONE) == datetime(2026, 6, 6, 23, 30, tzinfo=UTC)
    assert next_time(NEVER, START, ZONE) is None


@pytest.mark.parametrize("day", [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)])
def test_summer_time_costs_no_night(day: datetime) -> None:
    at: datetime | None = day
    seen = []
    while at and at < day + timedelta(days=3):
        at = next_time(Cron("30 3 * * *"), at, ZONE)
        assert at is not None
        seen.append(at.date())
    assert len(set(seen)) >= 3


def test_a_job_that_was_missed_many_times_is_due_once() -> None:
    agenda = Agenda([job("index", QUARTER)], {"index": START - timedelta(days=9)}, START)
    assert agenda.due(START) == ["index"]
    agenda.started("index")
    assert agenda.due(START + timedelta(days=1)) == []
    assert agenda.ended("index", START) == START + timedelta(minutes=15)
    assert agenda.due(START) == []


def test_a_job_that_takes_longer_than_its_interval_does_not_pile_up() -> None:
    agenda = Agenda([job("index", QUARTER)], {"index": START}, START)
    agenda.started("index")
    later = START + timedelta(hours=5)
    assert agenda.due(later) == []
    agenda.ended("index", later)
    assert agenda.due(later) == []
    assert agenda.next_at() == later + timedelta(minutes=15)


def test_a_job_that_was_stopped_or_killed_stays_due() -> None:
    agenda = Agenda([job("index", QUARTER)], {"index": START}, START)
    agenda.started("index")
    agenda.stopped("index")
    assert agenda.due(START) == ["index"]
    again = Agenda([job("index", QUARTER)], {"index": START}, START + timedelta(minutes=1))
    assert again.due(START + timedelta(minutes=1)) == ["index"]


def test_what_was_never_heard_of_runs_at_once_only_if_that_makes_sense() -> None:
    agenda = Agenda([job("index", QUARTER, at_start=True), job("digest", Cron("0 7 * * *"))], {}, START)
    assert agenda.due(START) == ["index"]


def test_what_must_be_looked_at_after_every_start_is_due_then_whenever_it_ran_last() -> None:
    stored = {"index": START + timedelta(minutes=14)}
    assert Agenda([job("index", QUARTER, each_start=True)], stored, START).due(START) == ["index"]
    assert Agenda([job("index", NEVER, each_start=True)], stored, START).due(START) == []


def test_never_is_never_even_if_it_was_due_once() -> None:
    agenda = Agenda([job("prune", NEVER)], {"prune": START - timedelta(days=1)}, START)
    assert agenda.due(START + timedelta(days=999)) == []
    agenda.hurry("prune", START)
    assert agenda.due(START) == []


def test_a_clock_set_back_by_a_year_stops_nothing() -> None:
    agenda = Agenda([job("index", QUARTER), job("full", Cron("30 2 * * sun"))], {}, START)
    past = START - timedelta(days=365)
    assert sorted(agenda.set_back(past)) == ["full", "index"]
    assert agenda.due(past + timedelta(minutes=15)) == ["index"]


def test_a_clock_that_jumps_ahead_runs_everything_once() -> None:
    agenda = Agenda([job("index", QUARTER), job("full", Cron("30 2 * * sun"))], {}, START)
    future = START + timedelta(days=400)
    assert agenda.due(future) == ["index", "full"]
    for name in agenda.due(future):
        agenda.started(name)
        agenda.ended(name, future)
    assert agenda.due(future) == []


def test_quiet_hours_hold_back_what_is_heavy_and_it_stays_due() -> None:
    agenda = Agenda([job("index", QUARTER), job("verify", QUARTER, heavy=True)], {}, START)
    later = START + timedelta(hours=1)
    assert agenda.due(later, quiet=True) == ["index"]
    assert agenda.due(later, quiet=False) == ["index", "verify"]


def test_quiet_hours_may_go_over_midnight() -> None:
    day, night = ((time(9), time(17)),), ((time(22), time(6)),)
    at = [datetime(2026, 6, 1, hour, 30, tzinfo=UTC) for hour in (3, 9, 16, 17, 23)]
    assert [is_quiet(day, each) for each in at] == [False, True, True, False, False]
    assert [is_quiet(night, each) for each in at] == [True, False, False, False, True]
    assert not is_quiet((), START)


def test_72_hours_with_a_restart_each_hour_run_every_due_job() -> None:
    planned = [job("quarter", QUARTER), job("hour", Every(Duration(seconds=3600))), job("night", Cron("0 1 * * *"))]
    stored: dict[str, datetime | None] = {}
    ran: dict[str, list[datetime]] = {each.name: [] for each in planned}
    now, agenda = START, Agenda(planned, stored, START)
    while now < START + timedelta(hours=72):
        for name in agenda.due(now):
            agenda.started(name)
            if now.minute == 45 and name == "quarter":
                # Killed while it runs: nothing is written down.
                continue
            ran[name].append(now)
            agenda.ended(name, now)
        stored = dict(agenda.due_at)
        now += timedelta(minutes=1)
        if now.minute == 7:
            agenda = Agenda(planned, stored, now)
    assert len(ran["night"]) == 3
    assert len(ran["hour"]) >= 70
    assert len(ran["quarter"]) >= 3 * 71
    gaps = [b - a for a, b in zip(ran["quarter"], ran["quarter"][1:], strict=False)]
    assert max(gaps) <= timedelta(minutes=15 + 22), "what was killed runs at the next start"


def test_only_whoever_has_the_turn_may_not_stand_still() -> None:
    beats = [Beat("archive", 0.0, True), Beat("dropbox", 0.0, False), Beat("verify", None, True), Beat("nas", 95.0, True)]
    assert stuck(beats, 100.0, 60.0) == ("archive",)
    assert silent(beats, 100.0, 60.0) == ("dropbox",)
