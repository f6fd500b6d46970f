"""ExifRead's parts give the wanted tags just as the whole of it does."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from random import Random

import exifread
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.demo.synthetic.exif import Shot, exif_segment
from backupd.demo.synthetic.jpeg import encode_jpeg
from backupd.demo.synthetic.raws import raw_writers
from backupd.demo.synthetic.scene import invent_scene
from backupd.reading.exif import wanted_tags

TAKEN = datetime(2025, 6, 14, 15, 30, 7, tzinfo=timezone(timedelta(hours=3)))
SHOT = Shot("Kuvakone", "K-1", TAKEN, 64, 48)
PHOTO = encode_jpeg(invent_scene(Random(1), 64, 48).view(), exif_segment(SHOT))
WANTED = (
    "Image Make",
    "Image Model",
    "EXIF DateTimeOriginal",
    "EXIF DateTimeDigitized",
    "EXIF OffsetTimeOriginal",
)


def whole(content: bytes) -> dict[str, object]:
    """What ExifRead itself finds."""
    return exifread.process_file(io.BytesIO(content), details=False, extract_thumbnail=False)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_gives_the_same_in_either_byte_order(order: str) -> None:
    photo = encode_jpeg(invent_scene(Random(1), 64, 48).view(), exif_segment(SHOT, order))
    ours, theirs = wanted_tags(io.BytesIO(photo)), whole(photo)
    assert [ours[name].values for name in WANTED] == [theirs[name].values for name in WANTED]


@pytest.mark.parametrize("ending", sorted(raw_writers()))
def test_a_raw_gives_the_same(ending: str) -> None:
    raw = raw_writers()[ending](SHOT, PHOTO, b"sensor" * 500)
    ours, theirs = wanted_tags(io.BytesIO(raw)), whole(raw)
    assert ours["EXIF DateTimeOriginal"].values == "2025:06:14 15:30:07"
    assert [ours[name].values for name in WANTED] == [theirs[name].values for name in WANTED]


def test_nothing_else_is_decoded() -> None:
    assert {"Image Make", "EXIF DateTimeOriginal"} < wanted_tags(io.BytesIO(PHOTO)).keys()
    assert "EXIF ISOSpeedRatings" in whole(PHOTO)
    assert "EXIF ISOSpeedRatings" not in wanted_tags(io.BytesIO(PHOTO))


@given(st.integers(0, 600), st.binary(min_size=1, max_size=4))
def test_what_the_whole_of_it_finds_in_a_damaged_file_is_found(place: int, damage: bytes) -> None:
    spoilt = PHOTO[:place] + damage + PHOTO[place + len(damage) :]
    try:
        theirs = whole(spoilt)
    except Exception:
        return
    ours = wanted_tags(io.BytesIO(spoilt))
    for name in WANTED:
        assert (name in ours) == (name in theirs)
        assert name not in ours or ours[name].values == theirs[name].values


def test_what_is_no_picture_has_no_tags() -> None:
    assert wanted_tags(io.BytesIO(b"")) == {}
    assert wanted_tags(io.BytesIO(b"not a picture at all" * 20)) == {}
