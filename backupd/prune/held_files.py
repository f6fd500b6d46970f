"""Which files of a shoot stay because some of its files are held: these, their families, and what may be the same bytes.

A hold that is limited to files leaves the rest of its shoot to the ordinary rules. Where not all of its files are known
here (`retaining.limited_to`), it holds its whole shoot and is none of this module's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backupd.policy.families import family_of
from index.holds import Hold
from index.prunable import Place, places_of, roots_of

_RULES = {
    "legal": "hold_legal",
    "restriction": "hold_restriction",
    "objection": "hold_restriction",
    "open_request": "hold_open_request",
    "pin": "pin",
}
"""The decision table's codes by kind of hold, in the table's order."""


@dataclass(frozen=True, slots=True)
class Staying:
    """What stays of one shoot: copies by id, the same by (store, path), and the held bytes by their hashes."""

    rule: str = ""
    why: str = ""
    copies: frozenset[int] = frozenset()
    paths: frozenset[tuple[int, str]] = frozenset()
    hashes: frozenset[bytes] = frozenset()

    def keeps(self, store_id: int, path: str | None, hashes: Iterable[bytes | None]) -> bool:
        """Whether what lies there, or these bytes wherever they lie, stay."""
        return (store_id, path or "") in self.paths or any(each in self.hashes for each in hashes if each is not None)


NOTHING = Staying()


def staying_of(conn: Connection, shoot_id: int, held: Sequence[tuple[Hold, frozenset[bytes]]]) -> Staying:
    """Return what stays of a shoot for holds on some files, each with the hashes of what it is limited to."""
    if not held:
        return NOTHING
    hashes = frozenset().union(*(each for _, each in held))
    places = places_of(conn, shoot_id)
    mine = [place for place in places if _is_held(place, hashes)]
    by_size: dict[int, list[Place]] = {}
    for place in mine:
        by_size.setdefault(place.size, []).append(place)
    maybe = [place for place in places if any(_may_be(place, other) for other in by_size.get(place.size, ()))]
    roots = roots_of(conn, shoot_id)
    # A family is told by its path within the shoot: the picture may lie in one store, its sidecar in another.
    families = {_family(place, roots) for place in (*mine, *maybe)}
    staying = [place for place in places if _family(place, roots) in families]
    kinds = [kind for kind in _RULES if any(one.kind == kind for one, _ in held)]
    contents = {place.content_id for place in mine}
    why = f"{len(contents)} of its files are held by {', '.join(kinds)}, and stay with what belongs to them"
    return Staying(
        _RULES[kinds[0]],
        why,
        frozenset(place.copy_id for place in staying),
        frozenset((place.store_id, place.path) for place in staying),
        hashes,
    )


def _is_held(place: Place, hashes: Collection[bytes]) -> bool:
    return any(each in hashes for each in (place.sha256, place.dropbox_hash) if each is not None)


def _may_be(place: Place, other: Place) -> bool:
    """Whether two copies of one size may be the same bytes: nobody knows hashes of one kind of both."""
    pairs = ((place.sha256, other.sha256), (place.dropbox_hash, other.dropbox_hash), (place.md5, other.md5))
    return not any(one is not None and its is not None for one, its in pairs)


def _family(place: Place, roots: Collection[tuple[int, str]]) -> str:
    folders = [path for store_id, path in roots if store_id == place.store_id and place.path.startswith(f"{path}/")]
    within = max(folders, key=len, default="")
    return family_of(place.path[len(within) + 1 :] if within else place.path)
