"""Whether work still advances, so that the service may say that it is alive. Told the time; reads nothing.

A store that does not answer holds up nobody but itself, and a restart would not mend it: it is said to be away instead.
What must not stand still is whoever has the turn to write, and the one who starts everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beat:
    """Someone at work: since when nothing has advanced, and whether others wait behind it. None while it has nothing."""

    name: str
    still_since: float | None
    holds_turn: bool


def stuck(beats: Iterable[Beat], now: float, longest_seconds: float) -> tuple[str, ...]:
    """Return who has the turn to write and has not advanced for too long."""
    return tuple(
        beat.name
        for beat in beats
        if beat.holds_turn and beat.still_since is not None and now - beat.still_since > longest_seconds
    )


def silent(beats: Iterable[Beat], now: float, longest_seconds: float) -> tuple[str, ...]:
    """Return who is at work without the turn, and has not been heard of for too long."""
    return tuple(
        beat.name
        for beat in beats
        if not beat.holds_turn and beat.still_since is not None and now - beat.still_since > longest_seconds
    )
