"""A shoot's keyed hash: the same in any index of the same shoots. Numbers of an index are not: a rebuilt one counts anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from index.ledger_key import LedgerKey, normal_name
from index.schema import client, shoot

_CHUNK = 500


def shoot_hashes(conn: Connection, key: LedgerKey, ids: Sequence[int] | None = None) -> dict[int, str]:
    """Return the keyed hashes of shoots, by id; of all of them where `ids` is None.

    A shoot is known by its client, days and title; where client or day is unknown, by the folder that its key names.
    """
    columns = (shoot.c.id, shoot.c.key, shoot.c.title, shoot.c.first_day, shoot.c.last_day, client.c.key.label("client"))
    query = select(*columns).outerjoin(client, client.c.id == shoot.c.client_id)
    if ids is None:
        rows = conn.execute(query).all()
    else:
        parts = (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
        rows = [row for part in parts for row in conn.execute(query.where(shoot.c.id.in_(part)))]
    found = {}
    for row in rows:
        known = row.key
        if row.client is not None and row.first_day is not None:
            known = "|".join((row.client, row.first_day, row.last_day or row.first_day, normal_name(row.title or "")))
        found[row.id] = key.hash("shoot", known)
    return found
