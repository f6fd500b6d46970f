"""The mail itself, and handing it to the studio's mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from backupd.notifying.telling import Letter

if TYPE_CHECKING:
    from backupd.settings.models import Notify

_SECONDS = 30


class NotSent(Exception):
    """The mail server could not be reached or did not take the mail; its words may hold addresses and are left out."""


def write_mail(letter: Letter, sender: str, studio: str, host: str, now: datetime) -> EmailMessage:
    """Return the mail that tells a letter's notices."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, letter.to
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    # Nobody is to answer by machine.
    mail["Auto-Submitted"] = "auto-generated"
    count = len(letter.notices)
    what = letter.notices[0].text if count == 1 else f"{count} things need a person"
    mail["Subject"] = f"[backupd] {what}"[:180].replace("\n", " ")
    lines = [f"- {each.text} (since {_moment(each.opened_at)})" for each in letter.notices]
    opening = "What needs a person today:" if letter.is_digest else "This cannot wait:"
    mail.set_content("\n".join([opening, "", *lines, "", f"backupd for {studio or 'the studio'}, on {host}", ""]))
    return mail


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def send(mails: Iterable[EmailMessage], notify: Notify, connect: Callable[..., smtplib.SMTP] | None = None) -> None:
    """Hand mails to the server that the settings name. Raises NotSent."""
    try:
        password = notify.password_file.read_text("utf-8").strip() if notify.password_file else ""
        with _connected(notify, connect) as server:
            if notify.user:
                server.login(notify.user, password)
            for mail in mails:
                server.send_message(mail)
    except (smtplib.SMTPException, OSError) as err:
        raise NotSent(type(err).__name__) from err


def _connected(notify: Notify, connect: Callable[..., smtplib.SMTP] | None) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if notify.security == "tls":
        return (connect or smtplib.SMTP_SSL)(notify.server, notify.port, timeout=_SECONDS, context=trusted)
    server = (connect or smtplib.SMTP)(notify.server, notify.port, timeout=_SECONDS)
    if notify.security == "starttls":
        try:
            server.starttls(context=trusted)
        except BaseException:
            server.close()
            raise
    return server
