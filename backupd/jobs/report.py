"""The month at a glance, sent to whoever hears of reports on the first of the next."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from backupd.jobs.base import Job, When, Work
from backupd.settings.schedules import NEVER, Cron

if TYPE_CHECKING:
    from backupd.settings.models import Settings


def send_report(work: Work) -> str:
    """Send everybody who hears of reports what the month was. Raises NotSent."""
    from backupd.notifying.mail import Envelope, send, write_report
    from backupd.notifying.matters import Outlook
    from backupd.notifying.report import report_of_month
    from backupd.register.backup import list_backups

    hub = work.hub
    settings, now = hub.settings, hub.clock.now()
    made = list_backups(settings.index.backups_folder)
    with hub.index.read() as conn:
        outlook = Outlook(settings, now, settings.studio.language)
        report = report_of_month(conn, outlook, made[0].taken_at if made else None)
    envelope = Envelope(settings.notify.sender, settings.studio, socket.gethostname(), now)
    hearing = _hearing(settings)
    send([write_report(to, report, envelope) for to in hearing], settings.notify)
    return f"mails={len(hearing)}"


def _hearing(settings: Settings) -> list[str]:
    return [address for address, topics in settings.notify.hears.items() if "reports" in topics]


def _when(settings: Settings) -> When:
    return Cron("0 7 1 * *") if settings.notify.server and _hearing(settings) else NEVER


JOB = Job("report", _when, send_report)
