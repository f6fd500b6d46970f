"""The first listing of a store: what is not asked, what waits to be written, and that it comes to the same."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from adapters.records import ChangePage, Entry, Folder, Hash, Problem
from backupd.scan.fed_page import PageWriter
from backupd.scan.seen import Seen
from backupd.scan.summary import Counts
from index import feeds, stores
from index.engine import open_index
from tests.unit.feed_studio import TODAY


def test_what_was_never_met_is_told_for_certain() -> None:
    seen, chance = Seen(), random.Random(1)
    first = [chance.randbytes(16) for _ in range(20_000)]
    others = [chance.randbytes(16) for _ in range(20_000)]
    assert len(seen.sift(first)) < 200
    assert seen.sift(first) == first
    assert len(seen.sift(others)) < 200
    assert Seen().sift([(1, b"a"), (1, b"b"), (1, b"a")]) == [(1, b"a")]


def pages(seed: int) -> list[ChangePage]:
    """Pages of a listing while others work: few files and places, so that they meet again and again."""
    chance = random.Random(seed)
    made = []
    for number in range(12):
        entries, folders = [], []
        for _ in range(chance.randrange(8)):
            path = f"{chance.choice('ab')}/{chance.choice(['', 'x/', 'y/'])}{chance.choice('123')}"
            id, content = chance.randrange(10), chance.randrange(6)
            hashes = (Hash("dropbox", bytes([content]) * 32),)
            entries.append(Entry(path.upper(), f"id{id}", content, f"{content}", f"id{id}", 1, hashes, key=path))
        for _ in range(chance.randrange(3)):
            path = chance.choice(["a", "b", "a/x", "b/x", "a/y", "a/1"])
            folders.append(Folder(path.upper(), f"folder{chance.randrange(5)}", path))
        removed = tuple(chance.sample(["a/x", "b", "a/1", "b/2"], chance.choice([0, 0, 0, 1])))
        problems = (Problem("A/X", "not seen", is_folder=True),) if chance.random() < 0.1 else ()
        made.append(ChangePage(tuple(entries), f"{number}", number == 11, (), removed, problems, tuple(folders)))
    return made


def written(folder: Path, made: list[ChangePage], *, at_once: int, asks_always: bool) -> dict[str, list[Any]]:
    """Write pages of a first listing, so many in a transaction; return what the index has then."""
    folder.mkdir()
    index = open_index(f"sqlite:///{folder / 'index.db'}", create=True)
    with index.write() as conn:
        row = stores.record_store(conn, "cloud", "memory", marker="m")
        writer = PageWriter(conn, row.id, "cloud", Counts(), lambda _: False, lambda *_: None, TODAY)
        assert writer.is_first
    if asks_always:
        writer._first = None
    for start in range(0, len(made), at_once):
        with index.write() as conn:
            for page in made[start : start + at_once]:
                writer.write(conn, page, 1, 100, is_listing=True)
            writer.flush(conn)
    with index.write() as conn:
        feeds.say_unnamed_gone(conn, row.id, 1)
        copies = (
            "SELECT folder.path, folder.key, copy.name, copy.key, copy.size, copy.identity, copy.version, copy.state,"
            " copy.known_by, copy.generation, hex(content.dropbox_hash) FROM copy JOIN folder ON folder.id = folder_id"
            " JOIN content ON content.id = content_id WHERE copy.generation != 0"
        )
        folders = "SELECT path, key, identity, present, generation FROM folder WHERE generation != 0"
        found = {
            "copies": sorted((tuple(each) for each in conn.execute(text(copies))), key=repr),
            "folders": sorted((tuple(each) for each in conn.execute(text(folders))), key=repr),
        }
    index.close()
    return found


@pytest.mark.parametrize("seed", [5, 8, 15, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(16, 400))])
def test_a_first_listing_comes_to_what_asking_for_each_file_comes_to(tmp_path: Path, seed: int) -> None:
    made = pages(seed)
    asked = written(tmp_path / "asked", made, at_once=1, asks_always=True)
    assert asked["copies"]
    assert written(tmp_path / "first", made, at_once=1 + seed % 5, asks_always=False) == asked


def test_a_first_listing_asks_for_hardly_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = feeds.copies_by_identity

    def counted(conn: Any, store_id: int, identities: list[str]) -> Any:
        asked.append(len(identities))
        return real(conn, store_id, identities)

    monkeypatch.setattr(feeds, "copies_by_identity", counted)
    entries = [
        Entry(f"a/{n}", f"id{n}", 1, "1", f"id{n}", 1, (Hash("sha256", n.to_bytes(32, "big")),)) for n in range(500)
    ]
    made = [ChangePage(tuple(entries[start : start + 50]), "", start == 450) for start in range(0, 500, 50)]
    assert len(written(tmp_path / "first", made, at_once=10, asks_always=False)["copies"]) == 500
    assert sum(asked) < 10
    assert len(written(tmp_path / "asked", made, at_once=10, asks_always=True)["copies"]) == 500
    assert sum(asked) >= 500


def test_a_folder_takes_the_place_of_a_file_that_still_waits_to_be_written(tmp_path: Path) -> None:
    hashes = (Hash("sha256", bytes(32)),)
    first = ChangePage((Entry("a/1", "id1", 1, "1", "id1", 1, hashes),), "0", False)
    then = ChangePage((), "1", True, folders=(Folder("a/1", "folder1"),))
    found = written(tmp_path / "first", [first, then], at_once=2, asks_always=False)
    assert found["copies"] == []
    assert [each[0] for each in found["folders"]] == [b"", b"a", b"a/1"]
