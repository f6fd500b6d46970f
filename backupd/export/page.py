"""The page that lies in each bag: what is in it, in words for the person who gets it, in Finnish or English. Pure.

No script, nothing from elsewhere; every name is escaped, and every link leads into the bag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Literal
from urllib.parse import quote

from backupd.cli.text import Dates, size, visible
from backupd.letters.html import document, paragraph
from backupd.letters.numerals import counted

Language = Literal["fi", "en"]


@dataclass(frozen=True, slots=True)
class Line:
    """A file in the bag. `was` is the name it had, where it could not stay; `size` bytes."""

    path: str
    size: int
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A file that is not in the bag, and why: damaged, missing, unreachable."""

    path: str
    size: int
    why: Literal["damaged", "missing", "unreachable"]


@dataclass(frozen=True, slots=True)
class Shot:
    """One shoot: how it is called here, and its days."""

    title: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class PageFacts:
    """All that the page tells. `unproven` is how many files had no known hash to be held against."""

    studio: str
    contact: str
    made_on: date
    shoots: Sequence[Shot]
    photos: int
    videos: int
    others: int
    lines: Sequence[Line]
    lost: Sequence[Lost] = ()
    number: int = 1
    of: int = 1
    unproven: int = 0


_WORDS: dict[Language, dict[str, str]] = {
    "fi": {
        "title": "Kuvasi varmuuskopiosta",
        "from": "Lähettäjä: {studio}",
        "made": "Koottu {day}",
        "part": "Osa {number}/{of}",
        "inside": "Sisältö: {what}, yhteensä {size}.",
        "checked": "Jokainen tiedosto on luettu varmuuskopiosta ja tarkistettu. Tarkistussummat (SHA-256) ovat"
        " tiedostossa manifest-sha256.txt.",
        "unproven": "Aiempaa tarkistussummaa, johon verrata, ei ollut: {what}.",
        "keep": "Suosittelemme säilyttämään tärkeistä kuvista useita varmuuskopioita.",
        "aim": "Pyrimme säilyttämään varmuuskopioita vähintään vuoden ja sen jälkeen levytilan salliessa, joten emme"
        " voi taata vanhempien tiedostojen säilymistä.",
        "lost": "Mitä emme saaneet mukaan",
        "damaged": "vioittunut",
        "missing": "ei enää tallessa",
        "unreachable": "ei juuri nyt saatavilla; toimitamme sen erikseen",
        "renamed": "Joidenkin tiedostojen nimi on muutettu, jotta tiedosto avautuu kaikilla tietokoneilla.",
        "files": "Tiedostot",
        "name": "Tiedosto",
        "size": "Koko",
        "why": "Syy",
        "was": "alkuperäinen nimi: {name}",
        "questions": "Kysyttävää? {contact}",
    },
    "en": {
        "title": "Your pictures from our backup",
        "from": "From: {studio}",
        "made": "Put together on {day}",
        "part": "Part {number} of {of}",
        "inside": "Contents: {what}, {size} in all.",
        "checked": "Every file was read from the backup and checked. The checksums (SHA-256) are in the file"
        " manifest-sha256.txt.",
        "unproven": "There was no earlier checksum to compare with: {what}.",
        "keep": "We recommend keeping several backups of important pictures.",
        "aim": "We aim to keep backups for at least a year and after that while disk space allows, so older files"
        " cannot be guaranteed.",
        "lost": "What we could not include",
        "damaged": "damaged",
        "missing": "no longer kept",
        "unreachable": "cannot be reached just now; we will send it separately",
        "renamed": "Some files were given another name, so that they open on every computer.",
        "files": "Files",
        "name": "File",
        "size": "Size",
        "why": "Why",
        "was": "original name: {name}",
        "questions": "Questions? {contact}",
    },
}

def compose_page(facts: PageFacts, language: Language, dates: Dates) -> str:
    """Return the page as HTML."""
    words = _WORDS[language]
    many = [
        counted(number, kind, language)
        for number, kind in ((facts.photos, "photo"), (facts.videos, "video"), (facts.others, "other"))
        if number
    ]
    total = sum(line.size for line in facts.lines)
    made = f"{words['from'].format(studio=facts.studio)} · {words['made'].format(day=dates.day(facts.made_on))}"
    blocks = [
        f"<h1>{escape(words['title'])}</h1>",
        paragraph(made, "quiet"),
        *(paragraph(_shoot(shot, dates), "shoot") for shot in facts.shoots),
    ]
    if facts.of > 1:
        blocks.append(paragraph(words["part"].format(number=facts.number, of=facts.of), "quiet"))
    inside = ", ".join(many) or counted(0, "file", language)
    blocks.append(paragraph(words["inside"].format(what=inside, size=_size(total, language))))
    blocks.append(paragraph(words["checked"]))
    if facts.unproven:
        blocks.append(paragraph(words["unproven"].format(what=counted(facts.unproven, "file", language))))
    if facts.lost:
        blocks.append(_lost(facts.lost, words, language))
    blocks.append(f'<div class="box"><strong>{escape(words["keep"])}</strong> {escape(words["aim"])}</div>')
    blocks.append(_files(facts.lines, words, language))
    if facts.contact:
        blocks.append(paragraph(words["questions"].format(contact=facts.contact), "quiet"))
    return document(words["title"], language, "\n".join(blocks))


def _shoot(shot: Shot, dates: Dates) -> str:
    days = dates.span(shot.first_day, shot.last_day) if shot.first_day else ""
    return " · ".join(part for part in (visible(shot.title), days) if part)


def _lost(lost: Sequence[Lost], words: dict[str, str], language: Language) -> str:
    rows = [
        f'<tr><td class="path">{escape(visible(each.path))}</td><td>{escape(words[each.why])}</td>'
        f'<td class="n">{escape(_size(each.size, language))}</td></tr>'
        for each in lost
    ]
    head = f'<tr><th>{words["name"]}</th><th>{words["why"]}</th><th class="n">{words["size"]}</th></tr>'
    return f'<div class="box"><h2>{escape(words["lost"])}</h2>\n<table><thead>{head}</thead>\n<tbody>\n' + "\n".join(
        rows
    ) + "\n</tbody></table></div>"


def _files(lines: Sequence[Line], words: dict[str, str], language: Language) -> str:
    rows = []
    for line in lines:
        href = quote(f"data/{line.path}", errors="replace")
        was = ""
        if line.was is not None:
            was = f' <span class="quiet">({escape(words["was"].format(name=visible(line.was)))})</span>'
        rows.append(
            f'<tr><td class="path"><a href="{href}">{escape(visible(line.path))}</a>{was}</td>'
            f'<td class="n">{escape(_size(line.size, language))}</td></tr>'
        )
    note = paragraph(words["renamed"]) if any(line.was is not None for line in lines) else ""
    head = f'<tr><th>{words["name"]}</th><th class="n">{words["size"]}</th></tr>'
    return (
        f"<h2>{escape(words['files'])}</h2>\n{note}<table><thead>{head}</thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody></table>"
    )


def _size(count: int, language: Language) -> str:
    shown = size(count)
    if language == "fi":
        shown = shown.replace(".", ",")
        return f"{shown[:-1]}t" if shown.endswith(" B") else shown
    return shown
