"""Changes: nothing is replaced, and only what was seen is moved or removed."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import pytest

from adapters.base import Store
from adapters.errors import Changed, NotFound, StoreError, Unavailable, Unsupported
from adapters.records import Entry, Presence
from contract.harness import Harness
from contract.seen import given, listed, read_all


class Stopped(Exception):
    """Stands for a process that ends in the middle."""


def put_and_see(harness: Harness, store: Store, path: str, content: bytes) -> Entry:
    harness.put(path, content)
    return listed(store)[path]


@pytest.mark.parametrize("path", ["a.jpg", "2024/new folder/below/a.jpg"])
@pytest.mark.parametrize("content", [b"", b"one", b"x" * 5000], ids=len)
def test_uploaded_bytes_lie_there(harness: Harness, store: Store, path: str, content: bytes) -> None:
    receipt = store.upload(path, given(content), len(content))
    entry = listed(store)[path]
    assert (receipt.path, receipt.ref, receipt.version) == (path, entry.ref, entry.version)
    assert harness.read(path) == content
    assert read_all(store, receipt.ref) == content
    assert receipt.hashes, "nothing is said of what the store has got"


def test_an_upload_never_replaces(harness: Harness, store: Store) -> None:
    before = put_and_see(harness, store, "a.jpg", b"theirs")
    for content in (b"ours", b"theirs"):
        with pytest.raises(Changed):
            store.upload("a.jpg", given(content), len(content))
    assert listed(store) == {"a.jpg": before}
    assert harness.read("a.jpg") == b"theirs"


@pytest.mark.parametrize("content", [b"123", b"12345", b""])
def test_an_upload_of_another_length_leaves_nothing(harness: Harness, store: Store, content: bytes) -> None:
    with pytest.raises(StoreError):
        store.upload("a.jpg", given(content), 4)
    assert listed(store) == {}
    assert store.upload("a.jpg", given(b"1234"), 4).path == "a.jpg"


def test_an_upload_goes_on_from_where_it_was_stopped(harness: Harness, store: Store) -> None:
    content = bytes(range(256)) * (harness.part_bytes * 5 // 256 + 1)
    told: list[tuple[int, str | None]] = []

    def stop(count: int, token: str | None) -> None:
        told.append((count, token))
        if len(told) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        store.upload("a.mov", given(content), len(content), on_progress=stop)
    assert listed(store) == {}, "a part of a file was listed"
    count, token = told[-1]
    assert 0 < count < len(content)
    assert token is not None
    later: list[int] = []
    another = harness.make()
    receipt = another.upload(
        "a.mov", given(content), len(content), resume=token, on_progress=lambda sent, _: later.append(sent)
    )
    another.close()
    assert later, "nothing was told of the rest"
    assert min(later) > count
    assert harness.read("a.mov") == content
    assert listed(store)["a.mov"].version == receipt.version


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 32 + ":5", "../../a:3", "\0", "x" * 5000])
def test_a_token_that_is_none_never_makes_a_wrong_file(harness: Harness, store: Store, token: str) -> None:
    try:
        store.upload("a.jpg", given(b"0123456789"), 10, resume=token)
    except StoreError:
        assert listed(store) == {}
    else:
        assert harness.read("a.jpg") == b"0123456789"


def test_a_source_that_fails_leaves_nothing(harness: Harness, store: Store) -> None:
    def opener() -> BinaryIO:
        raise Unavailable("elsewhere", "read")

    with pytest.raises(Unavailable) as caught:
        store.upload("a.jpg", opener, 10)
    assert caught.value.store == "elsewhere"
    assert listed(store) == {}


def test_a_move_keeps_the_file_and_its_identity(harness: Harness, store: Store) -> None:
    before = put_and_see(harness, store, "DCIM/a.jpg", b"one")
    receipt = store.move(before.ref, before.version, "2024/häät/b.jpg")
    found = listed(store)
    assert found.keys() == {"2024/häät/b.jpg"}
    after = found["2024/häät/b.jpg"]
    assert (receipt.ref, receipt.path, receipt.version) == (after.ref, after.path, after.version)
    assert harness.read("2024/häät/b.jpg") == b"one"
    if store.capabilities.identity_survives_rename:
        assert after.identity == before.identity


def test_only_the_version_that_was_seen_is_moved(harness: Harness, store: Store) -> None:
    before = put_and_see(harness, store, "a.jpg", b"one")
    harness.put("a.jpg", b"One")
    with pytest.raises(Changed):
        store.move(before.ref, before.version, "b.jpg")
    assert listed(store).keys() == {"a.jpg"}


def test_a_move_never_replaces(harness: Harness, store: Store) -> None:
    harness.put("taken.jpg", b"theirs")
    before = put_and_see(harness, store, "a.jpg", b"one")
    with pytest.raises(Changed):
        store.move(before.ref, before.version, "taken.jpg")
    assert (harness.read("a.jpg"), harness.read("taken.jpg")) == (b"one", b"theirs")


def test_what_is_not_there_is_not_moved(harness: Harness, store: Store) -> None:
    before = put_and_see(harness, store, "a.jpg", b"one")
    harness.delete("a.jpg")
    with pytest.raises(NotFound):
        store.move(before.ref, before.version, "b.jpg")
    assert listed(store) == {}


def test_what_is_removed_is_absent_and_may_be_removed_again(harness: Harness, store: Store) -> None:
    harness.put("b.jpg", b"stays")
    before = put_and_see(harness, store, "a.jpg", b"one")
    first = store.remove(before.ref, before.version)
    assert not first.already
    can_come_back = store.capabilities.trash or store.capabilities.recoverable_days > 0
    assert (first.recoverable_until is not None) == can_come_back
    assert store.presence(before.ref) is Presence.ABSENT
    assert listed(store).keys() == {"b.jpg"}
    assert harness.read("a.jpg") is None
    assert store.remove(before.ref, before.version).already


def test_what_another_device_has_removed_is_removed(harness: Harness, store: Store) -> None:
    before = put_and_see(harness, store, "a/b/c.jpg", b"one")
    harness.delete("a")
    assert store.remove(before.ref, before.version).already


def test_only_the_version_that_was_seen_is_removed(harness: Harness, store: Store) -> None:
    before = put_and_see(harness, store, "a.jpg", b"one")
    harness.put("a.jpg", b"One")
    for remove in (store.remove, store.purge):
        with pytest.raises((Changed, Unsupported)):
            remove(before.ref, before.version)
    assert harness.read("a.jpg") == b"One"


def test_what_came_in_place_of_a_file_is_not_removed(harness: Harness, store: Store) -> None:
    before = put_and_see(harness, store, "a.jpg", b"one")
    harness.delete("a.jpg")
    harness.put("a.jpg", b"new")
    with contextlib.suppress(Changed):
        assert store.remove(before.ref, before.version).already
    assert harness.read("a.jpg") == b"new"


def test_a_purge_leaves_nothing_or_says_until_when(harness: Harness, store: Store) -> None:
    before = put_and_see(harness, store, "a.jpg", b"one")
    if not store.capabilities.purge:
        try:
            receipt = store.purge(before.ref, before.version)
        except Unsupported:
            assert harness.read("a.jpg") == b"one"
            return
        assert receipt.recoverable_until is not None
    else:
        assert store.purge(before.ref, before.version).recoverable_until is None
    assert store.presence(before.ref) is Presence.ABSENT
    assert listed(store) == {}


def test_a_link_is_made_and_ended_or_unsupported(harness: Harness, store: Store) -> None:
    entry = put_and_see(harness, store, "a.jpg", b"one")
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
    if not store.capabilities.share_links:
        with pytest.raises(Unsupported):
            store.share(entry.ref, until)
        return
    link = store.share(entry.ref, until)
    assert link.url.startswith("http")
    if link.enforced:
        assert link.expires_at == until
    store.revoke(link.id)
    store.revoke(link.id)
    assert harness.read("a.jpg") == b"one"


def test_space_and_account_are_told(store: Store) -> None:
    space = store.space()
    if space.total_bytes is not None and space.free_bytes is not None:
        assert 0 <= space.free_bytes <= space.total_bytes
    account = store.account()
    assert account.id
    assert account.name
