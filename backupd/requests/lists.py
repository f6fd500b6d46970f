"""Lists written anew in their stores, without a person's rows or with them put right. Safe to stop anywhere: each step
sees what was done.

The new list is put beside the old one first; then the old one is removed by the one road that removals have, in the very
version that was read; then the new one takes its name. So at every moment the list lies there, old or new, and whoever
put another one there meanwhile keeps it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.base import Store
from adapters.errors import Changed, NotFound, StoreError
from adapters.records import Entry
from backupd.reading.participants import read_participants
from backupd.requests.correcting import Right, put_right
from backupd.requests.running import Running
from backupd.requests.unlisting import Row, Unlisted, take_out
from index.requests import Item

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ListEdit:
    """A list, and the rows that go, or with `right` are put right."""

    store: str
    path: str
    rows: tuple[Row, ...]
    right: Right | None = None

    def made_of(self, data: bytes) -> Unlisted:
        """Return the list as it is to be, or why it cannot be made. Never raises."""
        file = self.path.rpartition("/")[2]
        return take_out(file, data, self.rows) if self.right is None else put_right(file, data, self.rows, self.right)


class ListLeft(Exception):
    """A list could not be written anew; the text says why, for a person."""


def edits_of(items: Sequence[Item]) -> list[ListEdit]:
    """Return the lists to be written anew, with all rows of each."""
    rows: dict[tuple[str, str], list[Row]] = {}
    right: dict[tuple[str, str], Right] = {}
    for one in items:
        if one.kind == "row" and one.is_in and one.decision in ("unlist", "correct"):
            told = one.details
            place = (told["store"], told["path"])
            row = Row(told["place"], told["name"], told["email"], told["phone"])
            rows.setdefault(place, []).append(row)
            if one.decision == "correct":
                right[place] = Right(**told.get("put", {}))
    return [ListEdit(*place, tuple(some), right.get(place)) for place, some in sorted(rows.items())]


def try_out(store: Store, edit: ListEdit) -> Unlisted:
    """Return the list as it would be, without writing anything. Raises StoreError."""
    entry = entry_at(store, edit.path)
    if entry is None:
        return Unlisted(None, "it is not there any more")
    return edit.made_of(_bytes_of(store, entry))


def put_beside(store: Store, edit: ListEdit, request: str) -> None:
    """Put the new list beside the old one, if it is not there yet. Raises StoreError, ListLeft.

    Where the old one is gone or is the new one already, an earlier run got further: nothing is done.
    """
    entry, place = entry_at(store, edit.path), beside(edit.path, request)
    if entry is None or entry_at(store, place) is not None:
        return
    made = edit.made_of(_bytes_of(store, entry))
    if made.data is None:
        raise ListLeft(made.why)
    data = made.data
    try:
        store.upload(place, lambda: io.BytesIO(data), len(data))
    except Changed:
        # Somebody (an earlier run, most likely) has just put it there.
        return


def take_its_place(store: Store, edit: ListEdit, request: str) -> str | None:
    """Give the new list the old one's name; return the SHA-256 of what lies there then, None where nothing waits.

    Raises StoreError, ListLeft where something else has taken the name.
    """
    waiting = entry_at(store, beside(edit.path, request))
    if waiting is None:
        return None
    if entry_at(store, edit.path) is not None:
        raise ListLeft("another list lies at its place; the one without the person lies beside it")
    digest = hashlib.sha256(_bytes_of(store, waiting)).hexdigest()
    store.move(waiting.ref, waiting.version, edit.path)
    return digest


def still_says(store: Store, edit: ListEdit) -> bool:
    """Whether the list has a row at its place still that was to go or to be put right. Raises StoreError."""
    entry = entry_at(store, edit.path)
    if entry is None:
        return False
    file = edit.path.rpartition("/")[2]
    read = read_participants(file, _bytes_of(store, entry), reference_day=None)
    found = {(one.where, one.name) for one in read.participants}
    wanted = {(row.place, row.name) for row in edit.rows}
    return edit.right is not None and edit.right.name is not None and bool(found & wanted)


def beside(path: str, request: str) -> str:
    """Return where the new list waits: in the same folder, under a name that says whose it is."""
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    new = f"{stem}.{request}.{ending}" if dot else f"{name}.{request}"
    return f"{folder}/{new}" if folder else new


def entry_at(store: Store, path: str) -> Entry | None:
    """Return what lies at a path now, None where nothing does. Raises StoreError where that cannot be told."""
    try:
        listing = store.list_folder(path.rpartition("/")[0])
    except NotFound:
        store.check()
        return None
    return next((entry for entry in listing.entries if entry.path == path), None)


def _bytes_of(store: Store, entry: Entry) -> bytes:
    if entry.size > MOST_BYTES:
        raise ListLeft("it is too large for a participant list")
    with store.read(entry.ref) as chunks:
        return b"".join(chunks)


def problems_of(edits: Sequence[ListEdit], stores: Mapping[str, Store]) -> dict[tuple[str, str], str]:
    """Return which lists cannot be written anew here, and why. Stores that cannot be asked now are passed over."""
    found: dict[tuple[str, str], str] = {}
    for edit in edits:
        store = stores.get(edit.store)
        if store is None:
            continue
        try:
            made = try_out(store, edit)
        except StoreError:
            continue
        except ListLeft as left:
            found[(edit.store, edit.path)] = str(left)
            continue
        if made.data is None:
            found[(edit.store, edit.path)] = made.why
    return found


def put_lists_beside(
    running: Running, edits: Sequence[ListEdit]
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Put the new lists beside the old ones; return the stores that could not be asked, and lists that stay as they are."""
    waiting: dict[str, str] = {}
    left: dict[tuple[str, str], str] = {}
    for edit in edits:
        store = running.stores.get(edit.store)
        if store is None or edit.store in waiting:
            waiting.setdefault(edit.store, "it is not in the configuration")
            continue
        try:
            put_beside(store, edit, running.one.uid)
        except StoreError as err:
            waiting[edit.store] = err.detail or type(err).__name__
        except ListLeft as why:
            left[(edit.store, edit.path)] = str(why)
    return waiting, left


def finish_lists(
    running: Running, edits: Sequence[ListEdit], left: dict[tuple[str, str], str], waiting: dict[str, str]
) -> None:
    """Give the new lists the old ones' names, but for those that are `left` and stores that are `waiting`; add to both."""
    for edit in edits:
        if (edit.store, edit.path) in left or edit.store in waiting:
            continue
        try:
            take_its_place(running.stores[edit.store], edit, running.one.uid)
        except StoreError as err:
            waiting[edit.store] = err.detail or type(err).__name__
        except ListLeft as why:
            left[(edit.store, edit.path)] = str(why)
