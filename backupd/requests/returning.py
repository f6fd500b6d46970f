"""What was erased and is there again: recognised by its hashes after each look at a store, and put to a person."""

from __future__ import annotations

from sqlalchemy import Connection

from backupd.requests.matching import parties
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


def clients_back(conn: Connection, key: LedgerKey) -> list[tuple[int, str]]:
    """Return the shoots that came after an erasure and whose folders name the person as the client, each with the case.

    It may be a new assignment, or an old disk. Who bore the name before, and was told apart then, is left in peace.
    """
    named = {
        client.id: {hashed for spelling in client.spellings for part in (spelling, *parties(spelling))
                    for hashed in key.hashes(name=part)}
        for client in scoping.clients(conn)
    }  # fmt: skip
    known = erased.persons_erased_at(conn, {hashed for hashes in named.values() for hashed in hashes})
    back = {id: max((known[each] for each in hashes if each in known), key=lambda each: each[1], default=None)
            for id, hashes in named.items()}  # fmt: skip
    shoots = scoping.shoots_of_clients(conn, [id for id, case in back.items() if case is not None])
    seen = scoping.first_seen(conn, shoots)
    found = []
    for shoot, client in sorted(shoots.items()):
        case = back[client]
        if case is not None and seen.get(shoot, 0) > case[1]:
            found.append((shoot, case[0]))
    return found


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
    for shoot, request in [] if key is None else clients_back(conn, key):
        if request in under_way:
            continue
        subject = f"shoot {shoot}"
        subjects.add(subject)
        told = f"its folder names a person who was erased under the request {request}"
        reason = f"{told}: say --seen if it is a new assignment"
        review.ask(conn, Question(KIND, subject, reason, shoot_id=shoot), now)
    for kind, subject in review.open_of_kinds(conn, [KIND]):
        if subject not in subjects:
            review.withdraw(conn, kind, subject)
    return len(subjects)
