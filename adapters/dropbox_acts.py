"""Moving and removing in Dropbox: by id and revision, looked at just before, inside the root only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dropbox import files

from adapters.dropbox_client import Client
from adapters.dropbox_paths import stored_path
from adapters.dropbox_reads import Outside, Reads, as_item
from adapters.errors import Changed, NotFound, Refused, StoreError, Unavailable
from adapters.records import Entry, Forever, Receipt

_REVISION = re.compile(r"[0-9a-f]{9,}")
_OUTER_BOUND = timedelta(days=60)
"""How long after its window Dropbox may take to purge. Source: help.dropbox.com, data retention policy."""

Recoverable = datetime | Forever | None


class Acts:
    """Changes single files. `window` is how long the account's plan brings removed files back."""

    def __init__(
        self,
        client: Client,
        reads: Reads,
        root: str,
        window: timedelta,
        *,
        may_purge: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._reads = reads
        self._root = root
        self._window = window
        self.may_purge = may_purge
        self._now = now
        self._moving: dict[tuple[str, str, str], Entry] = {}

    def move(self, ref: str, version: str, path: str) -> Receipt:
        """Move the revision that was seen to a free path."""
        path = stored_path(self._client.store, "move", path)
        entry = self._reads.stat(ref, "move")
        begun = self._moving.pop((ref, version, path), None)
        if begun is not None and entry.hashes == begun.hashes and entry.path.casefold() == path.casefold():
            return Receipt(ref, entry.path, entry.version, entry.hashes, already=True)
        self._check_version("move", entry, version)
        try:
            moved = self._client.call(
                "move", ref, lambda sdk: sdk.files_move_v2(ref, f"{self._root}/{path}", autorename=False)
            )
        except Unavailable:
            # Whether it was moved is known when the same move is asked for again.
            self._moving[ref, version, path] = entry
            raise
        there = self._reads.entry_of("move", ref, as_item(moved.metadata))
        return Receipt(there.ref, there.path, there.version, there.hashes)

    def remove(self, ref: str, version: str, before: Callable[[], None] | None = None) -> Receipt:
        """Remove the revision that was seen; the account can bring it back until its plan's window ends.

        `before` is called once it is certain that this is to go.
        """
        try:
            entry = self._seen("remove", ref, version)
            if before is not None:
                before()
            self._client.call("remove", ref, lambda sdk: sdk.files_delete_v2(ref, parent_rev=version))
        except Outside as err:
            raise Changed(err.store, "remove", ref, err.detail) from err
        except NotFound:
            return self._absent("remove", ref, version)
        return Receipt(ref, entry.path, version, entry.hashes, recoverable_until=self.until())

    def purge(self, ref: str, version: str, before: Callable[[], None]) -> Receipt:
        """Remove for good where the app may; else remove, and say until when it can be brought back."""
        if not self.may_purge:
            return self.remove(ref, version, before)
        try:
            entry = self._seen("purge", ref, version)
            before()
            self._client.call("purge", ref, lambda sdk: sdk.files_permanently_delete(ref, parent_rev=version))
        except Outside as err:
            raise Changed(err.store, "purge", ref, err.detail) from err
        except NotFound:
            return self._absent("purge", ref, version)
        except Refused:
            return self.remove(ref, version)
        return Receipt(ref, entry.path, version, entry.hashes, recoverable_until=self._recoverable("purge", ref, entry))

    def until(self) -> datetime:
        """Return until when the account can bring back what is removed now."""
        return self._now() + self._window

    def _seen(self, operation: str, ref: str, version: str) -> Entry:
        entry = self._reads.stat(ref, operation)
        self._check_version(operation, entry, version)
        return entry

    def _check_version(self, operation: str, entry: Entry, version: str) -> None:
        self.check_revision(operation, entry.ref, version)
        if entry.version != version:
            raise Changed(self._client.store, operation, entry.ref, "another revision lies there now")

    def check_revision(self, operation: str, ref: str, version: str) -> None:
        """Raise Changed for a version that no file in Dropbox can have."""
        if not _REVISION.fullmatch(version):
            raise Changed(self._client.store, operation, ref, "no revision in Dropbox can be called so")

    def _absent(self, operation: str, ref: str, version: str) -> Receipt:
        """Return the receipt of what was gone already, if the store can be believed. Raises NotOurStore."""
        self._reads.marker(operation)
        until = self._recoverable(operation, ref, None)
        return Receipt(ref, "", version, already=True, recoverable_until=until)

    def _recoverable(self, operation: str, ref: str, purged: Entry | None) -> Recoverable:
        """Return until when a removed file can come back; None only when a purge was asked for and nothing is left."""
        try:
            found = self._revisions(operation, ref)
        except NotFound:
            if purged is not None and not self._is_in_trash(operation, purged):
                return None
            return self._now() + self._window
        except StoreError:
            return self._now() + self._window
        return self._end_of(found)

    def recoverable(self, ref: str) -> Recoverable:
        """Return until when a removed file could come back, None where Dropbox lists no revision of it any more."""
        self._reads.marker("recoverable")
        try:
            found = self._revisions("recoverable", ref)
        except NotFound:
            return None
        return self._end_of(found)

    def _revisions(self, operation: str, ref: str) -> Any:
        mode = files.ListRevisionsMode.id
        return self._client.call(operation, ref, lambda sdk: sdk.files_list_revisions(ref, mode=mode, limit=1))

    def _end_of(self, found: Any) -> datetime:
        if found.server_deleted is None:
            return self._now() + self._window
        ends: datetime = found.server_deleted.replace(tzinfo=UTC) + self._window
        # Still listed though its window has passed: Dropbox takes its time to purge.
        return ends if ends > self._now() else self._now() + _OUTER_BOUND

    def _is_in_trash(self, operation: str, entry: Entry) -> bool:
        path = f"{self._root}/{entry.path}"
        try:
            self._client.call(operation, "", lambda sdk: sdk.files_get_metadata(path, include_deleted=True))
        except NotFound:
            return False
        except StoreError:
            return True
        return True
