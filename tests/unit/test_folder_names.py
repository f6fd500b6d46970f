"""Reading shoot folders' names, by the rules that studios' conventions follow."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.reading.folder_names import compile_templates, is_ignored, read_folder, settle_by_capture
from backupd.reading.records import FolderReading

TODAY = date(2026, 11, 24)
SHARED = Path(__file__).parents[2].parent / "shared" / "corpora" / "folder_names.csv"

OWN = Path(__file__).parent / "corpora" / "folder_names.csv"


def read(path: str) -> FolderReading:
    return read_folder(path, today=TODAY)


def told(path: str) -> tuple[str | None, str | None, str | None, str | None]:
    reading = read(path)
    first = reading.first_day.isoformat() if reading.first_day else None
    last = reading.last_day.isoformat() if reading.last_day else None
    return reading.client, first, last if last != first else None, reading.title


NAMES: list[tuple[str, str | None, str | None, str | None, str | None]] = [
    # path, client, first day, last day where it is another, title
    ("2026-03-07 Rantanen häät", "Rantanen", "2026-03-07", None, "häät"),
    ("20260307_Rantanen_Haat", "Rantanen", "2026-03-07", None, "Haat"),
    ("Häät Mäkelä & Lahti 6.–7.6.2026", "Mäkelä & Lahti", "2026-06-06", "2026-06-07", "Häät"),
    ("Virtasen häät 6.6.2026", "Virtasen", "2026-06-06", None, "häät"),
    ("2026-06-06_Virtanen-Korhonen_haat", "Virtanen-Korhonen", "2026-06-06", None, "haat"),
    ("Lumo Oy yrityskuvaus vko 24", "Lumo Oy", None, None, "yrityskuvaus"),
    ("060626 Niemiset potretti", "Niemiset", None, None, "potretti"),
    ("Aallon rippikuvat 2026", "Aallon", None, None, "rippikuvat"),
    ("14 August 2026 Sjöberg wedding", "Sjöberg", "2026-08-14", None, "wedding"),
    ("August 14, 2026 - Sjöberg - wedding", "Sjöberg", "2026-08-14", None, "wedding"),
    ("3. heinäkuuta 2026 Salo muotokuvat", "Salo", "2026-07-03", None, "muotokuvat"),
    ("Bröllop 14 juni 2025 Söderström", "Söderström", "2025-06-14", None, "Bröllop"),
    ("30.12.2024-2.1.2025 Laine", "Laine", "2024-12-30", "2025-01-02", None),
    ("14.6.-16.6.2026 Mäkelä & Lahti häät", "Mäkelä & Lahti", "2026-06-14", "2026-06-16", "häät"),
    ("3.-5.7.2025 Festarit Oy keikka", "Festarit Oy", "2025-07-03", "2025-07-05", "keikka"),
    ("2026-05-01..2026-05-03 Vapputori ry tapahtuma", "Vapputori ry", "2026-05-01", "2026-05-03", "tapahtuma"),
    ("tilaus 1234 Virtanen 14.6.2025", "Virtanen", "2025-06-14", None, None),
    ("K-0042 Hakala perhe 1.2.2026", "Hakala", "2026-02-01", None, "perhe"),
    ("2025/2025-04/2025-04-12_johnson-wedding", "johnson", "2025-04-12", None, "wedding"),
    ("2006/02/17_Holm", "Holm", "2006-02-17", None, None),
    ("Asiakkaat/V/Virtanen Oy/2025/03 Maaliskuu/14 tuotekuvat", "Virtanen Oy", "2025-03-14", None, "tuotekuvat"),
    ("Projects/2025/A/Virtanen/2025-06-14 häät", "Virtanen", "2025-06-14", None, "häät"),
    ("Virtanen/Häät/2025-06-14", "Virtanen", "2025-06-14", None, "Häät"),
    ("Kuvaukset/2025/Virtanen 3.5.", "Virtanen", "2025-05-03", None, "Kuvaukset"),
    ("2025-06-14 Oy Virtanen Ab messut", "Oy Virtanen Ab", "2025-06-14", None, "messut"),
    ("2025-06-14 T:mi Aino Laine kuvaus", "T:mi Aino Laine", "2025-06-14", None, "kuvaus"),
    ("2025-06-14 Lumo, Laine & Salo Oy gaala", "Lumo, Laine & Salo Oy", "2025-06-14", None, "gaala"),
    ("2025-06-14 Matti Virtanen ja Maija Laine häät", "Matti Virtanen ja Maija Laine", "2025-06-14", None, "häät"),
    ("20210300 Tuominen", "Tuominen", None, None, None),
    ("31.6.2025 Tuominen", "Tuominen", None, None, None),
    ("2025-06-14T15:30 Virtanen", "Virtanen", "2025-06-14", None, None),
    ("2025-W24 Virtanen", "Virtanen", None, None, None),
    ("2025-06-14 Virtanen häät/puhelin", "Virtanen", "2025-06-14", None, "häät"),
    ("2025-06-14 Virtanen häät/Capture One/Capture", "Virtanen", "2025-06-14", None, "häät"),
    ("2025-06-14 Virtanen/01_RAW/100CANON", "Virtanen", "2025-06-14", None, None),
    ("Varmuuskopio 3.3.2026/14.6.2025 Virtanen", "Virtanen", "2025-06-14", None, None),
    ("２０２５-06-14 Virtanen", "Virtanen", "2025-06-14", None, None),
    ("2025-06-14 📷 Virtanen häät", "Virtanen", "2025-06-14", None, "häät"),
    ("2025-06-14 Vіrtanen häät", None, "2025-06-14", None, None),  # a Cyrillic letter
    ("2025-06-14 MÃ¤kelÃ¤ häät", None, "2025-06-14", None, None),
    ("2025-06-14 Virtanen ${HOME}", None, None, None, None),
    ("2025-06-14 Virtanen'; DROP TABLE shoot", None, None, None, None),
    ("CON/2025-06-14 Virtanen", None, None, None, None),
    ("2025-06-14 Vir\u202etanen", None, None, None, None),
    ("2025-06-14 Vir\u200btanen", None, None, None, None),
    ("Juhannus Koskela Ranta Saari 20.6.2025", None, "2025-06-20", None, None),
    ("A001_0925AB.RDM/A001_C001_0925AB.RDC", None, None, None, None),
    ("den 17 augusti 2024 Sjögren", "Sjögren", "2024-08-17", None, None),
    ("la 17.8.2024 Lehtonen häät", "Lehtonen", "2024-08-17", None, "häät"),
    ("Saturday 17 August 2024 Smith wedding", "Smith", "2024-08-17", None, "wedding"),
    ("17.8.2024 klo 14-18 Lehtonen häät", "Lehtonen", "2024-08-17", None, "häät"),
    ("2024-08-17 3000 Oy", "3000 Oy", "2024-08-17", None, None),  # no time of day
    ("17. ja 18.8.2024 Lehtonen", "Lehtonen", "2024-08-17", "2024-08-18", None),
    ("17.8.2024 ja 24.8.2024 Lehtonen", "Lehtonen", None, None, None),  # they do not adjoin
    ("20240817-18 Lehtonen häät", "Lehtonen", "2024-08-17", "2024-08-18", "häät"),
    ("20240831-01 Lehtonen", "Lehtonen", None, None, None),
    ("2024/08/17-18 Lehtonen", "Lehtonen", "2024-08-17", "2024-08-18", None),
    ("17_8_2024_Lehtonen", "Lehtonen", "2024-08-17", None, None),
    ("7_8_2024_Lehtonen", "Lehtonen", None, None, None),
    ("1989-05-05 Lehtonen", "Lehtonen", None, None, None),
    ("5.5.2031 Lehtonen", "Lehtonen", None, None, None),
    ("311324 Lehtonen", "Lehtonen", None, None, None),
    ("J2024-017 Lehtonen 17.8.2024", "Lehtonen", "2024-08-17", None, None),
    ("2024-017 Lehtonen 17.8.2024", "Lehtonen", "2024-08-17", None, None),
    ("Lehtonen 17.8.2024 tilaus 1234", "Lehtonen", "2024-08-17", None, None),
    ("Aino 17.8.2024 Lehtonen", None, "2024-08-17", None, None),
    ("2024-08-17_Laine-Salo-häät", "Laine-Salo", "2024-08-17", None, "häät"),
    ("2024-08-17 Rock-Event Oy", "Rock-Event Oy", "2024-08-17", None, None),
    ("2024-08-17 Acme Inc. headshots", "Acme Inc.", "2024-08-17", None, "headshots"),
    ("2024-08-17 Lehtonen 50-vuotisjuhlat", "Lehtonen", "2024-08-17", None, "50-vuotisjuhlat"),
    ("2024-08-17 Promo Oy", "Promo Oy", "2024-08-17", None, None),
    ("2024-08-17 Photo Center Oy tuotekuvat", None, "2024-08-17", None, "tuotekuvat"),
    ("2024-08-17 Oy", None, "2024-08-17", None, None),
    ("2024-08-17 Drone", None, "2024-08-17", None, None),
    ("2024-08-17 RAW", None, "2024-08-17", None, None),
    ("2024-08-17 v2", None, "2024-08-17", None, None),
    ("17.8.2024 50v", None, "2024-08-17", None, None),
    ("[2024-08-17] Lehtonen häät (17)", "Lehtonen", "2024-08-17", None, "häät"),
    ("Lehtonen häät (17.8.2024) FINAL2", "Lehtonen", "2024-08-17", None, "häät"),
    ("2024-08-17 (Lehtonen) häät", "Lehtonen", "2024-08-17", None, "häät"),
    ("v33 Lehtonen häät", "Lehtonen", None, None, "häät"),
    ("Lehtonen häät/26", "Lehtonen", None, None, "häät"),
    ("Lehtonen häät/Drone", "Lehtonen", None, None, "häät"),
    ("IMG_20250614_101112", None, None, None, None),
    ("A_0001C001_230202_052359_h12NR", None, None, None, None),
    ("Drone", None, None, None, None),
    ("h12NR", None, None, None, None),
]


@pytest.mark.parametrize(("path", "client", "first", "last", "title"), NAMES, ids=[name[0] for name in NAMES])
def test_names(path: str, client: str | None, first: str | None, last: str | None, title: str | None) -> None:
    assert told(path) == (client, first, last, title)
    assert told(unicodedata.normalize("NFD", path)) == (client, first, last, title)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared corpus is not here")
def test_the_shared_corpus_is_read_rightly() -> None:
    with SHARED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        client, first, last, title = told(row["relative_path"])
        found = (client or "", first or "", last or first or "", title or "")
        expected = tuple(row[f"expected_{name}"] for name in ("client", "date_start", "date_end", "title"))
        if found != expected:
            wrong.append((row["relative_path"], found, expected))
    assert len(wrong) <= 0.01 * len(rows), wrong


def test_our_own_corpus_is_read_rightly_to_the_last_name() -> None:
    with OWN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        client, first, last, title = told(row["relative_path"])
        found = (client or "", first or "", last or first or "", title or "")
        expected = tuple(row[f"expected_{name}"] for name in ("client", "date_start", "date_end", "title"))
        if found != expected:
            wrong.append((row["relative_path"], found, expected))
    assert len(rows) > 600
    assert not wrong


def test_six_digits_below_a_days_folder_do_not_open_its_day_again() -> None:
    reading = read("2024-08-02 Lehto häät/240802")
    assert (reading.depth, str(reading.first_day)) == (1, "2024-08-02")


def test_four_digits_below_a_year_are_candidates_where_they_may_be_a_number() -> None:
    assert {str(each.first_day) for each in read("2024/1708 Lehto").candidates} == {"2024-08-17"}
    assert {str(each.first_day) for each in read("2024/08-02 Lehto").candidates} == {"2024-08-02", "2024-02-08"}
    assert str(read("2024/08-17 Lehto").first_day) == "2024-08-17"


@pytest.mark.parametrize(
    ("path", "depth"),
    [
        ("2025-06-14 Virtanen häät", 1),
        ("2025/2025-06-14 Virtanen häät/RAW", 2),
        ("Clients/Virtanen/2025/06/14/PRIVATE/M4ROOT/CLIP", 5),
        ("Virtanen 14.6.2025/2025-06-15 jälkikuvaus/JPG", 2),
        ("2025-06-14 Virtanen häät/Toimitus", 1),
        ("2025-06-14 Virtanen häät/puhelin/DCIM/100APPLE", 1),
        ("2024/08/02/Lehto häät/Kirkko", 4),
        ("2024/2.8. Lehto/Kirkko", 2),
        ("2024-08-02/Lehto häät", 2),
        ("2024-08-02/Lehto", 1),
        ("DCIM/100CANON", 0),
        ("2025", 0),
        ("", 0),
    ],
)
def test_the_shoots_own_folder_is_told_from_what_lies_in_it(path: str, depth: int) -> None:
    assert read(path).depth == depth


@pytest.mark.parametrize("name", [".Trashes", "$RECYCLE.BIN", ".git", "@eaDir", "System Volume Information"])
def test_system_and_trash_folders_are_ignored_with_all_they_hold(name: str) -> None:
    assert is_ignored(name)
    assert read(f"{name}/2025-06-14 Virtanen").ignored


def test_what_is_ambiguous_comes_with_its_candidates_and_a_reason() -> None:
    reading = read("250614 Virtanen")
    assert {each.first_day for each in reading.candidates} == {date(2025, 6, 14), date(2014, 6, 25)}
    assert reading.needs_review
    assert reading.why == ("its six digits may be two days",)


def test_capture_days_settle_only_what_they_fit() -> None:
    reading = read("250614 Virtanen")
    settled = settle_by_capture(reading, date(2025, 6, 14), date(2025, 6, 15))
    assert (settled.first_day, settled.needs_review) == (date(2025, 6, 14), False)
    assert settle_by_capture(reading, date(2025, 8, 1), date(2025, 8, 1)) == reading
    assert settle_by_capture(reading, date(2014, 6, 25), date(2025, 6, 14)) == reading
    undated = read("Virtanen häät")
    assert settle_by_capture(undated, date(2025, 6, 14), date(2025, 6, 14)) == undated


@pytest.mark.parametrize(
    ("template", "name", "client", "day", "title"),
    [
        ("{date:ddmmyy} {client}", "010203 Virtanen", "Virtanen", "2003-02-01", None),
        ("{date:yymmdd} {client}", "250614 Virtanen", "Virtanen", "2025-06-14", None),
        ("{client}, {title}, {date}", "Aino Maria Laine, rippi, 14.6.2025", "Aino Maria Laine", "2025-06-14", "rippi"),
        ("{ignore}__{client}__{date:yyyy-mm-dd}", "x1__Kaisa Salo__2025-06-14", "Kaisa Salo", "2025-06-14", None),
        ("{job} {client} {date}", "A17 Salo 14.6.2025", "Salo", "2025-06-14", None),
    ],
)
def test_a_studios_own_templates_come_first(template: str, name: str, client: str, day: str, title: str | None) -> None:
    reading = read_folder(name, today=TODAY, templates=compile_templates([template]))
    assert (reading.client, str(reading.first_day), reading.title) == (client, day, title)
    assert not reading.needs_review


@pytest.mark.parametrize("name", ["311325 Virtanen", "Virtanen", "14.6.2025 Virtanen"])
def test_a_template_that_does_not_fit_leaves_the_name_to_the_usual_reading(name: str) -> None:
    assert read_folder(name, today=TODAY, templates=compile_templates(["{date:ddmmyy} {client}"])) == read(name)


@pytest.mark.parametrize(
    "template", ["{klient}", "{date:ddmm} {client}", "{client} {client}", "client", "{client", "{client:x}", "{title}"]
)
def test_a_template_that_cannot_be_understood_is_refused_with_the_mend(template: str) -> None:
    with pytest.raises(ValueError, match="template"):
        compile_templates([template])


words = st.text(max_size=40) | st.sampled_from(
    [
        "2025-06-14",
        "14.6.2025",
        "140625",
        "14062025",
        "häät",
        "Virtanen",
        "Oy",
        "&",
        " - ",
        "__",
        "kesä",
        "2025",
        "31.2.2025",
    ]
)
paths = st.lists(st.lists(words, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=5).map("/".join)


@given(paths)
def test_reading_never_raises_and_always_says_the_same(path: str) -> None:
    reading = read(path)
    assert reading == read(path)
    assert bool(reading.why) or not reading.needs_review
    assert 0 <= reading.depth <= path.count("/") + 1
    if reading.first_day is not None:
        assert reading.last_day is not None
        assert date(1990, 1, 1) <= reading.first_day <= reading.last_day


days = st.dates(date(1991, 1, 1), date(2027, 12, 31))
FORMS = (
    "{d.year:04}-{d.month:02}-{d.day:02}", "{d.year}.{d.month:02}.{d.day:02}", "{d.year}_{d.month:02}_{d.day:02}",
    "{d.day}.{d.month}.{d.year}", "{d.day:02}.{d.month:02}.{d.year}", "{d.day}. {d.month}. {d.year}",
    "{d.year} {d.month:02} {d.day:02}", "{d.year}–{d.month:02}–{d.day:02}",
)  # fmt: skip


@given(days, st.sampled_from(FORMS))
def test_every_day_is_read_back_in_every_form(day: date, form: str) -> None:
    for name in (f"{form.format(d=day)} Virtanen", f"Virtanen {form.format(d=day)}"):
        reading = read(name)
        assert (reading.client, reading.first_day, reading.last_day) == ("Virtanen", day, day)


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1990, 2027))
def test_a_day_that_does_not_exist_is_never_another_day(number: int, month: int, year: int) -> None:
    try:
        expected: date | None = date(year, month, number)
    except ValueError:
        expected = None
    assert read(f"{number}.{month}.{year} Virtanen").first_day == expected


@given(days, st.integers(1, 20))
def test_a_range_that_runs_backwards_is_no_day(first: date, length: int) -> None:
    last = first - timedelta(days=length)
    reading = read(f"{first}--{last} Virtanen")
    assert reading.first_day is None
    assert reading.needs_review
