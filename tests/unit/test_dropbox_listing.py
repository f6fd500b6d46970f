"""Listing a Dropbox folder: whole or not at all, by few requests, and what happens meanwhile."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from dropbox import files
from dropbox.stone_serializers import json_compat_obj_decode

from adapters.base import Store
from adapters.dropbox_files import DropboxStore
from adapters.errors import CursorLost, NotOurStore, Unavailable
from adapters.records import ChangePage
from tests.simulators.dropbox.access import ACCESS
from tests.simulators.dropbox.account import Account, account


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


class Known:
    """What somebody knows who applies the feed's pages as the contract says."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, int]] = {}
        self.cursor: str | None = None
        self.pages: list[ChangePage] = []

    def follow(self, store: Store) -> Known:
        self.pages = []
        for page in store.changes(self.cursor):
            self.apply(page)
        return self

    def apply(self, page: ChangePage) -> None:
        self.pages.append(page)
        for gone in page.removed_below:
            self._drop(gone)
        for entry in page.entries:
            self._drop(entry.key)
            self.files[entry.key] = (entry.path, entry.size)
        self.cursor = page.cursor

    def _drop(self, key: str) -> None:
        for known in [each for each in self.files if each == key or each.startswith(f"{key}/")]:
            del self.files[known]

    def sizes(self) -> dict[str, int]:
        return {key: size for key, (_, size) in self.files.items()}


def truth(cloud: Account, root: str = "/Shoots") -> dict[str, int]:
    return {path[len(root) + 1 :].lower(): size for path, size in cloud.files(root + "/").items()}


def fill(cloud: Account, count: int, root: str = "/Shoots") -> None:
    cloud.control("put_many", files={f"{root}/Shoot {n % 7}/IMG_{n:04d}.JPG": "x" * n for n in range(count)})


def test_a_listing_has_every_file_and_says_when_it_is_complete(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 60)
    cloud.put("/Elsewhere/not ours.jpg", "no")
    cloud.put("/Shoots2/not ours.jpg", "no")
    cloud.control("set", page_limit=7, empty_every=4)
    known = Known().follow(store)
    assert known.sizes() == truth(cloud)
    assert [page.complete for page in known.pages] == [False] * (len(known.pages) - 1) + [True]
    assert len(known.pages) > 10


def test_the_folders_met_are_named(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 20)
    folders = {folder.path for page in store.changes(None) for folder in page.folders}
    assert folders == {f"Shoot {n}" for n in range(7)}


def test_the_root_of_the_account_can_be_a_store(cloud: Account) -> None:
    store = cloud.store("")
    cloud.put("/Korhonen/a.jpg", "abc")
    assert Known().follow(store).sizes() == {"korhonen/a.jpg": 3}


def test_a_first_listing_needs_few_requests_and_a_poll_just_one(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("seed", root="/Shoots", folders=30, files=70)
    cloud.control("clear_log")
    known = Known().follow(store)
    assert len(known.files) == 2100
    assert cloud.control.count() <= 2100 / 1000 + 10
    cloud.control("clear_log")
    known.follow(store)
    assert cloud.control.count() == 1
    assert (known.pages[0].entries, known.pages[0].removed_below, known.pages[0].complete) == ((), (), True)


def test_pages_are_asked_for_one_at_a_time(cloud: Account) -> None:
    """However long a listing is, one page of it is held."""
    store = cloud.store()
    fill(cloud, 40)
    cloud.control("set", page_limit=10)
    cloud.control("clear_log")
    pages = store.changes(None)
    assert cloud.control.count() == 0
    for number in range(1, 4):
        next(pages)
        assert cloud.control.count() == number


def test_listing_costs_less_than_the_sdks_own_decoding(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("seed", root="/Shoots", folders=20, files=95)
    _, answer = _page_as_it_comes(cloud)
    began = time.process_time()
    json_compat_obj_decode(files.ListFolderResult_validator, json.loads(answer), strict=False)
    decoding = time.process_time() - began
    began = time.process_time()
    net = store._feed.reader.net(json.loads(answer)["entries"])
    assert len(net.entries) == 1900
    assert time.process_time() - began < decoding * 1.5


def _page_as_it_comes(cloud: Account) -> tuple[int, bytes]:
    request = urllib.request.Request(
        f"{cloud.base_url}/2/files/list_folder",
        b'{"path": "/Shoots", "recursive": true}',
        {"Authorization": f"Bearer {ACCESS}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return answer.status, answer.read()


def test_another_process_goes_on_from_a_pages_cursor(cloud: Account) -> None:
    fill(cloud, 40)
    cloud.control("set", page_limit=10)
    known = Known()
    pages = cloud.store().changes(None)
    known.apply(next(pages))
    known.apply(next(pages))
    assert known.follow(cloud.store()).sizes() == truth(cloud)


def test_what_changes_during_a_listing_comes_with_it_or_after_it(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 40)
    cloud.control("set", page_limit=5)
    known = Known()
    changes = iter(
        [
            lambda: cloud.control("trash", path="/Shoots/Shoot 1"),
            lambda: cloud.control("move", path="/Shoots/Shoot 2", to="/Shoots/Shoot 9"),
            lambda: cloud.put("/Shoots/Shoot 3/IMG_0003.JPG", "changed meanwhile"),
            lambda: cloud.control("move", path="/Shoots/Shoot 4", to="/Elsewhere"),
            lambda: cloud.control("move", path="/Shoots/Shoot 9", to="/Shoots/Shoot 2"),
            lambda: cloud.control("restore", path="/Shoots/Shoot 1/IMG_0001.JPG"),
        ]
    )
    for page in store.changes(None):
        known.apply(page)
        next(changes, lambda: None)()
    assert known.follow(store).sizes() == truth(cloud)


def test_changes_from_another_device_are_followed(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 30)
    known = Known().follow(store)
    cloud.put("/Shoots/new/a.jpg", "new")
    cloud.put("/Shoots/Shoot 1/IMG_0001.JPG", "edited")
    cloud.control("trash", path="/Shoots/Shoot 2")
    cloud.control("move", path="/Shoots/Shoot 3", to="/Shoots/Renamed")
    cloud.control("move", path="/Shoots/Shoot 4/IMG_0004.JPG", to="/Shoots/Shoot 5/IMG_0004.JPG")
    known.follow(store)
    assert known.sizes() == truth(cloud)
    assert known.pages[0].removed_below[0] == "shoot 2"


def test_a_rename_keeps_the_identity(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a/one.jpg", "1")
    page = next(iter(store.changes(None)))
    identity = page.entries[0].identity
    cloud.control("move", path="/Shoots/a", to="/Shoots/Laine")
    (after,) = store.changes(page.cursor)
    assert [(entry.path, entry.identity) for entry in after.entries] == [("Laine/one.jpg", identity)]
    assert after.removed_below == ("a",)


def test_a_rename_of_case_only_is_not_told_but_its_removal_finds_the_place(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/Anna/one.jpg", "1")
    known = Known().follow(store)
    cloud.control("move", path="/Shoots/Anna", to="/Shoots/ANNA")
    assert known.follow(store).pages[0].entries == ()
    cloud.control("trash", path="/Shoots/ANNA")
    assert known.follow(store).files == {}


def test_a_lost_cursor_says_so(cloud: Account) -> None:
    store = cloud.store()
    known = Known().follow(store)
    cloud.control("reset_cursors")
    with pytest.raises(CursorLost):
        known.follow(store)
    known.cursor = None
    known.follow(store)


def test_a_cursor_of_another_folder_is_lost(cloud: Account) -> None:
    cursor = Known().follow(cloud.store("Shoots")).cursor
    with pytest.raises(CursorLost):
        list(cloud.store("Other").changes(cursor))
    with pytest.raises(CursorLost):
        list(cloud.store("Shoots").changes("not a cursor"))


def test_a_root_that_is_gone_is_never_an_empty_store(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 5)
    known = Known().follow(store)
    cloud.control("trash", path="/Shoots")
    with pytest.raises((NotOurStore, CursorLost)):
        known.follow(store)
    with pytest.raises(NotOurStore):
        list(store.changes(None))
    with pytest.raises(NotOurStore):
        store.check()


def test_a_root_that_was_removed_and_made_again_must_be_listed_anew(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 5)
    known = Known().follow(store)
    cloud.control("trash", path="/Shoots")
    cloud.put("/Shoots/Other/a.jpg", "a")
    with pytest.raises(CursorLost):
        known.follow(store)


def test_a_token_that_sees_another_folder_finds_no_marker(cloud: Account) -> None:
    cloud.store()
    with pytest.raises(NotOurStore):
        cloud.store("Elsewhere", adopted=False).check()


@pytest.mark.parametrize(
    "kind", ["half_json", "html", "empty", "close", "reset", "server_error", "unavailable", "limited", "limited_date"]
)
@pytest.mark.parametrize("nth", [1, 3])
def test_a_listing_that_is_cut_raises_and_never_ends_early(cloud: Account, kind: str, nth: int) -> None:
    store = cloud.store()
    fill(cloud, 30)
    cloud.control("set", page_limit=6)
    cloud.control.fault("*/list_folder*", kind, nth=nth, when="after" if kind == "half_json" else "before")
    seen: list[bool] = []
    with pytest.raises(Unavailable):
        seen.extend(page.complete for page in store.changes(None))
    assert not any(seen)
    assert Known().follow(store).sizes() == truth(cloud)


@pytest.mark.parametrize("kind", ["twice", "extra_fields", "charset", "unmounted", "unknown_tag"])
def test_odd_pages_are_understood(cloud: Account, kind: str) -> None:
    store = cloud.store()
    fill(cloud, 30)
    cloud.control.fault("*/list_folder*", kind, when="after", times=99)
    assert Known().follow(store).sizes() == truth(cloud)


def test_a_page_that_lacks_its_parts_is_no_listing(cloud: Account) -> None:
    store = cloud.store()
    for values in ({"entries": None}, {"has_more": None}, {"cursor": ""}, {"has_more": "no"}):
        cloud.control.fault("*/list_folder", "json", when="after", values=values)
        with pytest.raises(Unavailable):
            list(store.changes(None))


def test_empty_pages_without_end_are_given_up(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("set", empty_every=1)
    with pytest.raises(Unavailable):
        list(store.changes(None))


def test_one_folder_is_listed_as_it_is_now(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 20)
    cloud.put("/Shoots/Shoot 1/deeper/x.jpg", "x")
    cloud.control("set", page_limit=2)
    listing = store.list_folder("Shoot 1")
    assert sorted(entry.path for entry in listing.entries) == [f"Shoot 1/IMG_{n:04d}.JPG" for n in (1, 8, 15)]
    assert store.list_folder("Shoot 1").mark == listing.mark
    cloud.put("/Shoots/Shoot 1/IMG_0001.JPG", "other")
    assert store.list_folder("Shoot 1").mark != listing.mark
    assert store.list_folder("").entries == ()


def test_a_survey_counts_without_a_marker_and_stops_at_its_limit(cloud: Account) -> None:
    fill(cloud, 30)
    store = cloud.store(adopted=False)
    found = store.survey()
    assert (found.files, found.folders, found.truncated, found.marker) == (30, 8, False, None)
    assert found.bytes == sum(range(30))
    cloud.control("set", page_limit=5)
    assert store.survey(limit=10).truncated


def waiting(cloud: Account, slept: list[float]) -> tuple[DropboxStore, str]:
    now = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    cloud.control("set", longpoll_scale=0.0005)
    store = cloud.store(monotonic=lambda: now[0], sleep=sleep)
    cursor = Known().follow(store).cursor
    assert cursor is not None
    return store, cursor


def test_waiting_ends_with_news_or_with_the_time(cloud: Account) -> None:
    store, cursor = waiting(cloud, [])
    assert store.wait_for_changes(cursor, 60) is False
    cloud.put("/Shoots/a.jpg", "a")
    assert store.wait_for_changes(cursor, 60) is True


def test_a_wait_that_was_asked_for_is_kept(cloud: Account) -> None:
    slept: list[float] = []
    store, cursor = waiting(cloud, slept)
    cloud.control("set", longpoll_backoff=45)
    store.wait_for_changes(cursor, 60)
    assert slept == []
    assert store.wait_for_changes(cursor, 30) is False
    assert slept == [30]
    store.wait_for_changes(cursor, 60)
    assert slept == [30, 15]


def test_waiting_goes_to_its_own_host_without_a_token(cloud: Account) -> None:
    """The simulator refuses a long poll that comes with a token, or for another host."""
    store, cursor = waiting(cloud, [])
    assert store.wait_for_changes(cursor, 60) is False
    assert cloud.control.count("longpoll") == 1


def test_a_short_wait_is_short(cloud: Account) -> None:
    """The service itself waits half a minute at least."""
    store = cloud.store()
    cursor = Known().follow(store).cursor
    assert cursor is not None
    began = time.monotonic()
    assert store.wait_for_changes(cursor, 0.1) is False
    assert time.monotonic() - began < 10
    cloud.put("/Shoots/a.jpg", "a")
    assert store.wait_for_changes(cursor, 5) is True


def test_a_lost_cursor_ends_the_wait(cloud: Account) -> None:
    store, cursor = waiting(cloud, [])
    cloud.control("reset_cursors")
    with pytest.raises(CursorLost):
        store.wait_for_changes(cursor, 60)
