"""Single files in Drive: looked at, read, moved, removed, shared; never another one than was meant."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.base import MARKER_NAME
from adapters.errors import Changed, Corrupt, NotFound, NotOurStore, Refused, StoreError, Unavailable, Unsupported
from adapters.gdrive import read_options
from adapters.gdrive_files import DriveStore
from adapters.gdrive_reads import FIRST_BYTES
from adapters.records import Entry, Marker, Presence, Receipt
from tests.contract.seen import Mirror
from tests.simulators.gdrive.account import MARKER, Account, account

TODAY = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


def opened(cloud: Account, path: str = "Shoots", **options: Any) -> DriveStore:
    cloud.adopt(path)
    given = {"path": path, "credentials": cloud.credentials(), "endpoint": cloud.endpoint, **options}
    store = DriveStore("cloud", read_options(given), now=lambda: TODAY)
    cloud._opened.append(store)
    return store


def only(store: Any) -> Entry:
    (entry,) = Mirror().follow(store).files.values()
    return entry


def read(store: Any, ref: str, *where: int) -> bytes:
    with store.read(ref, *where) as chunks:
        return b"".join(chunks)


# -- the marker


def test_adopting_again_after_a_lost_answer_finds_its_own_marker(cloud: Account) -> None:
    cloud.control("mkdir", path="/Shoots")
    store = cloud.store(adopted=False)
    marker = Marker("7a", "cloud", "2025-02-03T00:00:00+00:00")
    cloud.control.fault("*/upload/*", "server_error", when="after")
    with pytest.raises(Unavailable):
        store.adopt(marker)
    assert store.adopt(marker) == marker
    assert store.check() == marker
    assert cloud.control("look", path=f"/Shoots/{MARKER_NAME}")["parent"]


def test_a_marker_just_written_is_known_though_listings_lag(cloud: Account) -> None:
    cloud.control("mkdir", path="/Shoots")
    store = cloud.store(adopted=False)
    marker = Marker("7a", "cloud", "")
    store.adopt(marker)
    cloud.control("set", listing_lag_seconds=3600)
    assert store.check() == marker


def test_a_folder_that_is_not_there_is_not_made_by_adopting(cloud: Account) -> None:
    with pytest.raises(NotOurStore):
        cloud.store("Shots", adopted=False).adopt(Marker("7a", "cloud", ""))
    assert cloud.control("look", path="/Shots") is None


# -- reading


def test_a_large_file_is_read_in_ranges_and_checked(cloud: Account) -> None:
    store = opened(cloud)
    content = "".join(f"{number:08d}" for number in range(FIRST_BYTES // 4))
    cloud.put("/Shoots/a.mov", content)
    ref = only(store).ref
    assert read(store, ref) == content.encode()
    assert read(store, ref, FIRST_BYTES - 5, 10) == content.encode()[FIRST_BYTES - 5 :][:10]


@pytest.mark.parametrize("length", [10, 2 * FIRST_BYTES])
def test_a_server_that_passes_over_ranges_gives_the_right_bytes(cloud: Account, length: int) -> None:
    store = opened(cloud)
    content = bytes(range(256)) * (length // 256 + 1)
    cloud.put("/Shoots/a.mov", content.decode("latin-1"))
    ref = only(store).ref
    whole = content.decode("latin-1").encode()
    cloud.control.fault("*/drive/v3/files/*", "ranges_ignored", times=50)
    assert read(store, ref) == whole
    assert read(store, ref, 5, 3) == whole[5:8]


def test_bytes_without_the_hash_they_should_have_are_corrupt(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a.jpg", "abc")
    cloud.control("serve_other_bytes", path="/Shoots/a.jpg", text="abd")
    with pytest.raises(Corrupt):
        read(store, only(store).ref)


def test_a_file_that_was_cut_short_or_changed_is_no_file(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a.mov", "x" * (2 * FIRST_BYTES))
    ref = only(store).ref
    with pytest.raises(Corrupt), store.read(ref, 1) as chunks:
        next(chunks)
        cloud.put("/Shoots/a.mov", "y" * (2 * FIRST_BYTES))
        list(chunks)
    cloud.control.fault("*/drive/v3/files/*", "truncate", nth=2)
    with pytest.raises(StoreError):
        read(store, ref)


def test_a_document_has_no_bytes(cloud: Account) -> None:
    store = opened(cloud)
    id = cloud.control("native", path="/Shoots/plan")
    for ask in (lambda: read(store, id), lambda: store.stat(id)):
        with pytest.raises(Unsupported):
            ask()


@pytest.mark.parametrize("ref", ["", "a/b", "short", "../../x?alt=media", "id with blanks"])
def test_what_can_be_no_reference_is_not_found_and_not_asked_for(cloud: Account, ref: str) -> None:
    store = opened(cloud)
    before = cloud.control.count("*")
    with pytest.raises(NotFound):
        store.stat(ref)
    assert cloud.control.count("*") == before


# -- inside the root


def test_what_lies_outside_is_neither_read_nor_removed_nor_called_absent(cloud: Account) -> None:
    cloud.put("/Shoots/a/b/c.jpg", "1")
    # Each knows the folders from before they were moved.
    stores = [opened(cloud) for _ in range(4)]
    entry, *_ = [only(store) for store in stores]
    cloud.control("move", path="/Shoots/a", to="/Elsewhere/a")
    (outcome,) = stores[0].remove_many([(entry.ref, entry.version, entry.path)])
    assert isinstance(outcome, Changed)
    for act in (stores[1].remove, stores[2].purge):
        with pytest.raises(Changed, match="outside"):
            act(entry.ref, entry.version)
    with pytest.raises(NotFound):
        stores[3].move(entry.ref, entry.version, "x.jpg")
    assert stores[3].presence(entry.ref) is Presence.UNKNOWN
    assert cloud.files() == {"/Elsewhere/a/b/c.jpg": 1}


def test_absence_is_said_only_while_the_marker_can_be_read(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a.jpg", "1")
    entry = only(store)
    cloud.control("lose", path="/Shoots")
    assert store.presence(entry.ref) is Presence.UNKNOWN
    with pytest.raises(NotOurStore):
        store.remove(entry.ref, entry.version)
    cloud.control("regain", path="/Shoots")
    cloud.control("delete", path="/Shoots/a.jpg")
    assert store.presence(entry.ref) is Presence.ABSENT
    assert store.remove(entry.ref, entry.version).already


# -- removing


def test_a_removed_file_is_in_the_trash_for_as_long_as_is_said(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a.jpg", "1")
    entry = only(store)
    link = store.share(entry.ref, TODAY + timedelta(days=3))
    assert not link.enforced
    assert cloud.control("may_open", path="/Shoots/a.jpg")
    receipt = store.remove(entry.ref, entry.version)
    assert receipt.recoverable_until == TODAY + timedelta(days=30 + 25)
    assert cloud.control("look", path="/Shoots/a.jpg")["trashed"]
    assert not cloud.control("may_open", path="/Shoots/a.jpg"), "a link still opens it in the trash"
    store.revoke(link.id)


@pytest.mark.parametrize(("days", "until"), [(0, None), (25, TODAY + timedelta(days=25))])
def test_a_purge_deletes_for_good_also_what_is_in_the_trash(cloud: Account, days: int, until: datetime | None) -> None:
    store = opened(cloud, recoverable_days=days)
    for text in ("1", "old", "new"):
        cloud.put("/Shoots/a/a.jpg", text)
    entry = only(store)
    cloud.control("share", path="/Shoots/a/a.jpg", email="guest@example.test")
    store.remove(entry.ref, entry.version)
    cloud.control("trash", path="/Shoots/a")
    receipt = store.purge(entry.ref, entry.version)
    assert (receipt.recoverable_until, receipt.already) == (until, False)
    assert cloud.control("look", path="/Shoots/a/a.jpg") is None
    assert store.purge(entry.ref, entry.version).already


@pytest.mark.parametrize("act", ["remove", "purge"])
def test_others_files_and_other_bytes_stay(cloud: Account, act: str) -> None:
    store = opened(cloud)
    cloud.control("foreign", path="/Shoots/theirs.jpg", text="1")
    theirs = only(store)
    cloud.put("/Shoots/ours.jpg", "1")
    ours = next(entry for entry in Mirror().follow(store).files.values() if entry.owned)
    cloud.put("/Shoots/ours.jpg", "changed")
    with pytest.raises(Refused):
        getattr(store, act)(theirs.ref, theirs.version)
    with pytest.raises(Changed):
        getattr(store, act)(ours.ref, ours.version)
    assert len(cloud.files("/Shoots")) == 2


def test_a_purge_whose_answer_was_lost_is_found_out(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a.jpg", "1")
    entry = only(store)
    cloud.control.fault("*/drive/v3/files/*", "server_error", when="after", method="DELETE")
    with pytest.raises(Unavailable):
        store.purge(entry.ref, entry.version)
    assert store.purge(entry.ref, entry.version).already


def test_many_are_removed_by_few_requests_and_each_is_looked_at(cloud: Account) -> None:
    store = opened(cloud)
    cloud.control("put_many", files={f"/Shoots/{n % 4}/{n}.jpg": str(n) for n in range(120)})
    cloud.control("foreign", path="/Shoots/theirs.jpg", text="1")
    found = Mirror().follow(store).paths()
    cloud.put("/Shoots/1/5.jpg", "changed")
    cloud.control("trash", path="/Shoots/2/6.jpg")
    cloud.control("move", path="/Shoots/3/7.jpg", to="/Elsewhere/7.jpg")
    wanted = [(entry.ref, entry.version, path) for path, entry in found.items()]
    before = cloud.control.count("*")
    outcomes = dict(zip(found, store.remove_many(wanted), strict=True))
    assert cloud.control.count("*") - before <= 12
    odd = {path: type(outcome) for path, outcome in outcomes.items() if not isinstance(outcome, Receipt)}
    assert odd == {"1/5.jpg": Changed, "3/7.jpg": Changed, "theirs.jpg": Refused}
    assert [path for path, each in outcomes.items() if isinstance(each, Receipt) and each.already] == ["2/6.jpg"]
    assert cloud.files() == {"/Shoots/1/5.jpg": 7, "/Elsewhere/7.jpg": 1, "/Shoots/theirs.jpg": 1}


def test_one_that_fails_in_a_batch_is_its_own(cloud: Account) -> None:
    store = opened(cloud)
    cloud.control("put_many", files={f"/Shoots/{n}.jpg": str(n) for n in range(5)})
    entries = list(Mirror().follow(store).files.values())
    cloud.control.fault("*/batch/*", "close", times=2, nth=2)
    with pytest.raises(Unavailable):
        list(store.remove_many([(entry.ref, entry.version, entry.path) for entry in entries]))
    cloud.control("clear_faults")
    done = list(store.remove_many([(entry.ref, entry.version, entry.path) for entry in entries]))
    assert all(isinstance(each, Receipt) for each in done)
    assert cloud.files("/Shoots") == {}


# -- moving


def test_a_move_whose_answer_was_lost_is_done_once(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a.jpg", "1")
    entry = only(store)
    cloud.control.fault("*/drive/v3/files/*", "server_error", when="after", method="PATCH")
    with pytest.raises(Unavailable):
        store.move(entry.ref, entry.version, "x/b.jpg")
    assert store.move(entry.ref, entry.version, "x/b.jpg").already
    assert cloud.files("/Shoots") == {"/Shoots/x/b.jpg": 1}


# -- links


def test_a_link_for_one_person_ends_by_itself(cloud: Account) -> None:
    store = opened(cloud, share_with="client@example.test")
    cloud.put("/Shoots/a.jpg", "1")
    entry = only(store)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
    link = store.share(entry.ref, until)
    assert (link.enforced, link.expires_at) == (True, until)
    assert cloud.control("may_open", path="/Shoots/a.jpg", email="client@example.test")
    store.revoke(link.id)
    assert not cloud.control("may_open", path="/Shoots/a.jpg", email="client@example.test")
    with pytest.raises(Unsupported):
        store.share(entry.ref, TODAY + timedelta(days=400))


def test_a_link_that_comes_from_the_folder_is_not_said_to_have_ended(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a/a.jpg", "1")
    entry = only(store)
    link = store.share(entry.ref, TODAY + timedelta(days=3))
    sdk = cloud.sdk()
    sdk.permissions().create(
        fileId=cloud.control("look", path="/Shoots/a")["id"], body={"type": "anyone", "role": "reader"}
    ).execute()
    with pytest.raises(Refused, match="folder"):
        store.revoke(link.id)


# -- the account


def test_room_is_told_where_there_is_a_limit(cloud: Account) -> None:
    store = opened(cloud)
    cloud.control("set", quota_bytes=1000)
    cloud.put("/Shoots/a.jpg", "x" * 100)
    space = store.space()
    assert space.total_bytes == 1000
    assert space.used_bytes is not None
    assert space.free_bytes == 1000 - space.used_bytes
    cloud.control("set", quota_bytes=None)
    assert store.space().free_bytes is None


def test_the_room_that_was_told_with_a_check_holds_for_a_moment_only(cloud: Account) -> None:
    cloud.adopt("Shoots")
    time = [0.0]
    options = read_options({"path": "Shoots", "credentials": cloud.credentials(), "endpoint": cloud.endpoint})
    store = DriveStore("cloud", options, monotonic=lambda: time[0])
    cloud._opened.append(store)
    cloud.control("set", quota_bytes=10_000, other_usage_bytes=0)
    store.check()

    def asked() -> int:
        cloud.control("clear_log")
        free = store.space().free_bytes
        assert free == 10_000 - sum(cloud.files("/Shoots").values()) - marker
        return cloud.control.count()

    marker = len(cloud.content("/Shoots/" + MARKER_NAME))
    store.check()
    assert asked() == 0, "it came with the check"
    assert asked() == 1, "and holds once"
    store.check()
    store.upload("a.jpg", lambda: io.BytesIO(b"x" * 500), 500)
    assert asked() == 1, "something was done since"
    store.check()
    time[0] += 61
    cloud.put("/Shoots/b.jpg", "by another device")
    assert asked() == 1, "a minute has passed"
    assert store.account().name
    assert store.check() == Marker(**MARKER)


@pytest.mark.parametrize(
    "options", [{"pth": "a"}, {"path": "a", "folder_id": "b"}, {"folder_id": "https://drive.google.com/x"}]
)
def test_settings_that_can_not_be_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="Drive store"):
        read_options(options)


def test_a_content_is_what_its_hash_says(cloud: Account) -> None:
    store = opened(cloud)
    cloud.put("/Shoots/a.jpg", "abc")
    hashes = {hash.algorithm: hash.value for hash in only(store).hashes}
    assert hashes == {"sha256": hashlib.sha256(b"abc").digest(), "md5": hashlib.md5(b"abc").digest()}
