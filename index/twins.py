"""What of a store bears its own identity in its name, since another lies there under the same name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from index.paths import SET_ASIDE, decode_path
from index.schema import copy, folder

_THERE = (folder.c.present == 1, or_(folder.c.generation.is_(None), folder.c.generation != 0))


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that is there: the folder it lies in, its name and identity."""

    store_id: int
    folder_id: int
    folder_path: str
    name: str
    identity: str | None


def identity_at(conn: Connection, store_id: int, path: str) -> str | None:
    """Return the identity of the folder at a path of a store with a feed; None where it has none, or is unknown."""
    at = and_(folder.c.store_id == store_id, folder.c.path == os.fsencode(path), folder.c.generation.isnot(None))
    return conn.execute(select(folder.c.identity).where(at)).scalar()


def folder_there(conn: Connection, store_id: int, path: str) -> int | None:
    """Return the id of the folder that is there at a path, or None."""
    at = and_(folder.c.store_id == store_id, folder.c.path == os.fsencode(path), *_THERE)
    return conn.execute(select(folder.c.id).where(at)).scalar()


def files_of_shoot(conn: Connection, shoot_id: int) -> list[NamedFile]:
    """Return the files of a shoot that are there, of stores with a feed."""
    return _files(conn, _named().where(folder.c.shoot_id == shoot_id))


def files_in(conn: Connection, folder_id: int) -> list[NamedFile]:
    """Return the files of a folder that are there, of a store with a feed."""
    return _files(conn, _named().where(folder.c.id == folder_id))


def _named() -> Select[Any]:
    # What is said to be gone, and not concluded yet, is no twin of anything any more.
    there = and_(folder.c.generation.isnot(None), copy.c.state != "m", copy.c.generation != 0)
    columns = (folder.c.store_id, folder.c.id, folder.c.path, copy.c.name, copy.c.identity)
    return select(*columns).join(copy, copy.c.folder_id == folder.c.id).where(there)


def _files(conn: Connection, query: Select[Any]) -> list[NamedFile]:
    return [
        NamedFile(store_id, folder_id, decode_path(path), os.fsdecode(name), identity)
        for store_id, folder_id, path, name, identity in conn.execute(query)
        if SET_ASIDE not in name
    ]
