"""What a provider says about a photo or video, as far as it can be believed without reading a byte of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from adapters.records import MediaHint
from backupd.reading.cleaning import clean_text
from backupd.reading.clock_sense import why_not_believed

_MOST_PIXELS = 1_000_000
_MOST_SECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class MediaSaid:
    """A provider's word in the form that contents have; None or "" is unknown."""

    captured_at: str | None = None
    offset_minutes: int | None = None
    make: str = ""
    model: str = ""
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None


def said_of(hint: MediaHint | None, today: date) -> MediaSaid:
    """Return what can be believed of a provider's word."""
    if hint is None:
        return _NOTHING
    at = hint.captured_at
    if at is not None and why_not_believed(at.replace(tzinfo=None), today) is not None:
        at = None
    offset = at.utcoffset() if at is not None else None
    seconds = hint.duration_s
    return MediaSaid(
        captured_at=at.replace(tzinfo=None).isoformat(timespec="seconds") if at is not None else None,
        offset_minutes=None if offset is None else round(offset.total_seconds() / 60),
        make=clean_text(hint.make) or "",
        model=clean_text(hint.model) or "",
        width=_pixels(hint.width),
        height=_pixels(hint.height),
        duration_ms=round(seconds * 1000) if seconds is not None and 0 < seconds < _MOST_SECONDS else None,
    )


_NOTHING = MediaSaid()


def _pixels(value: int | None) -> int | None:
    return value if value is not None and 0 < value < _MOST_PIXELS else None
