"""The queue of what a person must settle. What was settled stays settled until the question itself changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, select, update

from index.paths import decode_path, join_path
from index.records import ReviewRow
from index.schema import copy, folder, review, store


@dataclass(frozen=True, slots=True)
class Question:
    """Something to settle. `subject` names what it is about and stays the same over re-indexing."""

    kind: str
    subject: str
    reason: str
    candidates: Sequence[dict[str, Any]] = ()
    store_id: int | None = None
    folder_id: int | None = None
    copy_id: int | None = None
    shoot_id: int | None = None


def ask(conn: Connection, question: Question, now: int) -> None:
    """Put a question, or put it anew. A settled one is opened again only if its reason or candidates have changed."""
    values = {
        "reason": question.reason,
        "candidates": json.dumps(list(question.candidates), ensure_ascii=True),
        "store_id": question.store_id,
        "folder_id": question.folder_id,
        "copy_id": question.copy_id,
        "shoot_id": question.shoot_id,
    }
    where = and_(review.c.kind == question.kind, review.c.subject == question.subject)
    known = conn.execute(select(review).where(where)).first()
    if known is None:
        conn.execute(insert(review).values(kind=question.kind, subject=question.subject, opened_at=now, **values))
        return
    if (known.reason, known.candidates) != (values["reason"], values["candidates"]):
        values |= {"opened_at": now, "settled_at": None, "settlement": None, "settled_by": None}
    conn.execute(update(review).where(review.c.id == known.id).values(**values))


def withdraw(conn: Connection, kind: str, subject: str) -> None:
    """Take back an open question, since it no longer arises. What was settled is kept."""
    where = and_(review.c.kind == kind, review.c.subject == subject, review.c.settled_at.is_(None))
    conn.execute(delete(review).where(where))


def forget(conn: Connection, kind: str, subject: str) -> None:
    """Remove a question with its answer: the answer was for this once."""
    conn.execute(delete(review).where(and_(review.c.kind == kind, review.c.subject == subject)))


def settle(conn: Connection, review_id: int, settlement: dict[str, Any], by: str, now: int) -> None:
    """Record what a person decided."""
    values = {"settled_at": now, "settlement": json.dumps(settlement), "settled_by": by}
    conn.execute(update(review).where(review.c.id == review_id).values(**values))


def settlement_of(conn: Connection, kind: str, subject: str) -> dict[str, Any] | None:
    """Return what a person decided on this, or None."""
    where = and_(review.c.kind == kind, review.c.subject == subject, review.c.settled_at.isnot(None))
    found = conn.execute(select(review.c.settlement).where(where)).scalar()
    return None if found is None else dict(json.loads(found))


def settlements(conn: Connection, kinds: Sequence[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return all that people have decided on questions of those kinds, by kind and subject."""
    query = select(review.c.kind, review.c.subject, review.c.settlement).where(
        and_(review.c.kind.in_(kinds), review.c.settled_at.isnot(None))
    )
    return {(row.kind, row.subject): dict(json.loads(row.settlement)) for row in conn.execute(query)}


def open_of_kinds(conn: Connection, kinds: Sequence[str]) -> set[tuple[str, str]]:
    """Return kind and subject of the open questions of those kinds, in all stores."""
    query = select(review.c.kind, review.c.subject).where(and_(review.c.kind.in_(kinds), review.c.settled_at.is_(None)))
    return {(row.kind, row.subject) for row in conn.execute(query)}


def rename_subject(conn: Connection, kind: str, old: str, new: str) -> None:
    """Let a question follow the folder it is about."""
    taken = conn.execute(select(review.c.id).where(and_(review.c.kind == kind, review.c.subject == new))).first()
    if taken is None:
        where = and_(review.c.kind == kind, review.c.subject == old)
        conn.execute(update(review).where(where).values(subject=new))


def open_questions(conn: Connection, kind: str | None = None) -> list[ReviewRow]:
    """Return what is still to be settled, oldest first."""
    query = _questions().where(review.c.settled_at.is_(None)).order_by(review.c.opened_at, review.c.id)
    if kind is not None:
        query = query.where(review.c.kind == kind)
    return [_question(row) for row in conn.execute(query)]


def open_subjects(conn: Connection, kind: str, store_id: int) -> set[str]:
    """Return what the open questions of a kind in one store are about."""
    where = and_(review.c.kind == kind, review.c.store_id == store_id, review.c.settled_at.is_(None))
    return set(conn.execute(select(review.c.subject).where(where)).scalars())


def find_question(conn: Connection, review_id: int) -> ReviewRow | None:
    """Return one question, settled or not, or None."""
    row = conn.execute(_questions().where(review.c.id == review_id)).first()
    return _question(row) if row else None


def count_open(conn: Connection) -> int:
    """Return how many questions wait for a person."""
    return int(conn.execute(select(func.count()).select_from(review).where(review.c.settled_at.is_(None))).scalar_one())


def _questions() -> Select[Any]:
    # Where a question is about a file, its own folder gives the path; else the folder that it is about.
    own = folder.alias("own")
    return (
        select(
            review,
            store.c.name.label("store_name"),
            folder.c.path.label("folder_path"),
            copy.c.name.label("file"),
            own.c.path.label("own_path"),
        )
        .outerjoin(store, store.c.id == review.c.store_id)
        .outerjoin(folder, folder.c.id == review.c.folder_id)
        .outerjoin(copy, copy.c.id == review.c.copy_id)
        .outerjoin(own, own.c.id == copy.c.folder_id)
    )


def _question(row: Row[Any]) -> ReviewRow:
    path = None
    if row.file is not None:
        path = join_path(row.own_path, row.file)
    elif row.folder_path is not None:
        path = decode_path(row.folder_path)
    return ReviewRow(
        row.id,
        row.kind,
        row.subject,
        row.reason,
        row.candidates,
        row.opened_at,
        row.settled_at,
        row.settlement,
        row.store_name,
        path,
        row.shoot_id,
    )


def shoots_in_review(conn: Connection, shoot_ids: Sequence[int], kinds: Sequence[str]) -> set[int]:
    """Return which of the shoots have open questions of those kinds."""
    where = and_(review.c.shoot_id.in_(shoot_ids), review.c.kind.in_(kinds), review.c.settled_at.is_(None))
    return set(conn.execute(select(review.c.shoot_id).where(where)).scalars())


def questions_of_shoot(conn: Connection, shoot_id: int) -> list[ReviewRow]:
    """Return the open questions about a shoot."""
    query = _questions().where(and_(review.c.shoot_id == shoot_id, review.c.settled_at.is_(None))).order_by(review.c.id)
    return [_question(row) for row in conn.execute(query)]
