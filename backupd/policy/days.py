"""When a folder's day and the capture days of what is in it disagree. Pure.

Weddings run past midnight and cards are emptied late: a few days between are natural. More is put to a person, never
decided: a date that is guessed too early would let a protected shoot be cleaned up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

TOLERANCE_DAYS = 3
"""Source: privacy notice facts, part 4: a conflict of more than three days is flagged."""

OUTSIDE_SHARE = 0.2
"""More than a fifth of the dated files outside the folder's days is a conflict; fewer are strays on the card."""


def days_disagree(first_day: date, last_day: date, captured: Mapping[date, int]) -> bool:
    """True where too many files were captured on other days. `captured` counts files by day; empty never disagrees."""
    total = sum(captured.values())
    if total == 0:
        return False
    earliest, latest = first_day - timedelta(days=TOLERANCE_DAYS), last_day + timedelta(days=TOLERANCE_DAYS)
    outside = sum(files for day, files in captured.items() if not earliest <= day <= latest)
    return outside > OUTSIDE_SHARE * total
