"""Who was given what: exports, links, letters. Recipients must be told of erasures and corrections (GDPR art. 19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from index.schema import disclosure


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One handing over. `person` is the recipient's keyed hash, `name` how they are shown.

    Of a link, `store` names where it leads, `link` is the store's own name of it, `ref` and `version` the file that was
    put there for it; `enforced` is whether the provider ends it.
    """

    shoot_id: int | None
    person: str | None
    name: str | None
    channel: str
    files: int
    size: int
    given_at: int
    given_by: str
    address: str | None = None
    request: str | None = None
    manifest_sha256: bytes | None = None
    ends_at: int | None = None
    ended_at: int | None = None
    told_at: int | None = None
    store: str | None = None
    link: str | None = None
    ref: str | None = None
    version: str | None = None
    reason: str | None = None
    enforced: bool | None = None
    id: int = 0


def add(conn: Connection, one: Disclosure) -> int:
    """Write a disclosure; return its id."""
    values = {name: getattr(one, name) for name in Disclosure.__slots__ if name != "id"}
    values["enforced"] = None if one.enforced is None else int(one.enforced)
    return int(conn.execute(insert(disclosure).values(values)).inserted_primary_key[0])  # type: ignore[index]


def get(conn: Connection, id: int) -> Disclosure | None:
    """Return a disclosure, or None."""
    row = conn.execute(select(disclosure).where(disclosure.c.id == id)).first()
    return None if row is None else _disclosure(row)


def ever(conn: Connection) -> list[Disclosure]:
    """Return every disclosure, oldest first."""
    query = select(disclosure).order_by(disclosure.c.given_at, disclosure.c.id)
    return [_disclosure(row) for row in conn.execute(query)]


def concerning(conn: Connection, shoot_ids: Sequence[int] = (), persons: Sequence[str] = ()) -> list[Disclosure]:
    """Return what was given of these shoots or to these persons, oldest first."""
    where = or_(disclosure.c.shoot_id.in_(shoot_ids), disclosure.c.person.in_(persons))
    query = select(disclosure).where(where).order_by(disclosure.c.given_at, disclosure.c.id)
    return [_disclosure(row) for row in conn.execute(query)]


def of_request(conn: Connection, request: str) -> list[Disclosure]:
    """Return what was given under a case, oldest first."""
    query = select(disclosure).where(disclosure.c.request == request).order_by(disclosure.c.given_at, disclosure.c.id)
    return [_disclosure(row) for row in conn.execute(query)]


def open_links(conn: Connection, due_at: int) -> list[Disclosure]:
    """Return what was to end by `due_at` and is not known to have ended."""
    where = and_(disclosure.c.ends_at <= due_at, disclosure.c.ended_at.is_(None))
    return [_disclosure(row) for row in conn.execute(select(disclosure).where(where).order_by(disclosure.c.ends_at))]


def links(conn: Connection, *, ended: bool = False) -> list[Disclosure]:
    """Return every link that was given, once each, oldest first; those that have ended only if asked for."""
    query = select(disclosure).where(disclosure.c.link.isnot(None)).order_by(disclosure.c.id.desc())
    rows = conn.execute(query if ended else query.where(disclosure.c.ended_at.is_(None)))
    # A link that leads to several shoots has a row for each: the first one stands for it.
    once = {(row.store, row.link): row for row in rows}
    return sorted((_disclosure(row) for row in once.values()), key=lambda one: one.id)


def complete_link(
    conn: Connection, store: str, link: str, *, replace_with: str, address: str, enforced: bool
) -> None:
    """Write what a store answered when it made the link, in place of the mark that was registered before."""
    where = and_(disclosure.c.store == store, disclosure.c.link == link)
    values = {"link": replace_with, "address": address, "enforced": int(enforced)}
    conn.execute(update(disclosure).where(where).values(values))


def end_link(conn: Connection, store: str, link: str, at: int) -> None:
    """Record that a link works no more, for every shoot that it leads to."""
    where = and_(disclosure.c.store == store, disclosure.c.link == link, disclosure.c.ended_at.is_(None))
    conn.execute(update(disclosure).where(where).values(ended_at=at))


def end(conn: Connection, id: int, at: int) -> None:
    """Record that a link works no more."""
    conn.execute(update(disclosure).where(and_(disclosure.c.id == id, disclosure.c.ended_at.is_(None))).values(ended_at=at))


def tell(conn: Connection, id: int, at: int) -> None:
    """Record that the recipient was told."""
    conn.execute(update(disclosure).where(disclosure.c.id == id).values(told_at=at))


def forget_names(conn: Connection, persons: Sequence[str]) -> None:
    """Take the names of erased recipients out; that something was given stays."""
    where = disclosure.c.person.in_(persons)
    conn.execute(update(disclosure).where(where).values(name=None, address=None, reason=None))


def _disclosure(row: Row[Any]) -> Disclosure:
    values = {name: getattr(row, name) for name in Disclosure.__slots__}
    return Disclosure(**values | {"enforced": None if row.enforced is None else bool(row.enforced)})
