"""Times as files write them, and whether a camera's clock can be believed.

Pure: `today` comes from the caller. A time is local camera time without a zone, its offset from UTC in minutes beside it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

# EXIF 2.32 says "YYYY:MM:DD HH:MM:SS"; cameras and programs also write dashes, slashes, "T" and missing seconds.
_TIME = re.compile(
    r"\s*(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})[ T]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:]\d{1,9})?)?"
    r"\s*(Z|UTC|GMT|[+\-]\d{1,2}:?\d{2}|[+\-]\d{1,2})?\s*\Z"
)
_OFFSET = re.compile(r"\s*([+\-])(\d{1,2}):?(\d{2})?\s*\Z")
_WIDEST_OFFSET = 14 * 60

# The first photograph that is kept was taken in 1826 or 1827.
_FIRST_YEAR = 1826
# Where clocks start when the battery was out or nobody has set them: Mac and QuickTime, Unix, FAT. All of that January:
# such a clock runs on until somebody sets it.
_ZERO_MONTHS = {(1904, 1), (1970, 1), (1980, 1)}
# The same zero seconds, seen west of Greenwich.
_EVES = {date(1903, 12, 31), date(1969, 12, 31)}


class Moment(NamedTuple):
    """A local time and how far ahead of UTC it is, None where that is unknown."""

    at: datetime
    offset_minutes: int | None = None


def parse_moment(text: object) -> Moment | None:
    """Read a day with a time of day; None where either is missing or does not exist (30 February, 24:61)."""
    if not isinstance(text, str):
        return None
    found = _TIME.match(text[:64].rstrip("\0 "))
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - camera time has no zone
    except ValueError:
        return None
    return Moment(at, parse_offset(found.group(7)))


def parse_offset(text: object) -> int | None:
    """Read "+03:00", "-0530", "+2" or "Z" as minutes ahead of UTC; None where it is no offset on Earth."""
    if not isinstance(text, str):
        return None
    text = text[:16].strip("\0 ")
    if text in ("Z", "UTC", "GMT"):
        return 0
    found = _OFFSET.match(text)
    if found is None:
        return None
    minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
    if minutes > _WIDEST_OFFSET or int(found.group(3) or 0) > 59:
        return None
    return -minutes if found.group(1) == "-" else minutes


def why_not_believed(at: datetime, today: date | None) -> str | None:
    """Return why a camera's time is nonsense, in words, or None where it can be believed.

    A day ahead is believed: it is tomorrow already somewhere. Without `today` no time is called too late.
    """
    day = at.date()
    if day.year < _FIRST_YEAR:
        return f"the camera's clock says {day}, before photography"
    if (day.year, day.month) in _ZERO_MONTHS or (day in _EVES and at.hour >= 12) or _is_reset(at):
        return f"the camera's clock says {at:%Y-%m-%d %H:%M}, where clocks start that were never set"
    if today is not None and day > today + timedelta(days=1):
        return f"the camera's clock says {day}, which is still to come"
    return None


def _is_reset(at: datetime) -> bool:
    # Only the very first minute: much was really photographed in the first night of 2000.
    return (at.year, at.month, at.day, at.hour, at.minute) == (2000, 1, 1, 0, 0)
