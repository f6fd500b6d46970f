"""Which names a local store passes over, and what a folder's mark is made of."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.ignore import DEFAULT_IGNORE, Ignore
from adapters.ignoring import compile_ignored
from adapters.marks import MARK_BYTES, Row, mark_of

NAMES = st.text(st.sampled_from("aAbBäÄß._~$1 \n\udce4*?["), min_size=1, max_size=6)
PATTERNS = st.lists(st.text(st.sampled_from("aAbäß._~$1*?[]!/-"), min_size=1, max_size=6), max_size=4)
ROWS = st.lists(
    st.tuples(NAMES, st.integers(0, 1 << 50), st.integers(-(1 << 40), 1 << 62), st.integers(0, (1 << 64) - 1)),
    unique_by=lambda row: row[0],
    max_size=6,
)


@given(PATTERNS, NAMES, st.sampled_from(["", "a", "a/b", "Ä b/$"]))
def test_names_are_judged_here_as_in_every_other_store(patterns: list[str], name: str, folder: str) -> None:
    elsewhere = compile_ignored(patterns)
    if not elsewhere(folder):
        path = f"{folder}/{name}" if folder else name
        assert Ignore(patterns).passes(folder, name) == elsewhere(path)


@given(PATTERNS, st.lists(NAMES, max_size=5))
def test_asking_for_a_whole_folder_overlooks_no_name(patterns: list[str], names: list[str]) -> None:
    ignore = Ignore(patterns)
    if any(ignore.passes("", name) for name in names):
        assert ignore.may_pass("\0".join(["", *names, ""]))


@pytest.mark.parametrize("name", ["IMG_0001.CR3", "DSC_1234.NEF", "häät.jpg", "people.xlsx", "clip 1.mov", "icon.png"])
def test_pictures_and_lists_are_never_passed_over(name: str) -> None:
    assert not Ignore().passes("2024-06-15 häät", name)
    assert not Ignore().may_pass(f"\0{name}\0")


@pytest.mark.parametrize("name", [".backupd-store", ".backupd-tmp-0a", ".DS_Store", "._IMG_1.jpg", "thumbs.DB"])
def test_leavings_are_passed_over_with_whatever_settings(name: str) -> None:
    assert Ignore(DEFAULT_IGNORE).passes("a", name)
    assert Ignore((*DEFAULT_IGNORE, "*.tmp")).passes("", name)


@given(ROWS, st.randoms())
def test_a_mark_does_not_depend_on_the_order_of_a_listing(rows: list[Row], chance: random.Random) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert mark_of(shuffled) == mark_of(rows)
    assert len(mark_of(rows)) == MARK_BYTES


@given(ROWS, ROWS)
def test_other_files_have_another_mark(one: list[Row], other: list[Row]) -> None:
    assert (mark_of(one) == mark_of(other)) == (sorted(one) == sorted(other))


@pytest.mark.parametrize("field", [0, 1, 2, 3])
def test_a_mark_sees_each_thing_by_which_a_file_is_known(field: int) -> None:
    row: list[str | int] = ["a.jpg", 3, 1_700_000_000_000_000_000, 77]
    other = list(row)
    other[field] = "b.jpg" if field == 0 else int(row[field]) + 1
    assert mark_of([tuple(row)]) != mark_of([tuple(other)])  # type: ignore[list-item]


def test_a_mark_stays_the_same_from_one_version_to_the_next() -> None:
    """Marks lie in the index: another way to make them would have every folder compared anew."""
    rows = [("ä.jpg", 3, 1_700_000_000_000_000_000, 77), ("old.jpg", 0, -5, (1 << 64) - 1)]
    assert mark_of(rows).hex() == "e2e0169c18140e73562e0164998c252e"
    assert mark_of([]).hex() == "cae66941d9efbd404e4d88758ea67670"
