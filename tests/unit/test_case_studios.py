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
from tests.unit.case_places import found_in
from tests.unit.case_trial import Place, Trial, in_memory
from tests.unit.case_world import STORES, File, Listed, Shoot, World, make_world

SAMPLE = range(24)
FOUND = (10_030, 10_189, 30_880)
"""Studios in which something was wrong once."""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = Place(in_memory())
    yield made
    made.close()
    shutil.rmtree(made.folder)


@pytest.mark.timeout(600)
def test_after_an_erasure_nothing_of_the_person_is_left_and_nothing_of_others_is_gone(place: Place) -> None:
    counted: Counter[str] = Counter()
    for seed in (*SAMPLE, *FOUND):
        Trial(place, make_world(seed), counted).go()
    assert counted["restored"] == len(SAMPLE) + len(FOUND)
    assert counted["erasures"] > len(SAMPLE)


def test_two_names_of_a_couple_that_meet_are_no_trace_of_a_third() -> None:
    world = make_world(30_880)
    assert "Aino Virtanen & Aino Maki" in [shoot.client for shoot in world.shoots]
    assert found_in(b"aino virtanen aino maki", world, {0}) == []
    assert found_in(b"virtanen aino", world, {0, 3}) == [b"virtanen aino"]


def test_of_two_namesakes_in_one_folders_name_either_half_may_stay() -> None:
    world = make_world(31_619)
    assert "Virtanen Aino & Aino Virtanen" in [shoot.client for shoot in world.shoots]
    assert found_in(b"Virtanen Aino", world, {0}) == []
    assert b"Virtanen Aino" in found_in(b"Virtanen Aino", world, {0, 7})


def _by_content(copies):  # type: ignore[no-untyped-def]
    found: dict[str, list[object]] = {}
    for copy in copies:
        found.setdefault(f"content {copy.content_id}", []).append(copy)
    return found


_SHOOT = Shoot(
    0, "Kaarina Lahti-Salo", (4, 5),
    (File("IMG_1.jpg", "", (4,)), File("IMG_2.jpg", "", (5,)), File("IMG_3.jpg", "hers", (4,)), File("IMG_4.jpg", "both", (4, 5))),
    (Listed(4, "Kaarina Lahti-Salo"), Listed(5, "Ville Lahti")), "csv", STORES, named=(4,),
)  # fmt: skip
WEDDING = World(-1, (_SHOOT,), (), (4, 5), True, ("Kaarina Lahti-Salo", "Ville Lahti"))
"""Both are in it, both ask at once; a link was given, the folder bears her name, and two of its files are empty."""


def test_a_shared_shoot_of_which_both_ask_at_once(place: Place) -> None:
    counted: Counter[str] = Counter()
    Trial(place, WEDDING, counted).go()
    assert counted["folders renamed"] == 1


GUARDS: dict[str, tuple[World, object, str, Callable[..., object]]] = {
    "namesakes keep their names": (make_world(1), erase, "persons_of", lambda _, running, items: _all_hashes(running, items)),
    "emptied folders go": (make_world(2), erase, "remove_folders", lambda *_: ({}, {})),
    "a restored index learns of places": (make_world(13), forgetting, "forget_places", lambda *_: forgetting.Forgotten()),
    "a restored index learns of contents": (make_world(0), forgetting, "forget_contents", lambda *_: forgetting.Forgotten()),
    "search words go": (make_world(1), forgetting, "_forget_words", lambda *_, **__: None),
    "published addresses go": (make_world(2), forgetting.placements, "forget_addresses", lambda *_: None),
    "recipients' names go": (make_world(1), forgetting.disclosures, "forget_names", lambda *_: None),
    "copies in nobody's shoot go": (make_world(8), planning, "_plan_other_copies", lambda *_: None),
    "lists are written anew": (make_world(0), lists, "take_its_place", lambda *_: None),
    "other people's cases forget": (WEDDING, desk, "forget_in_other_cases", lambda *_: 0),
    "empty files are decided one by one": (WEDDING, planning, "by_file", _by_content),
    "links are ended": (WEDDING, erase, "end_links", lambda *_: {}),
    "folders lose the name": (WEDDING, erase, "rename_all", lambda *_: ({}, {})),
    "the old names of folders are forgotten": (WEDDING, erase, "forget_renamed", lambda *_: None),
}
"""What is taken away, and a studio that needs it."""


def _all_hashes(running, items):  # type: ignore[no-untyped-def]
    key, mine = running.ledger.key, erase._named(items, is_in=True)
    return tuple(sorted({*running.one.persons, *(each for row in mine for each in key.hashes(name=row[0], email=row[1]))}))


@pytest.mark.parametrize("guard", list(GUARDS))
def test_the_trials_bite(place: Place, monkeypatch: pytest.MonkeyPatch, guard: str) -> None:
    """Without any one of the guards a generated studio shows it."""
    world, module, name, instead = GUARDS[guard]
    monkeypatch.setattr(module, name, instead)
    with pytest.raises(AssertionError, match=f"world {world.seed}"):
        Trial(place, world).go()


@pytest.mark.long
@pytest.mark.timeout(36_000)
def test_after_ten_thousand_erasures_too(place: Place) -> None:
    """`python -m tests.unit.case_trial FIRST COUNT FIGURES` does the same in parts."""
    counted: Counter[str] = Counter()
    for seed in range(10_000, 20_000):
        Trial(place, make_world(seed), counted).go()
        counted["studios"] += 1
    print(dict(counted))
