"""The state of stores, shoots and jobs at a glance, as `status` gives it. Loads nothing that only other look-ups need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection

from backupd.clock import instant
from index import jobs, review, shoots, stores


def status(conn: Connection, configured: Sequence[tuple[str, str]], zone: tzinfo) -> dict[str, Any]:
    """Return the state at a glance. `configured` names each store and its kind, as the settings have them."""
    known = {row.store.name: row for row in stores.totals(conn)}
    rows = []
    for name, kind in configured:
        row = known.get(name)
        word = stores.find_last_word(conn, row.store.id) if row else stores.LastWord(None, None)
        lost = stores.find_events_lost(conn, row.store.id) if row else None
        rows.append(
            {
                "name": name,
                "kind": kind,
                "state": row.store.state if row else "new",
                "files": row.files if row else 0,
                "bytes": row.bytes if row else 0,
                "missing": row.missing if row else 0,
                "free": row.store.free_bytes if row else None,
                "last_scan": instant(row.last_scan, zone) if row else None,
                "heard_at": instant(row.store.heard_at, zone) if row else None,
                "problem": row.store.problem if row else None,
                "since": instant(word.since, zone),
                "mend": word.mend,
                "watching": row.store.watching if row else None,
                "events_lost_at": instant(lost.at, zone) if lost else None,
            }
        )
    return {
        "stores": rows,
        "shoots": shoots.count_shoots(conn),
        "files": sum(row["files"] for row in rows),
        "review": review.count_open(conn),
        "requests_open": 0,
        "due_next": None,
        "jobs": [_job(row, zone) for row in jobs.list_jobs(conn)],
    }


def empty_status(configured: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the status where nothing has been indexed yet."""
    blank = dict.fromkeys(("free", "last_scan", "heard_at", "problem", "since", "mend", "watching", "events_lost_at"))
    rows = [
        {"name": name, "kind": kind, "state": "new", "files": 0, "bytes": 0, "missing": 0, **blank}
        for name, kind in configured
    ]
    return {"stores": rows, "shoots": 0, "files": 0, "review": 0, "requests_open": 0, "due_next": None, "jobs": []}


def _job(row: jobs.JobRow, zone: tzinfo) -> dict[str, Any]:
    runs = row.started_at is not None and (row.ended_at is None or row.ended_at < row.started_at)
    return {
        "name": row.name,
        "last": instant(row.started_at, zone),
        "ended": None if runs else instant(row.ended_at, zone),
        "outcome": row.outcome,
        "detail": row.detail,
        "failures": row.failures,
        "next": instant(row.due_at, zone),
    }
