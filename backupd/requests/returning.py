"""What was erased and is there again: recognised by its hashes after each look at a store, and put to a person."""

from __future__ import annotations

from sqlalchemy import Connection

from index import erased, requests, review, scoping
from index.ledger_key import LedgerKey
from index.review import Question
from index.scoping import ListRow

KIND = "erased"
"""The kind of question."""

_UNDER_WAY = ("approved", "executing", "failed_step", "executed")


def persons_back(conn: Connection, key: LedgerKey, request: str | None = None) -> list[ListRow]:
    """Return the rows of lists that name somebody erased: by address or number, or by a name that has neither."""
    combined = {each: key.hashes(email=each[1], phone=each[2]) or key.hashes(name=each[0]) for each in scoping.people(conn)}
    known = erased.erased_persons(conn, {hashed for hashes in combined.values() for hashed in hashes}, request)
    back = {each for each, hashes in combined.items() if any(hashed in known for hashed in hashes)}
    rows = scoping.rows_naming(conn, {name for name, _, _ in back})
    return [row for row in rows if (row.name, row.email, row.phone) in back]


def ask_about_returned(conn: Connection, key: LedgerKey | None, now: int) -> int:
    """Put what came back to a person; return how many questions stand. What a run is working on is passed over."""
    under_way = {one.uid for one in requests.listed(conn) if one.state in _UNDER_WAY}
    subjects = set()
    for each in scoping.returned(conn, key):
        if each.request in under_way:
            continue
        subject = f"copy {each.copy_id}"
        subjects.add(subject)
        reason = f"its content was erased under the request {each.request}: backupd request run {each.request} --returned"
        review.ask(conn, Question(KIND, subject, reason, store_id=each.store_id, copy_id=each.copy_id), now)
    for row in [] if key is None else persons_back(conn, key):
        assert key is not None
        request = erased.request_of_persons(conn, key.hashes(name=row.name, email=row.email, phone=row.phone))
        if request is None or request in under_way:
            continue
        subject = f"row {row.copy_id} {row.place}"
        subjects.add(subject)
        reason = f"it names a person who was erased under the request {request}: take the name out, or say --seen"
        review.ask(conn, Question(KIND, subject, reason, copy_id=row.copy_id, shoot_id=row.shoot_id), now)
    for kind, subject in review.open_of_kinds(conn, [KIND]):
        if subject not in subjects:
            review.withdraw(conn, kind, subject)
    return len(subjects)
