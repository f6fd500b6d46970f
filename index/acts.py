"""Acts of a plan, one by one: planned, intended, done. An act names the content it means, not just a place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from index.bulk import write_many
from index.paths import decode_path, encode_path
from index.schema import act, plan, store

_AT_ONCE = 2000

ActState = Literal["planned", "intended", "done", "refused", "failed", "unknown", "undone"]

STEPS: Mapping[ActState, tuple[ActState, ...]] = {
    "planned": ("intended", "refused"),
    "intended": ("done", "refused", "failed", "unknown"),
    "failed": ("intended", "done", "refused"),
    "unknown": ("intended", "done", "refused", "failed"),
    "done": ("undone",),
    "undone": ("intended", "refused"),
    "refused": (),
}
"""Which state may follow which. "unknown": the store did not say whether it happened. "undone": it is there again.
A failed act may be found done later: an answer that came late, or somebody else."""


class NewAct(NamedTuple):
    """An act to be carried out: what, where, on which very content, and by which rule.

    A tuple, for a plan has hundreds of thousands: it is made in a third of the time that a frozen dataclass takes.
    """

    store_id: int
    act: str
    path: str
    rule: str
    why: str
    shoot_id: int | None = None
    size: int | None = None
    sha256: bytes | None = None
    dropbox_hash: bytes | None = None
    identity: str | None = None
    version: str | None = None

    def as_text(self) -> str:
        """Return what an approval approves, in one line that no other act has."""
        said = (
            self.store_id, self.act, encode_path(self.path), self.size, self.sha256, self.dropbox_hash, self.identity,
            self.version, self.rule,
        )  # fmt: skip
        # Each value in quotes, whatever it holds; unlike `repr`, the same in each version of Python.
        return ascii(said)


@dataclass(frozen=True, slots=True)
class Act:
    """An act with its state. `path` is None once it was blanked; `intent` and `outcome` are entries of the ledger."""

    id: int
    plan_id: int
    number: int
    store_id: int
    store: str
    shoot_id: int | None
    act: str
    path: str | None
    size: int | None
    sha256: bytes | None
    dropbox_hash: bytes | None
    identity: str | None
    version: str | None
    rule: str
    why: str
    state: ActState
    proof: dict[str, Any] | None
    problem: str | None
    intent: int | None
    outcome: int | None
    intended_at: int | None
    ended_at: int | None
    recoverable_until: str | None


class ActMoved(Exception):
    """The act is not in a state that the wanted one may follow: somebody else has moved it, or it is over."""

    def __init__(self, act_id: int, to: ActState) -> None:
        super().__init__(f"act {act_id} cannot become {to} now")
        self.act_id = act_id
        self.to = to


def add_acts(conn: Connection, plan_id: int, rows: Sequence[NewAct]) -> None:
    """Write the acts of a new plan, in their order."""
    names = [*NewAct._fields, "plan_id", "number", "state"]
    at = NewAct._fields.index("path")
    # In parts: a plan may have hundreds of thousands, and each row takes memory twice.
    for start in range(0, len(rows), _AT_ONCE):
        values = []
        for number, one in enumerate(rows[start : start + _AT_ONCE], start + 1):
            values.append((*one[:at], encode_path(one.path), *one[at + 1 :], plan_id, number, "planned"))
        write_many(conn, insert(act), names, values)


def acts_of(
    conn: Connection, plan_id: int, states: Iterable[ActState] = (), after: int = 0, limit: int | None = None
) -> list[Act]:
    """Return acts of a plan in their order, beyond number `after`; with `states`, only those in one of them."""
    where = and_(act.c.plan_id == plan_id, act.c.number > after)
    wanted = list(states)
    if wanted:
        where = and_(where, act.c.state.in_(wanted))
    return [_act(row) for row in conn.execute(_acts().where(where).order_by(act.c.number).limit(limit))]


def planned_acts(conn: Connection, plan_id: int) -> Iterator[NewAct] | None:
    """Give the acts of a plan as they were made, in their order; None where a path was blanked since."""
    blanked = select(act.c.id).where(and_(act.c.plan_id == plan_id, act.c.path.is_(None))).limit(1)
    if conn.execute(blanked).first() is not None:
        return None
    columns = [act.c[name] for name in NewAct._fields]
    rows = conn.execute(select(*columns).where(act.c.plan_id == plan_id).order_by(act.c.number))
    return (NewAct(**dict(row._mapping) | {"path": decode_path(row.path)}) for row in rows)


def open_acts(conn: Connection) -> list[Act]:
    """Return acts that were intended and are not over, in all plans: what a start after a crash must look at first."""
    where = act.c.state.in_(("intended", "failed", "unknown"))
    return [_act(row) for row in conn.execute(_acts().where(where).order_by(act.c.plan_id, act.c.number))]


def recoverable(conn: Connection, day: str) -> list[Act]:
    """Return done acts that a provider could still undo on a day."""
    where = and_(act.c.state == "done", act.c.recoverable_until >= day)
    return [_act(row) for row in conn.execute(_acts().where(where).order_by(act.c.recoverable_until, act.c.id))]


def recoverable_until(conn: Connection, day: str) -> list[Act]:
    """Return deletions whose last day for bringing them back lies before a day, and that no later act has emptied out."""
    emptied = act.alias("emptied")
    # The same version of the same file in the same store: whatever the trash calls it.
    same = and_(
        emptied.c.store_id == act.c.store_id,
        emptied.c.act == "empty",
        emptied.c.state != "refused",
        emptied.c.identity == act.c.identity,
        emptied.c.version == act.c.version,
    )
    where = and_(act.c.act == "delete", act.c.state == "done", act.c.recoverable_until < day)
    query = _acts().where(and_(where, ~select(emptied.c.id).where(same).exists()))
    return [_act(row) for row in conn.execute(query.order_by(act.c.id))]


def past_recovery(conn: Connection, day: str) -> list[Act]:
    """Return acts of erasures that a provider said it could undo until a day before this one: it is to be asked again."""
    where = and_(plan.c.kind == "erasure", act.c.state == "done", act.c.recoverable_until < day)
    query = _acts().join(plan, plan.c.id == act.c.plan_id).where(where).order_by(act.c.id)
    return [_act(row) for row in conn.execute(query)]


def record_asked_again(conn: Connection, one: Act, day: str, until: str | None) -> None:
    """Write what a provider answered on a day: until when it could still bring it back, None where it can't."""
    proof = (one.proof or {}) | {"asked_again": {"on": day, "recoverable_until": until}}
    conn.execute(update(act).where(act.c.id == one.id).values(proof=_as_text(proof), recoverable_until=until))


def count_states(conn: Connection, plan_id: int) -> dict[str, int]:
    """Return how many acts of a plan are in each state."""
    query = select(act.c.state, func.count()).where(act.c.plan_id == plan_id).group_by(act.c.state)
    return dict(conn.execute(query).all())


def intend(conn: Connection, act_id: int, at: int, entry: int, proof: Mapping[str, Any] | None = None) -> None:
    """Record that an act is about to be carried out; `entry` is its intent in the ledger, `proof` why it may be.

    Raises ActMoved.
    """
    _move(conn, act_id, "intended", intended_at=at, intent=entry, proof=_as_text(proof), ended_at=None, problem=None)


def finish(
    conn: Connection,
    act_id: int,
    to: ActState,
    at: int,
    *,
    entry: int | None = None,
    proof: Mapping[str, Any] | None = None,
    problem: str | None = None,
    recoverable_until: str | None = None,
) -> None:
    """Record how an act ended; `entry` is its outcome in the ledger. Without a `proof` the one it has stays.

    Raises ActMoved.
    """
    values: dict[str, Any] = {"ended_at": at, "outcome": entry, "problem": problem, "recoverable_until": recoverable_until}
    if proof is not None:
        values["proof"] = _as_text(proof)
    _move(conn, act_id, to, **values)


def blank_paths(conn: Connection, plan_id: int) -> None:
    """Take the paths out of a plan whose acts are over: folders are named after people. Hashes and proofs stay."""
    over = act.c.state.in_(("done", "refused"))
    conn.execute(update(act).where(and_(act.c.plan_id == plan_id, over)).values(path=None))


def _move(conn: Connection, act_id: int, to: ActState, **values: Any) -> None:
    before = [state for state, after in STEPS.items() if to in after]
    where = and_(act.c.id == act_id, act.c.state.in_(before))
    if conn.execute(update(act).where(where).values(state=to, **values)).rowcount != 1:
        raise ActMoved(act_id, to)


def _as_text(proof: Mapping[str, Any] | None) -> str | None:
    return None if proof is None else json.dumps(dict(proof), ensure_ascii=True, sort_keys=True)


def _acts() -> Any:
    return select(act, store.c.name.label("store")).join(store, store.c.id == act.c.store_id)


def _act(row: Row[Any]) -> Act:
    values = {name: getattr(row, name) for name in Act.__slots__}
    path = None if row.path is None else decode_path(row.path)
    return Act(**values | {"path": path, "proof": json.loads(row.proof) if row.proof else None})
