"""The holds of a case: what it touches is neither cleaned up nor used while it is open."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection

from backupd.policy.holds import REVIEW_AFTER
from backupd.requests.base import Kind
from index import holds
from index.holds import Hold
from index.ledger import Ledger
from index.replay import put_hold, release_hold
from index.requests import Request

_KEPT = ("restriction", "objection", "legal")
"""Kinds that go on after the case is closed: they end by a named person's word alone."""


def hold_touched(
    conn: Connection, ledger: Ledger, one: Request, kind: Kind, shoots: Mapping[int, str], at: int, by: str
) -> int:
    """Hold the person, and these shoots (keyed hashes by id), unless the case holds them already; return how many."""
    mine = [each for each in holds.active(conn) if each.request == one.uid]
    review_on = review_day(one)
    held = {each.shoot_hash for each in mine}
    wanted: list[tuple[int | None, str | None]] = [] if None in held else [(None, None)]
    wanted += [(id, hashed) for id, hashed in sorted(shoots.items()) if hashed not in held]
    for id, hashed in wanted:
        put_hold(
            conn,
            ledger,
            Hold(
                f"h{secrets.token_hex(6)}",
                kind.hold,
                at,
                by,
                f"request {one.uid}",
                by,
                ground=one.details.get("ground") if kind.hold == "restriction" else None,
                shoot_id=id,
                shoot_hash=hashed,
                person=one.person,
                request=one.uid,
                review_on=review_on,
            ),
        )
    return len(wanted)


def release_touched(
    conn: Connection, ledger: Ledger, one: Request, at: int, by: str, reason: str, *, everything: bool = False
) -> int:
    """End the holds of a case; those that rest on a right of their own stay, unless `everything` is to end."""
    ended = 0
    for each in holds.active(conn):
        if each.request == one.uid and (everything or each.kind not in _KEPT):
            ended += release_hold(conn, ledger, each.uid, at, by, reason)
    return ended


def release_others(
    conn: Connection, ledger: Ledger, one: Request, staying: set[str], at: int, by: str
) -> None:
    """End the case's holds on shoots that have turned out not to be this person's."""
    for each in holds.active(conn):
        if each.request == one.uid and each.shoot_hash is not None and each.shoot_hash not in staying:
            release_hold(conn, ledger, each.uid, at, by, "not this person's")


def release_wider(
    conn: Connection, ledger: Ledger, one: Request, whole: set[str], at: int, by: str
) -> None:
    """End the case's holds that are wider than what a person has named: on the person, and on shoots but `whole` ones.

    What is held file by file stays.
    """
    for each in holds.active(conn):
        if each.request == one.uid and each.files is None and each.shoot_hash not in whole:
            release_hold(conn, ledger, each.uid, at, by, "limited to the files that were named")


def review_day(one: Request) -> str:
    """Return the day on which somebody looks at a case's holds again."""
    from datetime import date

    return (date.fromisoformat(one.received_on) + timedelta(days=REVIEW_AFTER.days)).isoformat()
