"""Links whose time is over are ended, and what they led to is removed: not every provider does so by itself."""

from __future__ import annotations

from functools import partial

from backupd.jobs.base import Job, Work
from backupd.settings.schedules import Every
from backupd.settings.values import Duration

EVERY = Every(Duration(seconds=900))
"""No link outlives its end by more than this while the service runs."""


def end(work: Work) -> str:
    """End what is due; one that could not be ended is tried again at the next time."""
    from backupd.access_log import ledger_of
    from backupd.export.linking import end_due
    from backupd.stores import opened_by_name

    hub = work.hub
    ended = end_due(
        partial(opened_by_name, hub.settings), hub.index, lambda: ledger_of(hub.settings.index), hub.clock.now(), "service"
    )
    failed = sum(each.why is not None for each in ended)
    return f"ended={len(ended) - failed} failed={failed}"


JOB = Job("links", lambda _settings: EVERY, end, at_start=True)
