"""When a folder's day and its files' capture days disagree; how long a shoot is protected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.days import days_disagree
from backupd.policy.retention import ShootFacts, decide_retention
from backupd.settings.values import Duration

SATURDAY = date(2026, 6, 6)
YEAR = Duration(years=1)


@pytest.mark.parametrize(
    ("captured", "disagree"),
    [
        ({}, False),
        ({SATURDAY: 10}, False),
        ({SATURDAY: 10, SATURDAY + timedelta(days=1): 300}, False),
        ({SATURDAY + timedelta(days=3): 5}, False),
        ({SATURDAY + timedelta(days=4): 5}, True),
        ({SATURDAY - timedelta(days=4): 5}, True),
        ({SATURDAY: 80, SATURDAY - timedelta(days=30): 20}, False),
        ({SATURDAY: 79, SATURDAY - timedelta(days=30): 21}, True),
    ],
)
def test_days_disagree(captured: dict[date, int], disagree: bool) -> None:
    assert days_disagree(SATURDAY, SATURDAY, captured) is disagree


@pytest.mark.parametrize(
    ("last_day", "seen", "until"),
    [
        (date(2026, 6, 6), date(2026, 7, 3), date(2027, 7, 3)),
        (date(2028, 2, 29), None, date(2029, 3, 1)),
        (date(2027, 2, 28), None, date(2028, 2, 28)),
        (date(2027, 6, 6), None, date(2028, 6, 6)),
        (date(2027, 1, 1), None, date(2028, 1, 1)),
        (date(2026, 6, 30), date(2027, 7, 1), date(2028, 7, 1)),
    ],
)
def test_protected_until_counts_from_the_later_day(last_day: date, seen: date | None, until: date) -> None:
    facts = ShootFacts(last_day, seen)
    assert decide_retention(facts, YEAR, until).state == "protected"
    assert decide_retention(facts, YEAR, until).protected_until == until
    assert decide_retention(facts, YEAR, until + timedelta(days=1)).state == "prunable"


def test_unknown_is_protected() -> None:
    far = date(2999, 1, 1)
    assert decide_retention(ShootFacts(None, date(2020, 1, 1)), YEAR, far).state == "unknown"
    assert decide_retention(ShootFacts(date(2020, 1, 1), None, in_review=True), YEAR, far).state == "unknown"
    assert decide_retention(ShootFacts(date(2020, 1, 1), None), None, far).state == "protected"


days = st.dates(date(1990, 1, 1), date(2200, 1, 1))


@given(last_day=days, seen=st.none() | days, today=days)
def test_nothing_is_prunable_within_a_year_of_either_day(last_day: date, seen: date | None, today: date) -> None:
    verdict = decide_retention(ShootFacts(last_day, seen), YEAR, today)
    if verdict.state == "prunable":
        assert all((today - day).days > 365 for day in (last_day, seen) if day)
