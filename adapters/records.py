"""What stores say, as frozen values.

Paths are relative to the store's root, joined with "/", never start or end with "/", and "" is the root. They are `str`
with undecodable bytes carried as lone surrogates (as `os.fsdecode` makes them), so that `os.fsencode` gives the very
bytes back. A store whose names may hold "/" (Drive) makes safe, unique paths of them and keeps its own id in `ref`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal


class Presence(Enum):
    """Is it there? Only ABSENT, asked of the store itself, closes a removal."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hash:
    """An algorithm ("sha256", "dropbox", "md5") and its value as raw bytes."""

    algorithm: str
    value: bytes


@dataclass(frozen=True, slots=True)
class MediaHint:
    """What a provider says about a photo or video without a download; None is unknown."""

    captured_at: datetime | None = None
    make: str | None = None
    model: str | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as a store lists it.

    `ref` is what the store's other methods want (the path locally, the provider's id in a cloud). `identity` stays the
    same over a rename or move inside the store (device-free inode number locally, the provider's id in a cloud);
    None where the store has no such thing. `version` changes with the bytes and guards "remove only what I saw".
    `hashes` are attested by the provider; empty locally. `modified_ns` is nanoseconds since 1970 UTC, or None.

    `key` is the path in the store's own normal form, where it has one because letters' case means nothing to it: two
    paths with one key are one place. It comes from the store and is never computed here; "" where the path itself
    is it.
    """

    path: str
    ref: str
    size: int
    version: str
    identity: str | None = None
    modified_ns: int | None = None
    hashes: tuple[Hash, ...] = ()
    owned: bool = True
    media: MediaHint | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A place that could not be looked at, and why; what lies there is unknown, not absent."""

    path: str
    reason: str
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class FolderMark:
    """One folder met on a walk, with a fingerprint of its direct files' names, sizes, times and identities.

    Equal marks mean that no direct file was added, removed, renamed or changed. `problem` is set where the folder could
    not be read: then nothing below it was walked, and nothing there may be called absent. `changed_ns` is when anything
    about a direct file was last changed, by the store's own clock, which nobody can set; 0 where it is not known.
    """

    path: str
    identity: str
    mark: bytes
    files: int
    problem: str | None = None
    bytes: int = 0
    changed_ns: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """The direct files of one folder, with the mark that a walk would give for exactly this state."""

    path: str
    identity: str
    mark: bytes
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that a change feed names; `identity` and `key` as in `Entry`. What lies in it is not touched by that.

    A known identity at a new path is a folder that was moved: it is at its old path no more. What lies in it is named
    anew at its own new path, in this page or a later one.
    """

    path: str
    identity: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One page of a change feed. Pages are applied in order; in a page removals first, then folders and entries.

    `entries` are new, changed or moved files; one takes the place of whatever had its path (and key) before, a folder
    with all below it included. A rename is an entry with a known identity at a new path, in the same page as the
    removal of the old path or in another, before or after it. `removed` are refs of files that are gone, or identities
    of folders that are gone with everything that is known to lie below them: some stores tell only the id of what went,
    and not even which of the two it was. `removed_below` are keys (paths, where the store has no keys) of files or
    folders that are gone with everything below them. Both may name what was never known. The same file may come more
    than once.

    Storing `cursor` together with what the page says is a safe checkpoint. A feed started without a cursor is a full
    listing, also when it is continued from a page's cursor before its end: what it has not named by the page with
    `complete=True` is not in the store.
    """

    entries: tuple[Entry, ...]
    cursor: str
    complete: bool
    removed: tuple[str, ...] = ()
    removed_below: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    folders: tuple[Folder, ...] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """The content of a store's marker file: which store this is, for ever."""

    store_id: str
    name: str
    adopted_at: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies in a root before it is adopted, shown to the person who adopts it."""

    place: str
    files: int
    folders: int
    bytes: int
    truncated: bool
    marker: Marker | None


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes in the store; None where the store has no limit or does not tell."""

    total_bytes: int | None
    free_bytes: int | None
    used_bytes: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to the store: an opaque id and a name to show in `doctor`."""

    id: str
    name: str
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link given to a person outside. `expires_at` is enforced by the provider only if `enforced`."""

    id: str
    url: str
    expires_at: datetime | None
    enforced: bool


Forever = Literal["forever"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a store answered to an upload, a move or a removal.

    `already` is True where there was nothing left to do. `recoverable_until` says how long the store itself could bring
    removed bytes back: None not at all, "forever" without end, else the instant.
    """

    ref: str
    path: str
    version: str
    hashes: tuple[Hash, ...] = ()
    already: bool = False
    recoverable_until: datetime | Forever | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a kind of store can do, as data, so that no caller asks for its kind by name.

    `listing` is "walk" (folder by folder, with marks) or "feed" (pages with a cursor). `attests` are the hash
    algorithms that the store reports by itself. `recoverable_days` is how long a removed file can be brought back
    by the store, `trash_takes_room` whether until then it still counts against the store's room. `case_sensitive` is
    whether two names that differ only in case are two files. `listing_lags` says that a listing of everything may lack
    what was put there shortly before, though it can be looked at by its ref. `batch` is how many files one request can
    remove, `looks` how many it can look at by their refs (`LooksAtMany`), `tells_gone` whether it tells of many at a
    time that they are gone (`TellsGone`). `daily_upload_bytes` is how much a person may upload within a day, None without
    such a limit.
    """

    listing: Literal["walk", "feed"]
    attests: tuple[str, ...] = ()
    identity_survives_rename: bool = True
    atomic_remove: bool = False
    trash: bool = False
    trash_takes_room: bool = False
    purge: bool = False
    share_links: bool = False
    long_poll: bool = False
    listing_lags: bool = False
    local_reads: bool = False
    case_sensitive: bool = True
    same_name_twice: bool = False
    recoverable_days: int = 0
    connections: int = 1
    batch: int = 1
    daily_upload_bytes: int | None = None
    looks: int = 1
    tells_gone: bool = False
    notes: tuple[str, ...] = field(default=())
