"""Whatever Dropbox says becomes one of the store's own errors, and none of them tells a secret."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.dropbox_files import DropboxStore
from adapters.errors import (
    Changed,
    CursorLost,
    Full,
    NotFound,
    NotOurStore,
    Refused,
    SignInNeeded,
    StoreError,
    Unavailable,
    Unsupported,
)
from tests.simulators.dropbox.account import Account, account

REF, REV = "id:abcdefghij", "0123456789"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def cloud(simulated: Account, tmp_path: Path) -> Iterator[Account]:
    yield simulated.begin(tmp_path)
    simulated.close()


def api(*tags: str) -> dict[str, Any]:
    """Return an error's JSON: ("path", "not_found") is a path error because nothing is found."""
    error: dict[str, Any] = {".tag": tags[-1]}
    for tag in reversed(tags[:-1]):
        error = {".tag": tag, tag: error}
    return error


SAID: list[tuple[str, dict[str, Any], type[StoreError]]] = [
    ("expired", {"times": 9}, SignInNeeded),
    ("invalid_token", {"times": 9}, SignInNeeded),
    ("missing_scope", {}, SignInNeeded),
    ("auth_other", {}, SignInNeeded),
    ("suspended", {}, SignInNeeded),
    ("forbidden", {}, Refused),
    ("status", {"status": 403}, Refused),
    ("status", {"status": 401}, SignInNeeded),
    ("bad_request", {}, Refused),
    (
        "new_root",
        {"values": {"root_info": {".tag": "user", "root_namespace_id": "9", "home_namespace_id": "9"}}},
        NotOurStore,
    ),
    ("error", {"values": {"status": 422, "error": {".tag": "no_permission"}}}, NotOurStore),
    ("limited", {}, Unavailable),
    ("limited", {"values": {"reason": "too_many_write_operations"}}, Unavailable),
    ("limited", {"values": {"reason": "never heard of"}}, Unavailable),
    ("limited_text", {}, Unavailable),
    ("limited_text_after", {}, Unavailable),
    ("limited_date", {}, Unavailable),
    ("unavailable", {}, Unavailable),
    ("server_error", {}, Unavailable),
    ("request_timeout", {}, Unavailable),
    ("busy", {}, Unavailable),
    ("html", {"values": {"status": 200}}, Unavailable),
    ("html", {"values": {"status": 409}}, Unavailable),
    ("html", {"values": {"status": 404}}, Unsupported),
    ("html", {"values": {"status": 429}}, Unavailable),
    ("status", {"status": 418}, Unavailable),
    ("status", {"status": 204}, Unavailable),
    ("status", {"status": 302}, Unavailable),
    ("error", {"values": {"error": api("other")}}, Unavailable),
    ("error", {"values": {"error": api("a tag that is new")}}, Unavailable),
    ("error", {"values": {"error": "reset"}}, Unavailable),
    ("error", {"values": {"error": None}}, Unavailable),
    ("close", {}, Unavailable),
    ("reset", {}, Unavailable),
]


@pytest.mark.parametrize(("kind", "rule", "error"), SAID)
def test_every_way_to_say_no_has_its_error(
    cloud: Account, kind: str, rule: dict[str, Any], error: type[StoreError]
) -> None:
    store = cloud.store()
    for route in ("*/get_metadata", "*/download", "*/get_space_usage"):
        cloud.control.fault(route, kind, **rule)
    for act in (store.check, lambda: store.stat(REF), store.space):
        with pytest.raises(error) as caught:
            act()
        assert caught.value.store == "cloud"


MEANT: list[tuple[str, tuple[str, ...], type[StoreError], Callable[[DropboxStore], object]]] = [
    ("*/get_metadata", ("path", "not_found"), NotFound, lambda store: store.stat(REF)),
    ("*/get_metadata", ("path", "locked"), Refused, lambda store: store.stat(REF)),
    ("*/download", ("path", "restricted_content"), Refused, lambda store: store.check()),
    ("*/download", ("unsupported_file",), Unsupported, lambda store: store.check()),
    ("*/list_folder", ("path", "not_found"), NotOurStore, lambda store: list(store.changes(None))),
    ("*/list_folder", ("path", "not_folder"), NotOurStore, lambda store: list(store.changes(None))),
    ("*/list_folder", ("path", "not_found"), NotFound, lambda store: store.list_folder("x")),
    ("*/list_folder", ("path", "other"), Unavailable, lambda store: list(store.changes(None))),
    ("*/upload", ("path", "insufficient_space"), Full, lambda store: _upload(store)),
    ("*/upload", ("path", "no_write_permission"), Refused, lambda store: _upload(store)),
    ("*/upload", ("path", "disallowed_name"), Unsupported, lambda store: _upload(store)),
    ("*/upload", ("path", "upload_traffic_limit_reached"), Full, lambda store: _upload(store)),
    ("*/upload", ("path", "too_many_write_operations"), Unavailable, lambda store: _upload(store)),
    ("*/upload", ("path", "operation_suppressed"), Unavailable, lambda store: _upload(store)),
    ("*/upload", ("payload_too_large",), Unsupported, lambda store: _upload(store)),
    ("*/delete_v2", ("path_write", "conflict", "file"), Changed, lambda store: _remove(store)),
    ("*/delete_v2", ("path_write", "team_folder"), Refused, lambda store: _remove(store)),
    ("*/delete_v2", ("too_many_write_operations",), Unavailable, lambda store: _remove(store)),
    ("*/move_v2", ("to", "conflict", "folder"), Changed, lambda store: _move(store)),
    ("*/move_v2", ("insufficient_quota",), Full, lambda store: _move(store)),
    ("*/move_v2", ("internal_error",), Unavailable, lambda store: _move(store)),
    ("*/move_v2", ("cant_move_shared_folder",), Refused, lambda store: _move(store)),
    ("*/create_shared*", ("access_denied",), Refused, lambda store: _share(store)),
    ("*/create_shared*", ("email_not_verified",), Refused, lambda store: _share(store)),
    ("*/create_shared*", ("settings_error", "invalid_settings"), Unsupported, lambda store: _share(store)),
    ("*/revoke_shared*", ("shared_link_access_denied",), Refused, lambda store: store.revoke("https://x.test/1")),
]


def _upload(store: DropboxStore) -> object:
    import io

    return store.upload("b.jpg", lambda: io.BytesIO(b"b"), 1)


def _entry(store: DropboxStore) -> Any:
    return store.list_folder("").entries[0]


def _remove(store: DropboxStore) -> object:
    return store.remove(_entry(store).ref, _entry(store).version)


def _move(store: DropboxStore) -> object:
    return store.move(_entry(store).ref, _entry(store).version, "c.jpg")


def _share(store: DropboxStore) -> object:
    return store.share(_entry(store).ref, datetime.now(UTC) + timedelta(days=1))


@pytest.mark.parametrize(("route", "tags", "error", "act"), MEANT)
def test_the_apis_errors_have_their_meaning(
    cloud: Account, route: str, tags: tuple[str, ...], error: type[StoreError], act: Callable[[DropboxStore], object]
) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "a")
    said = {".tag": "path", "reason": api(*tags[1:])} if "upload" in route and tags[0] == "path" else api(*tags)
    if "reason" in said:
        said["upload_session_id"] = "s"
    cloud.control.fault(route, "error", values={"error": said})
    with pytest.raises(error) as caught:
        act(store)
    assert not isinstance(caught.value, CursorLost)


def test_a_void_tag_may_come_as_a_bare_word(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.jpg", "a")
    error = {".tag": "path_write", "path_write": {".tag": "conflict", "conflict": "file"}}
    cloud.control.fault("*/delete_v2", "error", values={"error": error})
    with pytest.raises(Changed):
        _remove(store)


@pytest.mark.parametrize(
    ("kind", "rule", "seconds"),
    [
        ("limited", {"values": {"retry_after": 100_000}}, 100_000),
        ("limited_text_after", {}, 7),
        ("limited_text", {}, None),
        ("unavailable", {}, 3),
        ("unavailable", {"headers": {"Retry-After": "1.5"}}, 1.5),
        ("unavailable", {"headers": {"Retry-After": "-4"}}, 0),
        ("unavailable", {"headers": {"Retry-After": "inf"}}, None),
        ("unavailable", {"headers": {"Retry-After": "soon"}}, None),
        ("unavailable", {"headers": {"Retry-After": "Wed, 21 Oct 1998 07:28:00 GMT"}}, 0),
        ("server_error", {}, None),
    ],
)
def test_how_long_to_wait_is_handed_on(cloud: Account, kind: str, rule: dict[str, Any], seconds: float | None) -> None:
    store = cloud.store()
    cloud.control.fault("*/get_space_usage", kind, **rule)
    with pytest.raises(Unavailable) as caught:
        store.space()
    assert caught.value.retry_after_seconds == seconds


def test_a_date_to_wait_for_is_so_many_seconds_from_now(cloud: Account) -> None:
    store = cloud.store()
    cloud.control.fault("*/get_space_usage", "limited_date")
    with pytest.raises(Unavailable) as caught:
        store.space()
    until = datetime(2065, 10, 21, 7, 28, tzinfo=UTC) - datetime.now(UTC)
    assert caught.value.retry_after_seconds == pytest.approx(until.total_seconds(), abs=60)


def test_the_request_can_be_found_again(cloud: Account) -> None:
    store = cloud.store()
    with pytest.raises(NotFound, match=r"request [0-9a-f]{32}"):
        store.stat(REF)


ACTS: list[Callable[[DropboxStore], object]] = [
    lambda store: store.check(),
    lambda store: list(store.changes(None)),
    lambda store: store.stat(REF),
    lambda store: store.account(),
]
SECRETS = ("SEEDED-ACCESS", "SEEDED-REFRESH", "SEEDED-SECRET", "rlkey")


@pytest.mark.parametrize("kind", [each[0] for each in SAID])
def test_no_secret_is_told(cloud: Account, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    """Tokens and links stay out of errors, their causes and the log, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    rule = next(rule for name, rule, _ in SAID if name == kind)
    cloud.control(
        "new_token", name="SEEDED-ACCESS", scopes=["files.metadata.read", "files.content.read", "sharing.read"]
    )
    told = []
    for values in (
        {"access_token": "SEEDED-ACCESS"},
        {"refresh_token": "SEEDED-REFRESH", "app_key": "sim-app-key", "app_secret": "SEEDED-SECRET"},
    ):
        store = cloud.store(credentials=cloud.credentials(**values))
        cloud.control.fault("*", kind, **rule | {"times": 99})
        for act in ACTS:
            with pytest.raises(StoreError) as caught:
                act(store)
            told += [str(caught.value), repr(caught.value), "".join(traceback.format_exception(caught.value))]
        cloud.control("clear_faults")
    assert not [secret for secret in SECRETS for text in (*told, caplog.text) if secret in text]


def test_a_links_address_is_in_no_error(cloud: Account) -> None:
    store = cloud.store()
    cloud.put("/Shoots/a.zip", "a")
    link = store.share(_entry(store).ref, datetime.now(UTC) + timedelta(days=1))
    acts: list[tuple[str, Callable[[], object]]] = [
        ("*/list_shared_links", lambda: _share(store)),
        ("*/modify_shared*", lambda: _share(store)),
        ("*/revoke_shared*", lambda: store.revoke(link.url)),
    ]
    for route, act in acts:
        for kind in ("forbidden", "half_json", "bad_request", "server_error"):
            cloud.control.fault(route, kind, when="after")
            with pytest.raises(StoreError) as caught:
                act()
            assert "rlkey" not in "".join(traceback.format_exception(caught.value))
