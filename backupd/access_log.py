"""Look-ups in the ledger: who looked at which shoots, and when. One entry before the answer is shown.

A look-up is never refused for want of its record: the answer may be what a client is waiting for. It is said instead,
and somebody must see to it. What deletes, exports or grants goes the other way: no entry, no act.
docs/decisions/0021-ledger.md
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backupd.settings.models import Index as IndexSettings
from backupd.staff import Actor

if TYPE_CHECKING:
    from index.ledger import Ledger

_MOST_IN_ENTRY = 400
_PATIENCE = 2.0


def ledger_of(settings: IndexSettings, *, busy_seconds: float = 10.0) -> Ledger:
    """Return the studio's ledger, to be written. Raises LedgerFailure."""
    from index.ledger import open_ledger

    return open_ledger(settings.ledger_path, settings.ledger_key_path, busy_seconds=busy_seconds)


def record_look_up(
    conn: Connection, settings: IndexSettings, actor: Actor | None, command: str, shoot_ids: Sequence[int], now: datetime
) -> str | None:
    """Record that `actor` is about to be shown these shoots; return what went wrong, as a sentence, or None.

    Raises IndexBehind: an index that does not know of erasures yet answers nobody.
    """
    from index.applied import refuse_if_behind
    from index.errors import LedgerFailure
    from index.ledger import LedgerReader

    try:
        refuse_if_behind(conn, LedgerReader(settings.ledger_path))
        if actor is None:
            return None
        from index.ledger_line import Draft
        from index.shoot_hashes import shoot_hashes

        ledger = ledger_of(settings, busy_seconds=_PATIENCE)
        hashes = list(shoot_hashes(conn, ledger.key, shoot_ids).values())
        for start in range(0, max(len(hashes), 1), _MOST_IN_ENTRY):
            subjects = tuple(hashes[start : start + _MOST_IN_ENTRY])
            numbers = {"shoots": len(hashes)}
            at = int(now.timestamp())
            ledger.append(Draft("look-up", at, actor.by, subjects, numbers=numbers, words={"command": command}))
    except LedgerFailure as failure:
        return f"this look-up could not be recorded: {failure}"
    return None
