"""kill -9 of a real process between any two requests of a listing: the next run ends as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.deadly import CLOUDS, DeadlyStudio, deadly_studio

WEDDING = "2026-06-06 Virtanen häät"
LIST = "Nimi;Sähköposti\nMaija Virtanen;maija@example.fi\n"
MOST = 100


@pytest.fixture(params=CLOUDS)
def studio(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeadlyStudio]:
    with deadly_studio(request.param, tmp_path) as made:
        made.account.control("set", page_limit=4)
        yield made


def fill(studio: DeadlyStudio, files: int = 15) -> None:
    for number in range(files):
        studio.put_there(f"{WEDDING}/RAW/IMG_{number:04}.bin", f"picture {number}")
    studio.put_there(f"{WEDDING}/osallistujat.csv", LIST)


def forget(studio: DeadlyStudio) -> None:
    for left in (studio.root / "var").glob("index.db*"):
        left.unlink()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("every", "when"),
    [(11, "after"), *(pytest.param(1, when, marks=[pytest.mark.long, pytest.mark.timeout(900)]) for when in ("before", "after"))],
)
def test_killed_between_any_two_requests_of_a_first_listing(studio: DeadlyStudio, every: int, when: str) -> None:
    fill(studio)
    studio.index()
    never_killed = studio.copies_of(studio.store)
    kills = 0
    for at in range(2, MOST, every):
        forget(studio)
        if not studio.run_and_kill(at, "index", when=when):
            break
        kills += 1
        studio.index()
        assert studio.present(studio.store) == studio.there(), at
        assert studio.copies_of(studio.store) == never_killed, at
        assert [person["name"] for person in studio.shoot("virtanen")["participants"]] == ["Maija Virtanen"], at
    print(f"{studio.store}, {when}: {kills} kills")
    assert kills * every >= 8
    assert kills < MOST // every, "it was killed wherever it was tried: the end is not reached"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("studio", ["dropbox", pytest.param("drive", marks=pytest.mark.long)], indirect=True)
def test_killed_again_and_again_it_still_gets_to_the_end(studio: DeadlyStudio) -> None:
    """Each run is allowed a request or two more than what it takes to be let in: what was listed counts.

    In Dropbox that is each page. In Drive it is each fifty folders, which another process passes over fifty in a question:
    there each run is allowed a request more than the one before.
    """
    is_drive = studio.store == "drive"
    if is_drive:
        studio.account.control("set", page_limit=1000)
        files = {f"/Shoots/{WEDDING}/{number:03}/IMG.bin": f"picture {number}" for number in range(220)}
        studio.account.control("put_many", files=files)
    else:
        fill(studio, 31)
    known = [0]
    while studio.run_and_kill(8 + len(known) if is_drive else 5, "index"):
        known.append(len(studio.present(studio.store)))
        assert len(known) < 40, "no headway"
    # It took several runs, and each that was killed before all was listed had come further than the one before, or as far.
    listed = [files for files in known if files < len(studio.there())]
    print(f"{studio.store}: {known}")
    assert len(set(listed)) >= 3
    assert listed == sorted(listed if is_drive else set(listed))
    studio.index()
    assert studio.present(studio.store) == studio.there()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("studio", "every"),
    [("dropbox", 2), *(pytest.param(cloud, 1, marks=pytest.mark.long) for cloud in CLOUDS)],
    indirect=["studio"],
)
def test_killed_while_changes_are_followed(studio: DeadlyStudio, every: int) -> None:
    fill(studio)
    studio.index()
    before = studio.shoot("virtanen")["id"]
    renamed = "2026-06-06 Virtanen vihkiäiset"
    studio.another_there("move", WEDDING, renamed)
    for number in range(3):
        studio.another_there("trash", f"{renamed}/RAW/IMG_{number:04}.bin")
    kills = 0
    for at in range(2, 4 if every > 1 else MOST, every):
        if not studio.run_and_kill(at, "index"):
            break
        kills += 1
        if every == 1:
            # Something new to be told each time, so that every request is reached.
            studio.put_there(f"{renamed}/RAW/later {at}.bin", f"later {at}")
    studio.index()
    assert kills >= (1 if every > 1 else 4)
    print(f"{studio.store}: {kills} kills")
    assert studio.present(studio.store) == studio.there()
    assert studio.shoot("vihkiäiset")["id"] == before
