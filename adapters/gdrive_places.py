"""From a path below the root to folders in Drive: found, or made where they are missing.

Listings lag: a folder that was just made may not be found by its name for some time, though its id is known at once. So
what was made or found here is remembered, and looked at by id before it is used.
"""

from __future__ import annotations

import threading
from typing import Any

from adapters.errors import Changed, NotFound, StoreError, Unavailable
from adapters.gdrive_client import Client
from adapters.gdrive_entries import FOLDER, FOLDER_FIELDS, Item
from adapters.gdrive_naming import Names
from adapters.gdrive_paths import SLASH, id_in, name_key, part_name, parts_of
from adapters.gdrive_queries import Queries
from adapters.gdrive_reads import Reads

_IDS_AT_ONCE = 20


class Places:
    """Finds and makes folders, and ids for what is to be made."""

    def __init__(self, client: Client, queries: Queries, names: Names, reads: Reads) -> None:
        self._client = client
        self._queries = queries
        self._names = names
        self._reads = reads
        self._known: dict[tuple[str, str], str] = {}
        self._ids: list[str] = []
        self._lock = threading.Lock()

    def find(self, operation: str, path: str) -> str | None:
        """Return the id of the folder at a path, or None."""
        id = self._reads.root(operation)
        for part in path.split("/") if path else ():
            found = self._folder(operation, id, part)
            if found is None:
                return None
            id = found
        return id

    def make(self, operation: str, path: str) -> str:
        """Return the id of the folder at a path, made with those above it where there is none.

        Raises Changed if a file lies in the way, Unsupported for a name that would be taken for another.
        """
        id = self._reads.root(operation)
        parts = path.split("/") if path else []
        for part in parts:
            if id_in(part) is None:
                # Before anything is made.
                part_name(self._client.store, operation, part)
        for part in parts:
            id = self._folder(operation, id, part) or self._make(operation, id, part)
        return id

    def in_the_way(self, operation: str, folder: str, part: str, but: str = "") -> list[Item]:
        """Return what lies in a folder under a name, whatever it is, but for one id."""
        name = part_name(self._client.store, operation, part)
        return [item for item in self._same(operation, folder, name) if item.id != but]

    def new_id(self, operation: str) -> str:
        """Return an id for something to be made: with its own, a request whose answer was lost makes no twin."""
        with self._lock:
            if not self._ids:
                given: dict[str, Any] = {"count": _IDS_AT_ONCE, "space": "drive", "type": "files"}
                answer = self._client.call(operation, "", lambda service: service.files().generateIds(**given))
                ids = answer.get("ids")
                if not isinstance(ids, list) or not ids or not all(isinstance(id, str) and id for id in ids):
                    raise Unavailable(self._client.store, operation, detail="answered wrongly: no ids were given")
                self._ids = list(ids)
            return self._ids.pop()

    def _folder(self, operation: str, parent: str, part: str) -> str | None:
        known = self._known.get((parent, part))
        if known is not None and self._is_still(operation, known, parent, part):
            return known
        marked = id_in(part)
        if marked is not None:
            found = self._by_id(operation, marked, parent)
        else:
            name = part_name(self._client.store, operation, part)
            same = {item.id: item.sibling() for item in self._same(operation, parent, name) if item.is_folder}
            called = parts_of(same.values())
            found = next((id for id in same if called[id] == part), None)
        if found is not None:
            self._known[parent, part] = found
        return found

    def _is_still(self, operation: str, id: str, parent: str, part: str) -> bool:
        try:
            item = self._queries.get(operation, id, FOLDER_FIELDS)
        except NotFound:
            return False
        is_named = id_in(part) is not None or name_key(item.name) == name_key(part.replace(SLASH, "/"))
        return item.is_folder and not item.trashed and parent in item.parents and is_named

    def _by_id(self, operation: str, id: str, parent: str) -> str | None:
        try:
            item = self._queries.get(operation, id, FOLDER_FIELDS)
        except NotFound:
            return None
        return id if item.is_folder and not item.trashed and parent in item.parents else None

    def _same(self, operation: str, parent: str, name: str) -> list[Item]:
        return self._queries.same_named(operation, {parent: {name}}, FOLDER_FIELDS)[parent]

    def _make(self, operation: str, parent: str, part: str) -> str:
        name = part_name(self._client.store, operation, part)
        if self._same(operation, parent, name):
            raise Changed(self._client.store, operation, detail="a file lies where a folder should be made")
        id = self.new_id(operation)
        body = {"id": id, "name": name, "mimeType": FOLDER, "parents": [parent]}
        fields = FOLDER_FIELDS
        try:
            self._client.call(
                operation, "", lambda service: service.files().create(body=body, fields=fields, supportsAllDrives=True)
            )
        except Changed:
            # Our own, whose answer was lost.
            if not self._is_still(operation, id, parent, part):
                raise
        except StoreError as err:
            if err.worth_retrying:
                # It may have been made: then it is found by its id when the same is asked for again.
                self._known[parent, part] = id
            raise
        self._known[parent, part] = id
        return id


