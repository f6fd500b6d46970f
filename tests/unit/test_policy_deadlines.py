"""Deadlines: every test vector of the privacy facts, pauses, extensions and reminders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.deadlines import (
    Pause,
    alarm_due,
    decide_deadlines,
    due_extended,
    due_strict,
    due_with_pause,
    is_working_day,
    may_extend,
    next_working_day,
    received_day,
    unshifted,
)
from backupd.settings.values import Duration

MONTH, TWO = Duration(months=1), Duration(months=2)
HELSINKI = ZoneInfo("Europe/Helsinki")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("received", "same_number", "legal", "extended"),
    [
        (date(2027, 3, 5), date(2027, 4, 5), date(2027, 4, 5), date(2027, 6, 7)),
        (date(2027, 8, 31), date(2027, 9, 30), date(2027, 9, 30), date(2027, 11, 30)),
        (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 1), date(2027, 4, 30)),
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 2, 29), date(2028, 5, 2)),
        (date(2027, 2, 26), date(2027, 3, 26), date(2027, 3, 30), date(2027, 5, 26)),
        (date(2026, 11, 25), date(2026, 12, 25), date(2026, 12, 28), date(2027, 2, 25)),
        (date(2026, 12, 6), date(2027, 1, 6), date(2027, 1, 7), date(2027, 3, 8)),
        (
            received_day(datetime(2027, 1, 31, 22, 30, tzinfo=UTC), HELSINKI),
            date(2027, 3, 1),
            date(2027, 3, 1),
            date(2027, 5, 3),
        ),
    ],
)
def test_the_days_of_the_privacy_facts(received: date, same_number: date, legal: date, extended: date) -> None:
    assert unshifted(received, MONTH) == same_number
    assert due_strict(received, MONTH) == legal
    assert due_extended(received, MONTH, TWO) == extended


def test_the_day_of_receipt_is_helsinkis() -> None:
    assert received_day(datetime(2027, 1, 31, 22, 30, tzinfo=UTC), HELSINKI) == date(2027, 2, 1)
    assert received_day(datetime(2027, 6, 30, 20, 59, tzinfo=UTC), HELSINKI) == date(2027, 6, 30)


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 1),
        date(2027, 1, 6),
        date(2027, 3, 26),
        date(2027, 3, 29),
        date(2028, 5, 1),
        date(2027, 5, 6),
        date(2027, 12, 6),
        date(2028, 12, 25),
        date(2028, 12, 26),
        date(2027, 6, 26),
        date(2027, 2, 6),
        date(2027, 2, 7),
    ],
)
def test_holidays_and_weekends_are_no_working_days(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize("day", [date(2027, 6, 25), date(2026, 6, 19), date(2027, 12, 24), date(2027, 12, 31), date(2027, 6, 18)])
def test_eves_do_not_move_a_deadline(day: date) -> None:
    assert is_working_day(day)


def test_a_pause_is_worth_the_days_that_were_waited() -> None:
    received, today = date(2027, 3, 1), date(2027, 3, 31)
    waited = [Pause(date(2027, 3, 2), date(2027, 3, 9))]
    assert due_with_pause(received, MONTH, waited, today) == date(2027, 4, 8)
    assert due_with_pause(received, MONTH, [], today) == due_strict(received, MONTH)


def test_an_open_pause_counts_up_to_today() -> None:
    received, asked = date(2027, 3, 1), [Pause(date(2027, 3, 2), None)]
    assert due_with_pause(received, MONTH, asked, date(2027, 3, 2)) == date(2027, 4, 1)
    assert due_with_pause(received, MONTH, asked, date(2027, 3, 12)) == date(2027, 4, 12)


def test_what_came_later_is_not_known_on_a_day_in_the_past() -> None:
    received, waited = date(2027, 3, 1), [Pause(date(2027, 3, 2), date(2027, 3, 20))]
    assert due_with_pause(received, MONTH, waited, date(2027, 3, 12)) == date(2027, 4, 12)


def test_pauses_that_overlap_count_once_and_late_ones_not_at_all() -> None:
    received, today = date(2027, 3, 1), date(2027, 3, 31)
    both = [Pause(date(2027, 3, 1), date(2027, 3, 6)), Pause(date(2027, 3, 3), date(2027, 3, 8))]
    assert due_with_pause(received, MONTH, both, today) == date(2027, 4, 8)
    late = [Pause(date(2027, 3, 5), date(2027, 3, 20))]
    assert due_with_pause(received, MONTH, late, today) == due_strict(received, MONTH)
    early = [Pause(date(2027, 2, 1), date(2027, 3, 20))]
    assert due_with_pause(received, MONTH, early, today) == due_strict(received, MONTH)


def test_all_days_together() -> None:
    days = decide_deadlines(date(2027, 2, 26), MONTH, TWO, date(2027, 2, 27))
    assert days.due_strict == days.due_with_pause == date(2027, 3, 30)
    assert days.due_extended == date(2027, 5, 26)
    assert days.target_on == date(2027, 3, 21)  # five days before the day of the same number, not the moved one
    assert days.alarms == (date(2027, 3, 16), date(2027, 3, 23), date(2027, 3, 27), date(2027, 3, 29), date(2027, 3, 30))


def test_a_short_deadline_has_the_alarms_it_has_room_for() -> None:
    days = decide_deadlines(date(2027, 3, 1), Duration(days=7), Duration(), date(2027, 3, 1))
    assert (days.due_strict, days.target_on) == (date(2027, 3, 8), date(2027, 3, 3))
    assert days.alarms == (date(2027, 3, 1), date(2027, 3, 5), date(2027, 3, 7), date(2027, 3, 8))


DUE = date(2027, 4, 5)


@pytest.mark.parametrize(
    ("today", "last", "left"),
    [
        (date(2027, 3, 21), None, None),
        (date(2027, 3, 22), None, 14),
        (date(2027, 3, 24), date(2027, 3, 22), None),
        (date(2027, 3, 24), None, 12),
        (date(2027, 3, 29), date(2027, 3, 22), 7),
        (date(2027, 4, 5), date(2027, 4, 4), 0),
        (date(2027, 4, 5), date(2027, 4, 5), None),
        (date(2027, 4, 6), date(2027, 4, 5), -1),
        (date(2027, 4, 6), date(2027, 4, 6), None),
    ],
)
def test_reminders(today: date, last: date | None, left: int | None) -> None:
    assert alarm_due(DUE, today, last) == left


def test_extensions_are_told_in_time_and_with_reasons() -> None:
    received = date(2027, 2, 26)
    assert may_extend(received, MONTH, date(2027, 3, 30), "many files") == ()
    assert may_extend(received, MONTH, date(2027, 3, 31), "many files")
    assert may_extend(received, MONTH, date(2027, 2, 25), "many files")
    assert may_extend(received, MONTH, date(2027, 3, 1), " ")


days = st.dates(date(2000, 1, 1), date(2090, 1, 1))


@given(received=days, months=st.integers(1, 6))
def test_a_deadline_is_a_working_day_and_never_before_its_number(received: date, months: int) -> None:
    length = Duration(months=months)
    due = due_strict(received, length)
    assert is_working_day(due)
    assert timedelta(0) <= due - unshifted(received, length) <= timedelta(days=5)
    assert next_working_day(due) == due


@given(received=days, other=days)
def test_who_asks_later_is_answered_no_earlier(received: date, other: date) -> None:
    first, second = sorted((received, other))
    assert due_strict(first, MONTH) <= due_strict(second, MONTH)


@given(received=days, waits=st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 60)), max_size=4), late=st.integers(0, 90))
def test_a_pause_never_makes_it_earlier(received: date, waits: list[tuple[int, int | None]], late: int) -> None:
    pauses = [Pause(received + a * DAY, None if b is None else received + (a + b) * DAY) for a, b in waits]
    assert due_with_pause(received, MONTH, pauses, received + late * DAY) >= due_strict(received, MONTH)
