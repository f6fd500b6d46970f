"""By when a person's request must be answered. Pure: days in, days out.

Counting, after Regulation 1182/71 art. 3 and GDPR art. 12(3); source: privacy facts, part 2:
1. The day of receipt is the civil day in the studio's zone on which the message arrived; it is not counted itself.
2. The time ends with the day of the same number in the month it leads to, or with that month's last day.
3. Where that is a Saturday, a Sunday or a public holiday, it ends with the next working day.
4. An extension is counted anew from receipt, never chained to a day that was moved.
Where guides differ, the earlier day is taken. Christmas Eve and Midsummer Eve do not move anything: the Finnish act that
lists them is about courts and authorities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from holidays import country_holidays

from backupd.settings.values import Duration

ALARMS = (14, 7, 3, 1, 0)
"""Days before a deadline on which somebody is reminded."""

MARGIN = timedelta(days=5)
"""How much earlier than the law's day the studio aims to answer."""

PROMPT = timedelta(days=3)
"""How soon identification must have been asked for, to count as asked without undue delay."""

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Pause:
    """A time spent waiting for identification. `ended_on` is the day on which it came, None while it is awaited."""

    asked_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The days of one request. `due_strict` never pauses and is the one to plan by; `due_with_pause` is later by the
    days spent waiting for identification; `due_extended` counts the extension whether or not it was used."""

    received_on: date
    due_strict: date
    due_with_pause: date
    due_extended: date
    target_on: date
    alarms: tuple[date, ...]


def received_day(arrived_at: datetime, zone: tzinfo) -> date:
    """Return the civil day of receipt. `arrived_at` is aware."""
    return arrived_at.astimezone(zone).date()


def is_working_day(day: date) -> bool:
    """Whether a time limit may end on it: no Saturday, no Sunday, no public holiday in Finland."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the day itself where it is a working day, else the next one."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(day for day in country_holidays("FI", years=year) if not _is_eve(day))


def _is_eve(day: date) -> bool:
    christmas = (day.month, day.day) == (12, 24)
    midsummer = day.month == 6 and 19 <= day.day <= 25 and day.weekday() == 4
    return christmas or midsummer


def unshifted(received_on: date, length: Duration) -> date:
    """Return the day of the same number, before weekends and holidays move it."""
    return length.after(received_on, "last")


def due_strict(received_on: date, length: Duration) -> date:
    """Return the last day for an answer, with no pause."""
    return next_working_day(unshifted(received_on, length))


def due_extended(received_on: date, length: Duration, extension: Duration) -> date:
    """Return the last day with the extension, counted from receipt as one length."""
    whole = Duration(*(getattr(length, part) + getattr(extension, part) for part in ("years", "months", "days", "seconds")))
    return due_strict(received_on, whole)


def due_with_pause(received_on: date, length: Duration, pauses: Iterable[Pause], today: date) -> date:
    """Return the last day where the clock stood still while identification was awaited.

    Only what was asked for without undue delay pauses. A pause that is still open counts up to today. The day of
    asking counts as a day of the clock, the day of the answer does not: each pause is worth their distance.
    """
    waited = timedelta(days=len(_days_waited(received_on, pauses, today)))
    return next_working_day(unshifted(received_on, length) + waited)


def _days_waited(received_on: date, pauses: Iterable[Pause], today: date) -> set[date]:
    days: set[date] = set()
    for pause in pauses:
        if pause.asked_on - received_on > PROMPT or pause.asked_on < received_on:
            continue
        end = min(pause.ended_on or today, today)
        days |= {pause.asked_on + timedelta(days=number) for number in range(1, (end - pause.asked_on).days + 1)}
    return days


def decide_deadlines(
    received_on: date, length: Duration, extension: Duration, today: date, pauses: Iterable[Pause] = ()
) -> Deadlines:
    """Return all days of a request that was received on a day, as they are known today."""
    strict = due_strict(received_on, length)
    return Deadlines(
        received_on,
        strict,
        due_with_pause(received_on, length, pauses, today),
        due_extended(received_on, length, extension),
        max(received_on, unshifted(received_on, length) - MARGIN),
        tuple(strict - timedelta(days=before) for before in ALARMS if strict - timedelta(days=before) >= received_on),
    )


def alarm_due(due_on: date, today: date, last_alarm_on: date | None) -> int | None:
    """Return how many days are left where a reminder is due and none was given since it became so, else None.

    Days on which nobody ran this are made up for by the latest reminder alone. Past the day it is due daily, and the
    number is negative.
    """
    left = (due_on - today).days
    if left < 0:
        return None if last_alarm_on is not None and last_alarm_on >= today else left
    passed = [before for before in ALARMS if left <= before]
    if not passed:
        return None
    fell_on = due_on - timedelta(days=min(passed))
    return None if last_alarm_on is not None and last_alarm_on >= fell_on else left


def may_extend(received_on: date, length: Duration, told_on: date, reason: str) -> tuple[str, ...]:
    """Return what stands against an extension: empty where it is good. The person must be told, with reasons, in time."""
    against = []
    if told_on > due_strict(received_on, length):
        against.append(f"the person had to be told by {due_strict(received_on, length).isoformat()}")
    if told_on < received_on:
        against.append("nobody can be told before the request was received")
    if not reason.strip():
        against.append("an extension needs a reason that the person is told")
    return tuple(against)
