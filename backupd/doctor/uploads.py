"""Uploads: how near an account is to what its provider takes within a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.kinds import open_store
from backupd.doctor.base import Checks, Finding, Ground, State, room
from index import sent
from index.engine import open_index
from index.errors import IndexAbsent, IndexFailure

_NEAR = 0.9


def _run(ground: Ground) -> Iterator[Finding]:
    try:
        index = open_index(ground.settings.index.url)
    except (IndexAbsent, IndexFailure):
        # Told with the index.
        return
    try:
        with index.read() as conn:
            found = sent.sent_by_store(conn, int(ground.now.timestamp()))
    finally:
        index.close()
    for store in ground.settings.stores:
        if store.name in found:
            most = _most(store.kind, store.name, store.as_options())
            if most is not None:
                yield uploads_finding(store.name, found[store.name], most)


def _most(kind: str, name: str, options: Mapping[str, Any]) -> int | None:
    try:
        opened = open_store(kind, name, options)
    except ValueError:
        # Told with the stores.
        return None
    most = opened.capabilities.daily_upload_bytes
    opened.close()
    return most


def uploads_finding(name: str, size: int, most: int) -> Finding:
    """Say how much backupd has uploaded to a store's account within the last day."""
    state: State = "warning" if size >= most * _NEAR else "ok"
    what = f"backupd uploaded {room(size)} within 24 hours; the provider takes {room(most)} from a person"
    return Finding(f"uploads {name}", state, what, "let further exports wait until tomorrow" if state != "ok" else "")


CHECKS = Checks("uploads", _run, order=55)
