"""The Drive simulator against the real SDK: shapes written down by hand, what is refused, files, folders, the process."""

from __future__ import annotations

import gzip
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload

from tests.simulators.common import Control, running
from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.asking import refusal
from tests.simulators.gdrive.tokens import ACCESS, CLIENT, REFRESH, SECRET
from tests.simulators.gdrive.tree import FOLDER


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


def post(cloud: Account, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any, bytes]:
    """Call without the SDK."""
    given = {"Authorization": f"Bearer {ACCESS}"} | {name.replace("_", "-"): text for name, text in headers.items()}
    given = {name: text for name, text in given.items() if text}
    request = urllib.request.Request(cloud.endpoint + path, body or None, given, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as err:
        with err:
            return err.code, err.headers, err.read()


# -- shapes, written down by hand: the document alone would not catch a wrong belief


def test_a_listing_on_the_wire(cloud: Account) -> None:
    made = cloud.put("/Kuvat/ä.jpg", "abc", modified="2024-06-01T10:00:00.000Z")
    fields = urllib.parse.quote("kind,incompleteSearch,files(id,name,mimeType,parents,size,md5Checksum,sha1Checksum,"
                                "sha256Checksum,trashed,explicitlyTrashed,modifiedTime,ownedByMe,version)")  # fmt: skip
    query = urllib.parse.quote("mimeType = 'image/jpeg'")
    status, headers, body = post(cloud, "GET", f"/drive/v3/files?fields={fields}&q={query}&alt=json")
    assert (status, headers["Content-Type"]) == (200, "application/json; charset=UTF-8")
    assert json.loads(body) == {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": [
            {
                "id": made["id"],
                "name": "ä.jpg",
                "mimeType": "image/jpeg",
                "parents": [made["parent"]],
                "size": "3",
                "md5Checksum": "900150983cd24fb0d6963f7d28e17f72",
                "sha1Checksum": "a9993e364706816aba3e25717850c26c9cd0d89d",
                "sha256Checksum": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "trashed": False,
                "explicitlyTrashed": False,
                "modifiedTime": "2024-06-01T10:00:00.000Z",
                "ownedByMe": True,
                "version": "1",
            }
        ],
    }


def test_only_the_defaults_come_unasked(cloud: Account) -> None:
    made = cloud.put("/a", "abc")
    plain = {"kind": "drive#file", "id": made["id"], "name": "a", "mimeType": "image/jpeg"}
    assert json.loads(post(cloud, "GET", f"/drive/v3/files/{made['id']}")[2]) == plain
    assert json.loads(post(cloud, "GET", "/drive/v3/files")[2]) == {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": [plain],
    }


def test_an_error_on_the_wire(cloud: Account) -> None:
    status, headers, body = post(cloud, "GET", "/drive/v3/files/none")
    assert headers["Content-Type"] == "application/json; charset=UTF-8"
    assert (status, json.loads(body)) == (
        404,
        {
            "error": {
                "code": 404,
                "message": "File not found: none.",
                "errors": [
                    {
                        "message": "File not found: none.",
                        "domain": "global",
                        "reason": "notFound",
                        "location": "fileId",
                        "locationType": "parameter",
                    }
                ],
            }
        },
    )


def test_a_change_on_the_wire(cloud: Account) -> None:
    token = json.loads(post(cloud, "GET", "/drive/v3/changes/startPageToken")[2])
    assert token == {"kind": "drive#startPageToken", "startPageToken": token["startPageToken"]}
    made = cloud.put("/a", "abc")
    answer = json.loads(post(cloud, "GET", f"/drive/v3/changes?pageToken={token['startPageToken']}")[2])
    (change,) = answer.pop("changes")
    assert answer == {"kind": "drive#changeList", "newStartPageToken": str(int(token["startPageToken"]) + 1)}
    assert change.pop("time").endswith("Z")
    file = {"kind": "drive#file", "id": made["id"], "name": "a", "mimeType": "image/jpeg"}
    wanted = {"kind": "drive#change", "type": "file", "changeType": "file", "removed": False, "fileId": made["id"]}
    assert change == {**wanted, "file": file}
    cloud.control("delete", path="/a")
    (gone,) = json.loads(post(cloud, "GET", f"/drive/v3/changes?pageToken={token['startPageToken']}")[2])["changes"]
    del gone["time"]
    assert gone == {**wanted, "removed": True}


def test_an_account_on_the_wire(cloud: Account) -> None:
    cloud.put("/a", "abc")
    cloud.control("set", quota_bytes=1000)
    answer = json.loads(post(cloud, "GET", "/drive/v3/about?fields=storageQuota,user/emailAddress")[2])
    assert answer == {
        "storageQuota": {"limit": "1000", "usage": "3", "usageInDrive": "3", "usageInDriveTrash": "0"},
        "user": {"emailAddress": "studio@example.test"},
    }


def test_a_resumable_upload_on_the_wire(cloud: Account) -> None:
    kind, start = "application/json; charset=UTF-8", "/upload/drive/v3/files?uploadType=resumable&fields=name,size"
    _, headers, body = post(cloud, "POST", start, b'{"name": "a"}', Content_Type=kind, X_Upload_Content_Length="5")
    assert body == b""
    address = headers["Location"].removeprefix(cloud.endpoint)
    status, headers, body = post(cloud, "PUT", address, Authorization="", Content_Range="bytes */5")
    assert (status, headers["Range"], headers["Content-Length"], body) == (308, None, "0", b"")
    status, _, body = post(cloud, "PUT", address, b"abcde", Authorization="", Content_Range="bytes 0-4/5")
    assert (status, json.loads(body)) == (200, {"name": "a", "size": "5"})


def test_a_sign_in_that_ended_on_the_wire(cloud: Account) -> None:
    status, _, body = post(cloud, "GET", "/drive/v3/files", Authorization="Bearer old")
    message = "Invalid Credentials"
    one = {"message": message, "domain": "global", "reason": "authError", "location": "Authorization", "locationType": "header"}
    wanted = {"error": {"code": 401, "message": message, "errors": [one], "status": "UNAUTHENTICATED"}}
    assert (status, json.loads(body)) == (401, wanted)


def test_a_token_on_the_wire(cloud: Account) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": REFRESH, "client_id": CLIENT, "client_secret": SECRET}
    kind = "application/x-www-form-urlencoded"
    status, _, body = post(cloud, "POST", "/token", urllib.parse.urlencode(form).encode(), Authorization="", Content_Type=kind)
    answer = json.loads(body)
    assert answer.pop("access_token")
    scope = "https://www.googleapis.com/auth/drive"
    assert (status, answer) == (200, {"expires_in": 3599, "scope": scope, "token_type": "Bearer"})
    form["refresh_token"] = "none"
    status, _, body = post(cloud, "POST", "/token", urllib.parse.urlencode(form).encode(), Authorization="", Content_Type=kind)
    wanted = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    assert (status, json.loads(body)) == (400, wanted)


def test_a_batch_on_the_wire(cloud: Account) -> None:
    asked = (
        "--b\r\nContent-Type: application/http\r\nContent-ID: <n + 1>\r\n\r\n"
        "GET /drive/v3/files/root?fields=name HTTP/1.1\r\n\r\n--b--\r\n"
    )
    kind = "multipart/mixed; boundary=b"
    status, headers, body = post(cloud, "POST", "/batch/drive/v3", asked.encode(), Content_Type=kind)
    assert (status, headers["Content-Type"]) == (200, "multipart/mixed; boundary=batch_of_answers")
    assert body.decode() == (
        "--batch_of_answers\r\nContent-Type: application/http\r\nContent-ID: <response-n + 1>\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: 20\r\n\r\n"
        '{"name": "My Drive"}\r\n--batch_of_answers--\r\n'
    )


@pytest.mark.parametrize(
    ("method", "path", "headers", "wanted"),
    [
        ("GET", "/drive/v3/nonsense", {}, 404),
        ("GET", "/drive/v2/files", {}, 404),
        ("PUT", "/drive/v3/files", {}, 404),
        ("GET", "/drive/v3/files?nonsense=1", {}, 400),
        ("GET", "/drive/v3/files?fields=files(nonsense)", {}, 400),
        ("GET", "/drive/v3/files?fields=files(id", {}, 400),
        ("GET", "/drive/v3/files?fields=files(id))", {}, 400),
        ("GET", "/drive/v3/files?pageSize=0", {}, 400),
        ("GET", "/drive/v3/files?pageSize=many", {}, 400),
        ("GET", "/drive/v3/files?pageToken=made-up", {}, 400),
        ("GET", "/drive/v3/files?orderBy=nonsense", {}, 400),
        ("GET", "/drive/v3/files?supportsAllDrives=True", {}, 400),
        ("GET", "/drive/v3/files?corpora=everything", {}, 400),
        ("GET", "/drive/v3/files?alt=xml", {}, 400),
        ("GET", "/drive/v3/files?alt=media", {}, 400),
        ("GET", "/drive/v3/about", {}, 400),
        ("GET", "/drive/v3/changes", {}, 400),
        ("GET", "/drive/v3/changes?pageToken=99", {}, 400),
        ("GET", "/drive/v3/files", {"Authorization": ""}, 401),
        ("GET", "/drive/v3/files", {"Authorization": "Bearer nonsense"}, 401),
        ("POST", "/upload/drive/v3/files?uploadType=nonsense", {"Content_Type": "application/json"}, 400),
    ],
)
def test_what_the_service_would_not_take_is_not_taken(
    cloud: Account, method: str, path: str, headers: dict[str, str], wanted: int
) -> None:
    body = b"{}" if method == "POST" else b""
    assert post(cloud, method, path, body, **headers)[0] == wanted


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"nonsense": 1}, "badRequest"),
        ({"name": 1}, "badRequest"),
        ({"md5Checksum": "0" * 32}, "fieldNotWritable"),
        ({"parents": ["none"]}, "notFound"),
        ({"parents": ["root", "root"]}, "invalid"),
        ({"id": "made-up"}, "invalid"),
        ({"modifiedTime": "yesterday"}, "invalid"),
        ({"modifiedTime": "2024-06-01T10:00:00"}, "invalid"),
        ({"appProperties": {"k": "v" * 124}}, "propertyTooLarge"),
    ],
)
def test_what_a_new_file_can_not_be(sdk: Any, body: dict[str, Any], reason: str) -> None:
    assert refusal(sdk.files().create(body=body))[1] == reason


def test_any_base_path_will_do(cloud: Account) -> None:
    assert json.loads(post(cloud, "GET", "/some/where/drive/v3/files/root?fields=name")[2]) == {"name": "My Drive"}
    _, headers, _ = post(
        cloud, "POST", "/some/where/upload/drive/v3/files?uploadType=resumable", b"{}", Content_Type="application/json"
    )
    assert headers["Location"].startswith(f"{cloud.endpoint}/some/where/upload/drive/v3/files?uploadType=resumable&upload_id=")


def test_a_long_question_comes_as_a_post(cloud: Account, sdk: Any) -> None:
    cloud.put("/a", "abc")
    question = " or ".join(["name = 'a'"] * 300)
    assert [each["name"] for each in sdk.files().list(q=question).execute()["files"]] == ["a"]


# -- files and folders


def test_a_file_is_made_changed_and_deleted(cloud: Account, sdk: Any) -> None:
    media = MediaInMemoryUpload(b"abc", "image/jpeg")
    made = sdk.files().create(body={"name": "a"}, media_body=media, fields="id,size,headRevisionId,version").execute()
    assert (made["size"], cloud.content("/a")) == ("3", b"abc")
    again = sdk.files().update(
        fileId=made["id"], media_body=MediaInMemoryUpload(b"abcd", "image/jpeg"), fields="size,headRevisionId,version"
    ).execute()  # fmt: skip
    assert again["headRevisionId"] != made["headRevisionId"]
    assert int(again["version"]) > int(made["version"])
    assert sdk.files().update(fileId=made["id"], body={"name": "b"}, fields="name").execute() == {"name": "b"}
    assert sdk.files().get_media(fileId=made["id"]).execute() == b"abcd"
    assert sdk.files().delete(fileId=made["id"]).execute() == ""
    assert refusal(sdk.files().get(fileId=made["id"])) == (404, "notFound")
    assert refusal(sdk.files().delete(fileId=made["id"])) == (404, "notFound")


def test_a_name_can_be_anything_and_any_number_of_times(cloud: Account, sdk: Any) -> None:
    names = ["a/b", "..", ".", "a", "a", " ", "\t", "", "ä", "a\u0308"]
    for name in names:
        sdk.files().create(body={"name": name, "mimeType": FOLDER}).execute()
    found = sdk.files().list(q="'root' in parents").execute()["files"]
    assert sorted(each["name"] for each in found) == sorted(names)


def test_a_file_has_one_folder(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a/x", "abc")
    other = cloud.control("mkdir", path="/b")
    update = sdk.files().update
    assert refusal(update(fileId=made["id"], body={"parents": [other["id"]]})) == (403, "fieldNotWritable")
    assert refusal(update(fileId=made["id"], addParents=other["id"])) == (403, "cannotAddParent")
    moved = update(fileId=made["id"], addParents=other["id"], removeParents=made["parent"], fields="parents").execute()
    assert (moved, cloud.files()) == ({"parents": [other["id"]]}, {"/b/x": 3})
    inside = cloud.control("mkdir", path="/b/c")
    onto = update(fileId=other["id"], addParents=inside["id"], removeParents="root")
    assert refusal(onto) == (403, "cannotAddParent")


def test_the_trash_takes_what_is_below_along(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a/b/x", "abc")
    folder = cloud.control("look", path="/a")
    sdk.files().update(fileId=folder["id"], body={"trashed": True}).execute()
    state = sdk.files().get(fileId=made["id"], fields="trashed,explicitlyTrashed")
    assert state.execute() == {"trashed": True, "explicitlyTrashed": False}
    assert [each["name"] for each in sdk.files().list(q="trashed = false").execute()["files"]] == []
    assert len(sdk.files().list().execute()["files"]) == 3
    sdk.files().update(fileId=folder["id"], body={"trashed": False}).execute()
    assert state.execute() == {"trashed": False, "explicitlyTrashed": False}
    cloud.control("trash", path="/a/b")
    cloud.control("move_clock", seconds=31 * 86400)
    assert refusal(state) == (404, "notFound")
    assert cloud.control("look", path="/a") is not None


def test_a_folder_goes_with_what_is_in_it_and_others_files_stay_theirs(cloud: Account, sdk: Any) -> None:
    cloud.put("/a/b/mine", "abc")
    theirs = cloud.control("foreign", path="/a/b/theirs", text="abcd")
    sdk.files().delete(fileId=cloud.control("look", path="/a")["id"]).execute()
    left = {each["name"]: each for each in cloud.control("everything")}
    assert sorted(left) == ["My Drive", "theirs"]
    assert (left["theirs"]["id"], left["theirs"]["parent"]) == (theirs, "")
    assert refusal(sdk.files().get(fileId=theirs)) == (404, "notFound")


def test_many_at_once_do_one_thing_once(cloud: Account, sdk: Any) -> None:
    (file_id,) = sdk.files().generateIds(count=1).execute()["ids"]
    tries = [cloud.sdk().files().create(body={"id": file_id, "name": "a"}) for _ in range(8)]

    def send(request: Any) -> int:
        try:
            request.execute()
        except HttpError as err:
            return int(err.status_code)
        return 200

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(send, tries)) == [200] + [409] * 7


def test_answers_may_be_compressed(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    cloud.control("set", gzip=True)
    _, headers, body = post(cloud, "GET", "/drive/v3/files", Accept_Encoding="gzip, deflate")
    assert (headers["Content-Encoding"], json.loads(gzip.decompress(body))["kind"]) == ("gzip", "drive#fileList")
    assert sdk.files().list().execute()["files"][0]["id"] == made["id"]
    assert sdk.files().get_media(fileId=made["id"]).execute() == b"x"
    found: list[Any] = []
    batch = sdk.new_batch_http_request(callback=lambda name, answer, error: found.append(answer))
    batch.add(sdk.files().get(fileId=made["id"], fields="id"))
    batch.execute()
    assert found == [{"id": made["id"]}]


def test_what_was_called_is_known(cloud: Account, sdk: Any) -> None:
    cloud.put("/a", "x")
    sdk.files().list().execute()
    cloud.control.fault("*/about", "limited")
    refusal(sdk.about().get(fields="user"))
    log = [(line["method"], line["path"], line["status"], line["fault"]) for line in cloud.control("log")]
    assert log == [("GET", "/drive/v3/files", 200, None), ("GET", "/drive/v3/about", 403, "limited")]


# -- the process


def test_its_state_survives_being_killed(tmp_path: Path) -> None:
    with running("tests.simulators.gdrive", tmp_path / "state") as process:
        cloud = Account(process.base_url, tmp_path)
        sdk = cloud.sdk()
        made = sdk.files().create(body={"name": "a"}, media_body=MediaInMemoryUpload(b"before", "image/jpeg")).execute()
        (reserved,) = sdk.files().generateIds(count=1).execute()["ids"]
        token = sdk.changes().getStartPageToken().execute()["startPageToken"]
        Control(process.base_url)("move_clock", seconds=3600)
        cloud.close()
        process.kill()
        process.start()
        sdk = cloud.sdk()
        sdk.files().create(body={"name": "b", "id": reserved}).execute()
        (change,) = sdk.changes().list(pageToken=token).execute()["changes"]
        assert change["fileId"] == reserved
        assert sdk.files().get_media(fileId=made["id"]).execute() == b"before"
        assert Control(process.base_url)("now") > time.time() + 3500
        cloud.close()
