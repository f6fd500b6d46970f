"""Who is at work, and when each last advanced. Written by the threads that work, read by the one that watches over them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from backupd.policy.pulse import Beat


class Pulse:
    """One worker's sign of life. `still_since` is None while it has nothing to do."""

    def __init__(self, name: str, monotonic: Callable[[], float]) -> None:
        self.name = name
        self._monotonic = monotonic
        self._advanced_at: float | None = None
        self.holds_turn = False

    def beat(self) -> None:
        """Something was really done just now."""
        self._advanced_at = self._monotonic()

    def rest(self) -> None:
        """There is nothing to do."""
        self._advanced_at = None

    def seen(self) -> Beat:
        """Return how it is now."""
        return Beat(self.name, self._advanced_at, self.holds_turn)


class Pulses:
    """All who work."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._all: dict[str, Pulse] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> Pulse:
        """Return the pulse of that name, made if need be."""
        with self._lock:
            return self._all.setdefault(name, Pulse(name, self._monotonic))

    def seen(self) -> list[Beat]:
        """Return how all are now."""
        with self._lock:
            return [pulse.seen() for pulse in self._all.values()]
