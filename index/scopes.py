"""What a hold or a consent is limited to, and what else the person behind it is known as. As hashes, never names.

A content is named by each of its hashes of 32 bytes, so that it is found again whichever of them is known later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, and_, insert, or_, select

from index.schema import content, scope

_CHUNK = 500
MOST_IN_ENTRY = 400
"""As many hashes as one entry of the ledger has room for, with something to spare."""

Kind = Literal["content", "person"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Contents that it is limited to (none: it is not limited), and further keyed hashes of its person."""

    contents: frozenset[bytes] = frozenset()
    persons: frozenset[str] = frozenset()

    def parts(self) -> list[tuple[str, ...]]:
        """Return the contents' hashes as hex, in as many parts as the ledger needs entries; at least one part."""
        hexes = sorted(each.hex() for each in self.contents)
        return [tuple(hexes[start : start + MOST_IN_ENTRY]) for start in range(0, max(len(hexes), 1), MOST_IN_ENTRY)]


NO_SCOPE = Scope()


def add(conn: Connection, uid: str, one: Scope) -> None:
    """Write what a hold or a consent is limited to; what is written already stays."""
    for kind, hashes in (("content", one.contents), ("person", {bytes.fromhex(each) for each in one.persons})):
        where = and_(scope.c.uid == uid, scope.c.kind == kind)
        known = {bytes(each) for each in conn.execute(select(scope.c.hash).where(where)).scalars()}
        fresh = sorted(set(hashes) - known)
        if fresh:
            conn.execute(insert(scope), [{"uid": uid, "kind": kind, "hash": each} for each in fresh])


def scopes(conn: Connection, uids: Collection[str]) -> dict[str, Scope]:
    """Return the scopes of holds or consents, by uid; those that have none are not in it."""
    found: dict[str, dict[str, set[bytes]]] = {}
    for chunk in _chunks(sorted(uids)):
        query = select(scope.c.uid, scope.c.kind, scope.c.hash).where(scope.c.uid.in_(chunk))
        for row in conn.execute(query):
            found.setdefault(row.uid, {"content": set(), "person": set()})[row.kind].add(bytes(row.hash))
    return {
        uid: Scope(frozenset(kinds["content"]), frozenset(each.hex() for each in kinds["person"]))
        for uid, kinds in found.items()
    }


def content_ids(conn: Connection, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """Return the contents in this index that have those hashes, by hash."""
    found: dict[bytes, int] = {}
    for chunk in _chunks(sorted(set(hashes))):
        where = or_(content.c.sha256.in_(chunk), content.c.dropbox_hash.in_(chunk))
        wanted = set(chunk)
        for row in conn.execute(select(content.c.id, content.c.sha256, content.c.dropbox_hash).where(where)):
            for each in (row.sha256, row.dropbox_hash):
                if each is not None and bytes(each) in wanted:
                    found[bytes(each)] = row.id
    return found


def hashes_of(conn: Connection, ids: Collection[int]) -> dict[int, frozenset[bytes]]:
    """Return the hashes of 32 bytes that contents are known by, by id; empty where only an MD5 is known."""
    found: dict[int, frozenset[bytes]] = {}
    for chunk in _chunks(sorted(ids)):
        query = select(content.c.id, content.c.sha256, content.c.dropbox_hash).where(content.c.id.in_(chunk))
        for row in conn.execute(query):
            found[row.id] = frozenset(bytes(each) for each in (row.sha256, row.dropbox_hash) if each is not None)
    return found


def _chunks(values: Sequence) -> Iterable[Sequence]:  # type: ignore[type-arg]
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
