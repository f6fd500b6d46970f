"""How much was uploaded to an account within a day: some providers take so much and no more."""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, func, insert, select

from index.schema import sent

DAY_SECONDS = 24 * 3600


def record_sent(conn: Connection, store: str, account: str, size: int, now: int) -> None:
    """Record that so many bytes were uploaded; what is older than a day is forgotten."""
    conn.execute(delete(sent).where(sent.c.at <= now - DAY_SECONDS))
    conn.execute(insert(sent).values(store=store, account=account, size=size, at=now))


def sent_within_a_day(conn: Connection, account: str, now: int) -> list[tuple[int, int]]:
    """Return (when, how many bytes) of what was uploaded to an account within the last day, oldest first."""
    where = and_(sent.c.account == account, sent.c.at > now - DAY_SECONDS)
    return [(at, size) for at, size in conn.execute(select(sent.c.at, sent.c.size).where(where).order_by(sent.c.at))]


def sent_by_store(conn: Connection, now: int) -> dict[str, int]:
    """Return how many bytes the account behind each store was sent within a day, through whatever store."""
    young = sent.c.at > now - DAY_SECONDS
    totals = select(sent.c.account, func.sum(sent.c.size).label("size")).where(young).group_by(sent.c.account).subquery()
    query = select(sent.c.store, totals.c.size).join(totals, totals.c.account == sent.c.account).where(young).distinct()
    return {store: int(size) for store, size in conn.execute(query)}
