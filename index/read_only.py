"""An index that cannot be written: on a snapshot, a read-only or full disk, or under another account. It can be asked.

SQLite's log ahead wants two more files beside the database, and to make them. Where it may not, what is in the database is
whole as long as no log lies beside it; where one lies there, it is read along if its index of pages can be read.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from index.errors import IndexFailure

DISK_FULL = "the disk that holds the index is full"
FREE_SPACE = "Free some space; the next run goes on from here"
_ROOM = 128 * 1024
"""Below so much free space SQLite may not even make the files beside the database."""
_PAGES = 32 * 1024
"""The least that its index of pages takes."""
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
    # On a full disk SQLite begins that index of pages and leaves its first bytes.
    full = is_full(path.parent) and (not pages.exists() or pages.stat().st_size < _PAGES)
    beside = os.access(path.parent, os.W_OK) or (os.access(log, os.W_OK) and os.access(pages, os.W_OK))
    if os.access(path, os.W_OK) and beside and not full:
        return None
    if not log.exists() or not log.stat().st_size:
        return {"mode": "ro", "immutable": "1", "uri": "true"}
    if full:
        raise IndexFailure(place, DISK_FULL, FREE_SPACE)
    if not os.access(log, os.R_OK) or not os.access(pages, os.R_OK):
        raise IndexFailure(place, "its latest changes lie in a log that cannot be read from here", _MEND)
    return {"mode": "ro", "uri": "true"}


def is_full(folder: Path) -> bool:
    """True where the disk has no room left for even a small file."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _ROOM


def why_not_written(path: Path | None) -> tuple[str, str]:
    """Return why an index that was opened to be read cannot be written, and the mend."""
    if path is not None and is_full(path.parent):
        return DISK_FULL, FREE_SPACE
    return "this account may not write it", "Run this as the account that owns it; look-ups need no right to write"


def as_uri(path: Path) -> str:
    """Return the file as a URI, as SQLite takes it with options."""
    return f"file:{quote(os.fsencode(path.absolute()))}"
