"""What was erased, as hashes: what comes back is recognised by them, and a restored index is cleaned by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from index.ledger_line import Draft, Entry
from index.schema import erased, erased_md5

_CHUNK = 500
PLACES = "places"
MD5 = "md5"
TEXTS = "texts"
FORGOTTEN = "contact_5y"
"""Stands in place of a case where a contact was forgotten after its time, without anybody having asked."""
MOST_IN_ENTRY = 400
"""As many hashes as one entry of the ledger has room for, with something to spare."""


def drafts(
    persons: Sequence[str], contents: Sequence[bytes], at: int, by: str, *, request: str, rule: str
) -> list[Draft]:
    """Return the ledger's entries for an erasure: keyed hashes of persons, SHA-256 or Dropbox's hash of contents."""
    hexes = [each.hex() for each in contents]
    parts = range(0, max(len(persons), len(hexes), 1), MOST_IN_ENTRY)
    return [
        Draft(
            "erased",
            at,
            by,
            tuple(persons[start : start + MOST_IN_ENTRY]),
            tuple(hexes[start : start + MOST_IN_ENTRY]),
            words={"request": request},
            rule=rule,
        )
        for start in parts
    ]


def place_drafts(places: Sequence[str], at: int, by: str, *, request: str, rule: str) -> list[Draft]:
    """Return the ledger's entries for what went from a place (keyed hashes) while the same bytes stay elsewhere."""
    words = {"request": request, "about": PLACES}
    parts = range(0, len(places), MOST_IN_ENTRY)
    return [Draft("erased", at, by, tuple(places[start : start + MOST_IN_ENTRY]), words=words, rule=rule) for start in parts]


def text_drafts(texts: Sequence[str], at: int, by: str, *, request: str, rule: str) -> list[Draft]:
    """Return the ledger's entries for what was written and named somebody erased: keyed hashes of the texts as they were."""
    words = {"request": request, "about": TEXTS}
    parts = range(0, len(texts), MOST_IN_ENTRY)
    return [Draft("erased", at, by, tuple(texts[start : start + MOST_IN_ENTRY]), words=words, rule=rule) for start in parts]


def md5_drafts(sizes: Mapping[str, int], at: int, by: str, *, request: str, rule: str) -> list[Draft]:
    """Return the ledger's entries for contents of which an MD5 is known: keyed hashes of it, with the contents' sizes.

    An MD5 stands nowhere as it is: unlike a SHA-256 it may be all that a store attests, and is made up easily.
    """
    words = {"request": request, "about": MD5}
    known = sorted(sizes.items())
    parts = range(0, len(known), MOST_IN_ENTRY)
    some = (dict(known[start : start + MOST_IN_ENTRY]) for start in parts)
    return [Draft("erased", at, by, numbers=each, words=words, rule=rule) for each in some]


def is_about_md5(draft: Draft) -> bool:
    """Whether an entry is about contents by the keyed hashes of their MD5."""
    return draft.words.get("about") == MD5


def is_about_texts(draft: Draft) -> bool:
    """Whether an entry's subjects are texts, not persons."""
    return draft.words.get("about") == TEXTS


def is_about_places(draft: Draft) -> bool:
    """Whether an entry's subjects are places, not persons."""
    return draft.words.get("about") == PLACES


def add(conn: Connection, entry: Entry) -> None:
    """Write what an entry of the ledger says is erased; what is known as erased already stays as it is."""
    draft, sequence = entry.draft, entry.sequence
    if is_about_places(draft) or is_about_texts(draft):
        return
    if is_about_md5(draft):
        _add_md5(conn, entry)
        return
    values = {"request": draft.words.get("request"), "erased_at": draft.at, "sequence": sequence}
    for kind, hexes in (("person", draft.subjects), ("content", draft.contents)):
        hashes = {bytes.fromhex(each) for each in hexes}
        if values["request"] != FORGOTTEN:
            # Whoever was merely forgotten before, and has asked now, is erased on request from now on.
            _take_over(conn, kind, hashes, values)
        fresh = sorted(hashes - _known(conn, kind, hashes))
        if fresh:
            conn.execute(insert(erased), [values | {"kind": kind, "hash": each} for each in fresh])


def _add_md5(conn: Connection, entry: Entry) -> None:
    draft = entry.draft
    values = {"request": draft.words.get("request"), "erased_at": draft.at, "sequence": entry.sequence}
    sizes = {bytes.fromhex(each): size for each, size in draft.numbers.items()}
    fresh = sorted(sizes.keys() - md5s_erased(conn, sizes).keys())
    if fresh:
        conn.execute(insert(erased_md5), [values | {"hash": each, "size": sizes[each]} for each in fresh])


def _take_over(conn: Connection, kind: str, hashes: Iterable[bytes], values: Mapping[str, Any]) -> None:
    wanted = sorted(hashes)
    for start in range(0, len(wanted), _CHUNK):
        where = and_(erased.c.kind == kind, erased.c.hash.in_(wanted[start : start + _CHUNK]), erased.c.request == FORGOTTEN)
        conn.execute(update(erased).where(where).values(**values))


def erased_contents(conn: Connection, hashes: Iterable[bytes]) -> set[bytes]:
    """Return those of the contents (by SHA-256 or Dropbox's hash) that were erased and must not come back."""
    return _known(conn, "content", hashes)


def md5s_erased(conn: Connection, hashes: Iterable[bytes]) -> dict[bytes, str]:
    """Return the case under which each of the contents (by keyed hash of the MD5) was erased, of those that were."""
    wanted = sorted(set(hashes))
    found: dict[bytes, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(erased_md5.c.hash, erased_md5.c.request)
        rows = conn.execute(query.where(erased_md5.c.hash.in_(wanted[start : start + _CHUNK])))
        found.update({bytes(row.hash): row.request or "" for row in rows})
    return found


def erased_persons(conn: Connection, hashes: Iterable[str], request: str | None = None) -> set[str]:
    """Return those of the persons (by keyed hash) that were erased; with `request`, under that case alone."""
    return {each.hex() for each in _known(conn, "person", (bytes.fromhex(each) for each in hashes), request)}


def request_of_persons(conn: Connection, hashes: Sequence[str]) -> str | None:
    """Return the latest case under which one of these persons (keyed hashes) was erased, or None.

    Who was forgotten because nobody had heard of them for years is under none: they may come back as a client.
    """
    hashed = [bytes.fromhex(each) for each in hashes]
    where = and_(erased.c.kind == "person", erased.c.hash.in_(hashed), erased.c.request != FORGOTTEN)
    return conn.execute(select(erased.c.request).where(where).order_by(erased.c.sequence.desc())).scalar()


def persons_erased_at(conn: Connection, hashes: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Return the case under which each of the persons (keyed hash) was erased on request, and when, of those that were."""
    wanted = sorted({bytes.fromhex(each) for each in hashes})
    found: dict[str, tuple[str, int]] = {}
    for start in range(0, len(wanted), _CHUNK):
        some = erased.c.hash.in_(wanted[start : start + _CHUNK])
        query = select(erased.c.hash, erased.c.request, erased.c.erased_at)
        rows = conn.execute(query.where(erased.c.kind == "person", some, erased.c.request != FORGOTTEN))
        found.update({bytes(row.hash).hex(): (row.request, row.erased_at) for row in rows})
    return found


def is_erasure(conn: Connection, request: str) -> bool:
    """Whether anything was erased under a case."""
    return conn.execute(select(erased.c.id).where(erased.c.request == request).limit(1)).first() is not None


def request_of(conn: Connection, content: bytes) -> str | None:
    """Return the case under which a content was erased, or None."""
    where = and_(erased.c.kind == "content", erased.c.hash == content)
    return conn.execute(select(erased.c.request).where(where)).scalar()


def _known(conn: Connection, kind: str, hashes: Iterable[bytes], request: str | None = None) -> set[bytes]:
    wanted = sorted(set(hashes))
    found: set[bytes] = set()
    for start in range(0, len(wanted), _CHUNK):
        where = and_(erased.c.kind == kind, erased.c.hash.in_(wanted[start : start + _CHUNK]))
        if request is not None:
            where = and_(where, erased.c.request == request)
        found.update(bytes(each) for each in conn.execute(select(erased.c.hash).where(where)).scalars())
    return found
