"""Where pictures were published, so that a withdrawal knows what to take down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from index.schema import placement


@dataclass(frozen=True, slots=True)
class Placement:
    """A picture (or, without `sha256`, a shoot) that was put where others see it."""

    shoot_id: int | None
    sha256: bytes | None
    channel: str
    address: str
    placed_at: int
    placed_by: str
    removed_at: int | None = None
    removed_by: str | None = None
    id: int = 0


def add(conn: Connection, one: Placement) -> int:
    """Write a placement; return its id."""
    values = {name: getattr(one, name) for name in Placement.__slots__ if name != "id"}
    return int(conn.execute(insert(placement).values(values)).inserted_primary_key[0])  # type: ignore[index]


def standing(conn: Connection, shoot_ids: Sequence[int] = (), hashes: Sequence[bytes] = ()) -> list[Placement]:
    """Return what of these shoots or pictures is still to be seen, oldest first."""
    where = or_(placement.c.shoot_id.in_(shoot_ids), placement.c.sha256.in_(hashes))
    query = select(placement).where(and_(where, placement.c.removed_at.is_(None))).order_by(placement.c.placed_at)
    return [_placement(row) for row in conn.execute(query)]


def any_standing(conn: Connection) -> bool:
    """Whether anything is still to be seen somewhere."""
    return conn.execute(select(placement.c.id).where(placement.c.removed_at.is_(None)).limit(1)).first() is not None


def all_standing(conn: Connection) -> list[Placement]:
    """Return everything that is still to be seen somewhere, oldest first."""
    query = select(placement).where(placement.c.removed_at.is_(None)).order_by(placement.c.placed_at, placement.c.id)
    return [_placement(row) for row in conn.execute(query)]


def get(conn: Connection, id: int) -> Placement | None:
    """Return a placement, taken down or not, or None."""
    row = conn.execute(select(placement).where(placement.c.id == id)).first()
    return None if row is None else _placement(row)


def of_shoot(conn: Connection, shoot_id: int) -> list[Placement]:
    """Return every placement of a shoot, also those taken down, oldest first."""
    query = select(placement).where(placement.c.shoot_id == shoot_id).order_by(placement.c.placed_at, placement.c.id)
    return [_placement(row) for row in conn.execute(query)]


def remove(conn: Connection, id: int, at: int, by: str) -> bool:
    """Record that it was taken down; False where it already was, or never stood."""
    where = and_(placement.c.id == id, placement.c.removed_at.is_(None))
    return conn.execute(update(placement).where(where).values(removed_at=at, removed_by=by)).rowcount == 1


def forget_addresses(conn: Connection, shoot_ids: Sequence[int]) -> None:
    """Take out where pictures of erased shoots were published: addresses hold names. That they were stays."""
    for start in range(0, len(shoot_ids), 500):
        where = placement.c.shoot_id.in_(shoot_ids[start : start + 500])
        conn.execute(update(placement).where(where).values(address=""))


def _placement(row: Row[Any]) -> Placement:
    return Placement(**{name: getattr(row, name) for name in Placement.__slots__})
