"""Shoots and their clients: writing them as folders are read, and asking for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select, update

from index import spoken_of
from index.paths import decode_path
from index.records import ShootRow
from index.schema import appearance, client, client_spelling, content, copy, folder, posting, review, shoot

_CHUNK = 500
_PLACE = (
    update(folder)
    .where(folder.c.id == bindparam("row"))
    .values(shoot_id=bindparam("shoot"), is_root=bindparam("root"), placed=1)
)
_WORKED_OUT = (
    update(shoot)
    .where(shoot.c.id == bindparam("row"))
    .values(captured_first=bindparam("first"), captured_last=bindparam("last"), stale=0)
)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A folder whose path has not been read since it came, moved or the rules changed."""

    folder_id: int
    store_id: int
    path: str
    shoot_id: int | None
    files: int


def unplaced_folders(conn: Connection, limit: int) -> list[Unplaced]:
    """Return present folders that are to be placed: those with files first, for they say where the shoots' own folders are.

    Then those that belonged to a shoot: one that was renamed keeps its shoot, also if a new folder has its old name.
    """
    query = (
        select(folder.c.id, folder.c.store_id, folder.c.path, folder.c.shoot_id, folder.c.files)
        .where(and_(folder.c.placed == 0, folder.c.present == 1))
        .order_by(folder.c.files == 0, folder.c.shoot_id.is_(None), func.length(folder.c.path), folder.c.path)
        .limit(limit)
    )
    return [
        Unplaced(row.id, row.store_id, decode_path(row.path), row.shoot_id, row.files) for row in conn.execute(query)
    ]


def place_folders(conn: Connection, rows: Iterable[tuple[int, int | None, bool]]) -> None:
    """Write (folder id, shoot id or None, is the shoot's own folder) and that the path has been read."""
    values = [{"row": id, "shoot": shoot_id, "root": int(is_root)} for id, shoot_id, is_root in rows]
    if values:
        conn.execute(_PLACE, values)


def unplace_below(conn: Connection, store_id: int, path: str) -> None:
    """Have the paths of a folder and all below it read again."""
    exact = os.fsencode(path)
    below = and_(folder.c.path >= exact + b"/", folder.c.path < exact + b"0")
    where = and_(folder.c.store_id == store_id, or_(folder.c.path == exact, below))
    conn.execute(update(folder).where(where).values(placed=0))


def find_folder(conn: Connection, store_id: int, path: str) -> tuple[int, int | None] | None:
    """Return (id, shoot id) of the folder at that path, or None."""
    where = and_(folder.c.store_id == store_id, folder.c.path == os.fsencode(path))
    row = conn.execute(select(folder.c.id, folder.c.shoot_id).where(where)).first()
    return (row.id, row.shoot_id) if row else None


def shoot_of_folder(conn: Connection, folder_id: int) -> int | None:
    """Return the shoot that a folder belongs to, or None."""
    return conn.execute(select(folder.c.shoot_id).where(folder.c.id == folder_id)).scalar()


def find_client(conn: Connection, key: str) -> int | None:
    """Return the client that has this spelling, folded, for certain."""
    return conn.execute(select(client_spelling.c.client_id).where(client_spelling.c.key == key)).scalar()


def add_client(conn: Connection, name: str, key: str) -> int:
    """Write a new client with its first spelling; return the id."""
    id = int(conn.execute(insert(client).values(name=name, key=key)).inserted_primary_key[0])  # type: ignore[index]
    conn.execute(insert(client_spelling).values(key=key, client_id=id, spelling=name, settled=0))
    return id


def settle_spelling(conn: Connection, client_id: int, spelling: str, key: str) -> None:
    """Show a client by this spelling from now on, as a person has settled; every other spelling goes on finding them.

    Where another client has it already, the two are one from then on.
    """
    other = find_client(conn, key)
    if other is not None and other != client_id:
        merge_clients(conn, client_id, other)
    elif other is None:
        conn.execute(insert(client_spelling).values(key=key, client_id=client_id, spelling=spelling, settled=1))
    conn.execute(update(client_spelling).where(client_spelling.c.client_id == client_id).values(settled=1))
    conn.execute(update(client).where(client.c.id == client_id).values(name=spelling))
    conn.execute(update(shoot).where(shoot.c.client_id == client_id).values(stale=1))


def merge_clients(conn: Connection, keep: int, other: int) -> None:
    """Make two clients one, as a person has settled: shoots and spellings of `other` become those of `keep`."""
    conn.execute(update(shoot).where(shoot.c.client_id == other).values(client_id=keep, stale=1))
    conn.execute(update(client_spelling).where(client_spelling.c.client_id == other).values(client_id=keep, settled=1))
    conn.execute(update(shoot).where(shoot.c.client_id == keep).values(stale=1))
    conn.execute(delete(client).where(client.c.id == other))


def client_names(conn: Connection) -> list[tuple[int, str, str]]:
    """Return (id, name, key) of all clients."""
    return [(row.id, row.name, row.key) for row in conn.execute(select(client))]


def spellings(conn: Connection, client_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return every spelling of the clients, by client."""
    found: dict[int, list[str]] = {}
    query = select(client_spelling.c.client_id, client_spelling.c.spelling)
    for chunk in _chunks(client_ids):
        for row in conn.execute(query.where(client_spelling.c.client_id.in_(chunk))):
            found.setdefault(row.client_id, []).append(row.spelling)
    return found


def find_shoot_by_key(conn: Connection, key: str) -> int | None:
    """Return the shoot with this key, or None."""
    return conn.execute(select(shoot.c.id).where(shoot.c.key == key)).scalar()


def add_shoot(conn: Connection, key: str, **values: Any) -> int:
    """Write a new shoot; return its id."""
    result = conn.execute(insert(shoot).values(key=key, stale=1, **values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def change_shoot(conn: Connection, shoot_id: int, **values: Any) -> None:
    """Write what is known of a shoot now."""
    conn.execute(update(shoot).where(shoot.c.id == shoot_id).values(**values))


def mark_stale(conn: Connection, folder_ids: Sequence[int]) -> None:
    """Have the shoots of those folders worked out again: their files or lists have changed."""
    for start in range(0, len(folder_ids), _CHUNK):
        ids = select(folder.c.shoot_id).where(
            and_(folder.c.id.in_(folder_ids[start : start + _CHUNK]), folder.c.shoot_id.isnot(None))
        )
        conn.execute(update(shoot).where(shoot.c.id.in_(ids)).values(stale=1))


def stale_shoots(conn: Connection, limit: int) -> list[ShootRow]:
    """Return shoots whose search words and capture days are to be worked out again."""
    return [_shoot(row) for row in conn.execute(_shoots().where(shoot.c.stale == 1).limit(limit))]


def get_shoots(conn: Connection, ids: Sequence[int]) -> dict[int, ShootRow]:
    """Return the shoots with those ids, by id."""
    return {row.id: _shoot(row) for row in conn.execute(_shoots().where(shoot.c.id.in_(ids)))}


def root_folders(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, list[tuple[int, int, str, bool]]]:
    """Return (folder id, store id, path, present) of the shoots' own folders, by shoot."""
    found: dict[int, list[tuple[int, int, str, bool]]] = {}
    query = select(folder.c.shoot_id, folder.c.id, folder.c.store_id, folder.c.path, folder.c.present)
    for chunk in _chunks(shoot_ids):
        for row in conn.execute(query.where(and_(folder.c.shoot_id.in_(chunk), folder.c.is_root == 1))):
            place = (row.id, row.store_id, decode_path(row.path), bool(row.present))
            found.setdefault(row.shoot_id, []).append(place)
    return found


def capture_days(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return how many photos and videos of each shoot were captured on each day, by ISO day."""
    day = func.substr(content.c.captured_at, 1, 10)
    query = (
        select(folder.c.shoot_id, day.label("day"), func.count().label("files"))
        .select_from(
            folder.join(copy, copy.c.folder_id == folder.c.id).join(content, content.c.id == copy.c.content_id)
        )
        .where(and_(content.c.captured_at.isnot(None), content.c.kind.in_(("p", "v"))))
        .group_by(folder.c.shoot_id, day)
    )
    found: dict[int, dict[str, int]] = {}
    for chunk in _chunks(shoot_ids):
        for row in conn.execute(query.where(folder.c.shoot_id.in_(chunk))):
            found.setdefault(row.shoot_id, {})[row.day] = row.files
    return found


def record_capture_days(conn: Connection, days: Iterable[tuple[int, str | None, str | None]]) -> None:
    """Write (shoot id, earliest, latest capture day), and that the shoots are worked out."""
    values = [{"row": id, "first": first, "last": last} for id, first, last in days]
    if values:
        conn.execute(_WORKED_OUT, values)


def folder_paths(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the paths of all folders of the shoots, by shoot."""
    found: dict[int, list[str]] = {}
    for chunk in _chunks(shoot_ids):
        for row in conn.execute(select(folder.c.shoot_id, folder.c.path).where(folder.c.shoot_id.in_(chunk))):
            found.setdefault(row.shoot_id, []).append(decode_path(row.path))
    return found


def file_names(conn: Connection, shoot_id: int) -> list[str]:
    """Return the names of all files of the shoot."""
    query = select(copy.c.name).join(folder, folder.c.id == copy.c.folder_id).where(folder.c.shoot_id == shoot_id)
    return [decode_path(name) for (name,) in conn.execute(query)]


def empty_shoots(conn: Connection) -> list[int]:
    """Return shoots that no folder belongs to any more, since their folders were read differently or renamed.

    One that a hold, a consent, a placement, an act or a disclosure speaks of is not among them.
    """
    used = select(folder.c.shoot_id).where(folder.c.shoot_id.isnot(None))
    kept = (used, select(appearance.c.shoot_id), *spoken_of.spoken_of())
    return list(conn.execute(select(shoot.c.id).where(and_(*(shoot.c.id.notin_(each) for each in kept)))).scalars())


def remove_shoots(conn: Connection, ids: Sequence[int]) -> None:
    """Remove shoots that nothing belongs to, and clients that no shoot is left for and nobody has settled."""
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        conn.execute(delete(posting).where(posting.c.shoot_id.in_(chunk)))
        conn.execute(delete(review).where(and_(review.c.shoot_id.in_(chunk), review.c.settled_at.is_(None))))
        conn.execute(update(review).where(review.c.shoot_id.in_(chunk)).values(shoot_id=None))
        spoken_of.forget_origins(conn, chunk)
        conn.execute(delete(shoot).where(shoot.c.id.in_(chunk)))
    settled = select(client_spelling.c.client_id).where(client_spelling.c.settled == 1)
    used = select(shoot.c.client_id).where(shoot.c.client_id.isnot(None))
    unused = select(client.c.id).where(and_(client.c.id.notin_(used), client.c.id.notin_(settled)))
    gone = list(conn.execute(unused).scalars())
    for start in range(0, len(gone), _CHUNK):
        chunk = gone[start : start + _CHUNK]
        conn.execute(delete(client_spelling).where(client_spelling.c.client_id.in_(chunk)))
        conn.execute(delete(client).where(client.c.id.in_(chunk)))


def span_of_days(conn: Connection) -> tuple[str | None, str | None]:
    """Return the first and the last day of any shoot, None where no shoot has a day."""
    row = conn.execute(select(func.min(shoot.c.first_day), func.max(shoot.c.last_day))).one()
    return row[0], row[1]


def count_shoots(conn: Connection) -> int:
    """Return how many shoots are known."""
    return int(conn.execute(select(func.count()).select_from(shoot)).scalar_one())


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _shoots() -> Select[Any]:
    return select(shoot, client.c.name.label("client_name")).outerjoin(client, client.c.id == shoot.c.client_id)


def _shoot(row: Row[Any]) -> ShootRow:
    return ShootRow(
        row.id,
        row.key,
        row.client_id,
        row.client_name,
        row.title,
        row.first_day,
        row.last_day,
        row.day_from,
        row.captured_first,
        row.captured_last,
    )


def move_folders(conn: Connection, shoot_id: int, to: int) -> None:
    """Let all folders of one shoot, and what speaks of it, belong to another: they have turned out to be the same."""
    conn.execute(update(folder).where(folder.c.shoot_id == shoot_id).values(shoot_id=to))
    spoken_of.follow(conn, shoot_id, to)


def leave_shoot(conn: Connection, shoot_id: int, to: int, *, is_last: bool) -> None:
    """Let what speaks of a shoot speak of the one that its folder is part of now: at once where that was its last one,
    else (`index.spoken_of.origins`) of both until the others have followed."""
    if is_last:
        spoken_of.follow(conn, shoot_id, to)
    else:
        spoken_of.note_origin(conn, to, shoot_id)


def unplace_client(conn: Connection, client_id: int) -> None:
    """Have all folders of a client's shoots read again."""
    ids = select(shoot.c.id).where(shoot.c.client_id == client_id)
    conn.execute(update(folder).where(folder.c.shoot_id.in_(ids)).values(placed=0))
