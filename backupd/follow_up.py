"""What every index run ends with: holds and consents find shoots that have just appeared, promises are kept in mind."""

from __future__ import annotations

from backupd.promises import keep
from backupd.retaining import key_of
from backupd.settings.models import Settings
from index.engine import Index
from index.replay import attach


def follow_up(index: Index, settings: Settings, now: int) -> int:
    """Bring what speaks of shoots in line with the shoots that are known now; return how many holds and consents were
    attached. Without the ledger's key nothing can be attached, and what is not attached goes on stopping everything."""
    from backupd.requests.returning import ask_about_returned

    key = key_of(settings)
    with index.write() as conn:
        keep(conn, settings)
        ask_about_returned(conn, key, now)
        return 0 if key is None else attach(conn, key)
