"""What is the matter now. Told in words that hold stores and numbers only: a mail is no place for the names of people."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from index import jobs, review, stores
from index.records import StoreRow

Topic = Literal["problems", "review", "requests", "space", "reports"]

PRUNE_NOTE = "prune_note"
"""The index's note of what the last planning of a clean-up found, as the job leaves it."""

_AWAY_SECONDS = 30 * 60
_SILENT_SECONDS = 24 * 3600
_LOST_SECONDS = 24 * 3600
_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs a person. `key` stays the same for as long as it lasts."""

    key: str
    topic: Topic
    text: str
    urgent: bool = False


def gather(
    conn: Connection, configured: frozenset[str], now: int, awake_seconds: float = math.inf
) -> list[Matter]:
    """Return what is the matter, in a fixed order.

    `awake_seconds` is for how long the service has been listening: nobody was silent while nobody listened.
    """
    rows = [row for row in stores.list_stores(conn) if row.name in configured]
    return [
        *(matter for row in rows for matter in _store(row, now, awake_seconds)),
        *(matter for row in rows for matter in _events(conn, row, now)),
        *_jobs(conn),
        *_questions(conn),
        *_space(conn),
    ]


def _store(row: StoreRow, now: int, awake_seconds: float) -> Iterator[Matter]:
    silent = now - row.heard_at if row.heard_at is not None else 0
    if row.state == "refused":
        text = f'Store "{row.name}" is not believed: {row.problem or "its marker is not there"}.'
        yield Matter(f"refused {row.name}", "problems", text, urgent=True)
    elif row.state == "offline" and silent > _AWAY_SECONDS:
        text = f'Store "{row.name}" cannot be reached ({row.problem or "no answer"}).'
        yield Matter(f"offline {row.name}", "problems", text, urgent=True)
    elif row.state == "doubted":
        text = f'So much of store "{row.name}" is gone at once that nothing was concluded from it. See: backupd review'
        yield Matter(f"doubted {row.name}", "problems", text, urgent=True)
    elif min(silent, awake_seconds) > _SILENT_SECONDS:
        text = f'Nothing was heard of store "{row.name}" for {silent // 3600} hours.'
        yield Matter(f"silent {row.name}", "problems", text, urgent=True)
    if row.watching and "limit" in row.watching:
        text = f'Store "{row.name}" is not watched: {row.watching.partition(": ")[2]}. It is compared now and then.'
        yield Matter(f"unwatched {row.name}", "problems", text)


def _events(conn: Connection, row: StoreRow, now: int) -> Iterator[Matter]:
    lost = stores.find_events_lost(conn, row.id)
    if lost is not None and abs(now - lost.at) < _LOST_SECONDS:
        text = (
            f'More changed in store "{row.name}" at once than the kernel could tell of, so the whole store was compared.'
            " Where that happens often, raise fs.inotify.max_queued_events."
        )
        yield Matter(f"overflow {row.name}", "problems", text)


def _jobs(conn: Connection) -> Iterator[Matter]:
    for row in jobs.list_jobs(conn):
        # That a store is away is told by the store.
        if row.outcome == "failed" and row.name == "backup":
            text = f"The backup of the index failed: {row.detail}. See: backupd backup-index"
            yield Matter("job backup", "problems", text, urgent=True)
        elif row.failures >= _FAILURES and row.detail not in ("offline", "refused", "Unavailable", "NotOurStore"):
            text = f'The job "{row.name}" has failed {row.failures} times in a row: {row.detail}. See: journalctl -u backupd'
            yield Matter(f"job {row.name}", "problems", text)


def _questions(conn: Connection) -> Iterator[Matter]:
    waiting = review.count_open(conn)
    if waiting:
        what = "1 question waits" if waiting == 1 else f"{waiting} questions wait"
        yield Matter("review", "review", f"{what} for a person. See: backupd review")


def _space(conn: Connection) -> Iterator[Matter]:
    text = stores.get_meta(conn, PRUNE_NOTE)
    note = {} if text is None else json.loads(text)
    for name in note.get("short", ()):
        told = f'Store "{name}" is short of room, and less may go than it needs. See: backupd prune --plan --store "{name}"'
        yield Matter(f"short {name}", "space", told, urgent=True)
    if note.get("plan"):
        uid = note["plan"]
        told = f"A clean-up waits to be approved. See: backupd prune --list, then: backupd prune --run {uid}"
        yield Matter(f"plan {uid}", "space", told)
