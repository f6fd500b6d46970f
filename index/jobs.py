"""What the service does by itself: when each job is due, and how it ended last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from index.schema import job


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job. `due_at` is moved on only when it has ended, so one that was killed is still due."""

    name: str
    due_at: int | None
    started_at: int | None
    ended_at: int | None
    outcome: str | None
    detail: str | None
    failures: int


def list_jobs(conn: Connection) -> list[JobRow]:
    """Return all jobs ever scheduled, by name."""
    rows = conn.execute(select(job).order_by(job.c.name))
    return [
        JobRow(row.name, row.due_at, row.started_at, row.ended_at, row.outcome, row.detail, row.failures) for row in rows
    ]


def record_due(conn: Connection, name: str, due_at: int | None) -> None:
    """Write when a job is to run next."""
    _put(conn, name, {"due_at": due_at})


def record_started(conn: Connection, name: str, now: int) -> None:
    """Write that a job has begun."""
    _put(conn, name, {"started_at": now})


def record_ended(conn: Connection, name: str, now: int, outcome: str, detail: str, due_at: int | None) -> None:
    """Write how a job ended, and when it is due again."""
    failures = job.c.failures + 1 if outcome == "failed" else 0
    _put(conn, name, {"ended_at": now, "outcome": outcome, "detail": detail, "due_at": due_at})
    conn.execute(update(job).where(job.c.name == name).values(failures=failures))


def forget_jobs(conn: Connection, names: list[str]) -> None:
    """Take out jobs that the configuration has no more."""
    conn.execute(delete(job).where(job.c.name.in_(names)))


def _put(conn: Connection, name: str, values: dict[str, Any]) -> None:
    if conn.execute(update(job).where(job.c.name == name).values(**values)).rowcount == 0:
        conn.execute(insert(job).values(name=name, **values))
