"""Which shoots people's cases are about: the items of every case that is open, or was on some day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from index.requests import ENDED
from index.schema_cases import item, request


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A shoot that a case is about. `is_in` is None while nobody has said whether it is the person's at all."""

    shoot: int
    request: str
    state: str
    person: str
    received_on: str
    is_in: bool | None
    decision: str | None
    has_rules: bool
    details: dict[str, Any] = field(default_factory=dict)


def asked_of(conn: Connection, kind: str, since: int) -> list[AskedOf]:
    """Return the shoots that cases of a kind are about: cases that are open, and those that ended after an instant.

    What a person has said is not the asker's, and what was refused, is left out.
    """
    columns = (request.c.uid, request.c.state, request.c.person, request.c.received_on)
    query = (
        select(item.c.shoot, *columns, item.c.certain, item.c.chosen, item.c.decision, item.c.details)
        .join(request, request.c.uid == item.c.request)
        .where(and_(request.c.kind == kind, item.c.kind == "shoot", item.c.shoot.isnot(None)))
        .where(or_(request.c.state.notin_(ENDED), request.c.ended_at > since))
        .where(item.c.state.in_(("open", "done")))
        .order_by(request.c.id, item.c.number)
    )
    found = []
    for row in conn.execute(query):
        is_in = bool(row.chosen) if row.chosen is not None else True if row.certain else None
        if is_in is not False:
            details = json.loads(row.details)
            found.append(
                AskedOf(
                    row.shoot, row.uid, row.state, row.person, row.received_on, is_in, row.decision,
                    bool(details.get("rules")), details,
                )
            )  # fmt: skip
    return found


def open_persons(conn: Connection, kind: str, day: str) -> set[str]:
    """Return the keyed hashes of everybody with an open case of a kind that had arrived by that day, each that they gave."""
    is_open = and_(request.c.state.notin_(ENDED), request.c.received_on <= day)
    query = select(request.c.persons).where(and_(request.c.kind == kind, is_open))
    return {hashed for persons in conn.execute(query).scalars() for hashed in json.loads(persons)}


def of_shoot(asked: Sequence[AskedOf]) -> dict[int, list[AskedOf]]:
    """Return them by shoot."""
    found: dict[int, list[AskedOf]] = {}
    for one in asked:
        found.setdefault(one.shoot, []).append(one)
    return found
