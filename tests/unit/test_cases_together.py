"""Cases of one person side by side: none undoes what another one stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from backupd.portfolio import rows
from backupd.retaining import basis_of
from backupd.settings.models import Settings
from index import consents, holds
from index.consents import Consent
from index.engine import open_index
from index.ledger import open_ledger
from index.replay import give_consent, put_hold, release_hold
from tests.unit.case_studio import STAFF, TODAY, CaseStudio

AINO, MAIL = "Aino Virtanen", "aino@virtanen.example"
OWN = "2025-06-14 Aino Virtanen potretti"
LIST = f"Nimi;Sähköposti\n{AINO};{MAIL}\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "index.db"
    open_index(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture
def studio(tmp_path: Path, template: Path) -> Iterator[CaseStudio]:
    """Aino's portrait, which she has allowed to be shown."""
    made = CaseStudio(tmp_path, ("archive",), template=template)
    made.settings = Settings.model_validate({"staff": STAFF, "index": {"url": f"sqlite:///{tmp_path}/index.db"}})
    made.ledger = open_ledger(made.settings.index.ledger_path, made.settings.index.ledger_key_path)
    made.put(f"{OWN}/IMG_0001.jpg", "her own")
    made.put(f"{OWN}/osallistujat.csv", LIST)
    made.look()
    with made.index.write() as conn:
        for number, who in enumerate((made.ledger.key.hash("email", MAIL), made.ledger.key.hash("name", AINO))):
            said = Consent(f"c-{number}", "yes", who, "client" if number else "participant", ("portfolio",), "2026-01-01",
                           1_790_000_000, "anna", channels=("web",), evidence_sha256=b"1" * 32, of_age=True)  # fmt: skip
            give_consent(conn, made.ledger, said)
    yield made
    made.close()


def blockers(studio: CaseStudio, today: date = TODAY) -> set[str]:
    """Why the shoot may not be shown."""
    with studio.index.read() as conn:
        (row,) = rows(conn, studio.settings, basis_of(conn, studio.settings, today), "web", [1], studio.at)
    return {each["why"] for each in row["blocked_by"]}


def banned(studio: CaseStudio) -> bool:
    with studio.index.read() as conn:
        (row,) = rows(conn, studio.settings, basis_of(conn, studio.settings, TODAY), "web", [1], studio.at)
    return bool(row["marketing_ban"])


def said(studio: CaseStudio, use: str) -> set[str | None]:
    with studio.index.read() as conn:
        return {
            consents.state_on(consents.of_persons(conn, [person]), TODAY.isoformat(), use)
            for person in studio.ledger.key.hashes(name=AINO, email=MAIL)
        }


def carried_out(studio: CaseStudio, uid: str) -> None:
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    for each in studio.items(uid):
        if each.is_open_question:
            studio.desk().choose(uid, [each.number], [])
    assert studio.run(uid)[0].state == "checked"


def closed(studio: CaseStudio, uid: str) -> None:
    for each in studio.items(uid):
        if each.state == "open" and each.is_in:
            studio.desk().tick(uid, each.number)
    studio.desk().answer(uid, "text")
    studio.desk().close(uid)


@pytest.mark.parametrize("order", [("object", "consent_withdraw"), ("consent_withdraw", "object")])
def test_a_withdrawal_does_not_end_an_objection(studio: CaseStudio, order: Sequence[str]) -> None:
    assert said(studio, "portfolio") == {"given"}
    cases = {kind: studio.open(kind, AINO, MAIL) for kind in order}
    assert any("objection" in why for why in blockers(studio))
    for kind in order:
        carried_out(studio, cases[kind])
    for kind in order:
        closed(studio, cases[kind])
    assert said(studio, "portfolio") == {"refused"}
    with studio.index.read() as conn:
        standing = holds.active(conn)
    assert {(each.kind, each.request) for each in standing} == {("objection", cases["object"])}
    # The owner finds compelling grounds after all: the objection ends, and the withdrawal stays.
    with studio.index.write() as conn:
        for each in standing:
            release_hold(conn, studio.ledger, each.uid, 1_811_900_000, "anna", "settled")
    assert said(studio, "portfolio") == {"refused"}
    assert blockers(studio)


def test_whoever_takes_an_objection_back_has_withdrawn_all_the_same(studio: CaseStudio) -> None:
    objection, withdrawal = studio.open("object", AINO, MAIL), studio.open("consent_withdraw", AINO, MAIL)
    studio.desk().withdraw(objection)
    with studio.index.read() as conn:
        assert {each.request for each in holds.active(conn)} == {withdrawal}
    carried_out(studio, withdrawal)
    assert said(studio, "portfolio") == {"refused"}


def test_a_withdrawal_leaves_the_studios_own_and_others_holds(studio: CaseStudio) -> None:
    from index.holds import Hold

    with studio.index.write() as conn:
        put_hold(conn, studio.ledger, Hold("h-legal", "legal", 1_790_000_000, "anna", "claim", "anna", shoot_id=1,
                                            person=studio.ledger.key.hash("email", MAIL)))  # fmt: skip
    carried_out(studio, studio.open("consent_withdraw", AINO, MAIL))
    with studio.index.read() as conn:
        assert [each.uid for each in holds.active(conn)] == ["h-legal"]


def test_a_ban_counts_from_its_first_day_and_outlasts_its_case(studio: CaseStudio) -> None:
    assert not banned(studio)
    uid = studio.open("marketing_ban", AINO, MAIL)
    assert banned(studio)
    carried_out(studio, uid)
    closed(studio, uid)
    assert banned(studio)
    assert said(studio, "marketing") == {"refused"}
    # It is no withdrawal: what she allowed may still be shown.
    assert said(studio, "portfolio") == {"given"}


def test_a_ban_outlasts_an_erasure_by_hash_alone(studio: CaseStudio) -> None:
    carried_out(studio, studio.open("marketing_ban", AINO, MAIL))
    uid = studio.open("erase", AINO, MAIL)
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    for each in studio.items(uid):
        if each.is_open_question:
            studio.desk().choose(uid, [each.number], [])
    studio.planned(uid)
    studio.owner.approve(uid, "looked at")
    studio.run(uid)
    assert said(studio, "marketing") == {"refused"}
    with studio.index.read() as conn:
        found = consents.of_persons(conn, studio.ledger.key.hashes(email=MAIL))
    assert [(each.uses, each.name) for each in found if each.answer == "no" and "marketing" in each.uses] == [(("marketing",), None)]
