from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.settings.faults import Unfit
from backupd.settings.schedules import NEVER, Cron, Every, parse_when
from backupd.settings.values import (
    UNLIMITED,
    Duration,
    Room,
    parse_duration,
    parse_duration_or_forever,
    parse_room,
    parse_share,
    parse_size,
    parse_size_or_forever,
)

DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1 year", Duration(years=1)),
        ("5 Years", Duration(years=5)),
        ("30days", Duration(days=30)),
        ("2 weeks", Duration(days=14)),
        ("1 year 6 months", Duration(years=1, months=6)),
        ("1 year, 6 months and 3 days", Duration(years=1, months=6, days=3)),
        ("90 s", Duration(seconds=90)),
        ("1 h 30 min", Duration(seconds=5400)),
    ],
)
def test_lengths_are_read_as_people_write_them(text: str, length: Duration) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "value", ["", "year", "1", "1 yaer", "-1 year", "1.5 years", "1 year!", 365, True, None, "1 m", f"{10**99} days"]
)
def test_what_is_no_length_is_refused_with_a_mend(value: object) -> None:
    with pytest.raises(Unfit) as refused:
        parse_duration(value)
    assert "1 year" in refused.value.mend


def test_no_number_means_without_end() -> None:
    assert parse_duration_or_forever("forever") is UNLIMITED
    for nothing in ("0 days", "0 years 0 months", 0, -1, ""):
        with pytest.raises(Unfit):
            parse_duration_or_forever(nothing)


@given(st.builds(Duration, *[st.integers(0, 999)] * 3, st.integers(0, 10**6)))
def test_a_length_says_itself_so_that_it_can_be_read_again(length: Duration) -> None:
    assert parse_duration(str(length)) == length


@pytest.mark.parametrize(
    ("start", "length", "next_day", "last_day"),
    [
        (date(2028, 2, 29), Duration(years=1), date(2029, 3, 1), date(2029, 2, 28)),
        (date(2027, 2, 28), Duration(years=1), date(2028, 2, 28), date(2028, 2, 28)),
        (date(2027, 6, 6), Duration(years=1), date(2028, 6, 6), date(2028, 6, 6)),
        (date(2026, 8, 31), Duration(months=1), date(2026, 10, 1), date(2026, 9, 30)),
        (date(2026, 3, 5), Duration(months=1), date(2026, 4, 5), date(2026, 4, 5)),
        (date(2026, 12, 15), Duration(months=2), date(2027, 2, 15), date(2027, 2, 15)),
        (date(2026, 12, 31), Duration(days=1), date(2027, 1, 1), date(2027, 1, 1)),
        (date(2026, 1, 1), Duration(seconds=1), date(2026, 1, 2), date(2026, 1, 2)),
        (date(9999, 6, 1), Duration(years=1), date.max, date.max),
        (date(9999, 12, 1), Duration(days=90), date.max, date.max),
    ],
)
def test_lengths_are_counted_on_the_calendar(start: date, length: Duration, next_day: date, last_day: date) -> None:
    assert length.after(start) == next_day
    assert length.after(start, missing_day="last") == last_day


@given(DAYS, st.integers(0, 30), st.integers(0, 400))
def test_rounding_up_never_ends_earlier_than_rounding_down(day: date, years: int, months: int) -> None:
    length = Duration(years=years, months=months)
    assert timedelta(0) <= length.after(day) - length.after(day, missing_day="last") <= timedelta(days=1)


def test_a_year_has_no_fixed_number_of_hours() -> None:
    assert Duration(days=1, seconds=60).as_timedelta() == timedelta(days=1, minutes=1)
    with pytest.raises(ValueError, match="no fixed length"):
        Duration(years=1).as_timedelta()


@pytest.mark.parametrize(
    ("text", "size"),
    [("200 GB", 200 * 10**9), ("1.5 TiB", 3 * 2**39), ("1,5 kB", 1500), ("0 B", 0), ("12 bytes", 12)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("value", ["", "200", 200, "-1 GB", "GB", "1 GBit", "1 2 GB", True, None])
def test_a_size_needs_its_unit(value: object) -> None:
    with pytest.raises(Unfit):
        parse_size(value)


def test_a_limit_of_nothing_is_not_a_limit() -> None:
    assert parse_size_or_forever("forever") is UNLIMITED
    with pytest.raises(Unfit):
        parse_size_or_forever("0 GB")


def test_room_is_bytes_or_a_share_of_the_whole() -> None:
    assert parse_room("10 %") == Room(share=0.10)
    assert parse_room("10 %").of(2_000) == 200
    assert parse_room("1 kB").of(2_000) == 1_000
    with pytest.raises(Unfit, match="not between"):
        parse_room("110 %")
    with pytest.raises(Unfit):
        parse_room(7)


def test_shares_are_fractions_or_per_cent_never_whole_numbers() -> None:
    assert parse_share("2,5 %") == 0.025
    assert parse_share(0.5) == 0.5
    for value in (1, 50, "50", 1.5, float("nan"), True, None):
        with pytest.raises(Unfit):
            parse_share(value)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("15 minutes", Every(Duration(seconds=900))),
        ("every 2 hours", Every(Duration(seconds=7200))),
        ("30 2 * * sun", Cron("30 2 * * sun")),
        ("*/5  1-3 * * 1,2", Cron("*/5 1-3 * * 1,2")),
        ("never", NEVER),
        ("off", NEVER),
    ],
)
def test_when_a_job_runs(text: str, when: object) -> None:
    assert parse_when(text) == when
    assert parse_when(when) == when


@pytest.mark.parametrize("value", ["", "monday", "1 month", "0 minutes", "* * * *", 5, "1 2 3 4 5 6"])
def test_what_is_no_time_to_run_at(value: object) -> None:
    with pytest.raises(Unfit):
        parse_when(value)
