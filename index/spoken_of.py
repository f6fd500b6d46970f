"""Shoots that holds, consents, placements, acts and disclosures speak of: these follow a shoot, or outlast it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Select, and_, delete, insert, or_, select, update

from index.schema import (
    act,
    appearance,
    client,
    client_spelling,
    consent,
    disclosure,
    folder,
    hold,
    placement,
    review,
    shoot,
    shoot_origin,
)

_SPEAKING = (hold, consent, placement, act, disclosure)
_CHUNK = 500


def spoken_of() -> list[Select[tuple[int]]]:
    """Return queries for the shoots that something speaks of: none of them is dropped for being empty."""
    return [select(table.c.shoot_id).where(table.c.shoot_id.isnot(None)) for table in _SPEAKING]


def follow(conn: Connection, shoot_id: int, to: int) -> None:
    """Let what speaks of one shoot speak of another: they have turned out to be the same."""
    for table in _SPEAKING:
        conn.execute(update(table).where(table.c.shoot_id == shoot_id).values(shoot_id=to))
    came_from = select(shoot_origin.c.shoot_id).where(shoot_origin.c.origin_id == shoot_id)
    for id in list(conn.execute(came_from).scalars()):
        note_origin(conn, id, to)
    forget_origins(conn, [shoot_id])


def note_origin(conn: Connection, shoot_id: int, origin_id: int) -> None:
    """Keep in mind that a folder of one shoot is one of another now, while the first has others left."""
    pair = and_(shoot_origin.c.shoot_id == shoot_id, shoot_origin.c.origin_id == origin_id)
    if shoot_id != origin_id and conn.execute(select(shoot_origin).where(pair)).first() is None:
        conn.execute(insert(shoot_origin).values(shoot_id=shoot_id, origin_id=origin_id))


def origins(conn: Connection) -> list[tuple[int, int]]:
    """Return each shoot that got a folder of another one, with that other."""
    return [(row.shoot_id, row.origin_id) for row in conn.execute(select(shoot_origin).order_by(*shoot_origin.c))]


def forget_origins(conn: Connection, ids: Sequence[int]) -> None:
    """Forget what these shoots have to do with others; so many at most as fit into one question."""
    where = or_(shoot_origin.c.shoot_id.in_(ids), shoot_origin.c.origin_id.in_(ids))
    conn.execute(delete(shoot_origin).where(where))


def let_go(conn: Connection, ids: Sequence[int]) -> None:
    """Let what speaks of these shoots speak of none; hashes of them stay where there are any."""
    for table in _SPEAKING:
        for start in range(0, len(ids), _CHUNK):
            where = table.c.shoot_id.in_(ids[start : start + _CHUNK])
            conn.execute(update(table).where(where).values(shoot_id=None))


def without_folders(conn: Connection, ids: Sequence[int]) -> list[int]:
    """Return those of the shoots that no folder and no list belongs to any more."""
    empty: list[int] = []
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        used = set(conn.execute(select(folder.c.shoot_id).where(folder.c.shoot_id.in_(chunk))).scalars())
        used.update(conn.execute(select(appearance.c.shoot_id).where(appearance.c.shoot_id.in_(chunk))).scalars())
        empty.extend(id for id in chunk if id not in used)
    return empty


def clients_of(conn: Connection, ids: Sequence[int]) -> list[int]:
    """Return the clients of these shoots, each once."""
    found: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        where = and_(shoot.c.id.in_(ids[start : start + _CHUNK]), shoot.c.client_id.isnot(None))
        found.update(id for id in conn.execute(select(shoot.c.client_id).where(where)).scalars() if id is not None)
    return sorted(found)


def remove_clients(conn: Connection, ids: Sequence[int]) -> None:
    """Remove those of the clients that no shoot is left for, with what a person has settled about their spelling."""
    for id in ids:
        if conn.execute(select(shoot.c.id).where(shoot.c.client_id == id).limit(1)).first() is not None:
            continue
        for row in conn.execute(select(review.c.id, review.c.candidates).where(review.c.kind == "spelling")).all():
            if id in (each.get("client_id") for each in json.loads(row.candidates)):
                conn.execute(delete(review).where(review.c.id == row.id))
        conn.execute(delete(client_spelling).where(client_spelling.c.client_id == id))
        conn.execute(delete(client).where(client.c.id == id))
