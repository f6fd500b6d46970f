"""What the suite sees of a store by its listing, whichever kind of listing it has."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from adapters.base import Opener, Store
from adapters.records import ChangePage, Entry


@dataclass(slots=True)
class Mirror:
    """What is known of a store that gives a feed: pages are applied as `ChangePage` says."""

    files: dict[str, Entry] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    cursor: str | None = None
    pages: int = 0
    problems: list[str] = field(default_factory=list)

    def follow(self, store: Store) -> Mirror:
        """Take every page up to now. The last must be complete, and none before it in one go."""
        fresh = self.cursor is None
        named: set[str] = set()
        is_complete = False
        for page in store.changes(self.cursor):
            self.take(page)
            named.update(entry.ref for entry in page.entries)
            is_complete = page.complete
        assert is_complete, "the listing ended without a page that is complete"
        if fresh:
            self.files = {ref: entry for ref, entry in self.files.items() if ref in named}
        return self

    def take(self, page: ChangePage) -> None:
        """Apply one page."""
        self.pages += 1
        for ref in page.removed:
            self.files.pop(ref, None)
            if ref in self.folders:
                self._drop_below(self.folders.pop(ref))
        for key in page.removed_below:
            self._drop_below(key)
        for folder in page.folders:
            self.folders[folder.identity] = folder.key or folder.path
        for entry in page.entries:
            self._drop_below(place_of(entry), but=entry.ref)
            self.files[entry.ref] = entry
        self.problems.extend(problem.path for problem in page.problems)
        self.cursor = page.cursor

    def paths(self) -> dict[str, Entry]:
        """Return the files by path."""
        found = {entry.path: entry for entry in self.files.values()}
        assert len(found) == len(self.files), "two files were said to lie at one path"
        return found

    def _drop_below(self, key: str, but: str = "") -> None:
        gone = [
            ref
            for ref, entry in self.files.items()
            if ref != but and (place_of(entry) == key or place_of(entry).startswith(f"{key}/"))
        ]
        for ref in gone:
            del self.files[ref]


def place_of(entry: Entry) -> str:
    """Return what a feed calls the place of a file."""
    return entry.key or entry.path


def listed(store: Store) -> dict[str, Entry]:
    """Return every file of a store by its path. Nothing may be unreadable."""
    if store.capabilities.listing == "feed":
        mirror = Mirror().follow(store)
        assert not mirror.problems
        return mirror.paths()
    found: dict[str, Entry] = {}
    for mark in list(store.walk()):
        assert mark.problem is None
        listing = store.list_folder(mark.path)
        assert not listing.problems
        assert not found.keys() & {entry.path for entry in listing.entries}
        found.update({entry.path: entry for entry in listing.entries})
    return found


def read_all(store: Store, ref: str, offset: int = 0, length: int | None = None) -> bytes:
    """Return a range of a file's bytes."""
    with store.read(ref, offset, length) as chunks:
        return b"".join(chunks)


def given(content: bytes) -> Opener:
    """Return what opens these bytes, as often as asked."""
    return lambda: io.BytesIO(content)
