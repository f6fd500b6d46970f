"""Looking at and reading single files in Drive: by id, inside the root only; the root itself and the marker."""

from __future__ import annotations

import hashlib
import re
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from adapters.base import MARKER_NAME
from adapters.errors import Corrupt, NotFound, NotOurStore, Refused, StoreError, Unavailable, Unsupported
from adapters.gdrive_client import Ask, Client
from adapters.gdrive_entries import FOLDER, FOLDER_FIELDS, Item, file_entry, version_of
from adapters.gdrive_errors import WrongAnswerError
from adapters.gdrive_naming import Names
from adapters.gdrive_queries import Queries, children, quoted
from adapters.gdrive_tree import Tree
from adapters.marker import MOST_BYTES, decode_marker
from adapters.records import Entry, Marker, Presence, Problem

PART_BYTES = 8 * 1024 * 1024
FIRST_BYTES = 1024 * 1024
"""How much is asked for first: who reads but the beginning of a file shall not wait for more."""

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_REF = re.compile(r"[A-Za-z0-9_-]{8,}")


class Outside(NotFound):
    """The file is there, but not in the store's folder any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the store's root is: a folder's id; else the names of folders below My Drive, or below a shared drive."""

    drive: str
    folder: str
    names: tuple[str, ...]


class Reads:
    """Looks at files by the provider's id, which stays over a move."""

    def __init__(self, client: Client, queries: Queries, names: Names, tree: Tree, place: Place) -> None:
        self._client = client
        self._queries = queries
        self._names = names
        self._tree = tree
        self._place = place
        self._marker_id: str | None = None
        self._marker_mark: _Mark | None = None
        self._marker_read: tuple[_Mark, Marker] | None = None

    def root(self, operation: str) -> str:
        """Return the root's id, looked for once. Raises NotOurStore if it is not there, or not the only one."""
        if not self._tree.root:
            self._tree.begin(self._find_root(operation))
        return self._tree.root

    def begin(self, root: str) -> None:
        """Take a root for this store's that was found before; it is looked at before anything is believed."""
        if root != self._tree.root:
            self._tree.begin(root)
            self._marker_id = None

    def believe(self, operation: str, also: Ask | None = None) -> dict[str, Any] | None:
        """Look at root and marker, by id: what is said of the rest holds only while these can be seen.

        `also` is a question that goes along in the same request; None is returned where it was not answered.
        """
        return self.believe_around(operation, (), (), also)[0]

    def believe_around(
        self, operation: str, parents: Iterable[str], ahead: Sequence[str], also: Ask | None
    ) -> tuple[dict[str, Any] | None, list[Item]]:
        """As `believe`, and look anew at all that leads up from `parents`, and at what is `ahead`, in the same request.

        Returns the answer to `also`, and what of that which is ahead could be seen.
        """
        above = sorted(self._tree.above(parents) | self._tree.unknown(parents))
        ids = [self.root(operation), self.marker_id(operation), *above, *ahead]
        told: dict[str, Any] | StoreError | None = None
        if also is None:
            found = self._queries.get_many(operation, ids, _ROOT_FIELDS)
        else:
            found, told = self._queries.get_many_and(operation, ids, _ROOT_FIELDS, also)
        self._check_believed(operation, found[0], found[1])
        self._take_in(above, found[2 : 2 + len(above)])
        further = [each for each in found[2 + len(above) :] if isinstance(each, Item)]
        return None if isinstance(told, StoreError) else told, further

    def _check_believed(self, operation: str, root: Item | StoreError, marker: Item | StoreError) -> None:
        self._check_root(operation, root)
        if isinstance(marker, NotFound) or (isinstance(marker, Item) and not self._is_marker(marker)):
            self._marker_id = None
            raise NotOurStore(self._client.store, operation, detail="the marker is not in the store's folder any more")
        if isinstance(marker, StoreError):
            raise marker
        self._marker_mark = _mark_of(marker)

    def marker_id(self, operation: str) -> str:
        """Return the marker's id, looked for once. Raises NotOurStore if there is none."""
        return self._marker_id or self._find_marker(operation)

    def marker(
        self, operation: str = "check", also: Ask | None = None, tell: Callable[[dict[str, Any]], None] | None = None
    ) -> Marker:
        """Return the marker as it is just now; its bytes are read again only where it is another revision.

        `tell` is given the answer to `also` where that question could go along. Raises NotOurStore.
        """
        if self._marker_id is not None:
            told = self.believe(operation, also)
            if told is not None and tell is not None:
                tell(told)
        elif self._tree.root:
            self._check_root(operation, self._look(operation, self._tree.root))
        marker, mark = self.marker_id(operation), self._marker_mark
        if mark is not None and self._marker_read is not None and self._marker_read[0] == mark:
            return self._marker_read[1]
        try:
            found = decode_marker(self._range(operation, marker, 0, MOST_BYTES + 1)[0])
        except ValueError as err:
            raise NotOurStore(self._client.store, operation, detail=str(err)) from None
        # Looked at before it was read: were it changed in between, it would not be taken for this revision later.
        self._marker_read = None if mark is None else (mark, found)
        return found

    def stat(self, ref: str, operation: str = "stat") -> Entry:
        """Return a file as it is now. Raises NotFound, Outside."""
        item = self.inside(operation, ref)
        named = self._names.settle(operation, [item])
        path = next((path for each, path in named.files if each.id == ref), "")
        return self.entry_of(operation, item, path)

    def entry_of(self, operation: str, item: Item, path: str) -> Entry:
        """Return the entry of a file. Raises Unavailable if it lacks what every file has, Unsupported for what is none."""
        try:
            entry = file_entry(item, path)
        except WrongAnswerError as err:
            raise Unavailable(self._client.store, operation, item.id, f"answered wrongly: {err}") from None
        if isinstance(entry, Problem):
            raise Unsupported(self._client.store, operation, item.id, entry.reason)
        return entry

    def version(self, operation: str, item: Item) -> str:
        """Return a file's version. Raises Unavailable if it isn't told."""
        try:
            return version_of(item)
        except WrongAnswerError as err:
            raise Unavailable(self._client.store, operation, item.id, f"answered wrongly: {err}") from None

    def inside(self, operation: str, ref: str, *, afresh: bool = False, in_trash: bool = False) -> Item:
        """Return a file that lies inside the root now, and not in the trash unless that is asked for.

        Raises NotFound, Outside. `afresh` asks anew about the folders that lead up to it: they may have been moved.
        """
        known_ref(self._client.store, operation, ref)
        self.root(operation)
        item = self._queries.get(operation, ref)
        if item.is_folder or (item.trashed and not in_trash):
            raise NotFound(self._client.store, operation, ref, "in the trash" if item.trashed else "no file")
        if afresh:
            self.look_again(operation, [item])
        if not self.is_inside(operation, item, in_trash=in_trash):
            raise Outside(self._client.store, operation, ref, "it lies outside the store's folder now")
        return item

    def is_inside(self, operation: str, item: Item, *, in_trash: bool = False) -> bool:
        """Say whether something lies below the root, or did before it came into the trash."""
        self._names.load(operation, item.parents)
        if in_trash:
            return self._tree.leads_to_root(item.parents)
        return self._tree.home(item.parents) is not None

    def look_again(self, operation: str, items: list[Item]) -> None:
        """Ask anew about all folders that are known to lead up to these, in one request."""
        ids = sorted(self._tree.above(parent for item in items for parent in item.parents))
        self._take_in(ids, self._queries.get_many(operation, ids, FOLDER_FIELDS))

    def _take_in(self, ids: Sequence[str], looked: Sequence[Item | StoreError]) -> None:
        for id, found in zip(ids, looked, strict=True):
            if isinstance(found, NotFound | Refused):
                self._tree.forget(id)
            elif isinstance(found, StoreError):
                raise found
            else:
                self._tree.put(found)

    def presence(self, ref: str) -> Presence:
        """Say whether a file is there. It is only called absent by a store whose root and marker were seen just after."""
        try:
            self.inside("presence", ref)
        except Outside:
            return Presence.UNKNOWN
        except NotFound:
            return self._confirmed_absent()
        except StoreError:
            return Presence.UNKNOWN
        return Presence.PRESENT

    def _confirmed_absent(self) -> Presence:
        try:
            self.believe("presence")
        except StoreError:
            return Presence.UNKNOWN
        return Presence.ABSENT

    @contextmanager
    def read(self, ref: str, offset: int, length: int | None) -> Iterator[Iterator[bytes]]:
        """Open a range of a file's bytes. A whole file is checked against the hash that it has by its metadata."""
        entry = self.entry_of("read", self.inside("read", ref), "")
        end = entry.size if length is None else min(offset + length, entry.size)
        if offset >= end:
            yield iter(())
            return
        first = self._part(entry, offset, min(end, offset + FIRST_BYTES))
        yield self._chunks(entry, offset, end, first)

    def _chunks(self, entry: Entry, offset: int, end: int, first: bytes) -> Iterator[bytes]:
        check = _Check(entry) if (offset, end) == (0, entry.size) and entry.hashes else None
        chunk, at = first, offset
        while True:
            at += len(chunk)
            if check is not None:
                check.update(chunk)
            yield chunk
            if at >= end:
                break
            chunk = self._part(entry, at, min(end, at + PART_BYTES))
        if check is not None and not check.is_right():
            raise Corrupt(self._client.store, "read", entry.ref, "the bytes that came do not have the hash they should have")
        if check is None and end - offset > len(first):
            # Several answers may be of several revisions.
            now = self._queries.get("read", entry.ref)
            if self.version("read", now) != entry.version:
                raise Corrupt(self._client.store, "read", entry.ref, "the file was changed while it was read")

    def _part(self, entry: Entry, start: int, end: int) -> bytes:
        content, size = self._range("read", entry.ref, start, end)
        if size is not None and size != entry.size:
            raise Corrupt(self._client.store, "read", entry.ref, "the file was changed while it was read")
        if len(content) != end - start:
            detail = f"cut short: {len(content)} of {end - start} bytes came"
            raise Corrupt(self._client.store, "read", entry.ref, detail)
        return content

    def _range(self, operation: str, ref: str, start: int, end: int) -> tuple[bytes, int | None]:
        """Return the bytes from `start` to before `end`, as far as there are any, and the file's size by the answer."""
        address = self._client.address(
            f"drive/v3/files/{urllib.parse.quote(ref, safe='')}", alt="media", supportsAllDrives="true"
        )
        answered = self._client.plain(operation, ref, "GET", address, {"range": f"bytes={start}-{end - 1}"})
        if answered.status == 416:
            return b"", None
        if answered.status == 200:
            # Some proxies pass over a range: then this is the whole file.
            return answered.content[start:end], len(answered.content)
        if answered.status != 206:
            raise self._client.refused(answered, operation, ref)
        told = _CONTENT_RANGE.fullmatch(answered.headers.get("content-range", ""))
        if told is None or int(told.group(1)) != start or int(told.group(2)) >= end:
            raise Unavailable(self._client.store, operation, ref, "answered wrongly: another range came")
        return answered.content, None if told.group(3) == "*" else int(told.group(3))

    def _find_root(self, operation: str) -> str:
        id = self._place.folder or self._place.drive or "root"
        if self._place.folder or not self._place.names:
            return self._check_root(operation, self._look(operation, id)).id
        for name in self._place.names:
            query = f"mimeType = '{FOLDER}' and {children([id])} and name = {quoted(name)}"
            # By id: a page may tell again what another told.
            found = list({item.id: item for item in self._all(operation, query) if item.name == name}.values())
            if len(found) > 1:
                detail = "several folders have the store's path; name the right one by folder_id"
                raise NotOurStore(self._client.store, operation, detail=detail)
            if not found:
                raise NotOurStore(self._client.store, operation, detail="the store's folder is not there")
            id = found[0].id
        return self._check_root(operation, found[0]).id

    def _all(self, operation: str, query: str) -> list[Item]:
        try:
            return list(self._queries.all(operation, query, _ROOT_FIELDS))
        except NotFound as err:
            raise NotOurStore(err.store, operation, detail="the store's folder is not there") from err

    def _look(self, operation: str, id: str) -> Item | StoreError:
        try:
            return self._queries.get(operation, id, _ROOT_FIELDS)
        except NotFound as err:
            return err

    def _check_root(self, operation: str, found: Item | StoreError) -> Item:
        if isinstance(found, NotFound) or (isinstance(found, Item) and (found.trashed or not found.is_folder)):
            detail = "the store's folder is not there, or may not be seen any more"
            raise NotOurStore(self._client.store, operation, detail=detail)
        if isinstance(found, StoreError):
            raise found
        if not found.listable:
            raise NotOurStore(self._client.store, operation, detail="what lies in the store's folder may not be seen")
        drive = found.raw.get("driveId") or ""
        if drive != self._place.drive:
            detail = "the store's folder is not in the shared drive that drive_id names"
            if drive:
                detail = "the store's folder is in a shared drive, which drive_id must name"
            raise NotOurStore(self._client.store, operation, detail=detail)
        return found

    def _find_marker(self, operation: str) -> str:
        root = self.root(operation)
        found = self._queries.same_named(operation, {root: {MARKER_NAME}})[root]
        files = sorted((item for item in found if self._is_marker(item)), key=lambda item: (item.created, item.id))
        if not files:
            raise NotOurStore(self._client.store, operation, detail="there is no marker in the store's folder")
        self._marker_id, self._marker_mark = files[0].id, _mark_of(files[0])
        return self._marker_id

    def keep_marker(self, id: str) -> None:
        """Know the marker that was just written: listings may not show it for some time."""
        self._marker_id, self._marker_mark = id, None

    def _is_marker(self, item: Item) -> bool:
        return (
            not item.trashed and not item.is_folder and item.name == MARKER_NAME and self._tree.root in item.parents
        )


_ROOT_FIELDS = (
    "id,name,mimeType,parents,trashed,createdTime,driveId,headRevisionId,md5Checksum,capabilities(canListChildren)"
)

_Mark = tuple[str, str, str]
"""A marker's id, the revision of its bytes, and their hash."""


def _mark_of(marker: Item) -> _Mark | None:
    """Return what tells one state of a marker's bytes from another; None where Drive does not say it."""
    revision, md5 = marker.raw.get("headRevisionId"), marker.raw.get("md5Checksum")
    return (marker.id, revision, md5) if isinstance(revision, str) and isinstance(md5, str) else None


class _Check:
    """Hashes what comes as its entry's best hash was made."""

    def __init__(self, entry: Entry) -> None:
        best = entry.hashes[0]
        self._wanted = best.value
        self._hash = hashlib.sha256() if best.algorithm == "sha256" else hashlib.md5(usedforsecurity=False)

    def update(self, chunk: bytes) -> None:
        self._hash.update(chunk)

    def is_right(self) -> bool:
        return self._hash.digest() == self._wanted


def known_ref(store: str, operation: str, ref: str) -> str:
    """Return the ref if it can be one. Raises NotFound."""
    if not _REF.fullmatch(ref):
        raise NotFound(store, operation, ref, "no file can have that reference")
    return ref
