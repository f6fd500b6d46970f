"""Files that a listing may have left out because they were put there shortly before: some stores' listings lag behind.

What the feed had told of them, or an earlier listing, is newer than the listing that did not name them. They can be looked
at one by one; those that are there are named after all, with the folders that lead to them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, select, update

from index.feeds import GONE
from index.schema import copy, folder

_CHUNK = 500


def young_gone(conn: Connection, store_id: int, since: int, most: int) -> list[tuple[int, str]]:
    """Return (copy id, identity) of at most so many files that are said to be gone and were told of since then."""
    told = and_(copy.c.known_at >= since, copy.c.identity.isnot(None))
    gone = and_(copy.c.generation == GONE, copy.c.state != "m", folder.c.store_id == store_id)
    query = select(copy.c.id, copy.c.identity).select_from(copy.join(folder)).where(and_(gone, told))
    return [(row.id, row.identity) for row in conn.execute(query.order_by(copy.c.known_at.desc(), copy.c.id).limit(most))]


def name_after_all(conn: Connection, store_id: int, copy_ids: Sequence[int], generation: int) -> None:
    """Record that these files are there, though the listing of that generation did not name them."""
    paths: set[bytes] = set()
    for start in range(0, len(copy_ids), _CHUNK):
        ids = copy_ids[start : start + _CHUNK]
        conn.execute(update(copy).where(copy.c.id.in_(ids)).values(generation=generation))
        inside = select(folder.c.path).join(copy, copy.c.folder_id == folder.c.id).where(copy.c.id.in_(ids)).distinct()
        paths.update(above for path in conn.execute(inside).scalars() for above in _leading_to(path))
    wanted = sorted(paths)
    for start in range(0, len(wanted), _CHUNK):
        mine = and_(folder.c.store_id == store_id, folder.c.path.in_(wanted[start : start + _CHUNK]))
        conn.execute(update(folder).where(and_(mine, folder.c.generation == GONE)).values(generation=generation))


def _leading_to(path: bytes) -> list[bytes]:
    """Return a folder's path and those of all above it."""
    parts = path.split(b"/")
    return [b"/".join(parts[:depth]) for depth in range(len(parts) + 1)]
