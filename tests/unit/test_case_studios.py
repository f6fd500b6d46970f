"""Generated studios: people share shoots, bear like names, are written in different ways and ask in any order. Nothing of
an erased person is left anywhere, and nothing of anybody else is gone. `case_world` tells how studios are made,
`case_places` where it is looked, `case_trial` what is done."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from backupd.requests import erase, lists, planning
from index import forgetting, forgetting_cases, replay
from tests.unit.case_trial import Place, Trial, in_memory
from tests.unit.case_world import make_world

SAMPLE = range(40)
BITING = range(60)
"""Among so many studios there is one for each guard that is taken away below."""


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


GUARDS: dict[str, tuple[object, str, Callable[..., object]]] = {
    "namesakes keep their names": (erase, "persons_of", lambda conn, running, items: _all_hashes(running, items)),
    "what goes is taken out of the index": (erase, "forget_copies", lambda *_: forgetting.Forgotten()),
    "emptied folders go": (erase, "_remove_folders", lambda *_: None),
    "a restored index learns of places": (forgetting, "forget_places", lambda *_: forgetting.Forgotten()),
    "a restored index learns of contents": (replay.forgetting, "forget_contents", lambda *_: forgetting.Forgotten()),
    "search words go": (forgetting, "_forget_words", lambda *_, **__: None),
    "published addresses go": (forgetting.placements, "forget_addresses", lambda *_: None),
    "recipients' names go": (forgetting.disclosures, "forget_names", lambda *_: None),
    "other people's cases forget": (forgetting_cases, "_hashes", lambda *_: ()),
    "copies in nobody's shoot go": (planning, "_plan_other_copies", lambda *_: None),
    "lists are written anew": (lists, "take_its_place", lambda *_: None),
}


def _all_hashes(running, items):  # type: ignore[no-untyped-def]
    key, mine = running.ledger.key, erase._named(items, is_in=True)
    return tuple(sorted({*running.one.persons, *(each for row in mine for each in key.hashes(name=row[0], email=row[1]))}))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("guard", list(GUARDS))
def test_the_trials_bite(place: Place, monkeypatch: pytest.MonkeyPatch, guard: str) -> None:
    """Without any one of the guards some generated studio shows it."""
    module, name, instead = GUARDS[guard]
    monkeypatch.setattr(module, name, instead)
    for seed in BITING:
        try:
            Trial(place, make_world(seed)).go()
        except AssertionError:
            return
    pytest.fail(f"nothing was noticed without this: {guard}")
