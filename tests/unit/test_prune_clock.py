"""Nothing is deleted by age while nobody knows what day it is: clocks that jump, before a scan, after it, and mid-run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.told_time import ToldTime
from backupd.policy.facts import Known
from backupd.policy.pruning import Stopped
from index.stores import confirm_clock, find_clock_notes
from tests.unit.tidy_studio import TidyStudio

WEDDING = "2027-05-01 Virtanen häät"
YEARS = [timedelta(days=400), timedelta(days=3653)]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TidyStudio]:
    made = TidyStudio(tmp_path)
    for number in (1, 2):
        made.put(f"{WEDDING}/IMG_{number}.jpg", f"{number}")
    _tell(made, None)
    made.look()
    yield made
    made.close()


def _tell(studio: TidyStudio, ahead: timedelta | None) -> None:
    for store in studio.stores.values():
        store.clock_ahead_seconds = None if ahead is None else ahead.total_seconds()


def _age(studio: TidyStudio) -> None:
    """Let 400 days pass day by day, as for a service that is always there."""
    for _ in range(40):
        studio.at += timedelta(days=10)
        studio.look()


def test_a_year_that_passed_day_by_day_is_believed(studio: TidyStudio) -> None:
    assert studio.going() == set()
    _age(studio)
    assert len(studio.going("archive")) == 2


@pytest.mark.parametrize("jump", YEARS)
def test_a_clock_that_jumped_ahead_deletes_nothing_even_after_a_scan_by_it(studio: TidyStudio, jump: timedelta) -> None:
    studio.at += jump
    assert studio.proposed("archive").is_clock_in_doubt
    studio.look()
    proposal = studio.proposed("archive")
    assert proposal.acts == [] and proposal.is_clock_in_doubt
    assert {each.rule for _, each in proposal.refused} == {"unsafe_state"}
    for _ in range(3):
        studio.at += timedelta(days=1)
        studio.look()
    assert studio.going("archive") == set(), "it stays in doubt however often it is scanned"


def test_a_clock_that_was_set_back_deletes_nothing(studio: TidyStudio) -> None:
    _age(studio)
    studio.at -= timedelta(hours=1)
    assert studio.going() == set()


@pytest.mark.parametrize("jump", YEARS)
def test_a_provider_s_time_tells_a_jump_from_a_year_that_passed(studio: TidyStudio, jump: timedelta) -> None:
    studio.at += jump
    studio.look()
    _tell(studio, -jump)
    assert studio.going() == set()
    _tell(studio, timedelta(minutes=1))
    assert len(studio.going("archive")) == 2
    studio.stores["cloud"].clock_ahead_seconds = -3600.0
    assert studio.going("archive") == set(), "one store that says otherwise is enough"


def test_a_clock_that_jumps_between_plan_and_run_deletes_nothing(studio: TidyStudio) -> None:
    _age(studio)
    uid = studio.save("archive")
    before = studio.paths("archive")
    _tell(studio, timedelta(days=-3653))
    studio.clean(uid)
    assert studio.paths("archive") == before
    _tell(studio, None)
    studio.at += timedelta(days=400)
    studio.clean(uid)
    assert studio.paths("archive") == before


def test_a_named_person_s_word_is_good_for_36_hours(studio: TidyStudio) -> None:
    studio.at += timedelta(days=400)
    studio.look()
    assert studio.going() == set()
    with studio.index.write() as conn:
        confirm_clock(conn, int(studio.at.timestamp()), "anna")
    assert len(studio.going("archive")) == 2
    studio.at += timedelta(hours=30)
    studio.look()
    assert len(studio.going("archive")) == 2
    studio.at += timedelta(days=10)
    studio.look()
    assert len(studio.going("archive")) == 2, "from then on the records speak for themselves"
    with studio.index.read() as conn:
        assert find_clock_notes(conn).confirmed_by == "anna"


def test_after_a_jump_that_was_set_right_a_word_is_enough(studio: TidyStudio) -> None:
    _age(studio)
    right = studio.at
    studio.at += timedelta(days=3653)
    studio.look()
    studio.at = right + timedelta(hours=1)
    assert studio.going() == set(), "the index holds times that are yet to come"
    with studio.index.write() as conn:
        confirm_clock(conn, int(studio.at.timestamp()), "anna")
    assert studio.proposed("archive").clock_wrong is Known.NO


def test_where_there_is_room_nobody_minds_the_clock(studio: TidyStudio) -> None:
    for store in studio.stores.values():
        store.tree.room_bytes = 10**12
    studio.at += timedelta(days=400)
    assert {plan.stopped for plan in studio.proposed().plans.values()} == {Stopped.NOT_DUE}


NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "ahead"),
    [
        ("Fri, 27 Nov 2026 12:00:30 GMT", 30.0),
        ("Thu, 27 Nov 2025 12:00:00 GMT", -365 * 86_400.0),
        ("Fri, 27 Nov 2026 14:00:00 +0200", 0.0),
        ("Fri, 27 Nov 2026 12:00:00 -0000", None),
        ("tomorrow", None),
        ("", None),
        (None, None),
    ],
)
def test_what_an_answer_tells_of_the_time(header: str | None, ahead: float | None) -> None:
    told = ToldTime(lambda: NOW)
    told.note(header)
    assert told.ahead_seconds == ahead
