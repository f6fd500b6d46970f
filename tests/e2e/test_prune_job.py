"""The service's clean-up: planned by itself, carried out only where that is switched on, told to whoever hears of space."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backupd.clock import Clock
from backupd.jobs.base import Work
from backupd.jobs.prune import JOB
from backupd.notifying.matters import Outlook, gather
from backupd.settings import load_settings
from backupd.watching.pulse import Pulses
from backupd.watching.work import Hub
from index import plans
from index.engine import open_index
from tests.e2e.harness import Studio, write

OLD = "2021-05-01 Virtanen häät"


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """Two disks with the same old shoot; one of them counts as short of room."""
    made = Studio(tmp_path)
    made.configure('[retention]\nfree_space = {low = "900000 TB", high = "900000 TB"}\n[retention.prune]\nmost_share = "100 %"\n')
    for name in ("archive", "second"):
        write(made.add_store(name) / OLD / "IMG_1.bin", "picture")
    made.index()
    return made


def run_job(studio: Studio) -> str:
    settings = load_settings(str(studio.config), {})
    index = open_index(settings.index.url)
    try:
        pulses = Pulses(Clock().monotonic)
        hub = Hub(settings, index, Clock(), pulses, lambda _: None)
        return JOB.run(Work(hub, pulses.of("prune")))
    finally:
        index.close()


def told(studio: Studio) -> list[str]:
    index = open_index(f"sqlite:///{studio.root}/var/index.db")
    with index.read() as conn:
        outlook = Outlook(load_settings(str(studio.config), {}), datetime(2026, 11, 27, tzinfo=UTC), "en")
        found = [each.text for each in gather(conn, outlook) if each.topic == "space"]
    index.close()
    return found


def test_a_clean_up_is_planned_and_left_to_a_person(studio: Studio) -> None:
    assert "planned=1" in run_job(studio) and "freed=0" in run_job(studio)
    assert (studio.stores["archive"] / OLD / "IMG_1.bin").exists()
    with closing(sqlite3.connect(studio.root / "var" / "index.db")) as conn:
        states = [row[0] for row in conn.execute("SELECT state FROM plan ORDER BY id")]
    assert states == ["dropped", "made"], "the older one that nobody approved is dropped"
    assert any("waits to be approved" in each for each in told(studio))
    assert any("short of room" in each for each in told(studio)), "the other disk holds the last copy"


def test_it_is_carried_out_by_itself_only_where_that_is_switched_on(studio: Studio) -> None:
    studio.configure(studio.extra + "automatic = true\n")
    assert "freed=7" in run_job(studio)
    left = [name for name in studio.stores if (studio.stores[name] / OLD / "IMG_1.bin").exists()]
    assert len(left) == 1, "the last copy stays"
    index = open_index(f"sqlite:///{studio.root}/var/index.db")
    with index.read() as conn:
        (plan,) = plans.plans_of_kind(conn, ("prune",))
    index.close()
    assert (plan.state, plan.approved_by) == ("done", "automatic")
    assert not any("approved" in each for each in told(studio))
