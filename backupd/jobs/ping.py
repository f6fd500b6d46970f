"""The sign of life for a monitor elsewhere."""

from __future__ import annotations

from backupd.jobs.base import Job, Work
from backupd.settings.schedules import NEVER


def send_ping(work: Work) -> str:
    """Ask for the address that the settings name."""
    from backupd.notifying.ping import ping

    address = work.hub.settings.notify.ping
    if address is not None:
        ping(address)
    return "asked"


JOB = Job(
    "ping", lambda settings: settings.notify.ping_every if settings.notify.ping else NEVER, send_ping, at_start=True
)
