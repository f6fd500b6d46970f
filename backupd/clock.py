"""The clock: the only place that reads one. Everything that decides by date is told the date."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, tzinfo


class Clock:
    """The machine's clock. Tests and rehearsals hand in a `FixedClock` in its place."""

    def now(self) -> datetime:
        """Return this instant, aware, in UTC."""
        return datetime.now(UTC)

    def today(self, zone: str) -> date:
        """Return the day it is in a time zone ("Europe/Helsinki"). Raises ZoneInfoNotFoundError for an unknown one."""
        from zoneinfo import ZoneInfo

        return self.now().astimezone(ZoneInfo(zone)).date()

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for measuring how long something takes."""
        return time.monotonic()


class FixedClock(Clock):
    """A clock that stands still until it is moved. `instant` must be aware."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        """Return the instant that it was set to."""
        return self.instant

    def monotonic(self) -> float:
        """Return the seconds that were set."""
        return self.seconds


def instant(seconds: int | None, zone: tzinfo) -> str | None:
    """Return an instant in the studio's zone, as ISO 8601 with its offset."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone).isoformat(timespec="seconds")
