"""What was taken out of the index is not readable in its file either: it is written anew once something was erased.

That something is due is noted in the transaction that erases, so that a kill in between forgets nothing.
"""

from __future__ import annotations

from sqlalchemy import Connection

from index.engine import Index
from index.stores import get_meta, set_meta

_DUE = "rewrite_due"


def note_due(conn: Connection) -> None:
    """Note that names were taken out which may still stand in unused parts of the file."""
    set_meta(conn, _DUE, "1")


def scrub_if_due(index: Index) -> bool:
    """Write the index anew if that is due; False where it is due still. Never within a transaction."""
    with index.read() as conn:
        if get_meta(conn, _DUE) != "1":
            return True
    if not index.rewrite():
        return False
    with index.write() as conn:
        set_meta(conn, _DUE, "0")
    index.truncate_log()
    return True
