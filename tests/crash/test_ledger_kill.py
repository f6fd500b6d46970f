"""kill -9 and every error at every call of an append: what was acknowledged is there, and the chain is right."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from index.applied import index_is_behind
from index.engine import open_index
from index.erased import erased_contents
from index.ledger import open_ledger
from index.ledger_line import Draft, Position
from index.ledger_verify import Kept, verify
from index.replay import replay
from tests.unit.one_wedding import LIST, PICTURE, fill

REPOSITORY = Path(__file__).parents[2]


def run(folder: Path, how: str, step: int, *before: str, after: tuple[str, ...] = ()) -> tuple[list[Kept], int | None, int]:
    """Run the appends; return what was acknowledged, the steps met (None where it was killed), and the status."""
    command = [*before, sys.executable, "-m", "tests.crash.ledger_steps", str(folder), how, str(step), *after]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    told = [line.split() for line in done.stdout.splitlines()]
    assert "Traceback" not in done.stderr, done.stderr
    met = [int(number) for word, number in told if word == "met"]
    kept = [Kept(int(number), hash, "acknowledged") for number, hash in told if number.isdecimal() and len(hash) == 64]
    return kept, met[0] if met else None, done.returncode


def held(folder: Path, kept: list[Kept]) -> Position:
    """Look at what is there after the next start: all that was acknowledged, in a right chain, with its key."""
    ledger = open_ledger(folder / "ledger", folder / "ledger.key")
    position = ledger.append(Draft("look-up", 9, "anna"))
    verdict = verify(folder / "ledger", kept)
    assert (verdict.problems, verdict.torn) == ((), 0)
    assert verdict.head == position == ledger.head()
    assert next(entry.draft.kind for entry in ledger.entries()) == "opened"
    return position


@pytest.mark.parametrize("how", ["before", "after", "half", "EIO", "ENOSPC", "EACCES"])
@pytest.mark.parametrize("start", ["new", "begun", "torn"])
def test_an_append_that_is_stopped_at_any_step_loses_nothing(tmp_path: Path, how: str, start: str) -> None:
    first = tmp_path / "first"
    first.mkdir()
    kept: list[Kept] = []
    if start != "new":
        position = open_ledger(first / "ledger", first / "ledger.key").append(Draft("hold", 1, "anna"))
        kept = [Kept(position.sequence, position.hash)]
    if start == "torn":
        with (first / "ledger").open("ab") as file:
            file.write(b'{"seq":3,"at":"2023-11')
    fired, step = 0, 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        shutil.copytree(first, folder)
        acknowledged, met, status = run(folder, how, step)
        held(folder, kept + acknowledged)
        # Once more: what a second start finds is as right as what the first one left.
        held(folder, kept + acknowledged)
        if met is not None and met < step:
            break
        fired += 1
        assert status == (-9 if how in ("before", "after", "half") else 0)
    assert fired >= 9, "too few steps were met: this tested little"
    assert len(acknowledged) == 3


@pytest.mark.parametrize("how", ["before", "after", "half"])
@pytest.mark.parametrize("what", ["erase", "replay"])
def test_an_erasure_that_is_killed_at_any_step_is_whole_after_a_replay(tmp_path: Path, how: str, what: str) -> None:
    first = tmp_path / "first"
    first.mkdir()
    index = open_index(f"sqlite:///{first / 'index.db'}", create=True)
    fill(index)
    index.close()
    ledger = open_ledger(first / "ledger", first / "ledger.key")
    ledger.append(Draft("look-up", 1, "anna"))
    if what == "replay":
        lost = shutil.copy(first / "index.db", tmp_path / "yesterday.db")
        assert run(first, "never", 0, after=("erase",))[1] is not None
        shutil.copy(lost, first / "index.db")
    fired = step = 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        shutil.copytree(first, folder)
        acknowledged, met, _ = run(folder, how, step, after=(what,))
        fired += met is None
        erased = levelled(folder)
        assert verify(folder / "ledger", acknowledged).problems == ()
        assert erased or (what == "erase" and not acknowledged), "an erasure was lost"
        if met is not None and met < step:
            break
    # Before and in the commit; an erasure's entry adds opening, writing and syncing.
    assert fired >= (5 if what == "erase" else 2), "too few steps were met: this tested little"
    assert acknowledged


def levelled(folder: Path) -> bool:
    """Replay what the index lacks; return whether the erasure is in both, having seen that it is in both or neither."""
    index = open_index(f"sqlite:///{folder / 'index.db'}")
    ledger = open_ledger(folder / "ledger", folder / "ledger.key")
    with index.write() as conn:
        replay(conn, ledger)
        assert not index_is_behind(conn, ledger)
        known = bool(erased_contents(conn, [PICTURE, LIST]))
        left = conn.execute(text("SELECT count(*) FROM content")).scalar_one()
        names = conn.execute(text("SELECT count(*) FROM client WHERE name = 'Virtanen'")).scalar_one()
    index.close()
    assert (left, names) == ((1, 0) if known else (3, 1))
    assert known == any(entry.draft.kind == "erased" for entry in ledger.entries())
    return known


@pytest.mark.root
def test_a_full_disk_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(small)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount")
    try:
        kept: list[Kept] = []
        while len(new := run(small, "never", 0)[0]) == 3:
            kept += new
        kept += new
        assert 3 <= len(kept) < 60
        assert verify(small / "ledger", kept).problems == ()
        subprocess.run(["mount", "-o", "remount,size=1m", str(small)], check=True)
        held(small, kept)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


@pytest.mark.parametrize("call", ["write", "fsync", "ftruncate", "openat"])
def test_a_real_kill_at_a_system_call_on_the_ledger_loses_nothing(tmp_path: Path, call: str) -> None:
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip("strace cannot be used here")
    fired = 0
    for step in range(1, 8):
        folder = tmp_path / str(step)
        folder.mkdir()
        position = open_ledger(folder / "ledger", folder / "ledger.key").append(Draft("hold", 1, "anna"))
        with (folder / "ledger").open("ab") as file:
            file.write(b'{"seq":3,"at":"2023-11')
        kept = [Kept(position.sequence, position.hash)]
        inject = f"inject={call}:signal=KILL:when={step}"
        before = (strace, "-f", "-qq", "-o", "/dev/null", "-P", str(folder / "ledger"), "-e", inject)
        acknowledged, met, _ = run(folder, "never", 0, *before)
        held(folder, kept + acknowledged)
        fired += met is None
    assert fired, "no kill was fired: this tested nothing"
