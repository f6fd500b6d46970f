"""The synthetic media: any reader of the format must find what was put in."""

from __future__ import annotations

import io
import struct
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import exifread
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.demo.synthetic.exif import Shot, exif_segment, spell_offset
from backupd.demo.synthetic.jpeg import Picture, encode_jpeg
from backupd.demo.synthetic.movie import Film, write_film
from backupd.demo.synthetic.raws import raw_writers
from backupd.demo.synthetic.scene import invent_scene
from backupd.demo.synthetic.xmp import write_xmp

TAKEN = datetime(2024, 2, 29, 23, 59, 58, 120_000, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))


def read_exif(content: bytes) -> dict[str, str]:
    tags = exifread.process_file(io.BytesIO(content), details=False, extract_thumbnail=False)
    return {name: str(value) for name, value in tags.items()}


@pytest.mark.parametrize("order", ["<", ">"])
def test_photo_tells_camera_time_offset_and_size(order):
    shot = Shot("Kuvakone", "K-1", TAKEN, 64, 48, lens="Linssi 50 mm")
    photo = encode_jpeg(invent_scene(Random(1), 64, 48).view(), exif_segment(shot, order))
    tags = read_exif(photo)
    assert (tags["Image Make"], tags["Image Model"]) == ("Kuvakone", "K-1")
    assert tags["EXIF DateTimeOriginal"] == "2024:02:29 23:59:58"
    assert tags["EXIF SubSecTimeOriginal"] == "12"
    assert tags["EXIF OffsetTimeOriginal"] == "-03:30"
    assert (tags["EXIF ExifImageWidth"], tags["EXIF ExifImageLength"]) == ("64", "48")


def test_camera_without_a_zone_writes_no_offset():
    shot = Shot("Kuvakone", "K-1", TAKEN.replace(tzinfo=None), 16, 16)
    photo = encode_jpeg(invent_scene(Random(1), 16, 16).view(), exif_segment(shot))
    assert "EXIF OffsetTimeOriginal" not in read_exif(photo)


@pytest.mark.parametrize("extension", sorted(raw_writers()))
def test_raw_tells_the_shot_and_holds_preview_and_sensor(extension):
    preview = encode_jpeg(invent_scene(Random(2), 32, 32).view())
    sensor = Random(3).randbytes(400)
    raw = raw_writers()[extension](Shot("Kuvakone", "K-2", TAKEN, 20, 10), preview, sensor)
    tags = read_exif(raw)
    assert tags["EXIF DateTimeOriginal"] == "2024:02:29 23:59:58"
    assert tags["Image Model"] == "K-2"
    assert preview in raw
    assert sensor in raw


def test_canon_raw_gives_the_sensor_directory_in_its_header():
    raw = raw_writers()["CR2"](Shot("Kuvakone", "K-2", TAKEN, 20, 10), b"preview.", b"sensor..")
    assert raw[8:10] == b"CR"
    (at,) = struct.unpack_from("<I", raw, 12)
    (count,) = struct.unpack_from("<H", raw, at)
    entries = [struct.unpack_from("<HHII", raw, at + 2 + 12 * number) for number in range(count)]
    start = next(value for tag, _, _, value in entries if tag == 0x0111)
    assert raw[start : start + 8] == b"sensor.."


def decode_means(photo: bytes) -> list[int]:
    """Decode the luma means of a picture that `encode_jpeg` wrote, by the tables in the file itself."""
    tables, scan_at = {}, photo.index(b"\xff\xda")
    at = 2
    while at < scan_at:
        mark, length = photo[at + 1], int.from_bytes(photo[at + 2 : at + 4], "big")
        if mark == 0xC4:
            tables[photo[at + 4]] = photo[at + 21 : at + 2 + length]
        at += 2 + length
    scan = photo[scan_at + 2 + int.from_bytes(photo[scan_at + 2 : scan_at + 4], "big") : -2]
    bits = "".join(f"{byte:08b}" for byte in scan.replace(b"\xff\x00", b"\xff"))
    means, last, at, block = [], [0, 0, 0], 0, 0
    while len(bits) - at >= 8:
        plane = max(0, block % 6 - 3)
        size = tables[0x00][int(bits[at : at + 4], 2)]
        at += 4
        extra = bits[at : at + size]
        at += size
        last[plane] += (int(extra, 2) if extra[0] == "1" else int(extra, 2) - (1 << size) + 1) if size else 0
        if plane == 0:
            means.append(last[0] + 128)
        while (symbol := tables[0x10][int(bits[at : at + 4], 2)]) != 0:
            at += 4 + symbol % 16
        at += 4
        block += 1
    return means


@given(st.lists(st.integers(0, 255), min_size=4, max_size=4), st.integers(0, 255), st.integers(0, 255))
def test_decoder_gets_back_each_patch(levels, blue, red):
    one, two, three, four = levels
    photo = encode_jpeg(Picture([[one, two], [three, four]], [[blue]], [[red]]))
    assert photo.startswith(b"\xff\xd8") and photo.endswith(b"\xff\xd9")
    assert decode_means(photo)[:4] == levels


def find_box(content: bytes, *path: bytes) -> bytes:
    for wanted in path:
        at = 0
        while content[at + 4 : at + 8] != wanted:
            assert at + 8 < len(content), wanted
            at += int.from_bytes(content[at : at + 4], "big")
        content = content[at + 8 : at + int.from_bytes(content[at : at + 4], "big")]
    return content


@pytest.mark.parametrize("moov_first", [True, False])
def test_film_tells_instant_and_length_and_finds_its_frames(moov_first):
    frames = [b"first frame", b"second", b"third one"]
    film = Film(datetime(2025, 3, 1, 12, 0, 5, tzinfo=UTC), 64, 48, frames_per_second=3)
    content = write_film(film, frames, moov_first=moov_first)
    header = find_box(content, b"moov", b"mvhd")
    made, _, scale, length = struct.unpack_from(">4I", header, 4)
    assert datetime(1904, 1, 1, tzinfo=UTC) + timedelta(seconds=made) == film.made_at
    assert length / scale == 1.0
    assert len(header) == 100  # as ISO 14496-12 has it for version 0
    assert len(find_box(content, b"moov", b"trak", b"tkhd")) == 84
    table = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
    (start,) = struct.unpack_from(">I", find_box(content, *table, b"stco"), 8)
    sizes = struct.unpack_from(">3I", find_box(content, *table, b"stsz"), 12)
    for frame, size in zip(frames, sizes, strict=True):
        assert content[start : start + size] == frame
        start += size


def test_phone_film_names_its_keys():
    keys = (("com.apple.quicktime.creationdate", "2025-03-01T14:00:05+0200"), ("com.apple.quicktime.model", "Puhelin"))
    content = write_film(Film(datetime(2025, 3, 1, tzinfo=UTC), 16, 16, brand=b"qt", keys=keys), [b"frame"])
    named = find_box(content, b"moov", b"meta")
    assert keys[0][0].encode() in find_box(named, b"keys")
    assert keys[1][1].encode() in find_box(named, b"ilst")


def test_sidecar_escapes_what_people_are_called():
    sidecar = write_xmp('a "b".NEF', TAKEN, 4, ["Ada <O'Hara> & co"])
    root = ElementTree.fromstring(sidecar)
    assert [item.text for item in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")] == ["Ada <O'Hara> & co"]


@pytest.mark.parametrize(("hours", "spelt"), [(3, "+03:00"), (-9.5, "-09:30"), (0, "+00:00")])
def test_offset_is_spelt_as_exif_has_it(hours, spelt):
    assert spell_offset(timedelta(hours=hours)) == spelt


def test_views_of_a_burst_differ():
    scene = invent_scene(Random(5), 64, 48, views=4)
    assert len({encode_jpeg(scene.view(step)) for step in range(4)}) == 4
