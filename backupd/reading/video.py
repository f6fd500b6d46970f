"""What a video says, by MediaInfo; with the camera's own clock where the file has it, which knows the local time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from backupd.reading.avchd import avchd_notes
from backupd.reading.byte_source import ByteSource
from backupd.reading.cleaning import clean_text
from backupd.reading.clock_sense import Moment, parse_moment, why_not_believed
from backupd.reading.gate import Gate
from backupd.reading.records import MediaReading
from backupd.reading.sidecar_xml import CameraNotes
from backupd.reading.video_notes import read_notes

_MOST_PIXELS_A_SIDE = 1_000_000
_LONGEST_SECONDS = 366 * 24 * 3600.0
# In this order: the camera's local time first, the container's own clock (UTC, or unknown) last.
_LOCAL_KEYS = ("com_apple_quicktime_creationdate", "creationdate", "Recorded_Date", "Mastered_Date")
_CLOCK_KEYS = ("Encoded_Date",)
_MAKE_KEYS = ("com_apple_quicktime_make", "com_android_manufacturer", "Encoded_Hardware_CompanyName", "make", "Make")
_MODEL_KEYS = (
    "com_apple_quicktime_model",
    "com_android_model",
    "Encoded_Hardware_Model",
    "Encoded_Hardware_Name",
    "model",
    "Model",
)


def read_video(source: ByteSource, form: str, gate: Gate, today: date | None = None) -> MediaReading:
    """Read a video of a form of `kinds.VIDEO_FORMS`. Never raises on any bytes; problems say what was not believed."""
    tracks = gate.run("mediainfo", tracks_by_mediainfo, source) or []
    notes = CameraNotes()
    if form in ("mp4", "cr3"):
        notes = gate.run("notes", read_notes, source, form) or notes
    if form == "mts":
        found = gate.run("notes", avchd_notes, source)
        notes = found or notes
    general = next((track for track in tracks if track.get("@type") == "General"), {})
    picture = next((track for track in tracks if track.get("@type") == "Video"), {})
    said = _flat(general)
    moment, doubt = _taken(said, notes, today)
    return MediaReading(
        kind="video",
        captured_at=moment.at if moment else None,
        offset_minutes=moment.offset_minutes if moment else None,
        make=clean_text(notes.make) or _first_text(said, _MAKE_KEYS),
        model=clean_text(notes.model) or _first_text(said, _MODEL_KEYS),
        width=_pixels(picture.get("Width")),
        height=_pixels(picture.get("Height")),
        duration_s=_seconds(general.get("Duration")) or _seconds(picture.get("Duration")),
        problems=tuple(_problems(said, doubt, gate, bool(general), has_film=len(tracks) > 1 or "Duration" in general)),
    )


def tracks_by_mediainfo(source: ByteSource) -> list[dict[str, Any]]:
    """Return MediaInfo's tracks as it names their values. Raises ValueError, RuntimeError, OSError."""
    from pymediainfo import MediaInfo

    # JSON gives plain numbers without the costly "full"; XML of odd tags is not always well-formed.
    text = MediaInfo.parse(source.open(), output="JSON", full=False, parse_speed=0, encoding_errors="replace")
    media = json.loads(text).get("media") or {}
    return [track for track in media.get("track", []) if isinstance(track, dict)]


def _flat(track: dict[str, Any]) -> dict[str, str]:
    extra = track.get("extra")
    both = {**(extra if isinstance(extra, dict) else {}), **track}
    return {key: value for key, value in both.items() if isinstance(value, str)}


def _moments(said: dict[str, str], notes: CameraNotes) -> Iterator[Moment | None]:
    yield parse_moment(said.get("com_apple_quicktime_creationdate"))
    yield parse_moment(notes.recorded)
    for key in (*_LOCAL_KEYS, *_CLOCK_KEYS):
        yield parse_moment(said.get(key))


def _taken(said: dict[str, str], notes: CameraNotes, today: date | None) -> tuple[Moment | None, str | None]:
    doubt = None
    for moment in _moments(said, notes):
        if moment is None:
            continue
        reason = why_not_believed(moment.at, today)
        if reason is None:
            return moment, None
        doubt = doubt or reason
    return None, doubt


def _first_text(said: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((text for key in keys if (text := clean_text(said.get(key)))), None)


def _pixels(text: object) -> int | None:
    number = _number(text)
    return int(number) if number is not None and 0 < number <= _MOST_PIXELS_A_SIDE else None


def _seconds(text: object) -> float | None:
    number = _number(text)
    return round(number, 3) if number is not None and 0 < number <= _LONGEST_SECONDS else None


def _number(text: object) -> float | None:
    try:
        return float(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _problems(
    said: dict[str, str], doubt: str | None, gate: Gate, is_read: bool, *, has_film: bool
) -> Iterator[str]:
    if doubt is not None:
        yield doubt
    if said.get("IsTruncated") == "Yes":
        yield "the video is cut short: it says more than is there"
    if "mediainfo" in gate.failed or not is_read:
        yield "the video could not be understood"
    elif not has_film:
        yield "neither pictures nor sound were found in it: damaged, or cut short"
