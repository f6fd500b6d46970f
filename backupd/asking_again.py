"""Providers asked again about what was erased, once the day has passed until which they could have brought it back.

The answer goes to the ledger and to the act: gone for good, or kept until another day. Nothing is removed here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from adapters.base import Store, TellsRecoverable
from adapters.errors import StoreError
from backupd.acts.look import ref_of
from backupd.notifying.matters import STILL_KEPT_NOTE
from index import acts, plans
from index.acts import Act
from index.ledger_line import Draft
from index.stores import set_meta

if TYPE_CHECKING:
    from backupd.settings.models import Settings
    from index.engine import Index
    from index.ledger import Ledger

_AT_ONCE = 200
"""How many answers are written together."""

Opened = Callable[[str], AbstractContextManager[Store]]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many files are gone for good, how many are still kept, and how many could not be asked about."""

    gone: int
    kept: int
    unasked: int


@dataclass(frozen=True, slots=True)
class Asking:
    """What it is done with. `opened` gives a store of that name for a while, and raises StoreError where there is none."""

    index: Index
    ledger: Callable[[], Ledger]
    settings: Settings
    opened: Opened
    now: Callable[[], datetime]
    heed: Callable[[], None]

    @property
    def today(self) -> date:
        """The day in the studio's zone."""
        return self.now().astimezone(ZoneInfo(self.settings.studio.timezone)).date()


def ask_again(asking: Asking) -> Asked:
    """Ask about everything whose day has passed, and write down the answers. Raises IndexFailure, LedgerFailure."""
    with asking.index.read() as conn:
        due = acts.past_recovery(conn, asking.today.isoformat())
    by_store: dict[str, list[Act]] = {}
    for each in due:
        by_store.setdefault(each.store, []).append(each)
    gone = kept = 0
    for name, some in by_store.items():
        for start in range(0, len(some), _AT_ONCE):
            answers = _asked(asking, name, some[start : start + _AT_ONCE])
            _record(asking, answers)
            gone += sum(1 for _, until in answers if until is None)
            kept += sum(1 for _, until in answers if until is not None)
    _note(asking)
    return Asked(gone, kept, len(due) - gone - kept)


def _asked(asking: Asking, name: str, some: list[Act]) -> list[tuple[Act, str | None]]:
    """Ask one store; what it could not be asked about is left out, and asked about the next time."""
    answers: list[tuple[Act, str | None]] = []
    try:
        with asking.opened(name) as store:
            if not hasattr(store, "recoverable"):
                return []
            for each in some:
                asking.heed()
                until = cast(TellsRecoverable, store).recoverable(ref_of(store, each.path or "", each.identity))
                answers.append((each, _day(asking, until)))
    except StoreError:
        # What was answered before counts.
        return answers
    return answers


def _day(asking: Asking, until: datetime | str | None) -> str | None:
    if isinstance(until, datetime):
        return until.astimezone(ZoneInfo(asking.settings.studio.timezone)).date().isoformat()
    return None if until is None else date.max.isoformat()


def _record(asking: Asking, answers: list[tuple[Act, str | None]]) -> None:
    if not answers:
        return
    at, day = int(asking.now().timestamp()), asking.today.isoformat()
    with asking.index.write() as conn:
        for result in ("gone", "kept"):
            some = [each for each, until in answers if (until is None) == (result == "gone")]
            for plan_id in sorted({each.plan_id for each in some}):
                mine = [each for each in some if each.plan_id == plan_id]
                plan = plans.get_plan_by_id(conn, plan_id)
                words = {"plan": plan.uid, "request": plan.request or plan.uid, "act": "ask_again", "result": result}
                contents = tuple(hashed.hex() for each in mine if (hashed := each.sha256 or each.dropbox_hash) is not None)
                numbers = {"store": mine[0].store_id, "files": len(mine)}
                asking.ledger().append(
                    Draft("outcome", at, "service", contents=contents, numbers=numbers, words=words, rule="recoverable")
                )
        for each, until in answers:
            acts.record_asked_again(conn, each, day, until)


def _note(asking: Asking) -> None:
    """Leave word of what is still kept though its day has passed: a person is told."""
    with asking.index.write() as conn:
        files: Counter[tuple[str, str]] = Counter()
        until: dict[tuple[str, str], str] = {}
        for each in acts.recoverable(conn, asking.today.isoformat()):
            if (each.proof or {}).get("asked_again") and each.recoverable_until is not None:
                plan = plans.get_plan_by_id(conn, each.plan_id)
                key = (plan.request or plan.uid, each.store)
                files[key] += 1
                until[key] = max(until.get(key, ""), each.recoverable_until)
        set_meta(conn, STILL_KEPT_NOTE, json.dumps([[*key, files[key], until[key]] for key in sorted(files)]))
