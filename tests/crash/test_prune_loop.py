"""A prune over three stores is stopped, and spoiled, at each of its steps: nothing is lost, and it ends like the one
that was never stopped."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from index.errors import IndexFailure, LedgerFailure
from tests.crash.prune_loop import HOWS, MEANT, NAMES, STORES, Base, Killed, Steps, strike


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return Base(tmp_path_factory.mktemp("base"))


def test_the_run_that_is_not_stopped_removes_what_is_meant(base: Base, tmp_path: Path) -> None:
    trial = base.trial(tmp_path / "trial")
    done = trial.run(Steps())
    assert done.states == {"done": 9} and trial.broken() == []
    left = trial.left()
    assert all(f"{MEANT[store]}/{name}" not in left[store] for store in STORES for name in NAMES)


@pytest.mark.parametrize("how", HOWS)
def test_a_prune_struck_at_some_steps_is_whole_afterwards(base: Base, tmp_path: Path, how: str) -> None:
    fired = campaign(base, tmp_path, how, range(1 + HOWS.index(how), 1000, 6))
    assert fired >= 2, "nothing was struck: this tested nothing"


@pytest.mark.long
@pytest.mark.parametrize("how", HOWS)
def test_a_prune_struck_at_each_step_is_whole_afterwards(base: Base, tmp_path: Path, how: str) -> None:
    fired = campaign(base, tmp_path, how, itertools.count(1))
    assert fired >= 10
    print(f"prune over three stores, {how}: {fired} steps struck, nothing lost")


def campaign(base: Base, folder: Path, how: str, steps: range | itertools.count[int]) -> int:
    """Strike at each of the steps until a run meets fewer; return how many fired. Fails at the first that is not whole."""
    fired = 0
    for at in steps:
        struck, met, broken = strike(base, folder / str(at), how, at)
        assert broken == [], f"{how} step {at}: {broken}"
        fired += struck
        if met < at:
            break
    return fired


def test_the_loop_bites(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without intents the same loop finds what is gone without a record."""
    from backupd.acts.book import Book

    monkeypatch.setattr(Book, "_append", lambda self, *_: 1)
    found = []
    for at in range(1, 60, 3):
        trial = base.trial(tmp_path / str(at))
        try:
            trial.run(Steps("killed after", at))
        except (Killed, IndexFailure, LedgerFailure):
            found += trial.broken()
    assert any("without an intent" in each for each in found)
