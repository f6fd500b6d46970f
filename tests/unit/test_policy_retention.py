"""How long a shoot is protected, when a contact is due, when the clock is not believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.clock_doubt import judge_clock
from backupd.policy.facts import Known, Retained
from backupd.policy.retention import ShootFacts, contact_due_on, decide_retention, retained_of
from backupd.settings.values import UNLIMITED, Duration

YEAR = Duration(years=1)
MONTH = Duration(days=30)
DAY = timedelta(days=1)
HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("last_day", "delivered", "seen", "until"),
    [
        (date(2026, 6, 6), date(2026, 6, 20), date(2026, 7, 3), date(2027, 7, 3)),
        (date(2026, 6, 6), date(2026, 7, 20), date(2026, 7, 3), date(2027, 7, 20)),
        (date(2026, 6, 6), None, date(2025, 7, 3), date(2027, 6, 6)),
        (date(2028, 2, 29), None, None, date(2029, 3, 1)),
        (date(2027, 2, 28), None, None, date(2028, 2, 28)),
        (date(2027, 6, 6), None, None, date(2028, 6, 6)),
        (date(2027, 1, 1), None, None, date(2028, 1, 1)),
        (date(2026, 6, 14), None, None, date(2027, 6, 14)),
        (date(2027, 1, 3), None, None, date(2028, 1, 3)),
        (date(2026, 6, 30), None, None, date(2027, 6, 30)),
        (date(2026, 8, 31), None, None, date(2027, 8, 31)),
        (date(2027, 6, 1), None, datetime(2027, 6, 30, 21, 15, tzinfo=UTC).astimezone(HELSINKI).date(), date(2028, 7, 1)),
    ],
)
def test_the_dates_of_the_privacy_facts(
    last_day: date, delivered: date | None, seen: date | None, until: date
) -> None:
    facts = ShootFacts(last_day, seen, delivered_on=delivered)
    last = decide_retention(facts, YEAR, until)
    assert (last.state, last.protected_until, last.prunable_from) == ("protected", until, until + DAY)
    assert last.rule.startswith("min_retention")
    assert decide_retention(facts, YEAR, until + DAY).state == "prunable"


def test_no_date_anywhere_is_never_by_itself() -> None:
    verdict = decide_retention(ShootFacts(None, None), YEAR, date(2999, 1, 1))
    assert (verdict.state, verdict.protected_until, verdict.prunable_from) == ("unknown", None, None)
    assert verdict.needs_review
    assert retained_of(verdict) is Retained.UNKNOWN


@pytest.mark.parametrize(
    "facts",
    [
        ShootFacts(None, date(2020, 1, 1)),
        ShootFacts(date(2020, 1, 1), date(2020, 1, 1), in_review=True),
        ShootFacts(date(2020, 1, 1), date(2020, 1, 1), unread=True),
        ShootFacts(date(1970, 1, 1), None, day_from="capture"),
    ],
)
def test_unknown_is_protected(facts: ShootFacts) -> None:
    verdict = decide_retention(facts, YEAR, date(2999, 1, 1))
    assert verdict.state == "unknown"
    assert verdict.rule.startswith("date_unknown")


def test_a_camera_of_1970_does_not_make_a_shoot_old() -> None:
    facts = ShootFacts(date(1970, 1, 1), date(2026, 6, 6), day_from="capture")
    assert decide_retention(facts, YEAR, date(2027, 6, 6)).state == "protected"
    assert decide_retention(facts, YEAR, date(2027, 6, 7)).state == "prunable"


def test_a_folder_day_ahead_is_protected_and_asked_about() -> None:
    verdict = decide_retention(ShootFacts(date(2099, 1, 1), date(2026, 6, 6)), YEAR, date(2027, 9, 1))
    assert verdict.state == "protected"
    assert verdict.needs_review
    assert any("future" in reason for reason in verdict.reasons)


def test_grace_leaves_alone_but_does_not_lengthen_the_promise() -> None:
    facts = ShootFacts(date(2026, 6, 6), date(2026, 6, 6))
    within = decide_retention(facts, YEAR, date(2027, 7, 6), MONTH)
    assert (within.state, within.protected_until, within.prunable_from) == (
        "protected",
        date(2027, 6, 6),
        date(2027, 7, 7),
    )
    assert within.rule.startswith("grace")
    assert retained_of(within) is Retained.PROTECTED
    after = decide_retention(facts, YEAR, date(2027, 7, 7), MONTH)
    assert after.state == "prunable"
    assert retained_of(after) is Retained.PASSED


def test_a_hold_is_said_and_the_ordinary_date_with_it() -> None:
    facts = ShootFacts(date(2020, 6, 6), date(2020, 6, 6), holds=("restriction",))
    verdict = decide_retention(facts, YEAR, date(2026, 1, 1))
    assert (verdict.state, verdict.protected_until, verdict.prunable_from) == ("held", date(2021, 6, 6), None)
    assert retained_of(verdict) is Retained.PROTECTED
    undated = decide_retention(replace(facts, last_day=None), YEAR, date(2026, 1, 1))
    assert undated.state == "held"
    assert retained_of(undated) is Retained.UNKNOWN


def test_what_was_erased_is_erased() -> None:
    facts = ShootFacts(date(2020, 6, 6), None, erased=True, holds=("pin",))
    assert decide_retention(facts, YEAR, date(2026, 1, 1)).state == "erased"


@pytest.mark.parametrize("minimum", [UNLIMITED, None, Duration(years=9000)])
def test_without_end_is_never_prunable(minimum: object) -> None:
    facts = ShootFacts(date(2020, 1, 1), None)
    assert decide_retention(facts, minimum, date.max - DAY).state == "protected"  # type: ignore[arg-type]


def test_the_reasons_name_each_day_and_the_length() -> None:
    verdict = decide_retention(ShootFacts(date(2026, 6, 6), date(2026, 7, 3)), YEAR, date(2026, 8, 1))
    assert verdict.reasons == (
        "the shoot's last day: 2026-06-06",
        "the last new photo or video first seen: 2026-07-03",
        "1 year from the latest, the last new photo or video first seen, ends with 2027-07-03",
    )


days = st.dates(date(1990, 1, 1), date(2200, 1, 1))
lengths = st.builds(Duration, years=st.integers(1, 9), months=st.integers(0, 11), days=st.integers(0, 40))


@given(last=days, seen=st.none() | days, delivered=st.none() | days, today=days, minimum=lengths, grace=st.just(MONTH))
def test_nothing_is_prunable_within_the_minimum_of_any_day(
    last: date, seen: date | None, delivered: date | None, today: date, minimum: Duration, grace: Duration
) -> None:
    verdict = decide_retention(ShootFacts(last, seen, delivered_on=delivered), minimum, today, grace)
    if verdict.state == "prunable":
        assert all(today > grace.after(minimum.after(day)) for day in (last, seen, delivered) if day)
    assert verdict.needs_review == any(day > today for day in (last, seen, delivered) if day)


@given(last=days, seen=days, later=st.integers(0, 4000), today=days)
def test_a_later_day_never_makes_the_date_earlier(last: date, seen: date, later: int, today: date) -> None:
    before = decide_retention(ShootFacts(last, seen), YEAR, today).protected_until
    after = decide_retention(ShootFacts(last, seen + later * DAY), YEAR, today).protected_until
    assert before is not None
    assert after is not None
    assert after >= before


@given(last=days, seen=days, today=days, later=st.integers(0, 4000))
def test_once_prunable_time_alone_keeps_it_so(last: date, seen: date, today: date, later: int) -> None:
    facts = ShootFacts(last, seen)
    if decide_retention(facts, YEAR, today).state == "prunable":
        assert decide_retention(facts, YEAR, today + later * DAY).state == "prunable"


def test_contacts_are_due_after_five_years_unused() -> None:
    five = Duration(years=5)
    assert contact_due_on(date(2021, 3, 5), five) == date(2026, 3, 5)
    assert contact_due_on(date(2024, 2, 29), five) == date(2029, 2, 28)
    assert contact_due_on(date(2024, 2, 29), UNLIMITED) is UNLIMITED


NOW = datetime(2026, 6, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "provider", "wrong"),
    [
        (timedelta(0), None, Known.NO),
        (timedelta(hours=-36), None, Known.NO),
        (timedelta(hours=-36, seconds=-1), None, Known.YES),
        (timedelta(seconds=1), None, Known.YES),
        (timedelta(days=400), None, Known.YES),
        (timedelta(days=-400), None, Known.YES),
        (timedelta(days=-400), timedelta(minutes=1), Known.NO),
        (timedelta(0), timedelta(days=-3650), Known.YES),
        (None, None, Known.UNKNOWN),
    ],
)
def test_a_clock_that_jumped_is_not_believed(
    last: timedelta | None, provider: timedelta | None, wrong: Known
) -> None:
    recorded = None if last is None else NOW + last
    assert judge_clock(NOW, recorded, None if provider is None else NOW + provider) is wrong
