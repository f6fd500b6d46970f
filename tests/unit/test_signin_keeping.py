"""What becomes of a sign-in that was granted: tried, dated, and put in the old one's place or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.errors import SignInNeeded
from backupd.settings.models import StoreSettings
from backupd.signin.keeping import keep, needed_rights
from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.tokens import CLIENT, REFRESH, SECRET

NOW = datetime(2026, 6, 14, 12, tzinfo=UTC)
GRANTED = {"client_id": CLIENT, "client_secret": SECRET, "refresh_token": REFRESH, "scope": "drive"}


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


def store_at(endpoint: str, folder: Path) -> StoreSettings:
    (folder / "drive.json").write_text('{"old": 1}')
    return StoreSettings(name="drive", kind="gdrive", path="Shoots", credentials=folder / "drive.json", endpoint=endpoint)


def there(folder: Path) -> dict[str, object]:
    assert [path.name for path in folder.iterdir()] == ["drive.json"], "no candidate is left behind"
    found: dict[str, object] = json.loads((folder / "drive.json").read_text())
    return found


def test_the_end_that_google_names_is_kept_as_a_date(simulated: Account, tmp_path: Path) -> None:
    simulated.begin(tmp_path.parent)
    store = store_at(simulated.endpoint, tmp_path)
    kept = keep(store, GRANTED | {"refresh_token_expires_in": 7 * 86400}, needed_rights(store, reading=False), ["drive"], NOW)
    assert (kept.marker, kept.trouble) == ("absent", None)
    values = there(tmp_path)
    assert (values["ends_at"], values["signed_in_at"]) == ("2026-06-21T12:00:00+00:00", "2026-06-14T12:00:00+00:00")
    assert "refresh_token_expires_in" not in values


def test_one_that_is_refused_leaves_the_old_one(simulated: Account, tmp_path: Path) -> None:
    simulated.begin(tmp_path.parent)
    store = store_at(simulated.endpoint, tmp_path)
    with pytest.raises(SignInNeeded):
        keep(store, GRANTED | {"refresh_token": "none"}, (), ["drive"], NOW)
    assert there(tmp_path) == {"old": 1}


def test_one_that_cannot_be_tried_now_is_kept_for_it_was_granted_just_now(tmp_path: Path) -> None:
    store = store_at("http://127.0.0.1:9", tmp_path)
    kept = keep(store, GRANTED, (), ["drive"], NOW)
    assert kept.trouble is not None and kept.marker == "unknown"
    assert there(tmp_path)["refresh_token"] == REFRESH
