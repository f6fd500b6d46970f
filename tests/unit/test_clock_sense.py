"""Whether a camera's clock can be believed, and reading what it wrote."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from backupd.reading.clock_sense import parse_moment, parse_offset, why_not_believed

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "at",
    [
        "1904-01-01T00:00",
        "1904-01-07T01:38",  # set going at zero a week before
        "1969-12-31T19:00",
        "1970-01-01T02:00",
        "1980-01-01T00:03",
        "1980-01-30T12:00",
        "2000-01-01T00:00",
        "1700-05-05T12:00",
        "2026-11-26T00:00",
        "2036-02-07T06:28",
    ],
)
def test_nonsense_is_not_believed(at: str) -> None:
    assert why_not_believed(datetime.fromisoformat(at), TODAY)


@pytest.mark.parametrize(
    "at", ["1904-06-01T12:00", "1969-12-31T08:00", "1980-06-01T12:00", "2000-01-01T00:05", "2026-11-25T10:00"]
)
def test_what_may_be_true_is_believed(at: str) -> None:
    assert why_not_believed(datetime.fromisoformat(at), TODAY) is None


@pytest.mark.parametrize(
    "text", ["", "    :  :     :  :  ", "2025:02:30 12:00:00", "2025:06:14", "0000:00:00 00:00:00", "2025:06:14 24:61:00"]
)
def test_a_day_or_time_that_does_not_exist_is_none(text: str) -> None:
    assert parse_moment(text) is None


def test_a_time_is_read_with_its_offset_where_it_has_one() -> None:
    assert parse_moment("2025:06:14 12:30:05") == (datetime(2025, 6, 14, 12, 30, 5), None)
    assert parse_moment("2025-06-14T12:30:05+03:00") == (datetime(2025, 6, 14, 12, 30, 5), 180)
    assert (parse_offset("-0530"), parse_offset("Z"), parse_offset("+19:00"), parse_offset("x")) == (-330, 0, None, None)
