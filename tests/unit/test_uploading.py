"""What an account was sent within a day: counted over all its stores, and stopped where its provider would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.errors import Unavailable
from adapters.gdrive import STORE as DRIVE
from adapters.memory import MemoryStore
from adapters.records import Account, Capabilities
from backupd.doctor.uploads import uploads_finding
from backupd.uploading import DailyUploads
from index import sent
from index.engine import Index, open_index

GB = 10**9
HOUR = 3600


class Limited(MemoryStore):
    account_id = "one"

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, daily_upload_bytes=750 * GB)

    def account(self) -> Account:
        return Account(self.account_id, "Studio")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    made = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    yield made
    made.close()


def uploads(index: Index, at: int, name: str = "drive", account: str = "one") -> DailyUploads:
    store = Limited(name, "feed")
    store.account_id = account
    return DailyUploads(store, index, at)


def test_a_day_is_full_until_enough_of_it_has_passed(index: Index) -> None:
    uploads(index, 1 * HOUR).record(300 * GB)
    uploads(index, 5 * HOUR, "drive 2").record(449 * GB)
    # The file that crosses the line is still taken.
    uploads(index, 6 * HOUR).check()
    uploads(index, 6 * HOUR).record(2 * GB)
    with pytest.raises(Unavailable) as refused:
        uploads(index, 7 * HOUR).check()
    assert "750 GB" in (refused.value.detail or "") and "18 hours" in (refused.value.detail or "")
    assert refused.value.retry_after_seconds == 18 * HOUR
    uploads(index, 7 * HOUR, account="another").check()
    uploads(index, 25 * HOUR).check()


def test_where_a_day_has_no_limit_nothing_is_asked_and_nothing_counted(index: Index) -> None:
    store = MemoryStore("cloud", "feed")
    store.account = lambda: pytest.fail("it was asked")  # type: ignore[method-assign]
    daily = DailyUploads(store, index, HOUR)
    daily.record(GB)
    daily.check()
    with index.read() as conn:
        assert sent.sent_by_store(conn, HOUR) == {}


def test_what_is_older_than_a_day_is_forgotten(index: Index) -> None:
    uploads(index, HOUR).record(GB)
    uploads(index, 30 * HOUR, "other").record(GB)
    with index.read() as conn:
        assert sent.sent_by_store(conn, 30 * HOUR) == {"other": GB}
        assert sent.sent_within_a_day(conn, "one", HOUR + 1) == [(30 * HOUR, GB)]


def test_all_stores_of_an_account_are_told_of_its_whole_day(index: Index) -> None:
    uploads(index, HOUR, "drive").record(GB)
    uploads(index, HOUR, "shared").record(2 * GB)
    with index.read() as conn:
        assert sent.sent_by_store(conn, HOUR) == {"drive": 3 * GB, "shared": 3 * GB}


@pytest.mark.parametrize(("size", "state"), [(12 * GB, "ok"), (700 * GB, "warning"), (800 * GB, "warning")])
def test_doctor_says_how_near_an_account_is(size: int, state: str) -> None:
    found = uploads_finding("drive", size, 750 * GB)
    assert (found.check, found.state, bool(found.mend)) == ("uploads drive", state, state != "ok")


def test_a_drive_says_what_it_takes_in_a_day_and_doctor_asks_it(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backupd.doctor.uploads import CHECKS

    credentials = tmp_path / "drive.json"
    credentials.write_text('{"access_token": "x"}')
    credentials.chmod(0o600)
    options: dict[str, Any] = {"path": "Shoots", "credentials": str(credentials)}
    assert DRIVE.open("drive", options).capabilities.daily_upload_bytes == 750 * GB
    uploads(index, HOUR).record(700 * GB)
    store = SimpleNamespace(name="drive", kind="gdrive", as_options=lambda: options)
    settings = SimpleNamespace(index=SimpleNamespace(url=f"sqlite:///{tmp_path / 'index.db'}"), stores=[store])
    ground = SimpleNamespace(settings=settings, now=SimpleNamespace(timestamp=lambda: float(2 * HOUR)))
    (found,) = CHECKS.run(ground)  # type: ignore[arg-type]
    assert found.state == "warning" and "700.0 GB" in found.what
