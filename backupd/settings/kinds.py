"""The kinds of store that the adapters offer: one module each, with a `STORE` constant."""

from __future__ import annotations

import importlib
import pkgutil

import adapters
from adapters.base import StoreKind


def find_kind(kind: str) -> StoreKind | None:
    """Return what offers this kind of store, or None. A kind's module is named after it, with or without "_store"."""
    for name in (kind, f"{kind}_store"):
        found = _offer(name) if name.isidentifier() else None
        if found is not None and found.kind == kind:
            return found
    return None


def all_kinds() -> tuple[StoreKind, ...]:
    """Return every kind that is offered, by name. Imports every adapter, SDKs aside."""
    found = [_offer(module.name) for module in pkgutil.iter_modules(adapters.__path__)]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.kind))


def _offer(name: str) -> StoreKind | None:
    try:
        module = importlib.import_module(f"adapters.{name}")
    except ModuleNotFoundError as missing:
        if missing.name == f"adapters.{name}":
            return None
        raise
    offered = getattr(module, "STORE", None)
    return offered if isinstance(offered, StoreKind) else None
