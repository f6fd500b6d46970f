"""Look-ups in an index of a million files: how long the answers take inside the process."""

from __future__ import annotations

import statistics
import time
from datetime import date
from random import Random

from backupd.search import find
from backupd.search.inflection import forms
from bench.names import GIVEN, SURNAMES
from bench.studio import Studio
from index.engine import open_index

QUESTIONS = 400
TODAY = date(2026, 6, 1)


def measure_lookups(studio: Studio) -> None:
    """Ask as people do, and print the middle and the slowest of a hundred."""
    index = open_index(f"sqlite:///{studio.database}")
    took: list[tuple[float, str]] = []
    try:
        for question in _questions(Random(11)):
            started = time.perf_counter()
            with index.read() as conn:
                find(conn, question, today=TODAY)
            took.append((time.perf_counter() - started, question))
    finally:
        index.close()
    took.sort()
    middle, high = took[len(took) // 2][0], took[int(len(took) * 0.99)]
    print(f"look-ups: {len(took)} questions; mean {statistics.mean(each for each, _ in took) * 1e3:.1f} ms")
    print(f"  find, half of all within      {middle * 1e3:.1f} ms")
    print(f"  find, 99 % within             {high[0] * 1e3:.1f} ms (at most 50); as slow as \"{high[1]}\"")


def _questions(dice: Random) -> list[str]:
    shapes = (
        lambda: dice.choice(SURNAMES),
        lambda: f"{dice.choice(SURNAMES)} {dice.choice(SURNAMES)}",
        lambda: f"{_inflected(dice)} häät",
        lambda: f"{_slipped(dice, dice.choice(SURNAMES))} {dice.choice(('2023', 'kesä 2024', '6/2025'))}",
        lambda: f"{dice.choice(GIVEN)} {dice.choice(SURNAMES)}",
        lambda: f"{dice.randint(1, 28)}.{dice.randint(1, 12)}.{dice.randint(2020, 2025)}",
        lambda: f"vko {dice.randint(1, 52)} {dice.choice(SURNAMES)}",
        lambda: f"IMG_{dice.randrange(1_000_000):07}",
        lambda: f"{dice.choice(('häät', 'rippikuvat', 'potretti'))} {dice.randint(2020, 2025)}",
        lambda: "wedding",
    )
    return [shapes[number % len(shapes)]() for number in range(QUESTIONS)]


def _inflected(dice: Random) -> str:
    name = dice.choice(SURNAMES)
    return dice.choice(sorted(forms(name.casefold())) or [name])


def _slipped(dice: Random, name: str) -> str:
    place = dice.randrange(len(name) - 1)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
