"""What look-ups say of a shoot's retention: the studio's grace and the holds that are in force count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from backupd.lookups import persons, shoot_answers
from backupd.retaining import Basis
from backupd.settings.values import Duration
from index import folders, holds, shoots, stores
from index.engine import open_index
from index.holds import Hold
from index.records import AppearanceRow, FolderRow


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    index = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    with index.write() as connection:
        archive = stores.record_store(connection, "archive", "local")
        folders.add_folders(connection, archive.id, [FolderRow(1, "2026-06-06 Virtanen", "11", None, True, 0)])
        client = shoots.add_client(connection, "Virtanen", "virtanen")
        shoot = shoots.add_shoot(connection, "k", client_id=client, first_day="2026-06-06", last_day="2026-06-06")
        shoots.place_folders(connection, [(1, shoot, True)])
        yield connection
    index.close()


def _retention(conn: Connection, today: date) -> dict[str, Any]:
    found = shoot_answers(conn, {1: 1.0}, Basis(today, UTC, Duration(years=1), Duration(days=30)))
    answer: dict[str, Any] = found[1]["retention"]
    return answer


def test_within_the_grace_a_shoot_is_left_alone(conn: Connection) -> None:
    within = _retention(conn, date(2027, 7, 6))
    assert (within["state"], within["protected_until"], within["prunable_from"]) == ("protected", "2027-06-06", "2027-07-07")
    assert within["rule"].startswith("grace")
    assert _retention(conn, date(2027, 7, 7))["state"] == "prunable"


def test_a_hold_is_told_until_it_is_released(conn: Connection) -> None:
    holds.add(conn, Hold("h1", "pin", 100, "anna", "our best wedding", "anna", shoot_id=1, shoot_hash="cc" * 32))
    assert _retention(conn, date(2027, 9, 1))["state"] == "held"
    holds.release(conn, "h1", 200, "anna", "no longer")
    assert _retention(conn, date(2027, 9, 1))["state"] == "prunable"


def test_who_stands_in_copies_of_one_list_is_told_once() -> None:
    row = AppearanceRow("Aino Virtanen", "bride", "aino@virtanen.example", None, None, "yes", "archive", "a/lista.csv", "row 2")
    other = replace(row, name="Aino Virtanen", consent="no", place="row 3")
    told = persons([row, other, replace(row, store="drive", path="b/lista.csv")])
    assert [(one["consent"], one["from"]["store"]) for one in told] == [("yes", "archive"), ("no", "archive")]
