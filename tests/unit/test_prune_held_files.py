"""A hold on some files of a shoot: these and what belongs to them stay, in every store; the rest goes by the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backupd.retaining import apart, holding
from tests.unit.tidy_studio import TidyStudio

WEDDING = "2021-05-01 Virtanen häät"
ONE = ("IMG_1.CR3", "IMG_1.jpg", "IMG_1.xmp")
FILES = (*ONE, "IMG_2.CR3", "IMG_3.jpg", "notes.txt")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TidyStudio]:
    made = TidyStudio(tmp_path)
    for file in FILES:
        made.put(f"{WEDDING}/{file}", file)
    made.look()
    made.at += timedelta(days=500)
    made.look()
    yield made
    made.close()


def _paths(*files: str) -> set[str]:
    return {f"{WEDDING}/{file}" for file in files}


def test_without_a_hold_all_of_it_goes(studio: TidyStudio) -> None:
    assert studio.going("archive") == _paths(*FILES)


def test_a_held_file_keeps_its_family_and_the_others_go(studio: TidyStudio) -> None:
    studio.hold(WEDDING, "IMG_1.CR3")
    # Notes and catalogues go with the last of their shoot alone.
    assert studio.going("archive") == _paths("IMG_2.CR3", "IMG_3.jpg")
    refused = [each for store, each in studio.proposed("archive").refused if store == "archive"]
    assert [(each.rule, each.reasons) for each in refused] == [
        ("hold_legal", ("1 of its files are held by legal, and stay with what belongs to them",))
    ]
    studio.clean(studio.save("archive"))
    assert studio.paths("archive") == _paths(*ONE, "notes.txt")
    assert studio.paths("cloud") == _paths(*FILES)


def test_a_hold_on_the_whole_shoot_keeps_all_of_it(studio: TidyStudio) -> None:
    studio.hold(WEDDING, "IMG_1.CR3")
    studio.hold(WEDDING, kind="pin", uid="h2")
    assert studio.going() == set()


def test_a_hold_that_comes_after_the_plan_keeps_its_files(studio: TidyStudio) -> None:
    uid = studio.save("archive")
    studio.hold(WEDDING, "IMG_1.xmp", kind="pin")
    studio.clean(uid)
    assert studio.paths("archive") >= _paths(*ONE)
    assert not studio.paths("archive") & _paths("IMG_2.CR3", "IMG_3.jpg")


def test_a_family_is_one_over_all_stores(tmp_path: Path) -> None:
    studio = TidyStudio(tmp_path, names=("archive", "cloud", "drive"))
    for file, names in (("IMG_1.CR3", ("cloud",)), ("IMG_1.jpg", ("archive", "drive")), ("IMG_2.jpg", ("archive", "drive"))):
        studio.put(f"{WEDDING}/{file}", file, *names)
    studio.look()
    studio.at += timedelta(days=500)
    studio.look()
    studio.hold(WEDDING, "IMG_1.CR3")
    assert studio.going("archive") == _paths("IMG_2.jpg"), "the picture of the held RAW is kept although no RAW lies here"
    studio.close()


def test_once_it_is_released_the_ordinary_clock_decides(studio: TidyStudio) -> None:
    uid = studio.hold(WEDDING, "IMG_1.CR3")
    studio.release(uid)
    studio.at += timedelta(days=1)
    studio.look()
    assert studio.going("archive") == _paths(*FILES)


def test_a_hold_of_which_a_file_is_not_known_keeps_the_whole_shoot(studio: TidyStudio) -> None:
    studio.hold(WEDDING, "IMG_1.CR3", "IMG_3.jpg")
    with studio.index.write() as conn:
        lost = conn.exec_driver_sql("SELECT MIN(id), sha256, dropbox_hash FROM content WHERE size = 9").one()
        conn.exec_driver_sql("DELETE FROM scope WHERE hash IN (?, ?)", tuple(lost)[1:])
        _, on_files = apart(conn, holding(conn, studio.shop.basis(conn, studio.at).keeping))
    assert on_files == {}
    assert studio.going("archive") == set()


def test_what_may_be_the_same_bytes_is_held_as_well(studio: TidyStudio) -> None:
    studio.hold(WEDDING, "IMG_1.CR3")
    with studio.index.write() as conn:
        # Another store attests another kind of hash, so nobody can compare; the size is the same.
        conn.exec_driver_sql(
            "UPDATE content SET sha256 = NULL, dropbox_hash = NULL, md5 = x'00'"
            " WHERE id = (SELECT content_id FROM copy WHERE name = ? LIMIT 1)", (b"IMG_2.CR3",)
        )  # fmt: skip
    assert studio.going("archive") == _paths("IMG_3.jpg")
