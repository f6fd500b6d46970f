"""Bringing the index level with the ledger: what was erased, withdrawn or held since a backup holds again at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.applied import index_is_behind
from index.engine import Index
from index.replay import Replayed, attach, replay
from index.scrubbing import scrub_if_due

if TYPE_CHECKING:
    from backupd.settings.models import Index as IndexSettings


def bring_level(index: Index, settings: IndexSettings) -> Replayed | None:
    """Apply what the ledger knows and the index does not; None where there is nothing, or no ledger yet.

    Raises LedgerFailure where the ledger is damaged, another, or its key is lost; then nothing was applied.
    """
    if not settings.ledger_path.exists():
        return None
    from backupd.access_log import ledger_of

    with index.write() as conn:
        ledger = ledger_of(settings)
        done = replay(conn, ledger) if index_is_behind(conn, ledger) else None
    scrub_if_due(index)
    return done


def attach_again(index: Index, settings: IndexSettings) -> None:
    """Let holds and consents know the shoots that have come into the index since they were applied."""
    if settings.ledger_path.exists():
        from backupd.access_log import ledger_of

        with index.write() as conn:
            attach(conn, ledger_of(settings).key)
