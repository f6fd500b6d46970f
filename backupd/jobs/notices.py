"""What is the matter is looked for every few minutes, written down, and told at once where it cannot wait."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING

from backupd.jobs.base import Job, Work
from backupd.notifying.matters import Outlook, gather
from backupd.notifying.telling import Letter, at_once
from backupd.settings.schedules import Every
from backupd.settings.values import Duration
from index import notices

if TYPE_CHECKING:
    from backupd.watching.work import Hub

logger = logging.getLogger(__name__)

EVERY = Every(Duration(seconds=300))


def look(work: Work) -> str:
    """Write down what is the matter now, and tell what cannot wait."""
    hub = work.hub
    outlook = Outlook(hub.settings, hub.clock.now(), hub.settings.studio.language, hub.awake_seconds())
    with hub.index.read() as conn:
        known = {row.key: row for row in notices.list_notices(conn)}
        matters = {matter.key: matter for matter in gather(conn, outlook)}
    fresh = [each for key, each in matters.items() if key not in known or known[key].text != each.text]
    over = sorted(known.keys() - matters.keys())
    if fresh or over:
        with hub.index.write() as conn:
            notices.end_notices(conn, over)
            for each in fresh:
                notices.record_notice(conn, each.key, each.topic, each.text, urgent=each.urgent, now=hub.now())
    for each in fresh:
        if each.key not in known:
            logger.log(logging.ERROR if each.urgent else logging.WARNING, 'needs a person matter="%s"', each.key)
    with hub.index.read() as conn:
        told = deliver(hub, at_once(notices.list_notices(conn), hub.settings.notify.hears))
    return f"open={len(matters)} new={len(fresh)} over={len(over)} mails={told}"


def deliver(hub: Hub, letters: list[Letter]) -> int:
    """Send letters, and write down that their notices were told; return how many. Raises NotSent."""
    notify = hub.settings.notify
    if not letters or not notify.server:
        return 0
    from backupd.notifying.mail import Envelope, send, write_mail

    envelope = Envelope(notify.sender, hub.settings.studio, socket.gethostname(), hub.clock.now())
    send([write_mail(each, envelope) for each in letters], notify)
    with hub.index.write() as conn:
        notices.record_told(conn, {row.key for letter in letters for row in letter.notices}, hub.now())
    return len(letters)


JOB = Job("notices", lambda _settings: EVERY, look, at_start=True)
