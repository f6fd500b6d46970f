"""Correction (GDPR art. 16): a wrong name or address put right, in the register and in the stores, as one recorded act.

A client's new spelling is settled in the index, so that both are found as one from then on. Folders and lists that bear
the old name are put to a person as tasks, and ticked off by name; while accuracy is disputed, the case holds them.
"""

from __future__ import annotations

from backupd.reading.folding import name_key
from backupd.requests.base import Detail, Kind
from backupd.requests.running import Outcome, Running
from index import requests, shoots
from index.requests import Item


def decide(one: Item) -> str | None:
    """Return what becomes of an item: what bears the name is corrected."""
    return "correct" if one.kind == "shoot" else "by_hand" if one.kind == "row" else "skip"


def correct(running: Running) -> Outcome:
    """Settle the new name as a spelling of the same client, and leave folders' names to be changed as tasks."""
    new = running.one.details.get("new_name", "").strip()
    with running.index.write() as conn:
        items = [each for each in requests.items_of(conn, running.one.uid) if each.is_in and each.state == "open"]
        ids = [each.shoot for each in items if each.kind == "shoot" and each.shoot is not None]
        rows = shoots.get_shoots(conn, ids)
        for client_id in sorted({row.client_id for row in rows.values() if row.client_id is not None}):
            if new:
                shoots.settle_spelling(conn, client_id, new, name_key(new))
        tasks = []
        for places in shoots.root_folders(conn, ids).values():
            tasks += [f"{store}:{path}" for _, store, path, present in places if present]
        known = {each.key for each in requests.items_of(conn, running.one.uid)}
        requests.add_items(conn, running.one.uid, [
            Item(f"task:{place}", "task", f"rename the folder {place.partition(':')[2]}", "it bears the old name", True,
                 decision="do")
            for place in sorted(tasks) if f"task:{place}" not in known
        ])  # fmt: skip
        for each in items:
            if each.decision == "correct":
                requests.change_item(conn, running.one.uid, each.number, state="done", outcome="corrected in the register",
                                     ended_at=running.at, ended_by=running.by)  # fmt: skip
    return Outcome(True)


KIND = Kind(
    "rectify", "a correction", correct, decide, hold="restriction", four_eyes=True,
    details=(Detail("new_name", "say --new-name with the right name", needed=False), Detail("new_email", "", needed=False)),
    choices=("correct", "by_hand", "refuse"),
)  # fmt: skip
"""A correction."""
