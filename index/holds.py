"""Holds: stops on deletion, by shoot or by person. A hold ends only by being released, never by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from index.ledger_line import Draft
from index.schema import hold
from index.scopes import NO_SCOPE, Scope

_UNTOLD = "its wording was lost with the index; the ledger has no more than that it was put"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold. `shoot_hash` and `person` are keyed hashes; `shoot_id` is None while its shoot is not in the index.

    `files` says to how many files it is limited, None where it holds all that it is about; `index.scopes` has which.
    """

    uid: str
    kind: str
    opened_at: int
    opened_by: str
    reason: str
    owner: str
    ground: str | None = None
    shoot_id: int | None = None
    shoot_hash: str | None = None
    person: str | None = None
    request: str | None = None
    review_on: str | None = None
    announced_at: int | None = None
    released_at: int | None = None
    released_by: str | None = None
    release_reason: str | None = None
    files: int | None = None


def drafts(one: Hold, limits: Scope = NO_SCOPE) -> list[Draft]:
    """Return the ledger's entries for a new hold. Its reason stays in the index: people write names into it."""
    who = [("shoot", one.shoot_hash), ("person", one.person), *(("alias", each) for each in sorted(limits.persons))]
    subjects = tuple(each for _, each in who if each)
    words = {"hold": one.uid, "hold_kind": one.kind, "scope": "+".join(word for word, each in who if each)}
    optional = {"ground": one.ground, "request": one.request, "review_on": one.review_on}
    words |= {key: value for key, value in optional.items() if value}
    numbers = {} if one.files is None else {"files": one.files}
    return [
        Draft("hold", one.opened_at, one.opened_by, subjects, part, numbers, words, rule=f"hold_{one.kind}")
        for part in limits.parts()
    ]


def limits_in(draft: Draft) -> Scope:
    """Return what an entry of the ledger limits its hold to."""
    named = zip(draft.words["scope"].split("+"), draft.subjects, strict=True)
    contents = frozenset(bytes.fromhex(each) for each in draft.contents)
    return Scope(contents, frozenset(each for word, each in named if word == "alias"))


def from_draft(draft: Draft) -> Hold:
    """Return the hold that an entry of the ledger tells of."""
    scope = dict(zip(draft.words["scope"].split("+"), draft.subjects, strict=True))
    return Hold(
        draft.words["hold"],
        draft.words["hold_kind"],
        draft.at,
        draft.by,
        reason=_UNTOLD,
        owner=draft.by,
        ground=draft.words.get("ground"),
        shoot_hash=scope.get("shoot"),
        person=scope.get("person"),
        request=draft.words.get("request"),
        review_on=draft.words.get("review_on"),
        files=draft.numbers.get("files"),
    )


def release_drafted(uid: str, at: int, by: str) -> Draft:
    """Return the ledger's entry for the end of a hold."""
    return Draft("released", at, by, words={"hold": uid}, rule="hold_released")


def add(conn: Connection, one: Hold) -> None:
    """Write a hold; one that is there already stays as it is."""
    if get(conn, one.uid) is None:
        conn.execute(insert(hold).values({name: getattr(one, name) for name in Hold.__slots__}))


def get(conn: Connection, uid: str) -> Hold | None:
    """Return a hold, released or not, or None."""
    row = conn.execute(select(hold).where(hold.c.uid == uid)).first()
    return None if row is None else _hold(row)


def announce(conn: Connection, uid: str, at: int) -> None:
    """Record that the person was told of the coming end of a restriction (GDPR art. 18(3))."""
    conn.execute(update(hold).where(and_(hold.c.uid == uid, hold.c.announced_at.is_(None))).values(announced_at=at))


def announce_back(conn: Connection, uid: str) -> None:
    """Take an announcement back: the hold is to stay after all."""
    conn.execute(update(hold).where(hold.c.uid == uid).values(announced_at=None))


def release(conn: Connection, uid: str, at: int, by: str, reason: str | None = None) -> bool:
    """End a hold; False where there is none that is active."""
    where = and_(hold.c.uid == uid, hold.c.released_at.is_(None))
    ended = conn.execute(update(hold).where(where).values(released_at=at, released_by=by, release_reason=reason))
    return ended.rowcount == 1


def active(conn: Connection, *, but_of: str | None = None) -> list[Hold]:
    """Return every hold that is not released, oldest first; with `but_of`, without those of that case."""
    query = select(hold).where(hold.c.released_at.is_(None)).order_by(hold.c.opened_at, hold.c.id)
    if but_of is not None:
        query = query.where(or_(hold.c.request.is_(None), hold.c.request != but_of))
    return [_hold(row) for row in conn.execute(query)]


def ever(conn: Connection) -> list[Hold]:
    """Return every hold that was ever put, oldest first."""
    return [_hold(row) for row in conn.execute(select(hold).order_by(hold.c.opened_at, hold.c.id))]


def active_on(conn: Connection, shoot_ids: Sequence[int], persons: Sequence[str] = ()) -> list[Hold]:
    """Return the active holds on any of these shoots or persons."""
    where = and_(hold.c.released_at.is_(None), or_(hold.c.shoot_id.in_(shoot_ids), hold.c.person.in_(persons)))
    return [_hold(row) for row in conn.execute(select(hold).where(where).order_by(hold.c.opened_at, hold.c.id))]


def of_shoot(conn: Connection, shoot_id: int) -> list[Hold]:
    """Return all holds that a shoot has and had, oldest first."""
    query = select(hold).where(hold.c.shoot_id == shoot_id).order_by(hold.c.opened_at, hold.c.id)
    return [_hold(row) for row in conn.execute(query)]


def unattached(conn: Connection) -> list[Hold]:
    """Return active holds whose shoot is not in this index: while there is one, nobody knows what it protects."""
    where = and_(hold.c.released_at.is_(None), hold.c.shoot_id.is_(None), hold.c.shoot_hash.isnot(None))
    return [_hold(row) for row in conn.execute(select(hold).where(where))]


def _hold(row: Row[Any]) -> Hold:
    return Hold(**{name: getattr(row, name) for name in Hold.__slots__})
