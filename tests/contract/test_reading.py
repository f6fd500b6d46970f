"""Bytes: whole or not at all, and never those of two versions."""

from __future__ import annotations

import pytest

from adapters.base import Store
from adapters.errors import NotFound, StoreError
from adapters.records import Presence
from contract.harness import Harness
from contract.seen import listed, read_all

# more than one chunk of any store, with no two equal kilobytes
CONTENT = b"".join(number.to_bytes(4, "big") for number in range(700_000))


def test_a_file_is_read_whole_as_often_as_asked(harness: Harness, store: Store) -> None:
    harness.put("a.mov", CONTENT)
    ref = listed(store)["a.mov"].ref
    assert read_all(store, ref) == CONTENT
    assert read_all(store, ref) == CONTENT


@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, 1), (0, 1_048_576), (1_048_575, 2), (5, 2_000_003), (2_799_999, 1), (2_799_990, None), (1_000_000, None)],
)
def test_a_range_is_read_exactly(harness: Harness, store: Store, offset: int, length: int | None) -> None:
    harness.put("a.mov", CONTENT)
    ref = listed(store)["a.mov"].ref
    assert read_all(store, ref, offset, length) == CONTENT[offset:][:length]


def test_a_range_beyond_the_end_gives_what_there_is(harness: Harness, store: Store) -> None:
    harness.put("a.jpg", b"0123456789")
    ref = listed(store)["a.jpg"].ref
    assert read_all(store, ref, 7, 100) == b"789"
    assert read_all(store, ref, 10, 5) == b""
    assert read_all(store, ref, 3, 0) == b""


def test_what_is_not_there_is_not_found(harness: Harness, store: Store) -> None:
    harness.put("a.jpg", b"one")
    ref = listed(store)["a.jpg"].ref
    harness.delete("a.jpg")
    with pytest.raises(NotFound):
        read_all(store, ref)
    with pytest.raises(NotFound):
        store.stat(ref)


def test_a_file_that_is_changed_while_it_is_read_is_one_version_or_an_error(harness: Harness, store: Store) -> None:
    new = CONTENT[::-1]
    harness.put("a.mov", CONTENT)
    ref = listed(store)["a.mov"].ref
    got = b""
    try:
        with store.read(ref) as chunks:
            got += next(chunks)
            harness.put("a.mov", new)
            got += b"".join(chunks)
    except StoreError:
        return
    assert got in (CONTENT, new)


def test_a_reader_may_stop_early(harness: Harness, store: Store) -> None:
    harness.put("a.mov", CONTENT)
    ref = listed(store)["a.mov"].ref
    for _ in range(3):
        with store.read(ref) as chunks:
            assert CONTENT.startswith(next(chunks))
    assert read_all(store, ref, 0, 10) == CONTENT[:10]


def test_presence_has_three_answers(harness: Harness, store: Store) -> None:
    harness.put("a.jpg", b"one")
    ref = listed(store)["a.jpg"].ref
    assert store.presence(ref) is Presence.PRESENT
    for trouble in harness.troubles().values():
        with trouble:
            assert store.presence(ref) is Presence.UNKNOWN
    assert store.presence(ref) is Presence.PRESENT
    harness.delete("a.jpg")
    assert store.presence(ref) is Presence.ABSENT


def test_each_trouble_is_its_own_error_and_passes(harness: Harness, store: Store) -> None:
    harness.put("a.jpg", b"one")
    entry = listed(store)["a.jpg"]
    for kind, trouble in harness.troubles().items():
        with trouble:
            for ask in (
                lambda: store.stat(entry.ref),
                lambda: read_all(store, entry.ref),
                lambda: store.remove(entry.ref, entry.version),
                lambda: listed(store),
            ):
                with pytest.raises(kind) as caught:
                    ask()
                assert caught.value.store == "archive"
                assert caught.value.operation
        assert harness.read("a.jpg") == b"one"
    assert store.stat(entry.ref) == entry
