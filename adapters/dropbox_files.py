"""A folder in Dropbox as a store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from adapters.dropbox_client import CONNECTIONS, Client, Connection
from adapters.dropbox_feed import Feed
from adapters.dropbox_reads import Reads
from adapters.dropbox_store import DropboxOptions
from adapters.errors import NotOurStore, Unsupported
from adapters.ignoring import compile_ignored
from adapters.records import (
    Capabilities,
    ChangePage,
    Entry,
    FolderMark,
    Listing,
    Marker,
    Presence,
    Survey,
)

_BATCH = 1000


def _now() -> datetime:
    return datetime.now(UTC)


class DropboxStore:
    """One folder of one account. `now` dates receipts; `monotonic` and `sleep` space long polls."""

    def __init__(
        self,
        name: str,
        options: DropboxOptions,
        *,
        now: Callable[[], datetime] = _now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = name
        self._options = options
        self._monotonic = monotonic
        self._sleep = sleep
        self._quiet_until = float("-inf")
        self._client = Client(Connection(name, options.credentials, options.endpoint, options.path_root))
        place = f"{options.path_root}:{options.root}"
        self._feed = Feed(self._client, options.root, place, compile_ignored(options.ignore))
        self._reads = Reads(self._client, options.root, self._feed.reader)

    @property
    def name(self) -> str:
        """The store's name in the settings."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What Dropbox can do."""
        return Capabilities(
            listing="feed",
            attests=("dropbox",),
            identity_survives_rename=True,
            atomic_remove=True,
            trash=True,
            purge=self._options.permanent_delete,
            share_links=True,
            long_poll=True,
            case_sensitive=False,
            recoverable_days=self._options.recoverable_days,
            connections=CONNECTIONS,
            batch=_BATCH,
            notes=("overwritten and removed files can be brought back by the account until its plan's window ends",),
        )

    def check(self) -> Marker:
        """Return the marker, read just now."""
        return self._reads.marker()

    def survey(self, limit: int = 100_000) -> Survey:
        """Count what lies in the folder, up to a limit."""
        try:
            marker = self._reads.marker("survey")
        except NotOurStore:
            marker = None
        return self._feed.survey(limit, marker)

    def walk(self) -> Iterator[FolderMark]:
        """Dropbox has a feed instead."""
        raise Unsupported(self._name, "walk", detail="this kind of store gives a feed of changes instead")

    def list_folder(self, path: str) -> Listing:
        """Return the direct files of one folder as they are now."""
        return self._feed.list_folder(path)

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """Yield pages from a cursor on, or of everything."""
        return self._feed.changes(cursor)

    def wait_for_changes(self, cursor: str, timeout_seconds: float) -> bool:
        """Wait until there is news or the time is up. Where Dropbox asked to be left alone, that time passes first."""
        quiet = min(self._quiet_until - self._monotonic(), timeout_seconds)
        if quiet > 0:
            self._sleep(quiet)
            timeout_seconds -= quiet
            if timeout_seconds <= 0:
                return False
        news, backoff = self._feed.wait(cursor, timeout_seconds)
        self._quiet_until = self._monotonic() + backoff
        return news

    def stat(self, ref: str) -> Entry:
        """Return the file as it is now."""
        return self._reads.stat(ref)

    def presence(self, ref: str) -> Presence:
        """Is the file there?"""
        return self._reads.presence(ref)

    def read(self, ref: str, offset: int = 0, length: int | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """Open a range of bytes."""
        return self._reads.read(ref, offset, length)

    def close(self) -> None:
        """End all connections."""
        self._client.close()
