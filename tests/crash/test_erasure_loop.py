"""Erasures of generated studios are stopped, and spoiled, at each of their steps: gone on with, they end as ones that were
never stopped, and nothing of the person is left in any place."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator

import pytest

from backupd.requests import erase
from tests.crash.erasure_loop import HOWS, strike
from tests.unit.case_trial import Place, in_memory
from tests.unit.case_world import World, make_world
from tests.unit.test_case_studios import WEDDING

STRIDE = 23
WORLDS = range(20_000, 20_020)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = Place(in_memory())
    yield made
    made.close()
    shutil.rmtree(made.folder)


def campaign(place: Place, world: World, how: str, steps: Iterable[int]) -> int:
    """Strike at each of the steps until an erasure meets fewer; return how many fired."""
    fired = 0
    for at in steps:
        struck, met = strike(place, world, how, at)
        fired += struck
        if met < at:
            break
    return fired


@pytest.mark.parametrize("how", HOWS)
def test_an_erasure_struck_at_some_steps_is_whole_once_it_was_gone_on_with(place: Place, how: str) -> None:
    assert campaign(place, WEDDING, how, range(1 + 5 * HOWS.index(how), 1000, STRIDE)) >= 1


@pytest.mark.long
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("how", HOWS)
def test_erasures_struck_at_each_step_are_whole_once_they_were_gone_on_with(place: Place, how: str) -> None:
    fired = sum(campaign(place, world, how, itertools.count(1)) for world in [WEDDING, *map(make_world, WORLDS)])
    print(f"erasures of {len(WORLDS) + 1} studios, {how}: {fired} steps struck")
    assert fired >= 100


def test_the_loop_bites(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an erasure forgets its links, the case cannot be closed: an item of it is still open."""
    monkeypatch.setattr(erase, "end_links", lambda *_: {})
    with pytest.raises(AssertionError, match="step 30"):
        strike(place, WEDDING, "killed before", 30)
