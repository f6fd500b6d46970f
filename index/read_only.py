"""An index that may not be written: on a snapshot, a read-only disk, or under another account. It can be asked all the same.

SQLite's log ahead wants two more files beside the database, and to make them. Where it may not, what is in the database is
whole as long as no log lies beside it; where one lies there, it is read along if its index of pages can be read.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from index.errors import IndexFailure

_MEND = "Ask once as the account that owns it, or let this account write there"


def read_only_options(path: Path, place: str) -> dict[str, str] | None:
    """Return how SQLite must open this file to read it alone, or None where it may be written as usual.

    Raises IndexFailure where it cannot be read whole from here.
    """
    log, pages = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    if not path.exists():
        return None
    if not os.access(path, os.R_OK):
        raise IndexFailure(place, "this account may not read it", "Run it as the account that owns it, or give that right")
    beside = os.access(path.parent, os.W_OK) or (os.access(log, os.W_OK) and os.access(pages, os.W_OK))
    if os.access(path, os.W_OK) and beside:
        return None
    if not log.exists() or not log.stat().st_size:
        return {"mode": "ro", "immutable": "1", "uri": "true"}
    if not os.access(log, os.R_OK) or not os.access(pages, os.R_OK):
        raise IndexFailure(place, "its latest changes lie in a log that cannot be read from here", _MEND)
    return {"mode": "ro", "uri": "true"}


def as_uri(path: Path) -> str:
    """Return the file as a URI, as SQLite takes it with options."""
    return f"file:{quote(os.fsencode(path.absolute()))}"
