"""Plans: exact lists of acts, made, shown and approved before they run. What was approved is known by its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from index.acts import NewAct, add_acts, planned_acts
from index.schema import plan

PlanState = Literal["made", "approved", "running", "done", "dropped"]

STEPS: dict[PlanState, tuple[PlanState, ...]] = {
    "made": ("approved", "dropped"),
    "approved": ("running", "dropped"),
    "running": ("done",),
    "done": ("running",),
    "dropped": (),
}
"""Which state may follow which. A plan that is done runs again where an act came undone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `digest` is SHA-256 over its acts as they were made."""

    id: int
    uid: str
    kind: str
    request: str | None
    state: PlanState
    digest: bytes
    made_at: int
    made_by: str
    approved_at: int | None
    approved_by: str | None
    ended_at: int | None


def digest_of(acts: Iterable[NewAct]) -> bytes:
    """Return SHA-256 over acts: what they are, where, on which content, and by which rule. Pure."""
    total = hashlib.sha256()
    for one in acts:
        total.update(f"{one.as_text()}\n".encode("ascii"))
    return total.digest()


def is_as_approved(conn: Connection, one: Plan) -> bool:
    """Whether the acts of a plan are still those that its digest was made of.

    Acts whose paths were blanked are over; without them there is nothing to compare, and the plan has begun already.
    """
    rows = planned_acts(conn, one.id)
    return rows is None or digest_of(rows) == one.digest


def add_plan(
    conn: Connection, uid: str, kind: str, acts: Iterable[NewAct], at: int, by: str, *, request: str | None = None
) -> Plan:
    """Write a plan with its acts, in their order; return it."""
    rows = acts if isinstance(acts, list) else list(acts)
    values = {"uid": uid, "kind": kind, "request": request, "state": "made", "digest": digest_of(rows)}
    result = conn.execute(insert(plan).values(values | {"made_at": at, "made_by": by}))
    id = int(result.inserted_primary_key[0])  # type: ignore[index]
    add_acts(conn, id, rows)
    made = get_plan(conn, uid)
    assert made is not None
    return made


def get_plan(conn: Connection, uid: str) -> Plan | None:
    """Return a plan, or None."""
    row = conn.execute(select(plan).where(plan.c.uid == uid)).first()
    return None if row is None else _plan(row)


def get_plan_by_id(conn: Connection, id: int) -> Plan:
    """Return the plan of that number, which must be there."""
    return _plan(conn.execute(select(plan).where(plan.c.id == id)).one())


def plans_of_request(conn: Connection, request: str) -> list[Plan]:
    """Return the plans of a case, oldest first."""
    query = select(plan).where(plan.c.request == request).order_by(plan.c.made_at, plan.c.id)
    return [_plan(row) for row in conn.execute(query)]


def plans_of_kind(conn: Connection, kinds: Iterable[str]) -> list[Plan]:
    """Return the plans of these kinds, oldest first."""
    query = select(plan).where(plan.c.kind.in_(list(kinds))).order_by(plan.c.made_at, plan.c.id)
    return [_plan(row) for row in conn.execute(query)]


def unfinished(conn: Connection) -> list[Plan]:
    """Return plans that began to run and have not come to their end: the next start resumes or shows them."""
    query = select(plan).where(plan.c.state == "running").order_by(plan.c.made_at, plan.c.id)
    return [_plan(row) for row in conn.execute(query)]


def approve(conn: Connection, uid: str, digest: bytes, at: int, by: str) -> bool:
    """Approve a plan as it was shown: False where it is another by now, or past approving."""
    where = and_(plan.c.uid == uid, plan.c.digest == digest, plan.c.state == "made")
    values = {"state": "approved", "approved_at": at, "approved_by": by}
    return conn.execute(update(plan).where(where).values(values)).rowcount == 1


def move_plan(conn: Connection, uid: str, to: PlanState, at: int) -> bool:
    """Bring a plan to a state that may follow its own; False where it may not, or there is no such plan."""
    before = [state for state, after in STEPS.items() if to in after]
    values: dict[str, Any] = {"state": to, "ended_at": at if to in ("done", "dropped") else None}
    where = and_(plan.c.uid == uid, plan.c.state.in_(before))
    return to != "approved" and conn.execute(update(plan).where(where).values(values)).rowcount == 1


def drop_made_by(conn: Connection, kind: str, by: str, at: int) -> int:
    """Drop the plans of a kind that somebody made and nobody has approved; return how many."""
    where = and_(plan.c.kind == kind, plan.c.made_by == by, plan.c.state == "made")
    return conn.execute(update(plan).where(where).values(state="dropped", ended_at=at)).rowcount


def count_approved_since(conn: Connection, kind: str, since: int) -> int:
    """Return how many plans of a kind were approved since an instant: for limits by the day."""
    query = select(func.count()).where(and_(plan.c.kind == kind, plan.c.approved_at >= since))
    return int(conn.execute(query.select_from(plan)).scalar_one())


def _plan(row: Row[Any]) -> Plan:
    return Plan(**{name: getattr(row, name) for name in Plan.__slots__})
