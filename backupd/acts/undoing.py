"""Bringing back what a plan removed, out of the trashes that are ours. Never over something that lies there now.

A file is moved back in the version in which it was removed. Asked for twice, or again after a kill, it finds what is back
already and only records it. What rests in a provider's trash is brought back there, by the provider's own means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from adapters.base import KeepsTrash, Store
from adapters.errors import StoreError
from adapters.records import Presence
from backupd.acts.book import Book, Ended
from backupd.acts.carrying import Run
from backupd.acts.look import Place, look_at, reason_of
from backupd.acts.meaning import other_than_meant, place_of, version_meant
from index import plans
from index.acts import Act, acts_of

_AT_ONCE = 400


@dataclass(slots=True)
class Undone:
    """What came back: files, bytes, and what did not with the reason, by act."""

    files: int = 0
    bytes: int = 0
    stayed: list[tuple[Act, str]] = field(default_factory=list)


def undo(run: Run, uid: str) -> Undone:
    """Bring back what the plan removed and what still rests in a trash of ours. Raises IndexFailure, LedgerFailure."""
    with run.index.read() as conn:
        plan = plans.get_plan(conn, uid)
        gone = [] if plan is None else acts_of(conn, plan.id, ("done",))
    result = Undone()
    if plan is None:
        return result
    book = Book(run.index, run.ledger, plan, run.by, run.now, run.zone, run.trash_for)
    by_store: dict[str, list[Act]] = {}
    for act in gone:
        if act.act == "delete" and act.path is not None:
            by_store.setdefault(act.store, []).append(act)
    for name, acts in by_store.items():
        store = run.stores.get(name)
        if store is None or not hasattr(store, "trashed_as"):
            why = "it is not in the configuration" if store is None else "the provider's own trash has it"
            result.stayed += [(act, _until(act, why)) for act in acts]
            continue
        for start in range(0, len(acts), _AT_ONCE):
            _undo_some(book, store, acts[start : start + _AT_ONCE], result)
    return result


def _until(act: Act, why: str) -> str:
    return f"{why}, until {act.recoverable_until}" if act.recoverable_until else why


def _undo_some(book: Book, store: Store, acts: Sequence[Act], result: Undone) -> None:
    book.intend_undo(acts)
    ended = []
    for act in acts:
        why = _bring_back(store, act)
        if why is None:
            ended.append(Ended(act, "undone", store, answer={"presence": "present"}))
            result.files += 1
            result.bytes += act.size or 0
        else:
            result.stayed.append((act, why))
    book.end(ended)


def _bring_back(store: Store, act: Act) -> str | None:
    """Move a file back; return why it stays, or None where it lies at its old place now."""
    place = place_of(store, act)
    rests = Place(act.id, place.path, cast(KeepsTrash, store).trashed_as(place.ref, version_meant(act)))
    there = look_at(store, [place])[act.id]
    if there.presence is Presence.UNKNOWN:
        return there.why
    if there.presence is Presence.PRESENT:
        is_back = there.entry is not None and other_than_meant(act, there.entry) is None
        return None if is_back else "something else lies there now"
    if look_at(store, [rests])[act.id].presence is Presence.ABSENT:
        return "it is not in the trash any more"
    try:
        store.move(rests.ref, version_meant(act), place.path)
    except StoreError as err:
        return reason_of(err)
    again = look_at(store, [place])[act.id]
    return None if again.entry is not None else "it was moved back and is not there"
