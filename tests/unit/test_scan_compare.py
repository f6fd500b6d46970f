"""Comparing one folder's files with what the index knows of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.records import Entry
from backupd.scan.compare import compare_folder, vanished_too_much
from index.records import CopyRow


def entry(name: str, size: int = 10, modified_ns: int = 5, identity: str = "7") -> Entry:
    return Entry(f"shoot/{name}", f"shoot/{name}", size, "v", identity, modified_ns)


def row(name: str, size: int = 10, modified_ns: int = 5, identity: str = "7", **values: object) -> CopyRow:
    known = CopyRow(1, 1, name, 3, size, modified_ns, identity, "p", "h", 0)
    return replace(known, **values)  # type: ignore[arg-type]


def test_an_unchanged_file_is_not_read() -> None:
    difference = compare_folder([entry("a.jpg")], {"a.jpg": row("a.jpg")})
    assert (difference.same, difference.unread, difference.gone, difference.back) == (1, (), (), ())


@pytest.mark.parametrize("change", [{"size": 11}, {"modified_ns": 6}, {"identity": "8"}])
def test_size_time_or_identity_make_a_file_changed(change: dict[str, object]) -> None:
    now = entry("a.jpg", **change)  # type: ignore[arg-type]
    difference = compare_folder([now], {"a.jpg": row("a.jpg")})
    assert difference.unread == ((now, row("a.jpg")),)


def test_a_file_whose_bytes_are_not_known_is_read_again() -> None:
    known = row("a.jpg", content_id=None, state="u")
    assert compare_folder([entry("a.jpg")], {"a.jpg": known}).unread == ((entry("a.jpg"), known),)


def test_a_missing_file_that_lies_there_as_it_was_is_back() -> None:
    known = row("a.jpg", state="m")
    difference = compare_folder([entry("a.jpg")], {"a.jpg": known})
    assert difference.back == ((entry("a.jpg"), known),)
    assert difference.unread == ()


def test_what_is_missing_already_is_not_gone_once_more() -> None:
    assert compare_folder([], {"a.jpg": row("a.jpg", state="m")}).gone == ()


names = st.sets(st.sampled_from("abcdefgh"), max_size=8)


@given(now=names, known=names, changed=names)
def test_every_file_is_counted_once(now: set[str], known: set[str], changed: set[str]) -> None:
    entries = [entry(name, size=99 if name in changed else 10) for name in sorted(now)]
    difference = compare_folder(entries, {name: row(name) for name in known})
    assert difference.same + len(difference.unread) + len(difference.back) == len(now)
    assert {gone.name for gone in difference.gone} == known - now


@pytest.mark.parametrize(
    ("absent", "known", "doubted"),
    [(0, 0, False), (0, 10, False), (5, 10, False), (6, 10, True), (1, 1, True), (10, 10, True), (1, 1000, False)],
)
def test_more_than_the_share_or_everything_is_put_to_a_person(absent: int, known: int, doubted: bool) -> None:
    assert vanished_too_much(absent, known, 0.5) is doubted


def test_everything_gone_is_doubted_whatever_the_share() -> None:
    assert vanished_too_much(10, 10, 1.0)
