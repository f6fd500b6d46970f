"""The demo studio: believable, the same every time, and never written over anything else."""

from __future__ import annotations

import csv
import io
import json
import os
import unicodedata
from datetime import date, datetime
from pathlib import Path

import exifread
import pytest
from docx import Document
from openpyxl import load_workbook

from backupd.demo.__main__ import main
from backupd.demo.dates import day_before, puzzling_day, spell_days
from backupd.demo.make_studio import MARK, NotADemoError, make_studio
from backupd.demo.shoots import studio_shoots

TODAY = date(2026, 9, 23)
FEW = studio_shoots()[:2]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo") / "studio"
    make_studio(target, TODAY)
    return target


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != MARK
    }


def test_studio_is_small_but_not_tiny(studio):
    files = files_of(studio)
    assert 350 <= len(files) <= 600
    assert sum(map(len, files.values())) < 40_000_000
    assert {path.rpartition(".")[2].casefold() for path in files} >= {
        "jpg", "nef", "cr2", "arw", "dng", "mp4", "mov", "xmp", "xml", "csv", "xlsx", "docx", "txt",
    }  # fmt: skip


def test_same_day_and_seed_give_the_same_bytes(studio, tmp_path):
    make_studio(tmp_path / "other", TODAY)
    assert files_of(tmp_path / "other") == files_of(studio)


def test_another_seed_gives_other_pictures(studio, tmp_path):
    make_studio(tmp_path, TODAY, seed=2, shoots=FEW)
    ours = {content for path, content in files_of(studio).items() if path.endswith(".JPG")}
    theirs = {content for path, content in files_of(tmp_path).items() if path.endswith(".JPG")}
    assert theirs and not ours & theirs


def test_every_photo_was_taken_on_its_shoots_day_but_for_one_shoot(studio):
    strangers = set()
    for path, content in files_of(studio).items():
        if not path.endswith("JPG") or "/20" not in path or path.split("/")[1][:10].count("-") != 2:
            continue
        tags = exifread.process_file(io.BytesIO(content), details=False, extract_thumbnail=False)
        taken = datetime.strptime(str(tags["EXIF DateTimeOriginal"]), "%Y:%m:%d %H:%M:%S").date()
        if taken.isoformat() != path.split("/")[1][:10]:
            strangers.add(path.split("/")[1].split(" ", 1)[1])
    assert strangers == {"Lahtinen hautajaiset"}


def test_nothing_is_dated_after_today(studio):
    latest = max(path.stat().st_mtime for path in studio.rglob("*") if path.name != MARK)
    assert datetime.fromtimestamp(latest).date() <= TODAY


def test_shoots_reach_back_past_the_minimum_retention_on_both_sides(studio):
    years = {path.name for path in studio.iterdir() if path.name.isdigit()}
    assert years == {"2023", "2024", "2025", "2026"}


def test_one_folder_name_is_decomposed(studio):
    names = [path.name for path in studio.glob("*/*") if path.is_dir()]
    assert sum(not unicodedata.is_normalized("NFC", name) for name in names) == 1


def test_lists_open_in_the_programs_that_studios_use(studio):
    files = files_of(studio)
    table = next(content for path, content in files.items() if path.endswith("osallistujat.csv"))
    rows = list(csv.reader(io.StringIO(table.decode("cp1252")), delimiter=";"))
    assert rows[0][:2] == ["Nimi", "Rooli"]
    assert len({len(row) for row in rows}) == 1
    sheet = load_workbook(io.BytesIO(next(c for p, c in files.items() if p.endswith(".xlsx")))).active
    assert next(cell.value for cell in sheet[1]) == "Nimi"
    document = Document(io.BytesIO(next(c for p, c in files.items() if p.endswith(".docx"))))
    assert document.tables[0].rows[0].cells[0].text in ("Nimi", "Name")


def test_three_stores_hold_different_parts(tmp_path):
    studio = make_studio(tmp_path, TODAY, stores=3)
    parts = [set(files_of(root)) for root in studio.stores.values()]
    assert list(studio.stores) == ["archive", "dropbox", "drive"]
    assert all(len(part) > 100 for part in parts)
    assert parts[1] < parts[0] | parts[2]
    assert parts[2] - parts[0] and parts[0] - parts[2]


def test_a_folder_with_something_else_is_refused_untouched(tmp_path):
    (tmp_path / "own.txt").write_text("mine")
    with pytest.raises(NotADemoError):
        make_studio(tmp_path, TODAY, shoots=FEW)
    assert [path.name for path in tmp_path.iterdir()] == ["own.txt"]


@pytest.mark.parametrize("mark", ["", "[]", '{"made_for": 1}'])
def test_a_mark_that_is_not_ours_is_refused(tmp_path, mark):
    (tmp_path / MARK).write_text(mark)
    with pytest.raises(NotADemoError):
        make_studio(tmp_path, TODAY, shoots=FEW)


def test_a_studio_that_is_there_is_left_as_it_is(tmp_path):
    first = make_studio(tmp_path, TODAY, shoots=FEW)
    before = {path: path.stat().st_ctime_ns for path in tmp_path.rglob("*")}
    later = make_studio(tmp_path, date(2027, 1, 1), shoots=FEW)
    assert (first.fresh, later.fresh, later.made_for) == (True, False, TODAY)
    assert {path: path.stat().st_ctime_ns for path in tmp_path.rglob("*")} == before


def test_written_again_it_moves_on_and_spares_what_is_not_its_own(tmp_path):
    make_studio(tmp_path, date(2024, 3, 1), shoots=FEW)
    own = tmp_path / "2024" / "oma.txt"
    own.parent.mkdir(exist_ok=True)
    own.write_text("mine")
    make_studio(tmp_path, TODAY, again=True, shoots=FEW)
    assert own.read_text() == "mine"
    assert [path.name for path in (tmp_path / "2024").iterdir()] == ["oma.txt"]
    own.unlink()
    make_studio(tmp_path / "new", TODAY, shoots=FEW)
    assert set(files_of(tmp_path / "new")) == {path for path in files_of(tmp_path) if not path.startswith("new/")}


def test_an_unfinished_studio_is_finished(tmp_path):
    make_studio(tmp_path, TODAY, shoots=FEW)
    whole = files_of(tmp_path)
    mark = json.loads((tmp_path / MARK).read_text())
    (tmp_path / MARK).write_text(json.dumps(mark | {"complete": False}))
    os.remove(tmp_path / "Ohjeet/varmuuskopiointi.txt")
    assert make_studio(tmp_path, TODAY, shoots=FEW).fresh
    assert files_of(tmp_path) == whole


def test_a_mark_cannot_point_outside(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    target = tmp_path / "studio"
    make_studio(target, TODAY, shoots=FEW)
    mark = json.loads((target / MARK).read_text())
    mark["files"] += ["../outside.txt", str(outside)]
    (target / MARK).write_text(json.dumps(mark))
    make_studio(target, TODAY, again=True, shoots=FEW)
    assert outside.read_text() == "mine"


def test_command_says_what_it_wrote_and_refuses_what_it_must(tmp_path, capsys):
    assert main([str(tmp_path / "studio"), "--today", "2026-09-23"]) == 0
    assert f'path = "{tmp_path / "studio"}"' in capsys.readouterr().out
    (tmp_path / "own").mkdir()
    (tmp_path / "own/own.txt").write_text("mine")
    assert main([str(tmp_path / "own")]) == 2
    assert "not empty" in capsys.readouterr().err


def test_puzzling_day_has_two_readings():
    for offset in range(0, 800, 37):
        day = puzzling_day(day_before(TODAY, offset))
        assert date(2000 + day.day, day.month, day.year % 100) != day


@pytest.mark.parametrize(
    ("first", "last", "spelt"),
    [
        (date(2026, 6, 6), date(2026, 6, 7), "6.–7.6.2026"),
        (date(2026, 5, 30), date(2026, 6, 1), "30.5.–1.6.2026"),
        (date(2025, 12, 30), date(2026, 1, 2), "30.12.2025–2.1.2026"),
    ],
)
def test_ranges_are_spelt_as_finns_write_them(first, last, spelt):
    assert spell_days(first, last)["range"] == spelt


def test_weekday_is_met_going_back():
    assert day_before(date(2026, 9, 23), 3, weekday=5) == date(2026, 9, 19)
