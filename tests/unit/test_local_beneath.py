"""Opening beneath a root: no name, link or mount leads out of it."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.beneath import Beneath, NotBeneath, mounts_below, names_of, open_beneath, open_folder


@pytest.fixture
def root(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "outside.txt").write_bytes(b"outside")
    (tmp_path / "root" / "häät" / "raw").mkdir(parents=True)
    (tmp_path / "root" / "häät" / "raw" / "a.nef").write_bytes(b"inside")
    fd = os.open(tmp_path / "root", os.O_PATH | os.O_DIRECTORY)
    yield fd
    os.close(fd)


def content(fd: int) -> bytes:
    try:
        return os.read(fd, 100)
    finally:
        os.close(fd)


def reason(root: int, path: str) -> int | None:
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError) as caught:
        os.close(open_beneath(root, path))
    assert len(os.listdir("/proc/self/fd")) == before, "a descriptor was left open"
    return caught.value.errno


def test_it_opens_a_file_below_folders(root: int) -> None:
    assert content(open_beneath(root, "häät/raw/a.nef")) == b"inside"


@pytest.mark.parametrize(
    "path",
    ["..", "../outside.txt", "häät/../häät/raw/a.nef", "/etc/passwd", "häät//raw/a.nef", "häät/raw/", ".", "./häät",
     "häät/./raw/a.nef", "a\0b", "häät/raw/a.nef\0.jpg", "lone \ud800 half"],
)  # fmt: skip
def test_a_path_that_is_none_is_refused(root: int, path: str) -> None:
    with pytest.raises(NotBeneath):
        names_of(path)
    assert reason(root, path) == errno.EINVAL


def test_links_are_not_followed_wherever_they_stand(root: int, tmp_path: Path) -> None:
    os.symlink(tmp_path / "outside.txt", tmp_path / "root" / "link.txt")
    os.symlink(tmp_path, tmp_path / "root" / "up")
    os.symlink("häät", tmp_path / "root" / "within")
    assert [reason(root, each) for each in ("link.txt", "up/outside.txt", "within/raw/a.nef")] == [errno.ELOOP] * 3


def test_what_is_no_regular_file_is_refused_at_once(root: int, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "root" / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        os.chdir(tmp_path / "root")
        listening.bind("socket")
        os.chdir(here)
        assert reason(root, "pipe") == errno.ENXIO
        assert reason(root, "socket") == errno.ENXIO
        assert reason(root, "häät") == errno.EISDIR
        assert reason(root, "") == errno.EISDIR


def test_what_is_not_there_is_told_apart_from_what_is_outside(root: int) -> None:
    assert reason(root, "häät/none.nef") == errno.ENOENT
    assert reason(root, "häät/raw/a.nef/below") == errno.ENOTDIR
    assert reason(root, "x" * 256) == errno.ENAMETOOLONG


def test_names_that_are_no_utf8_are_opened(root: int, tmp_path: Path) -> None:
    Path(os.fsdecode(bytes(tmp_path / "root") + b"/k\xe4yrit\xe4 \n.jpg")).write_bytes(b"old disk")
    assert content(open_beneath(root, os.fsdecode(b"k\xe4yrit\xe4 \n.jpg"))) == b"old disk"


def test_a_folder_is_opened_to_list_it_and_the_root_as_well(root: int) -> None:
    for path, names in (("", ["häät"]), ("häät", ["raw"]), ("häät/raw", ["a.nef"])):
        fd = open_folder(root, path)
        assert os.listdir(fd) == names
        os.close(fd)


def test_another_device_is_refused(root: int) -> None:
    with pytest.raises(NotBeneath) as caught:
        open_beneath(root, "häät/raw/a.nef", device=os.fstat(root).st_dev + 1)
    assert caught.value.errno == errno.EXDEV


def test_many_files_of_one_folder_are_opened_from_one_open_folder(root: int, tmp_path: Path) -> None:
    folder = tmp_path / "root" / "häät" / "raw"
    for number in range(20):
        (folder / f"{number}.nef").write_bytes(b"%d" % number)
    before = len(os.listdir("/proc/self/fd"))
    with Beneath(root) as beneath:
        found = [content(beneath.open(f"häät/raw/{number}.nef")) for number in range(20)]
        assert len(os.listdir("/proc/self/fd")) == before + 1
        with pytest.raises(FileNotFoundError):
            beneath.open("gone/1.nef")
        assert content(beneath.open("häät/raw/7.nef")) == b"7"
    assert found == [b"%d" % number for number in range(20)]
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.root
def test_a_mount_inside_is_not_entered(root: int, tmp_path: Path) -> None:
    from contract.mounts import mounted_tmpfs

    with mounted_tmpfs(tmp_path / "root" / "häät"):
        (tmp_path / "root" / "häät" / "b.nef").write_bytes(b"elsewhere")
        assert reason(root, "häät/b.nef") == errno.EXDEV


@pytest.mark.root
def test_a_file_that_is_mounted_over_another_is_not_read(root: int, tmp_path: Path) -> None:
    from contract.mounts import bound

    other = Path("/dev/shm/backupd-bound-file")
    other.write_bytes(b"elsewhere")
    try:
        with bound(other, tmp_path / "root" / "häät" / "raw" / "a.nef"):
            assert reason(root, "häät/raw/a.nef") == errno.EXDEV
    finally:
        other.unlink()


@pytest.mark.root
@pytest.mark.parametrize("place", ["häät", "häät/raw/a.nef"])
def test_what_is_mounted_from_the_same_file_system_is_not_read(root: int, tmp_path: Path, place: str) -> None:
    from contract.mounts import bound

    folder = tmp_path / "else where"
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "a.nef").write_bytes(b"elsewhere")
    what = folder if place == "häät" else folder / "raw" / "a.nef"
    with bound(what, tmp_path / "root" / place):
        assert mounts_below(root) == {place}
        assert reason(root, "häät/raw/a.nef") == errno.EXDEV
        with Beneath(root) as beneath, pytest.raises(NotBeneath):
            beneath.open("häät/raw/a.nef")
    assert mounts_below(root) == frozenset()
    assert content(open_beneath(root, "häät/raw/a.nef")) != b"elsewhere"
