"""What a consent that has ended leaves published comes down by itself, as far as backupd put it there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backupd.taking_down import take_down_ended
from index import placements
from index.consents import Consent
from index.placements import Placement
from index.replay import give_consent
from tests.unit.tidy_studio import TidyStudio

WEDDING = "2027-05-01 Virtanen häät"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[TidyStudio]:
    made = TidyStudio(tmp_path)
    made.put(f"{WEDDING}/IMG_1.jpg", "picture")
    made.look()
    (tmp_path / "web").mkdir()
    until = (made.at + timedelta(days=10)).date().isoformat()
    with made.index.write() as conn:
        who = made.ledger.key.hash("name", "Virtanen")
        said = Consent("c-1", "yes", who, "client", ("portfolio",), "2027-05-01", 1_800_000_000, "anna", "Virtanen",
                       until_day=until, channels=("web",), evidence_sha256=b"1" * 32)  # fmt: skip
        give_consent(conn, made.ledger, said)
        for number, text in enumerate(("picture", "edited since", "elsewhere")):
            place = tmp_path / "web" / f"{number}.jpg"
            if number < 2:
                place.write_text(text)
            address = str(place) if number < 2 else "https://kuvaamo.example/1"
            sha256 = hashlib.sha256(b"picture").digest()
            placements.add(conn, Placement(made.shoot(WEDDING), sha256, "web", address, 1, "anna"))
    yield made
    made.close()


def _down(studio: TidyStudio) -> int:
    with studio.index.write() as conn:
        return take_down_ended(conn, studio.ledger, studio.settings, studio.at, "service")


def _there(studio: TidyStudio) -> list[str]:
    return sorted(path.name for path in (studio.folder / "web").iterdir())


def test_nothing_comes_down_while_the_consent_holds(studio: TidyStudio) -> None:
    assert _down(studio) == 0
    assert _there(studio) == ["0.jpg", "1.jpg"]


def test_after_its_last_day_the_very_pictures_come_down_and_the_rest_is_left_to_a_person(studio: TidyStudio) -> None:
    studio.at += timedelta(days=11)
    studio.look()
    assert _down(studio) == 1
    assert _there(studio) == ["1.jpg"], "what was edited since is not ours to remove"
    with studio.index.read() as conn:
        assert [one.address for one in placements.all_standing(conn)] == [
            str(studio.folder / "web" / "1.jpg"), "https://kuvaamo.example/1",
        ]  # fmt: skip
    said = [(one.draft.kind, one.draft.by) for one in studio.ledger.entries() if one.draft.rule == "takedown"]
    assert said == [("intent", "service"), ("outcome", "service")]
    assert _down(studio) == 0


def test_a_clock_that_jumped_ahead_ends_no_consent(studio: TidyStudio) -> None:
    studio.at += timedelta(days=11)
    assert _down(studio) == 0
    assert _there(studio) == ["0.jpg", "1.jpg"]
