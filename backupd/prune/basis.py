"""What a clean-up is decided by, besides the shoots themselves: the day, the promises, the clock and the ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backupd import promises, retaining
from backupd.policy.clock_doubt import judge_clock
from backupd.policy.copies import CopyRules
from backupd.policy.explaining import table_as_markdown
from backupd.policy.facts import Known
from backupd.policy.lowering import Limits, policy_lowered
from index.applied import index_is_behind
from index.errors import LedgerFailure
from index.ledger import LedgerReader
from index.prunable import last_instant
from index.stores import find_clock_notes

if TYPE_CHECKING:
    from backupd.settings.models import Pruning, Settings


@dataclass(frozen=True, slots=True)
class Basis:
    """`keeping` is what ages are decided by; `limits` are the promises in force, a lowered one counting as it was,
    and `prune` how clean-ups work by them."""

    keeping: retaining.Basis
    now: datetime
    limits: Limits
    rules: CopyRules
    prune: Pruning
    lowered: Known
    index_behind: Known
    clock_wrong: Known
    digest: str

    @property
    def today(self) -> date:
        """The day that ages are counted to."""
        return self.keeping.today

    @property
    def asked_on(self) -> date:
        """The day it is. How lately copies were known is counted to it, in a rehearsal for another day as well."""
        return self.now.astimezone(self.zone).date()

    @property
    def zone(self) -> tzinfo:
        """The studio's zone."""
        return self.keeping.zone


def basis_of(
    conn: Connection, settings: Settings, now: datetime, today: date | None = None, told: datetime | None = None
) -> Basis:
    """Return what decides at this moment; ages are counted to another day where `today` names one, for rehearsal.

    `told` is what time it is by the providers, None where none has told it.
    """
    from zoneinfo import ZoneInfo

    day = today or now.astimezone(ZoneInfo(settings.studio.timezone)).date()
    before = promises.kept(conn)
    limits = promises.stricter(before, settings)
    prune = promises.pruning_by(limits, settings)
    last, notes = last_instant(conn), find_clock_notes(conn)
    return Basis(
        retaining.basis_by(limits, settings, day),
        now,
        limits,
        promises.copy_rules(limits),
        prune,
        policy_lowered(before.limits if before else None, promises.limits_of(settings)),
        _behind(conn, settings),
        judge_clock(now, _at(last), told, jumped=notes.gap_from is not None, confirmed_at=_at(notes.confirmed_at)),
        _digest(limits, prune),
    )


def told_by(basis: Basis, told: datetime | None) -> Basis:
    """Return the same, where the providers have meanwhile told what time it is."""
    return basis if told is None else replace(basis, clock_wrong=judge_clock(basis.now, None, told))


def _at(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _digest(limits: Limits, prune: Pruning) -> str:
    """Return what stands for the configuration and the table that decide."""
    said = f"{limits!r}\n{prune!r}\n{table_as_markdown()}"
    return hashlib.sha256(said.encode()).hexdigest()


def _behind(conn: Connection, settings: Settings) -> Known:
    try:
        behind = index_is_behind(conn, LedgerReader(settings.index.ledger_path))
    except LedgerFailure:
        return Known.UNKNOWN
    return Known.YES if behind else Known.NO
