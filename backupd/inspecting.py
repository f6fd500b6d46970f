"""What would be read from a file, a list or a folder; nothing is recorded."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta, timezone
from pathlib import Path
from typing import Any

from backupd.reading.folder_names import Template, read_folder
from backupd.reading.participants import is_list_format, looks_like_list
from backupd.reading.records import FolderReading, ListReading, MediaReading
from backupd.workers.pool import Result, read_one

Answer = dict[str, Any]


def inspect_name(name: str, *, today: date, templates: Sequence[Template], ignore: Sequence[str]) -> Answer:
    """Return what a folder's path says, whether or not it exists."""
    return _folder_answer(name, read_folder(name, today=today, templates=templates, ignore=ignore))


def inspect_path(
    path: str,
    *,
    today: date,
    templates: Sequence[Template],
    ignore: Sequence[str],
    roots: Sequence[Path],
    reference_day: date | None = None,
) -> Answer:
    """Return what a file or folder says. A folder below one of the stores' `roots` is read by its path from there."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError) as err:
        return _unreadable(path, getattr(err, "strerror", None) or str(err))
    below = _below(path, roots)
    if stat.S_ISDIR(found.st_mode):
        return inspect_name(below, today=today, templates=templates, ignore=ignore) | {"path": path}
    if not stat.S_ISREG(found.st_mode):
        return _unreadable(path, "this is no regular file; links and devices are not followed")
    as_list = is_list_format(os.path.basename(path)) or looks_like_list(os.path.basename(path))
    day = reference_day
    if as_list and day is None:
        day = read_folder(below.rpartition("/")[0], today=today, templates=templates, ignore=ignore).first_day or today
    result = read_one(path, today=today, participants=as_list, reference_day=day)
    if result.status != "ok":
        return _unreadable(path, result.reason or result.status)
    if result.participants is not None:
        return _list_answer(path, result, result.participants)
    return _media_answer(path, result, result.media or MediaReading())


def needs_person(answer: Answer) -> bool:
    """True where something in the answer is for a person to look at."""
    return bool(answer.get("needs_review") or answer.get("problems"))


def _below(path: str, roots: Sequence[Path]) -> str:
    # By its text alone: links on the way are not resolved, since the name that was typed is the one to be read.
    whole = os.path.normpath(Path.cwd() / path)
    for root in roots:
        top = os.path.normpath(root)
        if whole == top:
            return ""
        if whole.startswith(top + os.sep):
            return whole[len(top) + 1 :]
    outside = path.startswith("/") or ".." in path.split("/")
    return os.path.basename(whole) if outside else os.path.normpath(path)


def _unreadable(path: str, reason: str) -> Answer:
    return {"path": path} | _media(MediaReading()) | {
        "size": None, "sha256": None, "dropbox_hash": None, "problems": [reason],
    }  # fmt: skip


def _folder_answer(path: str, reading: FolderReading) -> Answer:
    return {
        "path": path,
        "kind": "folder",
        "client": reading.client,
        "first_day": reading.first_day,
        "last_day": reading.last_day,
        "title": reading.title,
        "needs_review": reading.needs_review,
        "why": list(reading.why),
        "candidates": [asdict(candidate) for candidate in reading.candidates],
        "ignored": reading.ignored,
    }


def _list_answer(path: str, result: Result, reading: ListReading) -> Answer:
    problems = [
        f"{problem.where}: {problem.reason}" if problem.where else problem.reason for problem in reading.problems
    ]
    return {
        "path": path,
        "kind": "participants",
        "participants": [asdict(person) for person in reading.participants],
        "problems": problems,
        "size": result.size,
        "sha256": result.sha256,
        "dropbox_hash": result.dropbox_hash,
    }


def _media_answer(path: str, result: Result, media: MediaReading) -> Answer:
    problems = list(dict.fromkeys((*media.problems, *result.problems)))
    return {"path": path} | _media(media) | {
        "size": result.size,
        "sha256": result.sha256,
        "dropbox_hash": result.dropbox_hash,
        "problems": problems,
    }  # fmt: skip


def _media(media: MediaReading) -> Answer:
    return {
        "kind": media.kind,
        "captured_at": captured_text(media),
        "make": media.make,
        "model": media.model,
        "width": media.width,
        "height": media.height,
        "duration_s": media.duration_s,
        "people": list(media.people),
    }


def captured_text(media: MediaReading) -> str | None:
    """Return the capture time as ISO 8601, with its offset where it is known."""
    if media.captured_at is None:
        return None
    if media.offset_minutes is None:
        return media.captured_at.isoformat()
    zone = timezone(timedelta(minutes=media.offset_minutes))
    return media.captured_at.replace(tzinfo=zone).isoformat()
