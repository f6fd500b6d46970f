"""What makers write into their films: each layout built here byte by byte, as exiftool 12.57 reads it."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.demo.synthetic.movie import Film, box, file_type, moov
from backupd.reading.byte_source import ByteSource
from backupd.reading.media import read_media
from backupd.reading.records import MediaReading

TODAY = date(2026, 11, 24)
_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
    b' exif:DateTimeOriginal="2024-05-06T07:08:09+03:00" tiff:Make="DJI" tiff:Model="FC8282"/></rdf:RDF></x:xmpmeta>'
)


def film(inner: bytes = b"", after: bytes = b"", brand: bytes = b"mp42") -> bytes:
    """Return a film whose index also holds `inner`."""
    index = moov(Film(datetime(2024, 5, 6, 4, 8, 9, tzinfo=UTC), 320, 240, brand=brand), [4], 8)
    index = struct.pack(">I", len(index) + len(inner)) + index[4:] + inner
    return file_type(brand) + box(b"mdat", b"abcd") + index + after


def nikon(*said: tuple[int, str]) -> bytes:
    entries = [struct.pack(">IHH", tag, 2, len(text) + 1) + text.encode() + b"\0" for tag, text in said]
    return box(b"NCDT", box(b"NCTG", *entries))


def directory(entries: list[tuple[int, str | int]], base: int) -> bytes:
    table = values = b""
    at = base + 2 + 12 * len(entries) + 4
    for tag, value in entries:
        if isinstance(value, int):
            table += struct.pack("<HHII", tag, 4, 1, value)
            continue
        text = value.encode() + b"\0"
        place = struct.pack("<I", at + len(values)) if len(text) > 4 else text.ljust(4, b"\0")
        table += struct.pack("<HHI", tag, 2, len(text)) + place
        values += text if len(text) > 4 else b""
    return struct.pack("<H", len(entries)) + table + bytes(4) + values


def fujifilm() -> bytes:
    at = len(directory([(0x10F, "FUJIFILM"), (0x110, "X-H2S"), (0x8769, 0)], 0))
    first = directory([(0x10F, "FUJIFILM"), (0x110, "X-H2S"), (0x8769, at)], 0)
    return box(b"MVTG", bytes(16), first, directory([(0x9003, "2024:05:06 07:08:09"), (0x9011, "+03:00")], at))


def user_text(kind: bytes, text: bytes) -> bytes:
    return box(kind, struct.pack(">HH", len(text), 0x15C7), text)


LOCAL, UTC_TIME = datetime(2024, 5, 6, 7, 8, 9), datetime(2024, 5, 6, 4, 8, 9)
NOTES = (
    (
        nikon((1, "NIKON CORPORATION"), (2, "NIKON Z 9"), (3, "1.0"), (0x12, "2024:05:06 07:08:09")),
        (LOCAL, None, "NIKON CORPORATION", "NIKON Z 9"),
    ),
    (fujifilm(), (LOCAL, 180, "FUJIFILM", "X-H2S")),
    (
        box(b"LEIC", b"LEICA CAMERA AG".ljust(22, b"\0"), b"LEICA SL2".ljust(130, b"\0")),
        (UTC_TIME, 0, "LEICA CAMERA AG", "LEICA SL2"),
    ),
    (box(b"PANA", bytes(4), b"DMC-FZ300".ljust(100, b"\0")), (UTC_TIME, 0, "Panasonic", "DMC-FZ300")),
    (
        box(b"PENT", b"PENTAX".ljust(26, b"\0"), b"PENTAX K-3 III".ljust(90, b"\0")),
        (UTC_TIME, 0, "PENTAX", "PENTAX K-3 III"),
    ),
    (user_text(b"\xa9mak", b"DJI") + user_text(b"\xa9mod", b"FC3682"), (UTC_TIME, 0, "DJI", "FC3682")),
    (
        box(b"TAGS", b"OLYMPUS DIGITAL CAMERA".ljust(24, b"\0"), b"E-PL9".ljust(90, b"\0")),
        (UTC_TIME, 0, "OLYMPUS DIGITAL CAMERA", "E-PL9"),
    ),
    (
        box(b"TAGS", b"PENTAX DIGITAL CAMERA".ljust(24, b"\0"), b"\1\2\3".ljust(90, b"\0")),
        (UTC_TIME, 0, "PENTAX DIGITAL CAMERA", None),
    ),
    (box(b"XMP_", _XMP), (LOCAL, 180, "DJI", "FC8282")),
)


def told(data: bytes, name: str = "a.mov") -> MediaReading:
    return read_media(ByteSource.of_bytes(data), name, today=TODAY)


@pytest.mark.parametrize(("notes", "expected"), NOTES, ids=["nikon", "fuji", "leica", "panasonic", "pentax", "dji", "olympus", "optio", "xmp"])
def test_a_makers_own_notes_are_read(notes: bytes, expected: tuple[object, ...]) -> None:
    reading = told(film(box(b"udta", notes)))
    assert (reading.captured_at, reading.offset_minutes, reading.make, reading.model) == expected
    assert reading.problems == ()


def test_xmp_in_a_box_of_its_own_is_read() -> None:
    reading = told(film(after=box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), _XMP)), "a.mp4")
    assert (reading.captured_at, reading.make, reading.model) == (LOCAL, "DJI", "FC8282")


@given(st.sampled_from([b"NCDT", b"MVTG", b"PANA", b"LEIC", b"PENT", b"TAGS", b"XMP_"]), st.binary(max_size=300))
def test_any_bytes_in_a_makers_box_cost_no_more_than_its_notes(kind: bytes, content: bytes) -> None:
    reading = told(film(box(b"udta", box(kind, content))))
    assert (reading.width, reading.height) == (320, 240)


def transport_stream(notes: bytes, step: int = 192) -> bytes:
    """Return packets of an AVCHD film whose first picture's header holds these notes, cut over packets."""
    header = b"\0\0\1\xe0" + bytes(20) + b"\0\0\0\1\x06\x05"
    stream = header + bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM" + notes
    packets = b""
    for number, at in enumerate(range(0, len(stream), 150)):
        part = stream[at : at + 150]
        fill = 183 - len(part)
        packet = b"\x47\x10\x11" + bytes([0x30 | number]) + bytes([fill]) + b"\xff" * fill + part
        packets += bytes(step - 188) + packet
    other = bytes(step - 188) + b"\x47\x1f\xff\x10" + b"\xff" * 184
    return other + packets + 8 * other


def records(*said: tuple[int, bytes]) -> bytes:
    return bytes([len(said)]) + b"".join(bytes([tag]) + value.ljust(4, b"\0") for tag, value in said)


@pytest.mark.parametrize("step", [188, 192])
def test_an_avchd_film_names_its_camera(step: int) -> None:
    filler = [(tag, b"\xff\xff\xff\xff") for tag in range(0x70, 0x90)]
    notes = records(*filler, (0xE0, b"\x01\x08"), (0xE4, b"ILCE"), (0xE5, b"-7M3"), (0xE6, b""))
    reading = told(transport_stream(notes, step), "00000.MTS")
    assert (reading.make, reading.model) == ("Sony", "ILCE-7M3")


def test_an_avchd_film_of_another_maker_has_no_model_made_up() -> None:
    reading = told(transport_stream(records((0xE0, b"\x10\x11"), (0xE4, b"\x01\x02\x03\x04"))), "00000.MTS")
    assert (reading.make, reading.model) == ("Canon", None)
    assert told(transport_stream(records((0x18, b"\0\x20\x24\x05"))), "00000.MTS").make is None


@given(st.binary(max_size=400))
def test_any_bytes_in_an_avchd_films_records_are_borne(notes: bytes) -> None:
    assert told(transport_stream(notes), "00000.MTS").kind == "video"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.mp4", file_type(b"mp42") + box(b"moov", box(b"udta", box(b"udta"))), "neither pictures nor sound"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(9), "no picture was found"),
        ("a.tif", b"II*\0\x08\0\0\0" + bytes(40), "no picture was found"),
    ],
)
def test_what_begins_like_a_photo_or_film_and_holds_none_is_said(name: str, content: bytes, said: str) -> None:
    assert any(said in problem for problem in told(content, name).problems)
