"""A real `backupd prune --run` over a disk, a Dropbox and a Drive, killed -9 again and again, and gone on with."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from backupd.acts.meaning import version_known
from index.acts import NewAct
from index.engine import open_index
from index.meant import copies_at
from index.plans import add_plan
from index.stores import find_store
from tests.e2e.pruning import NAMES, OLD, YOUNG, PruneStudio, accounts_in, everything
from tests.simulators.dropbox.account import Account as Dropbox
from tests.simulators.gdrive.account import Account as Drive

FROM = dict(zip(("archive", "dropbox", "drive"), OLD, strict=True))
"""One shoot goes from each store; the two others keep it."""


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dropbox, Drive]]:
    with accounts_in(tmp_path_factory.mktemp("clouds")) as made:
        yield made


@pytest.fixture
def studio(simulated: tuple[Dropbox, Drive], tmp_path: Path) -> PruneStudio:
    for account in simulated:
        account.begin(tmp_path)
    made = PruneStudio(tmp_path)
    made.begin(*simulated)
    made.fill()
    return made


def plan_over_three(studio: PruneStudio) -> str:
    index = open_index(f"sqlite:///{studio.root}/var/index.db")
    acts = []
    with index.write() as conn:
        for name, shoot in FROM.items():
            store = find_store(conn, name)
            assert store is not None
            paths = [f"{shoot}/{each}" for each in NAMES]
            known = copies_at(conn, store.id, paths)
            for path in paths:
                row = known[path]
                acts.append(
                    NewAct(
                        store.id, "delete", path, "retention_passed", "past its minimum", row.shoot_id, row.size, row.sha256,
                        row.dropbox_hash, row.identity, version_known(row),
                    )
                )
        made = add_plan(conn, "three-stores", "prune", acts, int(time.time()), "anna")
    index.close()
    return made.uid


def kill(studio: PruneStudio, uid: str, call: str, nth: int) -> bool:
    """Run it and have the kernel kill it before its nth call of that kind; False where it came to its end."""
    strace = shutil.which("strace")
    assert strace is not None
    inject = f"inject={call}:signal=KILL:when={nth}"
    command = [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, *studio.command("prune", "--run", uid)]
    done = subprocess.run(command, capture_output=True, timeout=100, cwd=studio.root)
    return done.returncode in (-9, 137)


def left(studio: PruneStudio) -> dict[str, set[str]]:
    return {"archive": studio.on_disk(), "dropbox": studio.in_dropbox(), "drive": studio.in_drive()}


def held(studio: PruneStudio, uid: str) -> None:
    """What holds at any moment: nothing is gone without an intent, and each file lies in two stores at least."""
    intended = {bytes(path).decode() for _, path, _, _, intent, _ in studio.acts(uid) if intent is not None}
    there = left(studio)
    for name, shoot in FROM.items():
        assert {path for path in everything(shoot) if path not in there[name]} <= intended
    for path in everything(*OLD):
        assert sum(path in there[name] for name in there) >= 2, path
    assert studio.run("ledger", "verify").status == 0


def killed_and_resumed(studio: PruneStudio, blows: Sequence[tuple[str, int]]) -> int:
    uid = plan_over_three(studio)
    fired = 0
    for call, nth in blows:
        if not kill(studio, uid, call, nth):
            break
        fired += 1
        held(studio, uid)
    studio.run("prune", "--run", uid, status=0)
    held(studio, uid)
    assert {row[2] for row in studio.acts(uid)} == {"done"}
    assert left(studio) == {name: everything(*(each for each in OLD if each != shoot), YOUNG) for name, shoot in FROM.items()}
    return fired


def can_trace() -> bool:
    strace = shutil.which("strace")
    return strace is not None and subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not can_trace(), reason="strace cannot be used here")
def test_a_real_kill_in_the_middle_loses_nothing(studio: PruneStudio) -> None:
    fired = killed_and_resumed(studio, [("fsync,fdatasync", 4), ("renameat2", 2), ("fsync,fdatasync", 9)])
    assert fired >= 2, "no kill was fired: this tested nothing"


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
@pytest.mark.skipif(not can_trace(), reason="strace cannot be used here")
def test_real_kills_at_every_call_that_reaches_the_disk(studio: PruneStudio) -> None:
    """KILL_LOG=FILE gets a line for each strike as it was checked."""
    blows = [(call, nth) for nth in range(1, 30) for call in ("fsync,fdatasync", "renameat2", "unlink,unlinkat")]
    fired = sum(_one(studio, call, nth, number) for number, (call, nth) in enumerate(blows))
    studio.run("prune", "--run", "three-stores", status=0)
    held(studio, "three-stores")
    assert {row[2] for row in studio.acts("three-stores")} == {"done"}
    print(f"real kills: {fired} of {len(blows)} fired, nothing lost")
    assert fired >= 10


def _one(studio: PruneStudio, call: str, nth: int, number: int) -> int:
    uid = plan_over_three(studio) if number == 0 else "three-stores"
    fired = kill(studio, uid, call, nth)
    held(studio, uid)
    log = os.environ.get("KILL_LOG")
    if log:
        with Path(log).open("a") as file:
            file.write(f"strike {number}: {call} {nth}: {'fired' if fired else 'ended before it'}, nothing lost\n")
    return int(fired)
