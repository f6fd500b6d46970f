"""Which other copies of a content are good, asked of their stores at this moment and not taken from the index.

A copy counts where its store has it now, in the version that was recorded, with the bytes that its store attests or that
were read here lately enough; one that was not read for too long is read again. A store that can't be asked says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from adapters.base import Store
from adapters.errors import StoreError
from adapters.records import Entry, Presence
from backupd.acts.look import Look, Place, hashed_now, look_at, ref_of
from backupd.acts.meaning import differing, is_attested, version_known
from backupd.policy.copies import CopyFact, CopyRules, CopyState, KnownBy, good_copies, is_good
from backupd.policy.facts import Known
from index.meant import KnownCopy

_STATES = {"p": CopyState.PRESENT, "m": CopyState.MISSING, "c": CopyState.CORRUPT, "u": CopyState.UNREAD}
_KNOWN_BY = {"h": KnownBy.HASHED, "a": KnownBy.ATTESTED, None: KnownBy.UNVERIFIED}


@dataclass(frozen=True, slots=True)
class Wanted:
    """For how many other stores' copies of what an act means to ask: `key` is the act's id, `store` the one it is in."""

    key: int
    store: str
    copies: tuple[KnownCopy, ...]
    count: int


def fact_of(copy: KnownCopy, zone: tzinfo, reachable: Known = Known.UNKNOWN) -> CopyFact:
    """Return a copy as the index knows it, for decisions. Its store counts as not asked unless it is said otherwise."""
    on = None if copy.known_at is None else datetime.fromtimestamp(copy.known_at, zone).date()
    return CopyFact(copy.id, copy.store, _STATES[copy.state], _KNOWN_BY[copy.known_by], on, reachable)


def ask_for(
    wanted: Sequence[Wanted], stores: Mapping[str, Store], rules: CopyRules, today: date, zone: tzinfo
) -> dict[int, tuple[CopyFact, ...]]:
    """Return the facts about the copies of each content, by key: those asked about as they are now, the rest as recorded.

    Goes from store to store until each has as many good copies elsewhere as it wants, or nobody is left to ask.
    """
    facts = {each.key: {copy.id: fact_of(copy, zone) for copy in each.copies} for each in wanted}
    asked: set[tuple[int, int]] = set()
    while True:
        round_: dict[str, list[tuple[int, KnownCopy]]] = {}
        for each in wanted:
            elsewhere = [facts[each.key][copy.id] for copy in each.copies if copy.store != each.store]
            if len(good_copies(elsewhere, rules, today)) >= each.count:
                continue
            left = [
                copy
                for copy in each.copies
                if copy.store != each.store and (each.key, copy.id) not in asked and copy.store in stores
            ]
            if left:
                best = max(left, key=lambda copy: (copy.known_by == "h", copy.known_at or 0, -copy.id))
                round_.setdefault(best.store, []).append((each.key, best))
        if not round_:
            return {key: tuple(found.values()) for key, found in facts.items()}
        for name, some in round_.items():
            asked.update((key, copy.id) for key, copy in some)
            told = _told(stores[name], {copy.id: copy for _, copy in some}.values(), rules, today, zone)
            for key, copy in some:
                facts[key][copy.id] = told[copy.id]


def _told(
    store: Store, copies: Iterable[KnownCopy], rules: CopyRules, today: date, zone: tzinfo
) -> dict[int, CopyFact]:
    rows = list(copies)
    try:
        store.check()
    except StoreError:
        return {copy.id: fact_of(copy, zone) for copy in rows}
    looks = look_at(store, [Place(copy.id, copy.path, ref_of(store, copy.path, copy.identity)) for copy in rows])

    def read(entry: Entry, copy: KnownCopy) -> CopyFact:
        return _read_again(store, entry, copy, today, zone)

    return {copy.id: _judged(copy, looks[copy.id], rules, today, zone, read) for copy in rows}


def _judged(
    copy: KnownCopy,
    look: Look,
    rules: CopyRules,
    today: date,
    zone: tzinfo,
    read: Callable[[Entry, KnownCopy], CopyFact],
) -> CopyFact:
    if look.presence is Presence.UNKNOWN:
        return fact_of(copy, zone)
    if look.presence is Presence.ABSENT or look.entry is None:
        return _as(copy, CopyState.MISSING, today)
    entry = look.entry
    if entry.size != copy.size or differing(entry.hashes, copy.sha256, copy.dropbox_hash, copy.md5) is not None:
        # What lies there now is another content: it says nothing for this one.
        return _as(copy, CopyState.MISSING, today)
    if is_attested(entry.hashes, copy.sha256, copy.dropbox_hash, copy.md5):
        return CopyFact(copy.id, copy.store, CopyState.PRESENT, KnownBy.ATTESTED, today, Known.YES)
    if entry.version == version_known(copy):
        fact = fact_of(copy, zone, Known.YES)
        if is_good(fact, rules, today) is Known.YES:
            return fact
    return read(entry, copy)


def _read_again(store: Store, entry: Entry, copy: KnownCopy, today: date, zone: tzinfo) -> CopyFact:
    if copy.sha256 is None and copy.dropbox_hash is None and copy.md5 is None:
        return fact_of(copy, zone)
    try:
        made = hashed_now(store, entry.ref).hashes()
    except StoreError:
        return fact_of(copy, zone)
    if not is_attested(made, copy.sha256, copy.dropbox_hash):
        return _as(copy, CopyState.CORRUPT, today)
    return CopyFact(copy.id, copy.store, CopyState.PRESENT, KnownBy.HASHED, today, Known.YES)


def _as(copy: KnownCopy, state: CopyState, today: date) -> CopyFact:
    return CopyFact(copy.id, copy.store, state, KnownBy.UNVERIFIED, today, Known.YES)
