"""What a kind of request is given when it is carried out, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.base import Store
from backupd.policy.facts import Known
from backupd.staff import Actor
from index.engine import Index
from index.ledger import Ledger
from index.requests import Request

if TYPE_CHECKING:
    from backupd.settings.models import Settings


@dataclass(frozen=True, slots=True)
class Running:
    """One run of one case. `by` is the account as the ledger writes it; `stores` those that can be opened, by name.

    `rescan` brings the index up to date; it returns why a store could not be looked at, by the store's name. `actor` is
    who `by` is, `to` the folder for what the person is handed, where either is needed.
    """

    index: Index
    ledger: Ledger
    settings: Settings
    one: Request
    by: str
    today: date
    now: Callable[[], datetime]
    stores: Mapping[str, Store]
    rescan: Callable[[], Mapping[str, str]]
    progress: Callable[[int, int], None] = lambda _files, _bytes: None
    actor: Actor | None = None
    to: Path | None = None

    @property
    def at(self) -> int:
        """This instant, in seconds."""
        return int(self.now().timestamp())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `settled` where nothing is left but what a person does by hand; `waiting` says why not.

    `live_copies` and `index_cleared` are what was found when everything was asked again.
    """

    settled: bool
    live_copies: Known = Known.NO
    index_cleared: Known = Known.YES
    waiting: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
