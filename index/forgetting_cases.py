"""An erased person in other people's cases: as somebody of the same name, as a recipient, as the client of a shoot.

What such a case says of its own person stays, and so do its numbers and decisions; what it says of the erased goes.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, and_, select, update

from index import erased
from index.ledger_key import LedgerKey
from index.schema import disclosure, placement
from index.schema_cases import item
from index.shoot_hashes import shoot_hashes

_KINDS = ("row", "shoot", "recipient", "placement")


def forget_in_other_cases(conn: Connection, key: LedgerKey, uid: str) -> int:
    """Take those who were erased under a case out of the items of all others; return how many items that were."""
    where = and_(item.c.request != uid, item.c.kind.in_(_KINDS), item.c.subject.isnot(None))
    columns = (item.c.id, item.c.number, item.c.kind, item.c.key, item.c.shoot, item.c.details)
    rows = [(row, json.loads(row.details)) for row in conn.execute(select(*columns).where(where))]
    known = _Known(conn, key, uid, rows)
    count = 0
    for row, details in rows:
        left = known.left_of(row, details)
        if left is not None:
            told = {"subject": None, "why": None, "details": json.dumps(left, ensure_ascii=True)}
            # A row's key holds a name; the others' keys are numbers and hashes.
            told |= {"key": str(row.number)} if row.kind == "row" else {}
            conn.execute(update(item).where(item.c.id == row.id).values(told))
            count += 1
    return count


class _Known:
    """What is known of the erased while items are looked through."""

    def __init__(self, conn: Connection, key: LedgerKey, uid: str, rows: list[tuple[Any, dict[str, Any]]]) -> None:
        self._key = key
        contacts = {each for row, told in rows if row.kind == "row" for each in _hashes(key, told)}
        self._persons = erased.erased_persons(conn, contacts, uid)
        ids = sorted({row.shoot for row, _ in rows if row.kind == "shoot" and row.shoot is not None})
        self._shoots = shoot_hashes(conn, key, ids)
        nameless = select(disclosure.c.id).where(disclosure.c.name.is_(None))
        self._recipients = set(conn.execute(nameless).scalars())
        self._placements = set(conn.execute(select(placement.c.id).where(placement.c.address == "")).scalars())

    def left_of(self, row: Any, details: dict[str, Any]) -> dict[str, Any] | None:
        """Return the details that may stay of an item about somebody erased; None where it is about nobody such."""
        if row.kind == "row":
            return {} if any(each in self._persons for each in _hashes(self._key, details)) else None
        if row.kind == "shoot":
            gone = details.get("hash") is not None and self._shoots.get(row.shoot) != details["hash"]
            return {"hash": details["hash"]} if gone else None
        if row.kind == "recipient":
            kept = {name: value for name, value in details.items() if name in ("disclosure", "own")}
            return kept if details.get("disclosure") in self._recipients else None
        return {"placement": details["placement"]} if details.get("placement") in self._placements else None


def _hashes(key: LedgerKey, details: dict[str, Any]) -> tuple[str, ...]:
    """Return by what somebody in a list is known: address and number, or the name where there is neither."""
    contacts = key.hashes(email=details.get("email"), phone=details.get("phone"))
    return contacts or key.hashes(name=details.get("name"))
