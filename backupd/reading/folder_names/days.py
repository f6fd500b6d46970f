"""The days of a shoot, from the dates on all levels of its path. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backupd.reading.folder_names import dates
from backupd.reading.folder_names.levels import Part


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day, or the readings between which a person must choose, and why there is a question."""

    first: date | None = None
    last: date | None = None
    options: tuple[tuple[date, date], ...] = ()
    why: tuple[str, ...] = ()


def read_days(parts: list[Part], today: date) -> Days:
    """Return what the deepest folder with a date says, completed and checked by the folders above it."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if part.kind != "job" or not part.found:
            continue
        above = parts[:index]
        year = next((each.year for each in reversed(above) if each.year), None)
        month = next((each.month for each in reversed(above) if each.month), None)
        found = [each if each.whole else dates.complete(each, year, month, today) for each in part.found]
        if len(found) > 1:
            return Days(options=tuple(day for each in found for day in each.days), why=("its two dates form no range",))
        only = found[0]
        options = list(only.days)
        if len(options) > 1 and year is not None:
            fitting = [each for each in options if each[0].year == year]
            options = fitting if len(fitting) == 1 else options
        if not options:
            return Days(why=(only.why,))
        if len(options) > 1 or not only.sure:
            return Days(options=tuple(options), why=(only.why,))
        first, last = options[0]
        years = {each.year for each in above if each.year}
        if years and not any(value in (first.year, last.year) for value in years):
            return Days(options=tuple(options), why=("the year folder above says another year",))
        if part.found[0].whole and month is not None and month not in (first.month, last.month):
            return Days(options=tuple(options), why=("the month folder above says another month",))
        return Days(first, last)
    return Days()
