"""A folder that was emptied goes with what uploads have left in it, and with nothing else."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

import pytest

from adapters.ignore import TEMPORARY_PREFIX
from adapters.local import STORE
from adapters.records import Marker

FOLDER = "2025-06-14 Aino Virtanen potretti"


@pytest.fixture
def store(tmp_path: Path) -> Any:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / f"{TEMPORARY_PREFIX}0123").write_text("half of a picture of hers")
    opened = STORE.open("archive", {"path": str(tmp_path)})
    opened.adopt(Marker("5f1c", "archive", "2026-01-01T00:00:00+00:00"))
    return opened


def test_what_an_upload_left_goes_however_young(store: Any, tmp_path: Path) -> None:
    assert store.remove_empty_folder(FOLDER)
    assert not (tmp_path / FOLDER).exists()


def test_it_goes_too_where_files_stay(store: Any, tmp_path: Path) -> None:
    (tmp_path / FOLDER / "IMG_1.jpg").write_text("his")
    assert not store.remove_empty_folder(FOLDER)
    assert os.listdir(tmp_path / FOLDER) == ["IMG_1.jpg"]


def test_what_a_process_is_writing_stays(store: Any, tmp_path: Path) -> None:
    with open(tmp_path / FOLDER / f"{TEMPORARY_PREFIX}0123", "r+b") as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        assert not store.remove_empty_folder(FOLDER)
    assert (tmp_path / FOLDER / f"{TEMPORARY_PREFIX}0123").exists()


def test_a_link_in_its_place_leads_nowhere(store: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path.parent / f"{tmp_path.name} elsewhere"
    elsewhere.mkdir()
    (elsewhere / f"{TEMPORARY_PREFIX}1").write_text("somebody else's")
    (tmp_path / "link").symlink_to(elsewhere)
    with pytest.raises(Exception, match="link"):
        store.remove_empty_folder("link")
    assert os.listdir(elsewhere) == [f"{TEMPORARY_PREFIX}1"]
