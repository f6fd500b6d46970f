"""Copies and contents: bulk reads and writes for the one writer."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, bindparam, func, insert, select, update

from index.paths import SET_ASIDE, decode_path
from index.records import CopyRow, NewContent, NewCopy
from index.schema import camera, content, copy, folder

_CHUNK = 500
_NEW_COPY_FIELDS = tuple(field.name for field in fields(NewCopy))
_DIGITS = re.compile(r"\d+")

_COPY_COLUMNS: tuple[Column[Any], ...] = (
    copy.c.id,
    copy.c.folder_id,
    copy.c.name,
    copy.c.content_id,
    copy.c.size,
    copy.c.modified_ns,
    copy.c.identity,
    copy.c.state,
    copy.c.known_by,
    copy.c.known_at,
)


def copies_in(conn: Connection, folder_id: int) -> dict[str, CopyRow]:
    """Return the copies ever known in a folder, by name."""
    rows = conn.execute(select(*_COPY_COLUMNS).where(copy.c.folder_id == folder_id))
    return {(known := _copy(row)).name: known for row in rows if SET_ASIDE not in row.name}


def copies_by_identity(conn: Connection, store_id: int, identities: Sequence[str]) -> list[tuple[CopyRow, str]]:
    """Return the copies of the store with those identities, each with its folder's path."""
    found = []
    for start in range(0, len(identities), _CHUNK):
        rows = conn.execute(
            select(*_COPY_COLUMNS, folder.c.path)
            .join(folder, folder.c.id == copy.c.folder_id)
            .where(and_(copy.c.identity.in_(identities[start : start + _CHUNK]), folder.c.store_id == store_id))
        )
        found += [(_copy(row), decode_path(row.path)) for row in rows]
    return found


def present_ids_in(conn: Connection, folder_ids: Sequence[int]) -> list[int]:
    """Return the ids of the copies that are recorded as being there, in those folders."""
    found: list[int] = []
    for start in range(0, len(folder_ids), _CHUNK):
        chunk = folder_ids[start : start + _CHUNK]
        found += conn.execute(select(copy.c.id).where(and_(copy.c.folder_id.in_(chunk), copy.c.state != "m"))).scalars()
    return found


def count_present(conn: Connection, store_id: int) -> int:
    """Return how many copies are recorded as being there in the store."""
    query = (
        select(func.count()).select_from(copy.join(folder)).where(and_(folder.c.store_id == store_id, copy.c.state != "m"))
    )
    return int(conn.execute(query).scalar_one())


def has_any(conn: Connection, store_id: int) -> bool:
    """True where any copy was ever recorded in the store."""
    query = select(copy.c.id).select_from(copy.join(folder)).where(folder.c.store_id == store_id).limit(1)
    return conn.execute(query).first() is not None


def next_ids(conn: Connection) -> tuple[int, int]:
    """Return the first free (copy id, content id). Only the holder of the writer's turn may use them."""
    first_copy = conn.execute(select(func.coalesce(func.max(copy.c.id), 0))).scalar_one()
    first_content = conn.execute(select(func.coalesce(func.max(content.c.id), 0))).scalar_one()
    return int(first_copy) + 1, int(first_content) + 1


def add_contents(conn: Connection, rows: Iterable[NewContent]) -> None:
    """Write new contents."""
    values = [row._asdict() | {"read": int(row.read)} for row in rows]
    if values:
        conn.execute(insert(content), values)


def add_copies(conn: Connection, rows: Iterable[NewCopy]) -> None:
    """Write new copies."""
    values = [_values(row) for row in rows]
    if values:
        conn.execute(insert(copy), values)


def change_copies(conn: Connection, rows: Iterable[NewCopy]) -> None:
    """Write copies anew that have an id already: moved, changed or come back."""
    values = [{"row": row.id, **_values(row)} for row in rows]
    for value in values:
        del value["id"]
    if values:
        names = [name for name in values[0] if name != "row"]
        conn.execute(
            update(copy).where(copy.c.id == bindparam("row")).values({name: bindparam(name) for name in names}), values
        )


def set_copies_aside(conn: Connection, copy_ids: Iterable[int]) -> None:
    """Give copies whose place others have taken a name that no file can have, their own still readable in it."""
    for id in copy_ids:
        name = conn.execute(select(copy.c.name).where(copy.c.id == id)).scalar_one()
        if SET_ASIDE not in name:
            aside = bytes(name) + SET_ASIDE + str(id).encode()
            conn.execute(update(copy).where(copy.c.id == id).values(name=aside))


def record_missing(conn: Connection, copy_ids: Sequence[int], now: int) -> None:
    """Record that copies were not there when the store was last compared whole."""
    for start in range(0, len(copy_ids), _CHUNK):
        chunk = copy_ids[start : start + _CHUNK]
        conn.execute(update(copy).where(copy.c.id.in_(chunk)).values(state="m", known_at=now))


def record_removed(conn: Connection, copy_ids: Sequence[int], now: int) -> None:
    """Record that backupd has removed what lay there: it is missing, and nobody need wonder why.

    If something lies there again and goes, it is missing since another instant, and nothing of this is said any more.
    """
    record_missing(conn, copy_ids, now)
    for start in range(0, len(copy_ids), _CHUNK):
        conn.execute(update(copy).where(copy.c.id.in_(copy_ids[start : start + _CHUNK])).values(removed_at=now))


def is_removed() -> ColumnElement[bool]:
    """Return the condition that a copy is gone because backupd removed it."""
    return and_(copy.c.state == "m", copy.c.removed_at == copy.c.known_at)


def camera_id(conn: Connection, make: str, model: str) -> int:
    """Return the id of a camera, made if need be."""
    where = and_(camera.c.make == make, camera.c.model == model)
    found = conn.execute(select(camera.c.id).where(where)).scalar()
    if found is None:
        found = conn.execute(insert(camera).values(make=make, model=model)).inserted_primary_key[0]  # type: ignore[index]
    return int(found)


def number_of(name: str) -> int | None:
    """Return the last run of digits in a file's stem, if it is one that people look files up by (at most 9 digits)."""
    stem = name.rpartition(".")[0] or name
    head = stem.rstrip("0123456789")
    if not head[-1:].isdecimal():
        # Nearly all names end in their number, or have none at their end: no need to look through all of them.
        last = stem[len(head) :]
        if last:
            return int(last) if len(last) <= 9 else None
    runs = _DIGITS.findall(stem)
    return int(runs[-1]) if runs and len(runs[-1]) <= 9 and runs[-1].isascii() else None


def _values(row: NewCopy) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _NEW_COPY_FIELDS}
    values["name"] = os.fsencode(row.name)
    values["number"] = number_of(row.name)
    return values


def _copy(row: Any) -> CopyRow:
    return CopyRow(
        row.id,
        row.folder_id,
        decode_path(row.name),
        row.content_id,
        row.size,
        row.modified_ns,
        row.identity,
        row.state,
        row.known_by,
        row.known_at,
    )
