"""The feed of changes: what is applied from it, in whatever portions, is what lies there."""

from __future__ import annotations

import random

import pytest

from adapters.base import Store
from adapters.errors import CursorLost
from contract.harness import Harness
from contract.seen import Mirror, listed

LISTING = "feed"


def fill(harness: Harness, count: int) -> set[str]:
    paths = {f"{number % 3}/IMG_{number:04d}.jpg" for number in range(count)}
    for path in sorted(paths):
        harness.put(path, path.encode())
    return paths


def test_a_listing_can_be_continued_from_the_cursor_of_any_page(harness: Harness, store: Store) -> None:
    paths = fill(harness, 3 * harness.page_entries + 1)
    pages = list(store.changes(None))
    assert len(pages) > 2
    for stop in range(len(pages)):
        mirror = Mirror()
        for page in pages[: stop + 1]:
            mirror.take(page)
        mirror.follow(harness.make())
        assert mirror.paths().keys() == paths


def test_changes_are_told_once_all_is_known(harness: Harness, store: Store) -> None:
    fill(harness, 4)
    mirror = Mirror().follow(store)
    before = mirror.paths()
    harness.put("new/a.jpg", b"new")
    harness.put("0/IMG_0000.jpg", b"changed")
    harness.rename("1/IMG_0001.jpg", "moved/IMG_0001.jpg")
    harness.delete("2/IMG_0002.jpg")
    after = mirror.follow(store).paths()
    assert after == listed(store)
    assert after.keys() == {"0/IMG_0000.jpg", "0/IMG_0003.jpg", "moved/IMG_0001.jpg", "new/a.jpg"}
    assert after["0/IMG_0000.jpg"].version != before["0/IMG_0000.jpg"].version
    assert after["moved/IMG_0001.jpg"].identity == before["1/IMG_0001.jpg"].identity
    assert after["0/IMG_0003.jpg"] == before["0/IMG_0003.jpg"]


def test_a_renamed_and_a_removed_folder_take_their_files_along(harness: Harness, store: Store) -> None:
    paths = fill(harness, 3 * harness.page_entries)
    mirror = Mirror().follow(store)
    harness.rename("0", "2025/zero")
    harness.delete("1")
    after = mirror.follow(store).paths()
    wanted = {path.replace("0/", "2025/zero/", 1) if path.startswith("0/") else path for path in paths}
    assert after.keys() == {path for path in wanted if not path.startswith("1/")}


def test_a_folder_removed_where_it_was_moved_to_takes_its_files_along_from_there(harness: Harness, store: Store) -> None:
    fill(harness, 6)
    harness.put("stays/a.jpg", b"a")
    mirror = Mirror().follow(store)
    harness.rename("0", "new/zero")
    assert "new/zero/IMG_0000.jpg" in mirror.follow(store).paths()
    harness.rename("1/IMG_0001.jpg", "stays/b.jpg")
    harness.rename("new/zero/IMG_0000.jpg", "stays/c.jpg")
    harness.delete("new")
    harness.delete("1")
    after = mirror.follow(store).paths()
    assert after.keys() == {"stays/a.jpg", "stays/b.jpg", "stays/c.jpg", "2/IMG_0002.jpg", "2/IMG_0005.jpg"}
    assert after == listed(store)


def test_where_nothing_happened_one_complete_page_says_so(harness: Harness, store: Store) -> None:
    fill(harness, 3)
    mirror = Mirror().follow(store)
    pages = list(store.changes(mirror.cursor))
    assert pages[-1].complete
    assert not any(page.entries or page.removed or page.removed_below for page in pages)


def test_what_comes_and_goes_between_two_looks_does_no_harm(harness: Harness, store: Store) -> None:
    paths = fill(harness, 3)
    mirror = Mirror().follow(store)
    harness.put("brief.jpg", b"brief")
    harness.delete("brief.jpg")
    harness.put("again.jpg", b"one")
    harness.delete("again.jpg")
    harness.put("again.jpg", b"two")
    harness.rename("again.jpg", "twice.jpg")
    assert mirror.follow(store).paths().keys() == paths | {"twice.jpg"}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_and_whenever_one_looks_the_feed_tells_what_lies_there(
    harness: Harness, store: Store, seed: int
) -> None:
    chance = random.Random(seed)
    there: set[str] = set()
    mirror = Mirror()
    for number in range(40):
        what = chance.choice(["put", "put", "put", "change", "rename", "delete", "look"])
        some = chance.choice(sorted(there)) if there else None
        new = f"{chance.choice('abc')}/{chance.choice('xyz')}/{number}.jpg"
        if what == "look":
            assert mirror.follow(store).paths().keys() == there
        elif what == "put" or some is None:
            harness.put(new, b"%d" % number)
            there.add(new)
        elif what == "change":
            harness.put(some, b"changed %d" % number)
        elif what == "rename":
            harness.rename(some, new)
            there = there - {some} | {new}
        else:
            harness.delete(some)
            there.remove(some)
    assert mirror.follow(store).paths() == listed(store)
    assert mirror.paths().keys() == there


def test_a_lost_cursor_is_said_and_a_listing_from_the_start_heals(harness: Harness, store: Store) -> None:
    paths = fill(harness, 4)
    cursor = Mirror().follow(store).cursor
    harness.lose_cursors()
    with pytest.raises(CursorLost):
        list(store.changes(cursor))
    assert Mirror().follow(store).paths().keys() == paths


def test_waiting_ends_when_there_is_news(harness: Harness, store: Store) -> None:
    if not store.capabilities.long_poll:
        pytest.skip("this kind of store has no long poll")
    cursor = Mirror().follow(store).cursor
    assert cursor is not None
    harness.put("a.jpg", b"new")
    assert store.wait_for_changes(cursor, 5)


