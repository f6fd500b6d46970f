"""What a run found, for the terminal, the exit status and the record of scans."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

_MOST_TROUBLES = 1000


@dataclass(slots=True)
class Counts:
    """Numbers of one run over one store. `read_bytes` are the bytes really read, `listed` the files that a feed named."""

    folders: int = 0
    files: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    moved_folders: int = 0
    back: int = 0
    missing: int = 0
    unread: int = 0
    unsettled: int = 0
    read_files: int = 0
    read_bytes: int = 0
    problems: int = 0
    listed: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the numbers by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A place that could not be looked at or read as it should, with the reason; for the terminal only, never a log."""

    path: str
    reason: str


@dataclass(slots=True)
class Summary:
    """How one store's run ended: complete, interrupted, doubted or failed. `note` says what else it was for."""

    store: str
    outcome: str = "failed"
    reason: str = ""
    mend: str = ""
    note: str = ""
    counts: Counts = field(default_factory=Counts)
    troubles: list[Trouble] = field(default_factory=list)
    seconds: float = 0.0

    def trouble(self, path: str, reason: str) -> None:
        """Count a place that could not be looked at or read; the first of them are kept to be shown."""
        self.counts.problems += 1
        if len(self.troubles) < _MOST_TROUBLES:
            self.troubles.append(Trouble(path, reason))


class RunStopped(Exception):
    """Raised by a run's progress to end it there: what was recorded stays, and the next run goes on from it."""


class Progress(Protocol):
    """Told how a run goes on, often; must be cheap. May raise RunStopped."""

    def walking(self, folders: int, files: int) -> None: ...

    def reading(self, files: int, bytes_read: int, all_files: int, all_bytes: int) -> None: ...

    def finishing(self, what: str) -> None: ...


class Silent:
    """No progress shown."""

    def walking(self, folders: int, files: int) -> None:
        """Say nothing."""

    def reading(self, files: int, bytes_read: int, all_files: int, all_bytes: int) -> None:
        """Say nothing."""

    def finishing(self, what: str) -> None:
        """Say nothing."""
