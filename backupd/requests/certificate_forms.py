"""A certificate of erasure as text and as HTML that prints, in Finnish and English. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from html import escape

from backupd.letters.facts import Controller
from backupd.letters.html import document, paragraph, points
from backupd.letters.numerals import Language, counted
from backupd.letters.render import visible_lines
from backupd.requests.certificate import FOREVER, Certificate, Stays
from backupd.requests.certificate_words import said
from backupd.requests.grounds import GROUNDS

_COLUMNS = 72

ShowDay = Callable[[date], str]
ShowSize = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the document: its heading ("" for the first one) and its lines."""

    heading: str
    lines: tuple[str, ...]


def parts_of(one: Certificate, language: Language, day: ShowDay, size: ShowSize) -> tuple[str, tuple[Part, ...]]:
    """Return the document's title and its parts, in the order in which they are read."""
    title = said("title" if one.is_whole else "interim", language)
    parts = [
        Part("", tuple(_head(one, language, day))),
        Part(said("went", language), tuple(_went(one, language, size))),
        Part(said("how", language), tuple(_how(one, language))),
        Part(said("stays", language), tuple(_stays(one, language, day))),
        Part(said("residual", language), tuple(_residual(one, language, day))),
        Part(said("open", language), tuple(_open(one, language))),
    ]
    return title, tuple(part for part in parts if part.lines)


def as_text(one: Certificate, controller: Controller, language: Language, day: ShowDay, size: ShowSize) -> str:
    """Return the certificate as plain text."""
    title, parts = parts_of(one, language, day, size)
    sender = "\n".join(line for line in (controller.name, controller.address, controller.contact) if line)
    blocks = [sender, title.upper()]
    for part in parts:
        lines = [line for each in part.lines for line in _wrapped(each, bool(part.heading))]
        blocks.append("\n".join([part.heading, *lines] if part.heading else lines))
    return "\n\n".join(visible_lines(block) for block in blocks) + "\n"


def as_html(one: Certificate, controller: Controller, language: Language, day: ShowDay, size: ShowSize) -> str:
    """Return the certificate as an HTML document that loads nothing."""
    title, parts = parts_of(one, language, day, size)
    sender = " · ".join(line for line in (controller.name, controller.address, controller.contact) if line)
    body = [paragraph(sender, "quiet"), f"<h1>{escape(title)}</h1>"]
    for part in parts:
        if part.heading:
            body.append(f"<h2>{escape(part.heading)}</h2>\n{points(part.lines)}")
        else:
            body += [paragraph(line) for line in part.lines]
    return document(title, language, "\n".join(body))


def _head(one: Certificate, language: Language, day: ShowDay) -> Iterator[str]:
    if one.name:
        yield one.name
    yield said("request", language, uid=one.request, received=day(one.received_on))
    if one.executed_on:
        yield said("run", language, day=day(one.executed_on))
    if one.checked_on:
        yield said("checked", language, day=day(one.checked_on))


def _went(one: Certificate, language: Language, size: ShowSize) -> Iterator[str]:
    for each in one.stores:
        if each.files:
            files = counted(each.files, "file", language)
            yield said("files", language, store=each.store, files=files, size=size(each.size))
        for noun, number in (("list", each.lists), ("folder", each.folders), ("link", each.links)):
            if number:
                yield said(f"{noun}s", language, store=each.store, what=counted(number, noun, language))
    if one.published:
        yield said("published", language, what=counted(one.published, "publication", language))
    if one.told:
        yield said("told", language, what=counted(one.told, "recipient", language))
    if one.places:
        yield said("places", language, names=", ".join(one.places))
    yield said("register", language)


def _how(one: Certificate, language: Language) -> Iterator[str]:
    for each in one.stores:
        if each.files:
            yield said("asked", language, number=f"{each.asked}/{each.files}", store=each.store)
    if one.entries:
        yield said("ledger", language, first=one.entries[0], last=one.entries[1])
    if one.digest:
        yield said("digest", language, digest=one.digest)
    if one.four_eyes:
        yield said("four_eyes", language)


def _stays(one: Certificate, language: Language, day: ShowDay) -> Iterator[str]:
    for each in one.stays:
        what = each.what or said("item", language, number=each.number)
        yield said("refused", language, what=what, why=_why(each, language))
    if not one.stays:
        yield said("nothing_refused", language)
    if one.letters:
        yield said("letters", language, number=one.letters)
    until = said("trace_until", language, day=day(one.evidence_until)) if one.evidence_until else ""
    yield said("trace", language, until=until)
    yield said("accounts", language)


def _why(each: Stays, language: Language) -> str:
    ground = GROUNDS.get(each.code, {}).get(language, "")
    if each.code == "restrict":
        ground = said("restricted", language)
    return "; ".join(part for part in (ground, each.why) if part) or each.code


def _residual(one: Certificate, language: Language, day: ShowDay) -> Iterator[str]:
    for each in one.stores:
        until = each.restorable_until
        if until is None:
            yield said("nothing", language, store=each.store)
        elif until == FOREVER:
            yield said("forever", language, store=each.store)
        else:
            yield said("provider", language, store=each.store, day=day(until))
    if one.backups_until is None:
        yield said("backups_forever", language)
    else:
        yield said("backups", language, day=day(one.backups_until))


def _open(one: Certificate, language: Language) -> Iterator[str]:
    for each in one.stores:
        if each.open:
            yield said("act_open", language, store=each.store, files=counted(each.open, "file", language))
    for number, kind in one.open_items:
        yield said("item_open", language, number=number, kind=kind)


def _wrapped(line: str, is_point: bool) -> list[str]:
    first, then = ("- ", "  ") if is_point else ("", "")
    return textwrap.wrap(line, _COLUMNS, initial_indent=first, subsequent_indent=then, break_long_words=False,
                         break_on_hyphens=False)  # fmt: skip
