"""What the providers' clocks say against this machine's, before anything is deleted by age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from adapters.base import Store


def provider_now(stores: Mapping[str, Store], now: datetime) -> datetime | None:
    """Return what time it is by the stores that tell; by the one that differs most. None where none has told it yet."""
    told = [getattr(store, "clock_ahead_seconds", None) for store in stores.values()]
    ahead = max((each for each in told if each is not None), key=abs, default=None)
    return None if ahead is None else now + timedelta(seconds=ahead)
