"""The Drive simulator against the real SDK: every way to go wrong goes wrong once, as the client then sees it."""

from __future__ import annotations

import http.client
import io
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.auth.exceptions import RefreshError
from googleapiclient.errors import BatchError, HttpError
from googleapiclient.http import MediaInMemoryUpload, MediaIoBaseDownload

from tests.simulators import faults
from tests.simulators.common import running
from tests.simulators.gdrive import trouble
from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.asking import CONTENT, UNIT, creating, lasting, refusal, session


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


FILES, UPLOADS, TOKEN, BATCH = "*/drive/v3/files*", "*/upload/drive/v3/files*", "*/token", "*/batch/drive/v3"
BROKEN = (http.client.HTTPException, ConnectionError)


def seen_as(act: Callable[[], Any]) -> Any:
    """Return what a call gave, or the status and the reason of its error, or how the line broke."""
    try:
        return act()
    except HttpError as err:
        try:
            error = json.loads(err.content)["error"]
        except ValueError:
            return err.status_code, None
        return err.status_code, error["errors"][0]["reason"] if "errors" in error else error["status"]
    except BROKEN:
        return "broken"


SAID = {kind: (status, reason) for kind, (status, reason, _) in trouble._SAID.items()}


@pytest.mark.parametrize("kind", sorted(SAID))
@pytest.mark.parametrize("when", ["before", "after"])
def test_every_refusal_is_seen_and_after_means_that_it_was_done(cloud: Account, sdk: Any, kind: str, when: str) -> None:
    cloud.control.fault(FILES, kind, when=when, method="POST")
    create = sdk.files().create(body={"name": "a"})
    expected = (401, None) if kind == "unauthorized" else SAID[kind]
    if kind == "unauthorized":
        with pytest.raises(RefreshError):
            create.execute()
    else:
        assert seen_as(create.execute) == expected
    assert len(cloud.files()) == (1 if when == "after" else 0)
    assert cloud.control("faults_used") == 1


@pytest.mark.parametrize(
    ("kind", "rule", "wanted"),
    [
        ("reset", {}, "broken"),
        ("truncate", {"at": 7}, "broken"),
        ("half_json", {"when": "after"}, str),
        ("empty", {"when": "after"}, ""),
        ("html", {"values": {"status": 502}}, (502, None)),
        ("status", {"status": 418}, (418, None)),
        ("slow", {"when": "after", "values": {"seconds": 0.0}}, dict),
        ("drip", {"when": "after", "at": 3}, dict),
        ("chop", {"when": "after", "at": 9}, str),
        ("flip", {"when": "after", "at": 0}, str),
        ("headers", {"when": "after", "headers": {"X-Odd": "1"}}, dict),
        ("json", {"when": "after", "values": {"kind": "odd"}}, dict),
        ("extra_fields", {"when": "after"}, dict),
        ("wrong_types", {"when": "after"}, dict),
        ("error", {"values": {"reason": "quotaExceeded"}}, (403, "quotaExceeded")),
        ("error", {"values": {"new_style": True}}, (403, "PERMISSION_DENIED")),
        ("error", {"values": {"status": 429, "new_style": True}, "headers": {"Retry-After": "7"}}, (429, "RESOURCE_EXHAUSTED")),
    ],
)
def test_what_spoils_any_answer(cloud: Account, sdk: Any, kind: str, rule: dict[str, Any], wanted: Any) -> None:
    cloud.put("/a", "x")
    # The SDK's HTTP library asks again by itself when a line breaks before the answer.
    cloud.control.fault(FILES, kind, times=2 if wanted == "broken" else 1, **{"when": "after", **rule})
    found = seen_as(sdk.files().list().execute)
    assert isinstance(found, wanted) if isinstance(wanted, type) else found == wanted
    cloud.control("clear_faults")
    assert len(sdk.files().list().execute()["files"]) == 1


def test_a_retry_after_is_in_the_headers(cloud: Account, sdk: Any) -> None:
    cloud.control.fault(FILES, "limited_429", headers={"Retry-After": "7"})
    with pytest.raises(HttpError) as caught:
        sdk.files().list().execute()
    assert caught.value.resp["retry-after"] == "7"


@pytest.mark.parametrize(("when", "left"), [("unread", 1), ("before", 1), ("after", 2)])
def test_a_line_that_breaks_makes_the_client_send_again_by_itself(cloud: Account, sdk: Any, when: str, left: int) -> None:
    cloud.control.fault(FILES, "close", when=when, method="POST")
    sdk.files().create(body={"name": "a"}).execute()
    assert len(cloud.control("everything")) - 1 == left, "the root aside"


def test_with_an_id_of_its_own_the_repeat_is_seen(cloud: Account, sdk: Any) -> None:
    (file_id,) = sdk.files().generateIds(count=1).execute()["ids"]
    cloud.control.fault(FILES, "close", when="after", method="POST")
    assert refusal(sdk.files().create(body={"name": "a", "id": file_id})) == (409, "fileIdInUse")


def test_pages_that_miss_or_repeat(cloud: Account, sdk: Any) -> None:
    cloud.control("put_many", files={f"/{n}": "x" for n in range(4)})
    for kind, count in (("twice", 8), ("missing", 3), ("incomplete", 2)):
        cloud.control.fault(FILES, kind, when="after")
        answer = sdk.files().list().execute()
        assert (len(answer["files"]), answer["incompleteSearch"]) == (count, kind == "incomplete")
    cloud.control.fault("*/changes", "twice", when="after")
    assert len(sdk.changes().list(pageToken="1").execute()["changes"]) == 8


@pytest.mark.parametrize("route", ["*/files", "*/changes", "*/files/*"])
def test_hashes_missing_or_wrong_in_any_answer(cloud: Account, sdk: Any, route: str) -> None:
    made = cloud.put("/a", "abc")
    sums = "md5Checksum,sha1Checksum,sha256Checksum"

    def ask() -> dict[str, str]:
        if route == "*/files":
            return dict(sdk.files().list(fields=f"files({sums})").execute()["files"][0])
        if route == "*/changes":
            return dict(sdk.changes().list(pageToken="1", fields=f"changes/file({sums})").execute()["changes"][0]["file"])
        return dict(sdk.files().get(fileId=made["id"], fields=sums).execute())

    cloud.control.fault(route, "no_hash", when="after")
    assert ask().keys() == {"md5Checksum"}
    cloud.control.fault(route, "wrong_hash", when="after")
    assert ask()["md5Checksum"] == "0" * 32
    assert ask()["md5Checksum"] == made["md5"]


@pytest.mark.parametrize(
    ("verb", "values"),
    [
        ("put", {"path": "/a", "text": "replaced"}),
        ("trash", {"path": "/a"}),
        ("move", {"path": "/a", "to": "/elsewhere/a"}),
        ("delete", {"path": "/a"}),
        ("put", {"path": "/a", "text": "twin", "twin": True}),
    ],
)
def test_something_happens_between_a_look_and_a_deletion(cloud: Account, sdk: Any, verb: str, values: dict[str, Any]) -> None:
    made = cloud.put("/a", "x")
    cloud.control.fault("*/files/*", "meanwhile", method="DELETE", values={"verb": verb, "values": values})
    before = sdk.files().get(fileId=made["id"], fields="md5Checksum").execute()
    assert before["md5Checksum"] == made["md5"]
    deleted = seen_as(sdk.files().delete(fileId=made["id"]).execute)
    assert deleted == ((404, "notFound") if verb == "delete" else "")
    left = ["/a"] if values.get("twin") else []
    assert sorted(cloud.files()) == left


# -- uploads


@pytest.mark.parametrize("nth", [1, 2, 4])
@pytest.mark.parametrize(
    ("kind", "when"),
    [("server_error", "before"), ("backend_error", "after"), ("limited_429", "before"), ("reset", "unread"), ("reset", "after")],
)
def test_an_upload_goes_on_after_a_fault(cloud: Account, sdk: Any, kind: str, when: str, nth: int) -> None:
    cloud.control.fault(UPLOADS, kind, when=when, method="PUT", nth=nth)
    request = creating(sdk)
    tries, done = 0, None
    while done is None:
        assert (tries := tries + 1) < 20
        try:
            _, done = request.next_chunk()
        except HttpError as err:
            assert err.status_code in (429, 500, 503)
        except BROKEN:
            pass
    assert (done["size"], cloud.content("/a.mov")) == (str(len(CONTENT)), CONTENT)
    assert len(cloud.files()) == 1
    assert cloud.control("faults_used") == 1


def test_a_part_of_a_part_arrives(cloud: Account, sdk: Any) -> None:
    cloud.control.fault(UPLOADS, "part_arrives", method="PUT", at=UNIT + 100)
    assert creating(sdk, chunk=2 * UNIT).execute()["size"] == str(len(CONTENT))
    assert cloud.content("/a.mov") == CONTENT


@pytest.mark.parametrize("at", [0, UNIT])
def test_less_is_said_to_be_kept(cloud: Account, sdk: Any, at: int) -> None:
    cloud.control.fault(UPLOADS, "smaller_range", method="PUT", nth=2, when="after", at=at)
    assert creating(sdk).execute()["size"] == str(len(CONTENT))
    assert cloud.content("/a.mov") == CONTENT


@pytest.mark.parametrize(("kind", "status"), [("session_404", 404), ("session_410", 410)])
def test_a_session_that_is_gone(cloud: Account, sdk: Any, kind: str, status: int) -> None:
    cloud.control.fault(UPLOADS, kind, method="PUT", nth=2)
    with pytest.raises(HttpError) as caught:
        creating(sdk).execute()
    assert caught.value.status_code == status


def test_a_token_ends_in_mid_upload(cloud: Account) -> None:
    cloud.control.fault(UPLOADS, "unauthorized", method="PUT", nth=2)
    assert creating(lasting(cloud)).execute()["size"] == str(len(CONTENT))
    assert cloud.control.count("/token") == 2
    assert cloud.content("/a.mov") == CONTENT


def test_a_file_that_is_there_and_is_not_said_to_be(cloud: Account, sdk: Any) -> None:
    cloud.control.fault(UPLOADS, "backend_error", when="after", method="PUT")
    request = creating(sdk, CONTENT[:100])
    with pytest.raises(HttpError):
        request.next_chunk()
    _, done = request.next_chunk()
    assert (done["size"], cloud.files()) == ("100", {"/a.mov": 100})


def test_a_start_that_fails(cloud: Account, sdk: Any) -> None:
    cloud.control.fault(UPLOADS, "full", method="POST")
    with pytest.raises(HttpError) as caught:
        creating(sdk).execute()
    assert caught.value.status_code == 403


def test_the_process_is_killed_in_mid_upload(tmp_path: Path) -> None:
    with running("tests.simulators.gdrive", tmp_path / "state") as process:
        cloud = Account(process.base_url, tmp_path)
        request = creating(cloud.sdk())
        request.next_chunk()
        cloud.control.fault(UPLOADS, "kill", when="after", method="PUT")
        with pytest.raises((*BROKEN, OSError)):
            request.next_chunk()
        process.wait_killed()
        process.start()
        assert request.execute()["size"] == str(len(CONTENT))
        assert cloud.content("/a.mov") == CONTENT
        cloud.close()


# -- downloads


def test_a_download_is_cut_short(cloud: Account, sdk: Any) -> None:
    made = creating(sdk).execute()
    media = sdk.files().get_media(fileId=made["id"])
    cloud.control.fault("*/files/*", "truncate", when="after", at=1000)
    with pytest.raises(http.client.IncompleteRead):
        media.execute()
    cloud.control.fault("*/files/*", "chop", when="after", at=1000)
    assert media.execute() == CONTENT[:1000], "without a length nobody notices"
    cloud.control.fault("*/files/*", "flip", when="after", at=5)
    assert media.execute() != CONTENT
    cloud.control.fault("*/files/*", "drip", when="after", at=100_000)
    assert media.execute() == CONTENT


def test_ranges_are_ignored(cloud: Account, sdk: Any) -> None:
    made = creating(sdk).execute()
    media = sdk.files().get_media(fileId=made["id"])
    media.headers["range"] = "bytes=5-9"
    assert media.execute() == CONTENT[5:10]
    cloud.control.fault("*/files/*", "ranges_ignored")
    assert media.execute() == CONTENT


def test_a_range_that_can_not_be_had_says_so_or_not(cloud: Account, sdk: Any) -> None:
    made = cloud.put("/empty", "")
    target = io.BytesIO()
    _, done = MediaIoBaseDownload(target, sdk.files().get_media(fileId=made["id"])).next_chunk()
    assert (done, target.getvalue()) == (True, b"")
    cloud.control.fault("*/files/*", "bare_416")
    with pytest.raises(KeyError):
        MediaIoBaseDownload(target, sdk.files().get_media(fileId=made["id"])).next_chunk()


# -- tokens and batches


@pytest.mark.parametrize(
    ("kind", "rule", "ends"),
    [
        ("invalid_grant", {}, True),
        ("server_error", {"times": 9}, True),
        ("half_json", {"when": "after"}, True),
        ("slow", {"when": "after", "values": {"seconds": 0.0}}, False),
    ],
)
def test_the_token_endpoint_fails(
    cloud: Account, kind: str, rule: dict[str, Any], ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    cloud.control.fault(TOKEN, kind, **rule)
    call = lasting(cloud).files().list()
    if ends:
        # The SDK stumbles over a token's answer that is cut: TypeError.
        with pytest.raises(TypeError if kind == "half_json" else RefreshError):
            call.execute()
    else:
        call.execute()
    assert cloud.control("faults_used") >= 1


def test_a_batch_misses_a_part(cloud: Account, sdk: Any) -> None:
    cloud.control.fault(BATCH, "part_missing", when="after")
    batch = sdk.new_batch_http_request(callback=lambda *answer: None)
    batch.add(sdk.files().get(fileId="root"))
    batch.add(sdk.files().list())
    with pytest.raises((BatchError, KeyError)):
        batch.execute()


def test_a_part_of_a_batch_fails_by_itself(cloud: Account, sdk: Any) -> None:
    found: dict[str, Any] = {}
    cloud.control.fault("*/drive/v3/files/root", "limited")
    cloud.control.fault("*/drive/v3/about", "html", values={"status": 502})
    batch = sdk.new_batch_http_request(callback=lambda name, answer, error: found.update({name: error}))
    batch.add(sdk.files().get(fileId="root"), request_id="a")
    batch.add(sdk.files().list(), request_id="b")
    batch.add(sdk.about().get(fields="user"), request_id="c")
    batch.execute()
    assert (found["a"].status_code, found["b"], found["c"].status_code) == (403, None, 502)


def test_page_and_start_tokens_are_refused(cloud: Account, sdk: Any) -> None:
    cloud.control.fault("*/changes", "page_token")
    assert refusal(sdk.changes().list(pageToken="1")) == (400, "invalid")
    cloud.control.fault("*/files", "page_token")
    assert refusal(sdk.files().list()) == (400, "invalid")


def test_a_session_goes_on_without_a_token(cloud: Account) -> None:
    address = session(cloud)
    cloud.control("revoke_tokens")
    cloud.control("set", tokens={})
    request = urllib.request.Request(address, CONTENT, method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert json.loads(answer.read())["size"] == str(len(CONTENT))


def test_a_session_does_not_go_on_with_a_token_that_ended(cloud: Account) -> None:
    request = urllib.request.Request(session(cloud), CONTENT, {"Authorization": "Bearer old"}, method="PUT")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value as answer:
        assert answer.code == 401
    assert cloud.files() == {}


def test_every_kind_of_fault_is_tried_here() -> None:
    text = Path(__file__).read_text()
    kinds = {*trouble._EDITED, *faults._SPOILERS, "kill", "meanwhile", "part_arrives", "ranges_ignored", "invalid_grant", "error"}
    assert {kind for kind in kinds if f'"{kind}"' not in text.rpartition("def ")[0]} == set()


def test_simple_uploads_fail_as_well(cloud: Account, sdk: Any) -> None:
    cloud.control.fault(UPLOADS, "close", when="after")
    sdk.files().create(body={"name": "a"}, media_body=MediaInMemoryUpload(b"1", "text/plain")).execute()
    assert len(cloud.control("truth")) == 2, "sent twice, and twice it was made"
