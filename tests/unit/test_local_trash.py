"""The trash inside a local store: the very version goes in, and comes out again; nothing is replaced or lost on the way."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Changed, NotOurStore, Refused
from adapters.local import LocalStore
from adapters.records import Entry, Marker

TRASH = ".backupd-trash"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "shoot").mkdir(parents=True)
    return tmp_path / "root"


@pytest.fixture
def store(root: Path) -> LocalStore:
    made = LocalStore("archive", str(root))
    made.adopt(Marker("1", "archive", "2026-01-01T00:00:00+00:00"))
    return made


def put(root: Path, store: LocalStore, path: str = "shoot/a.jpg", content: str = "one") -> Entry:
    (root / path).write_text(content)
    return store.stat(path)


def test_what_is_removed_rests_in_the_trash_and_comes_back_as_it_was(root: Path, store: LocalStore) -> None:
    entry = put(root, store)
    receipt = store.remove(entry.ref, entry.version)
    assert (receipt.already, receipt.recoverable_until) == (False, "forever")
    assert not (root / "shoot/a.jpg").exists()
    rests = store.trashed_as(entry.ref, entry.version)
    assert rests.startswith(f"{TRASH}/") and store.stat(rests).version == entry.version
    store.move(rests, entry.version, "shoot/a.jpg")
    assert store.stat("shoot/a.jpg") == entry


def test_removing_again_says_that_it_rests_there(root: Path, store: LocalStore) -> None:
    entry = put(root, store)
    store.remove(entry.ref, entry.version)
    again = store.remove(entry.ref, entry.version)
    assert (again.already, again.recoverable_until) == (True, "forever")
    store.purge(entry.ref, entry.version)
    assert store.remove(entry.ref, entry.version).recoverable_until is None
    assert os.listdir(root / TRASH) == []


def test_two_files_of_one_name_rest_beside_each_other(root: Path, store: LocalStore) -> None:
    for content in ("one", "other"):
        entry = put(root, store, content=content)
        store.remove(entry.ref, entry.version)
    assert {(root / TRASH / name).read_text() for name in os.listdir(root / TRASH)} == {"one", "other"}


def test_another_version_does_not_go_in(root: Path, store: LocalStore) -> None:
    entry = put(root, store)
    put(root, store, content="edited")
    with pytest.raises(Changed):
        store.remove(entry.ref, entry.version)
    assert (root / "shoot/a.jpg").read_text() == "edited"


def test_a_file_that_is_swapped_at_the_last_moment_goes_back(
    root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = put(root, store)
    really = os.stat

    def swapping(path: Any, **named: Any) -> os.stat_result:
        found = really(path, **named)
        if path == "a.jpg" and not (root / "old").exists():
            (root / "shoot/a.jpg").rename(root / "old")
            (root / "shoot/a.jpg").write_text("new")
        return found

    monkeypatch.setattr(os, "stat", swapping)
    with pytest.raises(Changed):
        store.remove(entry.ref, entry.version)
    assert (root / "shoot/a.jpg").read_text() == "new" and os.listdir(root / TRASH) == []


def test_the_trash_is_on_disk_before_the_folder(root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = put(root, store)
    (root / TRASH).mkdir()
    synced: list[str] = []
    really = os.fsync

    def fsync(fd: int) -> None:
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            synced.append(Path(os.readlink(f"/proc/self/fd/{fd}")).name)
        really(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    store.remove(entry.ref, entry.version)
    assert synced == [TRASH, "shoot"]


def test_a_trash_that_is_a_link_is_not_followed(root: Path, store: LocalStore, tmp_path: Path) -> None:
    entry = put(root, store)
    (tmp_path / "elsewhere").mkdir()
    (root / TRASH).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="link"):
        store.remove(entry.ref, entry.version)
    assert (root / "shoot/a.jpg").exists() and os.listdir(tmp_path / "elsewhere") == []


def test_nothing_is_removed_without_the_marker(root: Path, store: LocalStore) -> None:
    entry = put(root, store)
    (root / ".backupd-store").unlink()
    for act in (store.remove, store.purge):
        with pytest.raises(NotOurStore):
            act(entry.ref, entry.version)
    assert (root / "shoot/a.jpg").exists()


def test_the_trash_itself_is_not_a_file_to_remove(store: LocalStore) -> None:
    with pytest.raises(Refused):
        store.remove(TRASH, "1-2-3")
