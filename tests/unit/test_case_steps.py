"""The steps of a case and what stands against them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest

from adapters.errors import Refused, Unavailable
from backupd.requests.again import erase_again
from backupd.requests.case import StepRefused
from backupd.requests.workplace import Unfit
from backupd.settings.models import Settings
from backupd.staff import NotAllowed
from index import holds, requests, review, scoping
from index.holds import Hold
from index.replay import put_hold
from index.scopes import scopes
from index.shoot_hashes import shoot_hashes
from tests.unit.case_studio import DESK, OWNER, STAFF, CaseStudio

AINO, VILLE = "Aino Virtanen", "Ville Laine"
OWN = "2025-06-14 Aino Virtanen potretti"
SHARED = "2025-07-05 Ville Laine häät"
LIST = f"Nimi;Rooli;Sähköposti\n{AINO};morsian;aino@virtanen.example\n{VILLE};sulhanen;ville@laine.example\n"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[CaseStudio]:
    made = CaseStudio(tmp_path)
    for number in (1, 2):
        made.put(f"{OWN}/IMG_000{number}.jpg", f"her own {number}")
    made.put(f"{SHARED}/osallistujat.csv", LIST)
    for number in (100, 101, 102):
        made.put(f"{SHARED}/IMG_0{number}.jpg", f"wedding {number}")
    made.look()
    yield made
    made.close()


def ready(studio: CaseStudio) -> str:
    """An erasure that is planned, with every file decided."""
    uid = studio.open("erase", AINO, "aino@virtanen.example")
    studio.desk().identify(uid, "replied from the known address")
    studio.planned(uid)
    wedding = next(each for each in studio.items(uid) if each.kind == "shoot" and VILLE in (each.subject or ""))
    studio.desk().decide(uid, wedding.number, "unlist")
    studio.desk().decide(uid, wedding.number, "delete", "IMG_0101.jpg")
    studio.planned(uid)
    return uid


def approved(studio: CaseStudio) -> str:
    uid = ready(studio)
    studio.owner.approve(uid, "each picture was looked at")
    return uid


def test_an_erasure_leaves_nothing_of_the_person_and_all_of_the_others(studio: CaseStudio) -> None:
    uid = approved(studio)
    one, outcome = studio.run(uid)
    assert (one.state, outcome.waiting, outcome.said) == ("checked", {}, ())
    for name in studio.names:
        assert studio.paths(name) == {f"{SHARED}/osallistujat.csv", f"{SHARED}/IMG_0100.jpg", f"{SHARED}/IMG_0102.jpg"}
        assert studio.text(name, f"{SHARED}/osallistujat.csv") == LIST.replace(f"{AINO};morsian;aino@virtanen.example\n", "")
        assert OWN not in studio.stores[name].tree.folders
    assert studio.answer_and_close(uid).state == "closed"
    assert not [word for word in ("Aino", "Virtanen", "aino@") if word.encode() in studio.raw()]
    assert VILLE.encode() in studio.raw()
    with studio.index.read() as conn:
        assert [each for each in holds.active(conn) if each.request == uid] == []


def test_nothing_is_approved_before_it_is_known_who_asks(studio: CaseStudio) -> None:
    uid = studio.open("erase", AINO)
    with pytest.raises(StepRefused, match="scope"):
        studio.planned(uid)
    with pytest.raises(StepRefused):
        studio.owner.approve(uid)


def test_a_shared_shoot_never_goes_by_itself(studio: CaseStudio) -> None:
    uid = studio.open("erase", AINO, "aino@virtanen.example")
    studio.desk().identify(uid, "by phone")
    _, planned = studio.planned(uid)
    assert not [act for act in planned.acts if SHARED in act.path and act.path.endswith(".jpg")]
    with pytest.raises(StepRefused) as refused:
        studio.owner.approve(uid)
    assert any("not decided" in each for each in refused.value.against)


def test_who_approves_does_not_carry_it_out(studio: CaseStudio) -> None:
    uid = approved(studio)
    with pytest.raises(StepRefused) as refused:
        studio.run(uid, OWNER)
    assert refused.value.against == ("who approved it may not carry it out",)
    assert studio.run(uid, DESK)[0].state == "checked"


def test_only_an_owner_approves(studio: CaseStudio) -> None:
    with pytest.raises(NotAllowed):
        studio.desk(DESK).approve(ready(studio), "a reason")


def test_a_rule_that_asks_for_a_reason_gets_one(studio: CaseStudio) -> None:
    uid = ready(studio)
    with pytest.raises(StepRefused) as refused:
        studio.owner.approve(uid)
    assert any("shared_subjects" in each for each in refused.value.against)


def test_a_plan_that_is_no_longer_what_lies_there_is_not_approved(studio: CaseStudio) -> None:
    uid = ready(studio)
    studio.put(f"{OWN}/IMG_0003.jpg", "put there since")
    studio.look()
    with pytest.raises(StepRefused, match="approve"):
        studio.owner.approve(uid, "a reason")


@pytest.mark.parametrize("kind", ["legal", "restriction"])
def test_another_ones_hold_keeps_a_shoot(studio: CaseStudio, kind: str) -> None:
    with studio.index.write() as conn:
        id = next(row for row in scoping.shoots_of_clients(conn, [row.id for row in scoping.clients(conn) if AINO in row.name]))
        hashed = shoot_hashes(conn, studio.ledger.key, [id])[id]
        put_hold(conn, studio.ledger, Hold("h1", kind, 1, "anna", "why", "anna", "c", id, hashed, "ab" * 32))
    uid = studio.open("erase", AINO)
    studio.desk().identify(uid, "by phone")
    _, planned = studio.planned(uid)
    assert [each.rule for each in planned.refused] == ["hold_legal" if kind == "legal" else "hold_conflict"]
    assert not [act for act in planned.acts if OWN in act.path]


def test_a_hold_put_after_approval_stops_the_run(studio: CaseStudio) -> None:
    uid = approved(studio)
    with studio.index.write() as conn:
        put_hold(conn, studio.ledger, Hold("h1", "legal", 1, "anna", "why", "anna", person=requests.get(conn, uid).person))
    before = studio.paths("archive")
    with pytest.raises(StepRefused, match="execute"):
        studio.run(uid)
    assert studio.paths("archive") == before


def test_a_store_that_is_away_leaves_the_case_open_and_is_done_later(studio: CaseStudio) -> None:
    uid = approved(studio)
    cloud = studio.stores["cloud"]
    away = True

    def fault(operation: str, ref: str) -> None:
        if away:
            raise Unavailable("cloud", operation, ref, "unplugged")

    cloud.fault = fault
    one, outcome = studio.run(uid)
    assert one.state == "failed_step" and set(outcome.waiting) == {"cloud"}
    assert f"{OWN}/IMG_0001.jpg" not in studio.paths("archive")
    assert f"{OWN}/IMG_0001.jpg" in cloud.tree.files
    away = False
    studio.look()
    with studio.index.read() as conn:
        assert review.open_questions(conn, "erased") == []
    one, outcome = studio.run(uid)
    assert (one.state, outcome.waiting) == ("checked", {})
    assert not [path for path in studio.paths("cloud") if OWN in path]


def test_what_comes_back_is_put_to_a_person_and_erased_again(studio: CaseStudio) -> None:
    uid = approved(studio)
    studio.run(uid)
    studio.answer_and_close(uid)
    studio.put("old disk/IMG_0001.jpg", "her own 1", "archive")
    studio.put("old disk/osallistujat.csv", LIST, "archive")
    studio.look()
    with studio.index.read() as conn:
        asked = review.open_questions(conn, "erased")
    assert asked and all(uid in each.reason for each in asked)
    with pytest.raises(NotAllowed):
        erase_again(studio.desk(), uid, studio.opened_stores(), studio.look)
    _, outcome = erase_again(studio.owner, uid, studio.opened_stores(), studio.look)
    assert outcome.live_copies.value == "no"
    assert not [path for path in studio.paths("archive") if path.startswith("old disk")]
    with studio.index.read() as conn:
        assert review.open_questions(conn, "erased") == []
    assert b"Aino" not in studio.raw()


def test_a_folder_for_which_a_store_does_not_answer_keeps_the_case_open(studio: CaseStudio) -> None:
    uid = approved(studio)
    store, real = studio.stores["archive"], studio.stores["archive"].remove_empty_folder

    def lost(path: str) -> bool:
        store.remove_empty_folder = real
        raise Unavailable("archive", "remove folder", path, "connection lost")

    store.remove_empty_folder = lost
    one, outcome = studio.run(uid)
    assert (one.state, set(outcome.waiting)) == ("failed_step", {"archive"})
    one, outcome = studio.run(uid)
    assert (one.state, outcome.waiting) == ("checked", {})
    assert OWN not in studio.folders("archive")


def test_a_folder_that_a_store_refuses_to_remove_is_a_persons_task(studio: CaseStudio) -> None:
    uid = approved(studio)

    def refused(path: str) -> bool:
        raise Refused("archive", "remove folder", path, "not permitted")

    studio.stores["archive"].remove_empty_folder = refused
    one, _ = studio.run(uid)
    told = [each.subject for each in studio.items(uid) if each.kind == "task"]
    assert one.state == "checked"
    assert told == [f"archive: remove the folder {OWN}, in which no file is known any more"]


def test_what_comes_back_in_a_folder_of_hers_goes_with_the_folder(studio: CaseStudio) -> None:
    uid = approved(studio)
    studio.run(uid)
    studio.answer_and_close(uid)
    for name in studio.names:
        studio.put(f"{OWN}/IMG_0001.jpg", "her own 1", name)
    studio.at += timedelta(days=3)
    studio.look()
    with studio.index.read() as conn:
        reasons = [each.reason for each in review.open_questions(conn, "erased")]
    assert len([each for each in reasons if "--returned" in each]) == 2
    assert len([each for each in reasons if "its folder names" in each]) == 1
    erase_again(studio.owner, uid, studio.opened_stores(), studio.look)
    assert not any(OWN in studio.folders(name) for name in studio.names)
    with studio.index.read() as conn:
        assert review.open_questions(conn, "erased") == []
    assert b"Aino" not in studio.raw()


def test_a_new_assignment_of_somebody_erased_is_put_to_a_person(studio: CaseStudio) -> None:
    uid = approved(studio)
    studio.run(uid)
    studio.answer_and_close(uid)
    studio.at += timedelta(days=300)
    studio.put("2028-03-03 Aino Virtanen & Ville Laine vauvakuvaus/IMG_1.jpg", "new")
    studio.look()
    with studio.index.read() as conn:
        (asked,) = review.open_questions(conn, "erased")
    assert uid in asked.reason and "its folder names" in asked.reason


def test_a_case_whose_last_look_found_something_is_gone_on_with(studio: CaseStudio) -> None:
    uid = approved(studio)

    def look_after_another_device() -> dict[str, str]:
        studio.put("card/IMG_0001.jpg", "her own 1", "archive")
        return studio.look()

    one, outcome = studio.desk().run(uid, studio.opened_stores(), look_after_another_device)
    assert (one.state, outcome.live_copies.value) == ("executed", "yes")
    with pytest.raises(StepRefused):
        studio.desk().answer(uid, "Olemme poistaneet tietosi.")
    erase_again(studio.owner, uid, studio.opened_stores(), studio.look)
    one, _ = studio.run(uid)
    assert one.state == "checked"
    assert studio.answer_and_close(uid).state == "closed"


def test_what_belongs_to_a_changed_picture_goes_all_the_same(studio: CaseStudio) -> None:
    studio.put(f"{OWN}/IMG_0001.xmp", "settings of hers")
    studio.look()
    uid = approved(studio)
    studio.put(f"{OWN}/IMG_0001.jpg", "edited meanwhile", "archive")
    one, outcome = studio.run(uid)
    assert one.state == "checked" and len(outcome.said) == 1
    assert studio.paths("archive") & {f"{OWN}/IMG_0001.jpg", f"{OWN}/IMG_0001.xmp"} == {f"{OWN}/IMG_0001.jpg"}


def test_what_is_shared_with_another_shoot_is_taken_from_hers_alone(studio: CaseStudio) -> None:
    for path in (f"{OWN}/logo.png", f"{SHARED}/logo.png"):
        studio.put(path, "the studio's logo")
    studio.look()
    uid = approved(studio)
    one, _ = studio.run(uid)
    assert one.state == "checked"
    assert f"{SHARED}/logo.png" in studio.paths("archive") and f"{OWN}/logo.png" not in studio.paths("archive")
    studio.look()
    with studio.index.read() as conn:
        assert review.open_questions(conn, "erased") == []


def test_a_likely_match_waits_for_a_person(studio: CaseStudio) -> None:
    studio.put("2025-08-01 Virtanen perhe/IMG_0200.jpg", "some Virtanen")
    studio.look()
    uid = ready(studio)
    with pytest.raises(StepRefused) as refused:
        studio.owner.approve(uid, "a reason")
    assert any("include or exclude" in each for each in refused.value.against)
    likely = next(each for each in studio.items(uid) if each.is_open_question)
    studio.desk().choose(uid, [], [likely.number])
    studio.planned(uid)
    studio.owner.approve(uid, "a reason")
    studio.run(uid)
    assert "2025-08-01 Virtanen perhe/IMG_0200.jpg" in studio.paths("archive")


def test_a_case_is_closed_only_answered_with_every_item_done(studio: CaseStudio) -> None:
    uid = approved(studio)
    studio.run(uid)
    with pytest.raises(StepRefused, match="close"):
        studio.desk().close(uid)
    studio.desk().answer(uid, "text")
    assert studio.desk().close(uid).state == "closed"


def test_a_refusal_needs_code_and_words(studio: CaseStudio) -> None:
    uid = ready(studio)
    with pytest.raises(Unfit):
        studio.desk().refuse(uid, "", "because")
    assert studio.desk().refuse(uid, "unfounded", "it was asked for thrice").state == "refused"
    with pytest.raises(StepRefused, match="lacks the reason"):
        studio.desk().answer(uid, "No.")
    with pytest.raises(StepRefused, match="where one may complain"):
        studio.desk().answer(uid, "It was asked for thrice.")
    studio.desk().answer(uid, "It was asked\nfor thrice. You may complain: PL 800, 00531 Helsinki.")
    assert studio.desk().close(uid).state == "closed"


def test_nothing_is_an_answer_before_it_is_done(studio: CaseStudio) -> None:
    uid = approved(studio)
    with pytest.raises(StepRefused, match="cannot be answered yet"):
        studio.desk().answer(uid, "Olemme poistaneet tietosi.")
    studio.run(uid)
    assert studio.desk().answer(uid, "Olemme poistaneet tietosi.").state == "answered"


def test_the_desk_alone_gives_a_client_their_own_copies(studio: CaseStudio, tmp_path: Path) -> None:
    uid = studio.open("copy", AINO)
    studio.desk().identify(uid, "called back")
    studio.planned(uid)
    wedding = next(each for each in studio.items(uid) if each.is_open_question)
    studio.desk().choose(uid, [], [wedding.number])
    assert [each.kind for each in studio.items(uid)] == ["shoot", "shoot"]
    one, outcome = studio.run(uid)
    assert (one.state, outcome.settled) == ("failed_step", False)
    assert "backupd export" in outcome.said[0]


def test_what_the_law_keeps_is_not_said_to_be_erased(studio: CaseStudio) -> None:
    from backupd.requests.answering import facts_for

    settings = {"staff": STAFF, "requests": {"processors": [{"name": "Finvoicer"}, {"name": "Postipalvelu"}]}}
    studio.settings = Settings.model_validate(settings)
    uid = approved(studio)
    studio.run(uid)
    for each in studio.items(uid):
        if each.kind == "place":
            kept = date(2033, 12, 31) if "Finvoicer" in (each.subject or "") else None
            studio.desk().tick(uid, each.number, "", kept)
    with studio.index.read() as conn:
        facts = facts_for(conn, studio.desk().get(uid), studio.settings, "fi", studio.at.date(), UTC)
    assert facts.kept_by_law_until == date(2033, 12, 31)
    assert facts.erased == ("3 tiedostoa ja kaikki niiden kopiot, yhteensä 6 kopiota", "merkintäsi osallistujaluetteloista",
                            "nimesi ja yhteystietosi rekisteristämme", "Postipalvelu")  # fmt: skip


def test_time_is_extended_once_and_only_in_time(studio: CaseStudio) -> None:
    uid = studio.open("erase", AINO, received=date(2027, 1, 31))
    with pytest.raises(StepRefused, match="extend"):
        studio.desk().extend(uid, "many shoots", date(2027, 3, 2))
    assert studio.desk().extend(uid, "many shoots", date(2027, 3, 1)).extended_to == "2027-04-30"
    with pytest.raises(StepRefused, match="extend"):
        studio.desk().extend(uid, "again", date(2027, 3, 1))


def test_an_open_case_holds_and_a_withdrawn_one_does_not(studio: CaseStudio) -> None:
    uid = studio.open("copy", AINO)
    with studio.index.read() as conn:
        assert {each.kind for each in holds.active(conn)} == {"open_request"}
        assert len([each for each in holds.active(conn) if each.shoot_id]) == 2
    assert studio.desk().withdraw(uid).state == "withdrawn"
    with studio.index.read() as conn:
        assert holds.active(conn) == []


def test_a_second_asking_is_told_to_repeat_the_first(studio: CaseStudio) -> None:
    first = studio.open("erase", AINO)
    second = studio.open("erase", AINO)
    assert studio.desk().get(second).original == first
    with pytest.raises(StepRefused, match="join"):
        studio.desk().join(second)
    studio.desk().identify(second, "by phone")
    assert studio.desk().join(second).state == "duplicate"


@pytest.mark.parametrize(("kind", "hold"), [("restrict", "restriction"), ("object", "objection")])
def test_a_restriction_holds_from_its_first_day_and_beyond_the_case(studio: CaseStudio, kind: str, hold: str) -> None:
    uid = studio.open(kind, AINO, **({"ground": "a"} if kind == "restrict" else {}))
    with studio.index.read() as conn:
        assert {each.kind for each in holds.active(conn)} == {hold}
    studio.desk().identify(uid, "by phone")
    studio.planned(uid)
    for each in studio.items(uid):
        if each.is_open_question:
            studio.desk().choose(uid, [each.number], [])
    assert studio.run(uid, OWNER)[0].state == "checked"
    studio.desk().answer(uid, "text")
    studio.desk().close(uid)
    with studio.index.read() as conn:
        assert {each.kind for each in holds.active(conn)} == {hold}


def test_a_marketing_ban_is_kept_by_hash_alone(studio: CaseStudio) -> None:
    from index import consents

    uid = studio.open("marketing_ban", "Otto Outo", "otto@outo.example")
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    assert studio.run(uid, OWNER)[0].state == "checked"
    with studio.index.read() as conn:
        found = consents.of_persons(conn, studio.ledger.key.hashes(email="OTTO@outo.example"))
    assert [(each.answer, each.uses, each.name) for each in found] == [("no", ("marketing",), None)]


def test_a_stranger_on_this_machine_is_refused(studio: CaseStudio) -> None:
    from backupd.staff import who_acts

    with pytest.raises(NotAllowed, match="staff_only"):
        who_acts(studio.settings.staff, "mallory")


def test_the_other_cases_of_an_erased_person_name_nobody_either(studio: CaseStudio) -> None:
    ban = studio.open("marketing_ban", AINO, "aino@virtanen.example")
    studio.desk().identify(ban, "known address")
    studio.planned(ban)
    studio.run(ban, OWNER)
    studio.desk().answer(ban, f"Hei {AINO}")
    studio.desk().close(ban)
    namesake = studio.open("marketing_ban", AINO, "toinen@virtanen.example")
    studio.desk().withdraw(namesake)
    uid = approved(studio)
    studio.run(uid)
    studio.answer_and_close(uid)
    assert studio.desk().get(ban).subject is None
    assert studio.desk().get(namesake).subject == AINO


def test_a_file_that_is_restricted_is_held_from_then_on_and_nothing_else(studio: CaseStudio) -> None:
    uid = studio.open("erase", AINO, "aino@virtanen.example")
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    (wedding,) = (each for each in studio.items(uid) if each.kind == "shoot" and VILLE in (each.subject or ""))
    studio.desk().decide(uid, wedding.number, "unlist")
    studio.desk().decide(uid, wedding.number, "restrict", "IMG_0101.jpg", "needed by the other one")
    studio.planned(uid)
    studio.owner.approve(uid, "looked at")
    studio.run(uid)
    studio.answer_and_close(uid)
    with studio.index.read() as conn:
        (one,) = [each for each in holds.active(conn) if each.request == uid and each.shoot_hash is not None]
        (limits,) = scopes(conn, [one.uid]).values()
    assert (one.kind, one.files) == ("restriction", 1)
    assert hashlib.sha256(b"wedding 101").digest() in limits.contents
    assert f"{SHARED}/IMG_0101.jpg" in studio.paths("archive")


def test_a_restriction_may_name_files_and_holds_these_alone_once_it_is_carried_out(studio: CaseStudio) -> None:
    uid = studio.open("restrict", AINO, "aino@virtanen.example", ground="b")
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    wedding = next(each for each in studio.items(uid) if each.kind == "shoot" and VILLE in (each.subject or ""))
    own = next(each for each in studio.items(uid) if each.kind == "shoot" and VILLE not in (each.subject or ""))
    with pytest.raises(Unfit):
        studio.desk().decide(uid, wedding.number, "delete", "IMG_0101.jpg")
    studio.desk().decide(uid, wedding.number, "restrict", "IMG_0101.jpg")
    with studio.index.read() as conn:
        assert {each.files for each in holds.active(conn)} == {None}, "until it is carried out all of it is held"
    studio.planned(uid)
    one, outcome = studio.run(uid)
    assert one.state == "checked" and outcome.settled
    with studio.index.read() as conn:
        found = {(each.shoot_hash, each.files, each.kind, each.ground) for each in holds.active(conn)}
        limits = scopes(conn, [each.uid for each in holds.active(conn)])
    assert found == {(own.details["hash"], None, "restriction", "b"), (wedding.details["hash"], 1, "restriction", "b")}
    assert hashlib.sha256(b"wedding 101").digest() in next(iter(limits.values())).contents and len(limits) == 1
    assert studio.answer_and_close(uid).state == "closed"
    with studio.index.read() as conn:
        assert len(holds.active(conn)) == 2, "it goes on after the case is closed"


def test_where_no_file_is_called_so_the_whole_shoot_is_restricted(studio: CaseStudio) -> None:
    uid = studio.open("restrict", AINO, "aino@virtanen.example", ground="b")
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    wedding = next(each for each in studio.items(uid) if each.kind == "shoot" and VILLE in (each.subject or ""))
    studio.desk().decide(uid, wedding.number, "restrict", "IMG_9999.jpg")
    studio.planned(uid)
    studio.run(uid)
    with studio.index.read() as conn:
        assert wedding.details["hash"] in {each.shoot_hash for each in holds.active(conn) if each.files is None}
