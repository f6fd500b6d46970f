"""What of holds, publications and contacts waits for a person: counted for `status`, told in the day's mail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from backupd import keeping_glance
from backupd.keeping_glance import NOTHING, PRUNE_NOTE, clean_up_at_a_glance, kept_at_a_glance
from backupd.notifying.matters import Outlook, gather
from index import placements, plans
from index.placements import Placement
from index.stores import set_meta
from tests.unit.tidy_studio import TidyStudio

WEDDING = "2027-05-01 Virtanen häät"
OLD = "2021-05-01 Virtanen potretti"
TODAY = date(2027, 6, 1)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TidyStudio]:
    made = TidyStudio(tmp_path)
    rows = "Nimi;Sähköposti;Puhelin\nAino Virtanen;aino@virtanen.example;040 123 4567\n"
    for folder in (WEDDING, OLD):
        made.put(f"{folder}/IMG_1.jpg", folder)
    made.put(f"{WEDDING}/osallistujat.csv", rows)
    made.put(f"{OLD}/osallistujat.csv", rows + "Eetu Salo;eetu@salo.example;\nIda Aho;;050 765 4321\n")
    made.look()
    yield made
    made.close()


def _told(studio: TidyStudio, today: date = TODAY) -> dict[str, int]:
    with studio.index.read() as conn:
        return kept_at_a_glance(conn, studio.settings, today)


def test_where_nothing_waits_every_count_is_nought(studio: TidyStudio) -> None:
    assert _told(studio, date(2026, 4, 30)) == NOTHING


def test_a_hold_is_due_on_its_day_of_review_and_stays_due(studio: TidyStudio) -> None:
    studio.hold(WEDDING)
    due = TODAY + timedelta(days=90)
    assert _told(studio, due - timedelta(days=1))["holds_due"] == 0
    assert _told(studio, due)["holds_due"] == _told(studio, due + timedelta(days=900))["holds_due"] == 1
    studio.release("h1")
    assert _told(studio, due)["holds_due"] == 0


def test_what_is_published_without_consent_must_come_down(studio: TidyStudio) -> None:
    with studio.index.write() as conn:
        placements.add(conn, Placement(studio.shoot(WEDDING), None, "web", "https://lense.example/1", 1, "anna"))
    assert _told(studio)["takedowns"] == 1


@pytest.mark.parametrize("closely", [True, False])
def test_contacts_are_due_by_their_last_shoot(studio: TidyStudio, closely: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_glance, "_LOOKED_AT", 2000 if closely else 0)
    # Aino was in a later shoot as well; Eetu and Ida were not.
    assert _told(studio, date(2026, 4, 30))["contacts_due"] == 0
    assert _told(studio, date(2026, 5, 1))["contacts_due"] == 2
    assert _told(studio, date(2032, 4, 30))["contacts_due"] == 2
    assert _told(studio, date(2032, 5, 1))["contacts_due"] == 3


def test_a_held_contact_is_not_due_where_it_is_looked_at_closely(studio: TidyStudio) -> None:
    studio.hold(OLD)
    assert _told(studio, date(2026, 5, 2))["contacts_due"] == 2, "the hold came later"
    assert _told(studio)["contacts_due"] == 0


def test_what_the_configuration_lowers_is_told_until_it_is_settled(studio: TidyStudio) -> None:
    loose = studio.settings.model_copy(deep=True)
    loose.retention.__dict__["require_copies"] = 1
    with studio.index.read() as conn:
        assert kept_at_a_glance(conn, loose, TODAY)["lowered"] == 1
        told = {one.key: one for one in gather(conn, Outlook(loose, studio.at, "en"))}
    assert "backupd config diff" in told["lowered"].text


def test_a_clean_up_waits_only_until_somebody_has_approved_it(studio: TidyStudio) -> None:
    with studio.index.write() as conn:
        made = plans.add_plan(conn, "p1", "prune", [], int(studio.at.timestamp()), "automatic")
        set_meta(conn, PRUNE_NOTE, json.dumps({"plan": "p1", "bytes": 1, "short": ["archive"]}))
        assert clean_up_at_a_glance(conn) == {"plan": "p1", "short": ["archive"]}
        assert plans.approve(conn, "p1", made.digest, int(studio.at.timestamp()), "anna")
        assert clean_up_at_a_glance(conn) == {"plan": None, "short": ["archive"]}


@pytest.mark.parametrize(("language", "said"), [("en", "holds are due for review"), ("fi", "poistoestoa on tarkistettava")])
def test_the_day_s_mail_tells_of_them(studio: TidyStudio, language: Literal["fi", "en"], said: str) -> None:
    studio.hold(WEDDING)
    studio.hold(OLD, uid="h2")
    studio.at += timedelta(days=91)
    with studio.index.read() as conn:
        matters: dict[str, Any] = {one.key: one for one in gather(conn, Outlook(studio.settings, studio.at, language))}
    assert said in matters["holds_due"].text
    assert (matters["holds_due"].topic, matters["holds_due"].urgent) == ("review", False)
    assert "takedowns" not in matters
