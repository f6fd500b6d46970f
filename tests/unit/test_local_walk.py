"""Walks of a folder: every depth, name and kind of thing, and never an end that isn't one."""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.base import MARKER_NAME
from adapters.beneath import MOUNT
from adapters.errors import NotOurStore, Unavailable
from adapters.ignore import Ignore
from adapters.local import LocalStore
from adapters.records import FolderMark, Marker
from adapters.walker import LISTED_YET_GONE, Walker
from adapters.walking import Walk, reason

MARKER = Marker("a1", "archive", "2025-01-01T00:00:00+00:00")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    LocalStore("archive", str(tmp_path / "root")).adopt(MARKER)
    return tmp_path / "root"


@pytest.fixture
def store(root: Path) -> LocalStore:
    return LocalStore("archive", str(root))


def walked(store: LocalStore) -> dict[str, FolderMark]:
    found = list(store.walk())
    assert len({mark.path for mark in found}) == len(found)
    return {mark.path: mark for mark in found}


def fill(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode())


def ended(pid: int) -> bool:
    """Wait until a process that need not be our child has ended, ten seconds at most."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 10)[0])
    finally:
        os.close(process)


def is_ours(pid: int) -> bool:
    """Return whether a child of ours still runs, or has ended without anybody asking how."""
    return Path(f"/proc/{pid}").exists()


def pids_of(walk: Any) -> list[int]:
    return list(walk._processes.pids)


@pytest.mark.parametrize("tops", [1, 5])
def test_one_process_and_two_find_the_same_however_the_tree_is_shaped(root: Path, store: LocalStore, tops: int) -> None:
    for top in range(tops):
        for number in range(40):
            shoot = f"year {top}/the/only/one/shoot {number}"
            fill(root, f"{shoot}/raw/a.jpg", f"{shoot}/raw/b.jpg", f"{shoot}/jpg/a.jpg")
    fd = os.open(root, os.O_RDONLY)
    found = [
        {mark.path: mark for mark in Walk("archive", fd, Ignore().patterns, lambda: None, processes)}
        for processes in (1, 2)
    ]
    os.close(fd)
    assert found[0] == found[1] == walked(store)
    assert len(found[0]) == 1 + tops * (4 + 40 * 3)


@pytest.fixture
def deep() -> Iterator[Path]:
    """A root that is removed by something that bears any depth, also after a failure: pytest's own way does not."""
    place = Path(tempfile.mkdtemp(prefix="backupd-deep-"))
    LocalStore("archive", str(place)).adopt(MARKER)
    yield place
    subprocess.run(["rm", "-rf", str(place)], check=True)


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("few_descriptors")
def test_any_depth_is_walked_and_listed(deep: Path) -> None:
    depth, name = 1500, "a folder name of some length, as people give them"
    fd = os.open(deep, os.O_RDONLY)
    for number in range(depth):
        os.mkdir(name, dir_fd=fd)
        if number % 100 == 0:
            os.mkdir("beside", dir_fd=fd)
            os.close(os.open("beside/b.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=fd))
        below = os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
    os.close(os.open("deep.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=fd))
    os.close(fd)
    store = LocalStore("archive", str(deep))
    found = walked(store)
    deepest = "/".join([name] * depth)
    assert len(deepest) > 10 * os.pathconf("/", "PC_PATH_MAX")
    assert {mark.problem for mark in found.values()} == {None}
    assert len(found) == 1 + depth + depth // 100
    assert sum(mark.files for mark in found.values()) == 1 + depth // 100
    listing = store.list_folder(deepest)
    assert listing.mark == found[deepest].mark
    assert [entry.path for entry in listing.entries] == [f"{deepest}/deep.jpg"]
    assert store.remove(f"{deepest}/deep.jpg", listing.entries[0].version).already is False


def test_links_are_reported_and_followed_by_nobody(root: Path, store: LocalStore, tmp_path: Path) -> None:
    fill(tmp_path, "outside/secret.jpg")
    fill(root, "shoot/a.jpg")
    os.symlink(tmp_path / "outside", root / "shoot" / "to folder")
    os.symlink(tmp_path / "outside" / "secret.jpg", root / "shoot" / "to file.jpg")
    os.symlink("..", root / "shoot" / "up")
    os.symlink("nowhere", root / "shoot" / "broken")
    assert walked(store).keys() == {"", "shoot"}
    listing = store.list_folder("shoot")
    assert [entry.path for entry in listing.entries] == ["shoot/a.jpg"]
    links = ["broken", "to file.jpg", "to folder", "up"]
    assert [problem.path for problem in listing.problems] == [f"shoot/{name}" for name in links]
    assert {problem.reason for problem in listing.problems} == {"a link is not followed"}


def test_pipes_and_sockets_are_reported_and_stop_nothing(root: Path, store: LocalStore) -> None:
    fill(root, "a.jpg")
    os.mkfifo(root / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.getcwd()
        os.chdir(root)
        bound.bind("socket.jpg")
        os.chdir(here)
        listing = store.list_folder("")
    assert [entry.path for entry in listing.entries] == ["a.jpg"]
    assert [problem.path for problem in listing.problems] == ["pipe.jpg", "socket.jpg"]
    assert listing.mark == walked(store)[""].mark


def test_a_terabyte_of_nothing_is_listed_at_once(root: Path, store: LocalStore) -> None:
    with open(root / "huge.mov", "wb") as file:
        try:
            file.truncate(1 << 40)
        except OSError as err:
            pytest.skip(f"this disk cannot hold such a file: {err.strerror}")
    assert walked(store)[""].bytes == 1 << 40
    assert store.list_folder("").entries[0].size == 1 << 40


def test_names_in_two_normal_forms_are_two_files_and_two_folders(root: Path, store: LocalStore) -> None:
    fill(root, "h\u00e4\u00e4t/\u00e4.jpg", "ha\u0308a\u0308t/\u00e4.jpg", "ha\u0308a\u0308t/a\u0308.jpg")
    found = walked(store)
    assert {path: mark.files for path, mark in found.items()} == {"": 0, "h\u00e4\u00e4t": 1, "ha\u0308a\u0308t": 2}


def test_what_systems_leave_behind_is_neither_listed_nor_marked(root: Path, store: LocalStore) -> None:
    fill(root, "shoot/a.jpg")
    before = walked(store)
    fill(
        root, "shoot/.DS_Store", "shoot/._a.jpg", "shoot/Thumbs.db", "shoot/THUMBS.DB", "shoot/desktop.ini",
        "shoot/.backupd-tmp-00", "shoot/.backupd-store", "@eaDir/a.jpg", "$RECYCLE.BIN/a.jpg", ".Trash-1000/f/a.jpg",
        "System Volume Information/b", "shoot/lost+found/c", ".Spotlight-V100/d", ".fseventsd/e", ".Trashes/501/f",
    )  # fmt: skip
    assert walked(store) == before
    assert [entry.path for entry in store.list_folder("shoot").entries] == ["shoot/a.jpg"]


def test_what_the_settings_name_is_passed_over_as_well(root: Path) -> None:
    fill(root, "a.jpg", "a.tmp", "~$a.docx", "Old/b.jpg", "old/b.jpg", "2024/Previews/c.jpg", "2024/keep/previews.jpg")
    store = LocalStore("archive", str(root), ["*.tmp", "~$*", "OLD", "2024/prev*/"])
    assert walked(store).keys() == {"", "2024", "2024/keep"}
    assert [entry.path for entry in store.list_folder("").entries] == ["a.jpg"]
    assert store.list_folder("").mark == walked(store)[""].mark
    assert [entry.path for entry in store.list_folder("2024/keep").entries] == ["2024/keep/previews.jpg"]


def test_times_before_1970_have_a_mark(root: Path, store: LocalStore) -> None:
    fill(root, "old.jpg")
    os.utime(root / "old.jpg", (-86400, -86400))
    assert store.list_folder("").mark == walked(store)[""].mark
    assert store.stat("old.jpg").modified_ns == -86400 * 10**9


def test_a_walk_begins_before_it_is_read_and_ends_with_its_holder(root: Path, store: LocalStore) -> None:
    walk = store.walk()
    pids = pids_of(walk)
    assert len(pids) == min(2, os.cpu_count() or 1)
    del walk
    assert not any(is_ours(pid) for pid in pids)


def test_a_walk_that_is_left_early_ends_its_processes(root: Path, store: LocalStore) -> None:
    fill(root, *(f"{number}/a.jpg" for number in range(300)))
    walk = store.walk()
    pids = pids_of(walk)
    next(walk)
    walk.close()  # type: ignore[attr-defined]
    assert not any(is_ours(pid) for pid in pids)
    assert list(walk) == []


def test_no_process_and_no_descriptor_is_left_over(root: Path, store: LocalStore) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        walk = store.walk()
        pids = pids_of(walk)
        list(walk)
        assert not any(is_ours(pid) for pid in pids)
    store.survey()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("which", [0, -1])
def test_a_walk_whose_process_is_killed_is_no_walk(root: Path, store: LocalStore, which: int) -> None:
    fill(root, *(f"{number}/a.jpg" for number in range(50)))
    walk = store.walk()
    os.kill(pids_of(walk)[which], signal.SIGKILL)
    with pytest.raises(Unavailable):
        list(walk)


def test_when_the_service_is_killed_its_walk_ends(root: Path) -> None:
    # More to say than a pipe holds, so that the processes are still there when nobody reads any more.
    for number in range(600):
        fill(root, "/".join(["a name that takes its room, again and again" * 4] * 12) + f"/{number}/a.jpg")
    code = (
        "import sys, signal\n"
        "from adapters.local import LocalStore\n"
        "walk = LocalStore('archive', sys.argv[1]).walk()\n"
        "next(walk)\n"
        "print(*walk._processes.pids, flush=True)\n"
        "signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        pids = [int(pid) for pid in service.stdout.readline().split()]
        assert pids
        service.kill()
    assert all(ended(pid) for pid in pids)


def change_meanwhile(store: LocalStore, change: Callable[[], object]) -> None:
    walk = store.walk()
    next(walk)
    change()
    list(walk)


def test_a_root_that_is_replaced_meanwhile_is_not_taken_for_the_old_one(root: Path, store: LocalStore) -> None:
    def replace() -> None:
        root.rename(root.with_name("old"))
        root.mkdir()
        LocalStore("archive", str(root)).adopt(MARKER)

    with pytest.raises(Unavailable):
        change_meanwhile(store, replace)


def test_a_root_that_goes_away_meanwhile_is_unavailable(root: Path, store: LocalStore) -> None:
    with pytest.raises(Unavailable):
        change_meanwhile(store, lambda: root.rename(root.with_name("old")))


def test_a_marker_that_goes_away_meanwhile_is_said(root: Path, store: LocalStore) -> None:
    with pytest.raises(NotOurStore):
        change_meanwhile(store, (root / MARKER_NAME).unlink)


def test_a_root_without_marker_is_not_walked_at_all(root: Path) -> None:
    (root / MARKER_NAME).unlink()
    with pytest.raises(NotOurStore):
        LocalStore("archive", str(root)).walk()


@pytest.mark.root
def test_a_folder_bound_from_the_same_disk_is_reported_and_not_entered(
    root: Path, store: LocalStore, tmp_path: Path
) -> None:
    from contract.mounts import bound

    fill(root, "2024/ä x/b.jpg", "2025/c.jpg")
    fill(tmp_path, "outside/deeper/d.jpg")
    with bound(tmp_path / "outside", root / "2024" / "ä x"):
        found = walked(store)
        assert found.keys() == {"", "2024", "2024/ä x", "2025"}
        assert found["2024/ä x"].problem == MOUNT
        with pytest.raises(Unavailable):
            store.list_folder("2024/ä x")


@pytest.mark.root
def test_a_mount_inside_is_reported_and_not_entered(root: Path, store: LocalStore) -> None:
    from contract.mounts import mounted_tmpfs

    fill(root, "2024/a/b.jpg", "2025/c.jpg")
    with mounted_tmpfs(root / "2024"):
        fill(root, "2024/elsewhere/d.jpg")
        found = walked(store)
        assert found.keys() == {"", "2024", "2025"}
        assert found["2024"].problem == MOUNT
        with pytest.raises(Unavailable):
            store.list_folder("2024")
    assert walked(store).keys() == {"", "2024", "2024/a", "2025"}


@pytest.mark.root
def test_a_disk_that_is_pulled_out_meanwhile_is_no_shorter_walk(tmp_path: Path) -> None:
    from contract.mounts import mounted_tmpfs, unmount

    (tmp_path / "disk").mkdir()
    with mounted_tmpfs(tmp_path / "disk"):
        store = LocalStore("archive", str(tmp_path / "disk"))
        store.adopt(MARKER)
        fill(tmp_path / "disk", "a/b.jpg")
        with pytest.raises(Unavailable):
            change_meanwhile(store, lambda: unmount(tmp_path / "disk"))
        with pytest.raises(NotOurStore):
            store.walk()


@pytest.mark.root
def test_a_disk_can_be_unmounted_while_nothing_is_asked_of_it(tmp_path: Path) -> None:
    from contract.mounts import mounted_tmpfs

    (tmp_path / "disk").mkdir()
    with mounted_tmpfs(tmp_path / "disk"):
        store = LocalStore("archive", str(tmp_path / "disk"))
        store.adopt(MARKER)
        fill(tmp_path / "disk", "a/b.jpg")
        list(store.walk())
        store.list_folder("a")
        store.stat("a/b.jpg")
        subprocess.run(["umount", str(tmp_path / "disk")], check=True)


class Kept:
    """Takes the records of a walk in this process, and does something when a folder is told."""

    def __init__(self, meanwhile: dict[str, Callable[[], object]] | None = None) -> None:
        self.found: dict[str, int] = {}
        self.meanwhile = meanwhile or {}

    def add(self, path: str, wrong: int, *_: object) -> None:
        self.found[path] = wrong
        self.meanwhile.pop(path, lambda: None)()


class Nobody:
    def is_hungry(self) -> bool:
        return False

    def ask(self) -> list[str]:
        return []


def walk_here(root: Path, records: Kept) -> dict[str, int]:
    fd = os.open(root, os.O_RDONLY)
    Walker(fd, records, Nobody(), Ignore()).walk([""])  # type: ignore[arg-type]
    os.close(fd)
    return records.found


def test_a_folder_that_is_removed_meanwhile_is_passed_over(root: Path) -> None:
    fill(root, "a/b/c.jpg", "z.jpg")
    gone = Kept({"": lambda: (root / "a").rename(root.with_name("elsewhere"))})
    assert walk_here(root, gone) == {"": 0}


def test_a_folder_that_becomes_a_file_or_a_link_meanwhile_is_passed_over(root: Path, tmp_path: Path) -> None:
    fill(root, "a/b.jpg", "c/d.jpg", "e/f.jpg")
    fill(tmp_path, "outside/secret.jpg")

    def swap() -> None:
        (root / "a").rename(tmp_path / "a")
        (root / "a").write_bytes(b"a file")
        (root / "c").rename(tmp_path / "c")
        os.symlink(tmp_path / "outside", root / "c")

    assert walk_here(root, Kept({"": swap})) == {"": 0, "e": 0}


def test_a_folder_that_is_listed_and_yet_not_there_is_unknown(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(root, "good/a.jpg", "bad/b.jpg")
    really = os.open

    def broken(path: Any, *args: Any, **named: Any) -> int:
        if path == "bad":
            raise FileNotFoundError(2, "No such file or directory", path)
        return really(path, *args, **named)

    monkeypatch.setattr(os, "open", broken)
    assert walk_here(root, Kept()) == {"": 0, "good": 0, "bad": LISTED_YET_GONE}
    assert "listed" in reason(LISTED_YET_GONE)


def test_a_folder_that_cannot_be_read_to_its_end_is_unknown_and_so_is_all_below(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(root, "good/a.jpg", "bad/b.jpg", "bad/below/c.jpg")
    bad = os.stat(root / "bad").st_ino
    really = os.scandir

    class Broken:
        def __enter__(self) -> Iterator[Any]:
            def some() -> Iterator[Any]:
                yield from list(really(root / "bad"))[:1]
                raise OSError(5, "Input/output error")

            return some()

        def __exit__(self, *_: object) -> None:
            return

    monkeypatch.setattr(os, "scandir", lambda fd: Broken() if os.fstat(fd).st_ino == bad else really(fd))
    found = walk_here(root, Kept())
    assert found == {"": 0, "good": 0, "bad": 5}


def test_a_folder_without_permission_is_reported(root: Path) -> None:
    from contract.others import close, run_without_rights

    fill(root, "open/a.jpg", "closed/b.jpg", "closed/below/c.jpg", "names only/d.jpg")
    close(root / "closed", 0)
    close(root / "names only", 0o400)
    code = (
        "import sys\n"
        "from adapters.local import LocalStore\n"
        "from adapters.errors import StoreError\n"
        "store = LocalStore('archive', sys.argv[1])\n"
        "for mark in sorted(store.walk(), key=lambda mark: mark.path): print(repr((mark.path, mark.problem)))\n"
        "for path in ('closed', 'names only'):\n"
        "    try: store.list_folder(path)\n"
        "    except StoreError as err: print(type(err).__name__)\n"
        "print(store.presence('closed/b.jpg').value)\n"
    )
    said = run_without_rights(code, str(root))
    close(root / "closed", 0o700)
    close(root / "names only", 0o700)
    assert said.splitlines() == [
        "('', None)",
        "('closed', 'it may not be read')",
        "('names only', 'it may not be read')",
        "('open', None)",
        "Refused",
        "Refused",
        "unknown",
    ]
