"""The Drive simulator against the real SDK: what searches find, pages and their tokens, corpora, what is late or missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.asking import refusal
from tests.simulators.gdrive.tree import FOLDER, SHORTCUT


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

def names(sdk: Any, q: str | None = None, **more: Any) -> list[str]:
    """Return the names of all that a search finds, over all pages."""
    found: list[str] = []
    request = sdk.files().list(q=q, **more)
    while request is not None:
        answer = request.execute()
        found += [each["name"] for each in answer["files"]]
        request = sdk.files().list_next(request, answer)
    return found


ALL: dict[str, Any] = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("'root' in parents", ["Häät", "loose.txt"]),
        ("name = 'Kuva.JPG'", ["Kuva.JPG", "kuva.jpg"]),
        ("name != 'kuva.jpg' and mimeType = 'image/jpeg'", ["it's \\ odd"]),
        ("name = 'it\\'s \\\\ odd'", ["it's \\ odd"]),
        ("name contains 'ku'", ["Kuva.JPG", "kuva.jpg"]),
        ("name contains 'uva'", []),
        ("name contains 'jpg'", ["Kuva.JPG", "kuva.jpg"]),
        (f"mimeType = '{FOLDER}'", ["Häät"]),
        (f"mimeType != '{FOLDER}' and not mimeType contains 'image/'", ["loose.txt"]),
        ("modifiedTime > '2024-06-01T00:00:00' and modifiedTime <= '2024-07-01T00:00:00Z'", ["Kuva.JPG"]),
        ("modifiedTime < '2024-06-01T00:00:00+00:00'", ["kuva.jpg"]),
        ("trashed = true", []),
        ("trashed = false and name = 'loose.txt'", ["loose.txt"]),
        ("not (name contains 'k' or name contains 'h')", ["it's \\ odd", "loose.txt"]),
        # from left to right: (a photo or a text) and a text
        ("mimeType = 'image/jpeg' or mimeType = 'text/plain' and mimeType = 'text/plain'", ["loose.txt"]),
        ("mimeType = 'text/plain' and mimeType = 'text/plain' or name contains 'k'", ["Kuva.JPG", "kuva.jpg", "loose.txt"]),
        ("'me' in owners and mimeType = 'text/plain'", ["loose.txt"]),
        ("'other@example.test' in owners", []),
        ("appProperties has { key='sha' and value='12' }", ["loose.txt"]),
        ("appProperties has { key='sha' and value='1' }", []),
        ("starred = true", []),
        ("sharedWithMe", []),
        ("sharedWithMe = false and starred != true and trashed != true and name = 'loose.txt'", ["loose.txt"]),
        ("visibility = 'limited' and name = 'loose.txt'", ["loose.txt"]),
        ("fullText contains 'loose'", ["loose.txt"]),
    ],
)
def test_what_a_search_finds(cloud: Account, sdk: Any, q: str, wanted: list[str]) -> None:
    cloud.put("/Häät/Kuva.JPG", "1", modified="2024-06-15T00:00:00.000Z")
    cloud.put("/Häät/kuva.jpg", "2", modified="2024-05-15T00:00:00.000Z")
    cloud.put(["Häät", "it's \\ odd"], "3")
    cloud.put("/loose.txt", "4", mime="text/plain", extra={"appProperties": {"sha": "12"}})
    assert sorted(names(sdk, q)) == wanted


@pytest.mark.parametrize(
    "q",
    [
        "name = kuva", 'name = "kuva"', "name = 'kuva", "nonsense = 'x'", "name like 'x'", "size > 5", "md5Checksum = 'x'",
        "name = 'a' and", "(name = 'a'", "name = 'a')", "name = 'a' name = 'b'", "trashed = 'true'", "trashed > true",
        "'root' in folders", "root in parents", "modifiedTime > 'yesterday'", "name > 'a'", "mimeType has 'x'", "id = 'x'",
        "appProperties has { key='a' }", "not", "AND", "visibility = 'nobody'", "name = 'a' && name = 'b'", "parents in 'root'",
    ],
)  # fmt: skip
def test_a_search_that_is_not_understood_is_refused(sdk: Any, q: str) -> None:
    assert refusal(sdk.files().list(q=q)) == (400, "invalid")


def test_a_folder_that_is_not_there_can_not_be_listed(cloud: Account, sdk: Any) -> None:
    assert refusal(sdk.files().list(q="'nowhere' in parents")) == (404, "notFound")


@pytest.mark.parametrize("order", [None, "name", "modifiedTime desc,name", "folder,name_natural"])
def test_pages_have_everything_once(cloud: Account, sdk: Any, order: str | None) -> None:
    cloud.control("set", empty_every=3, page_limit=7)
    cloud.control("put_many", files={f"/s/{n % 4}/{n:02d}": "x" for n in range(30)})
    found = names(sdk, orderBy=order, pageSize=50)
    assert len(found) == len(set(found) | {"0", "1", "2", "3", "s"}) == 35
    files = [each for each in found if len(each) == 2]
    if order == "name":
        assert files == sorted(files)


def test_at_most_a_thousand_come(cloud: Account, sdk: Any) -> None:
    cloud.control("seed", folders=1, files=1100)
    assert len(sdk.files().list(pageSize=5000).execute()["files"]) == 1000
    assert len(sdk.files().list().execute()["files"]) == 100


def test_pages_may_overlap_and_say_that_they_are_not_whole(cloud: Account, sdk: Any) -> None:
    cloud.control("put_many", files={f"/{n}": "x" for n in range(10)})
    cloud.control("set", page_overlap=1)
    found = names(sdk, pageSize=4)
    assert (len(found) > 10, sorted(set(found))) == (True, [str(n) for n in range(10)])
    cloud.control("set", incomplete=True)
    answer = sdk.files().list(corpora="allDrives", **ALL).execute()
    assert (answer["incompleteSearch"], len(answer["files"])) == (True, 5)


def test_page_tokens_die(cloud: Account, sdk: Any) -> None:
    cloud.control("put_many", files={f"/{n}": "x" for n in range(10)})
    token = sdk.files().list(pageSize=4).execute()["nextPageToken"]
    assert len(sdk.files().list(pageSize=4, pageToken=token).execute()["files"]) == 4
    assert refusal(sdk.files().list(pageSize=4, pageToken=token, q="trashed = false")) == (400, "invalid")
    cloud.control("move_clock", seconds=7 * 3600)
    assert refusal(sdk.files().list(pageSize=4, pageToken=token)) == (400, "invalid")
    token = sdk.files().list(pageSize=4).execute()["nextPageToken"]
    cloud.control("expire_page_tokens")
    assert refusal(sdk.files().list(pageSize=4, pageToken=token)) == (400, "invalid")


def test_a_listing_lags_behind_and_get_does_not(cloud: Account, sdk: Any) -> None:
    cloud.control("set", listing_lag_seconds=600)
    made = cloud.put("/a", "x")
    assert names(sdk) == []
    assert sdk.files().get(fileId=made["id"]).execute()["name"] == "a"
    cloud.control("move_clock", seconds=601)
    assert names(sdk) == ["a"]


def test_several_folders_in_one_search_may_find_nothing(cloud: Account, sdk: Any) -> None:
    one, two = (cloud.put(f"/{name}/x", "x")["parent"] for name in "ab")
    q = f"('{one}' in parents or '{two}' in parents)"
    assert names(sdk, q) == ["x", "x"]
    cloud.control("set", or_parents_empty=True)
    assert (names(sdk, q), names(sdk, f"'{one}' in parents")) == ([], ["x"])


def test_what_no_path_leads_to(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a/x", "x")
    cloud.control("orphan", path="/a/x")
    cloud.control("shared_with_me", name="theirs", text="y")
    found = sdk.files().list(fields="files(name,parents,ownedByMe,sharedWithMeTime)").execute()["files"]
    by_name = {each["name"]: each for each in found}
    assert by_name["x"] == {"name": "x", "ownedByMe": True}
    assert (by_name["theirs"]["ownedByMe"], "parents" in by_name["theirs"]) == (False, False)
    assert names(sdk, "sharedWithMe = true") == ["theirs"]
    assert sdk.files().get(fileId=made["id"], fields="parents").execute() == {}


def test_a_folder_that_one_may_not_see_is_not_named(cloud: Account, sdk: Any) -> None:
    made = cloud.control("foreign", path="/f/theirs", text="x")
    cloud.control("give_away", path="/f")
    cloud.control("share", path="/f/theirs", email="studio@example.test")
    asked = sdk.files().get(fileId=made, fields="name,parents")
    assert asked.execute().keys() == {"name", "parents"}
    cloud.control("orphan", path="/f")
    assert asked.execute() == {"name": "theirs"}


def test_twins_shortcuts_and_native_documents(cloud: Account, sdk: Any) -> None:
    cloud.put("/a", "1")
    cloud.put("/a", "2", twin=True)
    cloud.control("mkdir", path="/f/g")
    cloud.control("mkdir", path="/f", twin=True)
    cloud.control("shortcut", path="/f/g/up", target="/f")
    cloud.control("shortcut", path="/f/g/nowhere", target="id:gone")
    cloud.control("native", path="/f/g/doc")
    found = sdk.files().list(fields="files(id,name,mimeType,md5Checksum,size,shortcutDetails)").execute()["files"]
    by_name = {each["name"]: each for each in found}
    assert sorted(each["name"] for each in found) == ["a", "a", "doc", "f", "f", "g", "nowhere", "up"]
    up, gone, doc = by_name["up"], by_name["nowhere"], by_name["doc"]
    assert up["shortcutDetails"] == {"targetId": cloud.control("look", path="/f")["id"], "targetMimeType": FOLDER}
    assert (gone["shortcutDetails"]["targetId"], gone["mimeType"]) == ("gone", SHORTCUT)
    assert refusal(sdk.files().get(fileId="gone")) == (404, "notFound")
    assert "md5Checksum" not in doc | up
    assert refusal(sdk.files().get_media(fileId=doc["id"])) == (403, "fileNotDownloadable")
    assert sdk.files().export(fileId=doc["id"], mimeType="application/pdf").execute().startswith(b"%PDF")
    assert names(sdk, f"shortcutDetails.targetId = '{up['shortcutDetails']['targetId']}'") == ["up"]


def test_an_old_file_may_lie_in_several_folders(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a/x", "x")
    cloud.control("more_parents", path="/a/x", folders=["/b"])
    two = [cloud.control("look", path=path)["id"] for path in ("/a", "/b")]
    assert sdk.files().get(fileId=made["id"], fields="parents").execute() == {"parents": two}
    assert [names(sdk, f"'{each}' in parents") for each in two] == [["x"], ["x"]]


def test_hashes_may_be_missing_or_wrong(cloud: Account, sdk: Any) -> None:
    sums = "md5Checksum,sha1Checksum,sha256Checksum"
    made = cloud.put("/a", "abc")
    cloud.control("drop_hashes", path="/a")
    only = sdk.files().get(fileId=made["id"], fields=sums).execute()
    assert only == {"md5Checksum": "900150983cd24fb0d6963f7d28e17f72"}
    cloud.control("wrong_hash", path="/a")
    assert sdk.files().get(fileId=made["id"], fields=sums).execute()["sha256Checksum"] == "0" * 64
    made = cloud.put("/photo", "abc")
    cloud.control("serve_other_bytes", path="/photo", text="xyz!")
    assert sdk.files().get_media(fileId=made["id"]).execute() == b"xyz!"
    assert sdk.files().get(fileId=made["id"], fields="md5Checksum,size").execute() == {**only, "size": "3"}


def test_what_is_asked_for_is_all_that_comes(cloud: Account, sdk: Any) -> None:
    cloud.put("/a", "abc")
    cloud.control("mark", path="/a", _image={"width": 4000, "rotation": 1}, description="häät")
    answer = sdk.files().list(fields="files(name,owners/emailAddress,imageMediaMetadata(width),capabilities/canTrash)")
    assert answer.execute() == {
        "files": [
            {
                "name": "a",
                "owners": [{"emailAddress": "studio@example.test"}],
                "imageMediaMetadata": {"width": 4000},
                "capabilities": {"canTrash": True},
            }
        ]
    }
    whole = sdk.files().list(fields="*").execute()["files"][0]
    assert (whole["size"], whole["description"], whole["quotaBytesUsed"]) == ("3", "häät", "3")
    assert sdk.files().list(fields="files/id,files/name").execute()["files"][0].keys() == {"id", "name"}


# -- shared drives


def test_a_shared_drive_is_not_there_unless_one_says_that_one_knows_of_them(cloud: Account, sdk: Any) -> None:
    drive = cloud.control("shared_drive", name="Team")
    made = cloud.put("drive:Team/f/x", "abc")
    cloud.put("/own", "y")
    assert sdk.drives().list().execute()["drives"] == [{"kind": "drive#drive", "id": drive, "name": "Team"}]
    assert refusal(sdk.files().get(fileId=made["id"])) == (404, "notFound")
    found = sdk.files().get(fileId=made["id"], supportsAllDrives=True, fields="driveId,owners,ownedByMe,parents").execute()
    assert found == {"driveId": drive, "parents": [made["parent"]]}
    assert names(sdk) == ["own"]
    assert names(sdk, f"'{drive}' in parents", supportsAllDrives=True) == []
    assert sorted(names(sdk, **ALL)) == ["f", "own", "x"]
    assert sorted(names(sdk, corpora="drive", driveId=drive, **ALL)) == ["f", "x"]
    assert names(sdk, f"'{drive}' in parents", corpora="drive", driveId=drive, **ALL) == ["f"]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"corpora": "drive"}, (403, "teamDriveIdRequiresTeamDriveCorpora")),
        ({"driveId": "x", **ALL}, (403, "teamDriveIdRequiresTeamDriveCorpora")),
        ({"corpora": "allDrives"}, (403, "teamDrivesIncludeRequired")),
        ({"corpora": "allDrives", "includeItemsFromAllDrives": True}, (403, "teamDrivesNotSupported")),
        ({"corpora": "drive", "driveId": "x", **ALL}, (404, "notFound")),
        ({"q": "fullText contains 'x'", "orderBy": "name"}, (403, "forbidden")),
    ],
)
def test_what_does_not_go_together(sdk: Any, options: dict[str, Any], wanted: tuple[int, str]) -> None:
    assert refusal(sdk.files().list(**options)) == wanted


def test_what_one_may_do_in_a_shared_drive_depends_on_the_role(cloud: Account, sdk: Any) -> None:
    cloud.control("shared_drive", name="Team", role="writer")
    made = cloud.put("drive:Team/x", "abc")
    change = sdk.files().update(fileId=made["id"], supportsAllDrives=True, body={"name": "y"})
    assert change.execute()["name"] == "y"
    trash = sdk.files().update(fileId=made["id"], supportsAllDrives=True, body={"trashed": True}, fields="trashed,trashedTime")
    assert refusal(trash) == (403, "insufficientFilePermissions")
    cloud.control("share", path="drive:Team", role="fileOrganizer", email="studio@example.test")
    assert trash.execute().keys() == {"trashed", "trashedTime"}
    delete = sdk.files().delete(fileId=made["id"], supportsAllDrives=True)
    assert refusal(delete) == (403, "insufficientFilePermissions")
    cloud.control("share", path="drive:Team", role="organizer", email="studio@example.test")
    assert delete.execute() == ""
    cloud.control("leave_drive", name="Team")
    assert sdk.drives().list().execute()["drives"] == []


def test_a_file_moves_into_a_shared_drive_and_out(cloud: Account, sdk: Any) -> None:
    drive = cloud.control("shared_drive", name="Team")
    made = cloud.put("/x", "abc")
    cloud.control("move", path="/x", to="drive:Team/x")
    assert (cloud.control("look", path="drive:Team/x")["owner"], cloud.files("drive:Team")) == ("", {"drive:Team/x": 3})
    update = sdk.files().update(
        fileId=made["id"], addParents="root", removeParents=drive, supportsAllDrives=True, fields="driveId,ownedByMe"
    )
    assert update.execute() == {"ownedByMe": True}


# -- access


def test_what_is_lost_is_gone_until_it_comes_back(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/Shoots/a/x", "x")
    cloud.control("lose", path="/Shoots")
    assert refusal(sdk.files().get(fileId=made["id"])) == (404, "notFound")
    assert names(sdk) == []
    assert refusal(sdk.files().list(q=f"'{made['parent']}' in parents")) == (404, "notFound")
    cloud.control("regain", path="/Shoots")
    assert sorted(names(sdk)) == ["Shoots", "a", "x"]


@pytest.mark.parametrize("answer", ["empty", "refused"])
def test_a_folder_with_limited_access_is_seen_and_what_is_in_it_not(cloud: Account, sdk: Any, answer: str) -> None:
    made = cloud.put("/a/x", "x")
    cloud.control("limit", path="/a")
    cloud.control("set", limited_listing=answer)
    folder = sdk.files().get(fileId=made["parent"], fields="capabilities/canListChildren").execute()
    assert folder == {"capabilities": {"canListChildren": False}}
    listing = sdk.files().list(q=f"'{made['parent']}' in parents")
    assert listing.execute()["files"] == [] if answer == "empty" else refusal(listing) == (404, "notFound")
    cloud.control("limit", path="/a", limited=False)
    assert [each["name"] for each in listing.execute()["files"]] == ["x"]


def test_others_files_in_our_folders(cloud: Account, sdk: Any) -> None:
    theirs = cloud.control("foreign", path="/a/theirs", text="x")
    can = sdk.files().get(fileId=theirs, fields="ownedByMe,capabilities(canEdit,canTrash,canDelete)").execute()
    assert can == {"ownedByMe": False, "capabilities": {"canEdit": True, "canTrash": False, "canDelete": False}}
    assert refusal(sdk.files().delete(fileId=theirs)) == (403, "insufficientFilePermissions")
    assert refusal(sdk.files().update(fileId=theirs, body={"trashed": True})) == (403, "insufficientFilePermissions")
    assert sorted(names(sdk)) == ["a", "theirs"]
    cloud.control("set", others_unlisted=True)
    folder = cloud.control("look", path="/a")["id"]
    assert (names(sdk), names(sdk, f"'{folder}' in parents")) == (["a"], ["theirs"])


def test_a_file_with_a_resource_key_wants_it(cloud: Account, sdk: Any) -> None:
    made = cloud.control("shared_with_me", name="theirs", text="x")
    cloud.control("mark", path=f"id:{made}", _resource_key="0-key")
    request = sdk.files().get(fileId=made, fields="resourceKey")
    assert refusal(request) == (404, "notFound")
    request = sdk.files().get(fileId=made, fields="resourceKey")
    request.headers["X-Goog-Drive-Resource-Keys"] = f"other/1,{made}/0-key"
    assert request.execute() == {"resourceKey": "0-key"}
