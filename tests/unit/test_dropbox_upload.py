"""Uploading to Dropbox: never over anything, never twice, gone on with where it broke off."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from adapters.dropbox_files import DropboxStore
from adapters.dropbox_upload import LARGEST_BYTES
from adapters.errors import Changed, Corrupt, Full, StoreError, Unavailable, Unsupported
from adapters.records import Receipt
from tests.simulators.dropbox.account import Account, account
from tests.simulators.dropbox.tree import content_hash

PART = 1000


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


class Bytes:
    """Something to upload, which counts how often it was opened and shows whether it was closed."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.opened: list[BinaryIO] = []

    def __call__(self) -> BinaryIO:
        self.opened.append(io.BytesIO(self.content))
        return self.opened[-1]

    def closed(self) -> bool:
        return all(file.closed for file in self.opened)


def content(size: int) -> bytes:
    return bytes(n * 7 % 251 for n in range(size))


def small_parts(cloud: Account) -> DropboxStore:
    store = cloud.store()
    store._uploads._part_bytes = PART
    return store


def upload(store: DropboxStore, path: str, what: bytes, **more: Any) -> Receipt:
    source = Bytes(what)
    try:
        return store.upload(path, source, len(what), **more)
    finally:
        assert source.closed()


@pytest.mark.parametrize("size", [0, 1, PART - 1, PART, PART + 1, 2 * PART, 5 * PART + 3])
def test_what_was_uploaded_lies_there_and_is_attested(cloud: Account, size: int) -> None:
    store = small_parts(cloud)
    what = content(size)
    receipt = upload(store, "Uusi kansio/kuva ä.jpg", what)
    assert cloud.content("/Shoots/Uusi kansio/kuva ä.jpg") == what
    assert [hash.value.hex() for hash in receipt.hashes] == [content_hash(what)]
    entry = store.stat(receipt.ref)
    assert (entry.path, entry.version, entry.size) == (receipt.path, receipt.version, size)


def test_small_files_take_one_request(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("clear_log")
    upload(store, "a.jpg", b"x")
    assert cloud.control.count() == 1


@pytest.mark.parametrize("size", [10, 3 * PART])
def test_nothing_is_replaced_whatever_the_letters_case(cloud: Account, size: int) -> None:
    store = small_parts(cloud)
    cloud.put("/Shoots/Häät/IMG.JPG", "theirs")
    with pytest.raises(Changed):
        upload(store, "häät/img.jpg", content(size))
    with pytest.raises(Changed):
        upload(store, "Häät", content(size))
    with pytest.raises(Changed):
        upload(store, "Häät/IMG.JPG/below.jpg", content(size))
    assert cloud.files() == {"/Shoots/Häät/IMG.JPG": 6}


def test_the_same_bytes_that_somebody_else_put_there_are_not_ours(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "same")
    with pytest.raises(Changed):
        upload(store, "a.jpg", b"same")


def test_names_are_sent_as_the_service_stores_them(cloud: Account) -> None:
    store = cloud.store()
    assert upload(store, "A\u0308iti/kuva.jpg", b"x").path == "Äiti/kuva.jpg"


@pytest.mark.parametrize("path", ["", "/a", "a//b", "..", "a/../../b", "a\\b", "a\0", "\udc80.jpg", "y" * 300])
def test_paths_that_lead_elsewhere_or_nowhere_are_refused(cloud: Account, path: str) -> None:
    store = cloud.store()
    with pytest.raises(Unsupported):
        upload(store, path, b"x")
    assert cloud.files() == {}


def test_names_that_only_the_service_refuses(cloud: Account) -> None:
    with pytest.raises(Unsupported):
        upload(cloud.store(), "a/desktop.ini", b"x")


def test_a_file_too_large_for_dropbox_is_not_begun(cloud: Account) -> None:
    with pytest.raises(Unsupported):
        cloud.store().upload("a.mov", Bytes(b""), LARGEST_BYTES + 1)


def test_an_account_that_is_full_says_so_and_keeps_what_was_sent(cloud: Account) -> None:
    store = small_parts(cloud)
    cloud.control("set", quota_bytes=2000)
    told: list[tuple[int, str | None]] = []
    what = content(4 * PART)
    with pytest.raises(Full):
        upload(store, "a.mov", what, on_progress=lambda *each: told.append(each))
    cloud.control("set", quota_bytes=10**6)
    cloud.control("clear_log")
    upload(store, "a.mov", what, resume=told[-1][1])
    assert cloud.control.count("append") == 0
    assert cloud.content("/Shoots/a.mov") == what


def test_progress_is_told_after_each_part(cloud: Account) -> None:
    told: list[int] = []
    upload(small_parts(cloud), "a.mov", content(4 * PART), on_progress=lambda sent, token: told.append(sent))
    assert told == [PART, 2 * PART, 3 * PART]


# -- going on


def broken_off(cloud: Account, store: DropboxStore, what: bytes, **rule: Any) -> str:
    """Begin an upload that breaks off; return the last token."""
    told: list[str | None] = []
    cloud.control.fault("*/append_v2", "close", **{"nth": 2, **rule})
    with pytest.raises(Unavailable):
        upload(store, "a.mov", what, on_progress=lambda sent, token: told.append(token))
    assert told[-1] is not None
    return told[-1]


def test_another_process_goes_on_where_it_broke_off(cloud: Account) -> None:
    what = content(6 * PART)
    token = broken_off(cloud, small_parts(cloud), what)
    cloud.control("clear_log")
    upload(small_parts(cloud), "a.mov", what, resume=token)
    assert cloud.content("/Shoots/a.mov") == what
    assert cloud.control.count("/start") == 0
    assert cloud.control.count("append_v2") == 3


def test_a_part_that_had_arrived_is_not_sent_again(cloud: Account) -> None:
    what = content(6 * PART)
    store = small_parts(cloud)
    token = broken_off(cloud, store, what, when="after")
    cloud.control("clear_log")
    upload(store, "a.mov", what, resume=token)
    assert cloud.content("/Shoots/a.mov") == what
    received = sum(line["received_bytes"] for line in cloud.control("log") if "upload_session" in line["path"])
    assert received == 4 * PART, "one part was refused, three were wanted"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "no token",
        "[]",
        "{}",
        '{"sid": 3, "at": "x", "hash": "", "size": 0, "path": ""}',
        json.dumps({"sid": "s", "at": 99999, "hash": "", "size": 6000, "path": "a.mov"}),
        json.dumps({"sid": "unknown", "at": 1000, "hash": "0", "size": 6000, "path": "a.mov"}),
    ],
)
def test_a_token_that_is_none_begins_anew(cloud: Account, token: str) -> None:
    what = content(6 * PART)
    upload(small_parts(cloud), "a.mov", what, resume=token)
    assert cloud.content("/Shoots/a.mov") == what


def test_a_session_that_ended_begins_anew(cloud: Account) -> None:
    what = content(6 * PART)
    store = small_parts(cloud)
    token = broken_off(cloud, store, what)
    cloud.control("expire_sessions")
    upload(store, "a.mov", what, resume=token)
    assert cloud.content("/Shoots/a.mov") == what


def test_a_source_that_changed_meanwhile_is_sent_anew(cloud: Account) -> None:
    store = small_parts(cloud)
    token = broken_off(cloud, store, content(6 * PART))
    other = bytes(reversed(content(6 * PART)))
    upload(store, "a.mov", other, resume=token)
    assert cloud.content("/Shoots/a.mov") == other


@pytest.mark.parametrize("how", ["written to", "replaced"])
def test_a_file_that_changes_while_it_is_sent_is_not_stored_as_a_mixture(cloud: Account, tmp_path: Path, how: str) -> None:
    """Its length stays the same, so only its marks tell."""
    source = tmp_path / "a.mov"
    source.write_bytes(content(6 * PART))
    store = small_parts(cloud)

    def meddle(sent: int, token: str | None) -> None:
        if sent != 2 * PART:
            return
        if how == "written to":
            with source.open("r+b") as file:
                file.write(b"other bytes")
        else:
            new = tmp_path / "new"
            new.write_bytes(bytes(6 * PART))
            new.replace(source)
            # The session must be begun anew, so the source is opened again.
            cloud.control("expire_sessions")

    with pytest.raises(Changed):
        store.upload("a.mov", lambda: source.open("rb"), 6 * PART, on_progress=meddle)
    assert cloud.files() == {}


def test_a_token_of_another_path_is_not_gone_on_with(cloud: Account) -> None:
    what = content(6 * PART)
    store = small_parts(cloud)
    token = broken_off(cloud, store, what)
    upload(store, "b.mov", what, resume=token)
    assert cloud.files() == {"/Shoots/b.mov": 6 * PART}


@pytest.mark.parametrize("size", [10, 6 * PART])
@pytest.mark.parametrize("kind", ["close", "server_error", "half_json"])
def test_a_commit_whose_answer_was_lost_is_found_and_not_repeated(cloud: Account, size: int, kind: str) -> None:
    store = small_parts(cloud)
    what = content(size)
    route = "*/files/upload" if size < PART else "*/finish"
    told: list[str | None] = [None]
    cloud.control.fault(route, kind, when="after")
    with pytest.raises(Unavailable):
        upload(store, "a.mov", what, on_progress=lambda sent, token: told.append(token))
    cloud.control("clear_log")
    receipt = upload(store, "a.mov", what, resume=told[-1])
    assert receipt.already
    assert cloud.control.count("upload") == 0
    with pytest.raises(Changed):
        upload(store, "a.mov", what)


def test_a_commit_whose_answer_was_lost_is_not_confused_with_anothers_file(cloud: Account) -> None:
    store = cloud.store()
    cloud.control.fault("*/files/upload", "close", when="before")
    with pytest.raises(Unavailable):
        upload(store, "a.jpg", b"ours")
    cloud.put("/Shoots/a.jpg", "them")
    with pytest.raises(Changed):
        upload(store, "a.jpg", b"ours")


def test_an_offset_that_never_fits_is_given_up(cloud: Account) -> None:
    error = {".tag": "incorrect_offset", "correct_offset": 1}
    cloud.control.fault("*/append_v2", "error", values={"error": error}, times=999)
    with pytest.raises(Unavailable):
        upload(small_parts(cloud), "a.mov", content(6 * PART))


def test_a_finish_at_a_wrong_offset_is_put_right(cloud: Account) -> None:
    """The server has less than was thought: what it lacks is sent."""
    what = content(3 * PART)
    lookup = {".tag": "incorrect_offset", "correct_offset": 2 * PART}
    error = {".tag": "lookup_failed", "lookup_failed": lookup}
    cloud.control.fault("*/finish", "error", values={"error": error})
    upload(small_parts(cloud), "a.mov", what)
    assert cloud.content("/Shoots/a.mov") == what


def test_write_locks_are_worth_another_try(cloud: Account) -> None:
    store = small_parts(cloud)
    write = {".tag": "too_many_write_operations"}
    told: list[str | None] = []
    cloud.control.fault("*/finish", "error", values={"error": {".tag": "path", "path": write}})
    with pytest.raises(Unavailable):
        upload(store, "a.mov", content(3 * PART), on_progress=lambda sent, token: told.append(token))
    upload(store, "a.mov", content(3 * PART), resume=told[-1])
    assert cloud.content("/Shoots/a.mov") == content(3 * PART)


# -- the source


@pytest.mark.parametrize("size", [10, 4 * PART])
@pytest.mark.parametrize("wrong", [-1, 1])
def test_a_source_of_another_length_is_not_stored(cloud: Account, size: int, wrong: int) -> None:
    store = small_parts(cloud)
    source = Bytes(content(size))
    with pytest.raises(Changed):
        store.upload("a.mov", source, size + wrong)
    assert source.closed()
    assert cloud.files() == {}


def test_what_the_source_raises_stays_what_it_is(cloud: Account) -> None:
    def broken() -> BinaryIO:
        raise OSError(5, "the disk has gone")

    with pytest.raises(OSError, match="disk has gone"):
        cloud.store().upload("a.mov", broken, 5)


def test_a_source_that_gives_little_at_a_time_is_read_on(cloud: Account) -> None:
    class Slowly(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 7))

    cloud.store().upload("a.bin", lambda: Slowly(content(100)), 100)
    assert cloud.content("/Shoots/a.bin") == content(100)


# -- what comes back


@pytest.mark.parametrize("size", [10, 4 * PART])
def test_an_attested_hash_that_is_wrong_is_corrupt_and_nothing_stays(cloud: Account, size: int) -> None:
    cloud.control.fault("*/files/upload", "wrong_hash", when="after")
    cloud.control.fault("*/finish", "wrong_hash", when="after")
    with pytest.raises(Corrupt):
        upload(small_parts(cloud), "a.mov", content(size))
    assert cloud.files() == {}


def test_a_file_that_was_stored_under_another_name_is_taken_back(cloud: Account) -> None:
    cloud.control.fault("*/files/upload", "json", when="after", values={"path_display": "/Shoots/a (1).mov"})
    with pytest.raises(Changed):
        upload(cloud.store(), "a.mov", b"x")
    assert cloud.files() == {}


def test_bytes_that_were_damaged_on_the_way_are_refused_by_the_server(cloud: Account) -> None:
    """Every call carries the hash of its bytes; the simulator checks it, as the service does."""
    store = cloud.store()
    error = {".tag": "content_hash_mismatch"}
    cloud.control.fault("*/files/upload", "error", values={"error": error})
    with pytest.raises(Unavailable):
        upload(store, "a.mov", b"x")


@pytest.mark.parametrize(
    ("kind", "error"),
    [("forbidden", StoreError), ("bad_request", StoreError), ("limited", Unavailable), ("suspended", StoreError)],
)
def test_refusals_in_the_middle_leave_nothing_behind(cloud: Account, kind: str, error: type[StoreError]) -> None:
    cloud.control.fault("*/append_v2", kind, nth=2)
    with pytest.raises(error):
        upload(small_parts(cloud), "a.mov", content(5 * PART))
    assert cloud.files() == {}
