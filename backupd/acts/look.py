"""What lies in a store now, asked of the store itself: of many files at a time where its listings tell.

Three answers: present, absent, unknown. Absent is said only by a store that was believed after the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from adapters.base import LooksAtMany, Store, TellsGone
from adapters.errors import Changed, NotFound, StoreError, Unsupported
from adapters.hashing import Digests, hash_chunks
from adapters.records import Entry, Presence

_FEW = 3
"""From so many files of one folder on, its listing costs less than asking for each."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is looked for: `key` tells answers apart, `ref` is the store's own name of it."""

    key: int
    path: str
    ref: str


@dataclass(frozen=True, slots=True)
class Look:
    """An answer. `entry` is None where nothing lies there, or something that is no file; `why` where it is unknown."""

    presence: Presence
    entry: Entry | None = None
    why: str = ""


def ref_of(store: Store, path: str, identity: str | None) -> str:
    """Return what a store calls a file: its id where it has ids, else its path."""
    return identity if store.capabilities.listing == "feed" and identity is not None else path


def look_at(store: Store, places: Sequence[Place], ahead: Sequence[Place] = ()) -> dict[int, Look]:
    """Return what lies at these places, by key. Never raises StoreError.

    `ahead` are places that will be looked at next: some stores look at the folders above them in passing.
    """
    if store.capabilities.looks > 1 and len(places) >= _FEW:
        return _look_at_many(store, places, ahead)
    found: dict[int, Look] = {}
    single: list[Place] = []
    for folder, inside in _by_folder(places).items():
        if store.capabilities.listing != "feed" or len(inside) < _FEW:
            single += inside
            continue
        entries = _listed(store, folder)
        for place in inside:
            entry = entries.get(place.ref)
            if entry is None:
                single.append(place)
            else:
                found[place.key] = Look(Presence.PRESENT, entry)
    for place in single:
        found[place.key] = _look_at_one(store, place)
    return found


def look_again(
    store: Store, removed: Sequence[Place], unsure: Sequence[Place], *, purged: bool = False
) -> dict[int, Look]:
    """Return what lies at places after a removal. `removed` are those that the store said it removed: there its listing
    of the folder is answer enough, if its marker is read afterwards; each of `unsure` is asked for by itself."""
    found: dict[int, Look] = {}
    single = list(unsure)
    told = _left_of(store, removed, purged) if store.capabilities.tells_gone and len(removed) >= _FEW else None
    if told is not None:
        found |= told
        removed = ()
    unlisted: list[Place] = []
    for folder, inside in _by_folder(removed).items():
        if store.capabilities.listing != "feed" or len(inside) < _FEW:
            single += inside
            continue
        try:
            entries = {entry.ref: entry for entry in store.list_folder(folder).entries}
        except NotFound:
            # An empty folder that somebody has removed meanwhile.
            entries = {}
        except StoreError as err:
            found |= {place.key: Look(Presence.UNKNOWN, why=reason_of(err)) for place in inside}
            continue
        for place in inside:
            if place.ref in entries:
                found[place.key] = Look(Presence.PRESENT, entries[place.ref])
            else:
                unlisted.append(place)
    if unlisted:
        answer = _absent_if_believed(store)
        found |= {place.key: answer for place in unlisted}
    for place in single:
        found[place.key] = _look_at_one(store, place)
    return found


def hashed_now(store: Store, ref: str) -> Digests:
    """Return the hashes of the bytes that lie there, read now. Raises StoreError."""
    with store.read(ref) as chunks:
        return hash_chunks(chunks)


def reason_of(err: StoreError) -> str:
    """Return in words why a store did not answer."""
    return err.detail or {"NotFound": "nothing lies there"}.get(type(err).__name__, type(err).__name__)


def _look_at_many(store: Store, places: Sequence[Place], ahead: Sequence[Place]) -> dict[int, Look]:
    try:
        told = cast(LooksAtMany, store).look_many([each.ref for each in places], [each.ref for each in ahead])
    except StoreError as err:
        return {place.key: Look(Presence.UNKNOWN, why=reason_of(err)) for place in places}
    return {place.key: _look_as_told(store, place, each) for place, each in zip(places, told, strict=True)}


def _look_as_told(store: Store, place: Place, told: Entry | Presence) -> Look:
    if isinstance(told, Entry):
        return Look(Presence.PRESENT, told)
    return Look(told) if told is Presence.ABSENT else _look_at_one(store, place)


def _left_of(store: Store, removed: Sequence[Place], purged: bool) -> dict[int, Look] | None:
    """Return what the store tells of all of them; None where listing their folders is the way to know."""
    try:
        told = cast(TellsGone, store).left_of([each.ref for each in removed], purged=purged)
    except Unsupported:
        return None
    except StoreError as err:
        return {place.key: Look(Presence.UNKNOWN, why=reason_of(err)) for place in removed}
    found: dict[int, Look] = {}
    for place, each in zip(removed, told, strict=True):
        if each is Presence.PRESENT:
            found[place.key] = _look_at_one(store, place)
        else:
            found[place.key] = Look(each, why="" if each is Presence.ABSENT else "it may still rest in the store's trash")
    return found


def _look_at_one(store: Store, place: Place) -> Look:
    try:
        return Look(Presence.PRESENT, store.stat(place.ref))
    except Changed as err:
        # A link, say: something is there, and it is not a file.
        return Look(Presence.PRESENT, None, reason_of(err))
    except NotFound as err:
        presence = store.presence(place.ref)
        why = reason_of(err) if presence is Presence.UNKNOWN else ""
        # There again within a moment: what it is now nobody has looked at.
        return Look(Presence.UNKNOWN if presence is Presence.PRESENT else presence, why=why or "it comes and goes")
    except StoreError as err:
        return Look(Presence.UNKNOWN, why=reason_of(err))


def _absent_if_believed(store: Store) -> Look:
    try:
        store.check()
    except StoreError as err:
        return Look(Presence.UNKNOWN, why=reason_of(err))
    return Look(Presence.ABSENT)


def _listed(store: Store, folder: str) -> dict[str, Entry]:
    try:
        return {entry.ref: entry for entry in store.list_folder(folder).entries}
    except StoreError:
        # Moved, say: each is then asked for by its id.
        return {}


def _by_folder(places: Iterable[Place]) -> dict[str, list[Place]]:
    folders: dict[str, list[Place]] = {}
    for place in places:
        folders.setdefault(place.path.rpartition("/")[0], []).append(place)
    return folders
