"""Taking erased persons and contents out of the index: their rows, and every name that only they gave a reason for."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from index import consents, disclosures, placements, search, shoots, spoken_of
from index.ledger_key import LedgerKey
from index.paths import decode_path, join_path
from index.people import forget_strangers
from index.schema import appearance, content, copy, folder, participant, posting, review, shoot, store

_CHUNK = 500
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was taken out, in numbers. `doubtful` appearances bear an erased name and somebody else's address."""

    appearances: int = 0
    contents: int = 0
    copies: int = 0
    shoots: int = 0
    doubtful: int = 0

    def __add__(self, other: Forgotten) -> Forgotten:
        return Forgotten(*(getattr(self, name) + getattr(other, name) for name in Forgotten.__slots__))


def forget_persons(conn: Connection, key: LedgerKey, persons: Collection[str]) -> Forgotten:
    """Take persons out of every list's reading. `persons` are keyed hashes of names, addresses and numbers.

    An address or number decides alone. A name alone decides only where the list gives neither: it may be a namesake.
    """
    if not persons:
        return Forgotten()
    gone: dict[int, int] = {}
    doubtful = 0
    query = select(
        appearance.c.id, appearance.c.shoot_id, appearance.c.email, appearance.c.phone, participant.c.name
    ).join(participant, participant.c.id == appearance.c.participant_id)
    for row in conn.execute(query):
        contact = key.hashes(email=row.email, phone=row.phone)
        if any(each in persons for each in contact):
            gone[row.id] = row.shoot_id
        elif any(each in persons for each in key.hashes(name=row.name)):
            if contact:
                doubtful += 1
            else:
                gone[row.id] = row.shoot_id
    for chunk in _chunks(sorted(gone)):
        conn.execute(delete(appearance).where(appearance.c.id.in_(chunk)))
    forget_strangers(conn)
    _forget_words(conn, set(gone.values()))
    for some in _chunks(sorted(persons)):
        consents.forget_names(conn, some)
        disclosures.forget_names(conn, some)
    return Forgotten(appearances=len(gone), doubtful=doubtful)


def forget_contents(conn: Connection, hashes: Sequence[bytes]) -> Forgotten:
    """Take contents out (by SHA-256 or Dropbox's hash), with their copies, and folders and shoots that are left empty."""
    ids = sorted({id for chunk in _chunks(hashes) for id in _content_ids(conn, chunk)})
    copies = [
        id
        for chunk in _chunks(ids)
        for id in conn.execute(select(copy.c.id).where(copy.c.content_id.in_(chunk))).scalars()
    ]
    return _forget(conn, copies, ids)


def forget_md5s(conn: Connection, key: LedgerKey, md5s: Mapping[str, int]) -> Forgotten:
    """Take out the contents whose MD5 (by its keyed hash, with the content's size) is one of these; then as before."""
    query = select(content.c.id, content.c.md5).where(content.c.md5.isnot(None))
    sizes = sorted(set(md5s.values()))
    rows = [row for some in _chunks(sizes) for row in conn.execute(query.where(content.c.size.in_(some)))]
    ids = sorted(row.id for row in rows if key.hash_md5(bytes(row.md5)) in md5s)
    copies = [
        id
        for chunk in _chunks(ids)
        for id in conn.execute(select(copy.c.id).where(copy.c.content_id.in_(chunk))).scalars()
    ]
    return _forget(conn, copies, ids)


def forget_copies(conn: Connection, copies: Sequence[int]) -> Forgotten:
    """Take copies out, and the contents of which none is left; then as `forget_contents`.

    For what lies elsewhere as well, and is somebody else's there.
    """
    ids: set[int] = set()
    for chunk in _chunks(sorted(set(copies))):
        wanted = select(copy.c.content_id).where(and_(copy.c.id.in_(chunk), copy.c.content_id.isnot(None)))
        ids.update(id for id in conn.execute(wanted).scalars() if id is not None)
    gone = set(copies)
    alone = []
    for chunk in _chunks(sorted(ids)):
        left = select(copy.c.content_id, copy.c.id).where(copy.c.content_id.in_(chunk))
        kept = {row.content_id for row in conn.execute(left) if row.id not in gone}
        alone += [id for id in chunk if id not in kept]
    return _forget(conn, sorted(gone), alone)


def forget_places(conn: Connection, key: LedgerKey, places: Collection[str]) -> Forgotten:
    """Take out the copies that lie at places (keyed hashes of store and path); then as `forget_copies`.

    Only an index restored from a backup needs it: every path is hashed once.
    """
    query = (
        select(copy.c.id, copy.c.name, folder.c.path, store.c.name.label("store"))
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(store, store.c.id == folder.c.store_id)
        .execution_options(yield_per=10_000)
    )
    folders: dict[tuple[str, bytes], bool] = {}

    def is_gone(store_name: str, path: bytes) -> bool:
        """Whether a folder, or one that it lies in, is such a place."""
        known = folders.get((store_name, path))
        if known is None:
            upper = path.rpartition(b"/")[0]
            known = key.hash_place(store_name, decode_path(path)) in places
            known = known or (upper != path and is_gone(store_name, upper))
            folders[(store_name, path)] = known
        return known

    gone = [
        row.id for row in conn.execute(query)
        if is_gone(row.store, bytes(row.path)) or key.hash_place(row.store, join_path(row.path, row.name)) in places
    ]  # fmt: skip
    return forget_copies(conn, gone)


def forget_folder(conn: Connection, store_id: int, path: str) -> Forgotten:
    """Take out what is recorded below a folder that has another name now, but for what lies there all the same."""
    at = os.fsencode(path)
    where = or_(folder.c.path == at, and_(folder.c.path >= at + b"/", folder.c.path < at + b"0"))
    ids = list(conn.execute(select(folder.c.id).where(and_(folder.c.store_id == store_id, where))).scalars())
    missing = [
        id for chunk in _chunks(ids)
        for id in conn.execute(select(copy.c.id).where(and_(copy.c.folder_id.in_(chunk), copy.c.state == "m"))).scalars()
    ]  # fmt: skip
    gone = forget_copies(conn, missing)
    touched = _shoots_of(conn, ids)
    _forget_empty_folders(conn, ids)
    return gone + _forget_empty_shoots(conn, sorted(touched))


def forget_emptied(conn: Connection, store_id: int, paths: Iterable[str]) -> Forgotten:
    """Take out the folders at these paths in which nothing is known any more, and those above them, with their shoots.

    A look while they still lay there, empty, may have recorded them anew.
    """
    wanted = sorted({os.fsencode(path) for path in paths})
    at = [and_(folder.c.store_id == store_id, folder.c.path.in_(some)) for some in _chunks(wanted)]
    ids = [id for where in at for id in conn.execute(select(folder.c.id).where(where)).scalars()]
    touched = _shoots_of(conn, ids)
    _forget_empty_folders(conn, ids)
    return _forget_empty_shoots(conn, sorted(touched))


def _forget(conn: Connection, copies: Sequence[int], contents: Sequence[int]) -> Forgotten:
    folders: set[int] = set()
    for chunk in _chunks(copies):
        folders.update(conn.execute(select(copy.c.folder_id).where(copy.c.id.in_(chunk))).scalars())
    lists = 0
    for chunk in _chunks(copies):
        lists += conn.execute(delete(appearance).where(appearance.c.copy_id.in_(chunk))).rowcount
        conn.execute(delete(review).where(review.c.copy_id.in_(chunk)))
        conn.execute(delete(copy).where(copy.c.id.in_(chunk)))
    for chunk in _chunks(contents):
        conn.execute(delete(content).where(content.c.id.in_(chunk)))
    if lists:
        forget_strangers(conn)
    touched = sorted(_shoots_of(conn, folders))
    _forget_words(conn, touched)
    _forget_empty_folders(conn, folders)
    left = _forget_empty_shoots(conn, touched)
    return Forgotten(lists, len(contents), len(copies), left.shoots)


def _forget_empty_shoots(conn: Connection, touched: Sequence[int]) -> Forgotten:
    empty = spoken_of.without_folders(conn, touched)
    clients = spoken_of.clients_of(conn, empty)
    placements.forget_addresses(conn, empty)
    _forget_words(conn, empty, at_once=True)
    spoken_of.let_go(conn, empty)
    for chunk in _chunks(empty):
        conn.execute(delete(review).where(review.c.shoot_id.in_(chunk)))
    shoots.remove_shoots(conn, empty)
    spoken_of.remove_clients(conn, clients)
    return Forgotten(shoots=len(empty))


def _content_ids(conn: Connection, hashes: Sequence[bytes]) -> list[int]:
    where = or_(content.c.sha256.in_(hashes), content.c.dropbox_hash.in_(hashes))
    return list(conn.execute(select(content.c.id).where(where)).scalars())


def _shoots_of(conn: Connection, folders: Collection[int]) -> set[int]:
    found: set[int] = set()
    for chunk in _chunks(sorted(folders)):
        found.update(
            id for id in conn.execute(select(folder.c.shoot_id).where(folder.c.id.in_(chunk))).scalars() if id is not None
        )
    return found


def _forget_words(conn: Connection, shoot_ids: Collection[int], *, at_once: bool = False) -> None:
    """Have the shoots' search words worked out anew, and take out those for people and files (or all) meanwhile."""
    for chunk in _chunks(sorted(shoot_ids)):
        # Capital letters are the fields' words without their dots.
        where: ColumnElement[bool] = posting.c.shoot_id.in_(chunk)
        if not at_once:
            where = and_(where, posting.c.field.in_(("p", "P", "f", "F")))
        words = set(conn.execute(select(posting.c.term_id).where(where)).scalars())
        conn.execute(delete(posting).where(where))
        search.remove_unused(conn, words)
        conn.execute(update(shoot).where(shoot.c.id.in_(chunk)).values(stale=1))


def _forget_empty_folders(conn: Connection, folders: Collection[int]) -> None:
    """Take out folders in which nothing is left, from the deepest up: their names are often a client's."""
    paths = [
        (row.store_id, bytes(row.path))
        for chunk in _chunks(sorted(folders))
        for row in conn.execute(select(folder.c.store_id, folder.c.path).where(folder.c.id.in_(chunk)))
    ]
    above = {(store_id, each) for store_id, path in paths for each in _with_parents(path)}
    for store_id, path in sorted(above, key=lambda each: len(each[1]), reverse=True):
        row = conn.execute(
            select(folder.c.id).where(and_(folder.c.store_id == store_id, folder.c.path == path))
        ).first()
        if row is None or _holds_anything(conn, store_id, row.id, path):
            continue
        conn.execute(delete(review).where(review.c.folder_id == row.id))
        conn.execute(delete(folder).where(folder.c.id == row.id))


def _holds_anything(conn: Connection, store_id: int, folder_id: int, path: bytes) -> bool:
    if conn.execute(select(func.count()).select_from(copy).where(copy.c.folder_id == folder_id)).scalar():
        return True
    below = and_(folder.c.store_id == store_id, folder.c.path >= path + b"/", folder.c.path < path + b"0")
    return path == b"" or conn.execute(select(folder.c.id).where(below).limit(1)).first() is not None


def _with_parents(path: bytes) -> Iterable[bytes]:
    parts = path.split(b"/")
    return (b"/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _chunks(values: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
