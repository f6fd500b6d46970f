"""One file's own word about itself, whatever it is. The only door to the readers; nothing here opens a file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from backupd.reading.byte_source import ByteSource
from backupd.reading.gate import Gate, Watch
from backupd.reading.kinds import (
    ALWAYS_KNOWN,
    HEAD_BYTES,
    PHOTO_FORMS,
    VIDEO_FORMS,
    extension_of,
    kind_by_name,
    kind_of,
    sniff,
)
from backupd.reading.photo import read_photo
from backupd.reading.records import MediaKind, MediaReading
from backupd.reading.sidecar import read_sidecar
from backupd.reading.video import read_video


def read_media(
    source: ByteSource,
    name: str,
    *,
    today: date | None = None,
    watch: Watch | None = None,
    skip: Collection[str] = (),
) -> MediaReading:
    """Return what a file says about itself. Never raises on any bytes.

    `watch` is told which parser runs ("" for none); the parsers in `skip` are left out. What is not believed or not
    understood stands in `problems`.
    """
    gate = Gate(skip=skip) if watch is None else Gate(watch, skip)
    form = sniff(source.at(0, HEAD_BYTES))
    kind = kind_of(name, form)
    if not form:
        source.is_of_unknown_form()
    if form == "empty":
        reading = MediaReading()
    elif form in PHOTO_FORMS and kind != "video":
        reading = read_photo(source, form, gate, today)
    elif form in VIDEO_FORMS or kind == "video":
        reading = read_video(source, form, gate, today)
    elif kind == "sidecar":
        reading = read_sidecar(source, form, gate, today)
    elif kind == "photo":
        reading = read_photo(source, form, gate, today)
    else:
        reading = MediaReading()
    doubt = _doubt(name, form, kind)
    return replace(reading, kind=kind, problems=(doubt,) if doubt else reading.problems)


def _doubt(name: str, form: str, kind: MediaKind) -> str | None:
    """Return why the content can't be what the name says, where that is certain."""
    promised = kind_by_name(name)
    if promised == "other":
        return None
    if form == "empty":
        return "the file is empty"
    if kind != promised:
        content = _WORDS.get(form) or f"{form.upper()}, a {kind}"
        return f"its name says {promised}, its content is {content}"
    if form == "" and extension_of(name) in ALWAYS_KNOWN:
        return f"its content is not that of a {promised}: damaged, or something else"
    return None


_WORDS = {"text": "text", "xml": "XML", "archive": "an archive", "document": "a document", "audio": "sound"}
