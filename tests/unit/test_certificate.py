"""The certificate of an erasure says what was verified, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.errors import Unavailable
from backupd.cli.text import Dates, size
from backupd.letters.facts import Controller
from backupd.requests.certificate import Certificate, as_values, certificate_of
from backupd.requests.certificate_forms import as_html, as_text
from backupd.requests.certificate_words import WORDS
from tests.unit.case_studio import CaseStudio

ZONE = ZoneInfo("Europe/Helsinki")
AINO, VILLE = "Aino Virtanen", "Ville Laine"
OWN, SHARED = "2025-06-14 Aino Virtanen potretti", "2025-07-05 Ville Laine häät"
LIST = f"Nimi;Sähköposti\n{AINO};aino@virtanen.example\n{VILLE};ville@laine.example\n"
STUDIO = Controller("Lense <Oy>", "contact@lense.example", "Katu 1, Oulu", "")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[CaseStudio]:
    made = CaseStudio(tmp_path, clouds=("cloud",))
    for number in (1, 2):
        made.put(f"{OWN}/IMG_000{number}.jpg", f"her own {number}")
    made.put(f"{SHARED}/osallistujat.csv", LIST)
    made.put(f"{SHARED}/IMG_0100.jpg", "both")
    made.put(f"{SHARED}/IMG_0101.jpg", "hers as well")
    made.look()
    yield made
    made.close()


def approved(studio: CaseStudio) -> str:
    uid = studio.open("erase", AINO, "aino@virtanen.example")
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    (wedding,) = (each for each in studio.items(uid) if each.kind == "shoot" and VILLE in (each.subject or ""))
    studio.desk().decide(uid, wedding.number, "unlist")
    studio.desk().decide(uid, wedding.number, "refuse", "IMG_0100.jpg", "the guests are in it as well")
    studio.planned(uid)
    studio.owner.approve(uid, "each picture was looked at")
    return uid


def certificate(studio: CaseStudio, uid: str) -> Certificate:
    with studio.index.read() as conn:
        found = certificate_of(conn, studio.ledger.key, studio.desk().get(uid), studio.settings, ZONE)
    assert found is not None
    return found


def test_it_says_what_went_where_how_it_is_known_and_what_stays(studio: CaseStudio) -> None:
    uid = approved(studio)
    studio.run(uid)
    found = certificate(studio, uid)
    assert found.is_whole
    assert found.name == AINO
    assert [(one.store, one.files, one.asked, one.lists) for one in found.stores] == [("archive", 2, 2, 1), ("cloud", 2, 2, 1)]
    assert found.four_eyes
    assert [(one.kind, one.code, one.why) for one in found.stays] == [("file", "refuse", "the guests are in it as well")]
    assert found.entries is not None
    with studio.index.read():
        kinds = {entry.sequence: entry.draft.kind for entry in studio.ledger.entries()}
    assert {kinds[found.entries[0]], kinds[found.entries[1]]} == {"intent", "outcome"}
    # Seven days of an index's backups, and three years of evidence: as the settings have them.
    assert found.backups_until is not None
    assert found.evidence_until == date(2030, 6, 1)


def test_what_waits_is_no_certificate(studio: CaseStudio) -> None:
    uid = approved(studio)

    def away(*_: str) -> None:
        raise Unavailable("cloud", "check", "", "it cannot be reached")

    studio.stores["cloud"].fault = away
    one, outcome = studio.run(uid)
    assert (one.state, set(outcome.waiting)) == ("failed_step", {"cloud"})
    found = certificate(studio, uid)
    assert not found.is_whole
    assert {one.store: one.open for one in found.stores} == {"archive": 0, "cloud": 3}
    told = as_text(found, STUDIO, "en", Dates("en", ZONE).day, size)
    assert "CERTIFICATE" not in told
    assert "3 files waiting until the place can be reached again" in told
    studio.stores["cloud"].fault = None
    studio.run(uid)
    assert certificate(studio, uid).is_whole


def test_once_the_case_is_closed_it_names_nobody(studio: CaseStudio) -> None:
    uid = approved(studio)
    studio.run(uid)
    studio.answer_and_close(uid)
    found = certificate(studio, uid)
    assert found.is_whole
    assert sum(one.files for one in found.stores) == 4
    for told in (as_text(found, STUDIO, "fi", Dates("fi", ZONE).day, size), json.dumps(as_values(found), ensure_ascii=False)):
        assert "Aino" not in told
        assert "Virtanen" not in told
        assert "IMG_" not in told


def test_it_says_so_where_it_ends_nothing(studio: CaseStudio) -> None:
    uid = studio.open("erase", AINO)
    with studio.index.read() as conn:
        assert certificate_of(conn, studio.ledger.key, studio.desk().get(uid), studio.settings, ZONE) is None


@pytest.mark.parametrize("language", ["fi", "en"])
def test_both_forms_say_the_same_and_nothing_runs_in_the_document(studio: CaseStudio, language: str) -> None:
    uid = approved(studio)
    studio.run(uid)
    found, day = certificate(studio, uid), Dates(language, ZONE).day
    text, html = (form(found, STUDIO, language, day, size) for form in (as_text, as_html))  # type: ignore[operator]
    assert max(len(line) for line in text.splitlines()) <= 76
    assert "Lense &lt;Oy&gt;" in html
    assert "<script" not in html
    assert "http" not in html.split("</head>")[1]
    for heading in ("went", "how", "stays", "residual"):
        assert WORDS[heading][language] in text  # type: ignore[index]
        assert WORDS[heading][language] in html  # type: ignore[index]
    assert ("1.6.2027" if language == "fi" else "1 June 2027") in text


def test_every_clause_is_there_in_both_languages() -> None:
    for key, clause in WORDS.items():
        assert set(clause) == {"fi", "en"}, key
        fields = [sorted(part.split("}")[0] for part in clause[one].split("{")[1:]) for one in ("fi", "en")]
        assert fields[0] == fields[1], key
