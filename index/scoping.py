"""What a person's request is scoped by: clients in every spelling, everybody whom a list names, what lies where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, and_, func, select

from index.erased import md5s_erased
from index.ledger_key import LedgerKey
from index.paths import join_path
from index.schema import (
    appearance,
    client,
    client_spelling,
    content,
    copy,
    erased,
    erased_md5,
    folder,
    participant,
    shoot,
    store,
)

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client with every spelling met."""

    id: int
    name: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    """Somebody whom a list names, and where it does."""

    shoot_id: int
    copy_id: int
    store: str
    path: str
    place: str
    name: str
    email: str | None
    phone: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class Returned:
    """A copy of something erased that lies in a store."""

    copy_id: int
    store_id: int
    store: str
    path: str
    request: str


def clients(conn: Connection) -> list[ClientRow]:
    """Return all clients with their spellings."""
    spelled: dict[int, list[str]] = {}
    for row in conn.execute(select(client_spelling.c.client_id, client_spelling.c.spelling)):
        spelled.setdefault(row.client_id, []).append(row.spelling)
    query = select(client.c.id, client.c.name).order_by(client.c.id)
    return [
        ClientRow(row.id, row.name, tuple(dict.fromkeys((row.name, *sorted(spelled.get(row.id, ()))))))
        for row in conn.execute(query)
    ]


def shoots_of_clients(conn: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Return the client of each shoot of these clients, by shoot."""
    found: dict[int, int] = {}
    for some in _chunks(sorted(set(ids))):
        query = select(shoot.c.id, shoot.c.client_id).where(shoot.c.client_id.in_(some))
        found |= {row.id: row.client_id for row in conn.execute(query)}
    return found


def first_seen(conn: Connection, shoots: Iterable[int]) -> dict[int, int]:
    """Return when anything of each of these shoots was first seen, in seconds."""
    found: dict[int, int] = {}
    for some in _chunks(sorted(set(shoots))):
        query = (
            select(folder.c.shoot_id, func.min(content.c.first_seen_at).label("at"))
            .join(copy, copy.c.folder_id == folder.c.id)
            .join(content, content.c.id == copy.c.content_id)
            .where(folder.c.shoot_id.in_(some))
            .group_by(folder.c.shoot_id)
        )
        found |= {row.shoot_id: row.at for row in conn.execute(query)}
    return found


def people(conn: Connection) -> list[tuple[str, str | None, str | None]]:
    """Return every (name, address, number) that any list gives, each once."""
    columns = (participant.c.name, appearance.c.email, appearance.c.phone)
    query = select(*columns).join(participant, participant.c.id == appearance.c.participant_id).distinct()
    return [(row.name, row.email, row.phone) for row in conn.execute(query)]


def rows_naming(conn: Connection, names: Iterable[str]) -> list[ListRow]:
    """Return every place where a list names somebody of these names, as written."""
    found: list[ListRow] = []
    for some in _chunks(sorted(set(names))):
        found += _rows(conn, participant.c.name.in_(some))
    return found


def rows_of_twins(conn: Connection, rows: Sequence[ListRow]) -> list[ListRow]:
    """Return the same rows where they stand in other copies of the same list: each content was read once, in one place."""
    by_copy: dict[int, list[ListRow]] = {}
    for row in rows:
        by_copy.setdefault(row.copy_id, []).append(row)
    known = {(row.copy_id, row.place, row.name) for row in rows}
    read, twin = copy.alias("read"), copy.alias("twin")
    place = (folder.c.path, folder.c.shoot_id, store.c.name.label("store"))
    found = []
    for some in _chunks(sorted(by_copy)):
        query = (
            select(read.c.id.label("read"), twin.c.id, twin.c.name, *place)
            .join(twin, and_(twin.c.content_id == read.c.content_id, twin.c.id != read.c.id))
            .join(folder, folder.c.id == twin.c.folder_id)
            .join(store, store.c.id == folder.c.store_id)
            .where(and_(read.c.id.in_(some), twin.c.state != "m"))
            .order_by(twin.c.id)
        )
        for each in conn.execute(query):
            for one in by_copy[each.read]:
                if (each.id, one.place, one.name) not in known:
                    known.add((each.id, one.place, one.name))
                    path = join_path(each.path, each.name)
                    shoot_id = one.shoot_id if each.shoot_id is None else each.shoot_id
                    found.append(replace(one, copy_id=each.id, shoot_id=shoot_id, store=each.store, path=path))
    return found


def rows_of_shoots(conn: Connection, ids: Iterable[int]) -> list[ListRow]:
    """Return everybody whom a list of these shoots names."""
    found: list[ListRow] = []
    for some in _chunks(sorted(set(ids))):
        found += _rows(conn, appearance.c.shoot_id.in_(some))
    return found


def _rows(conn: Connection, where: object) -> list[ListRow]:
    columns = (
        appearance.c.shoot_id, appearance.c.copy_id, appearance.c.place, appearance.c.email, appearance.c.phone,
        appearance.c.role, participant.c.name, copy.c.name.label("file"), folder.c.path, store.c.name.label("store"),
    )  # fmt: skip
    query = (
        select(*columns)
        .join(participant, participant.c.id == appearance.c.participant_id)
        .join(copy, copy.c.id == appearance.c.copy_id)
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(store, store.c.id == folder.c.store_id)
        .where(and_(where, copy.c.state != "m"))  # type: ignore[arg-type]
        .order_by(appearance.c.id)
    )
    return [
        ListRow(
            row.shoot_id, row.copy_id, row.store, join_path(row.path, row.file), row.place, row.name, row.email, row.phone,
            row.role,
        )
        for row in conn.execute(query)
    ]  # fmt: skip


def shoots_with_names(conn: Connection, names: Iterable[str]) -> set[int]:
    """Return the shoots in whose lists these names stand."""
    return {row.shoot_id for row in rows_naming(conn, names)}


def returned(conn: Connection, key: LedgerKey | None, request: str | None = None) -> list[Returned]:
    """Return copies of erased contents that are recorded as being there; with `request`, of that case alone.

    What is known by its MD5 alone is recognised with the ledger's key.
    """
    found: dict[int, Returned] = {}
    for column in (content.c.sha256, content.c.dropbox_hash):
        query = (
            select(copy.c.id, copy.c.name, folder.c.path, folder.c.store_id, store.c.name.label("store"), erased.c.request)
            .join(content, content.c.id == copy.c.content_id)
            .join(erased, and_(erased.c.kind == "content", erased.c.hash == column))
            .join(folder, folder.c.id == copy.c.folder_id)
            .join(store, store.c.id == folder.c.store_id)
            .where(copy.c.state != "m")
        )
        if request is not None:
            query = query.where(erased.c.request == request)
        for row in conn.execute(query):
            path = join_path(row.path, row.name)
            found[row.id] = Returned(row.id, row.store_id, row.store, path, row.request or "")
    for each in _returned_by_md5(conn, key) if key is not None else ():
        if request is None or each.request == request:
            found.setdefault(each.copy_id, each)
    return sorted(found.values(), key=lambda each: (each.store_id, each.path))


def _returned_by_md5(conn: Connection, key: LedgerKey) -> list[Returned]:
    query = (
        select(copy.c.id, copy.c.name, folder.c.path, folder.c.store_id, store.c.name.label("store"), content.c.md5)
        .join(content, content.c.id == copy.c.content_id)
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(store, store.c.id == folder.c.store_id)
        .where(copy.c.state != "m", content.c.md5.isnot(None), content.c.size.in_(select(erased_md5.c.size)))
    )
    rows = [(row, bytes.fromhex(key.hash_md5(bytes(row.md5)))) for row in conn.execute(query)]
    known = md5s_erased(conn, (hashed for _, hashed in rows))
    return [
        Returned(row.id, row.store_id, row.store, join_path(row.path, row.name), known[hashed])
        for row, hashed in rows if hashed in known
    ]  # fmt: skip


def last_recorded(conn: Connection) -> int | None:
    """Return the latest instant at which a scan ended: the clock cannot be before it."""
    from index.schema import scan

    return conn.execute(select(func.max(scan.c.ended_at))).scalar()


def _chunks(values: Sequence[object]) -> Iterable[Sequence[object]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def files_of(conn: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Return how many copies of files each shoot has, by shoot."""
    found: dict[int, int] = {}
    for some in _chunks(sorted(set(ids))):
        query = (
            select(folder.c.shoot_id, func.count())
            .join(copy, copy.c.folder_id == folder.c.id)
            .where(and_(folder.c.shoot_id.in_(some), copy.c.state != "m"))
            .group_by(folder.c.shoot_id)
        )
        found |= dict(conn.execute(query).all())
    return found
