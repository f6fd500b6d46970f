"""The Drive simulator against the real SDK: uploads in parts, what of a part is kept, ends of sessions, ids, limits."""

from __future__ import annotations

import hashlib
import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload, MediaIoBaseDownload

from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.asking import CONTENT, UNIT, Chunks, creating, refusal, session
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


def put(address: str, content: bytes, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Send to a session without the SDK and without a token."""
    given = {name.replace("_", "-"): text for name, text in headers.items()}
    request = urllib.request.Request(address, content, given, method="PUT")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as err:
        with err:
            return err.code, dict(err.headers), err.read()


@pytest.mark.parametrize("size", [0, 1, UNIT, UNIT + 1, 3 * UNIT, len(CONTENT)])
def test_all_kinds_of_uploads_give_the_same_file(cloud: Account, sdk: Any, size: int) -> None:
    content = CONTENT[:size]
    made = creating(sdk, content).execute()
    simple = sdk.files().create(media_body=MediaInMemoryUpload(content, "video/mp4"), fields="size,md5Checksum,name").execute()
    several = sdk.files().create(body={"name": "b.mov"}, media_body=MediaInMemoryUpload(content, "video/mp4"), fields="sha256Checksum")
    assert made["sha256Checksum"] == several.execute()["sha256Checksum"] == hashlib.sha256(content).hexdigest()
    assert simple == {"name": "Untitled", "size": str(size), "md5Checksum": hashlib.md5(content).hexdigest()}
    assert cloud.content("/a.mov") == cloud.content("/b.mov") == content
    assert made["mimeType"] == "video/mp4"


def test_new_bytes_for_a_file_in_parts(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "old")
    update = sdk.files().update(fileId=made["id"], media_body=Chunks(CONTENT), body={"name": "b"}, fields="name,size")
    assert update.execute() == {"name": "b", "size": str(len(CONTENT))}
    assert cloud.content("/b") == CONTENT


def test_a_part_that_is_no_multiple_of_256_kib_is_refused(cloud: Account, sdk: Any) -> None:
    address = session(cloud)
    for size in (1000, UNIT + 1):
        status, _, body = put(address, CONTENT[:size], Content_Range=f"bytes 0-{size - 1}/{len(CONTENT)}")
        assert (status, b"262144" in body) == (400, True)
    with pytest.raises(HttpError):
        creating(sdk, chunk=UNIT + 1).execute()


def test_what_is_over_a_multiple_may_be_dropped(cloud: Account) -> None:
    cloud.control("set", chunk_rule="floor")
    status, headers, _ = put(session(cloud), CONTENT[: UNIT + 5], Content_Range=f"bytes 0-{UNIT + 4}/{len(CONTENT)}")
    assert (status, headers["Range"]) == (308, f"bytes=0-{UNIT - 1}")


def test_how_much_is_kept_can_be_asked(cloud: Account) -> None:
    address = session(cloud)
    status, headers, _ = put(address, b"", Content_Range=f"bytes */{len(CONTENT)}")
    assert (status, "Range" in headers) == (308, False)
    status, headers, _ = put(address, CONTENT[:UNIT], Content_Range=f"bytes 0-{UNIT - 1}/{len(CONTENT)}")
    assert (status, headers["Range"]) == (308, f"bytes=0-{UNIT - 1}")
    assert put(address, b"", Content_Range="bytes */*")[1]["Range"] == f"bytes=0-{UNIT - 1}"
    gap = put(address, CONTENT[2 * UNIT :], Content_Range=f"bytes {2 * UNIT}-{len(CONTENT) - 1}/{len(CONTENT)}")
    assert gap[0] == 400
    again = put(address, CONTENT, Content_Range=f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}")
    assert (again[0], json.loads(again[2])["size"]) == (200, str(len(CONTENT)))
    asked = put(address, b"", Content_Range=f"bytes */{len(CONTENT)}")
    assert (asked[0], asked[2], cloud.content("/a.mov")) == (200, again[2], CONTENT)


def test_less_may_be_kept_than_was_sent(cloud: Account, sdk: Any) -> None:
    cloud.control("set", keep_at_most=UNIT)
    assert creating(sdk, chunk=2 * UNIT).execute()["size"] == str(len(CONTENT))
    assert cloud.content("/a.mov") == CONTENT


def test_a_length_that_is_not_known_before(cloud: Account) -> None:
    address = session(cloud, total=None)
    assert put(address, CONTENT[:UNIT], Content_Range=f"bytes 0-{UNIT - 1}/*")[0] == 308
    end = UNIT + 10
    assert put(address, CONTENT[UNIT:end], Content_Range=f"bytes {UNIT}-{end - 1}/{end}")[0] == 200
    assert cloud.content("/a.mov") == CONTENT[:end]


@pytest.mark.parametrize("header", ["bytes 5-4/9", "bytes 0-9/5", "items 0-1/2", f"bytes 0-{UNIT}/{len(CONTENT)}"])
def test_a_range_that_makes_no_sense_is_refused(cloud: Account, header: str) -> None:
    assert put(session(cloud), CONTENT[:UNIT], Content_Range=header)[0] == 400


@pytest.mark.parametrize("status", [404, 410])
def test_sessions_grow_old(cloud: Account, status: int) -> None:
    cloud.control("set", session_status=status)
    address = session(cloud)
    cloud.control("expire_sessions")
    assert put(address, b"", Content_Range="bytes */5")[0] == status
    assert put(address[:-4] + "none", b"", Content_Range="bytes */5")[0] == status


def test_a_session_survives_the_client_and_goes_on(cloud: Account, sdk: Any) -> None:
    first = creating(sdk)
    first.next_chunk()
    again = creating(sdk)
    again.resumable_uri, again._in_error_state = first.resumable_uri, True
    assert again.execute()["size"] == str(len(CONTENT))
    assert cloud.content("/a.mov") == CONTENT


def test_an_id_is_good_once_and_only_if_it_was_given_out(cloud: Account, sdk: Any) -> None:
    one, two = sdk.files().generateIds(count=2).execute()["ids"]
    assert creating(sdk, id=one).execute()["id"] == one
    with pytest.raises(HttpError) as caught:
        creating(sdk, id=one).execute()
    assert (caught.value.status_code, json.loads(caught.value.content)["error"]["errors"][0]["reason"]) == (409, "fileIdInUse")
    folder = sdk.files().create(body={"id": two, "mimeType": FOLDER})
    assert folder.execute()["id"] == two
    assert refusal(folder) == (409, "fileIdInUse")
    cloud.control("delete", path=f"id:{two}")
    assert refusal(folder) == (409, "fileIdInUse")
    document = sdk.files().create(body={"id": "x", "mimeType": "application/vnd.google-apps.document"})
    assert refusal(document) == (400, "generatedIdNotSupported")


def test_what_is_used_is_counted_at_once(cloud: Account, sdk: Any) -> None:
    def used() -> list[int]:
        quota = sdk.about().get(fields="storageQuota(usage,usageInDriveTrash)").execute()["storageQuota"]
        return [int(quota["usage"]), int(quota["usageInDriveTrash"])]

    assert used() == [0, 0]
    made = cloud.put("/f/a", "12345")
    cloud.put("/f/b", "123")
    assert used() == [8, 0]
    cloud.put("/f/a", "1234567")
    assert used() == [10, 0]
    cloud.control("trash", path="/f")
    assert used() == [10, 10]
    sdk.files().delete(fileId=made["id"]).execute()
    assert used() == [3, 3]
    cloud.control("shared_drive", name="Team")
    cloud.control("untrash", path="/f")
    cloud.control("move", path="/f/b", to="drive:Team/b")
    assert used() == [0, 0]
    cloud.control("seed", folders=1, files=9)
    assert used() == [9, 0]


def test_the_account_is_full(cloud: Account, sdk: Any) -> None:
    cloud.control("set", quota_bytes=2 * UNIT)
    with pytest.raises(HttpError) as caught:
        creating(sdk).execute()
    assert json.loads(caught.value.content)["error"]["errors"][0]["reason"] == "storageQuotaExceeded"
    assert cloud.files() == {}


def test_the_account_is_full_in_mid_upload(cloud: Account, sdk: Any) -> None:
    request = creating(sdk)
    request.next_chunk()
    cloud.control("set", quota_bytes=0)
    with pytest.raises(HttpError) as caught:
        request.next_chunk()
    assert json.loads(caught.value.content)["error"]["errors"][0]["reason"] == "storageQuotaExceeded"
    cloud.control("set", quota_bytes=None)
    assert "limit" not in sdk.about().get(fields="storageQuota").execute()["storageQuota"]
    request._in_error_state = True
    assert request.execute()["size"] == str(len(CONTENT))


def test_a_days_uploads_have_an_end(cloud: Account, sdk: Any) -> None:
    cloud.control("set", daily_upload_bytes=10)
    creating(sdk, b"12345678901234567890").execute()  # the one that goes over the limit is taken
    small = sdk.files().create(body={"name": "b"}, media_body=MediaInMemoryUpload(b"1", "text/plain"))
    assert refusal(small) == (403, "userRateLimitExceeded")
    cloud.control("move_clock", seconds=86401)
    small.execute()


def test_calls_of_a_minute_have_an_end(cloud: Account, sdk: Any) -> None:
    cloud.control("set", calls_per_minute=2)
    get = sdk.files().get(fileId="root")
    get.execute(), get.execute()
    assert refusal(get) == (403, "userRateLimitExceeded")
    cloud.control("move_clock", seconds=61)
    get.execute()
    cloud.control("set", calls_per_minute=None, units_per_minute=150, rate_answer=[429, "rateLimitExceeded"])
    cloud.control("move_clock", seconds=61)
    sdk.files().list().execute()
    assert refusal(sdk.files().list()) == (429, "rateLimitExceeded")
    get.execute()


def test_a_place_is_full_by_count_or_by_depth(cloud: Account, sdk: Any) -> None:
    cloud.put("/a/b/x", "x")
    folder = cloud.control("look", path="/a/b")["id"]
    new = sdk.files().create(body={"parents": [folder]})
    cloud.control("set", most_children=1)
    assert refusal(new) == (403, "numChildrenInNonRootLimitExceeded")
    cloud.control("set", most_children=10, most_levels=2)
    assert refusal(new) == (403, "myDriveHierarchyDepthLimitExceeded")


# -- downloads


def test_parts_of_a_file(cloud: Account, sdk: Any) -> None:
    made = creating(sdk).execute()
    request = sdk.files().get_media(fileId=made["id"])
    target = io.BytesIO()
    download = MediaIoBaseDownload(target, request, chunksize=UNIT)
    done = False
    while not done:
        _, done = download.next_chunk()
    assert target.getvalue() == CONTENT
    request.headers["range"] = f"bytes={len(CONTENT) - 5}-"
    assert request.execute() == CONTENT[-5:]
    request.headers["range"] = f"bytes={len(CONTENT)}-"
    with pytest.raises(HttpError) as caught:
        request.execute()
    assert (caught.value.status_code, caught.value.resp["content-range"]) == (416, f"bytes */{len(CONTENT)}")


def test_files_that_one_does_not_get(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/a", "x")
    media = sdk.files().get_media(fileId=made["id"])
    cloud.control("mark", path="/a", _abusive=True)
    assert refusal(media) == (403, "cannotDownloadAbusiveFile")
    assert sdk.files().get_media(fileId=made["id"], acknowledgeAbuse=True).execute() == b"x"
    theirs = cloud.control("shared_with_me", name="theirs", text="y")
    cloud.control("mark", path=f"id:{theirs}", copyRequiresWriterPermission=True)
    assert refusal(sdk.files().get_media(fileId=theirs)) == (403, "cannotDownloadFile")
    folder = cloud.control("mkdir", path="/f")
    assert refusal(sdk.files().get_media(fileId=folder["id"])) == (403, "fileNotDownloadable")


def test_copies(cloud: Account, sdk: Any) -> None:
    made = creating(sdk).execute()
    copy = sdk.files().copy(fileId=made["id"], fields="id,name,md5Checksum").execute()
    assert (copy["name"], copy["md5Checksum"], copy["id"] != made["id"]) == ("Copy of a.mov", made["md5Checksum"], True)


# -- very many


def test_seeded_files_are_files(cloud: Account, sdk: Any) -> None:
    assert cloud.control("seed", folders=3, files=40, root="/Shoots") == 120
    assert cloud.control("seed", folders=3, files=40, root="/More") == 120
    one = cloud.control("look", path="/Shoots/2024-02 Shoot 00001/IMG_00007.JPG")
    content = sdk.files().get_media(fileId=one["id"]).execute()
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["size"])
    assert len(cloud.files()) == 240


def test_seeded_files_are_told_on_request(cloud: Account, sdk: Any) -> None:
    cloud.control("seed", folders=2, files=30)
    start = sdk.changes().getStartPageToken().execute()["startPageToken"]
    cloud.control("seed", folders=2, files=30, told=True)
    request, found = sdk.changes().list(pageToken=start, pageSize=25), []
    while request is not None:
        answer = request.execute()
        found += [each["fileId"] for each in answer["changes"]]
        request = sdk.changes().list_next(request, answer)
    assert len(found) == len(set(found)) == 60
