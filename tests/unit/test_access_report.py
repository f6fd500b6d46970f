"""The access report: every heading of art. 15, all of the person, and nothing of anybody else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from backupd.access_report import Who, gather_access
from backupd.letters.access import AccessFacts, HeldShoot, KnownBy, as_json
from backupd.letters.access_html import as_html
from backupd.letters.access_words import HEADINGS, TEXTS, VALUES
from backupd.letters.errors import ControllerUnset
from backupd.letters.portable import as_csv as portable_csv
from backupd.letters.portable import as_json as portable_json
from backupd.settings.models import Index as IndexSettings
from backupd.settings.models import Processor, Requests, Settings, Studio
from backupd.settings.source import given as given_settings
from index import disclosures, placements
from index.consents import Consent
from index.disclosures import Disclosure
from index.engine import Index, open_index
from index.holds import Hold
from index.ledger import Ledger, open_ledger
from index.ledger_line import Draft
from index.people import NewAppearance, record_list
from index.placements import Placement
from index.replay import give_consent, put_hold
from index.schema import client, client_spelling
from index.shoot_hashes import shoot_hashes
from index.shoots import change_shoot, get_shoots
from tests.unit.letter_facts import CONTROLLER
from tests.unit.one_wedding import fill

TODAY = date(2026, 11, 27)
NOON = 1_780_000_000
AINO = Who("Aino Virtanen", "aino@virtanen.example")
STRANGERS = ("Kalle", "Liisa", "Laine", "another.aino", "1234567", "Onni", "Anna")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with given_settings({}, base=str(tmp_path)):
        return Settings(
            studio=Studio(name=CONTROLLER.name, contact=CONTROLLER.contact),
            index=IndexSettings(url=f"sqlite:///{tmp_path}/index.db"),
            requests=Requests(processors=(Processor(name="Postipalvelu", region="USA", transfer="vakiolausekkeet"),)),
        )


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    return open_ledger(settings.index.ledger_path, settings.index.ledger_key_path)


@pytest.fixture
def filled(settings: Settings) -> Iterator[Index]:
    """The wedding alone, to be written over."""
    index = open_index(settings.index.url, create=True)
    fill(index)
    yield index
    index.close()


@pytest.fixture
def conn(settings: Settings, ledger: Ledger) -> Iterator[Connection]:
    """The wedding, with all that can be held about Aino: consent, hold, link, placement, look-ups."""
    index = open_index(settings.index.url, create=True)
    fill(index)
    aino = ledger.key.hash("email", "aino@virtanen.example")
    with index.write() as conn:
        hashed = shoot_hashes(conn, ledger.key, [1])[1]
        give_consent(conn, ledger, Consent("c-1", "yes", aino, "participant", ("web",), "2026-06-07", NOON, "anna", name="Aino"))
        put_hold(conn, ledger, Hold("h-1", "restriction", NOON, "anna", "reason about Onni", "anna", "a", person=aino))
        disclosures.add(conn, Disclosure(1, None, "Painotalo Oy", "link", 3, 30, NOON, "anna"))
        placements.add(conn, Placement(1, None, "web", "https://kuvaamo.example/1", NOON, "anna"))
        for _ in range(2):
            ledger.append(Draft("look-up", NOON, "anna", (hashed,), words={"command": "find"}))
        ledger.append(Draft("look-up", NOON, "anna", ("ab" * 32,), words={"command": "show"}))
    with index.read() as conn:
        yield conn
    index.close()


def test_all_of_a_participant_and_nothing_of_others(conn: Connection, settings: Settings, ledger: Ledger) -> None:
    facts = gather_access(conn, settings, ledger.key, AINO, TODAY)
    assert {each.shoot for each in facts.appearances} == {1, 2}
    assert [(each.id, each.as_client, each.photos) for each in facts.shoots] == [(1, False, 1), (2, False, 0)]
    assert [(each.state, each.uses) for each in facts.consents] == [("given", ("web",))]
    assert [each.kind for each in facts.holds] == ["restriction"]
    assert [each.name for each in facts.given] == ["Painotalo Oy"]
    assert [(each.what, each.times) for each in facts.look_ups] == [("find", 2)]
    assert facts.doubtful == 1
    assert (facts.minimum, facts.unused_contacts) == ("vuoden", "5 vuotta")
    for text in (as_html(facts), as_json(facts).decode()):
        assert "aino@virtanen.example" in text
        assert not [each for each in STRANGERS if each in text]


def test_a_client_is_told_the_titles_of_their_shoots(conn: Connection, settings: Settings, ledger: Ledger) -> None:
    facts = gather_access(conn, settings, ledger.key, replace(AINO, client_of=frozenset({1})), TODAY)
    assert [(each.title, each.as_client) for each in facts.shoots] == [("Aino ja Onni", True), ("", False)]


def test_a_case_narrows_it(conn: Connection, settings: Settings, ledger: Ledger) -> None:
    facts = gather_access(conn, settings, ledger.key, replace(AINO, shoots=frozenset({1})), TODAY)
    assert [each.id for each in facts.shoots] == [1]


def test_of_somebody_unknown_nothing_is_held(conn: Connection, settings: Settings, ledger: Ledger) -> None:
    facts = gather_access(conn, settings, ledger.key, Who("Maija Meikäläinen"), TODAY)
    assert not facts.is_held
    assert TEXTS["not_held"]["fi"] in as_html(facts)
    assert json.loads(as_json(facts))["processing"] is False


@pytest.mark.parametrize("language", ["fi", "en"])
def test_every_heading_stands_once_in_its_order(conn: Connection, settings: Settings, ledger: Ledger, language: str) -> None:
    page = as_html(gather_access(conn, settings, ledger.key, AINO, TODAY, language=language))
    read = _Read()
    read.feed(page)
    assert read.headings == [heading[language] for heading in HEADINGS.values()]
    assert "@media print" in page
    assert "Postipalvelu" in page
    assert not set(read.tags) & {"script", "img", "link", "iframe"}


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.tags: list[str] = []
        self._in = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._in = tag
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self._in == "h2" and data.strip():
            self.headings.append(data)


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_name_breaks_the_page(name: str, value: str) -> None:
    facts = AccessFacts("fi", TODAY, CONTROLLER, name, known_by=(KnownBy("name", value, "list"),), attachments=(name,))
    read = _Read()
    read.feed(as_html(facts))
    assert set(read.tags) <= {"html", "head", "meta", "title", "style", "body", "p", "h1", "h2", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
    assert json.loads(as_json(facts))["name"] == name


_WORD = st.text("bdfgqwxzö", min_size=5, max_size=8).map(str.capitalize)
_OTHERS = st.lists(
    st.tuples(_WORD, _WORD, st.text("bdfgqwxz", min_size=5, max_size=8), st.text("123456789", min_size=7, max_size=9)),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip


@given(others=_OTHERS, as_client=st.booleans(), couple=st.booleans())
@hypothesis.settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_else_is_in_it(
    filled: Index, settings: Settings, ledger: Ledger, others: list[tuple[str, str, str, str]], as_client: bool, couple: bool
) -> None:
    first, last, *_ = others[0]
    rows = [NewAppearance("own", "Aino Virtanen", "row 1", f"{first}n sisko", "aino@virtanen.example", None, None, None)]
    rows += [
        NewAppearance(f"other {one} {two} {mail}", f"{one} {two}", f"row {at + 1}", "vieras", f"{mail}@{mail}.example", phone, None, None)
        for at, (one, two, mail, phone) in enumerate(others, 1)
    ]
    with filled.write() as conn:
        record_list(conn, 2, 1, rows)
        change_shoot(conn, 1, title=f"Aino ja {first}")
        name = f"Aino Virtanen & {first} {last}" if couple else "Virtanen"
        conn.execute(update(client).where(client.c.id == get_shoots(conn, [1])[1].client_id).values(name=name))
        conn.execute(update(client_spelling).values(spelling=name))
        disclosures.add(conn, Disclosure(1, None, None, "zip", 3, 30, NOON, "anna", reason=f"{first} asked"))
    who = replace(AINO, client_of=frozenset({1}) if as_client else frozenset())
    with filled.read() as conn:
        facts = gather_access(conn, settings, ledger.key, who, TODAY)
    assert 1 in {each.shoot for each in facts.appearances}
    for text in (as_html(facts), as_json(facts).decode(), portable_json(facts).decode(), portable_csv(facts).decode()):
        for one in others:
            assert not [word for word in one if word.casefold() in text.casefold()]


@pytest.mark.parametrize("title", ["=1+1", "+358", "-häät", "@a", "\tx"])
def test_no_cell_of_what_is_portable_is_a_formula(title: str) -> None:
    shoot = HeldShoot(1, title, TODAY, TODAY, True, 3, 0, 0, "protected", TODAY)
    facts = AccessFacts("fi", TODAY, CONTROLLER, "Aino", shoots=(shoot, replace(shoot, id=2, as_client=False)))
    rows = list(csv.DictReader(io.StringIO(portable_csv(facts).decode("utf-8-sig"), newline="")))
    assert [each["value"] for each in rows if each["field"] == "title"] == [f"'{title}"]
    assert {each["shoot"] for each in rows} == {"", "1"}
    assert [each["value"] for each in json.loads(portable_json(facts))["provided"] if each["field"] == "title"] == [title]


def test_no_report_without_a_controller() -> None:
    with pytest.raises(ControllerUnset):
        as_html(AccessFacts("fi", TODAY, replace(CONTROLLER, contact=""), "A"))


def test_both_languages_say_everything() -> None:
    for table in (HEADINGS, TEXTS, VALUES):
        assert all(set(each) == {"fi", "en"} and all(each.values()) for each in table.values())
