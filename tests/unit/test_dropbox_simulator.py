"""The simulator against the real SDK: what other tests lean on is as the service's documentation has it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dropbox
import pytest
from dropbox import common, exceptions, files, sharing
from dropbox.stone_serializers import json_compat_obj_decode

from adapters.dropbox_client import make_session
from adapters.dropbox_errors import tags_of
from tests.simulators.common import Control, running
from tests.simulators.dropbox.access import ACCESS
from tests.simulators.dropbox.account import Account, account
from tests.simulators.dropbox.names import key_of
from tests.simulators.dropbox.tree import content_hash


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


@pytest.fixture
def sdk(cloud: Account) -> Iterator[Any]:
    with opened(cloud.base_url) as made:
        yield made


def opened(base_url: str, **options: Any) -> Any:
    options = options or {"oauth2_access_token": ACCESS}
    session = make_session(base_url)
    return dropbox.Dropbox(session=session, max_retries_on_error=0, max_retries_on_rate_limit=0, **options)


def refused(act: Any, *arguments: Any, **options: Any) -> tuple[str, ...]:
    """Return the tags of the API's error that this raises."""
    with pytest.raises(exceptions.ApiError) as caught:
        act(*arguments, **options)
    return tags_of(caught.value.error)


def names(result: Any) -> list[str]:
    return sorted(f"{type(entry).__name__[0]} {entry.path_display}" for entry in result.entries)


# -- shapes, written down by hand: the types alone would not catch a wrong belief


def post(cloud: Account, path: str, body: bytes, **headers: str) -> tuple[int, Any, bytes]:
    given = {"Authorization": f"Bearer {ACCESS}", "Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    given = {name: value for name, value in given.items() if value}
    request = urllib.request.Request(cloud.base_url + path, body, given, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as err:
        with err:
            return err.code, err.headers, err.read()


def test_a_listing_on_the_wire(cloud: Account) -> None:
    cloud.put("/Kuvat/ä.jpg", "abc", modified="2024-06-01T10:00:00Z")
    status, headers, body = post(cloud, "/2/files/list_folder", b'{"path": "/kuvat"}')
    answer = json.loads(body)
    json_compat_obj_decode(files.ListFolderResult_validator, answer, strict=True)
    (entry,) = answer["entries"]
    for name in ("id", "rev", "server_modified"):
        assert entry.pop(name)
    assert entry == {
        ".tag": "file",
        "name": "ä.jpg",
        "client_modified": "2024-06-01T10:00:00Z",
        "size": 3,
        "is_downloadable": True,
        "content_hash": "4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358",
        "path_lower": "/kuvat/ä.jpg",
        "path_display": "/Kuvat/ä.jpg",
    }
    assert (status, headers["Content-Type"], answer["has_more"]) == (200, "application/json", False)
    assert headers["X-Dropbox-Request-Id"]


def test_an_error_on_the_wire(cloud: Account) -> None:
    status, _, body = post(cloud, "/2/files/get_metadata", b'{"path": "/none"}')
    assert (status, json.loads(body)) == (
        409,
        {"error_summary": "path/not_found/.", "error": {".tag": "path", "path": {".tag": "not_found"}}},
    )


def test_an_upload_error_on_the_wire(cloud: Account) -> None:
    cloud.put("/a", "a")
    header = json.dumps({"path": "/a", "strict_conflict": True})
    status, _, body = post(
        cloud, "/2/files/upload", b"a", Dropbox_API_Arg=header, Content_Type="application/octet-stream"
    )
    error = json.loads(body)["error"]
    assert (status, error["reason"]) == (409, {".tag": "conflict", "conflict": {".tag": "file"}})
    assert (error[".tag"], bool(error["upload_session_id"])) == ("path", True)


@pytest.mark.parametrize(
    ("path", "body", "headers", "wanted"),
    [
        ("/2/files/nonsense", b"{}", {}, 404),
        ("/2/files/list_folder", b"{", {}, 400),
        ("/2/files/list_folder", b'{"path": "/"}', {}, 400),
        ("/2/files/list_folder", b'{"path": "x"}', {}, 400),
        ("/2/files/list_folder", b'{"path": "", "nonsense": 1}', {}, 400),
        ("/2/files/list_folder", b'{"path": "", "limit": 5000}', {}, 400),
        ("/2/files/list_folder", b'{"path": ""}', {"Content_Type": "text/plain"}, 400),
        ("/2/files/get_metadata", b'{"path": ""}', {}, 400),
        ("/2/files/list_folder/continue", b'{"cursor": "made up"}', {}, 400),
        ("/2/files/list_folder", b'{"path": ""}', {"Authorization": ""}, 401),
        ("/2/files/list_folder", b'{"path": ""}', {"Authorization": "Bearer nonsense"}, 401),
        ("/2/files/list_folder", b'{"path": ""}', {"X_Forwarded_Host": "content.dropboxapi.com"}, 400),
        ("/2/files/list_folder/longpoll", b'{"cursor": "x", "timeout": 30}', {}, 400),
        ("/2/files/download", b"", {"Content_Type": ""}, 400),
    ],
)
def test_what_the_service_would_not_take_is_not_taken(
    cloud: Account, path: str, body: bytes, headers: dict[str, str], wanted: int
) -> None:
    assert post(cloud, path, body, **headers)[0] == wanted


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358"),
        (bytes(4 * 1024**2 + 1), "14a4d47f23a30177885d9820122f17d2d3a55fe63f7f5c27b95f689e0b2accd6"),
    ],
)
def test_content_hashes(content: bytes, wanted: str) -> None:
    assert content_hash(content) == wanted


def test_names_fold_letter_by_letter() -> None:
    assert key_of("/A\u0308 ΣΑΣ İ") == "/ä σασ İ"


# -- listing


def test_case_is_kept_and_means_nothing(cloud: Account, sdk: Any) -> None:
    sdk.files_upload(b"1", "/Häät/Kuva.JPG")
    sdk.files_upload(b"2", "/HÄÄT/toinen.jpg")
    assert names(sdk.files_list_folder("", recursive=True)) == [
        "F /HÄÄT/toinen.jpg",
        "F /Häät",
        "F /Häät/Kuva.JPG",
    ]
    assert sdk.files_get_metadata("/häät/KUVA.jpg").path_display == "/Häät/Kuva.JPG"


def test_a_recursive_listing_names_the_folder_itself(cloud: Account, sdk: Any) -> None:
    cloud.put("/a/b/c", "x")
    assert names(sdk.files_list_folder("/a", recursive=True)) == ["F /a", "F /a/b", "F /a/b/c"]
    assert names(sdk.files_list_folder("/a")) == ["F /a/b"]


@pytest.mark.parametrize("order", ["shuffle", "path"])
@pytest.mark.parametrize("under", ["", "/s"])
def test_pages_have_everything_once(cloud: Account, sdk: Any, order: str, under: str) -> None:
    cloud.control("set", order=order, empty_every=3)
    cloud.control("put_many", files={f"/s/{n % 4}/{n}": "x" for n in range(30)})
    result = sdk.files_list_folder(under, recursive=True, limit=7)
    found = names(result)
    while result.has_more:
        result = sdk.files_list_folder_continue(result.cursor)
        found += names(result)
    assert len(found) == len(set(found)) == 35


def test_a_deleted_folder_is_one_entry_and_a_move_is_two_things(cloud: Account, sdk: Any) -> None:
    cloud.put("/a/b/c", "x")
    cursor = sdk.files_list_folder_get_latest_cursor("", recursive=True).cursor
    old = sdk.files_get_metadata("/a/b/c")
    sdk.files_move_v2("/a/b", "/d")
    result = sdk.files_list_folder_continue(cursor)
    assert [type(each).__name__ for each in result.entries] == ["DeletedMetadata", "FolderMetadata", "FileMetadata"]
    assert (result.entries[2].id, result.entries[2].path_display) == (old.id, "/d/c")
    sdk.files_delete_v2("/d")
    assert names(sdk.files_list_folder_continue(result.cursor)) == ["D /d"]


def test_what_was_deleted_can_be_listed_and_looked_up(cloud: Account, sdk: Any) -> None:
    cloud.put("/a", "x")
    sdk.files_delete_v2("/a")
    assert names(sdk.files_list_folder("", include_deleted=True)) == ["D /a"]
    assert names(sdk.files_list_folder("")) == []
    assert isinstance(sdk.files_get_metadata("/a", include_deleted=True), files.DeletedMetadata)
    assert refused(sdk.files_get_metadata, "/a") == ("path", "not_found")


def test_cursors_end(cloud: Account, sdk: Any) -> None:
    cloud.control("mkdir", path="/a")
    cursor = sdk.files_list_folder("/a", recursive=True).cursor
    sdk.files_delete_v2("/a")
    assert refused(sdk.files_list_folder_continue, cursor) == ("path", "not_found")
    cloud.control("reset_cursors")
    assert refused(sdk.files_list_folder_continue, cursor) == ("reset",)


def test_a_long_poll_ends_at_once_when_something_changes(cloud: Account, sdk: Any) -> None:
    import threading

    cursor = sdk.files_list_folder("", recursive=True).cursor
    timer = threading.Timer(0.05, lambda: cloud.put("/a", "x"))
    timer.start()
    began = time.monotonic()
    assert sdk.files_list_folder_longpoll(cursor, 30).changes
    assert time.monotonic() - began < 10
    timer.join()


def test_a_long_polls_time_is_the_tests(cloud: Account, sdk: Any) -> None:
    cursor = sdk.files_list_folder("", recursive=True).cursor
    cloud.control("set", longpoll_scale=0.0)
    assert not sdk.files_list_folder_longpoll(cursor, 30).changes


# -- writing


def test_nothing_is_written_over_something_else(cloud: Account, sdk: Any) -> None:
    first = sdk.files_upload(b"1", "/a")
    assert sdk.files_upload(b"1", "/a").rev == first.rev, "the same bytes are no conflict"
    assert refused(sdk.files_upload, b"2", "/A") == ("path", "conflict", "file")
    assert refused(sdk.files_upload, b"1", "/a", strict_conflict=True) == ("path", "conflict", "file")
    assert refused(sdk.files_upload, b"1", "/a/b") == ("path", "conflict", "file_ancestor")
    assert sdk.files_upload(b"2", "/a", autorename=True).name == "a (2)"
    update = files.WriteMode.update
    assert refused(sdk.files_upload, b"3", "/a", update("0123456789")) == ("path", "conflict", "file")
    again = sdk.files_upload(b"3", "/a", update(first.rev))
    assert (again.id, again.rev > first.rev) == (first.id, True)


@pytest.mark.parametrize(
    ("path", "tags"), [("/desktop.ini", ("path", "disallowed_name")), ("/a\\b", ("path", "malformed_path"))]
)
def test_refused_names(sdk: Any, path: str, tags: tuple[str, ...]) -> None:
    assert refused(sdk.files_upload, b"1", path) == tags


def test_bytes_that_do_not_have_their_hash_are_refused(sdk: Any) -> None:
    assert refused(sdk.files_upload, b"1", "/a", content_hash="0" * 64) == ("content_hash_mismatch",)


def test_an_upload_session_stands_where_it_says(cloud: Account, sdk: Any) -> None:
    sid = sdk.files_upload_session_start(b"12345").session_id
    cursor = files.UploadSessionCursor(sid, 2)
    assert refused(sdk.files_upload_session_append_v2, b"x", cursor) == ("incorrect_offset",)
    sdk.files_upload_session_append_v2(b"678", files.UploadSessionCursor(sid, 5), close=True)
    assert refused(sdk.files_upload_session_append_v2, b"x", files.UploadSessionCursor(sid, 8)) == ("closed",)
    commit = files.CommitInfo("/a")
    done = sdk.files_upload_session_finish(b"", files.UploadSessionCursor(sid, 8), commit)
    assert cloud.content(done.path_display) == b"12345678"
    gone = refused(sdk.files_upload_session_finish, b"", files.UploadSessionCursor(sid, 8), commit)
    assert gone == ("lookup_failed", "not_found")


def test_a_commit_that_fails_keeps_the_bytes(cloud: Account, sdk: Any) -> None:
    cloud.put("/a", "theirs")
    sid = sdk.files_upload_session_start(b"12").session_id
    finish = sdk.files_upload_session_finish
    cursor = files.UploadSessionCursor(sid, 2)
    assert refused(finish, b"34", cursor, files.CommitInfo("/a")) == ("path", "conflict", "file")
    assert refused(finish, b"34", cursor, files.CommitInfo("/b")) == ("lookup_failed", "incorrect_offset")
    finish(b"", files.UploadSessionCursor(sid, 4), files.CommitInfo("/b"))
    assert cloud.content("/b") == b"1234"


def test_parts_in_any_order(cloud: Account, sdk: Any) -> None:
    block = 4 * 1024**2
    sid = sdk.files_upload_session_start(b"", session_type=files.UploadSessionType.concurrent).session_id
    append = sdk.files_upload_session_append_v2
    odd = files.UploadSessionCursor(sid, 5)
    assert refused(append, b"x", odd) == ("concurrent_session_invalid_offset",)
    append(bytes(block), files.UploadSessionCursor(sid, 0))
    append(b"end", files.UploadSessionCursor(sid, block), close=True)
    entry = files.UploadSessionFinishArg(files.UploadSessionCursor(sid, block + 3), files.CommitInfo("/a"))
    (result,) = sdk.files_upload_session_finish_batch_v2([entry]).entries
    assert result.get_success().size == block + 3


def test_sessions_grow_old(cloud: Account, sdk: Any) -> None:
    sid = sdk.files_upload_session_start(b"12").session_id
    cloud.control("move_clock", seconds=8 * 86400)
    assert refused(sdk.files_upload_session_append_v2, b"3", files.UploadSessionCursor(sid, 2)) == ("not_found",)


def test_a_deletion_is_compared_with_the_revision(cloud: Account, sdk: Any) -> None:
    first = sdk.files_upload(b"1", "/a")
    second = sdk.files_upload(b"2", "/a", files.WriteMode.overwrite)
    assert refused(sdk.files_delete_v2, first.id, parent_rev=first.rev) == ("path_write", "conflict", "file")
    assert sdk.files_delete_v2(first.id, parent_rev=second.rev).metadata.rev == second.rev
    assert refused(sdk.files_delete_v2, "/a") == ("path_lookup", "not_found")


def test_a_folder_too_large_is_not_deleted(cloud: Account, sdk: Any) -> None:
    cloud.control("set", most_deleted=2)
    cloud.control("put_many", files={f"/a/{n}": "x" for n in range(3)})
    assert refused(sdk.files_delete_v2, "/a") == ("too_many_files",)


def test_revisions_come_back_until_the_window_ends(cloud: Account, sdk: Any) -> None:
    first = sdk.files_upload(b"1", "/a")
    sdk.files_upload(b"22", "/a", files.WriteMode.overwrite)
    sdk.files_delete_v2("/a")
    found = sdk.files_list_revisions("/a")
    assert (found.is_deleted, [each.size for each in found.entries]) == (True, [2, 1])
    assert sdk.files_list_revisions(first.id, mode=files.ListRevisionsMode.id).server_deleted is not None
    restored = sdk.files_restore("/a", first.rev)
    assert (restored.id, restored.rev == first.rev, cloud.content("/a")) == (first.id, False, b"1")
    assert refused(sdk.files_restore, "/a", "0123456789") == ("invalid_revision",)
    sdk.files_delete_v2("/a")
    cloud.control("move_clock", seconds=31 * 86400)
    assert refused(sdk.files_list_revisions, "/a") == ("path", "not_found")


def test_moves_and_copies(cloud: Account, sdk: Any) -> None:
    first = sdk.files_upload(b"1", "/a")
    sdk.files_upload(b"2", "/b")
    assert refused(sdk.files_move_v2, "/a", "/B") == ("to", "conflict", "file")
    assert refused(sdk.files_move_v2, "/a", "/b/c") == ("to", "conflict", "file_ancestor")
    assert refused(sdk.files_move_v2, "/none", "/c") == ("from_lookup", "not_found")
    assert refused(sdk.files_move_v2, "/a", "/A") == ("duplicated_or_nested_paths",)
    assert sdk.files_move_v2(first.id, "/new/c").metadata.id == first.id
    copied = sdk.files_copy_v2("/new", "/copies").metadata
    assert copied.id != first.id
    assert sdk.files_get_metadata("/copies/c").content_hash == first.content_hash
    assert sdk.files_create_folder_v2("/more").metadata.path_display == "/more"
    assert refused(sdk.files_create_folder_v2, "/MORE") == ("path", "conflict", "folder")


def test_purging_is_not_for_everybody(sdk: Any) -> None:
    sdk.files_upload(b"1", "/a")
    with pytest.raises(exceptions.AuthError):
        sdk.files_permanently_delete("/a")


def test_a_link_dies_and_comes_alive_with_its_file(cloud: Account, sdk: Any) -> None:
    cloud.put("/f/a", "x")
    link = sdk.sharing_create_shared_link_with_settings("/f")
    direct = sdk.sharing_list_shared_links(path="/f/a", direct_only=True).links
    around = sdk.sharing_list_shared_links(path="/f/a").links
    assert (direct, [each.url for each in around]) == ([], [link.url])
    error = refused(sdk.sharing_create_shared_link_with_settings, "/f")
    assert error[0] == "shared_link_already_exists"
    own = sdk.sharing_create_shared_link_with_settings("/f/a")
    cloud.control("trash", path="/f/a")
    assert refused(sdk.sharing_revoke_shared_link, own.url) == ("shared_link_not_found",)
    cloud.control("restore", path="/f/a")
    sdk.sharing_revoke_shared_link(own.url)
    past = sharing.SharedLinkSettings(expires=sdk.files_get_metadata("/f/a").server_modified.replace(year=2001))
    tags = refused(sdk.sharing_create_shared_link_with_settings, "/f/a", past)
    assert tags == ("settings_error", "invalid_settings")


# -- access


def test_scopes_and_ends_of_tokens(cloud: Account) -> None:
    cloud.control("new_token", name="reader", scopes=["files.metadata.read"])
    with opened(cloud.base_url, oauth2_access_token="reader") as reader:
        reader.files_list_folder("")
        with pytest.raises(exceptions.AuthError) as caught:
            reader.files_upload(b"1", "/a")
        assert caught.value.error.get_missing_scope().required_scope == "files.content.write"
        cloud.control("expire_tokens")
        with pytest.raises(exceptions.AuthError) as caught:
            reader.files_list_folder("")
        assert caught.value.error.is_expired_access_token()


def test_tokens_are_minted_and_live_four_hours(cloud: Account) -> None:
    with opened(cloud.base_url, oauth2_refresh_token="sim-refresh", app_key="sim-app-key") as lasting:
        lasting.files_list_folder("")
        cloud.control("move_clock", seconds=4 * 3600 + 1)
        lasting.files_list_folder("")
        assert cloud.control.count("oauth2/token") == 2


def test_a_teams_tree_and_a_members_home(cloud: Account, sdk: Any) -> None:
    cloud.control("set", team={"root": "100", "home": "1", "home_path": "/Aino"})
    cloud.put("/Aino/own.jpg", "x")
    cloud.put("/Team/all.jpg", "y")
    root = sdk.users_get_current_account().root_info
    assert (root.root_namespace_id, root.home_path) == ("100", "/Aino")
    assert names(sdk.files_list_folder("", recursive=True)) == ["F /own.jpg"]
    whole = sdk.with_path_root(common.PathRoot.root("100"))
    assert "F /Team/all.jpg" in names(whole.files_list_folder("", recursive=True))
    with pytest.raises(exceptions.PathRootError):
        sdk.with_path_root(common.PathRoot.root("5")).files_list_folder("")
    with pytest.raises(exceptions.PathRootError):
        sdk.with_path_root(common.PathRoot.namespace_id("5")).files_list_folder("")


# -- the process


def test_its_state_survives_being_killed(tmp_path: Path) -> None:
    with running("tests.simulators.dropbox", tmp_path / "state") as process:
        with opened(process.base_url) as sdk:
            sdk.files_upload(b"before", "/a")
            sid = sdk.files_upload_session_start(b"12").session_id
            cursor = sdk.files_list_folder("", recursive=True).cursor
        Control(process.base_url)("move_clock", seconds=3600)
        process.kill()
        process.start()
        with opened(process.base_url) as sdk:
            sdk.files_upload(b"after", "/b")
            assert names(sdk.files_list_folder_continue(cursor)) == ["F /b"]
            sdk.files_upload_session_append_v2(b"3", files.UploadSessionCursor(sid, 2))
            assert sdk.files_download("/a")[1].content == b"before"
        assert Control(process.base_url)("now") > time.time() + 3500
