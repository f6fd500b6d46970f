"""A folder in Dropbox as a store."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

from adapters.base import MARKER_NAME, Opener
from adapters.dropbox_acts import Acts
from adapters.dropbox_client import CONNECTIONS, Client, Connection
from adapters.dropbox_feed import Feed
from adapters.dropbox_links import Links
from adapters.dropbox_many import MOST_AT_ONCE, Many
from adapters.dropbox_reads import Reads
from adapters.dropbox_store import DropboxOptions
from adapters.dropbox_upload import Uploads
from adapters.errors import NotOurStore, StoreError, Unsupported
from adapters.ignoring import compile_ignored
from adapters.marker import encode_marker
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


def _space(total: int, used: int) -> Space:
    return Space(total, max(total - used, 0), used)


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
        self._uploads = Uploads(self._client, self._reads, options.root)
        self._links = Links(self._client, self._reads)
        self._acts = Acts(
            self._client,
            self._reads,
            options.root,
            timedelta(days=options.recoverable_days),
            may_purge=options.permanent_delete,
            now=now,
        )
        self._many = Many(self._client, self._reads, self._feed, self._links, self._acts, options.root, sleep)

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
            batch=MOST_AT_ONCE,
            tells_gone=True,
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

    def adopt(self, marker: Marker) -> Marker:
        """Write the marker into the folder, which must be there already."""
        self._reads.root_key("adopt")
        content = encode_marker(marker)
        self._uploads.upload(MARKER_NAME, lambda: io.BytesIO(content), len(content), None, None)
        return marker

    def upload(
        self,
        path: str,
        opener: Opener,
        size: int,
        *,
        resume: str | None = None,
        on_progress: Callable[[int, str | None], None] | None = None,
    ) -> Receipt:
        """Store new bytes at a free path."""
        return self._uploads.upload(path, opener, size, resume, on_progress)

    def move(self, ref: str, version: str, path: str) -> Receipt:
        """Move the revision that was seen to a free path."""
        return self._acts.move(ref, version, path)

    def remove(self, ref: str, version: str) -> Receipt:
        """Remove the revision that was seen."""
        return self._acts.remove(ref, version)

    def remove_many(self, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Receipt | StoreError]:
        """Remove many files at once, each given as (ref, version, path); yield what became of each, in order."""
        return self._many.remove(wanted)

    def purge_many(self, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Receipt | StoreError]:
        """Remove many files at once, links included, as `purge`."""
        return self._many.purge(wanted)

    def left_of(self, refs: Sequence[str], *, purged: bool) -> list[Presence]:  # noqa: ARG002 - nothing can be purged here
        """Return whether files that were just removed are gone."""
        return self._many.left(refs)

    def purge(self, ref: str, version: str) -> Receipt:
        """Remove for good, links included, or say until when it can be brought back."""
        return self._acts.purge(ref, version, lambda: self._links.revoke_all(ref))

    def recoverable(self, ref: str) -> datetime | Forever | None:
        """Return until when a removed file could be brought back, None where Dropbox knows no revision of it."""
        return self._acts.recoverable(ref)

    def share(self, ref: str, expires_at: datetime) -> ShareLink:
        """Make a link for a person outside."""
        return self._links.share(ref, expires_at)

    def revoke(self, link_id: str) -> None:
        """End a link."""
        self._links.revoke(link_id)

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far the service's clock is ahead of this machine's, by its last answer."""
        return self._client.time.ahead_seconds

    def space(self) -> Space:
        """Return the account's room; a team's where it is shared with one."""
        usage = self._client.call("space", "", lambda sdk: sdk.users_get_space_usage())
        allocation = usage.allocation
        if allocation.is_individual():
            return _space(int(allocation.get_individual().allocated), int(usage.used))
        if not allocation.is_team():
            return Space(None, None, int(usage.used))
        team = allocation.get_team()
        whole = _space(int(team.allocated), int(team.used))
        if not team.user_within_team_space_allocated:
            return whole
        own = _space(int(team.user_within_team_space_allocated), int(usage.used))
        return min(whole, own, key=lambda space: space.free_bytes or 0)

    def account(self) -> Account:
        """Return whose account this is."""
        found = self._client.call("account", "", lambda sdk: sdk.users_get_current_account())
        return Account(str(found.account_id), str(found.name.display_name), self._client.rights())

    def close(self) -> None:
        """End all connections."""
        self._client.close()
