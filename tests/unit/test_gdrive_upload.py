"""Uploads to Drive: parts, sessions that end, answers that are lost, twins that are not made, what is believed."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.errors import Changed, Corrupt, Full, SignInNeeded, StoreError, Unavailable, Unsupported
from adapters.gdrive_files import DriveStore
from adapters.gdrive_upload import LARGEST_BYTES
from adapters.records import Receipt
from adapters.retry import RetryingStore
from tests.contract.seen import Mirror, given
from tests.simulators.gdrive.account import Account, account

PART = 256 * 1024
CONTENT = random.Random(1).randbytes(3 * PART + 1000)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


def opened(cloud: Account, *, adopted: bool = True, **options: Any) -> DriveStore:
    store: DriveStore = cloud.store(adopted=adopted, **options)
    store._uploads._part_bytes = PART
    return store


def put(store: Any, path: str = "a.mov", content: bytes = CONTENT, **more: Any) -> Receipt:
    receipt: Receipt = store.upload(path, given(content), len(content), **more)
    return receipt


def there(cloud: Account) -> dict[str, bytes]:
    return {path.removeprefix("/Shoots/"): cloud.content(path) for path in cloud.files("/Shoots")}


def patient(store: DriveStore) -> RetryingStore:
    slept: list[float] = []
    return RetryingStore(store, sleep=slept.append, random=lambda: 0.0, clock=lambda: sum(slept))


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1, 2 * PART, 3 * PART + 1000])
def test_what_was_uploaded_lies_there_and_is_attested(cloud: Account, size: int) -> None:
    receipt = put(opened(cloud), "2024/häät/a.mov", CONTENT[:size])
    assert there(cloud) == {"2024/häät/a.mov": CONTENT[:size]}
    hashes = {hash.algorithm: hash.value for hash in receipt.hashes}
    assert hashes["sha256"] == hashlib.sha256(CONTENT[:size]).digest()
    assert hashes["md5"] == hashlib.md5(CONTENT[:size]).digest()


# Every request of an upload, by the order in which they come.
_FAULTS = ["close", "server_error", "limited", "limited_429", "unauthorized", "truncate", "html", "empty"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", _FAULTS)
@pytest.mark.parametrize("size", [500, len(CONTENT)])
def test_a_fault_at_any_request_makes_neither_a_twin_nor_a_wrong_file(
    cloud: Account, kind: str, when: str, size: int
) -> None:
    content = CONTENT[:size]
    for nth in range(1, 9):
        store = opened(cloud, credentials=cloud.lasting())
        store.check()
        cloud.control.fault("*/files*", kind, when=when, nth=nth)
        try:
            put(patient(store), f"{nth}/a.mov", content)
        except StoreError:
            # Not all can be borne with patience; then there is nothing, or what there is is right.
            cloud.control("clear_faults")
            put(patient(store), f"{nth}/a.mov", content)
        cloud.control("clear_faults")
        store.close()
    found = cloud.files("/Shoots")
    assert found.keys() == {f"/Shoots/{nth}/a.mov" for nth in range(1, 9)}, "a twin, or a file that is missing"
    folders = [item for item in cloud.control("everything") if "folder" in item["mimeType"] and item["name"].isdigit()]
    assert len(folders) == 8
    assert {hashlib.sha256(bytes_).digest() for bytes_ in there(cloud).values()} == {hashlib.sha256(content).digest()}


@pytest.mark.parametrize("trouble", ["expire_sessions", "clear_nothing"])
def test_an_upload_goes_on_in_another_process_or_begins_anew(cloud: Account, trouble: str) -> None:
    tokens: list[tuple[int, str | None]] = []

    def stop(sent: int, token: str | None) -> None:
        tokens.append((sent, token))
        if sent >= PART:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put(opened(cloud), on_progress=stop)
    if trouble == "expire_sessions":
        cloud.control("expire_sessions")
    told: list[int] = []
    receipt = put(opened(cloud, adopted=False), resume=tokens[-1][1], on_progress=lambda sent, _: told.append(sent))
    assert not receipt.already
    assert (told[0] == 0) == (trouble == "expire_sessions")
    assert there(cloud) == {"a.mov": CONTENT}


def test_an_id_is_told_before_anything_is_sent(cloud: Account) -> None:
    def stop(sent: int, token: str | None) -> None:
        assert (sent, json.loads(token or "")["id"] != "") == (0, True)
        raise KeyboardInterrupt

    for size in (10, len(CONTENT)):
        with pytest.raises(KeyboardInterrupt):
            put(opened(cloud), content=CONTENT[:size], on_progress=stop)
    assert there(cloud) == {}


def test_an_upload_that_had_come_to_its_end_is_not_sent_again(cloud: Account) -> None:
    tokens: list[str | None] = []
    put(opened(cloud), on_progress=lambda _, token: tokens.append(token))
    for token in tokens:
        receipt = put(opened(cloud, adopted=False), resume=token)
        assert receipt.already
    assert there(cloud) == {"a.mov": CONTENT}


def test_a_token_of_other_bytes_makes_no_mixture(cloud: Account) -> None:
    tokens: list[str | None] = []

    def stop(sent: int, token: str | None) -> None:
        tokens.append(token)
        if sent >= 2 * PART:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put(opened(cloud), on_progress=stop)
    other = bytes(len(CONTENT))
    put(opened(cloud, adopted=False), content=other, resume=tokens[-1])
    assert there(cloud) == {"a.mov": other}


def test_a_session_that_leads_away_from_the_service_is_not_followed(cloud: Account) -> None:
    client = opened(cloud)._client
    assert client.moved("https://www.googleapis.com/upload/x?upload_id=1") == f"{cloud.endpoint}/upload/x?upload_id=1"
    assert client.moved(f"{cloud.endpoint}/upload/x") == f"{cloud.endpoint}/upload/x"
    for away in ("", "https://evil.example/x", "http://www.googleapis.com/x", "https://googleapis.com.evil.example/"):
        assert client.moved(away) is None


@pytest.mark.parametrize("more", [b"", b"x"])
def test_a_source_of_another_length_leaves_nothing(cloud: Account, more: bytes) -> None:
    content = CONTENT + more if more else CONTENT[:-1]
    with pytest.raises(Changed):
        opened(cloud).upload("a.mov", given(content), len(CONTENT))
    assert there(cloud) == {}


def test_what_was_stored_otherwise_than_sent_is_taken_back(cloud: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(cloud)
    cloud.control.fault("*/upload/*", "wrong_hash", when="after")
    with pytest.raises(Corrupt):
        put(store, content=b"abc")
    assert there(cloud) == {}


def test_a_full_account_and_a_service_account_have_no_room(cloud: Account) -> None:
    store = opened(cloud)
    cloud.control("set", quota_bytes=1000)
    for size in (3000, len(CONTENT)):
        with pytest.raises(Full):
            put(store, content=CONTENT[:size])
    assert there(cloud) == {}


@pytest.mark.parametrize("size", [10, len(CONTENT)])
def test_what_is_too_much_for_a_day_is_said_to_go_on_tomorrow_and_is_not_tried_again(cloud: Account, size: int) -> None:
    """A throttle has the same reason, and is waited for; the day's end is too far off for that."""
    inner = opened(cloud)
    slept: list[float] = []
    store = RetryingStore(inner, sleep=slept.append, random=lambda: 0.0, clock=lambda: sum(slept))
    cloud.control("set", daily_upload_bytes=100)
    put(store, "one.jpg", b"x" * 200)
    cloud.control("clear_log")
    with pytest.raises(Unavailable, match=r"750 GB.*tomorrow") as caught:
        put(store, "two.jpg", CONTENT[:size])
    assert caught.value.retry_after_seconds is not None and caught.value.retry_after_seconds >= 3600
    assert slept == [] and there(cloud) == {"one.jpg": b"x" * 200}
    cloud.control("set", daily_upload_bytes=10**9)
    cloud.control.fault("*/upload/*", "limited", times=2)
    put(store, "two.jpg", CONTENT[:size])
    assert len(slept) == 2, "a throttle passes"
    assert there(cloud)["two.jpg"] == CONTENT[:size]

def test_an_old_folder_in_the_way_and_names_that_can_not_be_are_refused(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a", "a file")
    cloud.control("mkdir", path="/Shoots/b.mov")
    with pytest.raises(Changed):
        put(store, "a/b.mov")
    with pytest.raises(Changed):
        put(store, "b.mov")
    for path in ("a/../b", "x\0y", "\udce4.jpg"):
        with pytest.raises(Unsupported):
            put(store, path)
    with pytest.raises(Unsupported):
        store.upload("c.mov", given(b""), LARGEST_BYTES + 1)


def test_folders_just_made_are_known_though_listings_lag(cloud: Account) -> None:
    store = opened(cloud)
    store.check()
    cloud.control("set", listing_lag_seconds=3600)
    for number in range(3):
        put(store, f"2024/new/{number}.jpg", b"x")
    assert cloud.files("/Shoots").keys() == {f"/Shoots/2024/new/{number}.jpg" for number in range(3)}


def test_of_two_folders_of_one_name_the_one_with_that_path_is_taken(cloud: Account) -> None:
    store = opened(cloud)
    first = cloud.control("mkdir", path="/Shoots/twin")["id"]
    cloud.control("move_clock", seconds=5)
    folder = "application/vnd.google-apps.folder"
    second = cloud.control("put", path="/Shoots/twin", text="", mime=folder, twin=True)["id"]
    put(store, "twin/one.jpg", b"1")
    put(store, f"twin ({second})/two.jpg", b"2")
    put(store, "with\u2215slash/three.jpg", b"3")
    parents = {item["name"]: item["parent"] for item in cloud.control("everything")}
    assert (parents["one.jpg"], parents["two.jpg"]) == (first, second)
    assert "with/slash" in parents
    assert Mirror().follow(store).paths().keys() == {
        "twin/one.jpg", f"twin ({second})/two.jpg", "with\u2215slash/three.jpg",
    }  # fmt: skip


def test_a_right_that_is_missing_needs_a_person(cloud: Account) -> None:
    store = opened(cloud)
    store.check()
    cloud.control.fault("*/upload/*", "missing_scope", times=9)
    with pytest.raises(SignInNeeded):
        put(store)
