"""Lengths of time, sizes and shares, as people write them in a configuration.

No number means "never" or "without end": that is `UNLIMITED`, written "forever". Lengths keep their calendar units,
since a year is not 365 days: `Duration.after` counts on the calendar.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Literal

from backupd.settings.faults import Unfit

LENGTH_MEND = 'write a number and a unit, as in "1 year", "6 months", "30 days", "15 minutes"'
_LONGEST_WAIT = timedelta(days=7)
SIZE_MEND = 'write a number and a unit, as in "200 GB" or "1.5 TiB"'
SHARE_MEND = 'write a share as in "10 %"'

_FOREVER = {"forever", "unlimited", "without end", "no limit"}
_PART = re.compile(r"\s*(?:(?:and|,)\s*)?(\d+)\s*([a-zA-Z]+)")
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-zA-Z]*)")
_SHARE = re.compile(r"(\d+(?:[.,]\d+)?)\s*%")
_UNITS = {
    "s": ("seconds", 1), "sec": ("seconds", 1), "second": ("seconds", 1),
    "min": ("seconds", 60), "minute": ("seconds", 60),
    "h": ("seconds", 3600), "hour": ("seconds", 3600),
    "d": ("days", 1), "day": ("days", 1), "w": ("days", 7), "week": ("days", 7),
    "month": ("months", 1), "y": ("years", 1), "year": ("years", 1),
}  # fmt: skip
_SIZE_UNITS: dict[str, int] = {"b": 1, "byte": 1, "bytes": 1} | {
    f"{prefix}{suffix}": base**power
    for power, prefix in enumerate("kmgtp", start=1)
    for suffix, base in (("b", 1000), ("ib", 1024))
}


class Unlimited(Enum):
    """The one value that means "without end"."""

    UNLIMITED = "forever"

    def __str__(self) -> str:
        return self.value


UNLIMITED: Literal[Unlimited.UNLIMITED] = Unlimited.UNLIMITED


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in calendar units; every part is 0 or more."""

    years: int = 0
    months: int = 0
    days: int = 0
    seconds: int = 0

    def __bool__(self) -> bool:
        return bool(self.years or self.months or self.days or self.seconds)

    @property
    def is_calendar(self) -> bool:
        """Whether its length depends on the day it starts from (years, months)."""
        return bool(self.years or self.months)

    def after(self, day: date, missing_day: Literal["next", "last"] = "next") -> date:
        """Return the day that lies this length after `day`; parts of a day count as a whole one.

        Where the month has no such day (29 February, 31 June), "next" gives the first of the month after, so that
        nothing ends early, and "last" the last day of the month, as the law counts time limits.
        """
        month_index = day.year * 12 + day.month - 1 + self.years * 12 + self.months
        year, month = divmod(month_index, 12)
        month += 1
        if year > date.max.year:
            return date.max
        last = calendar.monthrange(year, month)[1]
        moved = date(year, month, min(day.day, last))
        overflow = 1 if day.day > last and missing_day == "next" else 0
        try:
            return moved + timedelta(days=self.days + overflow - (-self.seconds // 86_400))
        except OverflowError:
            return date.max

    def as_timedelta(self) -> timedelta:
        """Return the length as hours on a clock. Raises ValueError where it has years or months."""
        if self.is_calendar:
            raise ValueError(f"{self} has no fixed length")
        return timedelta(days=self.days, seconds=self.seconds)

    def __str__(self) -> str:
        parts = [(self.years, "year"), (self.months, "month"), (self.days, "day"), *_clock_parts(self.seconds)]
        said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
        return " ".join(said) or "0 days"


def _clock_parts(seconds: int) -> list[tuple[int, str]]:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return [(hours, "hour"), (minutes, "minute"), (left, "second")]


def parse_duration(value: object) -> Duration:
    """Return the length that a text such as "1 year 6 months" names. Raises Unfit."""
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise Unfit("is not a length of time", LENGTH_MEND)
    totals = {"years": 0, "months": 0, "days": 0, "seconds": 0}
    position = 0
    text = value.strip()
    while position < len(text):
        part = _PART.match(text, position)
        unit = _UNITS.get(_singular(part[2])) if part else None
        if part is None or unit is None or len(part[1]) > 9:
            raise Unfit(f"{value!r} is not a length of time", LENGTH_MEND)
        totals[unit[0]] += int(part[1]) * unit[1]
        position = part.end()
    if not text:
        raise Unfit("is empty, not a length of time", LENGTH_MEND)
    return Duration(**totals)


def _singular(unit: str) -> str:
    unit = unit.lower()
    return unit[:-1] if unit.endswith("s") and len(unit) > 1 else unit


def parse_some_duration(value: object) -> Duration:
    """As `parse_duration`, and refuse a length of nothing."""
    length = parse_duration(value)
    if not length:
        raise Unfit(f"{value!r} is no time at all", 'write a real length; without end is "forever"')
    return length


def parse_clock_duration(value: object) -> Duration:
    """As `parse_duration`, and refuse what has no fixed length by the clock, or is no time to wait for."""
    length = parse_duration(value)
    if length.is_calendar or length.as_timedelta() > _LONGEST_WAIT:
        raise Unfit(f"{value!r} is too long to wait for", 'write seconds, minutes, hours or some days, as in "5 minutes"')
    return length


def parse_some_clock_duration(value: object) -> Duration:
    """As `parse_clock_duration`, and refuse a length of nothing."""
    parse_some_duration(value)
    return parse_clock_duration(value)


def parse_duration_or_forever(value: object) -> Duration | Unlimited:
    """As `parse_some_duration`, or UNLIMITED for "forever"."""
    return UNLIMITED if is_forever(value) else parse_some_duration(value)


def is_forever(value: object) -> bool:
    """Whether a value says "without end"."""
    return value is UNLIMITED or (isinstance(value, str) and value.strip().lower() in _FOREVER)


def parse_size(value: object) -> int:
    """Return bytes; kB, MB, GB, TB count by 1000, KiB, MiB, GiB, TiB by 1024. Raises Unfit."""
    text = value.strip() if isinstance(value, str) else ""
    found = _SIZE.fullmatch(text)
    factor = _SIZE_UNITS.get(found[2].lower()) if found else None
    if found is None or factor is None:
        said = f"{value!r} is not a size" if isinstance(value, str) else "is not a size with its unit"
        raise Unfit(said, SIZE_MEND)
    return int(Decimal(found[1].replace(",", ".")) * factor)


def parse_size_or_forever(value: object) -> int | Unlimited:
    """As `parse_size`, more than nothing, or UNLIMITED for "forever"."""
    if is_forever(value):
        return UNLIMITED
    size = parse_size(value)
    if size <= 0:
        raise Unfit("is no room at all", 'without a limit is "forever"')
    return size


def parse_count_or_forever(value: object) -> int | Unlimited:
    """Return a whole number from 1 on, or UNLIMITED for "forever". Raises Unfit."""
    if is_forever(value):
        return UNLIMITED
    if isinstance(value, bool) or not isinstance(value, int):
        said = value.strip() if isinstance(value, str) else ""
        if not (said.isascii() and said.isdecimal()):
            raise Unfit(f"{value!r} is not a whole number", 'write it as in 20000; without a limit is "forever"')
        value = int(said)
    if value < 1:
        raise Unfit(f"{value} is none at all", 'without a limit is "forever"')
    return value


@dataclass(frozen=True, slots=True)
class Room:
    """An amount of room on a store: bytes, or a share of the whole (0 to 1). Exactly one of the two is set."""

    bytes: int | None = None
    share: float | None = None

    def of(self, total_bytes: int) -> int:
        """Return the bytes that are meant on a store of this size."""
        return self.bytes if self.bytes is not None else round(total_bytes * (self.share or 0.0))

    def __str__(self) -> str:
        return f"{self.bytes} B" if self.bytes is not None else f"{(self.share or 0) * 100:g} %"


def parse_room(value: object) -> Room:
    """Return the room that "200 GB" or "10 %" names. Raises Unfit."""
    if isinstance(value, Room):
        return value
    if isinstance(value, str) and "%" in value:
        return Room(share=parse_share(value))
    try:
        return Room(bytes=parse_size(value))
    except Unfit as unfit:
        raise Unfit(unfit.wrong, 'write a size or a share, as in "200 GB" or "10 %"') from None


def parse_share(value: object) -> float:
    """Return 0 to 1 from "10 %" or a fraction such as 0.1. Raises Unfit."""
    found = _SHARE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found:
        share = float(found[1].replace(",", ".")) / 100
    elif isinstance(value, float):
        share = value
    else:
        raise Unfit(f"{value!r} is not a share", SHARE_MEND)
    if not 0 <= share <= 1:
        raise Unfit(f"{value!r} is not between 0 % and 100 %", SHARE_MEND)
    return share
