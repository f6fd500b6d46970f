"""What requests leave behind: providers asked again about what was erased, and evidence that is past its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from adapters.base import Store
from adapters.errors import Unavailable
from backupd import promises
from backupd.asking_again import Asked, Asking, ask_again
from backupd.evidence import Forgetting, forget_evidence
from backupd.notifying.matters import Outlook, gather
from backupd.requests.showing import show
from backupd.settings.values import UNLIMITED, Duration, Unlimited
from index import acts, erased, requests
from index.schema import act
from index.schema_cases import item, letter, request
from tests.simulators.dropbox.account import account as dropbox_account
from tests.simulators.gdrive.account import account as drive_account
from tests.unit.case_studio import NOW, CaseStudio
from tests.unit.test_case_steps import AINO, OWN

LAST_DAY = "2027-07-01"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[CaseStudio]:
    made = CaseStudio(tmp_path, names=("archive", "cloud"), clouds=("cloud",))
    for number in (1, 2, 3):
        made.put(f"{OWN}/IMG_000{number}.jpg", f"her own {number}")
    made.look()
    yield made
    made.close()


def erase(studio: CaseStudio) -> str:
    """Erase somebody; the cloud says that it could bring the files back for a while."""
    uid = studio.open("erase", AINO, "aino@virtanen.example")
    studio.desk().identify(uid, "replied from the known address")
    studio.planned(uid)
    studio.owner.approve(uid, "looked at")
    studio.run(uid)
    with studio.index.write() as conn:
        cloud = select(acts.store.c.id).where(acts.store.c.name == "cloud").scalar_subquery()
        conn.execute(update(act).where(act.c.store_id == cloud).values(recoverable_until=LAST_DAY))
    studio.answer_and_close(uid)
    return uid


def ask(studio: CaseStudio, day: str) -> Asked:
    @contextmanager
    def opened(name: str) -> Iterator[Store]:
        yield studio.stores[name]

    studio.at = datetime.fromisoformat(f"{day}T12:00:00+03:00")
    settings = studio.settings
    return ask_again(Asking(studio.index, lambda: studio.ledger, settings, opened, lambda: studio.at, lambda: None))


def cloud_acts(studio: CaseStudio) -> list[acts.Act]:
    with studio.index.read() as conn:
        ids = conn.execute(select(act.c.plan_id).distinct()).scalars().all()
        return [each for id in ids for each in acts.acts_of(conn, id) if each.store == "cloud"]


def recorded(studio: CaseStudio, rule: str) -> list[dict[str, Any]]:
    return [dict(each.draft.words) | dict(each.draft.numbers) for each in studio.ledger.entries() if each.draft.rule == rule]


def test_nobody_is_asked_before_the_day_has_passed(studio: CaseStudio) -> None:
    erase(studio)
    assert ask(studio, LAST_DAY) == Asked(0, 0, 0)
    assert recorded(studio, "recoverable") == []


def test_what_the_provider_no_longer_knows_is_recorded_as_gone_and_not_asked_about_again(studio: CaseStudio) -> None:
    uid = erase(studio)
    assert ask(studio, "2027-07-02") == Asked(3, 0, 0)
    for each in cloud_acts(studio):
        assert each.recoverable_until is None
        assert (each.proof or {})["asked_again"] == {"on": "2027-07-02", "recoverable_until": None}
    [entry] = recorded(studio, "recoverable")
    assert (entry["request"], entry["result"], entry["files"]) == (uid, "gone", 3)
    assert ask(studio, "2027-07-03") == Asked(0, 0, 0)
    assert not [word for word in ("Aino", "Virtanen", "aino@") if word.encode() in studio.raw()]


def test_what_is_still_kept_is_told_until_it_is_gone(studio: CaseStudio) -> None:
    uid = erase(studio)
    tree = studio.stores["cloud"].tree
    kept = cloud_acts(studio)[0].identity
    studio.stores["archive"].tree.put("x.jpg", b"x")
    tree.trash[kept] = next(iter(studio.stores["archive"].tree.files.values()))
    studio.stores["cloud"]._now = lambda: studio.at
    assert ask(studio, "2027-07-02") == Asked(2, 1, 0)
    assert {each.recoverable_until for each in cloud_acts(studio)} == {None, "2027-08-01"}
    with studio.index.read() as conn:
        [matter] = [each for each in gather(conn, Outlook(studio.settings, studio.at, "fi")) if each.topic == "requests"]
    assert f"Pyynnön {uid} mukaan poistetuista on yhä palautettavissa 1 tiedosto" in matter.text
    assert "palvelun mukaan 1.8.2027 asti" in matter.text
    del tree.trash[kept]
    assert ask(studio, "2027-08-02") == Asked(1, 0, 0)
    with studio.index.read() as conn:
        assert not [each for each in gather(conn, Outlook(studio.settings, studio.at, "fi")) if each.topic == "requests"]


def test_a_provider_that_does_not_answer_is_asked_the_next_day(studio: CaseStudio) -> None:
    erase(studio)

    def fault(operation: str, ref: str) -> None:
        if operation == "recoverable":
            raise Unavailable("cloud", operation, ref)

    studio.stores["cloud"].fault = fault
    assert ask(studio, "2027-07-02") == Asked(0, 0, 3)
    assert {each.recoverable_until for each in cloud_acts(studio)} == {LAST_DAY}
    studio.stores["cloud"].fault = None
    assert ask(studio, "2027-07-03") == Asked(3, 0, 0)


def test_a_clean_ups_removals_are_nobodys_erasure_and_not_asked_about(studio: CaseStudio) -> None:
    erase(studio)
    with studio.index.write() as conn:
        conn.execute(update(acts.plan).values(kind="prune"))
    assert ask(studio, "2027-07-02") == Asked(0, 0, 0)


def test_dropbox_tells_until_when_it_could_bring_a_file_back_and_when_it_no_longer_can(tmp_path: Path) -> None:
    with dropbox_account(tmp_path) as cloud:
        cloud.put("/Shoots/a.jpg", "a")
        store = cloud.store(recoverable_days=30)
        entry = next(each for each in store.list_folder("").entries if each.path == "a.jpg")
        store.remove(entry.ref, entry.version)
        until = store.recoverable(entry.ref)
        assert isinstance(until, datetime)
        assert timedelta(days=29) < until - datetime.now(UTC) < timedelta(days=31)
        cloud.control("purge", path="/Shoots/a.jpg")
        assert store.recoverable(entry.ref) is None


def test_a_drive_tells_while_a_file_lies_in_its_trash_and_when_nothing_has_its_id(tmp_path: Path) -> None:
    with drive_account(tmp_path) as drive:
        drive.put("Shoots/a.jpg", "a")
        store = drive.store()
        entry = next(each for each in store.list_folder("").entries if each.path == "a.jpg")
        store.remove(entry.ref, entry.version)
        assert store.recoverable(entry.ref) - datetime.now(UTC) > timedelta(days=29)
        store.purge(entry.ref, entry.version)
        assert store.recoverable(entry.ref) is None


# Evidence.


def forget(studio: CaseStudio, days: int, keep: Duration | Unlimited = Duration(years=3)) -> int:  # noqa: B008
    settings = studio.settings.model_copy(
        update={"requests": studio.settings.requests.model_copy(update={"keep_evidence": keep})}
    )
    at = NOW + timedelta(days=days)
    return forget_evidence(Forgetting(studio.index, lambda: studio.ledger, settings, at))


def withdrawn(studio: CaseStudio) -> str:
    uid = studio.open("copy", "Ville Laine", "ville@laine.example")
    studio.desk().withdraw(uid)
    return uid


def test_evidence_is_kept_to_its_last_day_and_then_gone_from_the_very_file(studio: CaseStudio) -> None:
    uid = withdrawn(studio)
    # Three years on, with a leap day among them: still the last day.
    assert forget(studio, 3 * 365 + 1) == 0
    assert b"ville@laine.example" in studio.raw()
    assert forget(studio, 3 * 365 + 2) == 1
    assert forget(studio, 3 * 365 + 3) == 0
    assert not [word for word in ("Ville", "Laine", "ville@") if word.encode() in studio.raw()]
    with studio.index.read() as conn:
        one = requests.get(conn, uid)
        assert one is not None
        assert show(conn, one, studio.settings.requests, studio.at.date(), UTC)["state"] == "withdrawn"
    assert (one.kind, one.state, one.person, one.persons, one.subject) == ("copy", "withdrawn", "", (), None)
    assert recorded(studio, "keep_evidence") == [{"request": uid, "step": "forget_evidence"}]


def test_evidence_does_not_go_sooner_for_a_slip_in_the_configuration(studio: CaseStudio) -> None:
    withdrawn(studio)
    assert forget(studio, 29, Duration(days=30)) == 0
    with studio.index.write() as conn:
        promises.keep(conn, studio.settings)
    assert forget(studio, 32, Duration(days=30)) == 0, "nobody has confirmed it"
    assert b"ville@laine.example" in studio.raw()


def test_what_is_to_be_kept_for_ever_and_what_is_open_stays(studio: CaseStudio) -> None:
    withdrawn(studio)
    studio.open("copy", "Minna Salo", "minna@salo.example")
    assert forget(studio, 9999, UNLIMITED) == 0
    assert forget(studio, 9999) == 1
    assert b"minna@salo.example" in studio.raw()


def test_an_erasure_keeps_the_hashes_by_which_it_knows_what_comes_back(studio: CaseStudio) -> None:
    uid = erase(studio)
    with studio.index.read() as conn:
        before = requests.get(conn, uid)
        known = erased.is_erasure(conn, uid)
    assert before is not None and known
    assert forget(studio, 3 * 365 + 40) == 1
    with studio.index.read() as conn:
        after = requests.get(conn, uid)
        left = conn.execute(select(item.c.id)).all() + conn.execute(select(letter.c.id)).all()
    assert after == replace(before, identity_method=None, approved_digest=None)
    assert left == []
    studio.put(f"{OWN}/IMG_0001.jpg", "her own 1")
    studio.look()
    with studio.index.read() as conn:
        assert conn.execute(select(request.c.uid)).scalars().all() == [uid]
        from index import review

        assert review.count_open(conn) > 0
