"""kill -9 of a real process between any two requests of a listing: the next run ends as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clouds import CloudStudio
from tests.simulators.common import Request, serve
from tests.simulators.dropbox.account import Account
from tests.simulators.dropbox.app import DropboxApp
from tests.simulators.faults import Reply

WEDDING = "2026-06-06 Virtanen häät"
LIST = "Nimi;Sähköposti\nMaija Virtanen;maija@example.fi\n"


class DeadlyApp(DropboxApp):
    """An account that ends whoever asks, at the manieth request: before it is answered, and after it was done."""

    victim: subprocess.Popen[bytes] | None = None
    at: int = 0
    asked: int = 0

    def handle(self, request: Request) -> Reply:
        reply = super().handle(request)
        self.asked += 1
        victim = self.victim
        if victim is not None and self.asked == self.at:
            os.killpg(victim.pid, signal.SIGKILL)
            victim.wait()
        return reply


@pytest.fixture
def app(tmp_path: Path) -> DeadlyApp:
    return DeadlyApp(tmp_path / "state")


@pytest.fixture
def studio(app: DeadlyApp, tmp_path: Path) -> Iterator[CloudStudio]:
    with serve(app) as base_url:
        (tmp_path / "studio").mkdir()
        made = CloudStudio(tmp_path / "studio")
        made.add_dropbox(Account(base_url, tmp_path))
        made.cloud.control("set", page_limit=4)
        yield made


def fill(studio: CloudStudio, files: int = 15) -> None:
    for number in range(files):
        studio.put(f"{WEDDING}/RAW/IMG_{number:04}.bin", f"picture {number}")
    studio.put(f"{WEDDING}/osallistujat.csv", LIST)


def index_and_kill(studio: CloudStudio, app: DeadlyApp, at: int) -> bool:
    """Index, and be killed at a request; False if it ended before."""
    app.asked, app.at = 0, at
    with subprocess.Popen(
        studio.command("index"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        app.victim = process
        process.wait()
        app.victim = None
    return process.returncode == -signal.SIGKILL


@pytest.mark.timeout(300)
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_killed_between_any_two_requests_of_a_first_listing(
    studio: CloudStudio, app: DeadlyApp, every: int
) -> None:
    fill(studio)
    kills = 0
    for at in range(1, 100, every):
        for left in (studio.root / "var").glob("index.db*"):
            left.unlink()
        if not index_and_kill(studio, app, at):
            break
        kills += 1
        studio.index()
        assert studio.present() == studio.truth(), at
        assert [person["name"] for person in studio.shoot("virtanen")["participants"]] == ["Maija Virtanen"], at
    assert kills * every >= 8


@pytest.mark.timeout(300)
def test_killed_again_and_again_it_still_gets_to_the_end(studio: CloudStudio, app: DeadlyApp) -> None:
    """Each run is allowed a request or two more than what it takes to be let in: every page counts."""
    fill(studio, 31)
    known = [0]
    while index_and_kill(studio, app, 5):
        known.append(len(studio.present()))
        assert len(known) < 40, "no headway"
    # It took several runs, and each that was killed before all was listed had come further than the one before.
    listed = [files for files in known if files < len(studio.truth())]
    assert len(listed) >= 3
    assert listed == sorted(set(listed))
    studio.index()
    assert studio.present() == studio.truth()


@pytest.mark.timeout(300)
def test_killed_while_changes_are_followed(studio: CloudStudio, app: DeadlyApp) -> None:
    fill(studio)
    studio.index()
    before = studio.shoot("virtanen")["id"]
    studio.another("move", WEDDING, "2026-06-06 Virtanen vihkiäiset")
    for number in range(3):
        studio.another("trash", f"2026-06-06 Virtanen vihkiäiset/RAW/IMG_{number:04}.bin")
    for at in (2, 4):
        index_and_kill(studio, app, at)
    studio.index()
    assert studio.present() == studio.truth()
    assert studio.shoot("vihkiäiset")["id"] == before
