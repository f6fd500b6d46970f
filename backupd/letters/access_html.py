"""The access report as an HTML document that reads and prints well, with every heading that art. 15 asks for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from html import escape

from backupd.cli.text import Dates, visible
from backupd.letters.access import AccessFacts, HeldShoot
from backupd.letters.access_words import CHANNELS, HEADINGS, STATES, TEXTS, VALUES
from backupd.letters.compose import refuse_without_controller
from backupd.letters.html import document, paragraph, points
from backupd.letters.numerals import counted, grouped
from backupd.letters.passages import Language

_COLUMNS: dict[str, dict[Language, tuple[str, ...]]] = {
    "known": {"fi": ("Tieto", "Arvo", "Lähde"), "en": ("What", "Value", "Source")},
    "listed": {
        "fi": ("Kuvaus", "Nimi", "Rooli", "Yhteystieto", "Ikä", "Suostumus"),
        "en": ("Shoot", "Name", "Role", "Contact", "Age", "Consent"),
    },
    "shoots": {
        "fi": ("Nro", "Kuvaus", "Päivä", "Sisältö", "Säilytys"),
        "en": ("No.", "Shoot", "Day", "Contents", "Kept"),
    },
    "given": {"fi": ("Kenelle", "Miten", "Tiedostoja", "Milloin"), "en": ("To whom", "How", "Files", "When")},
    "services": {"fi": ("Palvelu", "Tehtävä", "Tiedot", "Alue"), "en": ("Service", "Task", "Data", "Region")},
    "transfers": {"fi": ("Palvelu", "Alue", "Siirron peruste", "Tarkistettu"),
                  "en": ("Service", "Region", "Safeguard", "Checked on")},
    "shown": {"fi": ("Kanava", "Osoite", "Alkaen", ""), "en": ("Channel", "Address", "Since", "")},
    "consents": {
        "fi": ("Käyttö", "Tila", "Antaja", "Alkaen", "Asti"),
        "en": ("Use", "State", "Given as", "From", "Until"),
    },
    "requests": {"fi": ("Tunnus", "Laji", "Saapunut", "Tila"), "en": ("Reference", "Kind", "Received", "State")},
    "look_ups": {"fi": ("Päivä", "Mitä", "Kertaa"), "en": ("Day", "What", "Times")},
}  # fmt: skip


def as_html(facts: AccessFacts) -> str:
    """Return the report. Raises ControllerUnset."""
    refuse_without_controller(facts.controller)
    return document(TEXTS["title"][facts.language], facts.language, "\n".join(_Report(facts).blocks()))


class _Report:
    def __init__(self, facts: AccessFacts) -> None:
        self._facts = facts
        self._language = facts.language
        self._dates = Dates(facts.language, UTC)

    def blocks(self) -> Iterable[str]:
        facts = self._facts
        sender = (facts.controller.name, facts.controller.address, facts.controller.contact)
        yield paragraph(" · ".join(each for each in sender if each), "quiet")
        yield f"<h1>{escape(self._text('title'))}</h1>"
        case = self._text("reference", request=facts.request) if facts.request else ""
        about = " · ".join(each for each in (visible(facts.name), self._day(facts.made_on), case) if each)
        yield paragraph(about, "shoot")
        sections = {
            "confirmation": self._confirmation(),
            "purposes": points(tuple(self._text(key) for key in TEXTS if key.startswith("purpose_"))),
            "data": self._data(),
            "media": self._media(),
            "recipients": self._recipients(),
            "transfers": self._transfers(),
            "storage": self._storage(),
            "source": paragraph(self._text("source")),
            "consents": self._consents(),
            "requests": self._requests(),
            "look_ups": self._look_ups(),
            "automated": paragraph(self._text("automated")),
            "rights": paragraph(self._text("rights", contact=facts.controller.contact)),
            "complaint": paragraph(self._text("complaint", authority=facts.controller.authority)),
            "attachments": points(tuple(map(visible, facts.attachments))) or paragraph(self._text("no_attachments")),
        }
        for key, heading in HEADINGS.items():
            yield f"<h2>{escape(heading[self._language])}</h2>\n{sections[key]}"

    def _confirmation(self) -> str:
        facts = self._facts
        said = paragraph(self._text("held", day=self._day(facts.made_on)) if facts.is_held else self._text("not_held"))
        if facts.doubtful:
            said += paragraph(self._text("doubtful", number=grouped(facts.doubtful, self._language)))
        return said

    def _data(self) -> str:
        known = [(self._value(each.kind), each.value, self._value(each.source)) for each in self._facts.known_by]
        ages = {True: self._text("minor"), False: self._text("adult"), None: ""}
        listed = [
            (str(each.shoot), each.name, each.role or "", _contact(each.email, each.phone), ages[each.minor],
             self._value(each.consent or ""))
            for each in self._facts.appearances
        ]  # fmt: skip
        holds = dict.fromkeys(
            self._text("hold", kind=self._value(each.kind), day=self._day(each.since)) for each in self._facts.holds
        )
        return (self._table("known", known) + self._table("listed", listed) + points(tuple(holds))) or self._none()

    def _media(self) -> str:
        rows = [
            (str(each.id), self._shoot(each),
             _whole(self._dates.span(each.first_day, each.last_day)) if each.first_day else self._text("no_day"),
             self._contents(each), self._kept(each))
            for each in self._facts.shoots
        ]  # fmt: skip
        return self._table("shoots", rows) or self._none()

    def _shoot(self, shoot: HeldShoot) -> str:
        return f"{shoot.title or self._text('shoot')} ({self._text('as_client' if shoot.as_client else 'as_participant')})"

    def _contents(self, shoot: HeldShoot) -> str:
        kinds = (("photo", shoot.photos), ("video", shoot.videos), ("other", shoot.others))
        return ", ".join(_whole(counted(number, noun, self._language)) for noun, number in kinds if number)

    def _kept(self, shoot: HeldShoot) -> str:
        if shoot.kept_until is None or shoot.kept == "prunable":
            return self._value(shoot.kept)
        until = self._text("until", day=self._day(shoot.kept_until))
        return f"{until}, {self._text('held_besides')}" if shoot.kept == "held" else until

    def _recipients(self) -> str:
        facts = self._facts
        given = [
            (each.name or self._text("unnamed"), self._word(CHANNELS, each.channel), grouped(each.files, self._language),
             self._day(each.on))
            for each in facts.given
        ]  # fmt: skip
        shown = [
            (each.channel, each.address, self._day(each.since),
             self._text("removed", day=self._day(each.removed_on)) if each.removed_on else "")
            for each in facts.shown
        ]  # fmt: skip
        services = [(each.name, each.role, each.data, each.region) for each in facts.services]
        said = paragraph(self._text("never_sold" if given or shown else "no_recipients"))
        said += self._table("given", given) + self._table("shown", shown)
        return said + (paragraph(self._text("services")) + self._table("services", services) if services else "")

    def _transfers(self) -> str:
        rows = [
            (each.name, each.region, each.transfer, self._day(each.checked_on))
            for each in self._facts.services
            if each.transfer
        ]
        if not rows:
            return paragraph(self._text("no_transfers"))
        return paragraph(self._text("transfers")) + self._table("transfers", rows)

    def _storage(self) -> str:
        return paragraph(self._text("storage_media", minimum=self._facts.minimum)) + paragraph(
            self._text("storage_contact", unused=self._facts.unused_contacts)
        )

    def _consents(self) -> str:
        rows = [
            (", ".join(each.uses), self._value(each.state), self._value(each.speaks_as), self._day(each.from_day),
             self._day(each.withdrawn_on or each.until_day))
            for each in self._facts.consents
        ]  # fmt: skip
        return self._table("consents", rows) or self._none()

    def _requests(self) -> str:
        rows = [
            (each.id, self._value(each.kind), self._day(each.received_on),
             STATES.get(each.state, STATES[""])[self._language])
            for each in self._facts.requests
        ]  # fmt: skip
        return self._table("requests", rows) or self._none()

    def _look_ups(self) -> str:
        rows = [
            (self._day(each.on), self._value(each.what), grouped(each.times, self._language))
            for each in self._facts.look_ups
        ]
        return paragraph(self._text("look_ups")) + (self._table("look_ups", rows) or self._none())

    def _table(self, key: str, rows: Sequence[Sequence[str]]) -> str:
        if not rows:
            return ""
        head = "".join(f"<th>{escape(each)}</th>" for each in _COLUMNS[key][self._language])
        body = "\n".join("<tr>" + "".join(f"<td>{escape(visible(cell))}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>\n"

    def _none(self) -> str:
        return paragraph(self._text("none"))

    def _text(self, key: str, **fields: str) -> str:
        text = TEXTS[key][self._language]
        return text.format(**fields) if fields else text

    def _value(self, value: str) -> str:
        return self._word(VALUES, value)

    def _word(self, words: Mapping[str, Mapping[Language, str]], value: str) -> str:
        return words[value][self._language] if value in words else value

    def _day(self, value: date | None) -> str:
        return _whole(self._dates.day(value)) if value is not None else ""


def _whole(text: str) -> str:
    """Return text that no line breaks in two."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _contact(email: str | None, phone: str | None) -> str:
    return ", ".join(filter(None, (email, _whole(phone) if phone else None)))
