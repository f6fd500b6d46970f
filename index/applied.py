"""How far the index has come in the ledger. Light to import: each look-up asks.

The index must never answer, or let anything be removed, without knowing of the erasures and withdrawals in the ledger.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection

from index.errors import IndexBehind, LedgerReplaced
from index.ledger import LedgerReader
from index.ledger_line import BEGINNING, Position
from index.stores import get_meta, set_meta

APPLIED = "ledger_applied"
_VERIFY = "Nothing was changed. Put the right ledger back; 'backupd ledger verify' compares it with this index"


def applied(conn: Connection) -> Position:
    """Return up to where the ledger was applied to this index; BEGINNING where nothing was."""
    text = get_meta(conn, APPLIED)
    return BEGINNING if text is None else Position(**json.loads(text))


def index_is_behind(conn: Connection, ledger: LedgerReader) -> bool:
    """Say whether only a replay may run. Raises LedgerReplaced where the ledger is older than the index, or another."""
    at = applied(conn)
    if not ledger.holds(at):
        raise LedgerReplaced(
            str(ledger.path), f"it does not hold entry {at.sequence}, which this index has met: cut or replaced", _VERIFY
        )
    return ledger.head().owed > at.sequence


def refuse_if_behind(conn: Connection, ledger: LedgerReader) -> None:
    """Raise IndexBehind where only a replay may run, LedgerReplaced where the ledger is not this index's."""
    if index_is_behind(conn, ledger):
        raise IndexBehind(
            str(ledger.path),
            "it holds erasures, withdrawals, holds or consents that the index does not know yet",
            "Run 'backupd ledger replay' first",
        )


def set_applied(conn: Connection, position: Position) -> None:
    values = {name: getattr(position, name) for name in Position.__slots__}
    set_meta(conn, APPLIED, json.dumps(values))
