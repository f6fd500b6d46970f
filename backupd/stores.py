"""From the settings to open stores, and from the settings to what a run obeys."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adapters.base import Store
from adapters.kinds import open_store
from adapters.retry import RetryingStore

if TYPE_CHECKING:
    from backupd.settings.models import Settings, StoreSettings


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
