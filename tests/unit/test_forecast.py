"""The forecast: when a store fills, what would go when, and the picture of it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from backupd.cli.forecast_picture import svg
from backupd.forecasting import StoreForecast, forecast
from backupd.policy.forecast import MayGo, Supply, look_ahead
from backupd.retaining import Basis
from backupd.settings.models import Settings
from backupd.settings.values import Duration
from index import holds
from index.copies import add_contents, add_copies
from index.engine import open_index
from index.folders import add_folders
from index.holds import Hold
from index.records import FolderRow
from index.scopes import Scope, add
from index.shoots import place_folders
from index.stores import record_store
from tests.unit.one_wedding import PICTURE, content, copy, fill

TODAY = date(2027, 1, 1)
YEAR = TODAY + timedelta(days=365)


def test_it_fills_on_the_day_on_which_nothing_is_left() -> None:
    outlook = look_ahead(Supply(100, 10, 30, 50, False), [], TODAY, YEAR)
    assert (outlook.low_on, outlook.full_on) == (date(2027, 1, 9), date(2027, 1, 11))
    assert look_ahead(Supply(100, 0, 30, 50, False), [], TODAY, YEAR).full_on is None


def test_clean_ups_begin_below_the_low_mark_take_the_oldest_and_end_at_the_high_one() -> None:
    shoots = [MayGo(3, date(2026, 9, 1), 15), MayGo(1, date(2026, 1, 1), 15), MayGo(2, date(2026, 5, 1), 15)]
    outlook = look_ahead(Supply(100, 10, 30, 50, True), shoots, TODAY, TODAY + timedelta(days=8))
    assert [(one.day, one.shoot) for one in outlook.going] == [(date(2027, 1, 9), 1), (date(2027, 1, 9), 2)]


def test_what_is_free_to_go_since_one_day_goes_by_its_own() -> None:
    same = date(2026, 1, 1)
    shoots = [MayGo(1, same, 15, date(2020, 1, 1)), MayGo(2, same, 15), MayGo(3, same, 15, date(2015, 1, 1))]
    outlook = look_ahead(Supply(10, 0, 30, 500, True), shoots, TODAY, TODAY)
    assert [one.shoot for one in outlook.going] == [3, 1, 2]


def test_nothing_goes_before_its_day() -> None:
    outlook = look_ahead(Supply(100, 10, 30, 50, True), [MayGo(1, date(2027, 1, 12), 90)], TODAY, YEAR)
    assert outlook.full_all_the_same_on == date(2027, 1, 11)
    assert [(one.day, one.shoot) for one in outlook.going] == [(date(2027, 1, 12), 1)]


@given(
    st.integers(0, 10**6),
    st.floats(0, 10**4),
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 10**5)), max_size=30),
)
def test_no_shoot_goes_twice_nor_early_and_cleaning_never_leaves_less(
    free: int, daily: float, shoots: list[tuple[int, int]]
) -> None:
    may = [MayGo(number, TODAY + timedelta(days=day), size) for number, (day, size) in enumerate(shoots)]
    outlook = look_ahead(Supply(free, daily, 10**5, 2 * 10**5, True), may, TODAY, YEAR)
    assert len({one.shoot for one in outlook.going}) == len(outlook.going)
    assert all(one.day >= may[one.shoot].prunable_from for one in outlook.going)
    assert all(left <= other for left, other in zip(outlook.without, outlook.with_cleaning, strict=True))


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    index = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    fill(index)
    with index.write() as connection:
        connection.execute(text("UPDATE review SET settled_at = 6"))
        connection.execute(text("UPDATE store SET free_bytes = 1000"))
        connection.execute(text("UPDATE shoot SET day_from = 'folder'"))
        yield connection
    index.close()


def _settings(*names: str, last_copies: bool) -> Settings:
    stores = [{"name": name, "kind": "local", "path": f"/srv/{name}"} for name in names or ("archive",)]
    retention = {"free_space": {"low": "950 B", "high": "1000 B"}, "prune": {"last_copies": last_copies}}
    return Settings.model_validate({"stores": stores, "retention": retention})


def _forecast(conn: Connection, *, last_copies: bool = True) -> StoreForecast:
    basis = Basis(TODAY, UTC, Duration(years=1), Duration(days=30))
    found, = forecast(conn, _settings(last_copies=last_copies), basis, 12, {"archive": 5000})
    return found


def _going(found: StoreForecast) -> list[tuple[int, int]]:
    return [] if found.outlook is None else [(one.shoot, one.size) for one in found.outlook.going]


def _scanned(conn: Connection, day: str) -> None:
    at = int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp())
    conn.execute(text(f"INSERT INTO scan (store_id, started_at, ended_at, outcome) VALUES (1, 1, {at}, 'complete')"))


def test_what_lay_there_before_the_first_run_counts_on_its_own_day(conn: Connection) -> None:
    _scanned(conn, "2026-12-31")
    supply = _forecast(conn).supply
    # 200 bytes of a wedding of June, in the days since then; a portrait without a day is left out.
    assert supply is not None
    assert supply.daily_bytes == pytest.approx(200 / 209)


def test_what_came_after_the_first_run_counts_when_it_came(conn: Connection) -> None:
    _scanned(conn, "1970-01-01")
    conn.execute(text("UPDATE content SET first_seen_at = 1797000000 WHERE id = 1"))
    supply = _forecast(conn).supply
    assert supply is not None
    assert supply.daily_bytes * 365 == pytest.approx(100)


def test_a_shoot_goes_in_its_turn_and_never_while_some_hold_is_unattached(conn: Connection) -> None:
    _scanned(conn, "2026-12-31")
    outlook = _forecast(conn).outlook
    assert outlook is not None
    assert [(one.day, one.shoot, one.size) for one in outlook.going] == [(date(2027, 7, 7), 1, 200)]
    holds.add(conn, Hold("h1", "pin", 100, "anna", "x", "anna", shoot_hash="ab" * 32))
    outlook = _forecast(conn).outlook
    assert outlook is not None
    assert outlook.going == ()


def test_a_shoot_with_a_held_file_goes_but_for_that_file_and_what_goes_last(conn: Connection) -> None:
    _scanned(conn, "2026-12-31")
    add_contents(conn, [content(4, b"4" * 32)])
    add_copies(conn, [copy(4, 2, "Onni.jpg", 4), copy(5, 2, "Aino.xmp", 4)])
    assert _going(_forecast(conn)) == [(1, 400)]
    holds.add(conn, Hold("h1", "pin", 100, "anna", "best", "anna", shoot_id=1, shoot_hash="cc" * 32, files=1))
    add(conn, "h1", Scope(frozenset({PICTURE})))
    # The held picture keeps its sidecar and the list.
    assert _going(_forecast(conn)) == [(1, 100)]
    holds.add(conn, Hold("h2", "pin", 100, "anna", "all", "anna", shoot_id=1, shoot_hash="cc" * 32))
    assert _going(_forecast(conn)) == []


def test_what_lies_in_no_other_store_stays_unless_the_studio_lets_last_copies_go(conn: Connection) -> None:
    _scanned(conn, "2026-12-31")
    alone = _forecast(conn, last_copies=False)
    assert (_going(alone), alone.alone_bytes) == ([], 200)
    other = record_store(conn, "other", "local")
    add_folders(conn, other.id, [FolderRow(9, "2026-06-06 Virtanen häät", "19", None, True, 1)])
    place_folders(conn, [(9, 1, True)])
    add_copies(conn, [copy(9, 9, "Aino.jpg", 1)])
    found = _forecast(conn, last_copies=False)
    assert (_going(found), found.alone_bytes) == ([(1, 100)], 100)
    # It does not go from both.
    conn.execute(text("UPDATE store SET free_bytes = 10"))
    settings = _settings("archive", "other", last_copies=False)
    basis = Basis(TODAY, UTC, Duration(years=1), Duration(days=30))
    both = forecast(conn, settings, basis, 12, {"archive": 5000, "other": 5000})
    assert [(_going(one), one.alone_bytes) for one in both] == [([(1, 100)], 100), ([], 100)]


@pytest.mark.parametrize(("language", "word"), [("fi", "vapaana"), ("en", "free")])
def test_the_picture_is_whole_names_its_axes_and_no_client(conn: Connection, language: str, word: str) -> None:
    _scanned(conn, "2026-12-31")
    found = _forecast(conn)
    drawn = svg([found, StoreForecast("a<b&\x07", "dropbox", None, None, None, {})], language, TODAY)
    tree = ET.fromstring(drawn)
    texts = [each.text or "" for each in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {word, "archive", "a<b&\ufffd"} <= set(texts)
    assert not any("irtanen" in each for each in texts)
    assert "nan" not in drawn
