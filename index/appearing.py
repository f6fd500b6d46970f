"""Who is in which shoot: clients and whoever a list names, many shoots at a time, with what they are known by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from index.ledger_key import LedgerKey
from index.schema import appearance, client, client_spelling, content, copy, folder, participant, review, shoot

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Appearing:
    """Somebody in a shoot: its client, or a person whom a list names. `said_at` is when that list was first seen."""

    shoot_id: int
    name: str
    is_client: bool
    email: str | None = None
    phone: str | None = None
    minor: bool | None = None
    consent: str | None = None
    role: str | None = None
    said_at: int | None = None

    def contacts(self, key: LedgerKey) -> tuple[str, ...]:
        """Return the keyed hashes of address and number: each tells the person for certain."""
        return key.hashes(email=self.email, phone=self.phone)

    def hashes(self, key: LedgerKey) -> tuple[str, ...]:
        """Return the keyed hashes that the person is known by, the surest first: address, number, name."""
        return (*self.contacts(key), *key.hashes(name=self.name))


def appearing(conn: Connection, ids: Collection[int] | None = None) -> Iterator[Appearing]:
    """Yield who is in the shoots (in all where `ids` is None): clients first, each once by every spelling."""
    for part in _parts(ids):
        for row in conn.execute(_narrowed(_clients(), shoot.c.id, part)):
            yield Appearing(row.id, row.name, True)
        for row in conn.execute(_narrowed(_listed(), appearance.c.shoot_id, part)):
            minor = None if row.minor is None else bool(row.minor)
            yield Appearing(
                row.shoot_id, row.name, False, row.email, row.phone, minor, row.consent, row.role, row.first_seen_at
            )


def other_spellings(conn: Connection, name: str) -> list[str]:
    """Return every spelling of the clients who are shown by this name."""
    query = (
        select(client_spelling.c.spelling)
        .join(client, client.c.id == client_spelling.c.client_id)
        .where(client.c.name == name)
    )
    return sorted(set(conn.execute(query).scalars()))


def listed_shoots(conn: Connection, ids: Collection[int] | None = None) -> tuple[set[int], set[int]]:
    """Return the shoots that have a list of participants, and those of which some list is not read whole."""
    lists: set[int] = set()
    unread: set[int] = set()
    for part in _parts(ids):
        query = (
            select(folder.c.shoot_id, func.min(content.c.read).label("read"))
            .select_from(content.join(copy, copy.c.content_id == content.c.id).join(folder, folder.c.id == copy.c.folder_id))
            .where(content.c.kind == "l", copy.c.state != "m", folder.c.shoot_id.isnot(None))
            .group_by(folder.c.shoot_id)
        )
        for row in conn.execute(_narrowed(query, folder.c.shoot_id, part)):
            lists.add(row.shoot_id)
            if not row.read:
                unread.add(row.shoot_id)
        asked = (
            select(folder.c.shoot_id)
            .select_from(review.join(copy, copy.c.id == review.c.copy_id).join(folder, folder.c.id == copy.c.folder_id))
            .where(and_(review.c.kind == "list", review.c.settled_at.is_(None), folder.c.shoot_id.isnot(None)))
        )
        unread.update(conn.execute(_narrowed(asked, folder.c.shoot_id, part)).scalars())
    return lists, unread


def _clients() -> Select[Any]:
    return select(shoot.c.id, client.c.name).join(client, client.c.id == shoot.c.client_id).order_by(shoot.c.id)


def _listed() -> Select[Any]:
    columns = (appearance.c.shoot_id, participant.c.name, appearance.c.email, appearance.c.phone, appearance.c.minor)
    return (
        select(*columns, appearance.c.consent, appearance.c.role, content.c.first_seen_at)
        .join(participant, participant.c.id == appearance.c.participant_id)
        .join(copy, copy.c.id == appearance.c.copy_id)
        .outerjoin(content, content.c.id == copy.c.content_id)
        .order_by(appearance.c.shoot_id, appearance.c.id)
    )


def _narrowed(query: Select[Any], column: Any, ids: Sequence[int] | None) -> Select[Any]:
    return query if ids is None else query.where(column.in_(ids))


def _parts(ids: Collection[int] | None) -> Iterator[Sequence[int] | None]:
    if ids is None:
        yield None
        return
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def shoots_naming(
    conn: Connection, key: LedgerKey, hashes: Collection[str], ids: Collection[int] | None = None
) -> dict[str, set[int]]:
    """Return the shoots in which somebody is known by one of those keyed hashes, by hash."""
    found: dict[str, set[int]] = {}
    known: dict[tuple[Any, ...], list[str]] = {}
    for part in _parts(ids):
        for query, column in ((_clients(), shoot.c.id), (_contacts(), appearance.c.shoot_id)):
            for row in conn.execute(_narrowed(query, column, part)):
                # Most people are in several lines, and a keyed hash takes some microseconds.
                who = tuple(row)[1:]
                wanted = known.get(who)
                if wanted is None:
                    own = key.hashes(**dict(zip(("name", "email", "phone"), who, strict=False)))
                    wanted = known[who] = [hashed for hashed in own if hashed in hashes]
                for hashed in wanted:
                    found.setdefault(hashed, set()).add(row[0])
    return found


def _contacts() -> Select[Any]:
    columns = (appearance.c.shoot_id, participant.c.name, appearance.c.email, appearance.c.phone)
    return select(*columns).join(participant, participant.c.id == appearance.c.participant_id)
