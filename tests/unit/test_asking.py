"""What people's open cases make of a shoot, fact by fact; and a clean-up that is stopped by them, whatever became of holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from backupd.asking import is_company
from backupd.policy.deletion import decide
from backupd.policy.facts import Child, Consented, Erasure, Facts, Known, ParticipantAsks, Recipient
from backupd.retaining import basis_of
from backupd.situation import situation
from index import holds
from tests.unit.case_studio import OWNER
from tests.unit.tidy_studio import TidyStudio

COMPANY = "2021-05-01 Kuvaamo Oy yrityskuvaus"
COUPLE = "2021-06-05 Korhonen & Lahti häät"
OTHERS = "2021-07-03 Mäkelä potretti"
AINO = "aino@virtanen.example"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TidyStudio]:
    made = TidyStudio(tmp_path)
    for folder in (COMPANY, COUPLE, OTHERS):
        made.put(f"{folder}/IMG_1.jpg", folder)
        made.put(f"{folder}/IMG_2.jpg", f"{folder} 2")
    rows = f"Nimi;Sähköposti;Rooli\nAino Virtanen;{AINO};näyttelijä\nEetu Salo;eetu@salo.example;\nIda Aho;ida@aho.example;Yhteyshenkilö\n"
    made.put(f"{COMPANY}/osallistujat.csv", rows)
    made.look()
    made.at += timedelta(days=500)
    made.look()
    yield made
    made.close()


def _facts(studio: TidyStudio, folder: str, day: date | None = None, **changes: object) -> Facts:
    with studio.index.read() as conn:
        basis = replace(basis_of(conn, studio.settings, day or studio.at.date()), **changes)  # type: ignore[arg-type]
        return situation(conn, studio.settings, basis, studio.shoot(folder), now=studio.at).facts


def _end_all_holds(studio: TidyStudio) -> None:
    with studio.index.read() as conn:
        active = [one.uid for one in holds.active(conn)]
    for uid in active:
        studio.release(uid)
    studio.at += timedelta(days=1)
    studio.look()


def test_where_nobody_asks_every_fact_is_no_and_space_is_freed(studio: TidyStudio) -> None:
    for folder in (COMPANY, COUPLE, OTHERS):
        facts = _facts(studio, folder)
        asked = (facts.joint_client_silent, facts.company_contact_asks, facts.marketing_ban)
        assert asked == (Known.NO, Known.NO, Known.NO)
        assert (facts.participant_asks, facts.erasure) == (ParticipantAsks.NO, Erasure.NONE)
    assert {path.split("/")[0] for path in studio.going("archive")} == {COMPANY, COUPLE, OTHERS}


def test_a_participant_who_asks_is_undecided_until_each_shoot_is_decided(studio: TidyStudio) -> None:
    uid = studio.open("erase", "Aino Virtanen", AINO)
    assert _facts(studio, COMPANY).participant_asks is ParticipantAsks.UNDECIDED
    assert _facts(studio, COMPANY).erasure is Erasure.RECEIVED
    assert _facts(studio, OTHERS).participant_asks is ParticipantAsks.NO
    item = next(each for each in studio.items(uid) if each.kind == "shoot")
    studio.desk().decide(uid, item.number, "unlist")
    assert _facts(studio, COMPANY).participant_asks is ParticipantAsks.DECIDED
    shown = decide("export", replace(_facts(studio, COMPANY), recipient=Recipient.PARTICIPANT))
    assert not shown.is_allowed


def test_what_is_not_known_to_be_theirs_is_unknown_until_a_person_says(studio: TidyStudio) -> None:
    uid = studio.open("erase", "Virtanen")
    facts = _facts(studio, COMPANY)
    assert (facts.participant_asks, facts.erasure) == (ParticipantAsks.UNKNOWN, Erasure.RECEIVED)
    given = decide("export", replace(facts, recipient=Recipient.COMPANY, consent=Consented.MISSING, child=Child.NO,
                                     withdrawn_after_publication=Known.NO))  # fmt: skip
    assert (given.is_allowed, given.needs_person) == (False, True), "the company may have it by a named person's word"
    numbers = [each.number for each in studio.items(uid) if each.is_open_question]
    studio.desk().choose(uid, [], numbers)
    facts = _facts(studio, COMPANY)
    assert (facts.participant_asks, facts.erasure) == (ParticipantAsks.NO, Erasure.NONE)


def test_the_other_of_a_couple_is_silent_until_they_ask_as_well(studio: TidyStudio) -> None:
    first = studio.open("erase", "Korhonen")
    assert _facts(studio, COUPLE).joint_client_silent is Known.UNKNOWN
    studio.desk().choose(first, [each.number for each in studio.items(first) if each.kind == "shoot"], [])
    assert _facts(studio, COUPLE).joint_client_silent is Known.YES
    second = studio.open("erase", "Lahti")
    studio.desk().choose(second, [each.number for each in studio.items(second) if each.kind == "shoot"], [])
    assert _facts(studio, COUPLE).joint_client_silent is Known.NO


@pytest.mark.parametrize(
    ("name", "email", "expected"),
    [
        ("Ida Aho", "ida@aho.example", Known.YES),
        ("Aino Virtanen", AINO, Known.NO),
        ("Eetu Salo", "eetu@salo.example", Known.UNKNOWN),
    ],
)
def test_a_contact_person_of_a_company_is_known_by_a_list_s_word(
    studio: TidyStudio, name: str, email: str, expected: Known
) -> None:
    studio.open("erase", name, email)
    assert _facts(studio, COMPANY).company_contact_asks is expected
    assert _facts(studio, COUPLE).company_contact_asks is Known.NO


def test_without_the_key_a_contact_person_is_unknown(studio: TidyStudio) -> None:
    studio.open("erase", "Aino Virtanen", AINO)
    assert _facts(studio, COMPANY, key=None).company_contact_asks is Known.UNKNOWN


def test_a_ban_on_marketing_is_told_wherever_the_person_is(studio: TidyStudio) -> None:
    uid = studio.open("marketing_ban", "Aino Virtanen", AINO)
    assert _facts(studio, COMPANY).marketing_ban is Known.YES
    assert _facts(studio, OTHERS).marketing_ban is Known.NO
    studio.desk().identify(uid, "replied from the address in the register")
    studio.planned(uid)
    studio.run(uid, OWNER)
    studio.answer_and_close(uid)
    assert _facts(studio, COMPANY).marketing_ban is Known.YES, "recorded: the case need not be open"
    assert _facts(studio, COMPANY, studio.at.date() - timedelta(days=40)).marketing_ban is Known.NO
    assert _facts(studio, COMPANY, key=None).marketing_ban is Known.UNKNOWN


def test_a_past_day_knows_that_somebody_asked_and_not_how_far_it_was(studio: TidyStudio) -> None:
    received = studio.at.date() - timedelta(days=10)
    studio.open("erase", "Aino Virtanen", AINO, received=received)
    assert _facts(studio, COMPANY, received - timedelta(days=1)).erasure is Erasure.NONE
    assert _facts(studio, COMPANY, received + timedelta(days=1)).erasure is Erasure.UNKNOWN
    assert _facts(studio, COMPANY, received + timedelta(days=1)).participant_asks is ParticipantAsks.UNKNOWN


def test_a_clean_up_is_stopped_by_an_open_erasure_even_without_its_holds(studio: TidyStudio) -> None:
    plan = studio.save("archive")
    uid = studio.open("erase", "Aino Virtanen", AINO)
    assert {path.split("/")[0] for path in studio.going("archive")} == {COUPLE, OTHERS}
    _end_all_holds(studio)
    assert {path.split("/")[0] for path in studio.going("archive")} == {COUPLE, OTHERS}
    rules = {each.rule for _, each in studio.proposed("archive").refused}
    assert rules == {"request_undecided"}
    studio.clean(plan)
    assert {path.split("/")[0] for path in studio.paths("archive")} == {COMPANY}, "planned before anybody asked"
    studio.desk().withdraw(uid)
    assert {path.split("/")[0] for path in studio.going("archive")} == {COMPANY}


def test_a_likely_match_stops_it_as_well(studio: TidyStudio) -> None:
    studio.open("erase", "Korhonen")
    _end_all_holds(studio)
    assert COUPLE not in {path.split("/")[0] for path in studio.going("archive")}


@pytest.mark.parametrize("name", ["Kuvaamo Oy", "oy Kuvaamo ab", "Tmi Virtanen", "Kuvaamo Oy:n", "Nuorisoseura ry"])
def test_a_company_is_told_by_its_form(name: str) -> None:
    assert is_company(name)


@pytest.mark.parametrize("name", ["Virtanen", "Oyster Mäki", "Korhonen & Lahti", ""])
def test_a_person_is_no_company(name: str) -> None:
    assert not is_company(name)
