"""From the settings to open stores, and from the settings to what a run obeys."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from adapters.base import Store
from adapters.errors import Unavailable
from adapters.kinds import open_store
from adapters.retry import RetryingStore

if TYPE_CHECKING:
    from backupd.settings.models import Settings, StoreSettings


def opened_by_name(settings: Settings, name: str) -> AbstractContextManager[Store]:
    """Open the store of a name for a while. Raises Unavailable where the configuration has none."""
    store = settings.store(name)
    if store is None:
        raise Unavailable(name, "open", "", "it is no longer in the configuration")
    return opened(settings, store)


@contextmanager
def opened(settings: Settings, store_settings: StoreSettings) -> Iterator[Store]:
    """Open one configured store for a while; neither its root nor the network is touched by that.

    What is reached over a network is tried again with patience, unless it is to be stopped: see `adapters.retry`.
    """
    ignore = (*settings.folders.ignore, *store_settings.ignore)
    options = store_settings.as_options() | {"ignore": ignore}
    store = open_store(store_settings.kind, store_settings.name, options)
    if not store.capabilities.local_reads:
        store = RetryingStore(store, sleep=time.sleep, random=random.random, clock=time.monotonic)
    try:
        yield store
    finally:
        store.close()
