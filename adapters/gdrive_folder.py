"""One folder in Drive, listed by its path as it is now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from adapters.errors import NotFound, Refused
from adapters.gdrive_entries import FILE_FIELDS
from adapters.gdrive_naming import below
from adapters.gdrive_paths import parts_of
from adapters.gdrive_places import Places
from adapters.gdrive_queries import children
from adapters.gdrive_walk import Found, Lister
from adapters.records import Entry, Listing


def list_folder(lister: Lister, places: Places, path: str) -> Listing:
    """Return the direct files of a folder. Raises NotFound."""
    id = places.find("list_folder", path)
    if id is None:
        raise NotFound(lister.store, "list_folder", detail="no folder lies there")
    if path and not lister.queries.get("list_folder", id).listable:
        raise Refused(lister.store, "list_folder", id, "what lies in this folder may not be seen")
    items = list(lister.queries.all("list_folder", children([id]), FILE_FIELDS))
    called = parts_of({item.id: item.sibling() for item in items}.values())
    found = Found()
    for item in items:
        if not item.is_folder:
            lister.add_file("list_folder", found, item, below(path, called[item.id]))
    # A page may tell again what another told.
    entries = {entry.ref: entry for entry in found.entries}
    return Listing(path, id, _mark(entries.values()), tuple(entries.values()), tuple(found.problems))


def _mark(entries: Iterable[Entry]) -> bytes:
    """Return a fingerprint of a folder's files, the same in whatever order they are listed."""
    lines = sorted(
        f"{entry.path}\0{entry.size}\0{entry.modified_ns}\0{entry.ref}\0{entry.version}" for entry in entries
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).digest()
