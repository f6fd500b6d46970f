"""Copies in several clouds and on a disk: one content where hashes say so, and never by a guess."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.records import MediaHint
from backupd import lookups
from backupd.demo.synthetic.jpeg import Picture, encode_jpeg
from tests.unit.feed_studio import FeedStudio

WEDDING = "2026-06-06 Virtanen häät"
PICTURE = f"{WEDDING}/IMG_0001.jpg"
LIST = "Nimi;Sähköposti\nMaija Virtanen;maija@example.fi\n".encode()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[FeedStudio]:
    made = FeedStudio(tmp_path)
    yield made
    made.close()


def write(root: Path, path: str, content: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)


def where(studio: FeedStudio) -> list[dict[str, Any]]:
    (shoot,) = studio.shoots()
    with studio.index.read() as conn:
        files: list[dict[str, Any]] = lookups.where(conn, shoot, ZoneInfo("UTC"))["files"]
    return files


def known(file: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((copy["store"], copy["known_by"]) for copy in file["copies"])


def test_two_clouds_that_cannot_be_compared_are_said_so_until_a_disk_holds_the_same(studio: FeedStudio) -> None:
    studio.attesting("dropbox", "dropbox").tree.put(PICTURE, b"picture")
    studio.attesting("drive", "sha256", "md5").tree.put(PICTURE, b"picture")
    root = studio.local()
    studio.run("dropbox", "drive")
    one, two = where(studio)
    assert {(file["copies"][0]["store"], file["uncompared"][0]["store"]) for file in (one, two)} == {
        ("drive", "dropbox"),
        ("dropbox", "drive"),
    }
    write(root, PICTURE, b"picture")
    studio.run()
    (file,) = where(studio)
    assert known(file) == [("archive", "hashed"), ("drive", "attested"), ("dropbox", "attested")]
    assert file["uncompared"] == []
    assert file["sha256"]


def test_other_sizes_need_no_comparison(studio: FeedStudio) -> None:
    studio.attesting("dropbox", "dropbox").tree.put(PICTURE, b"picture")
    studio.attesting("drive", "sha256").tree.put(PICTURE, b"a larger picture")
    studio.run()
    assert [file["uncompared"] for file in where(studio)] == [[], []]


def test_a_file_of_which_only_the_md5_is_attested_has_its_match_on_the_disk_found(studio: FeedStudio) -> None:
    root = studio.local()
    write(root, PICTURE, b"picture")
    write(root, f"{WEDDING}/IMG_0002.jpg", b"others!")
    write(root, f"{WEDDING}/IMG_0003.jpg", b"of quite another size")
    studio.run()
    studio.attesting("drive", "md5").tree.put(PICTURE, b"picture")
    summaries = studio.run()
    assert summaries["archive"].counts.read_files == 2, "only what has the size of it"
    assert known(where(studio)[0]) == [("archive", "hashed"), ("drive", "attested")]
    again = studio.run()
    assert again["archive"].counts.read_files == 0
    assert again["archive"].note == ""
    write(root, f"{WEDDING}/IMG_0004.jpg", b"picture")
    assert studio.run()["archive"].counts.read_files == 1
    assert ("archive", "hashed") in known(where(studio)[0])


def test_a_file_that_changed_in_silence_is_said_and_not_taken(studio: FeedStudio) -> None:
    import os

    root = studio.local()
    write(root, PICTURE, b"picture")
    studio.run()
    before = os.stat(root / PICTURE)
    (root / PICTURE).write_bytes(b"decayed")
    os.utime(root / PICTURE, ns=(before.st_atime_ns, before.st_mtime_ns))
    studio.attesting("drive", "md5").tree.put(PICTURE, b"decayed")
    summary = studio.run()["archive"]
    assert [trouble.path for trouble in summary.troubles] == [PICTURE]
    assert len(where(studio)) == 2


def test_a_provider_s_word_about_a_picture_is_kept_until_it_is_read(studio: FeedStudio) -> None:
    at = datetime(2026, 6, 6, 14, 30, tzinfo=timezone(timedelta(hours=3)))
    hint = MediaHint(at, "Nikon", "Z 9", 8256, 5504, None)
    picture = encode_jpeg(Picture([[90] * 4] * 4, [[90] * 2] * 2, [[90] * 2] * 2))
    studio.attesting("drive", "sha256", hint=hint).tree.put(PICTURE, picture)
    studio.run()
    columns = "SELECT captured_at, offset_minutes, width, height, camera_id IS NULL FROM content"
    assert studio.rows(columns) == [("2026-06-06T14:30:00", 180, 8256, 5504, 0)]
    write(studio.local(), PICTURE, picture)
    studio.run()
    assert studio.rows(columns) == [(None, None, 32, 32, 1)]


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)])
def test_a_provider_s_word_that_is_nonsense_is_not_taken(studio: FeedStudio, at: datetime) -> None:
    hint = MediaHint(at, "\x1b[31mred", "\x00", 0, -5, 1e300)
    studio.attesting("drive", "sha256", hint=hint).tree.put(PICTURE, b"picture")
    studio.run()
    assert studio.rows("SELECT captured_at, width, height, duration_ms FROM content") == [(None, None, None, None)]
    assert studio.rows("SELECT make, model FROM camera") == [("[31mred", "")]


def test_a_list_that_the_disk_holds_too_is_not_downloaded(studio: FeedStudio) -> None:
    store = studio.attesting("drive", "sha256")
    store.tree.put(f"{WEDDING}/osallistujat.csv", LIST)
    write(studio.local(), f"{WEDDING}/osallistujat.csv", LIST)
    reads: list[str] = []
    store.fault = lambda operation, ref: reads.append(ref) if operation == "read" else None
    studio.run()
    assert reads == []
    assert studio.rows("SELECT count(*) FROM appearance") == [(1,)]


def test_a_list_too_large_to_be_one_is_never_fetched(studio: FeedStudio) -> None:
    store = studio.attesting("drive", "sha256")
    store.tree.put(f"{WEDDING}/osallistujat.csv", b"x" * (8 * 1024 * 1024 + 1))
    reads: list[str] = []
    store.fault = lambda operation, ref: reads.append(ref) if operation == "read" else None
    summary = studio.run()["drive"]
    assert reads == []
    assert [trouble.reason for trouble in summary.troubles] == ["it is too large for a participant list"]


def test_a_file_without_any_attested_hash_is_there_and_said_to_be_unverified(studio: FeedStudio) -> None:
    store = studio.attesting("drive")
    store.tree.put(PICTURE, b"picture")
    studio.run()
    (file,) = where(studio)
    assert [(copy["state"], copy["known_by"], copy["known_at"]) for copy in file["copies"]] == [("present", None, None)]
    assert studio.run()["drive"].counts.changed == 0
