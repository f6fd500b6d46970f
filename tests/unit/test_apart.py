"""A cloud that is silent: others write meanwhile, and what it says at last is not lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.base import Store
from adapters.errors import StoreError, Unavailable
from adapters.memory import MemoryStore
from adapters.records import ChangePage, Marker
from adapters.retry import Patience, RetryingStore
from backupd.clock import Clock
from backupd.scan.summary import RunStopped
from backupd.settings.models import Settings
from backupd.settings.source import given
from backupd.watching import runs, work
from backupd.watching.apart import ApartStore
from backupd.watching.cloud import CloudLoop
from backupd.watching.pulse import Pulses
from backupd.watching.work import Ended, Hub
from index.copies import count_present
from index.engine import Index, open_index, writer_turn
from index.stores import find_store

WEDDING = "2026-06-06 Virtanen häät"
LIST = b"Nimi;Email\nMaija Virtanen;maija@example.fi\n"
_AT_MOST = 20.0


class Mute(MemoryStore):
    """Says nothing for a while when it is asked for this for the nth time, counted from when that was set."""

    def __init__(self, **options: Any) -> None:
        super().__init__("cloud", "feed", **options)
        self.adopt(Marker("id", "cloud", "2026-01-01T00:00:00+00:00"))
        self.silent_at = ("", 0)
        self.is_silent = threading.Event()
        self.speak = threading.Event()
        self.asked: list[str] = []
        self.error: StoreError | None = None

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        for page in super().changes(cursor):
            self._heard("page")
            yield page

    def check(self) -> Marker:
        self._heard("check")
        return super().check()

    @contextmanager
    def read(self, ref: str, offset: int = 0, length: int | None = None) -> Iterator[Iterator[bytes]]:
        self._heard("read")
        with super().read(ref, offset, length) as chunks:
            yield chunks

    def _heard(self, what: str) -> None:
        self.asked.append(what)
        if self.silent_at[0] != what:
            return
        self.silent_at = (what, self.silent_at[1] - 1)
        if self.silent_at[1]:
            return
        self.is_silent.set()
        assert self.speak.wait(_AT_MOST)
        if self.error is not None:
            raise self.error


class Another(threading.Thread):
    """Waits for the turn to write, with all the time of the world, and says when it had it."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self.had_it = threading.Event()

    def run(self) -> None:
        with writer_turn(self._url, wait_seconds=_AT_MOST, patient_seconds=3600.0):
            self.had_it.set()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    for name in ("_LEAST_SECONDS", "_LOOK_SECONDS", "_ANSWER_SECONDS", "_GIVE_WAY_SECONDS"):
        monkeypatch.setattr(work, name, 0.05)
    opened = open_index(f"sqlite:///{tmp_path}/index.db", create=True)
    yield opened
    opened.close()


@pytest.fixture
def hub(tmp_path: Path, index: Index) -> Iterator[Hub]:
    with given({}, base="/"):
        settings = Settings.model_validate({
            "index": {"url": f"sqlite:///{tmp_path}/index.db"},
            "stores": [{"name": "cloud", "kind": "local", "path": str(tmp_path)}],
        })
    made = Hub(settings, index, Clock(), Pulses(lambda: 0.0), lambda _: None)
    yield made
    made.stopping.set()


def follow(hub: Hub, store: Mute) -> tuple[ApartStore, threading.Thread, list[Any]]:
    """Follow the cloud in a thread, until it is silent in the midst of a run."""
    apart = ApartStore(cast("Store", store), hub.stopping.is_set)
    came: list[Any] = []

    def run() -> None:
        try:
            pulse = hub.pulses.of("cloud")
            came.append(runs.compare_whole(hub, pulse, hub.settings.stores[0], cast("Store", apart), full=False))
        except (StoreError, RunStopped) as err:
            came.append(err)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert store.is_silent.wait(_AT_MOST)
    return apart, thread, came


def test_a_cloud_that_falls_silent_in_a_later_page_keeps_the_turn_from_nobody(hub: Hub, index: Index) -> None:
    store = Mute(page_entries=1)
    for number in range(40):
        store.tree.put(f"{WEDDING}/{number}.jpg", f"{number}".encode())
    store.silent_at = ("page", 36)
    apart, thread, came = follow(hub, store)
    other = Another(hub.settings.index.url)
    other.start()
    assert other.had_it.wait(_AT_MOST), "the turn, while the cloud says nothing"
    assert not came
    with index.read() as conn:
        row = find_store(conn, "cloud")
        assert row is not None
        assert count_present(conn, row.id) == 35, "what it had said before is written"
    store.speak.set()
    thread.join(_AT_MOST)
    assert [summary.outcome for summary in came] == ["complete"]
    with index.read() as conn:
        assert count_present(conn, row.id) == 40
    # One of the forty pages twice: it goes on from what was written.
    assert store.asked.count("page") == 41
    apart.close()


@pytest.mark.parametrize("silent_at", [("check", 2), ("check", 3)])
def test_no_question_of_a_run_keeps_the_turn(hub: Hub, index: Index, silent_at: tuple[str, int]) -> None:
    store = Mute()
    store.tree.put(f"{WEDDING}/1.jpg", b"1")
    store.silent_at = silent_at
    apart, thread, came = follow(hub, store)
    other = Another(hub.settings.index.url)
    other.start()
    assert other.had_it.wait(_AT_MOST)
    store.speak.set()
    thread.join(_AT_MOST)
    assert [summary.outcome for summary in came] == ["complete"]
    apart.close()


def test_a_list_that_comes_slowly_is_fetched_once_and_read(hub: Hub, index: Index) -> None:
    store = Mute()
    store.tree.put(f"{WEDDING}/osallistujat.csv", LIST)
    store.silent_at = ("read", 1)
    apart, thread, came = follow(hub, store)
    other = Another(hub.settings.index.url)
    other.start()
    assert other.had_it.wait(_AT_MOST)
    store.speak.set()
    thread.join(_AT_MOST)
    assert [(summary.outcome, summary.counts.read_files) for summary in came] == [("complete", 1)]
    assert store.asked.count("read") == 1
    apart.close()


def test_what_goes_wrong_at_last_is_told_and_the_next_question_is_asked(hub: Hub) -> None:
    store = Mute()
    apart = ApartStore(cast("Store", store), hub.stopping.is_set)
    store.silent_at, store.error = ("check", 1), Unavailable("cloud", "check", detail="no route")
    store.speak.set()
    with pytest.raises(Unavailable, match="no route"):
        apart.check()
    assert apart.check().store_id == "id"
    assert apart.capabilities.listing == "feed"
    apart.close()


def test_a_service_that_is_to_stop_waits_for_no_cloud(hub: Hub) -> None:
    store = Mute()
    store.silent_at = ("check", 1)
    apart, thread, came = follow(hub, store)
    hub.stopping.set()
    thread.join(_AT_MOST)
    assert [type(each) for each in came] == [RunStopped]
    store.speak.set()
    apart.close()


def test_a_run_has_patience_of_its_own_whatever_trouble_there_was_before(hub: Hub) -> None:
    """Else a service of some years would have none left."""
    told: list[object] = []
    hub = Hub(hub.settings, hub.index, hub.clock, hub.pulses, told.append, hub.stopping)
    now = [0.0]

    def wait(seconds: float) -> None:
        now[0] += seconds

    class Shaky(MemoryStore):
        failures = 0

        def check(self) -> Marker:
            if self.failures:
                self.failures -= 1
                raise Unavailable("cloud", "check", detail="later")
            return super().check()

    store = Shaky("cloud", "feed")
    store.adopt(Marker("id", "cloud", "2026-01-01T00:00:00+00:00"))
    patience = Patience(tries=3, first_seconds=10.0, longest_seconds=10.0, operation_seconds=60.0, run_seconds=30.0)
    loop = CloudLoop(
        hub, hub.settings.stores[0], RetryingStore(store, patience, sleep=wait, random=lambda: 1.0, clock=lambda: now[0])
    )
    for _ in range(5):
        store.failures = 2
        loop._follow("index cloud", full=False)
    assert [each.outcome for each in told if isinstance(each, Ended)] == ["done"] * 5
    loop._apart.close()
