"""The copies that acts mean, and all other copies of the same contents: what a proof is made of."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, or_, select

from index.paths import join_path
from index.records import CopyState
from index.schema import act, content, copy, folder, store

_CHUNK = 400
_ROWS = 2000
_OPEN = ("intended", "failed", "unknown")


class KnownCopy(NamedTuple):
    """A copy as it was last recorded, with the hashes of its content. `path` is below the store's root.

    A tuple: see `NewAct`.
    """

    id: int
    store_id: int
    store: str
    path: str
    content_id: int | None
    size: int
    modified_ns: int | None
    identity: str | None
    version: str | None
    state: CopyState
    known_by: str | None
    known_at: int | None
    shoot_id: int | None
    sha256: bytes | None
    dropbox_hash: bytes | None
    md5: bytes | None


def copies_at(conn: Connection, store_id: int, paths: Iterable[str]) -> dict[str, KnownCopy]:
    """Return the copies that are recorded at these paths of a store, by path; those never recorded are left out."""
    by_folder: dict[bytes, dict[bytes, str]] = {}
    for path in paths:
        parent, _, name = path.rpartition("/")
        by_folder.setdefault(os.fsencode(parent), {})[os.fsencode(name)] = path
    found: dict[str, KnownCopy] = {}
    for parent_path, names in by_folder.items():
        folder_id = conn.execute(
            select(folder.c.id).where(and_(folder.c.store_id == store_id, folder.c.path == parent_path))
        ).scalar()
        if folder_id is None:
            continue
        for some in _chunks(list(names)):
            query = _copies().where(and_(copy.c.folder_id == folder_id, copy.c.name.in_(some)))
            found |= {names[bytes(row.name)]: _known(row) for row in conn.execute(query)}
    return found


def copies_of(conn: Connection, content_ids: Iterable[int]) -> dict[int, list[KnownCopy]]:
    """Return all copies of these contents that are recorded as being there, by content, in the order of their ids.

    Those that an open act means to remove are left out: nobody knows whether they are still there.
    """
    found: dict[int, list[KnownCopy]] = {}
    for some in _chunks(sorted(set(content_ids))):
        query = _copies().where(and_(copy.c.content_id.in_(some), copy.c.state == "p")).order_by(copy.c.id)
        for row in conn.execute(query):
            found.setdefault(row.content_id, []).append(_known(row))
    doomed = {
        (row.store_id, bytes(row.path))
        for row in conn.execute(select(act.c.store_id, act.c.path).where(act.c.state.in_(_OPEN)))
        if row.path is not None
    }
    if not doomed:
        return found
    return {
        id: [each for each in copies if (each.store_id, os.fsencode(each.path)) not in doomed]
        for id, copies in found.items()
    }


def _copies() -> Select[Any]:
    # In the order of KnownCopy's fields, with folder and name in the place of its path.
    columns = (
        copy.c.id,
        folder.c.store_id,
        store.c.name.label("store"),
        folder.c.path,
        copy.c.name,
        copy.c.content_id,
        copy.c.size,
        copy.c.modified_ns,
        copy.c.identity,
        copy.c.version,
        copy.c.state,
        copy.c.known_by,
        copy.c.known_at,
        folder.c.shoot_id,
        content.c.sha256,
        content.c.dropbox_hash,
        content.c.md5,
    )
    return (
        select(*columns)
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(store, store.c.id == folder.c.store_id)
        .outerjoin(content, content.c.id == copy.c.content_id)
    )


def _known(row: Row[Any]) -> KnownCopy:
    id, store_id, store_name, path, name, *rest = tuple(row)
    return KnownCopy(id, store_id, store_name, join_path(path, name), *rest)


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def copies_in_shoots(conn: Connection, shoot_ids: Iterable[int]) -> list[KnownCopy]:
    """Return all copies that lie in folders of these shoots and are not recorded as missing, by store and path."""
    found = [copy for some in copies_by_shoot(conn, shoot_ids).values() for copy in some]
    return sorted(found, key=lambda each: (each.store_id, each.path))


def copies_by_shoot(conn: Connection, shoot_ids: Iterable[int]) -> dict[int, list[KnownCopy]]:
    """Return all copies that lie in folders of these shoots and are not recorded as missing, by the shoot."""
    found: dict[int, list[KnownCopy]] = {}
    for some in _chunks(sorted(set(shoot_ids))):
        query = _copies().where(and_(folder.c.shoot_id.in_(some), copy.c.state != "m"))
        for rows in conn.execute(query).partitions(_ROWS):
            for known in map(_known, rows):
                assert known.shoot_id is not None
                found.setdefault(known.shoot_id, []).append(known)
    return found


def copies_elsewhere(conn: Connection, shoot_ids: Collection[int], content_ids: Collection[int]) -> list[KnownCopy]:
    """Return the copies of these contents, all of them of files of these shoots, that lie in none of the shoots.

    Those recorded as missing are left out. The database finds what lies in two places: most contents lie in one shoot.
    """
    here, there = copy.alias("here"), copy.alias("there")
    home, away = folder.alias("home"), folder.alias("away")
    other = or_(away.c.shoot_id.is_(None), away.c.shoot_id != home.c.shoot_id)
    query = (
        select(there.c.id, there.c.content_id, away.c.shoot_id)
        .select_from(home)
        .join(here, here.c.folder_id == home.c.id)
        .join(there, there.c.content_id == here.c.content_id)
        .join(away, away.c.id == there.c.folder_id)
        .where(and_(here.c.state != "m", there.c.state != "m", other))
        .distinct()
    )
    meant: set[int] = set()
    for some in _chunks(sorted(shoot_ids)):
        rows = conn.execute(query.where(home.c.shoot_id.in_(some)))
        meant |= {id for id, content_id, shoot_id in rows if content_id in content_ids and shoot_id not in shoot_ids}
    found = [_known(row) for few in _chunks(sorted(meant)) for row in conn.execute(_copies().where(copy.c.id.in_(few)))]
    return sorted(found, key=lambda each: (each.store_id, each.path))


def copies_with(conn: Connection, content_ids: Iterable[int]) -> list[KnownCopy]:
    """Return all copies of these contents that are not recorded as missing, wherever they lie, by store and path."""
    found: list[KnownCopy] = []
    for some in _chunks(sorted(set(content_ids))):
        query = _copies().where(and_(copy.c.content_id.in_(some), copy.c.state != "m"))
        found += [_known(row) for row in conn.execute(query)]
    return sorted(found, key=lambda each: (each.store_id, each.path))
