"""Which call of a store an act is. The only place in backupd that calls one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

from adapters.base import RemovesMany, Store
from adapters.errors import StoreError
from adapters.records import Receipt

Wanted = tuple[str, str, str]
"""(ref, version, path) of the very version of a file that is meant."""

Outcome = Receipt | StoreError


def remove(store: Store, wanted: Sequence[Wanted]) -> Iterator[Outcome]:
    """Remove files, into the store's trash where it has one; many at once where it can. What became of each, in order."""
    if store.capabilities.batch > 1 and len(wanted) > 1:
        yield from _in_one_go(cast(RemovesMany, store).remove_many, wanted)
        return
    yield from _one_by_one(store.remove, wanted)


def purge(store: Store, wanted: Sequence[Wanted]) -> Iterator[Outcome]:
    """Remove files for good, or have the receipts say how long the provider can bring them back."""
    if store.capabilities.batch > 1 and len(wanted) > 1:
        yield from _in_one_go(cast(RemovesMany, store).purge_many, wanted)
        return
    yield from _one_by_one(store.purge, wanted)


VERBS: dict[str, Callable[[Store, Sequence[Wanted]], Iterator[Outcome]]] = {
    "delete": remove,
    "purge": purge,
    "empty": purge,
}
"""What acts are called in plans; "empty" is for what an earlier act put into a trash of ours, named by its place there.
Others (write, rename, revoke) are no removals, and have roads of their own."""


def _in_one_go(many: Callable[[Sequence[Wanted]], Iterator[Outcome]], wanted: Sequence[Wanted]) -> Iterator[Outcome]:
    done = 0
    try:
        for outcome in many(wanted):
            done += 1
            yield outcome
    except StoreError as err:
        # Nobody knows what became of the rest: each is looked at afterwards.
        for _ in wanted[done:]:
            yield err


def _one_by_one(call: Callable[[str, str], Receipt], wanted: Sequence[Wanted]) -> Iterator[Outcome]:
    for ref, version, _ in wanted:
        try:
            yield call(ref, version)
        except StoreError as err:
            yield err
