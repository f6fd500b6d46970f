"""Acts in batches: of one store each, families whole, no more at once than one entry of the ledger has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from backupd.policy.families import family_of
from index.acts import Act

MOST_AT_ONCE = 400
"""Files in a batch, unless one family alone has more."""


def family_key(act: Act) -> tuple[int, int | None, str]:
    """Return what is equal for acts that go together. Paths are taken whole here: that makes families larger at most."""
    return act.store_id, act.shoot_id, family_of(act.path or "")


def batches_of(fetch: Callable[[int, int], list[Act]], most: int = MOST_AT_ONCE) -> Iterator[list[Act]]:
    """Yield batches of what `fetch(after, limit)` gives: acts in the order of their numbers, beyond number `after`."""
    held: list[Act] = []
    last = 0
    while some := fetch(last, most):
        last = some[-1].number
        for act in some:
            if held and _ends_before(held, act, most):
                yield held
                held = []
            held.append(act)
    if held:
        yield held


def _ends_before(held: list[Act], act: Act, most: int) -> bool:
    if act.store_id != held[-1].store_id or act.act != held[-1].act:
        return True
    return len(held) >= most and family_key(act) != family_key(held[-1])


def portions_of(batch: Sequence[Act], most: int) -> Iterator[list[Act]]:
    """Part a batch into what a store looks at in one request, families whole; all of it where it looks one by one."""
    held: list[Act] = []
    for act in batch:
        if most > 1 and len(held) >= most and family_key(act) != family_key(held[-1]):
            yield held
            held = []
        held.append(act)
    if held:
        yield held
