"""The reference store: small, obvious, in memory. It passes the contract, and tests of the service run on it.

`listing="walk"` makes it like a disk, where a file's ref is its path; `listing="feed"` like a cloud, where it is an id,
removed files lie in a trash for a while and links can be made. `tree` is what lies in it, for tests to change as other
devices would. `fault` is called before each operation with its name and ref (for "walk", "changes" and "read" once more
before each folder, page or chunk); it may raise a StoreError, or change the tree.
"""

# ruff: noqa: ARG002 - what one listing cannot do is asked with arguments all the same

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from typing import Any, Literal

from adapters.base import MARKER_NAME, Opener, Store, StoreKind
from adapters.errors import Changed, Corrupt, CursorLost, Full, NotFound, NotOurStore, Refused, StoreError, Unsupported
from adapters.memory_tree import File, Tree, above
from adapters.records import (
    Account,
    Capabilities,
    ChangePage,
    Entry,
    Folder,
    FolderMark,
    Forever,
    Hash,
    Listing,
    Marker,
    Presence,
    Receipt,
    ShareLink,
    Space,
    Survey,
)

RECOVERABLE_DAYS = 30
_CHUNK_BYTES = 64 * 1024
_WALKED = Capabilities(listing="walk", attests=("sha256",), purge=True)
_FED = Capabilities(
    listing="feed",
    attests=("sha256",),
    atomic_remove=True,
    trash=True,
    purge=True,
    share_links=True,
    long_poll=True,
    recoverable_days=RECOVERABLE_DAYS,
)


def _now() -> datetime:
    return datetime.now(UTC)


class MemoryStore:
    """A store in memory. `page_entries` and `part_bytes` are how much a page and a durable part of an upload hold."""

    def __init__(
        self,
        name: str,
        listing: Literal["walk", "feed"] = "walk",
        tree: Tree | None = None,
        *,
        fault: Callable[[str, str], None] | None = None,
        now: Callable[[], datetime] = _now,
        page_entries: int = 100,
        part_bytes: int = 1024 * 1024,
    ) -> None:
        self.tree = Tree() if tree is None else tree
        self.fault = fault
        self._name = name
        self._is_fed = listing == "feed"
        self._now = now
        self._page_entries = page_entries
        self._part_bytes = part_bytes
        self._store_id: str | None = None
        self.clock_ahead_seconds: float | None = None

    @property
    def name(self) -> str:
        """The store's name in the settings."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What this store can do."""
        return _FED if self._is_fed else _WALKED

    def check(self) -> Marker:
        """Return the marker."""
        self._begin("check", "")
        return self._believe("check")

    def survey(self, limit: int = 100_000) -> Survey:
        """Count what lies in the store."""
        self._begin("survey", "")
        files = list(self.tree.files.values())[:limit]
        size = sum(len(file.content) for file in files)
        is_cut = len(files) < len(self.tree.files)
        return Survey("memory", len(files), len(self.tree.folders), size, is_cut, self.tree.marker)

    def adopt(self, marker: Marker) -> Marker:
        """Write the marker."""
        self._begin("adopt", "")
        if self.tree.marker is not None:
            raise Changed(self._name, "adopt", MARKER_NAME, "there is a marker already")
        self.tree.marker = marker
        return self._believe("adopt")

    def walk(self) -> Iterator[FolderMark]:
        """Yield every folder."""
        if self._is_fed:
            raise self._unsupported("walk")
        self._begin("walk", "")
        self._believe("walk")
        return self._walk()

    def _walk(self) -> Iterator[FolderMark]:
        for path in sorted(self.tree.folders):
            self._begin("walk", path)
            if path in self.tree.folders:
                files = self.tree.direct_files(path)
                size = sum(len(file.content) for file in files)
                yield FolderMark(path, self.tree.folders[path], _mark(files), len(files), None, size)
        self._believe("walk")

    def list_folder(self, path: str) -> Listing:
        """Return the direct files of a folder."""
        self._begin("list_folder", path)
        self._believe("list_folder")
        if path not in self.tree.folders:
            raise NotFound(self._name, "list_folder", path)
        files = self.tree.direct_files(path)
        return Listing(path, self.tree.folders[path], _mark(files), tuple(self._entry(file) for file in files))

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """Yield pages of everything, then of what happened since that began; or only that, from a cursor on."""
        if not self._is_fed:
            raise self._unsupported("changes")
        self._begin("changes", cursor or "")
        self._believe("changes")
        return self._changes(cursor or f"{self.tree.epoch}:{len(self.tree.happened)}:")

    def _changes(self, cursor: str) -> Iterator[ChangePage]:
        is_complete = False
        while not is_complete:
            self._begin("changes", cursor)
            page = self._page(cursor)
            is_complete, cursor = page.complete, page.cursor
            if is_complete:
                self._believe("changes")
            yield page

    def _page(self, cursor: str) -> ChangePage:
        # A cursor holds the epoch, how much had happened, and while everything is being listed the last path named.
        epoch, _, rest = cursor.partition(":")
        since, is_listing, last = rest.partition(":")
        if epoch != str(self.tree.epoch) or not since.isdecimal() or int(since) > len(self.tree.happened):
            raise CursorLost(self._name, "changes")
        if is_listing:
            return self._page_of_all(epoch, since, last)
        stop = min(int(since) + self._page_entries, len(self.tree.happened))
        return self._page_of(list(dict.fromkeys(self.tree.happened[int(since) : stop])), f"{epoch}:{stop}")

    def _page_of_all(self, epoch: str, since: str, last: str) -> ChangePage:
        left = sorted(path for path in self.tree.files if path > last)
        ids = [self.tree.files[path].id for path in left[: self._page_entries]]
        if len(ids) < len(left):
            return self._page_of(ids, f"{epoch}:{since}:{left[len(ids) - 1]}")
        return self._page_of(ids, f"{epoch}:{since}")

    def _page_of(self, ids: list[str], cursor: str) -> ChangePage:
        found = {id: self.tree.find(id) for id in ids}
        entries = tuple(self._entry(file) for file in found.values() if file is not None)
        is_complete = cursor == f"{self.tree.epoch}:{len(self.tree.happened)}"
        paths = dict.fromkeys(path for entry in entries for path in above(entry.path))
        return ChangePage(
            entries,
            cursor,
            is_complete,
            removed=tuple(id for id, file in found.items() if file is None),
            folders=tuple(Folder(path, self.tree.folders[path]) for path in paths),
        )

    def wait_for_changes(self, cursor: str, timeout_seconds: float) -> bool:
        """Say whether there is news; nothing comes by waiting here, so it does not wait."""
        if not self._is_fed:
            raise self._unsupported("wait_for_changes")
        self._begin("wait_for_changes", cursor)
        page = self._page(cursor)
        return bool(page.entries or page.removed or not page.complete)

    def stat(self, ref: str) -> Entry:
        """Return the file as it is now."""
        self._begin("stat", ref)
        return self._entry(self._get("stat", ref))

    def presence(self, ref: str) -> Presence:
        """Is the file there?"""
        try:
            self._begin("presence", ref)
            self._get("presence", ref)
        except NotFound:
            return Presence.ABSENT
        except StoreError:
            return Presence.UNKNOWN
        return Presence.PRESENT

    @contextmanager
    def read(self, ref: str, offset: int = 0, length: int | None = None) -> Iterator[Iterator[bytes]]:
        """Open a range of bytes."""
        self._begin("read", ref)
        content = self._get("read", ref).content
        end = len(content) if length is None else min(offset + length, len(content))
        yield self._chunks(ref, content, offset, end)

    def _chunks(self, ref: str, content: bytes, offset: int, end: int) -> Iterator[bytes]:
        for at in range(offset, end, _CHUNK_BYTES):
            self._begin("read", ref)
            yield content[at : min(at + _CHUNK_BYTES, end)]

    def upload(
        self,
        path: str,
        opener: Opener,
        size: int,
        *,
        resume: str | None = None,
        on_progress: Callable[[int, str | None], None] | None = None,
    ) -> Receipt:
        """Store new bytes."""
        self._begin("upload", path)
        self._believe("upload")
        self._refuse_taken("upload", path)
        if self.tree.room_bytes is not None and self._used() + size > self.tree.room_bytes:
            raise Full(self._name, "upload", path)
        token = resume if resume in self.tree.parts else f"part-{self.tree.number()}"
        content = self.tree.parts.get(token, b"")
        with opener() as source:
            source.seek(len(content))
            while part := source.read(self._part_bytes):
                content += part
                self.tree.parts[token] = content
                if on_progress is not None:
                    on_progress(len(content), token)
        self.tree.parts.pop(token, None)
        if len(content) != size:
            raise Corrupt(self._name, "upload", path, f"{len(content)} bytes were given instead of {size}")
        self._refuse_taken("upload", path)
        return self._receipt(self.tree.put(path, content))

    def move(self, ref: str, version: str, path: str) -> Receipt:
        """Move the version that was seen to a free path."""
        self._begin("move", ref)
        file = self._seen("move", ref, version)
        self._refuse_taken("move", path)
        self.tree.rename(file.path, path)
        return self._receipt(self.tree.files[path])

    def remove(self, ref: str, version: str) -> Receipt:
        """Remove the version that was seen, into the trash if there is one."""
        self._begin("remove", ref)
        until = self._now() + timedelta(days=RECOVERABLE_DAYS) if self._is_fed else None
        try:
            file = self._seen("remove", ref, version)
        except NotFound:
            return Receipt(ref, "", version, already=True, recoverable_until=until if ref in self.tree.trash else None)
        self.tree.take_away(file.path)
        if self._is_fed:
            self.tree.trash[file.id] = file
        return Receipt(ref, file.path, version, recoverable_until=until)

    def purge(self, ref: str, version: str) -> Receipt:
        """Remove the version that was seen, out of the trash too."""
        self._begin("purge", ref)
        in_trash = self.tree.trash.pop(ref, None)
        try:
            file = self._seen("purge", ref, version)
        except NotFound:
            return Receipt(ref, "", version, already=in_trash is None)
        self.tree.take_away(file.path)
        return Receipt(ref, file.path, version)

    def recoverable(self, ref: str) -> datetime | Forever | None:
        """Return until when what lies in the trash could come back."""
        self._begin("recoverable", ref)
        there = ref in self.tree.trash or any(file.id == ref for file in self.tree.files.values())
        return self._now() + timedelta(days=RECOVERABLE_DAYS) if there else None

    def remove_empty_folder(self, path: str) -> bool:
        """Remove a folder in which nothing lies; False where something does."""
        self._begin("remove folder", path)
        if any(each.startswith(f"{path}/") for each in (*self.tree.files, *self.tree.folders)):
            return False
        if path in self.tree.folders:
            self.tree.happened.append(self.tree.folders.pop(path))
        return True

    def share(self, ref: str, expires_at: datetime) -> ShareLink:
        """Make a link."""
        if not self._is_fed:
            raise self._unsupported("share")
        self._begin("share", ref)
        id = f"link-{self.tree.number()}"
        self.tree.links[id] = self._get("share", ref).id
        return ShareLink(id, f"https://memory.example/{id}", expires_at, enforced=True)

    def revoke(self, link_id: str) -> None:
        """End a link."""
        if not self._is_fed:
            raise self._unsupported("revoke")
        self._begin("revoke", link_id)
        self.tree.links.pop(link_id, None)

    def space(self) -> Space:
        """Return how much there is."""
        self._begin("space", "")
        room = self.tree.room_bytes
        return Space(room, None if room is None else room - self._used(), self._used())

    def account(self) -> Account:
        """Return who we are."""
        self._begin("account", "")
        return Account("memory", "memory", ("read", "write"))

    def close(self) -> None:
        """Nothing to end."""

    def _begin(self, operation: str, ref: str) -> None:
        if self.fault is not None:
            self.fault(operation, ref)

    def _believe(self, operation: str) -> Marker:
        marker = self.tree.marker
        if marker is None:
            raise NotOurStore(self._name, operation, detail="there is no marker in it")
        self._store_id = self._store_id or marker.store_id
        if marker.store_id != self._store_id:
            raise NotOurStore(self._name, operation, detail="another store's marker")
        return marker

    def _get(self, operation: str, ref: str) -> File:
        self._believe(operation)
        file = self.tree.find(ref) if self._is_fed else self.tree.files.get(ref)
        if file is None:
            raise NotFound(self._name, operation, ref)
        return file

    def _seen(self, operation: str, ref: str, version: str) -> File:
        file = self._get(operation, ref)
        if file.version != version:
            raise Changed(self._name, operation, ref, "it is not the version that was seen")
        return file

    def _refuse_taken(self, operation: str, path: str) -> None:
        names = path.split("/")
        if any(name in ("", ".", "..", MARKER_NAME) or "\0" in name for name in names):
            raise Refused(self._name, operation, path, "no file can have this name here")
        if path in self.tree.files or path in self.tree.folders:
            raise Changed(self._name, operation, path, "something lies there")

    def _used(self) -> int:
        return sum(len(file.content) for file in self.tree.files.values())

    def _entry(self, file: File) -> Entry:
        ref = file.id if self._is_fed else file.path
        hashes = (Hash("sha256", sha256(file.content).digest()),)
        return Entry(file.path, ref, len(file.content), file.version, file.id, file.modified_ns, hashes)

    def _receipt(self, file: File) -> Receipt:
        entry = self._entry(file)
        return Receipt(entry.ref, entry.path, entry.version, entry.hashes)

    def _unsupported(self, operation: str) -> StoreError:
        return Unsupported(self._name, operation, detail="this listing has no such thing")


def _mark(files: list[File]) -> bytes:
    rows = [(file.path.rpartition("/")[2], len(file.content), file.modified_ns, file.id) for file in files]
    return blake2b(repr(rows).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _open(name: str, options: Mapping[str, Any]) -> Store:
    return MemoryStore(name, "feed" if options.get("listing") == "feed" else "walk")


STORE = StoreKind("memory", frozenset({"listing"}), _open)
