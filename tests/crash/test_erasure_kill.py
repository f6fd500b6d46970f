"""An erasure killed with -9 at its steps, over two disks: gone on with, it ends as one that was never stopped."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from index.engine import open_index
from tests.crash.ledger_steps import CALLS, Steps
from tests.unit.case_studio import CaseStudio

AINO, OWN, SHARED = "Aino Virtanen", "2025-06-14 Aino Virtanen potretti", "2025-07-05 Kuvaamo Oy häät"
LIST = "Nimi;Sähköposti\nAino Virtanen;aino@virtanen.example\nVille Laine;ville@laine.example\n"
EVERY = 11
"""Each so many calls that reach the disk the process is killed once; a prime, so that all kinds of calls are met."""


def studio_with_plan(folder: Path) -> tuple[CaseStudio, str]:
    folder.mkdir()
    studio = CaseStudio(folder, local=True)
    studio.put(f"{OWN}/IMG_0001.jpg", "her own picture")
    studio.put(f"{SHARED}/osallistujat.csv", LIST)
    studio.put(f"{SHARED}/IMG_0100.jpg", "the guests")
    studio.look()
    uid = studio.open("erase", AINO, "aino@virtanen.example")
    studio.desk().identify(uid, "known address")
    studio.planned(uid)
    for each in studio.items(uid):
        if each.kind == "shoot" and each.decision is None:
            studio.desk().decide(uid, each.number, "unlist")
    studio.planned(uid)
    studio.owner.approve(uid, "looked at")
    return studio, uid


def run_killed(studio: CaseStudio, uid: str, step: int) -> int | None:
    """Run it in a process that is killed before its call number `step`; return the calls met where it ended by itself."""
    studio.close()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            studio.index = open_index(f"sqlite:///{studio.folder / 'index.db'}")
            steps = Steps("before", step)
            for name in ("rename", "rmdir"):
                setattr(os, name, steps._wrapped(getattr(os, name), name))
            steps.armed = True
            one, _ = studio.run(uid)
            steps.armed = False
            os.write(writer, f"{steps.met} {one.state}".encode())
        finally:
            os._exit(0)
    os.close(writer)
    told = os.read(reader, 100).decode()
    os.close(reader)
    _, status = os.waitpid(child, 0)
    studio.index = open_index(f"sqlite:///{studio.folder / 'index.db'}")
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert told.endswith("checked"), told
    return int(told.split()[0])


@pytest.mark.timeout(900)
def test_an_erasure_killed_at_its_steps_is_whole_once_it_was_gone_on_with(tmp_path: Path) -> None:
    assert "unlink" in CALLS
    step, fired = 1, 0
    while True:
        studio, uid = studio_with_plan(tmp_path / str(step))
        met = run_killed(studio, uid, step)
        if met is None:
            fired += 1
            one, outcome = studio.run(uid)
            assert (one.state, outcome.waiting, outcome.said) == ("checked", {}, ()), (step, one.state, outcome)
        for store in studio.names:
            assert studio.files(store) == {
                f"{SHARED}/osallistujat.csv": LIST.replace("Aino Virtanen;aino@virtanen.example\n", "").encode(),
                f"{SHARED}/IMG_0100.jpg": b"the guests",
            }, (step, store)
            assert not (studio.folder / store / OWN).exists()
        assert studio.answer_and_close(uid).state == "closed"
        assert b"Virtanen" not in studio.raw()
        studio.close()
        if met is not None:
            break
        step += EVERY
    assert fired >= 8, "too few steps were met: this tested little"
