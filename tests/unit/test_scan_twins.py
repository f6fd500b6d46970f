"""Folders and files of one name in one folder of a Drive: what is read, what is asked, what the answers do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.kinds import open_store
from backupd.reviewing import Decision, Unfitting, carry_out, plan_settlement
from backupd.scan.bring import place_and_refresh
from backupd.scan.rules import Rules
from backupd.scan.twins import plain_name
from index import holds, review
from index.records import ReviewRow
from tests.simulators.gdrive.account import MARKER, Account, account
from tests.unit.feed_studio import _NAMING, TODAY, FeedStudio

ROOT = "/Studio/Shoots"
WEDDING = "2026-06-06 Virtanen häät"
ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("drive")) as made:
        yield made


@pytest.fixture
def drive(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    folder = tmp_path / "account"
    folder.mkdir()
    yield simulated.begin(folder)
    simulated.close()


@pytest.fixture
def studio(drive: Account, tmp_path: Path) -> Iterator[FeedStudio]:
    made = FeedStudio(tmp_path)
    drive.control("put", path=f"{ROOT}/.backupd-store", text=json.dumps(MARKER))
    options = {"path": ROOT, "credentials": drive.credentials(), "endpoint": drive.endpoint}
    made.stores["drive"] = ("gdrive", open_store("gdrive", "drive", options))
    yield made
    made.close()


def twins(drive: Account, name: str = WEDDING) -> str:
    """Two folders of one name, a picture in each; the id of the younger."""
    drive.control("put", path=f"{ROOT}/{name}/a.jpg", text="one")
    drive.control("move_clock", seconds=60)
    younger: str = drive.control("mkdir", path=f"{ROOT}/{name}", twin=True)["id"]
    drive.control("put", path=f"id:{younger}/b.jpg", text="two")
    return younger


def asked(studio: FeedStudio) -> list[ReviewRow]:
    with studio.index.read() as conn:
        return review.open_questions(conn, "twin")


def answer(studio: FeedStudio, question: ReviewRow, **said: object) -> None:
    with studio.index.write() as conn:
        carry_out(conn, question, plan_settlement(question, Decision(**said)), "anna", studio.now)  # type: ignore[arg-type]
    place_and_refresh(studio.index, Rules(TODAY), _NAMING, studio.now)


@pytest.mark.parametrize(
    ("name", "identity", "plain"),
    [
        (f"Häät ({ID})", ID, "Häät"),
        (f"a.b ({ID}).jpg", ID, "a.b.jpg"),
        (f"Häät ({ID})", ID[:-1], None),
        (f"Häät ({ID}) RAW", ID, None),
        (f"({ID})", ID, None),
        ("Häät", ID, None),
        ("Häät ()", "", None),
    ],
)
def test_only_what_the_store_has_added_is_taken_from_a_name(name: str, identity: str, plain: str | None) -> None:
    assert plain_name(name, identity) == plain


def test_twin_folders_belong_to_one_client_and_are_put_to_a_person(studio: FeedStudio, drive: Account) -> None:
    younger = twins(drive)
    assert studio.run()["drive"].outcome == "complete"
    assert studio.rows("SELECT name FROM client") == [("Virtanen",)]
    assert studio.rows("SELECT title, first_day FROM shoot") == [("häät", "2026-06-06")] * 2
    (question,) = asked(studio)
    assert (question.store, question.path) == ("drive", f"{WEDDING} ({younger})")
    assert f'"{WEDDING}"' in question.reason
    assert question.shoot_id in studio.shoots()
    answer(studio, question, same=False)
    drive.control("expire_start_tokens")
    studio.run()
    assert asked(studio) == [] and len(studio.shoots()) == 2


def test_those_that_are_one_shoot_become_one_with_all_that_is_said_of_either(studio: FeedStudio, drive: Account) -> None:
    younger = twins(drive, f"2026/{WEDDING}")
    studio.run()
    (question,) = asked(studio)
    with studio.index.write() as conn:
        held = holds.Hold("h1", "pin", 1, "anna", "our best", "anna", shoot_id=question.shoot_id, shoot_hash="ab" * 32)
        holds.add(conn, held)
    answer(studio, question, same=True)
    ((shoot, paths),) = studio.shoots().items()
    assert paths == {f"2026/{WEDDING}", f"2026/{WEDDING} ({younger})"}
    assert studio.rows("SELECT shoot_id FROM hold") == [(shoot,)]
    assert asked(studio) == []
    # The folder above is renamed: what was settled about the twins below still holds.
    drive.control("move", path=f"{ROOT}/2026", to=f"{ROOT}/Vuosi 2026")
    studio.run(vanish_share=100)
    assert asked(studio) == [] and len(studio.shoots()) == 1


def test_twins_that_say_no_client_become_one_as_well(studio: FeedStudio, drive: Account) -> None:
    twins(drive, "sekalaisia kuvia")
    studio.run()
    assert len(studio.shoots()) == 2
    answer(studio, asked(studio)[0], same=True)
    assert len(studio.shoots()) == 1


@pytest.mark.parametrize("mend", ["rename the younger", pytest.param("remove the younger", marks=pytest.mark.long), "remove the elder"])
def test_the_question_passes_when_there_is_one_of_them(studio: FeedStudio, drive: Account, mend: str) -> None:
    younger = twins(drive)
    studio.run()
    assert len(asked(studio)) == 1
    if mend == "rename the younger":
        drive.control("move", path=f"id:{younger}", to=f"{ROOT}/2026-06-07 Virtanen brunssi")
    else:
        drive.control("trash", path=f"id:{younger}" if mend == "remove the younger" else f"{ROOT}/{WEDDING}")
    studio.run(vanish_share=100)
    assert asked(studio) == []


def test_files_of_one_name_are_put_to_a_person_by_their_folder(studio: FeedStudio, drive: Account) -> None:
    drive.control("put", path=f"{ROOT}/{WEDDING}/RAW/IMG_1.jpg", text="one")
    drive.control("move_clock", seconds=60)
    other = drive.control("put", path=f"{ROOT}/{WEDDING}/RAW/IMG_1.jpg", text="another", twin=True)["id"]
    drive.control("put", path=f"{ROOT}/{WEDDING}/RAW/IMG_2 (1).jpg", text="no twin")
    studio.run()
    (question,) = asked(studio)
    assert (question.path, question.shoot_id) == (f"{WEDDING}/RAW", next(iter(studio.shoots())))
    assert '"IMG_1.jpg"' in question.reason
    with pytest.raises(Unfitting):
        plan_settlement(question, Decision(same=True))
    answer(studio, question, seen=True)
    drive.control("put", path=f"{ROOT}/{WEDDING}/RAW/IMG_3.jpg", text="something else")
    studio.run()
    assert asked(studio) == []
    third = drive.control("put", path=f"{ROOT}/{WEDDING}/RAW/IMG_1.jpg", text="a third", twin=True)["id"]
    studio.run()
    assert len(asked(studio)) == 1, "there are more of them than a person has looked at"
    for number, id in enumerate((other, third)):
        drive.control("move", path=f"id:{id}", to=f"{ROOT}/{WEDDING}/RAW/{number}.jpg")
    studio.run()
    assert asked(studio) == []
