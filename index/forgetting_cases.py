"""An erased person in other people's cases: as somebody of the same name, as a recipient, as the client of a shoot.

What such a case says of its own person stays, and so do its numbers and decisions; what it says of the erased goes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select, update

from index import erased
from index.ledger_key import LedgerKey
from index.schema import act, disclosure, placement, plan
from index.schema_cases import item
from index.scoping import rows_naming
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
            told: dict[str, Any] = {"subject": None, "why": None, "details": json.dumps(left, ensure_ascii=True)}
            # A row's key holds a name; the others' keys are numbers and hashes.
            told |= {"key": str(row.number)} if row.kind == "row" else {}
            conn.execute(update(item).where(item.c.id == row.id).values(told))
            count += 1
    # Why a shoot is in a case may name anybody who is listed in it; an open case finds it anew when it is planned.
    shoots_of_others = and_(item.c.request != uid, item.c.kind == "shoot")
    conn.execute(update(item).where(shoots_of_others).values(why=None))
    return count


def follow_renamed(conn: Connection, uid: str, store_id: int, store: str, old: str, new: str) -> None:
    """Let other cases say the new name of a folder that was renamed, and other plans no place in it any more."""
    for row in conn.execute(select(item).where(item.c.request != uid)).all():
        details = json.loads(row.details)
        if details.get("store") != store or not is_below(details.get("path", ""), old):
            continue
        if row.kind == "folder":
            # What it was to be called there holds the old name too: planning anew finds it again.
            conn.execute(delete(item).where(item.c.id == row.id))
        else:
            told = {name: _renamed(getattr(row, name), old, new) for name in ("key", "subject")}
            values = told | {"details": json.dumps(details | {"path": new + details["path"][len(old) :]}, ensure_ascii=True)}
            conn.execute(update(item).where(item.c.id == row.id).values(values))
    at = os.fsencode(old)
    below = or_(act.c.path == at, and_(act.c.path >= at + b"/", act.c.path < at + b"0"))
    mine = select(plan.c.id).where(plan.c.request == uid)
    over = act.c.state.in_(("planned", "done", "refused"))
    where = and_(act.c.store_id == store_id, below, over, act.c.plan_id.notin_(mine))
    conn.execute(update(act).where(where).values(path=None, why=act.c.rule))


def forget_below(conn: Connection, key: LedgerKey, uid: str | None, places: Collection[str]) -> None:
    """Take out of all other cases what speaks of places (keyed hashes of store and path), or of what lies below them."""
    for row in conn.execute(select(item).where(item.c.subject.isnot(None), item.c.request != (uid or ""))).all():
        details = json.loads(row.details)
        path = details.get("path", "")
        parts = path.split("/") if path and "store" in details else []
        if any(key.hash_place(details["store"], "/".join(parts[:count])) in places for count in range(1, len(parts) + 1)):
            told = {"subject": None, "why": None, "details": "{}", "key": str(row.number)}
            conn.execute(update(item).where(item.c.id == row.id).values(told))


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder's own or lies in it."""
    return path == folder or path.startswith(f"{folder}/")


def _renamed(text: str | None, old: str, new: str) -> str | None:
    return None if text is None else text.replace(old, new)


class _Known:
    """What is known of the erased while items are looked through."""

    def __init__(self, conn: Connection, key: LedgerKey, uid: str, rows: list[tuple[Any, dict[str, Any]]]) -> None:
        self._key = key
        told = [details for row, details in rows if row.kind == "row" and "name" in details]
        self._persons = erased.erased_persons(conn, {hashed for each in told for hashed in _all_hashes(key, each)}, uid)
        self._standing = {
            (row.store, row.path, row.place, row.name) for row in rows_naming(conn, {each["name"] for each in told})
        }
        ids = sorted({row.shoot for row, _ in rows if row.kind == "shoot" and row.shoot is not None})
        self._shoots = shoot_hashes(conn, key, ids)
        nameless = select(disclosure.c.id).where(disclosure.c.name.is_(None))
        self._recipients = set(conn.execute(nameless).scalars())
        self._placements = set(conn.execute(select(placement.c.id).where(placement.c.address == "")).scalars())

    def left_of(self, row: Any, details: dict[str, Any]) -> dict[str, Any] | None:
        """Return the details that may stay of an item about somebody erased; None where it is about nobody such."""
        if row.kind == "row":
            return {} if self._is_erased(details) else None
        if row.kind == "shoot":
            gone = details.get("hash") is not None and self._shoots.get(row.shoot) != details["hash"]
            return {"hash": details["hash"]} if gone else None
        if row.kind == "recipient":
            kept = {name: value for name, value in details.items() if name in ("disclosure", "own")}
            return kept if details.get("disclosure") in self._recipients else None
        return {"placement": details["placement"]} if details.get("placement") in self._placements else None


    def _is_erased(self, row: dict[str, Any]) -> bool:
        """Whether a row of a list is the erased person's: by address or number, or by a name that stands there no more."""
        contacts = self._key.hashes(email=row.get("email"), phone=row.get("phone"))
        if any(each in self._persons for each in contacts):
            return True
        place = tuple(row.get(name) for name in ("store", "path", "place", "name"))
        return place not in self._standing and any(each in self._persons for each in _all_hashes(self._key, row))


def _all_hashes(key: LedgerKey, row: dict[str, Any]) -> tuple[str, ...]:
    return key.hashes(name=row.get("name"), email=row.get("email"), phone=row.get("phone"))
