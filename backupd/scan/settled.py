"""What people have settled about a folder, laid over what its name says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from backupd.reading.records import FolderReading

Settled = Mapping[tuple[str, str], dict[str, Any]]
"""What people have decided, by kind and subject of the question (`index.review.settlements`)."""

SETTLED_KINDS = ("folder", "date", "twin")


def subject_of(store: str, path: str) -> str:
    """Return what a question about a folder is known by, the same over re-indexing."""
    return f"{store}:{path}".encode("utf-8", "backslashreplace").decode()


def settled_reading(settled: Settled, store: str, path: str, reading: FolderReading) -> tuple[FolderReading, bool]:
    """Return the reading as a person settled it, and whether a day was settled."""
    subject = subject_of(store, path)
    words = settled.get(("folder", subject))
    if words is not None:
        reading = _overlay(reading, words)
    days = settled.get(("date", subject))
    if days is not None and days.get("first_day"):
        reading = _overlay(reading, days)
    has_day = any(found and found.get("first_day") for found in (words, days))
    return reading, has_day


def _overlay(reading: FolderReading, words: dict[str, Any]) -> FolderReading:
    """A settlement names the fields that it decides; one it leaves out stays as read, null means that there is none."""
    values: dict[str, Any] = {name: words[name] for name in ("client", "title") if name in words}
    values |= {
        name: date.fromisoformat(words[name]) if words[name] else None for name in ("first_day", "last_day") if name in words
    }
    return replace(reading, **values, needs_review=False, why=(), candidates=())
