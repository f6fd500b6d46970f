"""Generated studios: people share shoots, bear like names, are written in different ways and ask in any order. Nothing of
an erased person is left anywhere, and nothing of anybody else is gone. `case_world` tells how studios are made,
`case_places` where it is looked, `case_trial` what is done."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from backupd.requests import desk, erase, lists, planning
from index import forgetting
from tests.unit.case_trial import Place, Trial, in_memory
from tests.unit.case_world import make_world

SAMPLE = range(30)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = Place(in_memory())
    yield made
    made.close()
    shutil.rmtree(made.folder)


@pytest.mark.timeout(600)
def test_after_an_erasure_nothing_of_the_person_is_left_and_nothing_of_others_is_gone(place: Place) -> None:
    counted: Counter[str] = Counter()
    for seed in SAMPLE:
        Trial(place, make_world(seed), counted).go()
    assert counted["restored"] == len(SAMPLE)
    assert counted["erasures"] > len(SAMPLE)


def _by_content(copies):  # type: ignore[no-untyped-def]
    found: dict[str, list[object]] = {}
    for copy in copies:
        found.setdefault(f"content {copy.content_id}", []).append(copy)
    return found


GUARDS: dict[str, tuple[int, object, str, Callable[..., object]]] = {
    "namesakes keep their names": (1, erase, "persons_of", lambda conn, running, items: _all_hashes(running, items)),
    "emptied folders go": (0, erase, "_remove_folders", lambda *_: None),
    "a restored index learns of places": (13, forgetting, "forget_places", lambda *_: forgetting.Forgotten()),
    "a restored index learns of contents": (0, forgetting, "forget_contents", lambda *_: forgetting.Forgotten()),
    "search words go": (0, forgetting, "_forget_words", lambda *_, **__: None),
    "published addresses go": (0, forgetting.placements, "forget_addresses", lambda *_: None),
    "recipients' names go": (0, forgetting.disclosures, "forget_names", lambda *_: None),
    "other people's cases forget": (0, desk, "forget_in_other_cases", lambda *_: 0),
    "empty files are decided one by one": (25, planning, "_by_file", _by_content),
    "copies in nobody's shoot go": (16, planning, "_plan_other_copies", lambda *_: None),
    "lists are written anew": (0, lists, "take_its_place", lambda *_: None),
    "unused parts of the index's pages are written anew": (10_002, desk, "scrub_if_due", lambda index: index.truncate_log()),
}
"""What is taken away, with the number of a world that needs it."""


def _all_hashes(running, items):  # type: ignore[no-untyped-def]
    key, mine = running.ledger.key, erase._named(items, is_in=True)
    return tuple(sorted({*running.one.persons, *(each for row in mine for each in key.hashes(name=row[0], email=row[1]))}))


@pytest.mark.parametrize("guard", list(GUARDS))
def test_the_trials_bite(place: Place, monkeypatch: pytest.MonkeyPatch, guard: str) -> None:
    """Without any one of the guards a generated studio shows it."""
    seed, module, name, instead = GUARDS[guard]
    monkeypatch.setattr(module, name, instead)
    with pytest.raises(AssertionError, match=f"world {seed}"):
        Trial(place, make_world(seed)).go()


@pytest.mark.long
@pytest.mark.timeout(36_000)
def test_after_ten_thousand_erasures_too(place: Place) -> None:
    """`python -m tests.unit.case_trial FIRST COUNT FIGURES` does the same in parts."""
    counted: Counter[str] = Counter()
    for seed in range(10_000, 20_000):
        Trial(place, make_world(seed), counted).go()
        counted["studios"] += 1
    print(dict(counted))
