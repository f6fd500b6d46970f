"""One content for the same bytes, wherever they lie and whoever said what their hash is.

Two descriptions are the same content if they have one size and one hash in common, and none that differ. What has no
kind of hash in common cannot be compared: it stays two contents until somebody knows both hashes; then they become one,
with all their copies. Bytes that were read here say more than a provider: their word takes the place of its.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Column, Connection, and_, bindparam, delete, func, insert, select, update

from index.bulk import select_in, write_many
from index.paths import join_path
from index.records import NewContent
from index.schema import content, copy, erased_md5, folder

_CHUNK = 500
_NAMES = NewContent._fields
HASHES = ("sha256", "dropbox_hash", "md5")
_SAID = ("captured_at", "offset_minutes", "camera_id", "width", "height", "duration_ms")
_FIRST_SEEN = _NAMES.index("first_seen_at")
_COLUMNS: tuple[Column[Any], ...] = tuple(content.c[name] for name in _NAMES)


@dataclass(slots=True)
class _Known:
    """A content that is known, or is about to be; the id in what is said of it means nothing."""

    id: int
    said: NewContent
    is_changed: bool = False


class Sieve(Protocol):
    """Says which values may have been met before, and remembers them all."""

    def sift(self, values: Iterable[bytes]) -> list[bytes]:
        """Return those that may be known."""
        ...


def all_hashes(conn: Connection) -> Iterator[bytes]:
    """Yield every hash of every content, of whatever kind."""
    for name in HASHES:
        yield from conn.execute(select(content.c[name]).where(content.c[name].isnot(None))).scalars()


def record_contents(
    conn: Connection, wanted: Sequence[NewContent], next_id: int, met: Sieve | None = None
) -> tuple[list[int], int]:
    """Return the id of each content, written, completed or put together as need be, and the next free id.

    The ids that `wanted` comes with mean nothing. Only the holder of the writer's turn may call this. `met` has met every
    hash that there is: then those that it never met need not be asked for.
    """
    book = _Book(conn, wanted, next_id, met)
    found = [book.take(each) for each in wanted]
    book.write()
    return [book.final(id) for id in found], book.next_id


class _Book:
    """The contents that may be meant, by each of their hashes."""

    def __init__(self, conn: Connection, wanted: Sequence[NewContent], next_id: int, met: Sieve | None) -> None:
        self.next_id = self._first_id = next_id
        self._conn = conn
        self._by_id: dict[int, _Known] = {}
        self._by_hash: dict[str, dict[bytes, list[_Known]]] = {name: {} for name in HASHES}
        self._maps = [(_NAMES.index(name), by_value) for name, by_value in self._by_hash.items()]
        self._merged: dict[int, int] = {}
        for said in _alike(conn, wanted, met):
            self._put(_Known(said.id, said))

    def take(self, new: NewContent) -> int:
        """Return the id of the content that this is."""
        alike = self._candidates(new)
        if not alike:
            known = _Known(self.next_id, new)
            self.next_id += 1
            self._put(known)
            return known.id
        # What was read here is never given up for what a provider says; else what has most to tell, else the first.
        alike.sort(key=lambda each: (not each.said.read, each.said.sha256 is None, each.id))
        keep = alike[0]
        for other in alike[1:]:
            self._complete(keep, other.said)
            del self._by_id[other.id]
            self._merged[other.id] = keep.id
        self._complete(keep, new)
        return keep.id

    def final(self, id: int) -> int:
        """Return what a content's id has become."""
        while id in self._merged:
            id = self._merged[id]
        return id

    def write(self) -> None:
        """Write everything, in an order in which no hash is ever there twice."""
        gone = [{"old": old, "now": self.final(old)} for old in self._merged if old < self._first_id]
        if gone:
            where = copy.c.content_id == bindparam("old")
            self._conn.execute(update(copy).where(where).values(content_id=bindparam("now")), gone)
            self._conn.execute(delete(content).where(content.c.id == bindparam("old")), [{"old": g["old"]} for g in gone])
        if changed := [each for each in self._by_id.values() if each.is_changed and each.id < self._first_id]:
            values: dict[str, Any] = {name: bindparam(name) for name in _NAMES[1:]}
            statement = update(content).where(content.c.id == bindparam("row")).values(values)
            write_many(self._conn, statement, ("row", *_NAMES[1:]), [_row(each) for each in changed])
        made = [_row(each) for each in self._by_id.values() if each.id >= self._first_id]
        write_many(self._conn, insert(content), _NAMES, made)

    def _candidates(self, new: NewContent) -> list[_Known]:
        found: dict[int, _Known] = {}
        for place, by_value in self._maps:
            value = new[place]
            if value is not None and value in by_value:
                for known in by_value[value]:
                    if known.id in self._by_id and _agree(known.said, new):
                        found[known.id] = known
        if not found:
            return []
        alike = list(found.values())
        if len(alike) > 1:
            # One MD5, several contents: which of them is meant cannot be told, so it is none of them.
            alike = [one for one in alike if all(_agree(one.said, other.said) for other in alike)]
        return alike

    def _complete(self, keep: _Known, said: NewContent) -> None:
        """Add what another description of the same bytes tells."""
        before = keep.said
        if said[1:_FIRST_SEEN] == before[1:_FIRST_SEEN] and not said.read and said.first_seen_at >= before.first_seen_at:
            # The same once more, as where one picture lies in several folders.
            return
        hashes = {name: getattr(said, name) for name in HASHES if getattr(before, name) is None}
        more: dict[str, Any] = {"first_seen_at": min(before.first_seen_at, said.first_seen_at)}
        if said.read and not before.read:
            more |= {name: getattr(said, name) for name in (*_SAID, "kind")} | {"read": True}
        elif not before.read:
            more |= {name: getattr(said, name) for name in _SAID if getattr(before, name) is None}
            more["kind"] = said.kind if before.kind == "o" else before.kind
        keep.said = before._replace(**hashes, **more)
        keep.is_changed = keep.is_changed or keep.said != before
        for name, value in hashes.items():
            if value is not None:
                self._by_hash[name].setdefault(value, []).append(keep)

    def _put(self, known: _Known) -> None:
        self._by_id[known.id] = known
        for place, by_value in self._maps:
            value: Any = known.said[place]
            if value is not None:
                by_value.setdefault(value, []).append(known)


def _row(known: _Known) -> tuple[Any, ...]:
    """Return the values of a content's row, in the order of `_NAMES`."""
    return (known.id, *known.said[1:-1], int(known.said.read))


def _agree(one: NewContent, other: NewContent) -> bool:
    """True where sizes are equal and no kind of hash that both have differs."""
    return one.size == other.size and all(
        None in (first := getattr(one, name), second := getattr(other, name)) or first == second for name in HASHES
    )


def _alike(conn: Connection, wanted: Sequence[NewContent], met: Sieve | None) -> Iterator[NewContent]:
    """Yield every content once that has a hash in common with one of those wanted."""
    seen: set[int] = set()
    for name in HASHES:
        values = list(dict.fromkeys(value for each in wanted if (value := getattr(each, name)) is not None))
        asked = [(value,) for value in (values if met is None else met.sift(values))]
        for row in select_in(conn, select(*_COLUMNS), [content.c[name]], asked):
            if row[0] not in seen:
                seen.add(row[0])
                yield NewContent(*row)


def hashes_of_copy(conn: Connection, copy_id: int) -> dict[str, bytes | None]:
    """Return the hashes that are known of a copy's content, by the names of the columns."""
    columns = [content.c[name] for name in HASHES]
    row = conn.execute(select(*columns).join(copy, copy.c.content_id == content.c.id).where(copy.c.id == copy_id)).first()
    return dict(zip(HASHES, row, strict=True)) if row else dict.fromkeys(HASHES)


def add_md5(conn: Connection, found: Sequence[tuple[bytes, bytes]]) -> None:
    """Write (SHA-256, MD5) of contents that were read; what was known by its MD5 alone becomes one with them."""
    md5s = dict(found)
    values = list(md5s)
    known: list[NewContent] = []
    for start in range(0, len(values), _CHUNK):
        for row in conn.execute(select(*_COLUMNS).where(content.c.sha256.in_(values[start : start + _CHUNK]))):
            said = NewContent(*row)
            known.append(said._replace(md5=md5s[bytes(row.sha256)]))
    first_free = conn.execute(select(func.coalesce(func.max(content.c.id), 0))).scalar_one() + 1
    record_contents(conn, known, int(first_free))


@dataclass(frozen=True, slots=True)
class Rereading:
    """A copy that was read before and is to be read again, since a hash of its content is wanted that was not made."""

    copy_id: int
    path: str
    size: int
    sha256: bytes
    modified_ns: int | None
    identity: str | None


def sizes_of_only_md5(conn: Connection) -> set[int]:
    """Return the sizes of the contents of which only an MD5 is known, or was known when they were erased.

    What has one of them needs its MD5 as well.
    """
    known = conn.execute(select(content.c.size).where(_only_md5(content)).distinct()).scalars()
    return {*known, *conn.execute(select(erased_md5.c.size).distinct()).scalars()}


def copies_without_md5(conn: Connection, store_id: int) -> list[Rereading]:
    """Return one hashed copy in the store for each content that may be one of which only the MD5 is known."""
    other = content.alias("other")
    query = (
        select(func.min(copy.c.id))
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(content, content.c.id == copy.c.content_id)
        .where(
            and_(
                folder.c.store_id == store_id,
                copy.c.state == "p",
                copy.c.known_by == "h",
                content.c.md5.is_(None),
                content.c.sha256.isnot(None),
                content.c.size.in_(select(other.c.size).where(_only_md5(other))),
            )
        )
        .group_by(copy.c.content_id)
    )
    rows = conn.execute(
        select(copy.c.id, folder.c.path, copy.c.name, content.c.size, content.c.sha256, copy.c.modified_ns, copy.c.identity)
        .join(folder, folder.c.id == copy.c.folder_id)
        .join(content, content.c.id == copy.c.content_id)
        .where(copy.c.id.in_(query))
        .order_by(folder.c.path, copy.c.name)
    )
    return [
        Rereading(row.id, join_path(row.path, row.name), row.size, bytes(row.sha256), row.modified_ns, row.identity)
        for row in rows
    ]


def _only_md5(table: Any) -> Any:
    return and_(table.c.md5.isnot(None), table.c.sha256.is_(None), table.c.dropbox_hash.is_(None))
