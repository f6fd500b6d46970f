"""Random studios and years in fast motion: nothing protected, held or unproven ever goes, and space is freed if it may."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.unit.years import Years, make_template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template") / "index.db")


def live(folder: Path, template: Path, seeds: Iterable[int], rounds: int) -> tuple[int, int, int]:
    """Let studios live; return how many files went, in how many rounds a store stayed short, and studios."""
    removed = short = count = 0
    for seed in seeds:
        studio = Years(folder / str(seed), template, seed)
        try:
            for number in range(rounds):
                assert studio.round() == [], f"seed {seed}, round {number}"
        finally:
            studio.close()
        removed, short, count = removed + studio.removed, short + studio.rounds_short, count + 1
    return removed, short, count


def test_nothing_goes_that_may_not_and_what_may_go_goes(tmp_path: Path, template: Path) -> None:
    removed, short, _ = live(tmp_path, template, range(60), 5)
    assert removed > 100 and short > 10, "too little happened to have tested anything"


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_ten_thousand_studios(tmp_path: Path, template: Path) -> None:
    removed, short, count = live(tmp_path, template, range(1000, 11_000), 5)
    print(f"{count} studios of 5 rounds: {removed} files went, none that may not; {short} times a store stayed short")
    assert removed > 100_000
