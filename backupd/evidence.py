"""The evidence of cases that ended: kept for `[requests] keep_evidence`, then forgotten.

What goes are names, addresses, letters, what the case concerned and who the person was by hash. What stays is a row with
kind, days and how it ended: it names nobody. An erasure keeps its hashes as well: what comes back is known by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from backupd.promises import in_force
from backupd.settings.values import Duration
from index import erased, requests
from index.ledger_line import Draft

if TYPE_CHECKING:
    from backupd.settings.models import Settings
    from index.engine import Index
    from index.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What it is done with, at which instant (aware)."""

    index: Index
    ledger: Callable[[], Ledger]
    settings: Settings
    at: datetime


def forget_evidence(one: Forgetting) -> int:
    """Forget the evidence of every case whose time has passed; return of how many. Raises IndexFailure, LedgerFailure."""
    zone = ZoneInfo(one.settings.studio.timezone)
    today = one.at.astimezone(zone).date()
    with one.index.write() as conn:
        # A shorter time counts once a named person has confirmed it.
        keep = in_force(conn, one.settings).keep_evidence
        if not isinstance(keep, Duration):
            return 0
        due = [case for case in requests.with_evidence(conn) if _ended_on(case.ended_at, zone, keep) < today]
        for case in due:
            at, words = int(one.at.timestamp()), {"request": case.uid, "step": "forget_evidence"}
            one.ledger().append(Draft("request", at, "service", words=words, rule="keep_evidence"))
            requests.forget_evidence(conn, case.uid, keep_hashes=erased.is_erasure(conn, case.uid))
    if due:
        one.index.truncate_log()
    return len(due)


def _ended_on(ended_at: int | None, zone: ZoneInfo, keep: Duration) -> date:
    """Return the last day on which the evidence is kept."""
    if ended_at is None:
        return date.max
    ended = datetime.fromtimestamp(ended_at, UTC).astimezone(zone).date()
    return keep.after(ended, "last")
