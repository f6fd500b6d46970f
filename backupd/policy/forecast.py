"""When a store fills at the present inflow, and which shoots would go when. Pure: amounts and days in, outlook out.

Every day brings the same; a clean-up starts below the low mark, takes the oldest that may go by then, and ends at the
high mark. What has no day, is held or is protected without end never goes. It is a forecast, not a plan: a clean-up asks
again for proof of every single file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class MayGo:
    """A shoot that a clean-up may take from `prunable_from` on, and what it takes up in the store."""

    shoot: int
    prunable_from: date
    size: int
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """A store as it is: what is free, what comes each day, and the marks. `cleaned` says whether clean-ups work there."""

    free_bytes: int
    daily_bytes: float
    low_bytes: int
    high_bytes: int
    cleaned: bool


@dataclass(frozen=True, slots=True)
class Going:
    """A shoot that would go on a day."""

    day: date
    shoot: int
    size: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected. `without` and `with_cleaning` are what is free on each of `days`; the days of reaching the
    low mark and of being full are None where that does not happen within the time looked at."""

    days: tuple[date, ...]
    without: tuple[int, ...]
    with_cleaning: tuple[int, ...]
    low_on: date | None
    full_on: date | None
    full_all_the_same_on: date | None
    going: tuple[Going, ...]


def look_ahead(supply: Supply, shoots: Sequence[MayGo], today: date, until: date) -> Outlook:
    """Return what is to be expected from today to a later day, both included."""
    # As clean-ups have it: what is free to go since one day, by its own.
    waiting = sorted(shoots, key=lambda one: (one.prunable_from, one.last_day or date.max, one.shoot))
    days = [today + timedelta(days=number) for number in range((until - today).days + 1)]
    freed, position = 0, 0
    without, with_cleaning, going = [], [], []
    for number, day in enumerate(days):
        plain = supply.free_bytes - round(supply.daily_bytes * number)
        if supply.cleaned and plain + freed < supply.low_bytes:
            while position < len(waiting) and plain + freed < supply.high_bytes:
                one = waiting[position]
                if one.prunable_from > day:
                    break
                freed += one.size
                position += 1
                going.append(Going(day, one.shoot, one.size))
        without.append(plain)
        with_cleaning.append(plain + freed)
    return Outlook(
        tuple(days),
        tuple(without),
        tuple(with_cleaning),
        _first(days, without, supply.low_bytes),
        _first(days, without, 1),
        _first(days, with_cleaning, 1),
        tuple(going),
    )


def _first(days: Sequence[date], free: Sequence[int], mark: int) -> date | None:
    return next((day for day, left in zip(days, free, strict=True) if left < mark), None)
