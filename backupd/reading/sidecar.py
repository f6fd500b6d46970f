"""What a sidecar says about the photo or clip it goes with."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from backupd.reading import sidecar_xml as xml
from backupd.reading.byte_source import ByteSource
from backupd.reading.cleaning import clean_text
from backupd.reading.clock_sense import Moment, parse_moment, parse_offset, why_not_believed
from backupd.reading.gate import Gate
from backupd.reading.records import MediaReading

_LONGEST_DOCUMENT = 8 * 1024 * 1024
_NOTHING = MediaReading(kind="sidecar")
# DJI's subtitles carry the drone's local time in each cue.
_CUE_TIME = re.compile(rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[.,]\d")


def read_sidecar(source: ByteSource, form: str, gate: Gate, today: date | None = None) -> MediaReading:
    """Read an XMP, a clip's XML or a drone's subtitles; other sidecars say nothing. Never raises on any bytes."""
    if form == "text":
        return _subtitles(source, today)
    if form != "xml":
        return _NOTHING
    if source.size > _LONGEST_DOCUMENT:
        return replace(_NOTHING, problems=("the sidecar is too long to be read",))
    reading = gate.run("xml", _read_xml, source, today)
    return replace(_NOTHING, problems=("the sidecar's XML is broken or hostile",)) if reading is None else reading


def _read_xml(source: ByteSource, today: date | None) -> MediaReading:
    root = xml.parse_xml(source.at(0, source.size))
    if xml.local_name(root) == "NonRealTimeMeta":
        notes = xml.clip_notes(root)
        return _reading(parse_moment(notes.recorded), today, notes.make, notes.model)
    said = xml.properties(root)
    found = _reading(_moment(said), today, said.get(xml.MAKE), said.get(xml.MODEL))
    width, height = (_pixels(said, names) for names in (xml.WIDTHS, xml.HEIGHTS))
    return replace(found, width=width, height=height, people=xml.people(root))


def _reading(moment: Moment | None, today: date | None, make: object = None, model: object = None) -> MediaReading:
    doubt = why_not_believed(moment.at, today) if moment else None
    known = moment if doubt is None else None
    return MediaReading(
        kind="sidecar",
        captured_at=known.at if known else None,
        offset_minutes=known.offset_minutes if known else None,
        make=clean_text(make),
        model=clean_text(model),
        problems=(doubt,) if doubt else (),
    )


def _moment(said: dict[str, str]) -> Moment | None:
    for name in xml.TIMES:
        moment = parse_moment(said.get(name))
        if moment is not None:
            zone = parse_offset(said.get(xml.OFFSET)) if name == xml.TIMES[0] else None
            return Moment(moment.at, zone) if moment.offset_minutes is None else moment
    return None


def _pixels(said: dict[str, str], names: tuple[str, ...]) -> int | None:
    for name in names:
        text = said.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) <= 6:
            return int(text) or None
    return None


def _subtitles(source: ByteSource, today: date | None) -> MediaReading:
    found = _CUE_TIME.search(source.at(0, 4096))
    return _reading(parse_moment(found.group(1).decode()), today) if found else _NOTHING
