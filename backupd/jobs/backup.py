"""The index's own backup: made, verified, and those past their time forgotten."""

from __future__ import annotations

from datetime import timedelta

from backupd.jobs.base import Job, Work
from backupd.register.backup import forget_old, make_backup
from backupd.register.restore import forget_asides
from backupd.scan.summary import RunStopped
from backupd.settings.values import Duration
from index.place import database_file
from index.scrubbing import scrub_if_due
from index.stores import forget_scans

_KEEP_SCANS = timedelta(days=90)


def back_up(work: Work) -> str:
    """Make a backup of the index and forget the old. No turn is needed: it shows one state, whoever writes meanwhile."""
    hub = work.hub
    database = database_file(hub.settings.index.url)
    if database is None:
        return "the index is on a server, which has backups of its own"

    def heed() -> None:
        work.pulse.beat()
        if hub.stopping.is_set():
            raise RunStopped

    # First, so that no backup holds what was erased since the last one.
    scrub_if_due(hub.index)
    folder, keep = hub.settings.index.backups_folder, hub.settings.index.backups.keep
    made = make_backup(database, folder, hub.clock.now(), heed)
    limit = keep if isinstance(keep, Duration) else None
    old = forget_old(folder, hub.clock.now().date(), limit)
    asides = forget_asides(database, hub.clock.now().date(), limit)
    with hub.index.write() as conn:
        forget_scans(conn, int((hub.clock.now() - _KEEP_SCANS).timestamp()))
    return f"bytes={made.size} rows={made.rows} forgotten={len(old) + asides}"


JOB = Job("backup", lambda settings: settings.index.backups.every, back_up, heavy=True, at_start=True)
