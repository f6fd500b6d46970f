"""One line of progress on standard error: how far, how fast, how long still. Never a name in it."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from backupd.cli.text import cut, size, width_of

LIVE_SECONDS = 0.2
QUIET_SECONDS = 30.0
_COLUMNS = 79


class Progress:
    """A line that is rewritten in place on a terminal and erased at the end; elsewhere a line each half minute."""

    def __init__(
        self, err: TextIO, monotonic: Callable[[], float], label: str,
        *, total: int | None = None, unit: str = "files", live: bool = True,
    ) -> None:  # fmt: skip
        self.total = total
        self.total_bytes: int | None = None
        """Where it is known and bytes are told, the time left is counted by bytes: files differ too much in size."""
        self._err = err
        self._monotonic = monotonic
        self._label = label
        self._unit = unit
        self._live = live
        self._started = self._said_at = monotonic()
        self._on_screen = 0

    def update(self, done: int, done_bytes: int | None = None, note: str = "") -> None:
        """Tell how many are done in all; writes only when enough time has passed since the last line."""
        now = self._monotonic()
        if now - self._said_at < (LIVE_SECONDS if self._live else QUIET_SECONDS):
            return
        self._said_at = now
        self._write(self._sentence(done, done_bytes, now - self._started, note))

    def _sentence(self, done: int, done_bytes: int | None, seconds: float, note: str) -> str:
        rate = done / seconds if seconds > 0 else 0.0
        parts = [f"{self._label}: {done:,}".replace(",", " ") + (f" of {self.total}" if self.total else "")]
        parts[0] += f" {self._unit}"
        parts.append(f"{rate:,.0f}/s".replace(",", " "))
        if done_bytes is not None and seconds > 0:
            parts.append(f"{size(round(done_bytes / seconds))}/s")
        left = self._left(done, done_bytes or 0)
        if 0 < left < 1 and seconds > 0:
            parts.append(f"{span(seconds * left / (1 - left))} left")
        return ", ".join([*parts, note] if note else parts)

    def _left(self, done: int, done_bytes: int) -> float:
        """The share of the work that is left, 0 where that is not known."""
        if self.total_bytes and done_bytes:
            return 1 - done_bytes / self.total_bytes
        return 1 - done / self.total if self.total and done else 0.0

    def _write(self, text: str) -> None:
        if not self._live:
            self._err.write(f"{text}\n")
        else:
            text = cut(text, _COLUMNS)
            self._err.write(f"\r{text}{' ' * (self._on_screen - width_of(text))}")
            self._on_screen = width_of(text)
        self._err.flush()

    def erase(self) -> None:
        """Take the line off the terminal."""
        if self._on_screen:
            self._err.write(f"\r{' ' * self._on_screen}\r")
            self._err.flush()
            self._on_screen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.erase()


def span(seconds: float) -> str:
    """Return a length of time as people say it: 40 s, 3 min, 2 h 5 min, 3 days."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{round(seconds)} s"
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 36 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{round(minutes / 60 / 24)} days"
