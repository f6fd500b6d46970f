"""Single files in Dropbox: looked at, read, moved, removed, shared; never another one than was meant."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.base import MARKER_NAME
from adapters.dropbox_files import DropboxStore
from adapters.errors import (
    Changed,
    Corrupt,
    NotFound,
    NotOurStore,
    Refused,
    SignInNeeded,
    StoreError,
    Unavailable,
    Unsupported,
)
from adapters.records import Entry, Marker, MediaHint, Presence, Receipt
from tests.simulators.dropbox.account import MARKER, Account, account

TODAY = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


def only(store: DropboxStore) -> Entry:
    (entry,) = [entry for page in store.changes(None) for entry in page.entries]
    return entry


def read(store: DropboxStore, ref: str, *where: int) -> bytes:
    with store.read(ref, *where) as chunks:
        return b"".join(chunks)


# -- the marker


def test_the_marker_is_read_from_the_root(cloud: Account) -> None:
    assert cloud.store().check() == Marker(**MARKER)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"store_id": ""}', '{"store_id": 5, "name": "", "adopted_at": ""}'])
def test_a_marker_that_says_nothing_is_none(cloud: Account, text: str) -> None:
    store = cloud.store()
    cloud.put(f"/Shoots/{MARKER_NAME}", text)
    with pytest.raises(NotOurStore):
        store.check()


def test_adopting_writes_the_marker_once(cloud: Account) -> None:
    cloud.control("mkdir", path="/Shoots")
    store = cloud.store(adopted=False)
    marker = Marker("7a", "cloud", "2025-02-03T00:00:00+00:00")
    with pytest.raises(NotOurStore):
        store.check()
    assert store.adopt(marker) == marker
    assert store.check() == marker
    with pytest.raises(Changed):
        store.adopt(Marker("8b", "cloud", "2025-02-03T00:00:00+00:00"))
    assert store.check() == marker


def test_adopting_again_after_a_lost_answer_finds_its_own_marker(cloud: Account) -> None:
    cloud.control("mkdir", path="/Shoots")
    store = cloud.store(adopted=False)
    marker = Marker("7a", "cloud", "2025-02-03T00:00:00+00:00")
    cloud.control.fault("*/upload", "close", when="after")
    with pytest.raises(Unavailable):
        store.adopt(marker)
    assert store.adopt(marker) == marker


def test_a_folder_that_is_not_there_is_not_made_by_adopting(cloud: Account) -> None:
    store = cloud.store("Shots", adopted=False)
    with pytest.raises(NotOurStore):
        store.adopt(Marker("7a", "cloud", ""))
    assert cloud.control("truth") == {}


# -- looking


def test_stat_is_what_the_listing_says(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a/one.jpg", "1")
    assert store.stat(only(store).ref) == only(store)


def test_a_picture_comes_with_what_the_provider_knows_of_it(cloud: Account) -> None:
    store = cloud.store()
    photo = {
        ".tag": "photo",
        "dimensions": {"height": 4000, "width": 6000},
        "time_taken": "2024-06-01T14:30:00Z",
    }
    info = {".tag": "metadata", "metadata": photo}
    cloud.put("/Shoots/one.jpg", "1", extra={"_media_info": info})
    taken = datetime(2024, 6, 1, 14, 30, tzinfo=UTC)
    assert store.stat(only(store).ref).media == MediaHint(captured_at=taken, width=6000, height=4000)
    cloud.put("/Shoots/one.jpg", "2", extra={"_media_info": {".tag": "pending"}})
    assert store.stat(only(store).ref).media is None


def test_presence_has_three_answers(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/one.jpg", "1")
    ref = only(store).ref
    assert store.presence(ref) is Presence.PRESENT
    cloud.control("trash", path="/Shoots/one.jpg")
    assert store.presence(ref) is Presence.ABSENT
    cloud.control.fault("*/get_metadata", "server_error")
    assert store.presence(ref) is Presence.UNKNOWN


def test_absent_is_only_said_by_a_store_that_is_ours(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/one.jpg", "1")
    entry = only(store)
    cloud.control("trash", path="/Shoots")
    cloud.put("/Shoots/something else.jpg", "x")
    assert store.presence(entry.ref) is Presence.UNKNOWN
    with pytest.raises(NotOurStore):
        store.remove(entry.ref, entry.version)


def test_a_file_that_left_the_folder_is_not_ours_to_touch(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/one.jpg", "1")
    ref = only(store).ref
    version = cloud.control("move", path="/Shoots/one.jpg", to="/Private/one.jpg")["rev"]
    with pytest.raises(NotFound):
        store.stat(ref)
    with pytest.raises(NotFound):
        read(store, ref)
    assert store.presence(ref) is Presence.UNKNOWN
    for act in (store.remove, store.purge):
        with pytest.raises(Changed):
            act(ref, version)
    with pytest.raises(NotFound):
        store.move(ref, version, "back.jpg")
    assert list(cloud.files()) == ["/Private/one.jpg"]


@pytest.mark.parametrize("ref", ["", "id:", "id:unknown", "/Shoots/one.jpg", "one.jpg", "rev:0123456789", "ns:1/x"])
def test_only_an_id_names_a_file(cloud: Account, ref: str) -> None:
    store = cloud.store()
    cloud.put("/Shoots/one.jpg", "1")
    for act in (store.stat, lambda ref: read(store, ref)):
        with pytest.raises(NotFound):
            act(ref)


# -- reading


def test_ranges_are_read_as_they_are_asked_for(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/ä €.txt", "0123456789")
    ref = only(store).ref
    assert read(store, ref) == b"0123456789"
    assert read(store, ref, 3, 4) == b"3456"
    assert read(store, ref, 7) == b"789"
    assert read(store, ref, 8, 100) == b"89"
    assert read(store, ref, 10) == b""
    assert read(store, ref, 99, 5) == b""
    assert read(store, ref, 2, 0) == b""


def test_an_empty_file_is_read(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/empty", "")
    assert read(store, only(store).ref) == b""


def test_a_server_that_passes_over_ranges_is_borne(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a", "0123456789")
    ref = only(store).ref
    cloud.control.fault("*/download", "ranges_ignored", when="after", times=2)
    assert read(store, ref, 3, 4) == b"3456"
    assert read(store, ref, 7) == b"789"


@pytest.mark.parametrize(
    ("kind", "rule", "error"),
    [
        ("truncate", {"at": 100}, Unavailable),
        ("chop", {"at": 100}, Corrupt),
        ("flip", {"at": 100}, Corrupt),
        ("wrong_hash", {}, Corrupt),
        ("empty", {}, Corrupt),
        ("no_result_header", {}, Unavailable),
    ],
)
def test_bytes_that_are_not_right_are_never_taken_for_right(
    cloud: Account, kind: str, rule: dict[str, Any], error: type[StoreError]
) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a", "x" * 5000)
    ref = only(store).ref
    cloud.control.fault("*/download", kind, when="after", **rule)
    with pytest.raises(error):
        read(store, ref)
    assert read(store, ref) == b"x" * 5000


def test_a_range_that_is_cut_short_is_no_range(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a", "x" * 5000)
    ref = only(store).ref
    cloud.control.fault("*/download", "chop", when="after", at=10)
    with pytest.raises(Corrupt):
        read(store, ref, 1000, 100)


def test_what_the_reader_raises_stays_what_it_is(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a", "x")
    with pytest.raises(KeyError), store.read(only(store).ref):
        raise KeyError("mine")


def test_reading_leaves_no_connection_behind(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a", "x" * 100_000)
    ref = only(store).ref
    for _ in range(20):
        with store.read(ref) as chunks:
            next(chunks)
    assert read(store, ref, 0, 1) == b"x"


def test_a_take_down_is_refused(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a", "x", extra={"_restricted": True})
    with pytest.raises(Refused):
        read(store, only(store).ref)


# -- moving


def test_a_move_keeps_the_file_and_gives_its_new_version(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    receipt = store.move(entry.ref, entry.version, "New folder/b.jpg")
    assert receipt == Receipt(entry.ref, "New folder/b.jpg", receipt.version, entry.hashes)
    assert store.stat(entry.ref).version == receipt.version
    assert list(cloud.files()) == ["/Shoots/New folder/b.jpg"]


def test_a_move_wants_the_version_that_was_seen_and_a_free_place(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    cloud.put("/Shoots/taken.jpg", "y")
    with pytest.raises(Changed):
        store.move(entry.ref, entry.version, "TAKEN.jpg")
    with pytest.raises(Changed):
        store.move(entry.ref, entry.version, "taken.jpg/below.jpg")
    cloud.put("/Shoots/a.jpg", "another")
    with pytest.raises(Changed):
        store.move(entry.ref, entry.version, "free.jpg")
    assert cloud.files() == {"/Shoots/a.jpg": 7, "/Shoots/taken.jpg": 1}


def test_a_move_whose_answer_was_lost_is_done_once(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    cloud.control.fault("*/move_v2", "close", when="after")
    with pytest.raises(Unavailable):
        store.move(entry.ref, entry.version, "b.jpg")
    receipt = store.move(entry.ref, entry.version, "b.jpg")
    assert (receipt.already, receipt.version) == (True, store.stat(entry.ref).version)


@pytest.mark.parametrize(
    "path", ["", "/a", "a/", "a//b", "../a", "a/./b", "a\\b", "a\0b", "a ", "\udcff.jpg", "x" * 256]
)
def test_names_that_dropbox_cannot_have_are_refused_here(cloud: Account, path: str) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    with pytest.raises(Unsupported):
        store.move(entry.ref, entry.version, path)
    assert cloud.control.count("move_v2") == 0


# -- removing


def test_a_removal_says_until_when_it_can_be_undone(cloud: Account) -> None:
    store = cloud.store(recoverable_days=30, now=lambda: TODAY)
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    receipt = store.remove(entry.ref, entry.version)
    assert receipt == Receipt(
        entry.ref, "a.jpg", entry.version, entry.hashes, recoverable_until=TODAY + timedelta(days=30)
    )
    assert store.presence(entry.ref) is Presence.ABSENT
    again = store.remove(entry.ref, entry.version)
    assert again.already


def test_without_a_setting_the_longest_window_is_assumed(cloud: Account) -> None:
    store = cloud.store(now=lambda: TODAY)
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    assert store.remove(entry.ref, entry.version).recoverable_until == TODAY + timedelta(days=365)


def test_only_the_revision_that_was_seen_is_removed(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    cloud.put("/Shoots/a.jpg", "a new picture")
    for act in (store.remove, store.purge):
        with pytest.raises(Changed):
            act(entry.ref, entry.version)
    with pytest.raises(Changed):
        store.remove(entry.ref, "no revision")
    assert cloud.files() == {"/Shoots/a.jpg": 13}


def test_a_file_replaced_between_look_and_removal_stays(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    old = cloud.control("truth")["/Shoots/a.jpg"]
    cloud.put("/Shoots/a.jpg", "a new picture")
    cloud.control.fault("*/get_metadata", "json", when="after", values={"rev": old["rev"], "size": 1}, nth=2)
    store.stat(entry.ref)
    with pytest.raises(Changed):
        store.remove(entry.ref, entry.version)
    assert cloud.files() == {"/Shoots/a.jpg": 13}


def test_a_file_replaced_between_look_and_purge_stays_with_all_it_was(cloud: Account) -> None:
    """A purge takes what was seen and nothing else: else it would be gone for good."""
    scopes = ["files.metadata.read", "files.content.read", "files.content.write", "files.permanent_delete", "sharing.read"]
    cloud.control("new_token", name="team", scopes=scopes)
    cloud.control("set", may_purge=True)
    store = cloud.store(permanent_delete=True, credentials=cloud.credentials(access_token="team"))
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    old = cloud.control("truth")["/Shoots/a.jpg"]
    cloud.put("/Shoots/a.jpg", "a new picture")
    cloud.control.fault("*/get_metadata", "json", when="after", values={"rev": old["rev"], "size": 1}, nth=1)
    with pytest.raises(Changed):
        store.purge(entry.ref, entry.version)
    assert cloud.control.count("permanently_delete") == 1, "it was Dropbox that refused it"
    assert cloud.files() == {"/Shoots/a.jpg": 13}
    cloud.control("trash", path="/Shoots/a.jpg")
    cloud.put("/Shoots/a.jpg", "another file at that place")
    receipt = store.purge(entry.ref, entry.version)
    assert receipt.already and receipt.recoverable_until is not None
    assert cloud.files() == {"/Shoots/a.jpg": 26}


def test_another_file_at_the_same_path_stays(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    cloud.control("trash", path="/Shoots/a.jpg")
    cloud.put("/Shoots/a.jpg", "another file")
    assert store.remove(entry.ref, entry.version).already
    assert cloud.files() == {"/Shoots/a.jpg": 12}


@pytest.mark.parametrize("kind", ["close", "server_error", "half_json", "html"])
def test_a_removal_whose_answer_was_lost_is_done_once(cloud: Account, kind: str) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    cloud.control.fault("*/delete_v2", kind, when="after")
    with pytest.raises(Unavailable):
        store.remove(entry.ref, entry.version)
    assert store.remove(entry.ref, entry.version).already


def test_what_was_removed_before_is_dated_by_the_server(cloud: Account) -> None:
    now = [datetime.now(UTC)]
    store = cloud.store(recoverable_days=30, now=lambda: now[0])
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    cloud.control("trash", path="/Shoots/a.jpg")
    now[0] += timedelta(days=10)
    until = store.remove(entry.ref, entry.version).recoverable_until
    assert isinstance(until, datetime)
    assert abs(until - (now[0] + timedelta(days=20))) < timedelta(minutes=1)
    now[0] += timedelta(days=25)
    late = store.remove(entry.ref, entry.version).recoverable_until
    assert isinstance(late, datetime)
    assert late > now[0], "still listed: nobody may say that it is gone for good"


def test_a_folder_that_may_not_be_written_refuses(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("mkdir", path="/Shoots/Theirs", extra={"_no_write": True})
    cloud.put("/Shoots/Theirs/a.jpg", "x")
    entry = only(store)
    with pytest.raises(Refused):
        store.remove(entry.ref, entry.version)


def test_a_purge_that_the_account_does_not_allow_says_what_stays(cloud: Account) -> None:
    store = cloud.store(recoverable_days=180, now=lambda: TODAY)
    assert not store.capabilities.purge
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    assert store.purge(entry.ref, entry.version).recoverable_until == TODAY + timedelta(days=180)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_team_app_purges_if_the_account_lets_it(cloud: Account, allowed: bool) -> None:
    scopes = [
        "files.metadata.read",
        "files.content.read",
        "files.content.write",
        "files.permanent_delete",
        "sharing.read",
    ]
    cloud.control("new_token", name="team", scopes=scopes)
    cloud.control("set", may_purge=allowed)
    store = cloud.store(permanent_delete=True, credentials=cloud.credentials(access_token="team"), now=lambda: TODAY)
    assert store.capabilities.purge
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    receipt = store.purge(entry.ref, entry.version)
    assert receipt.recoverable_until == (None if allowed else TODAY + timedelta(days=365))
    assert cloud.files() == {}


def test_a_purge_that_removes_but_does_not_purge_is_told_apart(cloud: Account) -> None:
    cloud.control(
        "new_token", name="team", scopes=["files.metadata.read", "files.content.read", "files.permanent_delete"]
    )
    cloud.control("set", may_purge=True, purge_fails=True)
    store = cloud.store(permanent_delete=True, credentials=cloud.credentials(access_token="team"))
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    assert store.purge(entry.ref, entry.version).recoverable_until is not None


def test_a_purge_ends_links_first(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    store.share(entry.ref, datetime.now(UTC) + timedelta(days=2))
    store.purge(entry.ref, entry.version)
    assert cloud.control("links") == {}


def test_a_purge_that_is_refused_ends_no_link(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    store.share(entry.ref, datetime.now(UTC) + timedelta(days=2))
    cloud.put("/Shoots/a.jpg", "a new picture")
    with pytest.raises(Changed):
        store.purge(entry.ref, entry.version)
    assert len(cloud.control("links")) == 1


def test_a_checked_store_needs_one_request_to_look_at_a_file(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "x")
    ref = only(store).ref
    store.check()
    cloud.control("clear_log")
    store.stat(ref)
    assert cloud.control.count() == 1


# -- many at once


def wanted(store: DropboxStore) -> list[tuple[str, str, str]]:
    found = [entry for page in store.changes(None) for entry in page.entries]
    return sorted(((entry.ref, entry.version, entry.path) for entry in found), key=lambda each: each[2])


@pytest.mark.parametrize("count", [3, 25])
def test_many_are_removed_at_once_each_with_its_own_outcome(cloud: Account, count: int) -> None:
    slept: list[float] = []
    store = cloud.store(sleep=slept.append)
    cloud.control("set", job_polls=2)
    cloud.control("put_many", files={f"/Shoots/{n:03d}.jpg": str(n) for n in range(count)})
    meant = wanted(store)
    cloud.put("/Shoots/001.jpg", "a new picture")
    cloud.control("trash", path="/Shoots/002.jpg")
    outcomes = list(store.remove_many(meant))
    assert [type(each) for each in outcomes] == [Receipt, Changed, NotFound] + [Receipt] * (count - 3)
    assert cloud.files() == {"/Shoots/001.jpg": 13}
    assert slept == ([1.0, 1.0] if count > 10 else [])


@pytest.mark.parametrize("setting", [{"job_polls": 1000}, {"job_fails": True}])
def test_a_batch_that_does_not_end_is_not_called_done(cloud: Account, setting: dict[str, Any]) -> None:
    store = cloud.store(sleep=lambda seconds: None)
    cloud.control("set", **setting)
    cloud.control("put_many", files={f"/Shoots/{n:03d}.jpg": str(n) for n in range(20)})
    with pytest.raises(Unavailable):
        list(store.remove_many(wanted(store)))


# -- links


def test_a_link_ends_when_it_was_asked_to(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.zip", "x")
    ref = only(store).ref
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
    link = store.share(ref, ends)
    assert (link.expires_at, link.enforced) == (ends, True)
    assert link.url in cloud.control("links")
    store.revoke(link.id)
    store.revoke(link.id)
    store.revoke("https://nowhere.example.test/x")
    assert cloud.control("links") == {}


def test_a_link_that_is_there_already_is_made_to_end(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.zip", "x")
    ref = only(store).ref
    first = store.share(ref, datetime.now(UTC) + timedelta(days=90))
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
    second = store.share(ref, ends)
    assert (second.url, second.expires_at, second.enforced) == (first.url, ends, True)


def test_a_plan_without_ends_for_links_is_told(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("set", links_may_end=False)
    cloud.put("/Shoots/a.zip", "x")
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
    for _ in range(2):
        link = store.share(only(store).ref, ends)
        assert (link.expires_at, link.enforced) == (ends, False)


def test_a_link_that_comes_back_with_a_later_end_is_not_called_enforced(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.zip", "x")
    cloud.control.fault("*/create_shared*", "json", when="after", values={"expires": "2099-01-01T00:00:00Z"})
    assert not store.share(only(store).ref, datetime.now(UTC) + timedelta(days=7)).enforced


def test_a_link_for_colleagues_only_is_taken_back(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.zip", "x")
    permissions = {
        "can_revoke": True, "visibility_policies": [], "can_set_expiry": True, "can_remove_expiry": True,
        "allow_download": True, "can_allow_download": True, "can_disallow_download": False, "allow_comments": False,
        "team_restricts_comments": False, "resolved_visibility": {".tag": "team_only"},
    }  # fmt: skip
    cloud.control.fault("*/create_shared*", "json", when="after", values={"link_permissions": permissions})
    with pytest.raises(Refused):
        store.share(only(store).ref, datetime.now(UTC) + timedelta(days=7))
    assert cloud.control("links") == {}


def test_a_link_for_a_file_that_is_gone_is_not_found(cloud: Account) -> None:
    with pytest.raises(NotFound):
        cloud.store().share("id:gone", datetime.now(UTC) + timedelta(days=7))


# -- the account


def test_room_is_the_accounts_or_the_teams(cloud: Account) -> None:
    store = cloud.store()
    used = sum(cloud.control("truth")[path]["size"] for path in cloud.control("truth"))
    cloud.control("set", quota_bytes=10_000)
    assert (store.space().total_bytes, store.space().used_bytes) == (10_000, used)
    assert store.space().free_bytes == 10_000 - used
    cloud.control("set", team={"root": "100", "home": "1", "home_path": "/Aino"}, quota_bytes=50_000)
    assert (store.space().total_bytes, store.space().used_bytes) == (50_000, used)
    cloud.control("set", member_quota_bytes=1000)
    assert store.space().total_bytes == 1000


def test_whose_account_it_is(cloud: Account) -> None:
    store = cloud.store(
        credentials=cloud.credentials(access_token="sim-access", scope="files.content.read sharing.read")
    )
    found = store.account()
    assert (found.name, found.rights) == ("Aino Esimerkki", ("files.content.read", "sharing.read"))
    assert len(found.id) == 40


TEAM = {"root": "100", "home": "1", "home_path": "/Aino"}


@pytest.mark.parametrize(("root", "seen"), [("", "home.jpg"), ("team", "team.jpg"), ("100", "team.jpg")])
def test_a_team_space_is_seen_from_its_root_where_that_is_set(cloud: Account, root: str, seen: str) -> None:
    cloud.control("set", team=TEAM)
    cloud.put("/Aino/Shoots/home.jpg", "h")
    cloud.put("/Shoots/team.jpg", "t")
    store = cloud.store(adopted=False, path_root=root)
    entry = only(store)
    assert entry.path == seen
    assert store.stat(entry.ref) == entry
    assert store.remove(entry.ref, entry.version).path == seen


def test_a_root_that_changed_is_not_ours(cloud: Account) -> None:
    cloud.control("set", team=TEAM)
    cloud.put("/Shoots/team.jpg", "t")
    store = cloud.store(path_root="100")
    cursor = [page.cursor for page in store.changes(None)][-1]
    cloud.control("set", team=TEAM | {"root": "200"})
    for act in (store.check, lambda: list(store.changes(cursor)), lambda: list(store.changes(None))):
        with pytest.raises(NotOurStore):
            act()
    cloud.control("set", team=None)
    with pytest.raises(NotOurStore):
        store.check()


# -- signing in


def test_a_token_is_asked_for_once_and_again_when_it_ends(cloud: Account) -> None:
    lasting = cloud.credentials(refresh_token="sim-refresh", app_key="sim-app-key")
    store = cloud.store(credentials=lasting)
    store.check()
    store.check()
    assert cloud.control.count("oauth2/token") == 1
    cloud.control("expire_tokens")
    store.check()
    assert cloud.control.count("oauth2/token") == 2


def test_a_spoilt_token_is_replaced_once(cloud: Account) -> None:
    store = cloud.store(credentials=cloud.credentials(refresh_token="sim-refresh", app_key="sim-app-key"))
    store.check()
    cloud.control.fault("*/download", "invalid_token")
    store.check()
    assert cloud.control.count("oauth2/token") == 2


@pytest.mark.parametrize("when", ["at once", "later"])
def test_an_account_that_was_disconnected_needs_a_person(cloud: Account, when: str) -> None:
    store = cloud.store(credentials=cloud.credentials(refresh_token="sim-refresh", app_key="sim-app-key"))
    if when == "later":
        store.check()
    cloud.control("revoke_tokens")
    with pytest.raises(SignInNeeded):
        store.check()


@pytest.mark.parametrize(
    "values",
    [
        {"access_token": "sim-wrong"},
        {"refresh_token": "sim-wrong", "app_key": "sim-app-key"},
        {"refresh_token": "sim-refresh", "app_key": "sim-wrong"},
        {"refresh_token": "sim-refresh"},
        {"app_key": "sim-app-key"},
        {"other": "x"},
    ],
)
def test_credentials_that_are_no_use_need_a_person(cloud: Account, values: dict[str, str]) -> None:
    with pytest.raises(SignInNeeded):
        cloud.store(credentials=cloud.credentials(**values)).check()


def test_a_credentials_file_that_is_not_there_needs_a_person(cloud: Account, tmp_path: Path) -> None:
    with pytest.raises(SignInNeeded):
        cloud.store(credentials=str(tmp_path / "none.json")).check()


def test_a_right_that_is_missing_is_named(cloud: Account) -> None:
    cloud.control("new_token", name="reader", scopes=["files.metadata.read", "files.content.read"])
    store = cloud.store(credentials=cloud.credentials(access_token="reader"))
    store.check()
    cloud.put("/Shoots/a.jpg", "x")
    entry = only(store)
    with pytest.raises(SignInNeeded, match=r"files\.content\.write"):
        store.remove(entry.ref, entry.version)


def test_threads_ask_for_one_token_together(cloud: Account) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = cloud.store(credentials=cloud.credentials(refresh_token="sim-refresh", app_key="sim-app-key"))
    with ThreadPoolExecutor(6) as pool:
        assert len({marker.store_id for marker in pool.map(lambda _: store.check(), range(12))}) == 1
    assert cloud.control.count("oauth2/token") == 1


def test_a_netrc_of_the_machine_does_not_replace_the_token(
    cloud: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    cloud.store().check()


def test_the_kind_is_offered_and_opens_without_the_network() -> None:
    from adapters.dropbox_store import STORE

    store = STORE.open(
        "cloud", {"path": "/Backups/Studio/", "credentials": "/nowhere", "endpoint": "http://127.0.0.1:1"}
    )
    assert (STORE.kind, store.name, store.capabilities.listing) == ("dropbox", "cloud", "feed")
    with pytest.raises(ValueError, match="folder_id"):
        STORE.open("cloud", {"folder_id": "x"})
    with pytest.raises(ValueError, match="path"):
        STORE.open("cloud", {"path": "a/../b"})


def test_the_hash_of_a_listing_is_dropboxs_own(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a", "abc")
    digest = hashlib.sha256(hashlib.sha256(b"abc").digest()).digest()
    assert [(each.algorithm, each.value) for each in only(store).hashes] == [("dropbox", digest)]
