"""The Store protocol: what every kind of store promises.

One file per kind of store implements this and offers one `STORE` constant (a `StoreKind`). Every method raises only
`adapters.errors`; no SDK type or exception leaves the adapter. Methods never retry by themselves (`adapters.retry` wraps a
store for that), never read a clock to decide, and never touch anything outside the store's root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from adapters.errors import StoreError
from adapters.records import (
    Account,
    Capabilities,
    ChangePage,
    Entry,
    FolderMark,
    Forever,
    Listing,
    Marker,
    Presence,
    Receipt,
    ShareLink,
    Space,
    Survey,
)
from adapters.rights import NO_RIGHTS, Rights

MARKER_NAME = ".backupd-store"

Opener = Callable[[], BinaryIO]
"""Opens the bytes from their beginning, as often as asked: so that a failed upload can start again."""


class Store(Protocol):
    """A place that holds files.

    A store is used from one thread at a time unless its capabilities say more connections; `close` ends it.
    """

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def check(self) -> Marker:
        """Return the marker, read from the root just now.

        Raises NotOurStore if there is none or it cannot be understood; Unavailable if the root cannot be reached.
        """
        ...

    def survey(self, limit: int = 100_000) -> Survey:
        """Count what lies in the root, up to `limit` files, without a marker being needed. Writes nothing."""
        ...

    def adopt(self, marker: Marker) -> Marker:
        """Write the marker into the root and return it; the only thing ever written uninvited.

        Raises Changed if a marker is there already.
        """
        ...

    def walk(self) -> Iterator[FolderMark]:
        """Yield every folder of the root once, itself included (path ""), in any order.

        Raises Unavailable if the root goes away meanwhile, Unsupported where `capabilities.listing` is "feed". Never follows
        links, never enters another file system. A folder that cannot be read comes with `problem`.
        """
        ...

    def list_folder(self, path: str) -> Listing:
        """Return the direct files of one folder as they are now. Raises NotFound, Refused, Unavailable."""
        ...

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """Yield pages from `cursor` on, or of everything if it is None, until nothing more is known.

        Raises CursorLost, Unavailable; Unsupported where `capabilities.listing` is "walk". A listing is never cut short
        silently: it ends with a page that is `complete` or it raises.
        """
        ...

    def wait_for_changes(self, cursor: str, timeout_seconds: float) -> bool:
        """Wait until `changes(cursor)` would have something to say; False if time ran out first."""
        ...

    def stat(self, ref: str) -> Entry:
        """Return the file as it is now. Raises NotFound."""
        ...

    def presence(self, ref: str) -> Presence:
        """Is the file there? UNKNOWN when the store could not be asked; never raises StoreError."""
        ...

    def read(self, ref: str, offset: int = 0, length: int | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """Open a range of bytes: a context manager that gives chunks. Raises NotFound, Refused, Corrupt if cut short."""
        ...

    def upload(self, path: str, opener: Opener, size: int, *, resume: str | None = None,
               on_progress: Callable[[int, str | None], None] | None = None) -> Receipt:
        """Store new bytes at `path`; never replaces what lies there (raises Changed).

        `on_progress(sent_bytes, resume_token)` is told after each durable part; a token given back as `resume` later goes on
        from there. To a store behind a network any `resume`, be it "", says that the upload was begun before: if these very
        bytes lie at the path, that was it, and the receipt says `already`.
        The receipt's hashes are what the store now attests, or what was read back past the cache locally.
        """
        ...

    def move(self, ref: str, version: str, path: str) -> Receipt:
        """Move the very version that was seen to a free `path`. Raises Changed if either is not so, NotFound."""
        ...

    def remove(self, ref: str, version: str) -> Receipt:
        """Remove only the version that was seen, into the store's trash where it has one.

        Removing what is already absent succeeds with `already=True`. Raises Changed, Refused.
        """
        ...

    def purge(self, ref: str, version: str) -> Receipt:
        """Remove for good, trash and old versions included, or say in the receipt what stays recoverable until when."""
        ...

    def share(self, ref: str, expires_at: datetime) -> ShareLink:
        """Make a link for a person outside. Raises Unsupported."""
        ...

    def revoke(self, link_id: str) -> None:
        """End a link; ending one that is gone succeeds."""
        ...

    def space(self) -> Space: ...

    def account(self) -> Account: ...

    def close(self) -> None: ...


class ReadsLocally(Protocol):
    """A store whose files other processes on this machine may read beneath its root (`capabilities.local_reads`)."""

    def read_root(self) -> int:
        """Open the root, believed just now, and return the descriptor. The caller closes it. Raises as `check`."""
        ...


class RemovesMany(Protocol):
    """A store that takes many removals in one request (`capabilities.batch`). Wanted are (ref, version, path)."""

    def remove_many(self, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Receipt | StoreError]:
        """As `remove`, of each; yield what became of them, in order. Raises Unavailable where nobody knows."""
        ...

    def purge_many(self, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Receipt | StoreError]:
        """As `purge`, of each; the store says that it did so, and is to be asked afterwards whether they are gone."""
        ...


class LooksAtMany(Protocol):
    """A store that looks at many files in one request (`capabilities.looks`).

    What was looked at counts for a moment as looked at right before its removal.
    """

    def look_many(self, refs: Sequence[str], ahead: Sequence[str] = ()) -> list[Entry | Presence]:
        """Return each as it is now, without a path, in order: ABSENT as `presence` says it, UNKNOWN what is to be asked
        for by itself. `ahead` are some that will be looked at next, one of each folder. Raises NotOurStore, Unavailable.
        """
        ...


class TellsGone(Protocol):
    """A store that tells of many files at a time what became of them (`capabilities.tells_gone`)."""

    def left_of(self, refs: Sequence[str], *, purged: bool) -> list[Presence]:
        """Return of those which the store just said it removed whether they are gone.

        PRESENT is to be asked for by itself, UNKNOWN rests in a trash though it was purged. Raises NotOurStore,
        Unavailable; Unsupported where listing the folders is the shorter way.
        """
        ...


class KeepsTrash(Protocol):
    """A store with a trash of ours inside its root, which nobody empties but we."""

    def trashed_as(self, ref: str, version: str) -> str:
        """Return the ref under which `remove` lets a file rest; `stat`, `move` and `purge` take it."""
        ...


class TellsTime(Protocol):
    """A store whose answers say what time it is there."""

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far its clock is ahead of this machine's, by its last answer; None before the first one."""
        ...


class RemovesFolders(Protocol):
    """A store that can remove a folder for certain only where nothing lies in it."""

    def remove_empty_folder(self, path: str) -> bool:
        """Remove a folder in which nothing lies, never a file; False where something does. Raises Refused, Unavailable."""
        ...


class TellsRecoverable(Protocol):
    """A store that can be asked later whether it could still bring back what was removed. Nothing is changed by that."""

    def recoverable(self, ref: str) -> datetime | Forever | None:
        """Return until when a file that was removed could come back; None where the store knows nothing of it any more.

        Raises NotOurStore, Unavailable: a store that can't be believed has not said so.
        """
        ...


class WalksBelow(Protocol):
    """A store in which a part can be looked at by itself, quickly (`capabilities.local_reads`)."""

    def walk_below(self, path: str, *, deep: bool = True) -> Iterator[FolderMark]:
        """Yield this folder's mark as a walk would give it, and with `deep` those of all folders below it.

        Raises NotFound where no folder lies there; else as `walk`.
        """
        ...


@dataclass(frozen=True, slots=True)
class StoreKind:
    """What a module in `adapters/` offers as `STORE`.

    `options` names the settings this kind understands beyond name and path; `open` makes a store of them without touching
    the network or the root. `rights` are what a person grants when signing in; `address` is where the provider is, if
    no endpoint is set: "" for what lies on this machine.
    """

    kind: str
    options: frozenset[str]
    open: Callable[[str, Mapping[str, Any]], Store]
    rights: Rights = NO_RIGHTS
    address: str = ""
