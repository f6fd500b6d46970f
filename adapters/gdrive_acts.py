"""Moving and removing in Drive: by id, looked at just before, inside the root only, one file at a time.

Drive has no way to say "delete it if it is still this version". What is looked at just before may change in the moment
between; an id never comes to mean another file, so what could be lost is a revision that came in that moment, and that is
in the trash for as long as everything else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.errors import Changed, NotFound, Refused, Unavailable
from adapters.gdrive_client import Ask, Client
from adapters.gdrive_entries import FILE_FIELDS, Item, is_owned
from adapters.gdrive_links import Links
from adapters.gdrive_naming import Names
from adapters.gdrive_paths import name_key, part_name
from adapters.gdrive_places import Places
from adapters.gdrive_queries import Queries
from adapters.gdrive_reads import Outside, Reads
from adapters.records import Receipt

TRASH_DAYS = 30
"""How long the trash keeps a file. Source: Drive's help, delete and restore files."""


class Acts:
    """Changes single files. `kept` is how long an administrator can bring back what the trash has no more."""

    def __init__(
        self,
        client: Client,
        queries: Queries,
        names: Names,
        reads: Reads,
        places: Places,
        links: Links,
        kept: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._queries = queries
        self._names = names
        self._reads = reads
        self._places = places
        self._links = links
        self._kept = kept
        self._now = now

    def move(self, ref: str, version: str, path: str) -> Receipt:
        """Move the version that was seen to a free path."""
        folder, _, part = path.rpartition("/")
        name = part_name(self._client.store, "move", part)
        item = self._seen("move", ref, version)
        target = self._places.find("move", folder)
        if target is not None:
            if target in item.parents and item.name == name:
                # The same move was asked for before, and its answer was lost.
                return self._moved(item, already=True)
            if any(self._places.in_the_way("move", target, part, ref)):
                raise Changed(self._client.store, "move", ref, "something lies there")
        else:
            target = self._places.make("move", folder)
        given: dict[str, Any] = {"fileId": ref, "body": {"name": name}, "fields": FILE_FIELDS, "supportsAllDrives": True}
        if target not in item.parents:
            given |= {"addParents": target, "removeParents": ",".join(item.parents)}
        self._client.call("move", ref, lambda service: service.files().update(**given))
        there = self._reads.inside("move", ref)
        if target not in there.parents or name_key(there.name) != name_key(name):
            raise Unavailable(self._client.store, "move", ref, "answered wrongly: it does not lie where it was put")
        return self._moved(there)

    def _moved(self, item: Item, *, already: bool = False) -> Receipt:
        named = self._names.settle("move", [item])
        path = next((path for each, path in named.files if each.id == item.id), "")
        entry = self._reads.entry_of("move", item, path)
        return Receipt(entry.ref, entry.path, entry.version, entry.hashes, already=already)

    def remove(self, ref: str, version: str) -> Receipt:
        """Put the version that was seen into the trash. Links end first: they would still open it there."""
        try:
            item = self._seen("remove", ref, version)
        except Outside as err:
            raise Changed(err.store, "remove", ref, err.detail) from err
        except NotFound:
            return self._absent("remove", ref, version)
        self._check_owned("remove", item)
        self._links.end_public("remove", item.id)
        answer = self._client.call("remove", ref, to_trash(ref))
        return self.trashed(ref, version, answer)

    def purge(self, ref: str, version: str) -> Receipt:
        """Delete for good, with all its revisions, whoever else may open it first cut off; from the trash as well."""
        try:
            item = self._seen("purge", ref, version, in_trash=True)
        except Outside as err:
            raise Changed(err.store, "purge", ref, err.detail) from err
        except NotFound:
            return self._absent("purge", ref, version)
        self._check_owned("purge", item)
        self._links.end_all("purge", ref)
        # Not found: an earlier request's answer was lost. What follows tells.
        with contextlib.suppress(NotFound):
            self._client.act("purge", ref, lambda service: service.files().delete(fileId=ref, supportsAllDrives=True))
        self._check_gone(ref)
        return Receipt(ref, "", version, recoverable_until=self.until("purge"))

    def recoverable(self, ref: str) -> datetime | None:
        """Return until when a removed file could come back: what has its id still lies in a trash, or is there again."""
        try:
            self._queries.get("recoverable", ref, "id,name,mimeType,parents,trashed,createdTime")
        except NotFound:
            # Gone, unless it is our access that is.
            self._reads.believe("recoverable")
            return None
        return self._now() + timedelta(days=TRASH_DAYS) + self._kept

    def _check_gone(self, ref: str) -> None:
        try:
            self._queries.get("purge", ref, "id,name,mimeType,parents,trashed,createdTime")
        except NotFound:
            # Gone, unless it is our access that is.
            self._reads.believe("purge")
            return
        raise Unavailable(self._client.store, "purge", ref, "it is still there after it was deleted")

    def _seen(self, operation: str, ref: str, version: str, *, in_trash: bool = False) -> Item:
        item = self._reads.inside(operation, ref, afresh=True, in_trash=in_trash)
        self._check_version(operation, item, version)
        return item

    def _check_version(self, operation: str, item: Item, version: str) -> None:
        if self._reads.version(operation, item) != version:
            raise Changed(self._client.store, operation, item.id, "other bytes lie there now")

    def _check_owned(self, operation: str, item: Item) -> None:
        if not is_owned(item):
            raise Refused(self._client.store, operation, item.id, "it belongs to somebody else, who alone may remove it")

    def check_meant(self, operation: str, item: Item, version: str) -> None:
        """Raise Changed unless a file is of this version, Refused unless it is ours to remove."""
        self._check_version(operation, item, version)
        self._check_owned(operation, item)

    def trashed(self, ref: str, version: str, answer: Mapping[str, Any]) -> Receipt:
        """Return the receipt for what was put into the trash. Raises Unavailable where it is not there."""
        if answer.get("trashed") is not True:
            raise Unavailable(self._client.store, "remove", ref, "answered wrongly: it is not in the trash")
        return Receipt(ref, "", version, recoverable_until=self.until("remove"))

    def until(self, operation: str) -> datetime | None:
        """Return until when what is gone could be brought back.

        When a file went into the trash is not told in My Drive: at the latest just now.
        """
        if operation == "remove":
            return self._now() + timedelta(days=TRASH_DAYS) + self._kept
        return self._now() + self._kept if self._kept else None

    def _absent(self, operation: str, ref: str, version: str) -> Receipt:
        """Return the receipt of what was gone already, if the store can be believed. Raises NotOurStore."""
        self._reads.believe(operation)
        return Receipt(ref, "", version, already=True, recoverable_until=self.until(operation))


def to_trash(ref: str) -> Ask:
    """Return the call that puts a file into the trash."""
    body = {"trashed": True}
    return lambda service: service.files().update(fileId=ref, body=body, fields="id,trashed", supportsAllDrives=True)
