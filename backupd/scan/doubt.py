"""Whether what is gone from a store may be concluded, or a person must say first that it is true."""

from __future__ import annotations

from sqlalchemy import Connection

from backupd.scan.compare import vanished_too_much
from backupd.scan.summary import Summary
from index import copies, review
from index.engine import Index
from index.records import StoreRow


def may_conclude(conn: Connection, store: StoreRow, absent: int, share: float, summary: Summary, now: int) -> bool:
    """True where `absent` files may be called missing; else it is asked, and said in the summary."""
    subject = _subject(store)
    # What was there before this run: what it found new is not among what may have vanished.
    before = copies.count_present(conn, store.id) - summary.counts.new
    accepted = (review.settlement_of(conn, "store", subject) or {}).get("accept", 0)
    if not vanished_too_much(absent, before, share) or absent <= accepted:
        review.forget(conn, "store", subject)
        return True
    reason = f"{absent} of {before} files are gone at once; nothing was concluded from it"
    review.ask(conn, review.Question("store", subject, reason, [{"accept": absent}], store_id=store.id), now)
    summary.outcome = "doubted"
    summary.reason = reason
    summary.mend = "Look at what lies there. If they were really removed, settle it with 'backupd review'"
    return False


def forget_doubt(index: Index, store: StoreRow) -> None:
    """Nothing is gone: an open question whether it is no longer arises."""
    with index.read() as conn:
        asked = review.open_subjects(conn, "store", store.id)
    if _subject(store) in asked:
        with index.write() as conn:
            review.forget(conn, "store", _subject(store))


def _subject(store: StoreRow) -> str:
    return f"{store.name}:vanished"
