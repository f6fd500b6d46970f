"""Restriction (GDPR art. 18): kept, and neither used nor deleted, from the day on which it was asked for.

The holds are put as the case is opened, before anything is looked into, and go on after it is closed: they are lifted by
a named person, once the person who asked was told. Where a person has named files of a shoot, only these are held once
it is carried out: until then all of it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from backupd.requests.base import Detail, Kind
from backupd.requests.holding import hold_touched, release_wider
from backupd.requests.keeping import hold_files
from backupd.requests.running import Outcome, Running
from index import holds, requests
from index.requests import Item


def decide(one: Item) -> str | None:
    """Return what becomes of an item: all that is the person's is restricted."""
    return "restrict" if one.kind in ("shoot", "row") else "skip"


def keep_restricted(running: Running) -> Outcome:
    """See that every shoot in scope is held, or those of its files that were named, and say so."""
    with running.index.write() as conn:
        items = [each for each in requests.items_of(conn, running.one.uid) if each.is_in and each.state == "open"]
        kind, named = _kind_of(running), _named_files(conn, running, items)
        shoots = {each.shoot: each.details["hash"] for each in items
                  if each.kind == "shoot" and each.shoot is not None and each.number not in named
                  and each.decision != "refuse"}  # fmt: skip
        limited = named or any(each.decision == "refuse" for each in items)
        if not limited:
            hold_touched(conn, running.ledger, running.one, kind, shoots, running.at, running.by)
        else:
            release_wider(conn, running.ledger, running.one, set(shoots.values()), running.at, running.by)
        held = {each.shoot_hash for each in holds.active(conn) if each.request == running.one.uid}
        assert set(shoots.values()) <= held
        for each in items:
            is_refused = each.decision == "refuse"
            outcome = "not restricted" if is_refused else _told(named.get(each.number))
            requests.change_item(
                conn, running.one.uid, each.number, state="refused" if is_refused else "done", outcome=outcome,
                ended_at=running.at, ended_by=running.by,
            )  # fmt: skip
    return Outcome(True)


def _named_files(conn: Connection, running: Running, items: Sequence[Item]) -> dict[int, int]:
    """Hold the files that were named; return on how many that is, by the item's number. The rest is held whole."""
    kind = _kind_of(running)
    found = {}
    for each in items:
        if each.kind == "shoot" and each.shoot is not None and each.details.get("rules"):
            count = hold_files(conn, running, each, kind.hold, running.one.details.get("ground"))
            if count is not None:
                found[each.number] = count
    return found


def _told(files: int | None) -> str:
    what = "kept, and neither used nor deleted"
    return what if files is None else f"{files} of its files {what}"


def _kind_of(running: Running) -> Kind:
    from backupd.requests.base import find_kinds

    return find_kinds()[running.one.kind]


KIND = Kind(
    "restrict", "restriction", keep_restricted, decide, hold="restriction",
    details=(Detail("ground", "say --ground: a accuracy, b unlawful, c claims, d objection", choices=("a", "b", "c", "d")),),
    choices=("restrict", "refuse"), files="restrict",
)  # fmt: skip
"""A restriction."""
