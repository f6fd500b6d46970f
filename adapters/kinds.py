"""The kinds of store there are: one module each in this package, offering a `STORE` constant.

A kind's module has its name, or that with "_store" where the SDK's module has it already. So only the kind that is
asked for is imported, and the SDKs of the others never are.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

from adapters.base import Store, StoreKind


def find_kind(kind: str) -> StoreKind | None:
    """Return what offers this kind of store, or None."""
    for module in (kind, f"{kind}_store"):
        if kind.isidentifier():
            found = _offered_by(module)
            if found is not None and found.kind == kind:
                return found
    return None


def open_store(kind: str, name: str, options: Mapping[str, Any]) -> Store:
    """Return a store by its kind, its name in the settings and its options, without touching its root or the network.

    Raises ValueError for a kind that there isn't, and for options that the kind cannot use.
    """
    found = find_kind(kind)
    if found is None:
        raise ValueError(f"there is no kind of store called {kind!r}")
    return found.open(name, options)


def all_kinds() -> tuple[StoreKind, ...]:
    """Return every kind of store, by name. Imports every module of this package; SDKs only where those do."""
    import pkgutil

    import adapters

    found = [_offered_by(module.name) for module in pkgutil.iter_modules(adapters.__path__)]
    return tuple(sorted((kind for kind in found if kind is not None), key=lambda kind: kind.kind))


def _offered_by(module: str) -> StoreKind | None:
    name = f"adapters.{module}"
    if importlib.util.find_spec(name) is None:
        return None
    offered = getattr(importlib.import_module(name), "STORE", None)
    return offered if isinstance(offered, StoreKind) else None
