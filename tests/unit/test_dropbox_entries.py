"""A page of Dropbox's listing: what it comes to, and one spelling per folder."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.dropbox_entries import Reader, WrongAnswerError
from adapters.ignoring import compile_ignored
from adapters.records import Entry, Hash


def file(path: str, id: str = "id:a", **more: Any) -> dict[str, Any]:
    return {
        ".tag": "file", "name": path.rpartition("/")[2], "id": id, "client_modified": "2024-06-01T10:00:00Z",
        "server_modified": "2024-06-02T10:00:00Z", "rev": "0123456789", "size": 3, "is_downloadable": True,
        "content_hash": "ab" * 32, "path_lower": path.lower(), "path_display": path,
    } | more  # fmt: skip


def folder(path: str) -> dict[str, Any]:
    return {
        ".tag": "folder",
        "name": path.rpartition("/")[2],
        "id": f"id:{path}",
        "path_lower": path.lower(),
        "path_display": path,
    }


def gone(path: str) -> dict[str, Any]:
    return {
        ".tag": "deleted",
        "name": path.rpartition("/")[2],
        "path_lower": path.lower(),
        "path_display": path,
    }


def reader(root: str = "", ignore: tuple[str, ...] = ()) -> Reader:
    return Reader(root.count("/"), compile_ignored(ignore))


def test_a_file_becomes_an_entry_below_the_root() -> None:
    net = reader("/Backups/Studio").net([file("/backups/STUDIO/Häät Virtanen/IMG_1.JPG", id="id:7")])
    assert net.entries == [
        Entry(
            path="Häät Virtanen/IMG_1.JPG",
            ref="id:7",
            size=3,
            version="0123456789",
            identity="id:7",
            modified_ns=1717236000 * 10**9,
            hashes=(Hash("dropbox", bytes.fromhex("ab" * 32)),),
            key="häät virtanen/img_1.jpg",
        )
    ]


@pytest.mark.parametrize(
    ("shared", "owned"), [({"read_only": True}, False), ({"read_only": False}, True), (None, True)]
)
def test_a_file_that_may_only_be_read_is_not_owned(shared: dict[str, bool] | None, owned: bool) -> None:
    (entry,) = reader().net([file("/a.jpg", sharing_info=shared)]).entries
    assert entry.owned is owned


def test_files_of_one_folder_share_its_spelling() -> None:
    net = reader().net([file("/SHOOTS/a.jpg", "id:1"), folder("/Shoots"), file("/shoots/b.jpg", "id:2")])
    assert {entry.path for entry in net.entries} == {"SHOOTS/a.jpg", "SHOOTS/b.jpg"}
    assert [found.path for found in net.folders] == ["SHOOTS"]


def test_a_folders_own_entry_spells_what_comes_after_it() -> None:
    net = reader().net([folder("/Shoots"), folder("/shoots/Nieminen"), file("/SHOOTS/NIEMINEN/b.jpg")])
    assert [entry.path for entry in net.entries] == ["Shoots/Nieminen/b.jpg"]


def test_keys_are_taken_from_the_server_and_never_computed() -> None:
    item = file("/x.jpg") | {"path_lower": "/i̇stanbul/x.jpg", "path_display": "/İstanbul/x.jpg"}
    assert [entry.key for entry in reader().net([item]).entries] == ["i̇stanbul/x.jpg"]


def test_a_later_removal_undoes_what_was_said_of_the_place_and_below() -> None:
    net = reader().net([file("/a/b/c.jpg"), folder("/a/b"), file("/ab.jpg", "id:2"), gone("/a/b")])
    assert [entry.path for entry in net.entries] == ["ab.jpg"]
    assert net.folders == []
    assert net.removed == ["a/b"]


def test_what_comes_after_a_removal_stands() -> None:
    net = reader().net([gone("/a"), folder("/a"), file("/a/c.jpg")])
    assert [entry.path for entry in net.entries] == ["a/c.jpg"]
    assert net.removed == ["a"]


def test_a_file_takes_the_place_of_a_folder_with_all_in_it() -> None:
    net = reader().net([file("/a/c.jpg", "id:1"), file("/a", "id:2")])
    assert [entry.path for entry in net.entries] == ["a"]


def test_the_last_word_about_a_file_counts() -> None:
    net = reader().net([file("/a.jpg", size=1), file("/A.jpg", size=2)])
    assert [(entry.path, entry.size) for entry in net.entries] == [("A.jpg", 2)]


def test_the_removal_of_the_root_is_told_apart() -> None:
    assert reader("/Shoots").net([gone("/shoots")]).root_removed
    assert not reader("/Shoots").net([gone("/shoots/x")]).root_removed


def test_the_root_itself_and_the_marker_are_no_entries() -> None:
    net = reader("/Shoots").net([folder("/Shoots"), file("/Shoots/.backupd-store")])
    assert (net.entries, net.folders) == ([], [])


def test_what_has_no_bytes_of_its_own_is_a_problem_and_no_file() -> None:
    items = [
        file("/notes.paper", is_downloadable=False, export_info={"export_as": "md"}),
        file("/link", id="id:2", symlink_info={"target": "/elsewhere"}),
        {".tag": "folder", "name": "Shared", "id": "id:3"},
        {".tag": "hologram", "name": "h", "path_lower": "/h", "path_display": "/h"},
    ]
    net = reader().net(items)
    assert net.entries == []
    assert {problem.path for problem in net.problems} == {"notes.paper", "link", "Shared", "h"}


def test_ignored_names_are_passed_over_at_any_depth() -> None:
    net = reader(ignore=("Thumbs.db", "Proofs")).net([file("/a/thumbs.DB"), file("/proofs/x/y.jpg"), file("/a/y.jpg")])
    assert [entry.path for entry in net.entries] == ["a/y.jpg"]


@pytest.mark.parametrize("spoilt", [{"size": -1}, {"size": "3"}, {"id": None}, {"rev": 5}, {"content_hash": "xy"}])
def test_a_file_that_lacks_what_every_file_has_spoils_the_page(spoilt: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswerError):
        reader().net([file("/a.jpg") | spoilt])


_ANY: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("/a/b") | st.just([{}])
)
_ITEM = _ANY | st.fixed_dictionaries(
    {".tag": st.sampled_from(["file", "folder", "deleted", 3])},
    optional={name: _ANY for name in file("/a") if name != ".tag"},
)


@given(st.lists(_ITEM, max_size=4))
def test_any_json_is_a_page_or_a_wrong_answer(items: list[Any]) -> None:
    with contextlib.suppress(WrongAnswerError):
        reader().net(items)


_PLACES = ["/a", "/a/b", "/a/b/c", "/a/d", "/e", "/e/a"]
_SAID = st.tuples(st.sampled_from(["file", "folder", "deleted"]), st.sampled_from(_PLACES))


def _apply(state: dict[str, str], kind: str, path: str) -> None:
    """The rules as the API's documentation has them, one entry at a time."""
    if kind in ("file", "deleted"):
        for below in [each for each in state if each.startswith(path + "/")]:
            del state[below]
    if kind == "deleted":
        state.pop(path, None)
    else:
        state[path] = kind


def _as_told(said: list[tuple[str, str]], state: dict[str, str]) -> list[tuple[str, str]]:
    """Return what the service would say: before anything lies below a file, a folder takes that file's place."""
    told = []
    state = dict(state)
    for kind, path in said:
        files = [] if kind == "deleted" else [each for each in state if path.startswith(each + "/")]
        told += [("folder", each) for each in sorted(files) if state[each] == "file"] + [(kind, path)]
        for entry in told[-1 - len(files) :]:
            _apply(state, *entry)
    return told


@given(st.lists(_SAID, max_size=25), st.lists(_SAID, max_size=25))
def test_a_netted_page_comes_to_what_its_entries_come_to_one_by_one(
    before: list[tuple[str, str]], page: list[tuple[str, str]]
) -> None:
    wanted: dict[str, str] = {}
    for kind, path in _as_told(before, {}):
        _apply(wanted, kind, path)
    found = dict(wanted)
    page = _as_told(page, wanted)
    for kind, path in page:
        _apply(wanted, kind, path)
    made = {"file": lambda path: file(path, id=f"id:{path}"), "folder": folder, "deleted": gone}
    net = reader().net([made[kind](path) for kind, path in page])
    for key in net.removed:
        _apply(found, "deleted", f"/{key}")
    for place in net.folders:
        _apply(found, "folder", f"/{place.key}")
    for entry in net.entries:
        _apply(found, "file", f"/{entry.key}")
    assert found == wanted
