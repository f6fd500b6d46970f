"""Listings: whole, exact, and steady while others write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from adapters.base import MARKER_NAME, Store
from adapters.errors import NotFound, Unsupported
from adapters.hashing import hash_chunks
from adapters.records import FolderMark
from contract.harness import Harness
from contract.seen import Mirror, listed, read_all

ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "sha256": lambda content: hashlib.sha256(content).digest(),
    "md5": lambda content: hashlib.md5(content).digest(),
    "sha1": lambda content: hashlib.sha1(content).digest(),
    "dropbox": lambda content: hash_chunks([content]).dropbox,
}


def test_an_empty_store_lists_nothing_and_not_its_marker(store: Store) -> None:
    assert listed(store) == {}


def test_every_file_is_listed_once_over_several_pages_and_folders(harness: Harness, store: Store) -> None:
    wanted = {}
    for number in range(2 * harness.page_entries + 3):
        path = f"2024/{number % 3} häät/IMG_{number:04d}.CR3" if number % 4 else f"IMG_{number:04d}.CR3"
        wanted[path] = b"%d" % number * 10
        harness.put(path, wanted[path])
    found = listed(store)
    assert {path: entry.size for path, entry in found.items()} == {path: len(wanted[path]) for path in wanted}
    assert MARKER_NAME not in found


def test_names_are_carried_exactly(harness: Harness, store: Store) -> None:
    wanted = {f"kansio {number}/{name}": name.encode("utf-8", "surrogateescape")
              for number, name in enumerate(harness.odd_names)}  # fmt: skip
    for path, content in wanted.items():
        harness.put(path, content)
    found = listed(store)
    assert found.keys() == wanted.keys()
    assert {path: read_all(store, entry.ref) for path, entry in found.items()} == wanted


def test_odd_names_serve_as_folders_too(harness: Harness, store: Store) -> None:
    wanted = {f"{name}/below/a.jpg" for name in harness.odd_names}
    for path in wanted:
        harness.put(path, b"a")
    assert listed(store).keys() == wanted


def test_an_empty_file_is_a_file(harness: Harness, store: Store) -> None:
    harness.put("empty.xmp", b"")
    entry = listed(store)["empty.xmp"]
    assert entry.size == 0
    assert read_all(store, entry.ref) == b""
    assert store.stat(entry.ref).size == 0


def test_what_is_attested_is_so(harness: Harness, store: Store) -> None:
    content = bytes(range(256)) * 40
    harness.put("a.jpg", content)
    harness.put("empty.jpg", b"")
    found = listed(store)
    for path, wanted in (("a.jpg", content), ("empty.jpg", b"")):
        hashes = {hash.algorithm: hash.value for hash in found[path].hashes}
        assert set(store.capabilities.attests) <= hashes.keys()
        assert hashes == {name: ALGORITHMS[name](wanted) for name in hashes}


def test_a_single_file_is_told_as_the_listing_tells_it(harness: Harness, store: Store) -> None:
    harness.put("a/b.jpg", b"one")
    entry = listed(store)["a/b.jpg"]
    assert store.stat(entry.ref) == entry


def test_a_version_changes_with_the_bytes_and_only_then(harness: Harness, store: Store) -> None:
    harness.put("a.jpg", b"one")
    harness.put("b.jpg", b"two")
    first = listed(store)
    harness.put("a.jpg", b"One")
    second = listed(store)
    assert first["a.jpg"].version != second["a.jpg"].version
    assert first["b.jpg"] == second["b.jpg"]


def test_a_renamed_file_is_known_by_its_identity(harness: Harness, store: Store) -> None:
    harness.put("DCIM/a.jpg", b"one")
    before = listed(store)["DCIM/a.jpg"]
    harness.rename("DCIM/a.jpg", "2024/häät/b.jpg")
    found = listed(store)
    assert found.keys() == {"2024/häät/b.jpg"}
    if store.capabilities.identity_survives_rename:
        assert before.identity is not None
        assert found["2024/häät/b.jpg"].identity == before.identity


def test_files_that_lie_there_all_the_while_are_listed_while_others_are_written(
    harness: Harness, store: Store
) -> None:
    steady = {f"{number % 4}/steady {number}.jpg" for number in range(2 * harness.page_entries + 2)}
    for path in steady:
        harness.put(path, b"steady")
    found = set()
    if store.capabilities.listing == "feed":
        mirror = Mirror()
        for number, page in enumerate(store.changes(None)):
            mirror.take(page)
            if number < 5:
                harness.put(f"{number}/new {number}.jpg", b"new")
                harness.put(f"0/aa {number}.jpg", b"new")
        found = mirror.follow(store).paths().keys() | set()
        assert {"0/aa 0.jpg", "0/new 0.jpg"} <= found
    else:
        for number, mark in enumerate(store.walk()):
            if number < 5:
                harness.put(f"{number}/new {number}.jpg", b"new")
            found |= {entry.path for entry in store.list_folder(mark.path).entries}
    assert steady <= found


def test_a_folder_that_is_not_there_is_not_found(harness: Harness, store: Store) -> None:
    harness.put("a/b.jpg", b"one")
    for path in ("none", "a/none", "a/b.jpg/below"):
        with pytest.raises(NotFound):
            store.list_folder(path)


def test_a_folder_lists_its_direct_files_only(harness: Harness, store: Store) -> None:
    for path in ("a/b.jpg", "a/c.jpg", "a/below/d.jpg", "ab/e.jpg", "f.jpg"):
        harness.put(path, b"one")
    assert {entry.path for entry in store.list_folder("a").entries} == {"a/b.jpg", "a/c.jpg"}
    assert {entry.path for entry in store.list_folder("").entries} == {"f.jpg"}


def test_the_other_kind_of_listing_is_unsupported(store: Store) -> None:
    with pytest.raises(Unsupported):
        if store.capabilities.listing == "walk":
            next(store.changes(None))
        else:
            next(store.walk())


def test_what_lies_there_is_counted_before_it_is_adopted(harness: Harness) -> None:
    for number in range(7):
        harness.put(f"{number % 2}/{number}.jpg", b"123")
    store = harness.make()
    whole = store.survey()
    assert (whole.files, whole.bytes, whole.truncated, whole.marker) == (7, 21, False, None)
    cut = store.survey(limit=3)
    assert cut.truncated
    assert 3 <= cut.files <= 7
    store.close()


class TestMarks:
    """Only where folders are walked."""

    LISTING = "walk"

    @staticmethod
    def marks(store: Store) -> dict[str, FolderMark]:
        found = list(store.walk())
        assert len({mark.path for mark in found}) == len(found)
        return {mark.path: mark for mark in found}

    def test_each_folder_is_met_once_with_its_own_files_counted(self, harness: Harness, store: Store) -> None:
        for path in ("a.jpg", "2024/b.jpg", "2024/c/d/e.jpg", "2024/c/d/f.jpg"):
            harness.put(path, b"123")
        found = self.marks(store)
        counted = {path: (mark.files, mark.bytes) for path, mark in found.items()}
        assert counted == {"": (1, 3), "2024": (1, 3), "2024/c": (0, 0), "2024/c/d": (2, 6)}

    def test_a_listing_has_the_mark_of_the_walk(self, harness: Harness, store: Store) -> None:
        for name in harness.odd_names:
            harness.put(f"a/{name}", name.encode("utf-8", "surrogateescape"))
        harness.put("b/empty", b"")
        for path, mark in self.marks(store).items():
            listing = store.list_folder(path)
            assert (listing.path, listing.identity, listing.mark) == (mark.path, mark.identity, mark.mark)

    def test_a_mark_changes_with_each_change_of_a_direct_file(self, harness: Harness, store: Store) -> None:
        harness.put("a/b.jpg", b"one")
        harness.put("a/c.jpg", b"two")
        changes: list[Callable[[], None]] = [
            lambda: harness.put("a/d.jpg", b"new"),
            lambda: harness.put("a/b.jpg", b"One"),
            lambda: harness.rename("a/b.jpg", "a/e.jpg"),
            lambda: harness.delete("a/c.jpg"),
            lambda: harness.put("a/c.jpg", b"two"),
            lambda: harness.rename("a/c.jpg", "c.jpg"),
        ]
        for change in changes:
            before = self.marks(store)["a"].mark
            change()
            assert self.marks(store)["a"].mark != before

    def test_a_mark_stays_while_nothing_changes_in_the_folder_itself(self, harness: Harness, store: Store) -> None:
        harness.put("a/b.jpg", b"one")
        harness.put("a/below/c.jpg", b"two")
        before = self.marks(store)["a"]
        harness.put("a/below/c.jpg", b"Two")
        harness.put("a/more/d.jpg", b"new")
        assert self.marks(store)["a"] == before

    def test_a_renamed_folder_keeps_its_identity_and_mark(self, harness: Harness, store: Store) -> None:
        harness.put("2024/häät/b.jpg", b"one")
        before = self.marks(store)["2024/häät"]
        harness.rename("2024/häät", "2024 häät")
        after = self.marks(store)
        assert "2024/häät" not in after
        assert (after["2024 häät"].identity, after["2024 häät"].mark) == (before.identity, before.mark)
