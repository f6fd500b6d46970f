"""One content for the same bytes, whoever said what their hash is."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5, sha256
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hashing import hash_chunks
from index import contents, copies
from index.engine import Index, open_index
from index.folders import add_folders
from index.records import FolderRow, NewContent, NewCopy
from index.stores import record_store


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    yield opened
    opened.close()


def said(data: bytes, *names: str, read: bool = False, **values: object) -> NewContent:
    """What is known of these bytes, with the hashes named."""
    made = hash_chunks([data], md5=True)
    hashes = {"sha256": made.sha256, "dropbox_hash": made.dropbox, "md5": made.md5}
    known = {name: value if name in names else None for name, value in hashes.items()}
    blank = dict.fromkeys(("captured_at", "offset_minutes", "camera_id", "width", "height", "duration_ms"))
    return NewContent(id=0, size=len(data), kind="p", first_seen_at=5, read=read, **(known | blank | values))  # type: ignore[arg-type]


def record(index: Index, *wanted: NewContent) -> list[int]:
    with index.write() as conn:
        _, free = copies.next_ids(conn)
        return contents.record_contents(conn, wanted, free)[0]


def rows(index: Index) -> list[tuple[object, ...]]:
    with index.read() as conn:
        return [tuple(row) for row in conn.exec_driver_sql("SELECT id, size, sha256, dropbox_hash, md5, read FROM content")]


def test_one_hash_in_common_is_enough_and_completes_what_is_known(index: Index) -> None:
    first = record(index, said(b"a", "dropbox_hash"))
    assert record(index, said(b"a", "sha256", "dropbox_hash")) == first
    assert record(index, said(b"a", "md5", "sha256")) == first
    ((_, size, *hashes, _),) = rows(index)
    assert size == 1 and None not in hashes


def test_what_has_no_kind_of_hash_in_common_stays_two_until_somebody_knows_both(index: Index) -> None:
    one, two = record(index, said(b"a", "dropbox_hash"), said(b"a", "sha256"))
    assert one != two
    assert len(set(record(index, said(b"a", "dropbox_hash", "sha256", read=True)))) == 1
    assert len(rows(index)) == 1


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_in_whatever_order_it_is_told_it_ends_as_one(index: Index, order: tuple[int, ...]) -> None:
    words = [said(b"a", "dropbox_hash"), said(b"a", "sha256"), said(b"a", "md5"), said(b"a", "sha256", "dropbox_hash", "md5")]
    for number in order:
        record(index, words[number], said(b"another", "md5"))
    assert len(rows(index)) == 2


def test_all_at_once_is_as_one_after_the_other(index: Index) -> None:
    ids = record(index, said(b"a", "md5"), said(b"a", "dropbox_hash"), said(b"b", "sha256"), said(b"a", "md5", "dropbox_hash"))
    assert ids[0] == ids[1] == ids[3] != ids[2]
    assert len(rows(index)) == 2


def test_another_size_or_another_hash_of_a_kind_is_another_content(index: Index) -> None:
    one = said(b"a", "md5", "sha256")
    other = one._replace(sha256=sha256(b"crafted").digest())
    bigger = said(b"a", "md5")._replace(size=2)
    assert len(set(record(index, one, other, bigger))) == 3
    # Which of the two an MD5 alone means can't be told.
    assert record(index, said(b"a", "md5"))[0] not in record(index, one, other)


def test_what_was_read_here_takes_the_place_of_a_provider_s_word_and_never_the_other_way(index: Index) -> None:
    hint = said(b"a", "dropbox_hash", captured_at="2020-01-01T00:00:00", width=10)
    record(index, hint)
    record(index, said(b"a", "dropbox_hash", "sha256", read=True, captured_at="2026-06-06T12:00:00"))
    record(index, hint)
    with index.read() as conn:
        found = conn.exec_driver_sql("SELECT captured_at, width, read FROM content").fetchall()
    assert [tuple(row) for row in found] == [("2026-06-06T12:00:00", None, 1)]


def test_a_later_hint_fills_what_an_earlier_one_left_open(index: Index) -> None:
    record(index, said(b"a", "sha256", width=10))
    record(index, said(b"a", "sha256", width=20, height=30))
    with index.read() as conn:
        assert tuple(conn.exec_driver_sql("SELECT width, height FROM content").one()) == (10, 30)


def test_copies_of_what_turns_out_to_be_one_are_all_kept(index: Index) -> None:
    one, two = record(index, said(b"a", "dropbox_hash"), said(b"a", "sha256"))
    with index.write() as conn:
        store = record_store(conn, "cloud", "memory")
        add_folders(conn, store.id, [FolderRow(1, "f", None, None, True, 2)])
        copies.add_copies(
            conn,
            [NewCopy(id, 1, f"{id}.jpg", id_of, 1, None, None, None, "p", "a", 7) for id, id_of in ((1, one), (2, two))],
        )
    (kept,) = set(record(index, said(b"a", "dropbox_hash", "sha256", read=True)))
    with index.read() as conn:
        found = conn.exec_driver_sql("SELECT content_id, known_by, known_at FROM copy").fetchall()
    assert [tuple(row) for row in found] == [(kept, "a", 7)] * 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from(contents.HASHES), min_size=1)), max_size=12))
def test_no_bytes_are_ever_confused_and_portions_do_not_matter(words: list[tuple[str, set[str]]]) -> None:
    wanted = [said(data.encode(), *sorted(names)) for data, names in words]
    with _in_memory() as one, _in_memory() as other:
        together = record(one, *wanted)
        for each in wanted:
            record(other, each)
        assert len(rows(one)) == len(rows(other))
        for data in "abc":
            ids = {id for id, (its, _) in zip(together, words, strict=True) if its == data}
            rest = {id for id, (its, _) in zip(together, words, strict=True) if its != data}
            assert not ids & rest


def _in_memory():  # type: ignore[no-untyped-def]
    from contextlib import closing

    from sqlalchemy import create_engine

    from index.schema import metadata

    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    return closing(Index(engine, "memory"))


def test_sizes_and_copies_that_an_md5_alone_asks_for(index: Index) -> None:
    (local,) = record(index, said(b"same", "sha256", "dropbox_hash", read=True))
    record(index, said(b"same", "md5"), said(b"another size", "md5"))
    with index.write() as conn:
        store = record_store(conn, "archive", "local")
        add_folders(conn, store.id, [FolderRow(1, "f", None, None, True, 2)])
        copies.add_copies(conn, [NewCopy(1, 1, "a.jpg", local, 4, 9, "77", None, "p", "h", 7)])
        assert contents.sizes_of_only_md5(conn) == {4, 12}
        (wanted,) = contents.copies_without_md5(conn, store.id)
        assert (wanted.path, wanted.size, wanted.identity) == ("f/a.jpg", 4, "77")
        contents.add_md5(conn, [(wanted.sha256, md5(b"same", usedforsecurity=False).digest())])
        assert contents.sizes_of_only_md5(conn) == {12}
        assert contents.copies_without_md5(conn, store.id) == []
    assert len(rows(index)) == 2
