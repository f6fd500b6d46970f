"""Listing a Drive folder: whole or not at all, by few requests, and what becomes of everything odd that lies there."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from adapters import gdrive_feed
from adapters.base import MARKER_NAME
from adapters.errors import CursorLost, NotOurStore, Refused, Unavailable
from adapters.gdrive_errors import WrongAnswerError
from adapters.gdrive_walk import UNLISTED
from adapters.records import ChangePage, MediaHint
from tests.contract.seen import Mirror
from tests.simulators.gdrive.account import Account, account


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


def truth(cloud: Account, root: str = "/Shoots") -> dict[str, int]:
    return {path.removeprefix(f"{root}/"): size for path, size in cloud.files(root).items()}


def fill(cloud: Account, count: int, folders: int = 7, root: str = "/Shoots") -> None:
    cloud.control("put_many", files={f"{root}/Shoot {n % folders}/IMG_{n:04d}.JPG": "x" * n for n in range(count)})


def listed(store: Any) -> dict[str, int]:
    return {path: entry.size for path, entry in Mirror().follow(store).paths().items()}


def problems(store: Any) -> dict[str, str]:
    return {problem.path: problem.reason for page in store.changes(None) for problem in page.problems}


def requests(cloud: Account) -> int:
    return cloud.control.count("/drive/v3")


# -- what it costs


@pytest.mark.parametrize(("folders", "files"), [(1, 2500), (400, 3), (900, 1), (120, 40), (1000, 0), (50, 30)])
def test_a_first_listing_costs_few_requests(cloud: Account, folders: int, files: int) -> None:
    store = cloud.store("Studio/Shoots")
    cloud.control("seed", folders=folders, files=files, root="/Studio/Shoots")
    before = requests(cloud)
    found = listed(store)
    made = requests(cloud) - before
    there = len(cloud.control("everything"))
    assert len(found) == folders * files
    folders_there = there - len(found)
    assert made <= len(found) / 900 + folders_there / 40 + 10


def test_a_poll_without_changes_is_one_request_also_for_a_process_that_knows_nothing(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 30)
    cursor = Mirror().follow(store).cursor
    for each in (store, cloud.store(adopted=False)):
        before = cloud.control.count("*")
        (page,) = each.changes(cursor)
        assert (page.entries, page.removed, page.complete) == ((), (), True)
        assert cloud.control.count("*") - before == 1


def test_changes_cost_few_requests_also_for_a_process_that_knows_nothing(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 300, folders=20)
    mirror = Mirror().follow(store)
    for each, most in ((store, 4), (cloud.store(adopted=False), 8)):
        cloud.control("put_many", files={f"/Shoots/Shoot {n % 20}/more {id(each)} {n}.JPG": "x" for n in range(100)})
        before = cloud.control.count("*")
        mirror.follow(each)
        assert cloud.control.count("*") - before <= most
    assert {path: entry.size for path, entry in mirror.paths().items()} == truth(cloud)


def test_memory_stays_flat_with_the_number_of_files(cloud: Account) -> None:
    def peak(store: Any) -> int:
        for _ in store.changes(None):
            pass
        tracemalloc.start()
        for _ in store.changes(None):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    cloud.control("set", page_limit=100)
    small, large = cloud.store("small"), cloud.store("large")
    cloud.control("seed", folders=4, files=100, root="/small")
    cloud.control("seed", folders=4, files=1000, root="/large")
    # The server runs in this process as well: hence the room.
    assert peak(large) < 1.5 * peak(small) + 1_000_000


# -- whole or not at all


def test_a_listing_is_whole_over_short_empty_and_overlapping_pages(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 57)
    cloud.control("set", page_limit=6, empty_every=3, page_overlap=2)
    assert listed(store) == truth(cloud)


@pytest.mark.parametrize("stop", [1, 3, 6, 9])
def test_a_listing_gone_on_with_by_another_process_ends_as_if_it_had_not_been_stopped(cloud: Account, stop: int) -> None:
    store = cloud.store()
    fill(cloud, 60)
    cloud.control("put_many", files={f"/Shoots/Shoot {n}/deep/er/{n}.JPG": "x" for n in range(5)})
    cloud.control("set", page_limit=6)
    mirror = Mirror()
    for _, page in zip(range(stop), store.changes(None), strict=False):
        mirror.take(page)
    cloud.control("move", path="/Shoots/Shoot 1", to="/Shoots/Shoot 2/inner")
    cloud.control("trash", path="/Shoots/Shoot 3")
    cloud.control("put", path="/Shoots/new/a.JPG", text="new")
    mirror.follow(cloud.store(adopted=False))
    assert {path: entry.size for path, entry in mirror.paths().items()} == truth(cloud)


def test_an_answer_that_calls_itself_incomplete_is_not_believed(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 5)
    cloud.control("set", incomplete=True)
    with pytest.raises(Unavailable, match="incomplete"):
        list(store.changes(None))


def test_groups_of_folders_that_find_nothing_are_asked_again_one_by_one(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 40, folders=8)
    cloud.control("set", or_parents_empty=True)
    assert listed(store) == truth(cloud)
    # From then on nobody asks for groups.
    assert not store._lister.queries.trusts_groups
    mirror = Mirror()
    for page in store.changes(None):
        mirror.take(page)
        break
    assert mirror.follow(cloud.store(adopted=False)).paths().keys() == truth(cloud).keys()


def test_where_groups_may_not_be_asked_for_folders_cost_no_request_each(cloud: Account) -> None:
    store = cloud.store("Studio/Shoots")
    cloud.control("seed", folders=300, files=2, root="/Studio/Shoots")
    cloud.control("seed", folders=3, files=30, root="/Studio/Shoots/more")
    cloud.control("set", or_parents_empty=True)
    before = requests(cloud)
    assert len(listed(store)) == 690
    assert requests(cloud) - before <= 690 / 900 + 305 / 40 + 10


def test_what_lies_between_empty_folders_is_listed_once_and_in_few_requests(cloud: Account) -> None:
    store = cloud.store()
    for number in range(180):
        if number % 60 == 50:
            for each in range(25 if number > 60 else 2):
                cloud.put(f"/Shoots/{number}/{each}.jpg", f"{number} {each}")
        else:
            cloud.control("mkdir", path=f"/Shoots/{number}")
    before = requests(cloud)
    named = [entry.path for page in store.changes(None) for entry in page.entries]
    assert sorted(named) == sorted(truth(cloud)) and len(named) == 52
    assert requests(cloud) - before <= 180 / 40 + 10


@pytest.mark.parametrize("taken", [2, 3, 4])
def test_a_listing_of_empty_and_full_folders_is_gone_on_with_by_others(cloud: Account, taken: int) -> None:
    """The first process takes some pages, each that follows more than a group has, and is heard of no more."""
    cloud.store()
    made = sorted((cloud.control("mkdir", path=f"/Shoots/{number}")["id"], number) for number in range(120))
    # The first group finds nothing; among those asked one by one are some that hold more than a few.
    for place in (55, 60, 110):
        for each in range(45):
            cloud.put(f"/Shoots/{made[place][1]}/{each}.jpg", f"{place} {each}")
    cloud.control("set", page_limit=100)
    mirror = Mirror()
    cursor, complete = None, False
    for _ in range(20):
        for page in islice(cloud.store(adopted=False).changes(cursor), taken):
            mirror.take(page)
            cursor, complete = page.cursor, page.complete
        taken = 12
        if complete:
            break
    assert complete
    assert {path: entry.size for path, entry in mirror.paths().items()} == truth(cloud)


def test_folders_that_are_empty_cost_one_more_request_and_no_trust(cloud: Account) -> None:
    store = cloud.store()
    for number in range(12):
        cloud.control("mkdir", path=f"/Shoots/empty {number}")
    before = requests(cloud)
    assert listed(store) == {}
    assert requests(cloud) - before <= 10
    assert store._lister.queries.trusts_groups


def test_a_page_token_that_died_does_not_end_the_listing(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 40)
    cloud.control("set", page_limit=6)
    mirror = Mirror()
    for number, page in enumerate(store.changes(None)):
        mirror.take(page)
        if number == 3:
            cloud.control("expire_page_tokens")
    assert {path: entry.size for path, entry in mirror.paths().items()} == truth(cloud)


def test_a_folder_deleted_while_it_is_listed_is_not_there_in_the_end(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 40)
    mirror = Mirror()
    for number, page in enumerate(store.changes(None)):
        mirror.take(page)
        if number == 0:
            cloud.control("delete", path="/Shoots/Shoot 3")
    assert mirror.paths().keys() == truth(cloud).keys()


def test_what_is_listed_too_late_is_told_by_the_changes(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 5)
    mirror = Mirror().follow(store)
    cloud.control("set", listing_lag_seconds=600)
    cloud.control("put", path="/Shoots/new/deep/a.JPG", text="new")
    assert "new/deep/a.JPG" in mirror.follow(store).paths()


# -- believing


def test_a_root_that_is_lost_says_nothing_of_what_lay_in_it(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 10)
    cursor = Mirror().follow(store).cursor
    for what in ("lose", "trash"):
        cloud.control(what, path="/Shoots")
        for each in (store, cloud.store(adopted=False)):
            with pytest.raises(NotOurStore):
                list(each.changes(cursor))
        cloud.control({"lose": "regain", "trash": "untrash"}[what], path="/Shoots")
    assert {path: entry.size for path, entry in Mirror().follow(store).paths().items()} == truth(cloud)


def test_without_a_marker_no_removal_is_told_and_no_listing_ends(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 10)
    cursor = Mirror().follow(store).cursor
    cloud.control("trash", path="/Shoots/Shoot 1")
    cloud.control("trash", path=f"/Shoots/{MARKER_NAME}")
    with pytest.raises(NotOurStore):
        list(store.changes(cursor))
    with pytest.raises(NotOurStore):
        list(store.changes(None))


def test_a_marker_lost_while_it_is_listed_ends_without_completeness(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 10)
    pages: list[ChangePage] = []

    def follow() -> None:
        for page in store.changes(None):
            pages.append(page)
            cloud.control("trash", path=f"/Shoots/{MARKER_NAME}") if len(pages) == 1 else None

    with pytest.raises(NotOurStore):
        follow()
    assert pages
    assert not any(page.complete for page in pages)


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_position_that_is_no_longer_known_is_lost(cloud: Account, status: int) -> None:
    store = cloud.store()
    cursor = Mirror().follow(store).cursor
    cloud.control("expire_start_tokens", status=status)
    with pytest.raises(CursorLost):
        list(store.changes(cursor))


@pytest.mark.parametrize("cursor", ["", "nonsense", "{}", "[]", '{"place": "::Shoots", "root": "x", "token": 5}'])
def test_a_cursor_that_is_none_is_lost(cloud: Account, cursor: str) -> None:
    with pytest.raises(CursorLost):
        list(cloud.store().changes(cursor))


def test_a_cursor_of_another_folder_is_lost(cloud: Account) -> None:
    cursor = Mirror().follow(cloud.store("Shoots")).cursor
    with pytest.raises(CursorLost):
        list(cloud.store("Other").changes(cursor))


def test_two_folders_of_the_stores_path_must_be_told_apart_by_id(cloud: Account) -> None:
    store = cloud.store()
    twin = cloud.control("put", path=["Shoots"], text="", mime="application/vnd.google-apps.folder", twin=True)
    with pytest.raises(NotOurStore, match="folder_id"):
        store.check()
    cloud.put(f"id:{twin['id']}/{MARKER_NAME}", '{"store_id": "b", "name": "b", "adopted_at": "c"}')
    assert cloud.store("", adopted=False, folder_id=twin["id"]).check().store_id == "b"


# -- what lies there


def test_what_is_no_file_with_bytes_is_told_as_a_problem_and_not_followed(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a/one.jpg", "1")
    cloud.control("shortcut", path="/Shoots/a/up", target="/Shoots")
    cloud.control("shortcut", path="/Shoots/a/gone", target="id:nothing-there")
    cloud.control("native", path="/Shoots/a/plan")
    assert listed(store) == {"a/one.jpg": 1}
    found = problems(store)
    assert found.keys() == {"a/up", "a/gone", "a/plan"}
    assert "shortcut" in found["a/up"]
    assert "document" in found["a/plan"]


def test_a_folder_whose_content_may_not_be_seen_is_a_problem_and_no_absence(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 10)
    cloud.control("limit", path="/Shoots/Shoot 2")
    found = [problem for page in store.changes(None) for problem in page.problems]
    assert [(each.path, each.reason, each.is_folder) for each in found] == [("Shoot 2", UNLISTED, True)]
    cursor = Mirror().follow(store).cursor
    with pytest.raises(Refused):
        store.list_folder("Shoot 2")
    cloud.control("limit", path="/Shoots/Shoot 2", limited=False)
    mirror = Mirror(cursor=cursor).follow(store)
    assert {path for path in mirror.paths() if path.startswith("Shoot 2/")} == {"Shoot 2/IMG_0002.JPG", "Shoot 2/IMG_0009.JPG"}


def test_others_files_are_listed_and_not_ours(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/ours.jpg", "1")
    cloud.control("foreign", path="/Shoots/theirs.jpg", text="22")
    cloud.control("set", others_unlisted=True)
    found = Mirror().follow(store).paths()
    assert {path: entry.owned for path, entry in found.items()} == {"ours.jpg": True, "theirs.jpg": False}


def test_what_is_in_the_trash_is_not_there(cloud: Account) -> None:
    store = cloud.store()
    fill(cloud, 20)
    cloud.control("trash", path="/Shoots/Shoot 1")
    cloud.control("trash", path="/Shoots/Shoot 2/IMG_0002.JPG")
    cloud.control("orphan", path="/Shoots/Shoot 3/IMG_0003.JPG")
    assert listed(store) == truth(cloud)
    assert len(truth(cloud)) == 20 - 3 - 1 - 1


def test_what_lies_in_several_folders_has_one_path(cloud: Account) -> None:
    store = cloud.store()
    for folder in "abc":
        cloud.put(f"/Shoots/{folder}/{folder}.jpg", folder)
    id = cloud.control("more_parents", path="/Shoots/a/a.jpg", folders=["/Shoots/b", "/Shoots/c", "/Elsewhere"])
    mirror = Mirror().follow(store)
    (before,) = [path for path, entry in mirror.paths().items() if entry.ref == id]
    assert store.stat(id).path == before
    assert len(mirror.paths()) == 3
    cloud.put("/Shoots/a/a.jpg", "changed")
    fresh = Mirror(dict(mirror.files), dict(mirror.folders), mirror.cursor).follow(cloud.store(adopted=False))
    assert [path for path, entry in fresh.paths().items() if entry.ref == id] == [before]


def test_a_picture_comes_with_what_the_provider_knows_of_it(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "1")
    cloud.put("/Shoots/b.mov", "2", mime="video/quicktime")
    photo = {"width": 6000, "height": 4000, "time": "2024:06:01 14:30:00", "cameraMake": "Leica", "cameraModel": "M11"}
    cloud.control("mark", path="/Shoots/a.jpg", imageMediaMetadata=photo)
    cloud.control("mark", path="/Shoots/b.mov", videoMediaMetadata={"width": 1920, "height": 1080, "durationMillis": "2500"})
    found = Mirror().follow(store).paths()
    hint = found["a.jpg"].media
    assert isinstance(hint, MediaHint)
    assert (hint.width, hint.height, hint.make, hint.model) == (6000, 4000, "Leica", "M11")
    assert str(hint.captured_at) == "2024-06-01 14:30:00"
    assert found["b.mov"].media == MediaHint(width=1920, height=1080, duration_s=2.5)
    assert store.stat(found["a.jpg"].ref) == found["a.jpg"]


def test_a_file_without_a_sha256_is_known_by_its_md5(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/old.jpg", "1")
    cloud.control("drop_hashes", path="/Shoots/old.jpg")
    entry = Mirror().follow(store).paths()["old.jpg"]
    assert [hash.algorithm for hash in entry.hashes] == ["md5"]


def test_names_that_are_passed_over_are_passed_over_with_all_below(cloud: Account) -> None:
    store = cloud.store(ignore=["*.tmp", "cache"])
    for path in ("a.jpg", "a.tmp", "cache/b.jpg", "c/Cache/d/e.jpg", "c/f.jpg"):
        cloud.put(f"/Shoots/{path}", "1")
    mirror = Mirror().follow(store)
    assert mirror.paths().keys() == {"a.jpg", "c/f.jpg"}
    cloud.put("/Shoots/cache/new.jpg", "1")
    cloud.control("move", path="/Shoots/c/f.jpg", to="/Shoots/cache/f.jpg")
    assert mirror.follow(store).paths().keys() == {"a.jpg"}
    cloud.control("move", path="/Shoots/cache", to="/Shoots/kept")
    assert mirror.follow(store).paths().keys() == {"a.jpg", "kept/b.jpg", "kept/new.jpg", "kept/f.jpg"}


def test_a_shared_drives_folder_is_a_store(cloud: Account) -> None:
    drive = cloud.control("shared_drive", name="Team")
    root = cloud.control("mkdir", path="drive:Team/Shoots")["id"]
    cloud.adopt("drive:Team/Shoots")
    cloud.put("drive:Team/Shoots/a/one.jpg", "1")
    cloud.put("/Shoots/mine.jpg", "1")
    by_path = cloud.store(adopted=False, drive_id=drive)
    by_id = cloud.store("", adopted=False, drive_id=drive, folder_id=root)
    for store in (by_path, by_id):
        mirror = Mirror().follow(store)
        assert mirror.paths().keys() == {"a/one.jpg"}
        assert mirror.paths()["a/one.jpg"].owned
    cloud.put("drive:Team/Shoots/a/two.jpg", "22")
    assert mirror.follow(store).paths().keys() == {"a/one.jpg", "a/two.jpg"}
    with pytest.raises(NotOurStore, match="drive_id"):
        cloud.store("", adopted=False, folder_id=root).check()
    cloud.control("leave_drive", name="Team")
    with pytest.raises(NotOurStore):
        list(store.changes(mirror.cursor))


def test_waiting_asks_now_and_then(cloud: Account) -> None:
    from adapters.gdrive import read_options
    from adapters.gdrive_files import DriveStore

    cloud.adopt("/Shoots")
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            cloud.put("/Shoots/new.jpg", "1")

    given = {"path": "Shoots", "credentials": cloud.credentials(), "endpoint": cloud.endpoint}
    store = DriveStore("cloud", read_options(given), sleep=sleep)
    cursor = Mirror().follow(store).cursor
    assert cursor is not None
    assert not store.wait_for_changes(cursor, 100)
    assert slept == [60, 40]
    assert store.wait_for_changes(cursor, 3600)
    assert slept == [60, 40, 60]
    store.close()


def test_a_change_that_names_a_file_is_never_passed_over() -> None:
    """A bit that flipped in its type took the change out of the feed for good."""
    item = {"id": "a" * 20, "name": "a.jpg", "mimeType": "image/jpeg", "parents": ["b" * 20], "trashed": False}
    item |= {"createdTime": "2026-01-01T00:00:00.000Z"}
    told = [{"changeType": "fime", "fileId": item["id"], "removed": False, "file": item}]
    about_a_drive = [{"changeType": "drive", "removed": False}]
    removed, items = gdrive_feed._read_changes([*told, *about_a_drive])
    assert (removed, [each.id for each in items]) == ([], [item["id"]])
    with pytest.raises(WrongAnswerError):
        gdrive_feed._read_changes([{"changeType": "file", "removed": False}])


def test_a_page_of_changes_that_calls_itself_incomplete_is_none() -> None:
    from adapters.gdrive_errors import WrongAnswerError
    from adapters.gdrive_feed import _read_news

    page = {"changes": [], "newStartPageToken": "7"}
    assert _read_news(page).is_last
    with pytest.raises(WrongAnswerError):
        _read_news(page | {"incompleteSearch": True})
