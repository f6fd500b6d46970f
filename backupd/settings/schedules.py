"""When a job runs: after every length of time, at a cron line's times, or never."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import Enum
from typing import Literal

from backupd.settings.faults import Unfit
from backupd.settings.values import Duration, parse_some_duration

WHEN_MEND = 'write an interval ("15 minutes"), a cron line ("0 3 * * *") or "never"'
_FIELD = r"[0-9a-zA-Z*,/?#-]+"
_HOURS = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")
_CRON = re.compile(rf"{_FIELD}(?:\s+{_FIELD}){{4}}")


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, this long after the last time."""

    interval: Duration

    def __str__(self) -> str:
        return str(self.interval)


@dataclass(frozen=True, slots=True)
class Cron:
    """At the times of a cron line (minute, hour, day, month, day of the week), in the studio's time zone."""

    line: str

    def __str__(self) -> str:
        return self.line


class Never(Enum):
    """The one value that means that a job is not run by itself."""

    NEVER = "never"

    def __str__(self) -> str:
        return self.value


NEVER: Literal[Never.NEVER] = Never.NEVER
DAILY = Every(Duration(days=1))


def parse_when(value: object) -> Every | Cron | Never:
    """Return when a job runs. Raises Unfit."""
    if isinstance(value, Every | Cron | Never):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if text.lower() in {"never", "off"}:
        return NEVER
    if _CRON.fullmatch(text):
        return Cron(" ".join(text.split()))
    try:
        every = Every(parse_some_duration(text.removeprefix("every ")))
    except Unfit:
        raise Unfit(f"{value!r} is not a time to run at", WHEN_MEND) from None
    if every.interval.is_calendar:
        raise Unfit(f"{value!r} is not an interval by the clock", 'write days, as in "30 days", or a cron line')
    return every


def parse_quiet_hours(value: object) -> tuple[tuple[time, time], ...]:
    """Return from when to when it is quiet, each written like "9:00-17:00"; they may go over midnight. Raises Unfit."""
    mend = 'write a list of hours, as in ["9:00-17:00"]'
    if not isinstance(value, list | tuple):
        raise Unfit("is not a list of hours", mend)
    found = []
    for each in value:
        if isinstance(each, tuple):
            found.append(each)
            continue
        match = _HOURS.fullmatch(each.strip()) if isinstance(each, str) else None
        try:
            first, last = (time(int(match[at]), int(match[at + 1])) for at in (1, 3)) if match else (None, None)
        except ValueError:
            first = last = None
        if first is None or last is None or first == last:
            raise Unfit(f"{each!r} are no hours of the day", mend)
        found.append((first, last))
    return tuple(found)
