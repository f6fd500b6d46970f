"""How much comes into each store, and what each shoot takes up there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, or_, select

from index.schema import content, copy, folder, scan, shoot


@dataclass(frozen=True, slots=True)
class Inflow:
    """Bytes that came into a store between two days; `first_day` is that of the first arrival ever, None without one."""

    size: int
    first_day: str | None


def inflows(conn: Connection, since: int, since_day: str, until_day: str) -> dict[int, Inflow]:
    """Return what came into each store since an instant (and its day), by store.

    What was there when the store was first compared had come before: it counts on the day it was captured, or else on
    its shoot's last day, and not at all where neither is known.
    """
    first = select(scan.c.store_id, func.min(scan.c.ended_at).label("at")).where(scan.c.outcome == "complete")
    begun: Mapping[int, int] = dict(conn.execute(first.group_by(scan.c.store_id)).all())
    found = {}
    for store_id, at in begun.items():
        came = func.coalesce(func.substr(content.c.captured_at, 1, 10), shoot.c.last_day)
        old = content.c.first_seen_at <= at
        within = case(
            (and_(old, came >= since_day, came <= until_day), copy.c.size),
            (and_(content.c.first_seen_at > at, content.c.first_seen_at >= since), copy.c.size),
            else_=0,
        )
        query = (
            select(func.sum(within).label("size"), func.min(case((old, came))).label("first"))
            .select_from(
                folder.join(copy, copy.c.folder_id == folder.c.id)
                .join(content, content.c.id == copy.c.content_id)
                .outerjoin(shoot, shoot.c.id == folder.c.shoot_id)
            )
            .where(folder.c.store_id == store_id, copy.c.state == "p")
        )
        row = conn.execute(query).one()
        found[store_id] = Inflow(int(row.size or 0), row.first)
    return found


def sizes(conn: Connection) -> dict[int, dict[int, int]]:
    """Return the bytes that each shoot takes up in each store now, by store, then by shoot."""
    query = (
        select(folder.c.store_id, folder.c.shoot_id, func.sum(copy.c.size).label("size"))
        .join(copy, copy.c.folder_id == folder.c.id)
        .where(folder.c.shoot_id.isnot(None), copy.c.state == "p")
        .group_by(folder.c.store_id, folder.c.shoot_id)
    )
    found: dict[int, dict[int, int]] = {}
    for row in conn.execute(query):
        found.setdefault(row.store_id, {})[row.shoot_id] = int(row.size)
    return found


def sizes_alone(conn: Connection) -> dict[int, dict[int, int]]:
    """Return of the same what lies in no other store, or in no other store that is known by now."""
    store = folder.c.store_id
    one_store = (
        select(copy.c.content_id)
        .join(folder, folder.c.id == copy.c.folder_id)
        .where(copy.c.state == "p", copy.c.content_id.isnot(None))
        .group_by(copy.c.content_id)
        .having(func.min(store) == func.max(store))
    )
    query = (
        select(store, folder.c.shoot_id, func.sum(copy.c.size).label("size"))
        .join(copy, copy.c.folder_id == folder.c.id)
        .where(folder.c.shoot_id.isnot(None), copy.c.state == "p")
        .where(or_(copy.c.content_id.is_(None), copy.c.content_id.in_(one_store)))
        .group_by(store, folder.c.shoot_id)
    )
    found: dict[int, dict[int, int]] = {}
    for row in conn.execute(query):
        found.setdefault(row.store_id, {})[row.shoot_id] = int(row.size)
    return found
