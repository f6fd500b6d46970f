"""Stores that tell their changes: positions in the feed, and what the pages of it name, in bulk.

A copy or folder carries the generation of the listing that last named it. 0 means that the feed says it is gone, or that
a complete listing did not name it; nobody has concluded from that yet. Everything here is part of one page's transaction.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, or_, select, update

from index.bulk import select_in, write_many
from index.paths import SET_ASIDE, decode_path, join_path
from index.records import CopyState
from index.schema import content, copy, cursor, folder

_CHUNK = 500
GONE = 0


@dataclass(frozen=True, slots=True)
class Position:
    """How far a feed has been followed. `complete` once the listing of this generation has reached its end."""

    value: str
    generation: int
    complete: bool


@dataclass(slots=True)
class FedFolder:
    """A folder of such a store.

    `key` is its path in the store's own normal form; None where another folder has taken its place.
    """

    id: int
    path: str
    key: str | None
    identity: str | None
    generation: int | None
    files: int
    is_counted: bool


@dataclass(frozen=True, slots=True)
class FedCopy:
    """A file of such a store, as last recorded. `name` is None where another file has taken its place.

    Names and keys of files are bytes here, as they are written: there are thousands on a page.
    """

    id: int
    folder_id: int
    name: bytes | None
    key: bytes | None
    content_id: int | None
    size: int
    modified_ns: int | None
    identity: str | None
    version: str | None
    state: CopyState
    known_by: str | None
    known_at: int | None
    generation: int | None


_COPY = (
    copy.c.id, copy.c.folder_id, copy.c.name, copy.c.key, copy.c.content_id, copy.c.size, copy.c.modified_ns,
    copy.c.identity, copy.c.version, copy.c.state, copy.c.known_by, copy.c.known_at, copy.c.generation,
)  # fmt: skip


def find_position(conn: Connection, store_id: int) -> Position | None:
    """Return how far the store's feed has been followed, or None where it never was."""
    row = conn.execute(select(cursor).where(cursor.c.store_id == store_id)).first()
    return Position(row.value, row.generation, bool(row.complete)) if row else None


def record_position(conn: Connection, store_id: int, position: Position, now: int) -> None:
    """Write how far the feed has been followed: always in the transaction of the page that it belongs to."""
    values = {
        "value": position.value,
        "generation": position.generation,
        "complete": int(position.complete),
        "taken_at": now,
    }
    if conn.execute(update(cursor).where(cursor.c.store_id == store_id).values(**values)).rowcount == 0:
        conn.execute(insert(cursor).values(store_id=store_id, **values))


def fed_folders(conn: Connection, store_id: int) -> Iterator[FedFolder]:
    """Yield all folders of the store."""
    columns = (
        folder.c.id, folder.c.path, folder.c.key, folder.c.identity, folder.c.generation, folder.c.files, folder.c.mark
    )  # fmt: skip
    rows = conn.execute(select(*columns).where(folder.c.store_id == store_id))
    for id, path, key, identity, generation, files, mark in rows:
        place = None if key is None else os.fsdecode(key)
        yield FedFolder(id, decode_path(path), place, identity, generation, files, mark is not None)


def write_folders(conn: Connection, store_id: int, added: Sequence[FedFolder], changed: Sequence[FedFolder]) -> None:
    """Write new folders, and known ones at their new places. Whoever had these places must have been set aside."""
    if changed:
        columns = ("path", "key", "identity", "generation", "present", "placed")
        names: dict[str, Any] = {name: bindparam(name) for name in columns}
        conn.execute(
            update(folder).where(folder.c.id == bindparam("row")).values(names),
            [{"row": row.id, "present": 1, "placed": 0, **_folder(row)} for row in changed],
        )
    if added:
        fixed = {"store_id": store_id, "present": 1, "placed": 0, "is_root": 0, "mark": None}
        conn.execute(insert(folder), [{"id": row.id, "files": row.files, **fixed, **_folder(row)} for row in added])


def _folder(row: FedFolder) -> dict[str, Any]:
    return {
        "path": os.fsencode(row.path),
        "key": None if row.key is None else os.fsencode(row.key),
        "identity": row.identity,
        "generation": row.generation,
    }


def set_folders_aside(conn: Connection, folder_ids: Sequence[int]) -> None:
    """Take their places from folders for a while, or for good: others will have them."""
    rows = [{"row": id, "aside": SET_ASIDE + str(id).encode()} for id in folder_ids]
    if rows:
        path = folder.c.path.op("||")(bindparam("aside"))
        conn.execute(
            update(folder).where(folder.c.id == bindparam("row")).values(path=_as_bytes(path), key=None, placed=1), rows
        )


def split_folder(conn: Connection, folder_id: int, into: int, generation: int) -> None:
    """A folder has moved away: what the listing of that generation named at its old place lies in another one there."""
    where = and_(copy.c.folder_id == folder_id, copy.c.generation == generation)
    _make_room(conn, into, select(copy.c.name).where(where))
    conn.execute(update(copy).where(where).values(folder_id=into))


def absorb_folder(conn: Connection, folder_id: int, into: int) -> None:
    """Two rows have turned out to be one folder: let the files of the first lie in the second."""
    _make_room(conn, into, select(copy.c.name).where(copy.c.folder_id == folder_id))
    conn.execute(update(copy).where(copy.c.folder_id == folder_id).values(folder_id=into))
    unused = and_(folder.c.id == folder_id, folder.c.shoot_id.is_(None))
    conn.execute(delete(folder).where(unused))


def _make_room(conn: Connection, folder_id: int, names: Select[tuple[bytes]]) -> None:
    """Take their places from the copies in a folder that have one of these names."""
    taken = and_(copy.c.folder_id == folder_id, copy.c.name.in_(names))
    set_aside(conn, list(conn.execute(select(copy.c.id).where(taken)).scalars()))


def name_folders(conn: Connection, folder_ids: Sequence[int], generation: int) -> None:
    """Record that the listing of that generation named these folders."""
    for chunk in _chunks(folder_ids):
        conn.execute(update(folder).where(folder.c.id.in_(chunk)).values(generation=generation, present=1))


def uncount_folders(conn: Connection, first_files: Sequence[int], others: Sequence[int]) -> None:
    """Have the files of folders counted again. `first_files` had none until now: they are to be placed."""
    for chunk in _chunks(first_files):
        conn.execute(update(folder).where(folder.c.id.in_(chunk)).values(mark=None, files=1, placed=0))
    for chunk in _chunks(others):
        conn.execute(update(folder).where(folder.c.id.in_(chunk)).values(mark=None))


def count_files(conn: Connection, store_id: int) -> None:
    """Count the files of the folders whose files have changed since they were last counted."""
    there = select(func.count()).where(and_(copy.c.folder_id == folder.c.id, copy.c.state != "m")).scalar_subquery()
    where = and_(folder.c.store_id == store_id, folder.c.mark.is_(None))
    conn.execute(update(folder).where(where).values(files=there, mark=b""))


def copies_by_identity(conn: Connection, store_id: int, identities: Sequence[str]) -> list[FedCopy]:
    """Return the copies of the store with those identities."""
    query = select(*_COPY, folder.c.store_id).join(folder, folder.c.id == copy.c.folder_id)
    rows = select_in(conn, query, [copy.c.identity], [(identity,) for identity in identities])
    return [_copy(row[:-1]) for row in rows if row[-1] == store_id]


def young_copies(conn: Connection, store_id: int, identities: Sequence[str], since: int) -> list[FedCopy]:
    """Return the copies of the store with those identities that were told of since then."""
    found = copies_by_identity(conn, store_id, identities)
    return [row for row in found if row.known_at is not None and row.known_at >= since]


def copies_at(
    conn: Connection, keys: Sequence[tuple[int, bytes]] = (), names: Sequence[tuple[int, bytes]] = ()
) -> list[FedCopy]:
    """Return the copies recorded at places: (folder id, name), the name in the store's own normal form or as it is."""
    query = select(*_COPY)
    found: list[FedCopy] = []
    for places, column in ((keys, copy.c.key), (names, copy.c.name)):
        found += [_copy(row) for row in select_in(conn, query, [copy.c.folder_id, column], places)]
    return found


class FedWrite(NamedTuple):
    """A file to be written at a place: the row as the table has it. `id` is given by the writer."""

    id: int
    folder_id: int
    name: bytes
    content_id: int | None
    size: int
    modified_ns: int | None
    identity: str | None
    version: str
    state: CopyState
    known_by: str | None
    known_at: int | None
    number: int | None
    key: bytes | None
    generation: int


def set_aside(conn: Connection, copy_ids: Sequence[int]) -> None:
    """Take their places from copies: others will have them. Their names stay readable."""
    rows = [{"row": id, "aside": SET_ASIDE + str(id).encode()} for id in copy_ids]
    if rows:
        name = _as_bytes(copy.c.name.op("||")(bindparam("aside")))
        conn.execute(update(copy).where(copy.c.id == bindparam("row")).values(name=name, key=None), rows)


def write_copies(conn: Connection, added: Sequence[tuple[Any, ...]], changed: Sequence[FedWrite]) -> None:
    """Write new files, each a `FedWrite` or what one is made of, and known ones that were moved, changed or are back."""
    values: dict[str, Any] = {name: bindparam(name) for name in FedWrite._fields[1:]}
    anew = update(copy).where(copy.c.id == bindparam("row")).values(values)
    write_many(conn, anew, ("row", *FedWrite._fields[1:]), changed)
    write_many(conn, insert(copy), FedWrite._fields, added)


def name_copies(conn: Connection, copy_ids: Sequence[int], generation: int, attested_at: int) -> None:
    """Record that a listing named these files just as they were known; what is attested is so anew."""
    for chunk in _chunks(copy_ids):
        where = copy.c.id.in_(chunk)
        conn.execute(update(copy).where(where).values(generation=generation))
        conn.execute(update(copy).where(and_(where, copy.c.known_by == "a")).values(known_at=attested_at))


def say_gone(conn: Connection, copy_ids: Sequence[int]) -> None:
    """Record that the feed says of these files that they are gone."""
    for chunk in _chunks(copy_ids):
        conn.execute(update(copy).where(and_(copy.c.id.in_(chunk), copy.c.state != "m")).values(generation=GONE))


def say_gone_below(conn: Connection, folder_ids: Sequence[int]) -> None:
    """Record that the feed says of these folders and the files in them that they are gone."""
    for chunk in _chunks(folder_ids):
        conn.execute(update(folder).where(folder.c.id.in_(chunk)).values(generation=GONE))
        where = and_(copy.c.folder_id.in_(chunk), copy.c.state != "m")
        conn.execute(update(copy).where(where).values(generation=GONE))


def say_unnamed_gone(conn: Connection, store_id: int, generation: int) -> None:
    """A listing has come to its end: say gone whatever it has not named."""
    ours = select(folder.c.id).where(folder.c.store_id == store_id)
    stale = or_(copy.c.generation.is_(None), copy.c.generation != generation)
    where = and_(copy.c.folder_id.in_(ours), copy.c.state != "m", stale)
    conn.execute(update(copy).where(where).values(generation=GONE))
    stale = or_(folder.c.generation.is_(None), folder.c.generation != generation)
    conn.execute(
        update(folder).where(and_(folder.c.store_id == store_id, folder.c.present == 1, stale)).values(generation=GONE)
    )


def keep_unknown(conn: Connection, store_id: int, path: str, generation: int, *, below: bool) -> None:
    """Nothing may be called absent at a path that could not be looked at; with `below` also in that folder."""
    if below:
        exact = os.fsencode(path)
        inside = and_(folder.c.path >= exact + b"/", folder.c.path < exact + b"0") if path else folder.c.id.isnot(None)
        mine = and_(folder.c.store_id == store_id, or_(folder.c.path == exact, inside))
        ids = select(folder.c.id).where(mine)
        conn.execute(update(copy).where(and_(copy.c.folder_id.in_(ids), copy.c.state != "m")).values(generation=generation))
        conn.execute(update(folder).where(and_(mine, folder.c.present == 1)).values(generation=generation))
        return
    above, _, name = path.rpartition("/")
    ids = select(folder.c.id).where(and_(folder.c.store_id == store_id, folder.c.path == os.fsencode(above)))
    where = and_(copy.c.folder_id.in_(ids), copy.c.name == os.fsencode(name), copy.c.state != "m")
    conn.execute(update(copy).where(where).values(generation=generation))


def count_gone(conn: Connection, store_id: int) -> int:
    """Return how many files the feed says are gone without anybody having concluded it."""
    query = select(func.count()).select_from(copy.join(folder)).where(_said_gone(store_id))
    return int(conn.execute(query).scalar_one())


def has_gone_folders(conn: Connection, store_id: int) -> bool:
    """True where the feed says of any folder that it is gone, without anybody having concluded it."""
    where = and_(folder.c.store_id == store_id, folder.c.generation == GONE)
    return conn.execute(select(folder.c.id).where(where).limit(1)).first() is not None


def count_folders(conn: Connection, store_id: int) -> int:
    """Return how many folders are there."""
    where = and_(folder.c.store_id == store_id, folder.c.present == 1)
    return int(conn.execute(select(func.count()).select_from(folder).where(where)).scalar_one())


def conclude_gone(conn: Connection, store_id: int, now: int) -> None:
    """Record as missing what the feed says is gone, and folders as no longer there."""
    ids = select(copy.c.id).select_from(copy.join(folder)).where(_said_gone(store_id))
    touched = select(copy.c.folder_id).select_from(copy.join(folder)).where(_said_gone(store_id))
    conn.execute(update(folder).where(folder.c.id.in_(touched)).values(mark=None))
    conn.execute(update(copy).where(copy.c.id.in_(ids)).values(state="m", known_at=now, generation=None))
    where = and_(folder.c.store_id == store_id, folder.c.generation == GONE)
    conn.execute(update(folder).where(where).values(present=0, generation=None))


def _said_gone(store_id: int) -> Any:
    return and_(copy.c.generation == GONE, copy.c.state != "m", folder.c.store_id == store_id)


@dataclass(frozen=True, slots=True)
class UnreadList:
    """A list that lies in a store with a feed and that nobody has read in the shoot it belongs to."""

    copy_id: int
    folder_id: int
    path: str
    ref: str
    size: int


def unread_lists(conn: Connection, store_id: int) -> list[UnreadList]:
    """Return the lists of the store that must be read: no copy of the same bytes in the same shoot was."""
    twin, its = copy.alias("twin"), folder.alias("its")
    read_there = (
        select(twin.c.id)
        .join(its, its.c.id == twin.c.folder_id)
        .where(
            and_(
                twin.c.content_id == copy.c.content_id,
                twin.c.known_by == "h",
                twin.c.state == "p",
                its.c.shoot_id == folder.c.shoot_id,
            )
        )
        .exists()
    )
    query = (
        select(copy.c.id, copy.c.folder_id, folder.c.path, copy.c.name, copy.c.identity, copy.c.size)
        .join(folder, folder.c.id == copy.c.folder_id)
        .where(
            and_(
                folder.c.store_id == store_id,
                folder.c.shoot_id.isnot(None),
                copy.c.state == "p",
                copy.c.known_by == "a",
                copy.c.identity.isnot(None),
                ~read_there,
            )
        )
    )
    # Lists are few. Asked for all in one question, each of a million copies was looked at with all that it lies beside.
    lists = conn.execute(select(content.c.id).where(content.c.kind == "l")).scalars().all()
    rows = [row for chunk in _chunks(lists) for row in conn.execute(query.where(copy.c.content_id.in_(chunk)))]
    return [
        UnreadList(row.id, row.folder_id, join_path(row.path, row.name), row.identity, row.size)
        for row in sorted(rows, key=lambda row: (row.path, row.name))
    ]


def record_read(conn: Connection, copy_id: int, content_id: int, now: int) -> None:
    """Record that a copy's bytes were read and hashed here."""
    conn.execute(update(copy).where(copy.c.id == copy_id).values(content_id=content_id, known_by="h", known_at=now))


def _copy(row: Any) -> FedCopy:
    id, folder_id, name, *rest = row
    return FedCopy(id, folder_id, None if SET_ASIDE in name else name, *rest)


def _as_bytes(expression: Any) -> Any:
    """SQLite's || gives text whatever it is given; the columns hold bytes."""
    from sqlalchemy import LargeBinary, cast

    return cast(expression, LargeBinary)


def _chunks(values: Sequence[Any] | Iterable[Any]) -> Iterator[list[Any]]:
    listed = list(values)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]
