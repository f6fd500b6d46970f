"""The path of a folder, read as a whole. Pure; never raises on any text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fnmatch import fnmatchcase

from backupd.reading.folder_names.clients import read_names
from backupd.reading.folder_names.days import read_days
from backupd.reading.folder_names.levels import Part, is_ignored, numbered, read_part
from backupd.reading.folder_names.naming import LONGEST_CLIENT, is_form, is_job_word
from backupd.reading.folder_names.templates import Template
from backupd.reading.folder_names.text import clean, is_damaged, why_unreadable
from backupd.reading.records import Candidate, FolderReading

READER_VERSION = 4
"""Counted up when any folder might be read differently: every folder is then read anew."""

_NOTHING = "the folder's name says nothing"


def read_folder(path: str, *, today: date, templates: Sequence[Template] = (), ignore: Sequence[str] = ()) -> FolderReading:
    """Return what the path of a folder, relative to its store's root, says about its shoot.

    `templates` are tried on the shoot's own folder before the built-in conventions; folders whose names match a pattern
    of `ignore` are passed over with all they hold.
    """
    names = [part for part in path.split("/") if part]
    if any(is_ignored(name.strip()) or any(fnmatchcase(name, pattern) for pattern in ignore) for name in names):
        return FolderReading(ignored=True)
    for index, name in enumerate(names):
        why = why_unreadable(name)
        if why:
            said = f"nothing is read from a name where {why}"
            return FolderReading(needs_review=True, why=(said,), depth=index + 1)
    parts = numbered([read_part(clean(name), today) for name in names], today)
    depth = _depth(parts)
    if not depth:
        return FolderReading(needs_review=True, why=(_NOTHING,))
    for template in templates:
        fitting = template.read(parts[depth - 1].text, today)
        if fitting is not None:
            return replace(fitting, depth=depth)
    return _combine(parts[:depth], depth, today)


def settle_by_capture(reading: FolderReading, first_capture: date, last_capture: date) -> FolderReading:
    """Return the reading with its days settled, if the capture days fit exactly one of its candidates."""
    near = timedelta(days=1)
    fitting = {
        (each.first_day, each.last_day)
        for each in reading.candidates
        if each.first_day is not None
        and abs(each.first_day - first_capture) <= near
        and abs((each.last_day or each.first_day) - last_capture) <= near
    }
    if reading.first_day is not None or len(fitting) != 1:
        return reading
    first, last = fitting.pop()
    unclear = reading.client is None
    return replace(
        reading,
        first_day=first,
        last_day=last,
        needs_review=unclear,
        why=reading.why if unclear else (),
        candidates=tuple(replace(each, first_day=first, last_day=last) for each in reading.candidates) if unclear else (),
    )


def _depth(parts: Sequence[Part]) -> int:
    """Return how many folders are the shoot's own: not technical ones at the end, nor what lies below a dated one."""
    depth = len(parts)
    while depth and (parts[depth - 1].kind == "technical" or (depth > 1 and parts[depth - 1].kind == "backup")):
        depth -= 1
    dated: list[int] = []
    year = False
    for index, part in enumerate(parts[:depth]):
        year = year or part.year is not None
        # Below a folder with a day, six digits that may be two days, and a day without its year, are no shoot's own.
        if part.kind == "job" and any(
            (each.whole and (len(each.days) < 2 or not dated)) or (year and not dated) for each in part.found
        ):
            dated.append(index)
    if not dated:
        return depth
    last = dated[-1]
    return last + 2 if last + 1 < depth and _names(parts[: last + 2]) else last + 1


def _names(parts: Sequence[Part]) -> bool:
    """True where the folder right below a day that bears no name is the job's own: 2025/06/14/Virtanen."""
    *above, day, below = parts
    if day.rest.strip("\0 -_") or below.kind != "job" or any(part.kind in ("job", "container") for part in above):
        return False
    split = not any(each.whole for each in day.found)
    return split or any(is_job_word(word) or is_form(word) for word in below.rest.split())


def _combine(parts: list[Part], depth: int, today: date) -> FolderReading:
    days = read_days(parts, today)
    name, open_client = read_names(parts)
    client, title = name.client, name.title
    reasons = list(days.why)
    if client is not None and len(client) > LONGEST_CLIENT:
        client, title = None, None
        open_client = "the client's name is too long to be one"
    if any(is_damaged(part.text) for part in parts):
        client, title = None, None
        open_client = "its letters are damaged, or a word mixes scripts"
    if client is None:
        reasons.append(open_client or "the folder's name says no client")
    if days.first is None and not days.why:
        reasons.append("the folder's name says no day")
    shown = [Candidate(client, first, last, title) for first, last in days.options]
    shown += [Candidate(each, days.first, days.last, title) for each in dict.fromkeys(name.unclear) if each]
    says_something = client or title or days.first or days.options
    if parts[-1].kind == "nothing" or (not says_something and all(part.kind != "job" for part in parts)):
        depth = 0
    return FolderReading(
        client, days.first, days.last, title, bool(reasons), tuple(dict.fromkeys(reasons)), tuple(shown), depth
    )
