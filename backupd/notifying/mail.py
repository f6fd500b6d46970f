"""The mail itself, and handing it to the studio's mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from backupd.cli.text import Dates, cut
from backupd.letters.numerals import grouped
from backupd.notifying.report import Report
from backupd.notifying.telling import Letter
from backupd.notifying.words import MAIL, Language
from index.notices import NoticeRow

if TYPE_CHECKING:
    from backupd.settings.models import Notify, Studio

_SECONDS = 30
_SUBJECT_COLUMNS = 120


class NotSent(Exception):
    """The mail server could not be reached or did not take the mail; its words may hold addresses and are left out."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom and when mails come, and in whose language and time of day they are written."""

    sender: str
    studio: Studio
    host: str
    at: datetime


def write_mail(letter: Letter, envelope: Envelope) -> EmailMessage:
    """Return the mail that tells a letter's notices."""
    language = envelope.studio.language
    count = len(letter.notices)
    subject = _said("subject_one" if count == 1 else "subject_many", language, what=letter.notices[0].text,
                    number=grouped(count, language))  # fmt: skip
    opening = ("digest" if letter.is_digest else "at_once") + ("_one" if count == 1 else "")
    dates = Dates(language, ZoneInfo(envelope.studio.timezone))
    lines = [_line(each, dates, language) for each in letter.notices]
    return _mail(letter.to, subject, [_said(opening, language), "", *lines], envelope)


def write_report(to: str, report: Report, envelope: Envelope) -> EmailMessage:
    """Return the mail that brings a report."""
    return _mail(to, report.subject, [report.subject, "", *(f"- {line}" for line in report.lines)], envelope)


def _mail(to: str, subject: str, lines: list[str], envelope: Envelope) -> EmailMessage:
    language, sender, name = envelope.studio.language, envelope.sender, envelope.studio.name
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Date"] = format_datetime(envelope.at)
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    # Nobody is to answer by machine.
    mail["Auto-Submitted"] = "auto-generated"
    mail["Subject"] = cut(f"[backupd] {subject}".replace("\n", " "), _SUBJECT_COLUMNS)
    closing = _said("from" if name else "from_nobody", language, studio=name, host=envelope.host)
    mail.set_content("\n".join([*lines, "", closing, ""]))
    # Setting the content takes out whatever was said of one before.
    mail["Content-Language"] = language
    return mail


def _line(notice: NoticeRow, dates: Dates, language: Language) -> str:
    since = dates.instant(datetime.fromtimestamp(notice.opened_at, UTC))
    return f"- {notice.text} ({_said('since', language, when=since)})"


def _said(key: str, language: Language, **fields: object) -> str:
    return MAIL[key][language].format(**fields)


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
