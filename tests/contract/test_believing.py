"""A store is believed only by its marker."""

from __future__ import annotations

import contextlib

import pytest

from adapters.base import Store
from adapters.errors import Changed, NotOurStore
from adapters.marker import encode_marker
from contract.harness import MARKER, OTHER_MARKER, Harness
from contract.seen import listed


def test_a_marker_is_written_once_and_read_from_then_on(harness: Harness) -> None:
    store = harness.make()
    with pytest.raises(NotOurStore):
        store.check()
    assert store.adopt(MARKER) == MARKER
    assert store.check() == MARKER
    for marker in (MARKER, OTHER_MARKER):
        with pytest.raises(Changed):
            store.adopt(marker)
    another = harness.make()
    assert another.check() == MARKER
    assert another.survey().marker == MARKER
    another.close()
    store.close()


def test_a_store_without_its_marker_is_not_ours(harness: Harness, store: Store) -> None:
    harness.put("a.jpg", b"one")
    harness.take_marker()
    with pytest.raises(NotOurStore):
        store.check()


def test_another_stores_marker_is_never_taken_for_ours(harness: Harness, store: Store) -> None:
    assert store.check() == MARKER
    harness.spoil_marker(encode_marker(OTHER_MARKER))
    with contextlib.suppress(NotOurStore):
        assert store.check() == OTHER_MARKER


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"store_id": 5, "name": "a", "adopted_at": "b"}', b'{"store_id": "a"}', b"\xff\xfe",
     b"[" * 100_000, b'"' + b"x" * 200_000 + b'"'],
    ids=lambda content: repr(content[:20]),
)  # fmt: skip
def test_a_marker_that_says_nothing_is_none(harness: Harness, store: Store, content: bytes) -> None:
    harness.spoil_marker(content)
    with pytest.raises(NotOurStore):
        store.check()


def test_the_marker_is_no_file_of_the_store(harness: Harness, store: Store) -> None:
    assert listed(store) == {}
    assert store.list_folder("").entries == ()
    assert store.survey().files == 0
