"""A folder in Google Drive as a store."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.base import MARKER_NAME, Opener
from adapters.errors import NotOurStore, StoreError, Unavailable, Unsupported
from adapters.gdrive import DriveOptions
from adapters.gdrive_acts import TRASH_DAYS, Acts
from adapters.gdrive_client import BATCH, CONNECTIONS, Ask, Client, Connection
from adapters.gdrive_feed import Feed
from adapters.gdrive_folder import list_folder
from adapters.gdrive_links import Links
from adapters.gdrive_many import Many
from adapters.gdrive_naming import Names
from adapters.gdrive_places import Places
from adapters.gdrive_queries import Queries
from adapters.gdrive_reads import Place, Reads
from adapters.gdrive_tree import Tree
from adapters.gdrive_upload import DAILY_UPLOAD_BYTES, Uploads
from adapters.gdrive_walk import Lister
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

_FRESH_SECONDS = 60.0
"""So long an answer about the room holds that came with a check, if nothing was asked or done since."""

POLL_SECONDS = 60.0
"""How often news are asked for while they are waited for; Drive can't tell of them by itself."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Quota:
    """What was said of the room, with the calls that there had been by then and when that was."""

    said: object
    calls: int
    at: float


class DriveStore:
    """One folder of one account or shared drive. `now` dates receipts; `sleep` spaces questions for news."""

    def __init__(
        self,
        name: str,
        options: DriveOptions,
        *,
        now: Callable[[], datetime] = _now,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._options = options
        self._now = now
        self._sleep = sleep
        self._monotonic = monotonic
        self._quota: _Quota | None = None
        self._client = Client(Connection(name, options.credentials, options.endpoint))
        place = Place(options.drive_id, options.folder_id, options.names)
        tree, queries = Tree(), Queries(self._client, options.drive_id)
        names = Names(queries, tree)
        self._reads = Reads(self._client, queries, names, tree, place)
        self._lister = Lister(name, queries, names, tree, compile_ignored(options.ignore))
        where = f"{options.drive_id}:{options.folder_id}:{'/'.join(options.names)}"
        self._feed = Feed(self._client, self._reads, self._lister, where)
        self._places = Places(self._client, queries, names, self._reads)
        self._uploads = Uploads(self._client, queries, names, self._reads, self._places)
        self._links = Links(self._client, self._reads, options.share_with)
        kept = timedelta(days=options.recoverable_days)
        self._acts = Acts(self._client, queries, names, self._reads, self._places, self._links, kept, now)
        self._many = Many(self._client, queries, names, tree, self._reads, self._links, self._acts, monotonic)

    @property
    def name(self) -> str:
        """The store's name in the settings."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What Drive can do."""
        return Capabilities(
            listing="feed",
            attests=("sha256", "md5"),
            identity_survives_rename=True,
            atomic_remove=False,
            trash=True,
            trash_takes_room=True,
            purge=self._options.recoverable_days == 0,
            share_links=True,
            long_poll=False,
            listing_lags=True,
            same_name_twice=True,
            daily_upload_bytes=DAILY_UPLOAD_BYTES,
            recoverable_days=TRASH_DAYS + self._options.recoverable_days,
            connections=CONNECTIONS,
            batch=BATCH,
            looks=BATCH,
            tells_gone=True,
            notes=(
                "files from before 2018 may have no SHA-256, and are then known by size and MD5",
                "a file that is changed in the very moment of its removal goes along: Drive can't compare and remove",
                "files of others are listed, and can be removed by their owners alone",
            ),
        )

    def check(self) -> Marker:
        """Return the marker as it is now. How much room there is is asked in passing: a run ends with both questions."""
        return self._reads.marker("check", None if self._options.drive_id else _about("storageQuota"), self._keep_quota)

    def survey(self, limit: int = 100_000) -> Survey:
        """Count what lies in the folder, up to a limit."""
        try:
            marker = self._reads.marker("survey")
        except NotOurStore:
            marker = None
        options = self._options
        where = options.folder_id or "/".join(options.names) or options.drive_id
        return self._feed.survey(limit, marker, f"Google Drive:{where or '/'}")

    def adopt(self, marker: Marker) -> Marker:
        """Write the marker into the folder, which must be there already."""
        self._reads.root("adopt")
        content = encode_marker(marker)
        receipt = self._uploads.upload(MARKER_NAME, lambda: io.BytesIO(content), len(content), None, None)
        self._reads.keep_marker(receipt.ref)
        return marker

    def walk(self) -> Iterator[FolderMark]:
        """Drive has a feed instead."""
        raise Unsupported(self._name, "walk", detail="this kind of store gives a feed of changes instead")

    def list_folder(self, path: str) -> Listing:
        """Return the direct files of one folder as they are now."""
        return list_folder(self._lister, self._places, path)

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """Yield pages from a cursor on, or of everything."""
        return self._feed.changes(cursor)

    def wait_for_changes(self, cursor: str, timeout_seconds: float) -> bool:
        """Ask for news now and then until there are some or the time is up."""
        left = timeout_seconds
        while not self._feed.has_news(cursor):
            if left <= 0:
                return False
            pause = min(left, POLL_SECONDS)
            self._sleep(pause)
            left -= pause
        return True

    def stat(self, ref: str) -> Entry:
        """Return the file as it is now."""
        return self._reads.stat(ref)

    def presence(self, ref: str) -> Presence:
        """Is the file there?"""
        return self._reads.presence(ref)

    def read(self, ref: str, offset: int = 0, length: int | None = None) -> AbstractContextManager[Iterator[bytes]]:
        """Open a range of bytes."""
        return self._reads.read(ref, offset, length)

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
        """Move the version that was seen to a free path."""
        return self._acts.move(ref, version, path)

    def remove(self, ref: str, version: str) -> Receipt:
        """Put the version that was seen into the trash."""
        return self._acts.remove(ref, version)

    def remove_many(self, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Receipt | StoreError]:
        """Remove many files at once, each given as (ref, version, path); yield what became of each, in order."""
        return self._many.remove(wanted)

    def purge_many(self, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Receipt | StoreError]:
        """Delete many files for good at once; whether they are gone is told by `left_of`."""
        return self._many.purge(wanted)

    def look_many(self, refs: Sequence[str], ahead: Sequence[str] = ()) -> list[Entry | Presence]:
        """Return many files as they are now, without their paths."""
        return self._many.look(refs, ahead)

    def left_of(self, refs: Sequence[str], *, purged: bool) -> list[Presence]:
        """Return whether files that were just removed are gone."""
        return self._many.left(refs, purged=purged)

    def purge(self, ref: str, version: str) -> Receipt:
        """Delete for good, and say until when an administrator could bring it back."""
        return self._acts.purge(ref, version)

    def recoverable(self, ref: str) -> datetime | Forever | None:
        """Return until when a removed file could be brought back, None where nothing has its id."""
        return self._acts.recoverable(ref)

    def share(self, ref: str, expires_at: datetime) -> ShareLink:
        """Make a link for a person outside."""
        return self._links.share(ref, expires_at, self._now())

    def revoke(self, link_id: str) -> None:
        """End a link."""
        self._links.revoke(link_id)

    @property
    def clock_ahead_seconds(self) -> float | None:
        """How far the service's clock is ahead of this machine's, by its last answer."""
        return self._client.time.ahead_seconds

    def space(self) -> Space:
        """Return the account's room. What a shared drive has of it nobody tells."""
        if self._options.drive_id:
            return Space(None, None, None)
        told, self._quota = self._quota, None
        if told is None or told.calls != self._client.calls or self._monotonic() - told.at > _FRESH_SECONDS:
            told = _Quota(self._call("space", _about("storageQuota")).get("storageQuota"), 0, 0.0)
        quota = told.said
        if not isinstance(quota, dict):
            raise Unavailable(self._name, "space", detail="answered wrongly: no room was told")
        total, used = _number(quota.get("limit")), _number(quota.get("usage"))
        return Space(total, None if total is None or used is None else max(total - used, 0), used)

    def account(self) -> Account:
        """Return whose account this is, and what the sign-in may do."""
        user = self._call("account", _about("user(permissionId,displayName,emailAddress)")).get("user")
        if not isinstance(user, dict) or not isinstance(user.get("permissionId"), str):
            raise Unavailable(self._name, "account", detail="answered wrongly: no account was told")
        shown = str(user.get("displayName") or user.get("emailAddress") or user["permissionId"])
        return Account(str(user["permissionId"]), shown, self._client.rights())

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def _keep_quota(self, answer: dict[str, Any]) -> None:
        said = answer.get("storageQuota")
        self._quota = _Quota(said, self._client.calls, self._monotonic()) if isinstance(said, dict) else None

    def _call(self, operation: str, ask: Ask) -> dict[str, Any]:
        return self._client.call(operation, "", ask)


def _about(fields: str) -> Ask:
    return lambda service: service.about().get(fields=fields)


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else None
