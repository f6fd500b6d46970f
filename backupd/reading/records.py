"""What reading gives: frozen values, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

MediaKind = Literal["photo", "video", "sidecar", "other"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible reading of something ambiguous, to be shown to the person who decides."""

    client: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class FolderReading:
    """What a folder's path says about the shoot it belongs to.

    `depth` is how many leading components of the path make up the shoot's own folder: technical folders below it (DCIM,
    RAW, Capture One …) are not counted; 0 where the path names no shoot at all. `ignored` is True in system, hidden and
    trash folders. `why` gives reasons in words; never empty where `needs_review`. `candidates` are the readings between
    which a person (or the capture dates) must choose.
    """

    client: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    title: str | None = None
    needs_review: bool = False
    why: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    depth: int = 0
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Participant:
    """A person named by a list, with the place in the file (line, row, cell, page) that it came from."""

    name: str
    role: str | None = None
    email: str | None = None
    phone: str | None = None
    minor: bool | None = None
    consent: Literal["yes", "no"] | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class ReadingProblem:
    """Something in a file that could not be taken, and where in the file ("" for the file as a whole)."""

    reason: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class ListReading:
    """What a participant list says. Problems mean that a person should look; the participants given are certain."""

    participants: tuple[Participant, ...] = ()
    problems: tuple[ReadingProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaReading:
    """What a media file says about itself; None is unknown.

    `captured_at` is local camera time without a zone if `offset_minutes` is None, else the local time at that offset (0 for
    UTC). `width` and `height` are pixels as stored, before orientation. `people` are persons named in a sidecar.
    """

    kind: MediaKind = "other"
    captured_at: datetime | None = None
    offset_minutes: int | None = None
    make: str | None = None
    model: str | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    people: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
