"""The hashes of one pass, against the definitions written out the slow way."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.hashing import BLOCK_BYTES, Digests, Hasher, hash_chunks, hash_descriptor, new_buffer
from adapters.records import Hash

SIZES = [0, 1, 1000, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES, 2 * BLOCK_BYTES + 1]


def slow(content: bytes, md5: bool = False) -> Digests:
    blocks = [content[start : start + BLOCK_BYTES] for start in range(0, len(content), BLOCK_BYTES)]
    dropbox = hashlib.sha256(b"".join(hashlib.sha256(block).digest() for block in blocks)).digest()
    return Digests(
        len(content), hashlib.sha256(content).digest(), dropbox, hashlib.md5(content).digest() if md5 else None
    )


def made(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_a_descriptor_gives_what_the_definitions_give(tmp_path: Path, size: int) -> None:
    content = made(size)
    (tmp_path / "f").write_bytes(content)
    with (tmp_path / "f").open("rb", buffering=0) as file:
        assert hash_descriptor(file.fileno(), md5=True) == slow(content, md5=True)


@pytest.mark.parametrize("size", SIZES)
def test_a_head_read_before_is_part_of_the_bytes(tmp_path: Path, size: int) -> None:
    content = made(size)
    (tmp_path / "f").write_bytes(content)
    told: list[int] = []
    with (tmp_path / "f").open("rb", buffering=0) as file:
        head = os.read(file.fileno(), 70_000)
        digests = hash_descriptor(file.fileno(), head=head, buffer=new_buffer(), on_bytes=told.append)
    assert digests == slow(content)
    assert digests.md5 is None
    if size > len(head):
        assert told[-1] == size
        assert told == sorted(told)


def test_one_buffer_serves_file_after_file(tmp_path: Path) -> None:
    buffer = new_buffer()
    for size in (3_000_000, 10, 0, 1_500_000):
        (tmp_path / "f").write_bytes(made(size))
        with (tmp_path / "f").open("rb", buffering=0) as file:
            assert hash_descriptor(file.fileno(), buffer=buffer) == slow(made(size))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 3 * 1024 * 1024), max_size=8))
def test_the_way_bytes_are_cut_does_not_matter(cuts: list[int]) -> None:
    content = made(9_000_001)
    places = sorted({0, len(content), *(min(cut * 3, len(content)) for cut in cuts)})
    chunks = [memoryview(content)[start:end] for start, end in itertools.pairwise(places)]
    assert hash_chunks(chunks) == hash_chunks([content])


def test_digests_can_be_asked_for_while_more_follows() -> None:
    hasher = Hasher()
    content = made(BLOCK_BYTES + 5)
    hasher.update(content[:100])
    assert hasher.digests() == slow(content[:100])
    hasher.update(content[100:])
    assert hasher.digests() == slow(content)


def test_the_known_value_of_an_empty_file() -> None:
    # Dropbox's documentation: the hash of nothing is the SHA-256 of nothing.
    assert hash_chunks([]).dropbox.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_records_leave_out_what_was_not_computed() -> None:
    digests = hash_chunks([b"abc"])
    assert digests.hashes() == (Hash("sha256", digests.sha256), Hash("dropbox", digests.dropbox))
    assert [hash.algorithm for hash in hash_chunks([b"abc"], md5=True).hashes()] == ["sha256", "dropbox", "md5"]
