"""Shoots whose folders are renamed one store after the other: what was said of them holds for what they became."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path

import pytest

from backupd.retaining import Basis, retentions
from backupd.settings.values import Duration
from index import holds
from index.holds import Hold
from tests.unit.feed_studio import FeedStudio

BEFORE, AFTER = "2020-06-06 Virtanen häät", "2020-06-06 Virtanen-Laine häät"
BASIS = Basis(date(2027, 7, 7), UTC, Duration(days=1), Duration(days=1), None)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[FeedStudio]:
    made = FeedStudio(tmp_path)
    for name in ("one", "two"):
        store = made.memory(name)
        store.tree.put(f"{BEFORE}/a.jpg", b"a")
        store.tree.put("2020-06-13 Korhonen häät/a.jpg", b"other")
    made.run()
    yield made
    made.close()


def rename(studio: FeedStudio, name: str, before: str = BEFORE, after: str = AFTER) -> None:
    store = studio.stores[name][1]
    store.tree.rename(before, after)  # type: ignore[attr-defined]
    studio.run(name)


def hold(studio: FeedStudio, folder: str = BEFORE) -> None:
    (id,) = {id for id, paths in studio.shoots().items() if folder in paths}
    with studio.index.write() as conn:
        holds.add(conn, Hold("h1", "legal", 1_000_000, "anna", "court", "anna", shoot_id=id, shoot_hash="cc" * 32))


def states(studio: FeedStudio) -> dict[str, str]:
    """By folder, the state of the shoot that it is part of."""
    with studio.index.read() as conn:
        found = retentions(conn, BASIS)
    return {path: found[id].state for id, paths in studio.shoots().items() for path in paths}


def test_a_hold_goes_with_a_shoot_that_is_renamed_in_one_store_after_the_other(studio: FeedStudio) -> None:
    hold(studio)
    rename(studio, "one")
    assert (states(studio)[BEFORE], states(studio)[AFTER]) == ("held", "held"), "while it has both names"
    rename(studio, "two")
    assert states(studio)[AFTER] == "held"
    assert len(studio.shoots()) == 2
    assert states(studio)["2020-06-13 Korhonen häät"] != "held"


def test_it_goes_from_disk_to_disk_as_well(tmp_path: Path) -> None:
    studio = FeedStudio(tmp_path)
    roots = [studio.local(name) for name in ("one", "two")]
    for root in roots:
        (root / BEFORE / "RAW").mkdir(parents=True)
        (root / BEFORE / "RAW" / "a.jpg").write_bytes(b"a")
    studio.run()
    hold(studio)
    for root in roots:
        (root / BEFORE).rename(root / AFTER)
        studio.run(root.name)
        assert states(studio)[AFTER] == "held"
    assert len(studio.shoots()) == 1
    studio.close()


def test_what_is_held_in_neither_is_free(studio: FeedStudio) -> None:
    rename(studio, "one")
    assert (states(studio)[BEFORE], states(studio)[AFTER]) == ("prunable", "prunable")
    hold(studio)
    assert (states(studio)[BEFORE], states(studio)[AFTER]) == ("held", "held")
    with studio.index.write() as conn:
        holds.release(conn, "h1", 1_000_500, "anna", "over")
    assert (states(studio)[BEFORE], states(studio)[AFTER]) == ("prunable", "prunable")


def test_a_hold_goes_with_a_shoot_that_turns_out_to_be_another(studio: FeedStudio) -> None:
    hold(studio)
    for name in ("one", "two"):
        rename(studio, name, BEFORE, "2020-06-13 Korhonen häät 2")
    assert states(studio)["2020-06-13 Korhonen häät 2"] == "held"
