"""A letter as plain text, as HTML, and as a draft to open in a mail program. Pure; nothing is sent."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from backupd.cli.text import visible
from backupd.letters.compose import Letter, Paragraph
from backupd.letters.errors import LetterLacks
from backupd.letters.html import document, paragraph, points

_COLUMNS = 72


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a draft: its name, its content type ("text/html") and its bytes."""

    name: str
    content_type: str
    content: bytes


def as_text(letter: Letter) -> str:
    """Return the letter as plain text, in lines of at most 72 signs; addresses are never broken."""
    sender = letter.sender
    blocks = [
        "\n".join(line for line in (sender.name, sender.address, sender.contact) if line),
        letter.date,
        letter.subject,
        letter.greeting,
        *(_plain(each) for each in letter.paragraphs),
        f"{letter.closing}\n{sender.name}",
    ]
    if letter.footer:
        blocks.append("\n".join(letter.footer))
    blocks += [_plain(each) for each in letter.appendix]
    return "\n\n".join(visible_lines(block) for block in blocks) + "\n"


def as_html(letter: Letter) -> str:
    """Return the letter as an HTML document."""
    sender = letter.sender
    head = " · ".join(line for line in (sender.name, sender.address, sender.contact) if line)
    body = [
        paragraph(head, "quiet"),
        paragraph(letter.date, "quiet"),
        f"<h1>{escape(letter.subject)}</h1>",
        paragraph(letter.greeting),
        *(_marked(each) for each in letter.paragraphs),
        f"<p>{escape(letter.closing)}<br>\n{escape(sender.name)}</p>",
        *(paragraph(line, "quiet") for line in letter.footer),
        *(f"<h2>{escape(each.text)}</h2>" + points(each.points) for each in letter.appendix),
    ]
    return document(letter.subject, letter.language, "\n".join(body))


def as_eml(letter: Letter, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return the letter as a draft (RFC 5322): text and HTML, to be opened, looked at and sent by a person.

    Raises LetterLacks where the address it would go to is none.
    """
    message = EmailMessage(policy=SMTP)
    # How mail programs know a draft from a message that came.
    message["X-Unsent"] = "1"
    if "@" in letter.sender.contact:
        message["From"] = _address(letter, letter.sender.name, letter.sender.contact)
    if letter.to:
        message["To"] = _address(letter, letter.to_name, letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message.set_content(as_text(letter))
    message.add_alternative(as_html(letter), subtype="html")
    for each in attachments:
        main, _, sub = each.content_type.partition("/")
        # Mail programs that show a text without being told its charset take it for ASCII.
        params = {"charset": "utf-8"} if main == "text" else {}
        message.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name, params=params)
    return message.as_bytes()


def visible_lines(text: str) -> str:
    """Return text with hidden signs written out, its line ends kept."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _address(letter: Letter, name: str, address: str) -> Address:
    try:
        return Address(" ".join(name.split()), addr_spec=address.strip())
    except (MessageError, ValueError, IndexError) as err:
        raise LetterLacks(letter.kind, ("a mail address that is one",)) from err


def _plain(each: Paragraph) -> str:
    lines = textwrap.wrap(each.text, _COLUMNS, break_long_words=False, break_on_hyphens=False)
    for point in each.points:
        lines += textwrap.wrap(
            point, _COLUMNS, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        ) or ["-"]
    return "\n".join([*lines, *each.links])


def _marked(each: Paragraph) -> str:
    links = "".join(
        f'<br>\n<a href="{escape(link)}">{escape(link)}</a>' if link.startswith("https://") else f"<br>\n{escape(link)}"
        for link in each.links
    )
    return f"<p>{escape(each.text)}{links}</p>" + points(each.points)
