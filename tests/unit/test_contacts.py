"""Contacts: what is one contact, when it is due, what stops its forgetting, and what forgetting leaves to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path

import pytest
from sqlalchemy import text

from backupd.contacts import Known, forget, known_contacts, together
from backupd.policy.contacts import ContactFacts, decide_contact
from backupd.retaining import Basis
from backupd.settings.values import UNLIMITED, Duration
from index import holds, placements, review
from index.appearing import Appearing, appearing
from index.engine import Index, open_index
from index.erased import request_of_persons
from index.holds import Hold
from index.ledger import Ledger, open_ledger
from index.placements import Placement
from index.replay import record_erased, replay
from tests.unit.one_wedding import fill

FIVE = Duration(years=5)
LATE = date(2031, 6, 6)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "ledger", tmp_path / "ledger.key")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    fill(index)
    yield index
    index.close()


def _known(index: Index, ledger: Ledger, today: date = LATE) -> dict[str, Known]:
    with index.read() as conn:
        found = known_contacts(conn, Basis(today, UTC, FIVE, key=ledger.key), ledger.key, FIVE)
    return {next(iter(one.contact.emails | one.contact.phones)): one for one in found}


def test_due_on_the_same_day_five_years_later_and_not_a_day_before() -> None:
    facts = ContactFacts(date(2024, 2, 29))
    assert decide_contact(facts, FIVE, date(2029, 2, 27)).state == "in use"
    assert decide_contact(facts, FIVE, date(2029, 2, 28)).state == "due"
    assert decide_contact(facts, UNLIMITED, date(2099, 1, 1)).state == "in use"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (ContactFacts(None), "unknown"),
        (ContactFacts(date(2000, 1, 1), undated=True), "unknown"),
        (ContactFacts(date(2000, 1, 1), holds=("legal",)), "held"),
        (ContactFacts(date(2000, 1, 1), published=True), "in use"),
    ],
)
def test_what_is_unknown_held_or_in_use_is_never_due(facts: ContactFacts, state: str) -> None:
    assert decide_contact(facts, FIVE, date(2031, 1, 1)).state == state


def test_lines_that_share_an_address_or_a_number_are_one_contact() -> None:
    lines = [
        Appearing(1, "Aino", False, "a@x.example", None),
        Appearing(2, "Aino V", False, None, "040 1"),
        Appearing(3, "A. Virtanen", False, "A@X.example", "+358 40 1"),
        Appearing(4, "Onni", False, "o@x.example"),
        Appearing(5, "Nobody", False),
    ]
    assert [sorted(one.shoots) for one in together(lines)] == [[1, 2, 3], [4]]


def test_a_due_contact_is_forgotten_here_and_in_a_restored_index(index: Index, ledger: Ledger, tmp_path: Path) -> None:
    known = _known(index, ledger)
    assert known["aino@virtanen.example"].verdict.state == "due"
    assert known["another.aino@example.org"].verdict.state == "unknown"
    assert _known(index, ledger, date(2031, 6, 5))["aino@virtanen.example"].verdict.state == "in use"
    with index.write() as conn:
        assert forget(conn, ledger, [known["aino@virtanen.example"]], 100, "anna").appearances == 1
        left = {one.email for one in appearing(conn) if not one.is_client}
        assert left == {None, "another.aino@example.org"}
        assert [one.kind for one in review.open_questions(conn, "contact")] == ["contact"]
        assert request_of_persons(conn, ledger.key.hashes(email="aino@virtanen.example")) is None, "asked as if erased"
        record_erased(conn, ledger, ledger.key.hashes(email="aino@virtanen.example"), (), 101, "anna", request="r1", rule="erasure")
        assert request_of_persons(conn, ledger.key.hashes(email="aino@virtanen.example")) == "r1"
    restored = open_index(f"sqlite:///{tmp_path / 'older.db'}", create=True)
    fill(restored)
    with restored.write() as conn:
        replay(conn, ledger)
        assert "aino@virtanen.example" not in {one.email for one in appearing(conn)}
    restored.close()


def test_a_hold_or_a_published_picture_stops_the_forgetting(index: Index, ledger: Ledger) -> None:
    with index.write() as conn:
        placements.add(conn, Placement(1, b"1" * 32, "web", "https://x.example", 5, "anna"))
    assert _known(index, ledger)["aino@virtanen.example"].verdict.state == "in use"
    with index.write() as conn:
        person = ledger.key.hash("email", "aino@virtanen.example")
        holds.add(conn, Hold("h1", "legal", 100, "anna", "court", "anna", person=person))
    assert _known(index, ledger)["aino@virtanen.example"].verdict.state == "held"


def test_a_contact_that_is_in_an_undated_shoot_too_is_not_due(index: Index, ledger: Ledger) -> None:
    with index.write() as conn:
        conn.execute(text("UPDATE appearance SET email = 'aino@virtanen.example' WHERE email = 'another.aino@example.org'"))
    assert _known(index, ledger)["aino@virtanen.example"].verdict.state == "unknown"
