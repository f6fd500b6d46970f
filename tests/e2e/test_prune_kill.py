"""A real `backupd prune --run` over a disk, a Dropbox and a Drive, killed -9 again and again, and gone on with."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest

from backupd.acts.meaning import version_known
from index.acts import NewAct
from index.engine import open_index
from index.meant import copies_at
from index.plans import add_plan
from index.stores import find_store
from tests.e2e.harness import write
from tests.e2e.prune_reset import Clouds, Moment, clouds_in
from tests.e2e.pruning import NAMES, OLD, ROOT, YOUNG, PruneStudio, everything

FROM = dict(zip(("archive", "dropbox", "drive"), OLD, strict=True))
"""One shoot goes from each store; the two others keep it."""


NONE: Mapping[str, str] = MappingProxyType({})
CALLS = ("fsync,fdatasync", "rename,renameat,renameat2", "unlink,unlinkat", "sendto", "recvfrom")
"""What reaches a disk, and what goes to a cloud and comes back from it."""


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clouds]:
    with clouds_in(tmp_path_factory.mktemp("clouds")) as made:
        yield made


@pytest.fixture
def studio(simulated: Clouds, tmp_path: Path) -> PruneStudio:
    accounts = simulated.dropbox, simulated.drive
    for account in accounts:
        account.begin(tmp_path)
    made = PruneStudio(tmp_path)
    made.begin(*accounts)
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


def held(studio: PruneStudio, uid: str, newcomers: Mapping[str, str] = NONE) -> None:
    """What holds at any moment: nothing is gone without an intent, and each file lies in two stores at least.

    What lies at the places of `newcomers` is not what lay there before.
    """
    intended = {bytes(path).decode() for _, path, _, _, intent, _ in studio.acts(uid) if intent is not None}
    there = left(studio)
    for name, shoot in FROM.items():
        assert {path for path in everything(shoot) if path not in there[name]} <= intended
    for path in everything(*OLD):
        assert sum(path in there[name] and newcomers.get(name) != path for name in there) >= 2, path
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
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.skipif(not can_trace(), reason="strace cannot be used here")
def test_real_kills_at_every_call(studio: PruneStudio, simulated: Clouds, call: str) -> None:
    """Each strike begins with nothing removed yet, until a run makes fewer calls. Every second run that goes on after a
    kill is killed as well; in every third, another device has meanwhile put something new where a file went.

    KILL_LOG=FILE gets a line for each strike as it was checked.
    """
    uid = plan_over_three(studio)
    moment = Moment(studio, simulated)
    struck = again = new = 0
    for nth in range(1, 1000):
        moment.go_back()
        if not kill(studio, uid, call, nth):
            break
        struck += 1
        held(studio, uid)
        newcomers = put_something_new(studio) if nth % 3 == 0 else {}
        new += len(newcomers)
        second = nth % 2 == 0 and kill(studio, uid, "fsync,fdatasync", nth // 2)
        again += second
        ended(studio, uid, newcomers)
        tell(f"{call} {nth}: struck{', and again' if second else ''}, {len(newcomers)} new, nothing lost")
    tell(f"{call}: {struck} struck, {again} struck again, {new} new files, nothing lost")
    assert struck >= 3, "no kill was fired: this tested nothing"


def put_something_new(studio: PruneStudio) -> dict[str, str]:
    """Put other bytes to one place in each store from which a file has gone; return where."""
    put = {}
    there = left(studio)
    for name, shoot in FROM.items():
        gone = sorted(path for path in everything(shoot) if path not in there[name])
        if not gone:
            continue
        put[name] = gone[0]
        if name == "archive":
            write(studio.archive / gone[0], "new")
        else:
            (studio.dropbox if name == "dropbox" else studio.drive).put(f"{ROOT}/{gone[0]}", "new")
    return put


def ended(studio: PruneStudio, uid: str, newcomers: dict[str, str]) -> None:
    """Go on to the end: it ends as the run that was never stopped, and what is new lies there untouched."""
    ran = studio.run("prune", "--run", uid)
    assert ran.status in ((0, 1) if newcomers else (0,)), ran.err
    held(studio, uid, newcomers)
    there = left(studio)
    for name, path in newcomers.items():
        assert path in there[name], f"{name}: what is new at {path} went too"
        there[name].remove(path)
    for name, shoot in FROM.items():
        # What is new keeps what belongs to it, and the notes that go last.
        kept = there[name] & everything(shoot) if name in newcomers else set()
        assert there[name] - kept == everything(*(each for each in OLD if each != shoot), YOUNG)
    assert {row[2] for row in studio.acts(uid)} <= {"done", *(("refused",) if newcomers else ())}


def tell(line: str) -> None:
    print(line)
    log = os.environ.get("KILL_LOG")
    if log:
        with Path(log).open("a") as file:
            file.write(f"{line}\n")
