"""Whose turn it is to write: waiting is seen, a turn ends with its process, two services on one index are refused."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.errors import IndexBusy
from index.turn import only_service, service_runs, turn_is_wanted, writer_turn


def url(path: Path) -> str:
    return f"sqlite:///{path}/index.db"


def test_whoever_has_the_turn_sees_that_another_waits_and_gives_way(tmp_path: Path) -> None:
    place = url(tmp_path)
    got = threading.Event()

    def wait() -> None:
        with writer_turn(place):
            got.set()

    with writer_turn(place):
        assert not turn_is_wanted(place)
        other = threading.Thread(target=wait)
        other.start()
        while not turn_is_wanted(place):
            assert other.is_alive()
        assert not got.is_set()
    other.join(timeout=30)
    assert got.is_set()
    assert not turn_is_wanted(place)


def test_waiting_ends_after_its_time_or_when_told(tmp_path: Path) -> None:
    place = url(tmp_path)
    with writer_turn(place):
        with pytest.raises(IndexBusy), writer_turn(place, wait_seconds=0):
            pass
        with pytest.raises(IndexBusy), writer_turn(place, wait_seconds=None, stop=lambda: True):
            pass


def test_a_second_service_is_refused_and_the_next_is_not(tmp_path: Path) -> None:
    place = url(tmp_path)
    assert not service_runs(place, tmp_path)
    with only_service(place, tmp_path):
        assert service_runs(place, tmp_path)
        with pytest.raises(IndexBusy, match="run"), only_service(place, tmp_path):
            pass
    with only_service(place, tmp_path):
        pass


def test_an_index_on_a_server_has_its_lock_in_the_folder(tmp_path: Path) -> None:
    place = "postgresql://user@host/backupd"
    with only_service(place, tmp_path), pytest.raises(IndexBusy), only_service(place, tmp_path):
        pass
