"""How much may be uploaded to an account within a day: counted here, for what refuses it looks like any other haste.

Google takes 750 GB from a person in a day; the file that crosses that line is still taken. Only what backupd itself has
uploaded is counted: what else the person uploads nobody tells.
"""

from __future__ import annotations

import math

from adapters.base import Store
from adapters.errors import Unavailable
from index import sent
from index.engine import Index


class DailyUploads:
    """What one store's account is sent. `now` is the instant at which it all begins, in seconds since 1970."""

    def __init__(self, store: Store, index: Index, now: int) -> None:
        self._store = store
        self._index = index
        self._now = now
        self._most = store.capabilities.daily_upload_bytes
        self._account = store.account().id if self._most is not None else ""

    def check(self) -> None:
        """Raise Unavailable where the account was sent all that its provider takes within a day."""
        if self._most is None:
            return
        with self._index.read() as conn:
            rows = sent.sent_within_a_day(conn, self._account, self._now)
        total = sum(size for _, size in rows)
        if total < self._most:
            return
        for at, size in rows:
            total -= size
            if total < self._most:
                wait = at + sent.DAY_SECONDS - self._now
                hours = math.ceil(wait / 3600)
                detail = (
                    f"{self._most // 10**9} GB were uploaded to this account within a day, which is all that its provider "
                    f"takes; run it again in {hours} hours"
                )
                raise Unavailable(self._store.name, "upload", "", detail, float(wait))

    def record(self, size: int) -> None:
        """Record that a file of this size was uploaded."""
        if self._most is not None:
            with self._index.write() as conn:
                sent.record_sent(conn, self._store.name, self._account, size, self._now)
