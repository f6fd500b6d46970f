"""From "when", as the configuration says it, to the next time."""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from backupd.settings.schedules import Cron, Every, Never

When = Every | Cron | Never


def next_time(when: When, after: datetime, zone: str) -> datetime | None:
    """Return the first time after an instant at which a job is to run, None for never."""
    if isinstance(when, Every):
        try:
            return after + when.interval.as_timedelta()
        except OverflowError:
            return None
    if isinstance(when, Cron):
        found: datetime | None = _trigger(when.line, zone).get_next_fire_time(after, after)
        return found
    return None


def is_quiet(hours: tuple[tuple[time, time], ...], local: datetime) -> bool:
    """True where a local time lies within the quiet hours; they may go over midnight."""
    at = local.time()
    return any(start <= at < end if start <= end else at >= start or at < end for start, end in hours)


@lru_cache(maxsize=64)
def _trigger(line: str, zone: str) -> Any:
    from apscheduler.triggers.cron import CronTrigger

    return CronTrigger.from_crontab(line, timezone=ZoneInfo(zone))
