"""What the index gives back: frozen records. No row object leaves `index/`.

Paths and names are `str` with undecodable bytes as lone surrogates (`os.fsdecode`); instants are whole seconds since
1970 UTC; days are ISO text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

CopyState = Literal["p", "m", "c", "u"]
STATE_WORDS = {"p": "present", "m": "missing", "c": "corrupt", "u": "unread"}
KNOWN_WORDS = {"h": "hashed", "a": "attested"}


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store as it was last heard of."""

    id: int
    name: str
    kind: str
    marker: str | None
    state: str
    problem: str | None
    heard_at: int | None
    free_bytes: int | None
    watching: str | None = None


@dataclass(frozen=True, slots=True)
class StoreTotals:
    """What is known to lie in a store now, and when it was last brought up to date. What backupd removed is not missing."""

    store: StoreRow
    files: int
    bytes: int
    missing: int
    last_scan: int | None


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder of a store. `mark` is None until all of its direct files were recorded."""

    id: int
    path: str
    identity: str | None
    mark: bytes | None
    present: bool
    files: int = 0


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A file at one place, as last recorded. `content_id` is None while its bytes are unknown."""

    id: int
    folder_id: int
    name: str
    content_id: int | None
    size: int
    modified_ns: int | None
    identity: str | None
    state: CopyState
    known_by: str | None
    known_at: int | None


@dataclass(frozen=True, slots=True)
class NewCopy:
    """A copy to be written; `id` is given by the writer."""

    id: int
    folder_id: int
    name: str
    content_id: int | None
    size: int
    modified_ns: int | None
    identity: str | None
    version: str | None
    state: CopyState
    known_by: str | None
    known_at: int | None


class NewContent(NamedTuple):
    """A content to be written. `captured_at` is local ISO time; `duration_ms` milliseconds.

    `read` is False where nobody here has read its bytes: then all this is the provider's word. A tuple, since a first
    listing makes one for each of a million files.
    """

    id: int
    size: int
    sha256: bytes | None
    dropbox_hash: bytes | None
    md5: bytes | None
    kind: str
    captured_at: str | None
    offset_minutes: int | None
    camera_id: int | None
    width: int | None
    height: int | None
    duration_ms: int | None
    first_seen_at: int
    read: bool = True


@dataclass(frozen=True, slots=True)
class ShootRow:
    """A shoot. `client` is the client's shown name."""

    id: int
    key: str
    client_id: int | None
    client: str | None
    title: str | None
    first_day: str | None
    last_day: str | None
    day_from: str | None
    captured_first: str | None
    captured_last: str | None


@dataclass(frozen=True, slots=True)
class StoreCount:
    """Copies of a shoot's files in one store; what backupd removed itself is not missing."""

    present: int
    missing: int
    corrupt: int
    removed: int = 0


@dataclass(frozen=True, slots=True)
class ShootSummary:
    """A shoot with its counts: `files` distinct files, `intact` those with at least one good copy."""

    shoot: ShootRow
    files: int
    bytes: int
    intact: int
    stores: dict[str, StoreCount]
    participants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AppearanceRow:
    """A participant of a shoot, and the list and place that say so."""

    name: str
    role: str | None
    email: str | None
    phone: str | None
    minor: bool | None
    consent: str | None
    store: str
    path: str
    place: str


@dataclass(frozen=True, slots=True)
class PlacedCopy:
    """One copy of a file, with how it is known and when; with when backupd removed it, where it did."""

    store: str
    path: str
    state: str
    known_by: str | None
    known_at: int | None
    removed_at: int | None = None


@dataclass(frozen=True, slots=True)
class FileCopies:
    """One content of a shoot with all its copies, also those outside the shoot's folders.

    `uncompared` are copies in the shoot, of the same size, of which nobody knows a hash of the same kind: they may be
    the same bytes or not.
    """

    content_id: int | None
    path: str
    size: int
    sha256: bytes | None
    copies: tuple[PlacedCopy, ...]
    uncompared: tuple[PlacedCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """Something that a person must settle."""

    id: int
    kind: str
    subject: str
    reason: str
    candidates: str
    opened_at: int
    settled_at: int | None
    settlement: str | None
    store: str | None
    path: str | None
    shoot_id: int | None
