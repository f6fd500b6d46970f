"""Names that Drive allows and a path can't have: what they become, and what becomes of them when something changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import Unsupported
from adapters.gdrive_paths import Sibling, name_key, part_name, part_with_id, parts_of, plain_part
from tests.contract.seen import Mirror
from tests.simulators.gdrive.account import Account, account
from tests.simulators.gdrive.tree import FOLDER

ID, OTHER = "1AbCdEfGhIjKlMnOpQrStUvWxYz", "1ZzZzZzZzZzZzZzZzZzZzZzZzZz"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


# -- the rule


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("ha\u0308a\u0308t.jpg", "ha\u0308a\u0308t.jpg"),
        ("Virtanen/Korhonen 1.6.jpg", "Virtanen\u2215Korhonen 1.6.jpg"),
        ("", f"_ ({ID})"),
        ("..", f".. ({ID})"),
        ("a\0b.jpg", f"a_b ({ID}).jpg"),
        ("a\u2215b.jpg", f"a_b ({ID}).jpg"),
        ("\udce4.jpg", f"_ ({ID}).jpg"),
        (f"a ({OTHER}).jpg", f"a ({OTHER}) ({ID}).jpg"),
    ],
)
def test_a_part_is_the_name_wherever_it_can_be(name: str, part: str) -> None:
    assert plain_part(name, ID, is_folder=False) == part


def test_an_id_goes_before_a_files_suffix_and_behind_a_folders_name() -> None:
    assert part_with_id("a.b.jpg", ID, is_folder=False) == f"a.b ({ID}).jpg"
    assert part_with_id("2024.06.01 Virtanen", ID, is_folder=True) == f"2024.06.01 Virtanen ({ID})"
    assert part_with_id(".hidden", ID, is_folder=False) == f".hidden ({ID})"


def test_the_oldest_keeps_the_name_and_folders_come_before_files() -> None:
    one, two = Sibling("b" * 20, "a.jpg", "2024-01-01"), Sibling("a" * 20, "a.jpg", "2024-01-02")
    folder = Sibling("c" * 20, "a.jpg", "2025-01-01", is_folder=True)
    assert parts_of([two, one]) == {one.id: "a.jpg", two.id: f"a ({two.id}).jpg"}
    assert parts_of([one, two, folder])[folder.id] == "a.jpg"
    assert parts_of([one, two, folder])[one.id] == f"a ({one.id}).jpg"


_names = st.text(st.sampled_from("ab/.\0 ()\u2215\u0308aä\ud800") | st.characters(), max_size=6) | st.sampled_from(
    ["..", ".", "", f"a ({ID}).jpg", f"({OTHER})", f"a ({OTHER}) ({ID}).jpg", "a.jpg"]
)


@given(st.lists(st.tuples(_names, st.sampled_from(["1", "2"]), st.booleans()), max_size=12), st.randoms())
def test_parts_are_safe_unique_and_the_same_in_any_order(things: list[tuple[str, str, bool]], chance: object) -> None:
    ids = [ID, OTHER, *(f"1{number:025d}" for number in range(10))]
    siblings = [Sibling(id, *thing) for id, thing in zip(ids, things, strict=False)]
    parts = parts_of(siblings)
    assert len({name_key(part) for part in parts.values()}) == len(siblings)
    for part in parts.values():
        assert part not in ("", ".", "..")
        assert not {"/", "\0"} & set(part)
        part.encode("utf-8")
    chance.shuffle(siblings)  # type: ignore[attr-defined]
    assert parts_of(siblings) == parts


@pytest.mark.parametrize("part", ["..", ".", "", "\0", "\udce4.jpg", f"a ({ID}).jpg"])
def test_a_name_that_would_be_listed_otherwise_is_not_stored(part: str) -> None:
    with pytest.raises(Unsupported):
        part_name("cloud", "upload", part)


# -- in a store


def test_names_with_slashes_and_dots_are_found_at_safe_paths_and_read(cloud: Account) -> None:
    store = cloud.store()
    ids = {name: cloud.put(["Shoots", "1/2 Virtanen", name], name)["id"] for name in ("a/b.jpg", "..", "c")}
    mirror = Mirror().follow(store)
    assert {path: entry.ref for path, entry in mirror.paths().items()} == {
        "1\u22152 Virtanen/a\u2215b.jpg": ids["a/b.jpg"],
        f"1\u22152 Virtanen/.. ({ids['..']})": ids[".."],
        "1\u22152 Virtanen/c": ids["c"],
    }
    assert {entry.path for entry in store.list_folder("1\u22152 Virtanen").entries} == mirror.paths().keys()
    for path, entry in mirror.paths().items():
        assert store.stat(entry.ref).path == path


@pytest.mark.parametrize("page_limit", [1000, 3])
def test_twins_are_told_apart_wherever_pages_end(cloud: Account, page_limit: int) -> None:
    store = cloud.store()
    ids = []
    for text in ("1", "22", "333"):
        ids.append(cloud.put("/Shoots/a/twin.jpg", text, twin=True)["id"])
        cloud.control("move_clock", seconds=5)
    cloud.control("put_many", files={f"/Shoots/{n % 3}/{n}.jpg": "x" for n in range(12)})
    cloud.put("/Shoots/b/ha\u0308.jpg", "1")
    cloud.control("move_clock", seconds=5)
    younger = cloud.put("/Shoots/b/h\u00e4.jpg", "22")["id"]
    cloud.control("set", page_limit=page_limit)
    paths = Mirror().follow(store).paths()
    assert {path: entry.size for path, entry in paths.items() if path[0] in "ab"} == {
        "a/twin.jpg": 1, f"a/twin ({ids[1]}).jpg": 2, f"a/twin ({ids[2]}).jpg": 3,
        "b/ha\u0308.jpg": 1, f"b/h\u00e4 ({younger}).jpg": 2,
    }  # fmt: skip
    assert len(paths) == 12 + 5
    assert all(store.stat(entry.ref) == entry for entry in paths.values())
    assert {entry.path for entry in store.list_folder("a").entries} == {path for path in paths if path.startswith("a/")}


def twin_folders(cloud: Account) -> list[str]:
    made = []
    for text in ("1", "22"):
        twin = cloud.put("/Shoots/Häät", "", mime=FOLDER, twin=True)["id"]
        cloud.put(f"id:{twin}/a.jpg", text)
        cloud.put(f"id:{twin}/below/b.jpg", text)
        cloud.control("move_clock", seconds=5)
        made.append(twin)
    return made


@pytest.mark.parametrize("fresh", [False, True])
def test_twin_folders_are_followed_through_all_changes(cloud: Account, fresh: bool) -> None:
    store = cloud.store()
    mirror = Mirror().follow(store)
    first, second = twin_folders(cloud)

    def look() -> dict[str, int]:
        at = cloud.store(adopted=False) if fresh else store
        found = {path: entry.size for path, entry in mirror.follow(at).paths().items()}
        assert found == {path: entry.size for path, entry in Mirror().follow(cloud.store(adopted=False)).paths().items()}
        return found

    assert look() == {
        "Häät/a.jpg": 1, "Häät/below/b.jpg": 1, f"Häät ({second})/a.jpg": 2, f"Häät ({second})/below/b.jpg": 2,
    }  # fmt: skip
    cloud.control("trash", path=f"id:{first}")
    assert look() == {"Häät/a.jpg": 2, "Häät/below/b.jpg": 2}
    cloud.control("untrash", path=f"id:{first}")
    assert f"Häät ({second})/a.jpg" in look()
    cloud.control("move", path=f"id:{second}", to="/Shoots/other/Häät")
    assert look().keys() == {"Häät/a.jpg", "Häät/below/b.jpg", "other/Häät/a.jpg", "other/Häät/below/b.jpg"}


def test_a_twin_in_the_trash_gives_its_name_back(cloud: Account) -> None:
    store = cloud.store()
    old = cloud.put("/Shoots/a.jpg", "1")["id"]
    cloud.control("move_clock", seconds=5)
    new = cloud.put("/Shoots/a.jpg", "22", twin=True)["id"]
    mirror = Mirror().follow(store)
    assert {path: entry.ref for path, entry in mirror.paths().items()} == {"a.jpg": old, f"a ({new}).jpg": new}
    cloud.control("trash", path=f"id:{old}")
    assert {path: entry.ref for path, entry in mirror.follow(store).paths().items()} == {"a.jpg": new}
    cloud.control("untrash", path=f"id:{old}")
    assert {path: entry.ref for path, entry in mirror.follow(store).paths().items()} == {"a.jpg": old, f"a ({new}).jpg": new}


# -- folders that move, as the service tells it: by one entry for the folder


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_moved_out_and_in_takes_everything_along(cloud: Account, fresh: bool) -> None:
    store = cloud.store()
    cloud.control("put_many", files={f"/Shoots/{n % 3}/deep/{n}.jpg": "x" for n in range(9)})
    cloud.control("put_many", files={f"/Elsewhere/Shoot/in/{n}.jpg": "x" for n in range(4)})
    mirror = Mirror().follow(store)
    steps = [
        ("/Shoots/0", "/Elsewhere/0"), ("/Elsewhere/Shoot", "/Shoots/1/Shoot"), ("/Elsewhere/0/deep", "/Shoots/2/deeper"),
        ("/Shoots/1", "/Shoots/renamed"), ("/Shoots/renamed/Shoot/in", "/Shoots/2/in"),
    ]  # fmt: skip
    for old, new in steps:
        cloud.control("move", path=old, to=new)
        mirror.follow(cloud.store(adopted=False) if fresh else store)
        wanted = {path.removeprefix("/Shoots/") for path in cloud.files("/Shoots")}
        assert mirror.paths().keys() == wanted


def test_a_file_that_was_asked_for_before_its_folders_change_was_told_hides_nothing(cloud: Account) -> None:
    """The store may know of a rename by other ways than the feed: the feed must tell of it all the same."""
    store = cloud.store()
    ids = [cloud.put(f"/Shoots/old/{n}.jpg", "x")["id"] for n in range(3)]
    mirror = Mirror().follow(store)
    cloud.control("move", path="/Shoots/old", to="/Shoots/new")
    fresh = cloud.store(adopted=False)
    for each in (store, fresh):
        each.presence(ids[0])
        each._reads.inside("stat", ids[0], afresh=True)
    before = Mirror(dict(mirror.files), dict(mirror.folders), mirror.cursor)
    assert mirror.follow(store).paths().keys() == {"new/0.jpg", "new/1.jpg", "new/2.jpg"}
    assert before.follow(fresh).paths().keys() == {"new/0.jpg", "new/1.jpg", "new/2.jpg"}


def test_pages_that_were_given_and_not_kept_are_given_again(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("put_many", files={f"/Shoots/old/{n}.jpg": "x" for n in range(3)})
    mirror = Mirror().follow(store)
    cloud.control("move", path="/Shoots/old", to="/Shoots/new")
    lost = list(store.changes(mirror.cursor))
    assert any(page.entries for page in lost)
    assert mirror.follow(store).paths().keys() == {"new/0.jpg", "new/1.jpg", "new/2.jpg"}


def test_mere_views_cost_no_new_listing(cloud: Account) -> None:
    store = cloud.store()
    cloud.control("put_many", files={f"/Shoots/a/{n}.jpg": "x" for n in range(5)})
    mirror = Mirror().follow(store)
    cloud.control("view", path="/Shoots/a")
    before = cloud.control.count("*")
    (page,) = store.changes(mirror.cursor)
    assert (page.entries, page.folders, page.removed) == ((), (), ())
    assert cloud.control.count("*") - before == 1
