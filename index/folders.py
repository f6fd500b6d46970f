"""Folders of a store, and which shoot they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from index.paths import SET_ASIDE
from index.records import FolderRow
from index.schema import copy, folder

_CHUNK = 500
_COLUMNS = (folder.c.id, folder.c.path, folder.c.identity, folder.c.mark, folder.c.present, folder.c.files)


def folders_of(conn: Connection, store_id: int) -> dict[str, FolderRow]:
    """Return all folders ever known in the store, by path."""
    # Plain tuples: a store may have some hundred thousand folders, and this is read at every run.
    return {row.path: row for row in _rows(conn.execute(select(*_COLUMNS).where(folder.c.store_id == store_id)))}


def folders_below(conn: Connection, store_id: int, tops: Iterable[tuple[str, bool]]) -> dict[str, FolderRow]:
    """Return the folders known at these paths, by path; with True, also all that lie below."""
    found: dict[str, FolderRow] = {}
    for path, deep in tops:
        name = os.fsencode(path)
        where = folder.c.path == name
        if deep:
            # "0" is the sign after "/": between the two lie all paths below, and the index on paths finds them.
            below = and_(folder.c.path > name + b"/", folder.c.path < name + b"0") if name else folder.c.path >= b""
            where = or_(where, below)
        rows = conn.execute(select(*_COLUMNS).where(and_(folder.c.store_id == store_id, where)))
        found.update({row.path: row for row in _rows(rows)})
    return found


def has_files(conn: Connection, store_id: int, path: str) -> bool:
    """Whether files are known to lie in a folder, or in any below it."""
    name = os.fsencode(path)
    at_or_below = or_(folder.c.path == name, and_(folder.c.path > name + b"/", folder.c.path < name + b"0"))
    query = select(copy.c.id).join(folder, folder.c.id == copy.c.folder_id)
    where = and_(folder.c.store_id == store_id, at_or_below, copy.c.state != "m")
    return conn.execute(query.where(where).limit(1)).first() is not None


def folders_by_identity(conn: Connection, store_id: int, identities: Sequence[str]) -> list[FolderRow]:
    """Return the folders that were there under these identities when they were last seen."""
    found: list[FolderRow] = []
    for start in range(0, len(identities), _CHUNK):
        chunk = identities[start : start + _CHUNK]
        where = and_(folder.c.store_id == store_id, folder.c.identity.in_(chunk), folder.c.present == 1)
        found += _rows(conn.execute(select(*_COLUMNS).where(where)))
    return found


def _rows(rows: Iterable[Any]) -> Iterator[FolderRow]:
    for id, path, identity, mark, present, files in rows:
        if SET_ASIDE not in path:
            yield FolderRow(id, os.fsdecode(path), identity, mark, bool(present), files)


def next_folder_id(conn: Connection) -> int:
    """Return the first id that is free. Only the holder of the writer's turn may use it."""
    return int(conn.execute(select(func.coalesce(func.max(folder.c.id), 0))).scalar_one()) + 1


def add_folders(conn: Connection, store_id: int, rows: Sequence[FolderRow]) -> None:
    """Write new folders, not yet placed into shoots."""
    if rows:
        conn.execute(
            insert(folder),
            [
                {
                    "id": row.id,
                    "store_id": store_id,
                    "path": os.fsencode(row.path),
                    "identity": row.identity,
                    "mark": row.mark,
                    "present": int(row.present),
                    "files": row.files,
                    "is_root": 0,
                    "placed": 0,
                }
                for row in rows
            ],
        )


def record_moved(conn: Connection, folder_id: int, path: str) -> None:
    """Record that a folder now lies at `path`; its place in a shoot is to be read again."""
    conn.execute(update(folder).where(folder.c.id == folder_id).values(path=os.fsencode(path), present=1, placed=0))


def set_aside(conn: Connection, store_id: int, paths: Iterable[str]) -> None:
    """Set aside the absent folders at paths that others have taken; their own path stays readable."""
    for path in paths:
        where = and_(folder.c.store_id == store_id, folder.c.path == os.fsencode(path))
        row = conn.execute(select(folder.c.id).where(where)).first()
        if row is not None:
            gone = os.fsencode(path) + SET_ASIDE + str(row.id).encode()
            conn.execute(update(folder).where(folder.c.id == row.id).values(path=gone, present=0))


def record_marks(conn: Connection, marks: Iterable[tuple[int, str | None, bytes | None]]) -> None:
    """Write (id, identity, mark) of folders whose direct files are all recorded, and that they are there."""
    rows = [{"row": id, "identity": identity, "mark": mark} for id, identity, mark in marks]
    if rows:
        conn.execute(
            update(folder)
            .where(folder.c.id == bindparam("row"))
            .values(identity=bindparam("identity"), mark=bindparam("mark"), present=1),
            rows,
        )


def record_absent(conn: Connection, folder_ids: Sequence[int]) -> None:
    """Record that folders are no longer there."""
    for start in range(0, len(folder_ids), _CHUNK):
        chunk = folder_ids[start : start + _CHUNK]
        conn.execute(update(folder).where(folder.c.id.in_(chunk)).values(present=0, mark=None))


def forget_marks(conn: Connection, store_id: int) -> None:
    """Make the next comparison look at every file of the store."""
    conn.execute(update(folder).where(folder.c.store_id == store_id).values(mark=None))


def forget_places(conn: Connection) -> None:
    """Have every folder's path read again, since the rules for reading them have changed."""
    conn.execute(update(folder).values(placed=0))


def record_file_counts(conn: Connection, counts: Iterable[tuple[int, int]]) -> None:
    """Write (id, number of direct files); a folder that had none until now is to be placed into a shoot."""
    for folder_id, files in counts:
        first = and_(folder.c.id == folder_id, folder.c.files == 0)
        if files:
            conn.execute(update(folder).where(first).values(placed=0))
        conn.execute(update(folder).where(folder.c.id == folder_id).values(files=files))


def forget_marks_of(conn: Connection, store_id: int, paths: Iterable[str]) -> None:
    """Have folders looked into by the next scan, whatever they look like."""
    for path in paths:
        where = and_(folder.c.store_id == store_id, folder.c.path == os.fsencode(path))
        conn.execute(update(folder).where(where).values(mark=None))
