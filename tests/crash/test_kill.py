"""kill -9 of real processes while they index: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.harness import Studio, write

SHOOTS = ("2026-06-06 Virtanen häät", "2026-07-01 Korhonen potretti", "2026-08-08 Laine ristiäiset")


def fill(root: Path, files: int = 120, size: int = 40_000) -> None:
    for shoot in SHOOTS:
        for number in range(files):
            # Different bytes in every file, so that none is known by another's hash.
            write(root / shoot / f"IMG_{number:04}.bin", f"{shoot} {number} ".encode() * (size // 40))


@pytest.fixture
def twin(studio: Studio, tmp_path: Path) -> Studio:
    """The same tree under an index of its own, indexed without being disturbed."""
    other = Studio(tmp_path / "twin")
    other.root.mkdir()
    other.stores = dict(studio.stores)
    other.configure()
    return other


@pytest.mark.parametrize("delay", [0.3, 0.45, 0.6, 0.75, 0.9, 1.1])
def test_a_killed_first_index_goes_on_from_there(studio: Studio, twin: Studio, delay: float) -> None:
    fill(studio.stores["archive"])
    studio.kill_while_indexing(delay)
    studio.index()
    twin.index()
    assert studio.copies() == twin.copies()
    assert [s["files"] for s in studio.json("find", "2026")] == [s["files"] for s in twin.json("find", "2026")]


def test_what_was_recorded_before_a_kill_is_not_read_again(studio: Studio) -> None:
    fill(studio.stores["archive"], files=60)
    with subprocess.Popen(
        studio.command("index"),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"BACKUPD_TEST": "1"},
    ) as process:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline and not _recorded(studio):
            time.sleep(0.005)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    before = _recorded(studio)
    ran = studio.index()
    assert before + _read(ran.out) == 180


def _recorded(studio: Studio) -> int:
    try:
        return len(studio.copies())
    except Exception:
        return 0


def _read(out: str) -> int:
    import re

    found = re.search(r"read (\d+) files?", out)
    assert found
    return int(found[1])


@pytest.mark.parametrize("delay", [0.3, 0.5, 0.7, 0.9])
def test_a_killed_rescan_after_moves_and_removals_ends_the_same(studio: Studio, twin: Studio, delay: float) -> None:
    root = studio.stores["archive"]
    fill(root)
    studio.index()
    twin.index()
    (root / SHOOTS[0]).rename(root / "2026-06-06 Virtanen vihkiäiset")
    for number in range(40):
        (root / SHOOTS[1] / f"IMG_{number:04}.bin").unlink()
        write(root / SHOOTS[2] / f"new_{number:04}.bin", f"new {number}" * 3000)
    studio.kill_while_indexing(delay)
    studio.index()
    twin.index()
    assert studio.copies() == twin.copies()


def test_no_process_is_left_behind_by_a_kill(studio: Studio) -> None:
    fill(studio.stores["archive"], files=400, size=200_000)
    with subprocess.Popen(studio.command("index"), stdout=subprocess.DEVNULL, start_new_session=True) as process:
        time.sleep(0.9)
        process.kill()
    deadline = time.monotonic() + 10
    while _running(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _running(process.pid)


def _running(session: int) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(entry.name)
    return found


@pytest.mark.root
def test_a_full_disk_under_the_index_loses_nothing(studio: Studio, twin: Studio) -> None:
    fill(studio.stores["archive"], files=100, size=4000)
    var = studio.root / "var"
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(var)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount")
    try:
        ran = studio.index(status=None)
        assert ran.status not in (0, 1)
        assert "full" in ran.err
        subprocess.run(["mount", "-o", "remount,size=64m", str(var)], check=True)
        studio.index()
        twin.index()
        assert studio.copies() == twin.copies()
    finally:
        subprocess.run(["umount", "-l", str(var)], check=True)


def test_ctrl_c_is_a_clean_stop(studio: Studio) -> None:
    fill(studio.stores["archive"], files=300, size=200_000)
    with subprocess.Popen(
        studio.command("index"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        time.sleep(1.0)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert "Traceback" not in err
    studio.index()
    assert len(studio.copies()) == 900
