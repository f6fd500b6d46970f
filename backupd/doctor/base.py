"""What a check is given, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from backupd.settings.load import Loaded
    from backupd.settings.models import Settings

State = Literal["ok", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Ground:
    """The configuration that was read, and this instant (aware)."""

    loaded: Loaded
    now: datetime

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded.settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `check` is its name, with the store's where it is about one ("store archive").

    `what` and `mend` are clauses without a full stop. `unreachable` where a store could not be reached or answered wrongly.
    """

    check: str
    state: State
    what: str
    mend: str = ""
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Checks:
    """A group of checks; groups run by `order`, then name."""

    name: str
    run: Callable[[Ground], Iterator[Finding]]
    order: int = 50


def room(count: int) -> str:
    """Return an amount of room as people say it."""
    return f"{count / 10**12:.1f} TB" if count >= 10**12 else f"{count / 10**9:.1f} GB"
