"""Listings that lag behind: what the feed has told of a file may be newer than what a listing says of it later.

A listing of everything, begun anew right after a file was edited, may still show the bytes from before, or where it lay
before; what it says must not take the place of what is known. By its id a file can be seen as it is. So whatever was told
of shortly before, and is listed otherwise, is looked at by its id.
"""

from __future__ import annotations

import os
from dataclasses import replace

from sqlalchemy import Connection

from adapters.base import Store
from adapters.errors import NotFound
from adapters.records import ChangePage, Entry
from backupd.scan.fed_tree import FedTree
from index import feeds
from index.engine import Index
from index.feeds import FedCopy

LAG_SECONDS = 2 * 3600
"""How long a listing may be behind, with time to spare. Source: rclone's documentation (an hour)."""

_MOST_LOOKED_AT = 1000
"""So many files of a page at most: more were not edited within that time by a person, but told of by a listing."""


def as_it_is(index: Index, store: Store, store_id: int, tree: FedTree, page: ChangePage, now: int) -> ChangePage:
    """Return a listing's page, with what it may be wrong about as the store says it is. Raises StoreError."""
    with index.read() as conn:
        doubtful = _doubtful(conn, store_id, tree, page.entries, now - LAG_SECONDS)
    if not doubtful:
        return page
    entries: list[Entry] = []
    for entry in page.entries:
        if entry.ref not in doubtful:
            entries.append(entry)
            continue
        try:
            entries.append(store.stat(entry.ref))
        except NotFound:
            # It has gone since, or out of the store's folder: the feed has told so, or will.
            continue
    return replace(page, entries=tuple(entries))


def _doubtful(conn: Connection, store_id: int, tree: FedTree, entries: tuple[Entry, ...], since: int) -> set[str]:
    listed = {entry.identity: entry for entry in entries if entry.identity is not None}
    young = feeds.young_copies(conn, store_id, list(listed), since)
    told: list[str] = []
    for row in young:
        entry = listed.get(row.identity or "")
        if entry is not None and _differs(tree, entry, row):
            told.append(entry.ref)
    return set(told[:_MOST_LOOKED_AT])


def _differs(tree: FedTree, entry: Entry, row: FedCopy) -> bool:
    if row.state == "m" or (row.version, row.size) != (entry.version, entry.size):
        return True
    name = entry.path.rpartition("/")[2]
    # A folder that is not known there was moved itself, with all that is in it.
    folder = tree.at((entry.key or entry.path).rpartition("/")[0])
    return folder is not None and (row.folder_id, row.name) != (folder.id, os.fsencode(name))
