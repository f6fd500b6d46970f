"""The day's mail: all that needs a person."""

from __future__ import annotations

from backupd.jobs.base import Job, Work
from backupd.jobs.notices import deliver
from backupd.notifying.telling import digest
from index import notices


def send_digest(work: Work) -> str:
    """Send everybody what is the matter in what they hear of."""
    hub = work.hub
    with hub.index.read() as conn:
        letters = digest(notices.list_notices(conn), hub.settings.notify.hears)
    return f"mails={deliver(hub, letters)}"


JOB = Job("digest", lambda settings: settings.notify.digest, send_digest)
