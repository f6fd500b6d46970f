"""Restriction (GDPR art. 18): kept, and neither used nor deleted, from the day on which it was asked for.

The holds are put as the case is opened, before anything is looked into, and go on after it is closed: they are lifted by
a named person, once the person who asked was told.
"""

from __future__ import annotations

from backupd.requests.base import Detail, Kind
from backupd.requests.holding import hold_touched
from backupd.requests.running import Outcome, Running
from index import holds, requests
from index.requests import Item


def decide(one: Item) -> str | None:
    """Return what becomes of an item: all that is the person's is restricted."""
    return "restrict" if one.kind in ("shoot", "row") else "skip"


def keep_restricted(running: Running) -> Outcome:
    """See that every shoot in scope is held, and say so."""
    with running.index.write() as conn:
        items = [each for each in requests.items_of(conn, running.one.uid) if each.is_in and each.state == "open"]
        shoots = {each.shoot: each.details["hash"] for each in items if each.kind == "shoot" and each.shoot is not None}
        hold_touched(conn, running.ledger, running.one, _kind_of(running), shoots, running.at, running.by)
        held = {each.shoot_hash for each in holds.active(conn) if each.request == running.one.uid}
        assert set(shoots.values()) <= held
        for each in items:
            requests.change_item(
                conn, running.one.uid, each.number, state="done", outcome="kept, and neither used nor deleted",
                ended_at=running.at, ended_by=running.by,
            )  # fmt: skip
    return Outcome(True)


def _kind_of(running: Running) -> Kind:
    from backupd.requests.base import find_kinds

    return find_kinds()[running.one.kind]


KIND = Kind(
    "restrict", "restriction", keep_restricted, decide, hold="restriction",
    details=(Detail("ground", "say --ground: a accuracy, b unlawful, c claims, d objection", choices=("a", "b", "c", "d")),),
    choices=("restrict", "refuse"),
)  # fmt: skip
"""A restriction."""
