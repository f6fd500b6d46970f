"""Erasures of generated studios are stopped, and spoiled, at each of their steps: gone on with, they end as ones that were
never stopped, and nothing of the person is left in any place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator

import pytest

from backupd.requests import erase
from tests.crash.erasure_loop import HOWS, Ready, strike
from tests.unit.case_trial import Place, in_memory
from tests.unit.case_world import World, make_world
from tests.unit.test_case_studios import WEDDING

STRIDE = 37
WORLDS = (20_001, 20_003, 20_004, 20_007, 20_008, 20_011, 20_012, 20_013, 20_017, 20_018)
"""One to three shoots, one to three people who ask, at once and one after the other."""
FIGURES = os.environ.get("ERASURE_LOG")
"""A file that gets a line for each studio and each way to strike."""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = Place(in_memory())
    yield made
    made.close()
    shutil.rmtree(made.folder)


def campaign(place: Place, world: World, how: str, steps: Iterable[int] | None = None) -> int:
    """Strike at each of the steps that there are and that this can strike (or those of them that are named).

    Return how many fired.
    """
    ready = Ready(place, world)
    _, whole = strike(place, world, how, 0, ready)
    wanted = [at for at in whole.suiting if steps is None or at in steps]
    fired = sum(strike(place, world, how, at, ready)[0] for at in wanted)
    if FIGURES is not None:
        with open(FIGURES, "a") as file:
            file.write(f"studio {world.seed}, {how}: {whole.met} steps, {len(wanted)} tried, {fired} fired\n")
    return fired


@pytest.mark.parametrize("how", HOWS)
def test_an_erasure_struck_at_some_steps_is_whole_once_it_was_gone_on_with(place: Place, how: str) -> None:
    assert campaign(place, WEDDING, how, range(1 + 5 * HOWS.index(how), 1000, STRIDE)) >= 1


@pytest.mark.long
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("how", HOWS)
def test_erasures_struck_at_each_step_are_whole_once_they_were_gone_on_with(place: Place, how: str) -> None:
    fired = sum(campaign(place, world, how) for world in [WEDDING, *map(make_world, WORLDS)])
    print(f"erasures of {len(WORLDS) + 1} studios, {how}: {fired} steps struck")
    assert fired >= 100


def test_the_loop_bites(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an erasure forgets its links, the case cannot be closed: an item of it is still open."""
    monkeypatch.setattr(erase, "end_links", lambda *_: {})
    with pytest.raises(AssertionError, match="step 30"):
        strike(place, WEDDING, "killed before", 30)
