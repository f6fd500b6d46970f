"""Every shoot with how long it is kept, as `retention` gives it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from backupd.lookups import Answer, retention_answer
from backupd.retaining import Basis, decided, holding
from index.keeping import standings


def rows(conn: Connection, basis: Basis, ids: Collection[int] | None = None) -> tuple[list[Answer], int]:
    """Return the shoots, whose protection ends first on top and the undated last, and how many holds lack their shoot."""
    found = standings(conn, ids, basis.until)
    held = holding(conn, basis, ids)
    verdicts = decided(found, held, basis)
    answers = [
        {
            "shoot": id,
            "client": one.client,
            "title": one.title,
            "first_day": one.first_day,
            "last_day": one.last_day,
            "files": one.files,
            "bytes": one.bytes,
            **retention_answer(verdicts[id]),
            "holds": [hold.uid for hold in held.on(id)],
            "needs_review": verdicts[id].needs_review,
        }
        for id, one in found.items()
    ]
    answers.sort(key=lambda row: (row["protected_until"] or "9999-12-31", row["last_day"] or "9999-12-31", row["shoot"]))
    return answers, len(held.unattached)
