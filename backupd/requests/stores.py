"""The stores that a case works on, opened as far as they can be, and the index brought up to date from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from adapters.base import Store
from adapters.errors import StoreError
from backupd.stores import opened

if TYPE_CHECKING:
    from backupd.settings.models import Settings
    from index.engine import Index


@contextmanager
def open_stores(settings: Settings) -> Iterator[dict[str, Store]]:
    """Open every configured store; one that cannot even be opened is left out."""
    with ExitStack() as stack:
        found: dict[str, Store] = {}
        for each in settings.stores:
            try:
                found[each.name] = stack.enter_context(opened(settings, each))
            except (StoreError, OSError):
                continue
        yield found


def rescan(
    index: Index, settings: Settings, stores: Mapping[str, Store], today: date, now: Callable[[], datetime]
) -> dict[str, str]:
    """Bring the index up to date from these stores; return why one could not be looked at whole, by its name.

    Only the holder of the writer's turn may call this.
    """
    from backupd.follow_up import follow_up
    from backupd.scan.bring import bring_up_to_date
    from backupd.scan.setup import naming_of, open_pool, rules_of
    from backupd.scan.source import Source
    from backupd.scan.summary import Silent

    sources = [Source(each.name, each.kind, stores[each.name]) for each in settings.stores if each.name in stores]
    troubles = {each.name: "it could not be opened" for each in settings.stores if each.name not in stores}
    for summary in bring_up_to_date(
        index,
        sources,
        rules_of(settings, today),
        naming_of(settings),
        now=lambda: int(now().timestamp()),
        progress=Silent(),
        open_pool=open_pool,
    ):
        if summary.outcome == "failed":
            troubles[summary.store] = summary.reason or "it could not be reached"
    follow_up(index, settings, int(now().timestamp()))
    return troubles
