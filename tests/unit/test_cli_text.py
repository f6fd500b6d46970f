from __future__ import annotations

import os
import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.cli.progress import span
from backupd.cli.text import Dates, camera_name, count, cut, padded, size, table, visible, width_of

NAMES = st.binary(max_size=30).map(os.fsdecode) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Häät Mäkelä 6.6.2026", "Häät Mäkelä 6.6.2026"),
        (os.fsdecode("Häät".encode("latin-1")), "H\\xe4\\xe4t"),
        ("a\x1b[31mred", "a\\u001b[31mred"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066a\u2069\u200b\ufeff", "\\u2066a\\u2069\\u200b\\ufeff"),
        ("a\u2028b", "a\\u2028b"),
        ("\x9b31m", "\\u009b31m"),
        ("\ud83d", "\\ud83d"),
        ("\U000e0041", "\\U000e0041"),
        ("写真 😀", "写真 😀"),
        ("", ""),
    ],
)
def test_a_name_is_shown_so_that_it_can_do_nothing(name: str, shown: str) -> None:
    assert visible(name) == shown


@given(NAMES)
def test_what_is_shown_steers_no_terminal_and_can_be_encoded(name: str) -> None:
    shown = visible(name)
    shown.encode("utf-8")
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in shown)


@given(NAMES, st.integers(1, 20))
def test_cutting_and_padding_keep_to_the_columns(name: str, columns: int) -> None:
    shown = visible(name)
    assert width_of(cut(shown, columns)) <= columns
    assert width_of(padded(cut(shown, columns), columns)) == columns


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=5), st.integers(30, 120))
def test_a_table_fits_and_its_columns_line_up(rows: list[tuple[str, str, str]], columns: int) -> None:
    lines = table(("name", "kind", "size"), rows, columns, right=("size",))
    assert len(lines) == len(rows) + 1
    assert all(width_of(line) <= columns for line in lines)


def test_wide_letters_take_two_columns() -> None:
    assert table(("a", "b"), [("写真", "x"), ("ab", "y")]) == ["a     b", "写真  x", "ab    y"]
    assert width_of("a\u0308") == 1


def test_numbers_stand_to_the_right() -> None:
    assert table(("n", "files"), [("a", "7"), ("b", "12")], right=("files",)) == ["n  files", "a      7", "b     12"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (12_400_000_000, "12.4 GB"), (999_950, "1.0 MB"),
     (123_456, "123 kB"), (10**18, "1000 PB"), (None, "?")],
)  # fmt: skip
def test_sizes_in_human_units(number: int | None, shown: str) -> None:
    assert size(number) == shown


def test_counts_agree_with_their_noun() -> None:
    assert (count(1, "file"), count(0, "file"), count(2, "copy", "copies")) == ("1 file", "0 files", "2 copies")
    assert count(12_000, "file") == "12\N{NO-BREAK SPACE}000 files"


HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("first", "last", "finnish", "english"),
    [
        (date(2025, 6, 14), None, "14.6.2025", "14 June 2025"),
        (date(2025, 6, 6), date(2025, 6, 7), "6.–7.6.2025", "6–7 June 2025"),
        (date(2025, 5, 30), date(2025, 6, 1), "30.5.–1.6.2025", "30 May–1 June 2025"),
        (date(2025, 12, 31), date(2026, 1, 1), "31.12.2025–1.1.2026", "31 December 2025–1 January 2026"),
        (None, None, "?", "?"),
    ],
)
def test_days_in_the_studios_manner(first: date | None, last: date | None, finnish: str, english: str) -> None:
    assert Dates("fi", HELSINKI).span(first, last) == finnish
    assert Dates("en", HELSINKI).span(first, last) == english


def test_days_within_a_text_of_ours_are_told_in_the_studios_manner() -> None:
    text = "the folder says 2025-06-14, but its files were captured 2025-08-02 to 2025-08-03; IMG_2025-99-01, 12025-06-14"
    told = "the folder says 14.6.2025, but its files were captured 2.8.2025 to 3.8.2025; IMG_2025-99-01, 12025-06-14"
    assert Dates("fi", HELSINKI).in_text(text) == told
    assert Dates("en", HELSINKI).in_text("ends on 2026-06-20") == "ends on 20 June 2026"
    assert Dates("fi", HELSINKI).in_text("2025-02-31 is no day") == "2025-02-31 is no day"


def test_instants_are_told_in_the_studios_zone() -> None:
    instant = datetime(2027, 6, 30, 21, 5, tzinfo=UTC)
    assert Dates("fi", HELSINKI).instant(instant) == "1.7.2027 0.05"
    assert Dates("en", HELSINKI).instant(instant.replace(tzinfo=None)) == "30 June 2027 21:05"
    assert Dates("en", HELSINKI).instant(None) == "?"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (89, "89 s"), (95, "2 min"), (7500, "2 h 5 min"), (3 * 86400, "3 days")]
)
def test_spans_as_people_say_them(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("make", "model", "said"),
    [
        ("Canon", "Canon EOS 5D Mark IV", "Canon EOS 5D Mark IV"),
        ("NIKON CORPORATION", "NIKON D850", "NIKON CORPORATION NIKON D850"),
        ("SONY", "ILCE-7M4", "SONY ILCE-7M4"),
        ("", "Unknown 1", "Unknown 1"),
        ("Kuvakone", "", "Kuvakone"),
    ],
)
def test_a_camera_is_named_once(make: str, model: str, said: str) -> None:
    assert camera_name(make, model) == said


def test_no_sign_that_python_calls_printable_is_one_to_write_out() -> None:
    """A name of printable signs alone is not looked at sign by sign, in texts and in the names of an export."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not [code for code in range(0x110000) if chr(code).isprintable() and unicodedata.category(chr(code)) in hidden]
