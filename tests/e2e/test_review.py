"""What a person settles is remembered over re-indexing."""

from __future__ import annotations

import shutil
from datetime import date, datetime

import pytest

from backupd.demo.synthetic.exif import Shot, exif_segment
from backupd.demo.synthetic.jpeg import Picture, encode_jpeg
from tests.e2e.harness import Studio, write

DAY = date(2025, 6, 14)


def photo(day: date, number: int = 1) -> bytes:
    taken = datetime(day.year, day.month, day.day, 14, number)
    grey = Picture([[100 + number] * 4] * 4, [[128] * 2] * 2, [[128] * 2] * 2)
    return encode_jpeg(grey, exif_segment(Shot("Testikamera", "TK-1", taken, 32, 32)))


def question(studio: Studio, kind: str) -> dict[str, object]:
    rows = studio.json("review", "--kind", kind)
    assert len(rows) == 1, rows
    return rows[0]  # type: ignore[no-any-return]


def test_a_six_digit_date_is_asked_and_the_answer_kept(studio: Studio) -> None:
    write(studio.stores["archive"] / "250614 Virtanen" / "a.bin", "a")
    studio.index(status=1)
    asked = question(studio, "folder")
    assert studio.shoot("virtanen")["first_day"] is None
    days = {candidate["first_day"] for candidate in asked["candidates"]}  # type: ignore[union-attr]
    assert "2025-06-14" in days
    studio.run("review", "settle", str(asked["id"]), "--day", "14.6.2025", status=0)
    assert studio.shoot("virtanen")["first_day"] == "2025-06-14"
    studio.index()
    studio.index("--full")
    assert studio.shoot("virtanen")["first_day"] == "2025-06-14"
    assert studio.json("review") == []


def test_capture_days_settle_six_digits(studio: Studio) -> None:
    folder = studio.stores["archive"] / "250614 Virtanen"
    for number in range(3):
        write(folder / f"IMG_{number}.jpg", photo(date(2025, 6, 14), number))
    studio.index()
    assert studio.shoot("virtanen")["first_day"] == "2025-06-14"
    assert studio.json("review") == []


def test_a_folder_day_and_capture_days_that_disagree_are_asked(studio: Studio) -> None:
    folder = studio.stores["archive"] / "2025-06-14 Virtanen häät"
    for number in range(3):
        write(folder / f"IMG_{number}.jpg", photo(date(2025, 8, 2), number))
    studio.index(status=1)
    asked = question(studio, "date")
    assert "2025-08-02" in str(asked["reason"])
    said = studio.run("review", status=1).out
    assert "the folder says 14.6.2025, but its files were captured 2.8.2025" in said
    assert studio.shoot("virtanen")["retention"]["state"] == "unknown"
    studio.run("review", "settle", str(asked["id"]), "--choose", "1", status=0)
    studio.index()
    assert studio.shoot("virtanen")["first_day"] == "2025-06-14"
    assert studio.json("review") == []


def test_two_spellings_are_one_client_only_once_a_person_says_so(studio: Studio) -> None:
    root = studio.stores["archive"]
    write(root / "2025-06-14 Mäkelä häät" / "a.bin", "a")
    write(root / "2025-07-01 Makela potretti" / "b.bin", "b")
    studio.index(status=1)
    asked = question(studio, "spelling")
    assert {shoot["client"] for shoot in studio.json("find", "mäkelä")} == {"Mäkelä", "Makela"}
    studio.run("review", "settle", str(asked["id"]), "--same", status=0)
    assert {shoot["client"] for shoot in studio.json("find", "mäkelä")} == {"Mäkelä"}
    write(root / "2025-08-01 Makela kuvaus" / "c.bin", "c")
    studio.index()
    assert len({shoot["client"] for shoot in studio.json("find", "mäkelä")}) == 1


def test_two_clients_that_are_two_are_not_asked_about_again(studio: Studio) -> None:
    root = studio.stores["archive"]
    write(root / "2025-06-14 Kärki häät" / "a.bin", "a")
    write(root / "2025-07-01 Karki potretti" / "b.bin", "b")
    studio.index(status=1)
    studio.run("review", "settle", str(question(studio, "spelling")["id"]), "--different", status=0)
    studio.index("--full")
    assert studio.json("review") == []


def test_a_settled_folder_stays_settled_when_it_moves(studio: Studio) -> None:
    root = studio.stores["archive"]
    write(root / "2025-06-14 Seurasaari kesä ilta Virtanen" / "a.bin", "a")
    write(root / "2025-06-15 Laine häät" / "b.bin", "b")
    studio.index(status=1)
    studio.run("review", "settle", str(question(studio, "folder")["id"]), "--client", "Virtanen", status=0)
    (root / "2025").mkdir()
    shutil.move(root / "2025-06-14 Seurasaari kesä ilta Virtanen", root / "2025")
    studio.index()
    assert studio.shoot("virtanen")["client"] == "Virtanen"
    assert studio.json("review") == []


def test_what_does_not_answer_the_question_is_refused_with_the_mend(studio: Studio) -> None:
    write(studio.stores["archive"] / "250614 Virtanen" / "a.bin", "a")
    studio.index(status=1)
    number = str(question(studio, "folder")["id"])
    assert "--choose" in studio.run("review", "settle", number, "--same", status=2).err
    assert "candidates" in studio.run("review", "settle", number, "--choose", "9", status=2).err
    assert "no question" in studio.run("review", "settle", "999", "--seen", status=2).err


@pytest.mark.parametrize("args", [("find", "virtanen"), ("show", "1"), ("where", "1"), ("review",)])
def test_reading_without_an_index_says_what_to_do(studio: Studio, args: tuple[str, ...]) -> None:
    shutil.rmtree(studio.root / "var")
    ran = studio.run(*args, status=2)
    assert "backupd index" in ran.err
