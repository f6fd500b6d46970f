"""The Drive simulator against the real SDK: what the change feed tells, in which order, and what it does not tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.asking import refusal


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


@pytest.fixture
def sdk(cloud: Account) -> Any:
    return cloud.sdk()


ALL: dict[str, Any] = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}
FIELDS = "nextPageToken,newStartPageToken,changes(removed,fileId,file(name,parents,trashed,explicitlyTrashed,version))"


def token(sdk: Any, **more: Any) -> str:
    return str(sdk.changes().getStartPageToken(**more).execute()["startPageToken"])


def since(sdk: Any, start: str, **more: Any) -> list[dict[str, Any]]:
    """Return all changes since a token, over all pages."""
    found: list[dict[str, Any]] = []
    page: str | None = start
    while page is not None:
        answer = sdk.changes().list(pageToken=page, fields=FIELDS, **more).execute()
        found += answer["changes"]
        page = answer.get("nextPageToken")
        assert (page is None) == ("newStartPageToken" in answer), "the new token is on the last page only"
    return found


def told(changes: list[dict[str, Any]]) -> list[str]:
    """Return the changes in short: a name, or "-" for what is removed."""
    return ["-" if each["removed"] else each["file"]["name"] for each in changes]


def test_one_entry_a_file_the_newest_and_oldest_first(cloud: Account, sdk: Any) -> None:
    start = token(sdk)
    cloud.put("/a", "1")
    cloud.put("/b", "1")
    cloud.control("move", path="/a", to="/c")
    assert told(since(sdk, start)) == ["b", "c"]
    assert told(since(sdk, token(sdk))) == []


def test_pages_and_the_new_token_on_the_last(cloud: Account, sdk: Any) -> None:
    start = token(sdk)
    cloud.control("put_many", files={f"/{n}": "x" for n in range(7)})
    assert told(since(sdk, start, pageSize=3)) == [str(n) for n in range(7)]
    first = sdk.changes().list(pageToken=start, pageSize=7).execute()
    assert "nextPageToken" not in first
    cloud.control("set", page_limit=2)
    assert len(sdk.changes().list(pageToken=start, pageSize=7).execute()["changes"]) == 2
    cloud.put("/new", "x")
    assert told(since(sdk, first["newStartPageToken"])) == ["new"]


def test_deleted_is_removed_and_trashed_is_not(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    start = token(sdk)
    cloud.control("trash", path="/a")
    (change,) = since(sdk, start)
    assert (change["removed"], change["file"]["trashed"], change["file"]["explicitlyTrashed"]) == (False, True, True)
    cloud.control("delete", path="/a")
    assert since(sdk, start) == [{"removed": True, "fileId": made["id"]}]
    assert since(sdk, start, includeRemoved=False) == []


@pytest.mark.parametrize("cascade", [[], ["move", "trash", "delete", "lose", "share"]])
@pytest.mark.parametrize(
    ("verb", "values", "word"),
    [
        ("trash", {"path": "/f"}, "f"),
        ("move", {"path": "/f", "to": "/g"}, "g"),
        ("move", {"path": "/f", "to": "/other/f"}, "f"),
        ("delete", {"path": "/f"}, "-"),
        ("lose", {"path": "/f"}, "-"),
    ],
)
def test_what_is_below_a_folder_gets_entries_or_not(
    cloud: Account, sdk: Any, verb: str, values: dict[str, Any], word: str, cascade: list[str]
) -> None:
    cloud.put("/f/sub/x", "x")
    cloud.control("mkdir", path="/other")
    cloud.control("set", cascade=cascade)
    start = token(sdk)
    cloud.control(verb, **values)
    below = (["-", "-"] if word == "-" else ["sub", "x"]) if cascade else []
    assert sorted(told(since(sdk, start))) == sorted([word, *below])


def test_access_lost_is_removed_and_comes_back(cloud: Account, sdk: Any) -> None:
    cloud.put("/f/x", "x")
    start = token(sdk)
    cloud.control("lose", path="/f")
    assert told(since(sdk, start)) == ["-", "-"]
    cloud.control("regain", path="/f")
    assert sorted(told(since(sdk, start))) == ["f", "x"]


def test_a_mere_look_is_an_entry_as_well(cloud: Account, sdk: Any) -> None:
    before = cloud.put("/a", "x")
    start = token(sdk)
    cloud.control("view", path="/a")
    (change,) = since(sdk, start)
    after = cloud.control("look", path="/a")
    assert int(change["file"]["version"]) > before["version"]
    assert (after["md5"], after["modified"], after["head"]) == (before["md5"], before["modified"], before["head"])
    cloud.control("share", path="/a", email="friend@example.test")
    assert told(since(sdk, start)) == ["a"]


def test_a_file_that_leaves_is_told_with_its_new_folder(cloud: Account, sdk: Any) -> None:
    cloud.put("/f/x", "x")
    elsewhere = cloud.control("mkdir", path="/elsewhere")
    start = token(sdk)
    cloud.control("move", path="/f/x", to="/elsewhere/x")
    (change,) = since(sdk, start)
    assert change["file"]["parents"] == [elsewhere["id"]]


@pytest.mark.parametrize("status", [400, 404, 410])
def test_start_tokens_are_refused_when_they_are_too_old(cloud: Account, sdk: Any, status: int) -> None:
    start = token(sdk)
    cloud.put("/a", "x")
    cloud.control("expire_start_tokens", status=status)
    assert refusal(sdk.changes().list(pageToken=start))[0] == status
    fresh = token(sdk)
    cloud.put("/b", "x")
    assert told(since(sdk, fresh)) == ["b"]


@pytest.mark.parametrize("text", ["0", "-1", "nonsense", "99999"])
def test_what_is_no_token_is_refused(sdk: Any, text: str) -> None:
    assert refusal(sdk.changes().list(pageToken=text)) == (400, "invalid")


def test_changes_may_be_told_late(cloud: Account, sdk: Any) -> None:
    cloud.put("/old", "x")
    cloud.control("move_clock", seconds=120)
    start = token(sdk)
    cloud.control("set", changes_lag_seconds=60)
    cloud.put("/a", "x")
    answer = sdk.changes().list(pageToken=start).execute()
    assert answer["changes"] == []
    cloud.control("move_clock", seconds=61)
    assert told(since(sdk, answer["newStartPageToken"])) == ["a"]


def test_a_shared_drive_has_changes_of_its_own(cloud: Account, sdk: Any) -> None:
    drive = cloud.control("shared_drive", name="Team")
    mine, theirs = token(sdk), token(sdk, driveId=drive, supportsAllDrives=True)
    made = cloud.put("drive:Team/x", "x")
    cloud.put("/own", "x")
    of_drive = {"driveId": drive, **ALL}
    assert told(since(sdk, theirs, **of_drive)) == ["x"]
    assert told(since(sdk, mine)) == ["own"]
    assert told(since(sdk, mine, **ALL)) == ["x", "own"]
    assert refusal(sdk.changes().list(pageToken=mine, **of_drive)) == (400, "invalid")
    assert refusal(sdk.changes().list(pageToken=theirs)) == (400, "invalid")
    assert refusal(sdk.changes().list(pageToken=theirs, driveId=drive, supportsAllDrives=True))[0] == 403
    cloud.control("move", path="drive:Team/x", to="/x")
    assert since(sdk, theirs, **of_drive) == [{"removed": True, "fileId": made["id"]}]
    (change,) = since(sdk, theirs, includeCorpusRemovals=True, **of_drive)
    assert (change["removed"], change["file"]["name"]) == (True, "x")
    assert told(since(sdk, mine)) == ["own", "x"]


def test_only_my_drive_on_request(cloud: Account, sdk: Any) -> None:
    start = token(sdk)
    cloud.control("shared_with_me", name="theirs", text="x")
    cloud.put("/own", "x")
    assert told(since(sdk, start)) == ["theirs", "own"]
    assert told(since(sdk, start, restrictToMyDrive=True)) == ["own"]
