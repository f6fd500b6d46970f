"""Search words and the shoots they stand for, in plain tables: a deleted name is gone from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, Text, and_, cast, delete, func, insert, or_, select

from index.paths import decode_path
from index.schema import copy, folder, gram, posting, shoot, term

_CHUNK = 500


def replace_terms(conn: Connection, words: Mapping[int, Mapping[str, Collection[str]]]) -> None:
    """Let shoots be found by these words (by shoot and field) and no others; words that nothing needs are removed.

    Many shoots at a time: what is new to the index costs two statements, not two for each word.
    """
    before = _posted(conn, list(words))
    ids = _term_ids(conn, {word for fields in words.values() for group in fields.values() for word in group})
    after = {
        (ids[word], field, shoot_id)
        for shoot_id, fields in words.items()
        for field, group in fields.items()
        for word in group
    }
    for term_id, field, shoot_id in before - after:
        where = and_(posting.c.term_id == term_id, posting.c.field == field, posting.c.shoot_id == shoot_id)
        conn.execute(delete(posting).where(where))
    fresh = [{"term_id": term, "field": field, "shoot_id": shoot} for term, field, shoot in sorted(after - before)]
    if fresh:
        conn.execute(insert(posting), fresh)
    remove_unused(conn, {term_id for term_id, _, _ in before} - {term_id for term_id, _, _ in after})


def remove_unused(conn: Connection, term_ids: Iterable[int]) -> None:
    """Remove those of the words that no shoot is found by."""
    ids = list(term_ids)
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        used = set(conn.execute(select(posting.c.term_id).where(posting.c.term_id.in_(chunk))).scalars())
        unused = [id for id in chunk if id not in used]
        conn.execute(delete(gram).where(gram.c.term_id.in_(unused)))
        conn.execute(delete(term).where(term.c.id.in_(unused)))


def find_terms(conn: Connection, words: Sequence[str]) -> dict[str, int]:
    """Return the ids of those of the words that are known."""
    found: dict[str, int] = {}
    for start in range(0, len(words), _CHUNK):
        rows = conn.execute(select(term.c.text, term.c.id).where(term.c.text.in_(words[start : start + _CHUNK])))
        found.update({row.text: row.id for row in rows})
    return found


def terms_starting(conn: Connection, beginning: str, limit: int) -> dict[str, int]:
    """Return words that begin so, shortest first."""
    where = and_(term.c.text > beginning, term.c.text < beginning + "\U0010ffff")
    rows = conn.execute(select(term.c.text, term.c.id).where(where).order_by(func.length(term.c.text)).limit(limit))
    return {row.text: row.id for row in rows}


def terms_alike(conn: Connection, word: str, limit: int) -> dict[str, int]:
    """Return words that share most three-letter pieces with `word`."""
    pieces = grams(word)
    needed = max(1, len(pieces) - 6)
    rows = conn.execute(
        select(gram.c.term_id, func.count().label("shared"))
        .where(gram.c.gram.in_(pieces))
        .group_by(gram.c.term_id)
        .having(func.count() >= needed)
        .order_by(func.count().desc())
        .limit(limit)
    )
    ids = [row.term_id for row in rows]
    return {row.text: row.id for row in conn.execute(select(term.c.text, term.c.id).where(term.c.id.in_(ids)))}


def postings(conn: Connection, term_ids: Sequence[int]) -> list[tuple[int, str, list[int]]]:
    """Return (term id, field, shoot ids) of all shoots found by those words. Frequent words have thousands."""
    found: list[tuple[int, str, list[int]]] = []
    listed = func.aggregate_strings(cast(posting.c.shoot_id, Text), ",")
    query = select(posting.c.term_id, posting.c.field, listed).group_by(posting.c.term_id, posting.c.field)
    for start in range(0, len(term_ids), _CHUNK):
        rows = conn.execute(query.where(posting.c.term_id.in_(term_ids[start : start + _CHUNK])))
        found += [(term_id, field, [int(id) for id in ids.split(",")]) for term_id, field, ids in rows]
    return found


def shoots_between(
    conn: Connection, spans: Sequence[tuple[date, date]], among: Collection[int] | None = None
) -> dict[int, tuple[str, str, bool]]:
    """Return (first day, last day, by its own day) of shoots whose days, or capture days, touch a span, by id."""
    written = [(first.isoformat(), last.isoformat()) for first, last in spans]
    columns = (shoot.c.id, shoot.c.first_day, shoot.c.last_day, shoot.c.captured_first, shoot.c.captured_last)
    if among is not None and len(among) <= _CHUNK:
        query = select(*columns).where(shoot.c.id.in_(list(among)))
    else:
        touching = [
            or_(
                and_(shoot.c.first_day <= last, shoot.c.last_day >= first),
                and_(shoot.c.first_day.is_(None), shoot.c.captured_first <= last, shoot.c.captured_last >= first),
            )
            for first, last in written
        ]
        query = select(*columns).where(or_(*touching))
    found: dict[int, tuple[str, str, bool]] = {}
    for id, first_day, last_day, captured_first, captured_last in conn.execute(query):
        own = first_day is not None
        start, end = (first_day, last_day) if own else (captured_first, captured_last)
        if start is not None and any(start <= last and end >= first for first, last in written):
            found[id] = (start, end, own)
    return found


def files_with_number(conn: Connection, number: int, limit: int) -> list[tuple[int, str]]:
    """Return (shoot id, name) of files whose names end in that number, leaving out those of no shoot."""
    query = (
        select(folder.c.shoot_id, copy.c.name)
        .join(folder, folder.c.id == copy.c.folder_id)
        .where(and_(copy.c.number == number, folder.c.shoot_id.isnot(None)))
        .limit(limit)
    )
    return [(row.shoot_id, decode_path(row.name)) for row in conn.execute(query)]


def days_of(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, str]:
    """Return each shoot's day for ordering, "" where none is known."""
    found: dict[int, str] = {}
    for start in range(0, len(shoot_ids), _CHUNK):
        rows = conn.execute(
            select(shoot.c.id, shoot.c.last_day, shoot.c.captured_last).where(
                shoot.c.id.in_(shoot_ids[start : start + _CHUNK])
            )
        )
        found.update({row.id: row.last_day or row.captured_last or "" for row in rows})
    return found


def grams(word: str) -> list[str]:
    """Return the three-letter pieces of a word, its ends marked."""
    marked = f"^{word}$"
    return sorted({marked[index : index + 3] for index in range(len(marked) - 2)})


def _posted(conn: Connection, shoot_ids: Sequence[int]) -> set[tuple[int, str, int]]:
    found: set[tuple[int, str, int]] = set()
    query = select(posting.c.term_id, posting.c.field, posting.c.shoot_id)
    for start in range(0, len(shoot_ids), _CHUNK):
        rows = conn.execute(query.where(posting.c.shoot_id.in_(shoot_ids[start : start + _CHUNK])))
        found.update((row.term_id, row.field, row.shoot_id) for row in rows)
    return found


def _term_ids(conn: Connection, words: set[str]) -> dict[str, int]:
    """Return the words' ids; new words get the next ones, since only the holder of the writer's turn comes here."""
    ids = find_terms(conn, sorted(words))
    new = sorted(words - ids.keys())
    if new:
        first = int(conn.execute(select(func.coalesce(func.max(term.c.id), 0))).scalar_one()) + 1
        fresh = dict(zip(new, range(first, first + len(new)), strict=True))
        conn.execute(insert(term), [{"id": id, "text": word} for word, id in fresh.items()])
        pieces = [{"gram": piece, "term_id": id} for word, id in fresh.items() for piece in grams(word)]
        conn.execute(insert(gram), pieces)
        ids.update(fresh)
    return ids
