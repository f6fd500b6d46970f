"""What the service has to tell people, and what it has told them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from index.schema import notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """Something that is the matter, for as long as it is."""

    key: str
    topic: str
    urgent: bool
    text: str
    opened_at: int
    told_at: int | None


def list_notices(conn: Connection) -> list[NoticeRow]:
    """Return what is the matter, oldest first."""
    rows = conn.execute(select(notice).order_by(notice.c.opened_at, notice.c.key))
    return [NoticeRow(row.key, row.topic, bool(row.urgent), row.text, row.opened_at, row.told_at) for row in rows]


def record_notice(conn: Connection, key: str, topic: str, text: str, *, urgent: bool, now: int) -> None:
    """Write that something is the matter; if that is known already, only its words are renewed."""
    values = {"topic": topic, "urgent": int(urgent), "text": text}
    if conn.execute(update(notice).where(notice.c.key == key).values(**values)).rowcount == 0:
        conn.execute(insert(notice).values(key=key, opened_at=now, **values))


def record_told(conn: Connection, keys: Iterable[str], now: int) -> None:
    """Write that people were told."""
    conn.execute(update(notice).where(notice.c.key.in_(list(keys))).values(told_at=now))


def end_notices(conn: Connection, keys: Iterable[str]) -> None:
    """Take out what is no longer the matter."""
    conn.execute(delete(notice).where(notice.c.key.in_(list(keys))))
