"""A local root: believed by its marker only, and nothing outside it is ever touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from contract.seen import given, read_all

from adapters import base
from adapters.errors import Changed, NotFound, NotOurStore, Refused, StoreError, Unavailable
from adapters.ignore import MARKER_NAME
from adapters.local import LocalStore
from adapters.marker import encode_marker
from adapters.records import Marker, Presence

MARKER = Marker("a1", "archive", "2025-01-01T00:00:00+00:00")
OTHER = Marker("b2", "another", "2025-01-01T00:00:00+00:00")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "shoot").mkdir(parents=True)
    (tmp_path / "root" / "shoot" / "a.jpg").write_bytes(b"one")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.jpg").write_bytes(b"one")
    LocalStore("archive", str(tmp_path / "root")).adopt(MARKER)
    return tmp_path / "root"


@pytest.fixture
def store(root: Path) -> LocalStore:
    return LocalStore("archive", str(root))


def every_call(store: LocalStore, ref: str, version: str = "3-1-1") -> dict[str, Callable[[], object]]:
    return {
        "stat": lambda: store.stat(ref),
        "read": lambda: read_all(store, ref),
        "list_folder": lambda: store.list_folder(ref.rpartition("/")[0]),
        "walk": lambda: list(store.walk()),
        "upload": lambda: store.upload("new.jpg", given(b"new"), 3),
        "move": lambda: store.move(ref, version, "moved.jpg"),
        "remove": lambda: store.remove(ref, version),
        "purge": lambda: store.purge(ref, version),
    }


def errors_of(calls: dict[str, Callable[[], object]]) -> dict[str, type[BaseException] | None]:
    found: dict[str, type[BaseException] | None] = {}
    for name, call in calls.items():
        try:
            call()
            found[name] = None
        except StoreError as err:
            found[name] = type(err)
    return found


def test_the_marker_has_one_name_everywhere() -> None:
    assert MARKER_NAME == base.MARKER_NAME


def test_without_a_marker_nothing_is_believed_and_nothing_done(root: Path, store: LocalStore) -> None:
    version = store.stat("shoot/a.jpg").version
    (root / MARKER_NAME).unlink()
    fresh = LocalStore("archive", str(root))
    for ref in ("shoot/a.jpg", "shoot/none.jpg"):
        assert set(errors_of(every_call(fresh, ref, version)).values()) == {NotOurStore}
        assert fresh.presence(ref) is Presence.UNKNOWN
    assert (root / "shoot" / "a.jpg").read_bytes() == b"one"
    assert sorted(os.listdir(root)) == ["shoot"]


def test_a_marker_that_goes_away_between_two_calls_is_missed_where_it_matters(root: Path, store: LocalStore) -> None:
    version = store.stat("shoot/a.jpg").version
    (root / MARKER_NAME).unlink()
    assert store.presence("shoot/none.jpg") is Presence.UNKNOWN
    found = errors_of(every_call(store, "shoot/none.jpg", version))
    assert {found[name] for name in ("stat", "read", "upload", "move", "remove", "purge", "walk")} == {NotOurStore}


def test_a_disk_with_another_stores_marker_is_not_ours(root: Path, store: LocalStore, tmp_path: Path) -> None:
    version = store.stat("shoot/a.jpg").version
    root.rename(tmp_path / "first disk")
    (tmp_path / "outside").rename(root)
    LocalStore("another", str(root)).adopt(OTHER)
    with pytest.raises(NotOurStore):
        store.check()
    assert set(errors_of(every_call(store, "a.jpg", version)).values()) == {NotOurStore}
    assert store.presence("none.jpg") is Presence.UNKNOWN
    root.rename(tmp_path / "second disk")
    (tmp_path / "first disk").rename(root)
    assert store.check() == MARKER


def test_a_root_that_is_not_there_is_unavailable(root: Path, store: LocalStore, tmp_path: Path) -> None:
    root.rename(tmp_path / "away")
    for place in (None, b"a file"):
        if place is not None:
            root.write_bytes(place)
        assert set(errors_of(every_call(store, "shoot/a.jpg")).values()) == {Unavailable}
        assert store.presence("shoot/a.jpg") is Presence.UNKNOWN
        for ask in (store.check, store.survey, store.space, store.account, lambda: store.adopt(MARKER)):
            with pytest.raises(Unavailable):
                ask()


@pytest.mark.root
def test_an_unmounted_disk_is_never_taken_for_an_empty_one(tmp_path: Path) -> None:
    from contract.mounts import mounted_tmpfs, unmount

    place = tmp_path / "disk"
    place.mkdir()
    with mounted_tmpfs(place):
        store = LocalStore("archive", str(place))
        store.adopt(MARKER)
        receipt = store.upload("shoot/a.jpg", given(b"one"), 3)
        unmount(place)
        assert os.listdir(place) == []
        assert store.presence(receipt.ref) is Presence.UNKNOWN
        assert set(errors_of(every_call(store, receipt.ref, receipt.version)).values()) == {NotOurStore}
        with pytest.raises(NotOurStore):
            store.check()
        assert os.listdir(place) == []


@pytest.mark.parametrize("thing", ["link", "folder", "pipe"])
def test_a_marker_that_is_no_file_is_none(root: Path, thing: str, tmp_path: Path) -> None:
    (root / MARKER_NAME).rename(tmp_path / "marker")
    if thing == "link":
        os.symlink(tmp_path / "marker", root / MARKER_NAME)
    elif thing == "folder":
        (root / MARKER_NAME).mkdir()
    else:
        os.mkfifo(root / MARKER_NAME)
    store = LocalStore("archive", str(root))
    with pytest.raises(NotOurStore):
        store.check()
    with pytest.raises(Changed):
        store.adopt(MARKER)


def test_an_adoption_that_is_stopped_leaves_no_half_marker(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / MARKER_NAME).unlink()
    store = LocalStore("archive", str(root))

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoreError):
            store.adopt(MARKER)
    assert os.listdir(root) == ["shoot"]
    assert store.adopt(MARKER) == MARKER


def test_the_marker_and_what_is_being_written_cannot_be_changed_as_files(root: Path, store: LocalStore) -> None:
    content = (root / MARKER_NAME).read_bytes()
    (root / "shoot" / ".backupd-tmp-abc").write_bytes(b"being written")
    entry = store.stat("shoot/a.jpg")
    for path in (MARKER_NAME, "shoot/.backupd-tmp-abc", "shoot/.backupd-store"):
        for act in (
            lambda path=path: store.remove(path, entry.version),
            lambda path=path: store.move(path, entry.version, "b.jpg"),
            lambda path=path: store.move(entry.ref, entry.version, path),
            lambda path=path: store.upload(path, given(encode_marker(OTHER)), 10),
        ):
            with pytest.raises(Refused):
                act()
    assert (root / MARKER_NAME).read_bytes() == content
    assert (root / "shoot" / ".backupd-tmp-abc").exists()


@pytest.mark.parametrize(
    "ref", ["../outside/a.jpg", "/etc/hostname", "shoot/../../outside/a.jpg", "a\0b", "shoot//a.jpg", "lone \ud800"]
)
def test_no_path_leads_out(store: LocalStore, ref: str, tmp_path: Path) -> None:
    calls = every_call(store, ref)
    del calls["walk"], calls["upload"]
    calls["list_folder"] = lambda: store.list_folder(ref)
    calls["upload"] = lambda: store.upload(ref, given(b"new"), 3)
    calls["move to"] = lambda: store.move("shoot/a.jpg", store.stat("shoot/a.jpg").version, ref)
    assert set(errors_of(calls).values()) == {Refused}
    assert store.presence(ref) is Presence.UNKNOWN
    assert os.listdir(tmp_path / "outside") == ["a.jpg"]


def test_a_folder_that_becomes_a_link_leads_nowhere(root: Path, store: LocalStore, tmp_path: Path) -> None:
    """Between the look and the act the folder becomes a link to one with a file of the same name and bytes."""
    seen = store.stat("shoot/a.jpg")
    (root / "shoot").rename(root / "was here")
    os.utime(tmp_path / "outside" / "a.jpg", ns=(0, seen.modified_ns or 0))
    os.symlink(tmp_path / "outside", root / "shoot")
    found = errors_of(
        {
            "stat": lambda: store.stat(seen.ref),
            "read": lambda: read_all(store, seen.ref),
            "move": lambda: store.move(seen.ref, seen.version, "b.jpg"),
            "move into": lambda: store.move("was here/a.jpg", seen.version, "shoot/b.jpg"),
            "remove": lambda: store.remove(seen.ref, seen.version),
            "purge": lambda: store.purge(seen.ref, seen.version),
            "upload": lambda: store.upload("shoot/new/b.jpg", given(b"new"), 3),
        }
    )
    assert set(found.values()) == {Changed}
    assert store.presence(seen.ref) is Presence.UNKNOWN
    assert os.listdir(tmp_path / "outside") == ["a.jpg"]
    with pytest.raises(StoreError):
        store.list_folder("shoot")


def test_a_file_that_becomes_a_link_is_not_followed(root: Path, store: LocalStore, tmp_path: Path) -> None:
    seen = store.stat("shoot/a.jpg")
    (root / "shoot" / "a.jpg").unlink()
    os.symlink(tmp_path / "outside" / "a.jpg", root / "shoot" / "a.jpg")
    calls = every_call(store, seen.ref, seen.version)
    found = errors_of({name: calls[name] for name in ("stat", "read", "move", "remove", "purge")})
    assert set(found.values()) == {Changed}
    assert store.presence(seen.ref) is Presence.UNKNOWN
    assert (root / "shoot" / "a.jpg").is_symlink()
    assert (tmp_path / "outside" / "a.jpg").exists()


@pytest.mark.parametrize("thing", ["folder", "pipe"])
def test_where_something_else_took_its_name_the_file_is_absent(root: Path, store: LocalStore, thing: str) -> None:
    seen = store.stat("shoot/a.jpg")
    (root / "shoot" / "a.jpg").unlink()
    make = os.mkdir if thing == "folder" else os.mkfifo
    make(root / "shoot" / "a.jpg")
    with pytest.raises(NotFound):
        store.stat(seen.ref)
    assert store.presence(seen.ref) is Presence.ABSENT
    assert store.remove(seen.ref, seen.version).already
    assert os.listdir(root / "shoot") == ["a.jpg"]


@pytest.mark.root
def test_a_mount_that_hides_a_file_makes_it_unknown_not_absent(root: Path, store: LocalStore) -> None:
    from contract.mounts import mounted_tmpfs

    seen = store.stat("shoot/a.jpg")
    with mounted_tmpfs(root / "shoot"):
        assert store.presence(seen.ref) is Presence.UNKNOWN
        with pytest.raises(Unavailable):
            store.remove(seen.ref, seen.version)
        with pytest.raises(Unavailable):
            store.upload("shoot/b.jpg", given(b"new"), 3)
    assert store.presence(seen.ref) is Presence.PRESENT


def test_the_root_itself_may_be_reached_by_a_link(root: Path, tmp_path: Path) -> None:
    os.symlink(root, tmp_path / "link to it")
    store = LocalStore("archive", str(tmp_path / "link to it"))
    assert store.check() == MARKER
    assert {mark.path for mark in store.walk()} == {"", "shoot"}


def test_room_and_rights_are_those_of_the_disk(root: Path, store: LocalStore) -> None:
    room = os.statvfs(root)
    space = store.space()
    assert space.total_bytes == room.f_blocks * room.f_frsize
    assert space.free_bytes is not None
    assert abs(space.free_bytes - room.f_bavail * room.f_frsize) < 1 << 30
    assert store.account().id == f"uid:{os.geteuid()}"
    assert store.account().rights == ("read", "write")


def test_worker_processes_get_a_root_of_their_own(root: Path, store: LocalStore) -> None:
    fd = store.read_root()
    assert os.fstat(fd).st_ino == os.stat(root).st_ino
    os.close(fd)
    (root / MARKER_NAME).unlink()
    with pytest.raises(NotOurStore):
        LocalStore("archive", str(root)).read_root()


def test_no_call_leaves_a_descriptor_open(root: Path, store: LocalStore) -> None:
    seen = store.stat("shoot/a.jpg")
    before = len(os.listdir("/proc/self/fd"))
    for ref in (seen.ref, "none.jpg", "../outside/a.jpg"):
        errors_of(every_call(store, ref, "wrong"))
        store.presence(ref)
    store.check()
    store.space()
    assert len(os.listdir("/proc/self/fd")) == before
