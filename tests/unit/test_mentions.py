"""Whoever was erased is no longer named in what was written to others, or about them; what else was written stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import select

from backupd.register.backup import make_backup
from backupd.requests import desk
from backupd.requests.certificate import certificate_of
from index import holds, requests
from index.engine import open_index
from index.holds import Hold
from index.replay import put_hold, replay
from index.schema_cases import letter
from tests.unit.case_studio import CaseStudio
from tests.unit.case_trial import put_back_from

AINO, VILLE = "Aino Virtanen", "Ville Laine"
OWN, SHARED = "2025-06-14 Aino Virtanen potretti/IMG_1.jpg", "2025-07-05 Ville Laine häät"
TOLD = "Hei Ville! Kuvissa on myös Aino  Virtanen (AINO@virtanen.example). Muut: Ainolan Virtaset, Aina Virtanen."


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[CaseStudio]:
    made = CaseStudio(tmp_path)
    made.put(OWN, "hers")
    made.put(f"{SHARED}/IMG_2.jpg", "his")
    made.look()
    uid = made.open("access", VILLE, reason=f"because of {AINO}")
    with made.index.write() as conn:
        requests.add_letter(conn, uid, "access", "fi", TOLD, 1, "anna", is_answer=True)
        put_hold(conn, made.ledger, Hold("pin-1", "pin", 1, "anna", "virtanen aino asked for it", "anna", person="a" * 64))
    yield made
    made.close()


def erased_case(studio: CaseStudio) -> str:
    uid = studio.open("erase", AINO, "aino@virtanen.example")
    studio.desk().identify(uid, "she wrote from aino@virtanen.example")
    studio.planned(uid)
    studio.owner.approve(uid, "looked at")
    studio.run(uid)
    return uid


def written(studio: CaseStudio) -> tuple[str | None, str]:
    with studio.index.read() as conn:
        texts = list(conn.execute(select(letter.c.text).where(letter.c.kind == "access")).scalars())
        pin = holds.get(conn, "pin-1")
    assert len(texts) == 1 and pin is not None
    return texts[0], pin.reason


def test_letters_and_reasons_say_all_but_the_name(studio: CaseStudio) -> None:
    uid = erased_case(studio)
    with studio.index.read() as conn:
        found = certificate_of(conn, studio.ledger.key, studio.desk().get(uid), studio.settings, UTC)
    assert found is not None and found.letters == 1
    studio.answer_and_close(uid)
    assert written(studio) == ("Hei Ville! Kuvissa on myös [–] ([–]). Muut: Ainolan Virtaset, Aina Virtanen.", "[–] asked for it")
    assert b"aino@virtanen" not in studio.raw().lower() and AINO.encode() not in studio.raw()
    with studio.index.read() as conn:
        kept = conn.execute(select(letter.c.sha256).where(letter.c.kind == "access")).scalar()
    assert kept == hashlib.sha256(TOLD.encode()).hexdigest(), "what was sent can still be shown to be that"


def test_an_index_from_before_forgets_what_was_written(studio: CaseStudio, tmp_path: Path) -> None:
    backup = make_backup(tmp_path / "index.db", tmp_path / "backups", studio.at).path
    studio.answer_and_close(erased_case(studio))
    studio.close()
    put_back_from(backup, tmp_path / "index.db", studio.at).unlink()
    studio.index = open_index(f"sqlite:///{tmp_path / 'index.db'}")
    with studio.index.write() as conn:
        replay(conn, studio.ledger)
    assert written(studio) == ("", "")


def test_where_a_namesake_is_left_their_letters_keep_the_name(studio: CaseStudio) -> None:
    """By the name alone nobody could tell which of the two is meant."""
    studio.put("2025-08-08 Juhlat Oy/osallistujat.csv", f"Nimi;Sähköposti\n{AINO};toinen@virtanen.example\n")
    studio.look()
    uid = studio.open("erase", AINO, "aino@virtanen.example")
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    other = [each.number for each in studio.items(uid) if "Juhlat" in (each.subject or "")]
    studio.desk().choose(uid, [], other)
    studio.planned(uid)
    studio.owner.approve(uid, "looked at")
    studio.run(uid)
    studio.answer_and_close(uid)
    text, _ = written(studio)
    assert text is not None and "Aino  Virtanen ([–])" in text


def test_without_it_the_name_stays(studio: CaseStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "blank_mentions", lambda *_: 0)
    studio.answer_and_close(erased_case(studio))
    assert AINO.split()[1].encode() in studio.raw()
