"""Days as studios spell them in folder names."""

from __future__ import annotations

from datetime import date, timedelta

_FINNISH = ("tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu")
_SWEDISH = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def day_before(today: date, ago: int, weekday: int | None = None) -> date:
    """Return the day `ago` days before today, moved back to the weekday asked for (Monday is 0)."""
    day = today - timedelta(days=ago)
    return day if weekday is None else day - timedelta(days=(day.weekday() - weekday) % 7)


def puzzling_day(day: date) -> date:
    """Return the nearest day, going back, whose six digits can be read day first and year first alike."""
    while not (4 <= day.day <= day.year % 100 <= 28 and day.day != day.year % 100) and day.year > 2005:
        day -= timedelta(days=1)
    return day


def spell_days(first: date, last: date) -> dict[str, str]:
    """Return a shoot's days in every spelling that a folder's template may name."""
    return {
        "year": f"{first.year}",
        "iso": first.isoformat(),
        "compact": f"{first:%Y%m%d}",
        "finnish": f"{first.day}.{first.month}.{first.year}",
        "six": f"{first:%d%m%y}",
        "swedish": f"{first.day} {_SWEDISH[first.month - 1]} {first.year}",
        "month": f"{_FINNISH[first.month - 1]}kuu {first.year}",
        "range": _spell_range(first, last),
    }


def _spell_range(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}.–{last.day}.{last.month}.{last.year}"
    year = "" if first.year == last.year else f"{first.year}"
    return f"{first.day}.{first.month}.{year}–{last.day}.{last.month}.{last.year}"
