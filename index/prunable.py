"""What a clean-up asks of the index: which shoots and files lie in one store, what rests, what was approved lately."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from index.paths import decode_path, join_path
from index.schema import act, content, copy, erased, folder, plan, scan, store

_CHUNK = 500
_INSTANTS = select(
    *(
        select(func.max(column)).scalar_subquery()
        for column in (scan.c.ended_at, scan.c.started_at, store.c.heard_at, act.c.ended_at)
    )
)
_HASHES = (content.c.sha256, content.c.dropbox_hash, content.c.md5)

Elsewhere = tuple[int, int, str, str | None, int | None]
"""(content, copy, store, how known, when): a plain tuple, since there are hundreds of thousands of them."""

Removal = tuple[int, str, int, bytes | None, bytes | None, str | None, str | None, int | None]
"""(store, path, size, SHA-256, Dropbox's hash, identity, version, time of last change in ns)."""


@dataclass(frozen=True, slots=True)
class ShootFile:
    """A file of a shoot that lies in the store. `path` is below the store's root."""

    shoot_id: int
    copy_id: int
    content_id: int
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Place:
    """A copy in a shoot's folders, in whatever state. `path` is below its store's root."""

    copy_id: int
    store_id: int
    path: str
    content_id: int | None
    size: int
    sha256: bytes | None
    dropbox_hash: bytes | None
    md5: bytes | None


def shoots_in(conn: Connection, store_id: int) -> list[int]:
    """Return the shoots that have files in the store now."""
    where = and_(folder.c.store_id == store_id, folder.c.shoot_id.isnot(None), copy.c.state == "p")
    query = select(folder.c.shoot_id).join(copy, copy.c.folder_id == folder.c.id).where(where).distinct()
    return sorted(conn.execute(query).scalars())


def files_in(conn: Connection, store_id: int, shoot_ids: Sequence[int]) -> list[ShootFile]:
    """Return the files of these shoots in the store whose bytes are known, by path."""
    where = and_(folder.c.store_id == store_id, folder.c.shoot_id.in_(shoot_ids), copy.c.state == "p")
    query = (
        select(folder.c.shoot_id, copy.c.id, copy.c.content_id, folder.c.path, copy.c.name, copy.c.size)
        .join(folder, folder.c.id == copy.c.folder_id)
        .where(and_(where, copy.c.content_id.isnot(None)))
        .order_by(folder.c.path, copy.c.name)
    )
    rows = conn.execute(query).all()
    return [ShootFile(shoot, id, content, join_path(path, name), size) for shoot, id, content, path, name, size in rows]


def places_of(conn: Connection, shoot_id: int) -> list[Place]:
    """Return all copies in a shoot's folders, in all stores."""
    query = (
        select(copy.c.id, folder.c.store_id, folder.c.path, copy.c.name, copy.c.content_id, copy.c.size, *_HASHES)
        .join(folder, folder.c.id == copy.c.folder_id)
        .outerjoin(content, content.c.id == copy.c.content_id)
        .where(folder.c.shoot_id == shoot_id)
    )
    rows = conn.execute(query).all()
    return [Place(id, store_id, join_path(path, name), *rest) for id, store_id, path, name, *rest in rows]


def roots_of(conn: Connection, shoot_id: int) -> list[tuple[int, str]]:
    """Return (store, path) of a shoot's own folders."""
    where = and_(folder.c.shoot_id == shoot_id, folder.c.is_root == 1)
    rows = conn.execute(select(folder.c.store_id, folder.c.path).where(where)).all()
    return [(store_id, decode_path(path)) for store_id, path in rows]


def copies_elsewhere(conn: Connection, store_id: int, shoot_ids: Sequence[int]) -> Iterator[Elsewhere]:
    """Yield the present copies in other stores of what these shoots have in this one, as plain tuples.

    Those that an open act means to remove are left out: nobody knows whether they are still there.
    """
    mine, here, there = copy.alias("mine"), folder.alias("here"), folder.alias("there")
    doomed = select(act.c.id).where(
        and_(
            act.c.state.in_(("intended", "failed", "unknown")),
            act.c.store_id == there.c.store_id,
            act.c.identity == copy.c.identity,
            act.c.version == copy.c.version,
        )
    )
    query = (
        select(copy.c.content_id, copy.c.id, store.c.name, copy.c.known_by, copy.c.known_at)
        .select_from(mine)
        .join(here, here.c.id == mine.c.folder_id)
        .join(copy, copy.c.content_id == mine.c.content_id)
        .join(there, there.c.id == copy.c.folder_id)
        .join(store, store.c.id == there.c.store_id)
        .where(and_(here.c.store_id == store_id, here.c.shoot_id.in_(shoot_ids), mine.c.state == "p"))
        .where(and_(copy.c.state == "p", there.c.store_id != store_id, ~doomed.exists()))
        .distinct()
    )
    # Plain tuples of rows: their own `tuples()` is deprecated.
    yield from ((row[0], row[1], row[2], row[3], row[4]) for row in conn.execute(query).all())


def removals(conn: Connection, copy_ids: Sequence[int]) -> dict[int, Removal]:
    """Return what a plan must say of copies that are to go, by their ids, as plain tuples."""
    columns = (copy.c.id, folder.c.store_id, folder.c.path, copy.c.name, copy.c.size, content.c.sha256)
    more = (content.c.dropbox_hash, copy.c.identity, copy.c.version, copy.c.modified_ns)
    query = (
        select(*columns, *more)
        .join(folder, folder.c.id == copy.c.folder_id)
        .outerjoin(content, content.c.id == copy.c.content_id)
        .where(copy.c.id.in_(copy_ids))
    )
    rows = conn.execute(query).all()
    return {id: (store_id, join_path(path, name), *rest) for id, store_id, path, name, *rest in rows}


def contents_by_hash(conn: Connection, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """Return the contents with these hashes (SHA-256 or Dropbox's), by hash."""
    found: dict[bytes, int] = {}
    for some in _chunks(sorted(set(hashes))):
        where = or_(content.c.sha256.in_(some), content.c.dropbox_hash.in_(some))
        for row in conn.execute(select(content.c.id, content.c.sha256, content.c.dropbox_hash).where(where)):
            found |= {bytes(each): row.id for each in (row.sha256, row.dropbox_hash) if each is not None}
    return found


def with_erased_content(conn: Connection) -> set[int]:
    """Return the shoots in which something lies again that was erased."""
    if conn.execute(select(erased.c.id).where(erased.c.kind == "content").limit(1)).first() is None:
        return set()
    hashes = select(erased.c.hash).where(erased.c.kind == "content")
    back = or_(content.c.sha256.in_(hashes), content.c.dropbox_hash.in_(hashes))
    query = (
        select(folder.c.shoot_id)
        .select_from(content.join(copy, copy.c.content_id == content.c.id).join(folder, folder.c.id == copy.c.folder_id))
        .where(and_(back, copy.c.state != "m", folder.c.shoot_id.isnot(None)))
    )
    return {id for id in conn.execute(query).scalars() if id is not None}


def erasures(conn: Connection) -> dict[int, set[str]]:
    """Return in which states plans for erasures are that are not over, by the shoots that they have acts in."""
    where = and_(plan.c.kind == "erasure", plan.c.state.in_(("made", "approved", "running")), act.c.shoot_id.isnot(None))
    query = select(act.c.shoot_id, plan.c.state).join(plan, plan.c.id == act.c.plan_id).where(where).distinct()
    found: dict[int, set[str]] = {}
    for row in conn.execute(query):
        found.setdefault(row.shoot_id, set()).add(row.state)
    return found


def last_complete_scan(conn: Connection, store_id: int) -> int | None:
    """Return when the store was last compared whole, or None."""
    where = and_(scan.c.store_id == store_id, scan.c.outcome == "complete")
    return conn.execute(select(func.max(scan.c.ended_at)).where(where)).scalar()


def last_instant(conn: Connection) -> int | None:
    """Return the latest instant that the index has written down, or None: by it a clock that jumped is noticed."""
    found = conn.execute(_INSTANTS).one()
    return max((each for each in found if each is not None), default=None)


def resting_bytes(conn: Connection, store_id: int, day: str) -> int:
    """Return how much of what was removed from the store can be brought back on that day."""
    where = and_(act.c.store_id == store_id, act.c.act == "delete", act.c.state == "done", act.c.recoverable_until >= day)
    return int(conn.execute(select(func.coalesce(func.sum(act.c.size), 0)).where(where)).scalar_one())


def approved_since(conn: Connection, since: int) -> tuple[int, int]:
    """Return how many files and bytes clean-ups may take or took by plans that were approved since an instant."""
    where = and_(plan.c.kind == "prune", plan.c.approved_at >= since, act.c.act == "delete", act.c.state != "refused")
    query = select(func.count(), func.coalesce(func.sum(act.c.size), 0)).join(plan, plan.c.id == act.c.plan_id).where(where)
    files, size = conn.execute(query).one()
    return int(files), int(size)


def size_of(conn: Connection, plan_id: int) -> tuple[int, int]:
    """Return how many files and bytes a plan means to remove."""
    query = select(func.count(), func.coalesce(func.sum(act.c.size), 0)).where(act.c.plan_id == plan_id)
    files, size = conn.execute(query).one()
    return int(files), int(size)


def not_over(conn: Connection, plan_id: int, store_id: int, shoot_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the acts of a plan in one store that did not end in a removal, by shoot."""
    mine = and_(act.c.plan_id == plan_id, act.c.store_id == store_id, act.c.state != "done")
    query: Select[Any] = select(act.c.shoot_id, act.c.id).where(mine)
    found: dict[int, set[int]] = {}
    for some in _chunks(sorted(shoot_ids)):
        for row in conn.execute(query.where(act.c.shoot_id.in_(some))):
            found.setdefault(row.shoot_id, set()).add(row.id)
    return found


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
