"""Changes in a local folder: what is said to be on the disk is, and nothing else is lost for it."""

from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract.seen import given

from adapters.errors import Changed, Corrupt, Full, NotOurStore, Refused, StoreError, Unavailable, Unsupported
from adapters.local import LocalStore
from adapters.local_upload import sweep
from adapters.oserrors import store_error
from adapters.records import Marker, Presence
from adapters.renaming import _link_and_unlink, rename_to_free

MARKER = Marker("a1", "archive", "2025-01-01T00:00:00+00:00")
PART = 1000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    LocalStore("archive", str(tmp_path / "root")).adopt(MARKER)
    return tmp_path / "root"


@pytest.fixture
def store(root: Path) -> LocalStore:
    return LocalStore("archive", str(root), part_bytes=PART)


def left_in(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name != ".backupd-store")


def test_a_new_file_may_be_read_by_those_who_may_list_its_folder(root: Path, store: LocalStore) -> None:
    (root / "open").mkdir()
    (root / "closed").mkdir()
    os.chmod(root / "open", 0o2775)
    os.chmod(root / "closed", 0o700)
    before = os.umask(0o077)
    try:
        store.upload("open/new/below/a.jpg", given(b"a"), 1)
        store.upload("closed/a.jpg", given(b"a"), 1)
    finally:
        os.umask(before)
    rights = {path: stat.S_IMODE(os.stat(root / path).st_mode) for path in ("open/new/below/a.jpg", "closed/a.jpg")}
    assert rights == {"open/new/below/a.jpg": 0o664, "closed/a.jpg": 0o600}
    assert stat.S_IMODE(os.stat(root / "open/new/below").st_mode) == 0o2775


def test_each_step_to_the_disk_is_made_in_order(root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes before their name, names before the answer: else a power cut leaves empty files, or erased ones again."""
    steps: list[str] = []
    really = os.fsync

    def fsync(fd: int) -> None:
        steps.append(f"{'folder' if stat.S_ISDIR(os.fstat(fd).st_mode) else 'file'} {left_in(root)}")
        really(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    receipt = store.upload("a.jpg", given(b"one"), 3)
    assert [step.split()[0] for step in steps] == ["file", "folder"]
    assert ".backupd-tmp-" in steps[0]
    assert steps[1] == "folder ['a.jpg']"
    steps.clear()
    receipt = store.move(receipt.ref, receipt.version, "b.jpg")
    assert steps == ["folder ['b.jpg']"] * 2
    steps.clear()
    assert not store.purge(receipt.ref, receipt.version).already
    assert steps == ["folder []"]
    steps.clear()
    assert store.purge(receipt.ref, receipt.version).already
    assert steps == ["folder []"], "whoever removed it may have been stopped before this"


def test_new_folders_are_brought_to_the_disk_too(
    root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[str] = set()
    really = os.fsync

    def fsync(fd: int) -> None:
        synced.add(os.readlink(f"/proc/self/fd/{fd}").removeprefix(str(root)))
        really(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    store.upload("a/b/c.jpg", given(b"one"), 3)
    assert {"", "/a", "/a/b"} <= synced


def test_bytes_that_do_not_come_back_from_the_disk_are_not_kept(
    root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a disk that lies: what is read past the memory differs from what was written."""

    def forgetting(fd: int, *_: object) -> None:
        place = os.readlink(f"/proc/self/fd/{fd}")
        with open(place, "r+b") as file:
            file.seek(1500)
            file.write(b"?")

    monkeypatch.setattr(os, "posix_fadvise", forgetting)
    told: list[int] = []
    with pytest.raises(Corrupt):
        store.upload("a.mov", given(b"x" * 5000), 5000, on_progress=lambda count, _: told.append(count))
    assert told, "there was a part that could have been kept"
    assert left_in(root) == []


def test_what_was_written_before_is_not_taken_on_trust(root: Path, store: LocalStore) -> None:
    content = bytes(range(256)) * 20
    token = stop_after_one_part(store, content)
    (part,) = [root / name for name in left_in(root)]
    with open(part, "r+b") as file:
        file.seek(10)
        file.write(b"?")
    with pytest.raises(Corrupt):
        store.upload("a.mov", given(content), len(content), resume=token)
    assert left_in(root) == []


def stop_after_one_part(store: LocalStore, content: bytes) -> str:
    tokens: list[str] = []

    def stop(_: int, token: str | None) -> None:
        assert token is not None
        tokens.append(token)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.upload("a.mov", given(content), len(content), on_progress=stop)
    return tokens[0]


def test_only_the_part_that_is_missing_is_written(root: Path, store: LocalStore) -> None:
    content = bytes(range(256)) * 40
    token = stop_after_one_part(store, content)
    (part,) = left_in(root)
    inode = os.stat(root / part).st_ino
    store.upload("a.mov", given(content), len(content), resume=token)
    assert (root / "a.mov").read_bytes() == content
    assert os.stat(root / "a.mov").st_ino == inode
    assert left_in(root) == ["a.mov"]


def test_a_part_that_another_process_goes_on_with_is_left_to_it(root: Path, store: LocalStore) -> None:
    import fcntl

    content = bytes(range(256)) * 20
    token = stop_after_one_part(store, content)
    (part,) = left_in(root)
    with open(root / part, "r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Changed):
            store.upload("a.mov", given(content), len(content), resume=token)
        assert left_in(root) == [part]
    store.upload("a.mov", given(content), len(content), resume=token)
    assert (root / "a.mov").read_bytes() == content


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("good", [0, 2])
def test_after_a_failed_fsync_nothing_written_is_kept(
    root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch, number: int, good: int
) -> None:
    """Not even the parts that reached the disk before: whoever goes on with them would trust the file."""
    left = iter(range(good))
    told: list[int] = []

    def fsync(fd: int) -> None:
        if next(left, None) is None:
            raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        with pytest.raises(Unavailable if number == errno.EIO else Full):
            store.upload("a.mov", given(b"x" * 5000), 5000, on_progress=lambda count, _: told.append(count))
    assert len(told) == good
    assert left_in(root) == []
    store.upload("a.mov", given(b"x" * 5000), 5000)


def test_a_name_that_is_taken_is_said_before_a_byte_is_read(root: Path, store: LocalStore) -> None:
    (root / "a.mov").write_bytes(b"theirs")

    def opener() -> io.BytesIO:
        raise AssertionError("the source was opened")

    with pytest.raises(Changed):
        store.upload("a.mov", opener, 5000)


def test_a_name_that_is_taken_meanwhile_is_not_replaced(root: Path, store: LocalStore) -> None:
    def opener() -> io.BytesIO:
        (root / "a.mov").write_bytes(b"theirs")
        return io.BytesIO(b"x" * 5000)

    with pytest.raises(Changed):
        store.upload("a.mov", opener, 5000, on_progress=lambda *_: None)
    assert left_in(root) == ["a.mov"]
    assert (root / "a.mov").read_bytes() == b"theirs"


def test_a_source_that_breaks_off_is_not_the_stores_fault(root: Path, store: LocalStore) -> None:
    class Broken(io.BytesIO):
        def read(self, count: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    def missing() -> io.BytesIO:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "/elsewhere/a.jpg")

    for opener in (Broken, missing):
        with pytest.raises(Unavailable) as caught:
            store.upload("a.jpg", opener, 10)
        assert "could not be read" in caught.value.detail
        assert "elsewhere" not in str(caught.value)
    assert left_in(root) == []


def test_a_source_without_end_does_not_fill_the_disk(root: Path, store: LocalStore) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, count: int = -1, /) -> bytes:
            self.given += count
            assert self.given < 10_000
            return b"x" * count

    with pytest.raises(Corrupt):
        store.upload("a.jpg", Endless, 2500)  # type: ignore[arg-type]
    assert left_in(root) == []


def test_what_uploads_left_behind_is_swept_after_a_week(root: Path, store: LocalStore) -> None:
    content = bytes(range(256)) * 20
    stop_after_one_part(store, content)
    (part,) = left_in(root)
    os.rename(root / part, root / (part[:-1] + "g"))
    token = stop_after_one_part(LocalStore("archive", str(root), part_bytes=PART), content)
    assert len(left_in(root)) == 2
    week_old = os.stat(root).st_mtime - 8 * 24 * 3600
    for name in left_in(root):
        os.utime(root / name, (week_old, week_old))
    (root / "lookalike .backupd-tmp-x").write_bytes(b"not ours")
    fd = os.open(root, os.O_RDONLY)
    with open(root / (part[:-1] + "g"), "rb") as held:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX)
        sweep(fd)
        assert left_in(root) == [part[:-1] + "g", "lookalike .backupd-tmp-x"]
    sweep(fd)
    os.close(fd)
    assert left_in(root) == ["lookalike .backupd-tmp-x"]
    store.upload("a.mov", given(content), len(content), resume=token)
    assert (root / "a.mov").read_bytes() == content


@pytest.mark.root
def test_a_full_disk_is_said_and_nothing_half_made_stays(tmp_path: Path) -> None:
    from contract.mounts import mounted_tmpfs

    (tmp_path / "disk").mkdir()
    with mounted_tmpfs(tmp_path / "disk", "1m"):
        store = LocalStore("archive", str(tmp_path / "disk"))
        store.adopt(MARKER)
        store.upload("small.jpg", given(b"x" * 1000), 1000)
        with pytest.raises(Full):
            store.upload("big.mov", given(b"x" * 3_000_000), 3_000_000)
        assert left_in(tmp_path / "disk") == ["small.jpg"]
        store.upload("other.jpg", given(b"x" * 500_000), 500_000)


@pytest.mark.root
def test_a_disk_that_is_mounted_read_only_refuses(tmp_path: Path) -> None:
    from contract.mounts import mounted_tmpfs

    (tmp_path / "disk").mkdir()
    with mounted_tmpfs(tmp_path / "disk"):
        store = LocalStore("archive", str(tmp_path / "disk"))
        store.adopt(MARKER)
        receipt = store.upload("a.jpg", given(b"one"), 3)
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "disk")], check=True)
        for act in (
            lambda: store.upload("b.jpg", given(b"one"), 3),
            lambda: store.move(receipt.ref, receipt.version, "c.jpg"),
            lambda: store.remove(receipt.ref, receipt.version),
        ):
            with pytest.raises(Refused):
                act()
        assert store.presence(receipt.ref) is Presence.PRESENT
        assert store.account().rights == ("read",)


@pytest.mark.root
def test_a_file_that_may_not_be_removed_is_refused_and_stays(root: Path, store: LocalStore) -> None:
    receipt = store.upload("a.jpg", given(b"one"), 3)
    if subprocess.run(["chattr", "+i", str(root / "a.jpg")], capture_output=True).returncode != 0:
        pytest.skip("this disk has no files that cannot be changed")
    try:
        for act in (store.remove, store.purge, lambda *seen: store.move(*seen, "b.jpg")):
            with pytest.raises(Refused):
                act(receipt.ref, receipt.version)
    finally:
        subprocess.run(["chattr", "-i", str(root / "a.jpg")], check=True)
    assert (root / "a.jpg").read_bytes() == b"one"


@pytest.mark.root
def test_a_file_that_is_mounted_over_another_is_not_removed(root: Path, store: LocalStore, tmp_path: Path) -> None:
    from contract.mounts import bound

    (tmp_path / "other.jpg").write_bytes(b"another")
    store.upload("a.jpg", given(b"one"), 3)
    with bound(tmp_path / "other.jpg", root / "a.jpg"):
        seen = store.stat("a.jpg")
        with pytest.raises(StoreError):
            store.remove(seen.ref, seen.version)
    assert (root / "a.jpg").read_bytes() == b"one"
    assert (tmp_path / "other.jpg").read_bytes() == b"another"


def test_removing_one_name_leaves_the_other_names_of_a_file(root: Path, store: LocalStore) -> None:
    receipt = store.upload("a.jpg", given(b"one"), 3)
    os.link(root / "a.jpg", root / "b.jpg")
    assert not store.remove(receipt.ref, receipt.version).already
    assert (root / "b.jpg").read_bytes() == b"one"
    assert store.remove("b.jpg", store.stat("b.jpg").version).already is False


def test_a_touch_alone_is_another_version(root: Path, store: LocalStore) -> None:
    receipt = store.upload("a.jpg", given(b"one"), 3)
    os.utime(root / "a.jpg", (1, 1))
    with pytest.raises(Changed):
        store.remove(receipt.ref, receipt.version)


def test_a_file_that_is_swapped_at_the_last_moment_stays(
    root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = store.upload("a.jpg", given(b"one"), 3)
    really = os.fstat

    def swapping(fd: int) -> os.stat_result:
        found = really(fd)
        if stat.S_ISREG(found.st_mode) and found.st_size == 3 and not (root / "old").exists():
            (root / "a.jpg").rename(root / "old")
            (root / "a.jpg").write_bytes(b"new")
        return found

    monkeypatch.setattr(os, "fstat", swapping)
    with pytest.raises(Changed):
        store.purge(receipt.ref, receipt.version)
    assert (root / "a.jpg").read_bytes() == b"new"


def test_a_removal_that_hit_another_file_is_not_passed_off_as_done(
    root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = store.upload("a.jpg", given(b"one"), 3)
    really = os.unlink

    def swapping(path: Any, **named: Any) -> None:
        (root / "a.jpg").rename(root / "old")
        (root / "a.jpg").write_bytes(b"new")
        really(path, **named)

    monkeypatch.setattr(os, "unlink", swapping)
    with pytest.raises(Changed) as caught:
        store.purge(receipt.ref, receipt.version)
    assert "was removed" in caught.value.detail
    assert left_in(root) == ["old"]


def test_what_is_gone_together_with_the_marker_is_not_called_removed(
    root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = store.upload("a.jpg", given(b"one"), 3)
    really = os.open

    def emptied(path: Any, *args: Any, **named: Any) -> int:
        if path == "a.jpg":
            (root / "a.jpg").unlink()
            (root / ".backupd-store").unlink()
        return really(path, *args, **named)

    monkeypatch.setattr(os, "open", emptied)
    with pytest.raises(NotOurStore):
        store.purge(receipt.ref, receipt.version)


def test_a_file_that_is_swapped_while_it_is_moved_goes_back(
    root: Path, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = store.upload("a.jpg", given(b"one"), 3)
    really = os.stat

    def swapping(path: Any, **named: Any) -> os.stat_result:
        found = really(path, **named)
        if path == "a.jpg" and not (root / "old").exists():
            (root / "a.jpg").rename(root / "old")
            (root / "a.jpg").write_bytes(b"new")
        return found

    monkeypatch.setattr(os, "stat", swapping)
    with pytest.raises(Changed):
        store.move(receipt.ref, receipt.version, "b.jpg")
    monkeypatch.undo()
    assert left_in(root) == ["a.jpg", "old"]
    assert (root / "a.jpg").read_bytes() == b"new"


@pytest.mark.parametrize("rename", [rename_to_free, _link_and_unlink])
def test_a_rename_never_replaces_by_either_way(tmp_path: Path, rename: Callable[..., None]) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "taken").write_bytes(b"theirs")
    os.symlink("nowhere", tmp_path / "link")
    (tmp_path / "folder").mkdir()
    fd = os.open(tmp_path, os.O_RDONLY)
    for taken in ("taken", "link", "folder"):
        with pytest.raises(FileExistsError):
            rename("a", fd, taken, fd)
    with pytest.raises(FileNotFoundError):
        rename("none", fd, "b", fd)
    rename("a", fd, "b", fd)
    os.close(fd)
    assert sorted(os.listdir(tmp_path)) == ["b", "folder", "link", "taken"]
    assert (tmp_path / "taken").read_bytes() == b"theirs"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        *((number, Full) for number in (errno.ENOSPC, errno.EDQUOT)),
        *((number, Refused) for number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.EFBIG)),
        *((number, Unavailable) for number in (errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENOTCONN, errno.EMFILE)),
        *((number, Unavailable) for number in (errno.EBUSY, errno.ETIMEDOUT, errno.EINTR, 9999)),
        *((number, Changed) for number in (errno.EEXIST, errno.ELOOP)),
        (errno.EOPNOTSUPP, Unsupported),
    ],
)
def test_each_error_of_the_system_has_its_meaning(number: int, kind: type[StoreError]) -> None:
    err = store_error(OSError(number, os.strerror(number), "/srv/shoots/Meikäläinen"), "archive", "remove", "a.jpg")
    assert type(err) is kind
    assert (err.store, err.operation, err.ref) == ("archive", "remove", "a.jpg")
    assert "Meikäläinen" not in str(err)


@pytest.mark.parametrize("name", ["x" * 256, "a" * 200 + "ä" * 40])
def test_a_name_that_is_too_long_for_the_disk_is_refused(root: Path, store: LocalStore, name: str) -> None:
    with pytest.raises(Refused):
        store.upload(name, given(b"one"), 3)
    assert left_in(root) == []


def test_the_longest_names_are_stored(root: Path, store: LocalStore) -> None:
    name = "ä" * 127 + "x"
    receipt = store.upload(name, given(b"one"), 3)
    assert store.move(receipt.ref, receipt.version, "y" * 255).path == "y" * 255
    assert left_in(root) == ["y" * 255]
