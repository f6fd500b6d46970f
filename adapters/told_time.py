"""What a provider's answers say of the time: how far its clock is ahead of this machine's. Decides nothing."""

from __future__ import annotations

import email.utils
from collections.abc import Callable
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


class ToldTime:
    """Remembers the last answer's word. Safe for several threads: each note is one assignment."""

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._now = now
        self.ahead_seconds: float | None = None

    def note(self, date: str | None) -> None:
        """Note an answer's Date header, as it came; one that says nothing changes nothing."""
        if not date:
            return
        try:
            told = email.utils.parsedate_to_datetime(date)
        except ValueError:
            return
        if told.tzinfo is not None:
            self.ahead_seconds = (told - self._now()).total_seconds()
