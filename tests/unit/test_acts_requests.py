"""How many requests a removal takes: looked at, removed and asked for again, three for a hundred files at most.

The simulators count, the real SDKs stand before them, and a plan is carried out as in a run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.base import Store
from adapters.gdrive import read_options
from adapters.gdrive_files import DriveStore
from adapters.gdrive_many import AROUND_SECONDS, LOOKED_SECONDS
from adapters.records import Marker
from adapters.retry import RetryingStore
from tests.simulators.common import Control
from tests.simulators.dropbox import account as dropbox
from tests.simulators.gdrive import account as gdrive
from tests.unit.acts_studio import ActsStudio

MOST_A_HUNDRED = 3


class Time:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def opened(kind: str, folder: Path, time: Time) -> Iterator[tuple[Store, Control, str]]:
    """Give an adopted store in a simulated account, what steers that, and the store's root in it."""
    (folder / "account").mkdir()
    if kind == "dropbox":
        with dropbox.account(folder / "account") as cloud:
            yield cloud.store(sleep=lambda seconds: None), cloud.control, "/Shoots"
    else:
        with gdrive.account(folder / "account") as drive:
            drive.control("mkdir", path="/Shoots")
            given = {"path": "/Shoots", "credentials": drive.credentials(), "endpoint": drive.endpoint}
            store = DriveStore("cloud", read_options(given), monotonic=time)
            store.adopt(Marker(**gdrive.MARKER))
            yield store, drive.control, "/Shoots"
            store.close()


@contextmanager
def studio_of(kind: str, folder: Path, files: dict[str, str], time: Time) -> Iterator[tuple[ActsStudio, Control]]:
    """Give a studio whose one store, in a cloud, holds these files, listed in its index."""
    studio = ActsStudio(folder)
    studio.judge.need = 0
    with opened(kind, folder, time) as (store, control, root):
        control("put_many", files={f"{root}/{path}": text for path, text in files.items()})
        patient = RetryingStore(store, sleep=lambda seconds: None, random=random.Random(1).random, clock=time)
        studio.stores["cloud"] = (kind, patient)
        studio.run("cloud")
        control("clear_log")
        yield studio, control
        studio.index.close()


def requests_for(kind: str, act: str, folder: Path, shoots: int, files_each: int) -> float:
    """Carry out a plan for so many files; return the requests it took for a hundred of them."""
    files = {f"2026-0{shoot + 1}-01 V/{n}.bin": f"{shoot} {n}" for shoot in range(shoots) for n in range(files_each)}
    with studio_of(kind, folder, files, Time()) as (studio, control):
        done = studio.carry_out(studio.plan(*(("cloud", path) for path in files), act=act))
        assert done.states == {"done": len(files)}
        return control.count() * 100 / len(files)


@pytest.mark.parametrize("kind", ["dropbox", "gdrive"])
def test_a_hundred_removals_for_good_take_three_requests(kind: str, tmp_path: Path) -> None:
    assert requests_for(kind, "purge", tmp_path, shoots=1, files_each=300) <= MOST_A_HUNDRED


@pytest.mark.long
@pytest.mark.parametrize("kind", ["dropbox", "gdrive"])
@pytest.mark.parametrize("act", ["delete", "purge"])
def test_a_hundred_removals_in_several_shoots_take_three_requests(kind: str, act: str, tmp_path: Path) -> None:
    assert requests_for(kind, act, tmp_path, shoots=4, files_each=100) <= MOST_A_HUNDRED


@pytest.mark.parametrize("kind", ["dropbox", "gdrive"])
@pytest.mark.parametrize("act", ["delete", "purge"])
def test_what_changes_between_the_look_and_the_removal_stays(kind: str, act: str, tmp_path: Path) -> None:
    """In the very moment after a look only what a store itself compares is safe; what took longer is looked at anew."""
    time = Time()
    files = {f"2026-01-01 Virtanen/IMG_{n}.bin": str(n) for n in range(5)}
    with studio_of(kind, tmp_path, files, time) as (studio, control):
        uid = studio.plan(*(("cloud", path) for path in files), act=act)

        def meanwhile(_: object) -> None:
            control("put", path="/Shoots/2026-01-01 Virtanen/IMG_1.bin", text="a new picture")
            time.now += LOOKED_SECONDS + 1

        studio.judge.before = meanwhile
        done = studio.carry_out(uid)
        assert done.states == {"done": 4, "refused": 1}
        (refused,) = [act.path for act in studio.acts(uid) if act.state == "refused"]
        assert refused == "2026-01-01 Virtanen/IMG_1.bin"


@pytest.mark.parametrize("act", ["delete", "purge"])
def test_what_was_moved_out_meanwhile_is_left_alone(act: str, tmp_path: Path) -> None:
    time = Time()
    files = {f"2026-01-01 Virtanen/IMG_{n}.bin": str(n) for n in range(5)}
    with studio_of("gdrive", tmp_path, files, time) as (studio, control):
        uid = studio.plan(*(("cloud", path) for path in files), act=act)

        def meanwhile(_: object) -> None:
            control("move", path="/Shoots/2026-01-01 Virtanen", to="/Elsewhere")
            time.now += AROUND_SECONDS + 1

        studio.judge.before = meanwhile
        done = studio.carry_out(uid)
        assert done.states == {"unknown": 5}
        assert control("look", path="/Elsewhere/IMG_1.bin")["trashed"] is False


FAULTS = [("close", "before"), ("close", "after"), ("server_error", "before"), ("server_error", "after"), ("truncate", "after")]


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("kind", ["dropbox", "gdrive"])
@pytest.mark.parametrize("act", ["delete", "purge"])
def test_a_fault_at_any_request_of_a_removal_is_gone_on_with(kind: str, act: str, tmp_path: Path) -> None:
    """Struck once: what was meant goes, be it in the next run; what was not stays, and each is told as it is."""
    folders = ("2026-01-01 V", "2026-01-02 V", "2026-01-03 V")
    files = {f"{folder}/{n}.bin": f"{folder} {n}" for folder in folders for n in range(4)}
    meant = [path for path in files if not path.endswith("/3.bin")]
    fired = 0
    for number, (fault, when) in enumerate(FAULTS):
        for nth in range(1, 100):
            folder = tmp_path / f"{number}-{nth}"
            folder.mkdir()
            with studio_of(kind, folder, files, Time()) as (studio, control):
                uid = studio.plan(*(("cloud", path) for path in meant), act=act)
                control.fault("*", fault, when=when, nth=nth, at=7)
                studio.carry_out(uid)
                struck = control.count() >= nth
                control("clear_faults")
                done = studio.carry_out(uid)
                assert done.states == {"done": len(meant)}, (fault, when, nth, done)
                left = set(control("truth", under="/Shoots"))
                assert {path.rpartition("/")[2] for path in left if path.endswith(".bin")} == {"3.bin"}, (fault, when, nth)
            if not struck:
                break
            fired += 1
    assert fired >= 5 * len(FAULTS)
    print(f"{kind}, {act}: {fired} faults, each at a request of its own")
