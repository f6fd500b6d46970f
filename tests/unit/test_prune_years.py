"""Random studios and years in fast motion: nothing protected, held or unproven ever goes, and space is freed if it may."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from tests.unit.years import Ground, Years

ROUNDS = 5
SHARD = 250


@dataclass
class Lived:
    """What happened in some studios: clean-ups that ran, files that went, how often room was made, or could not be."""

    studios: int = 0
    runs: int = 0
    removed: int = 0
    freed: int = 0
    short: int = 0

    def __add__(self, other: Lived) -> Lived:
        return Lived(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __str__(self) -> str:
        return (
            f"{self.studios} studios of {ROUNDS} rounds, {self.runs} clean-ups: {self.removed} files went, none that may not;"
            f" {self.freed} times a store got room, {self.short} times it stayed short"
        )


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made = Ground(tmp_path)
    yield made
    made.close()


def live(ground: Ground, seeds: Iterable[int]) -> Lived:
    """Let studios live, one after the other."""
    lived = Lived()
    for seed in seeds:
        studio = Years(ground, seed)
        for number in range(ROUNDS):
            assert studio.round() == [], f"seed {seed}, round {number}"
        lived += Lived(1, studio.runs, studio.removed, studio.rounds_freed, studio.rounds_short)
    return lived


def test_nothing_goes_that_may_not_and_what_may_go_goes(ground: Ground) -> None:
    lived = live(ground, range(40))
    assert lived.removed > 120 and lived.freed > 25 and lived.short > 10, "too little happened to have tested anything"


@pytest.mark.long
@pytest.mark.timeout(6 * 3600)
def test_ten_thousand_studios(ground: Ground) -> None:
    """YEARS_SEEDS=FIRST:LAST takes others, YEARS_LOG=FILE gets a line for each shard as it ends."""
    first, _, last = os.environ.get("YEARS_SEEDS", "1000:11000").partition(":")
    log = os.environ.get("YEARS_LOG")
    lived = Lived()
    for start in range(int(first), int(last), SHARD):
        seeds = range(start, min(start + SHARD, int(last)))
        shard = live(ground, seeds)
        if log:
            with Path(log).open("a") as file:
                file.write(f"seeds {seeds.start} to {seeds.stop - 1}: {shard}\n")
        lived += shard
    print(f"\nseeds {first} to {int(last) - 1}: {lived}")
    assert lived.removed > 2 * lived.studios and lived.freed > lived.studios / 2
