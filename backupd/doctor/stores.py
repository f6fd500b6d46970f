"""Each store: reachable, believed, with the rights and the room that it needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from adapters.errors import Full, NotFound, NotOurStore, Refused, SignInNeeded, StoreError
from adapters.kinds import find_kind, open_store
from backupd.doctor.base import Checks, Finding, Ground, State, room
from index.errors import IndexFailure

if TYPE_CHECKING:
    from adapters.base import Store
    from backupd.settings.models import Settings, StoreSettings


def _run(ground: Ground) -> Iterator[Finding]:
    markers = _known_markers(ground.settings)
    for settings in ground.settings.stores:
        try:
            # Without patience: what is not there now is told now.
            store = open_store(settings.kind, settings.name, settings.as_options())
        except ValueError as err:
            yield Finding(f"store {settings.name}", "bad", str(err), "mend it in the configuration")
            continue
        try:
            yield from _store(ground, settings, store, markers)
        finally:
            store.close()


def _known_markers(settings: Settings) -> dict[str, str | None]:
    from index.health import look_at, markers

    try:
        health = look_at(settings.index.url)
        return markers(settings.index.url) if health.revision == health.newest else {}
    except IndexFailure:
        return {}


def _store(ground: Ground, settings: StoreSettings, store: Store, markers: dict[str, str | None]) -> Iterator[Finding]:
    check = f"store {settings.name}"
    try:
        if not settings.is_local:
            yield from _rights(settings, store)
        marker = store.check()
    except StoreError as err:
        yield _trouble(check, settings, err)
        return
    known = markers.get(settings.name)
    if known is not None and known != marker.store_id:
        what = "another disk or folder lies here: its marker is not the one that the index knows"
        yield Finding(check, "bad", what, "put back the right one, or give this one a store of its own in the configuration")
    elif known is None and markers:
        yield Finding(check, "warning", "adopted, but not by this index", f"backupd store init {settings.name}")
    else:
        yield Finding(check, "ok", "reachable, and its marker is there")
    if settings.is_local and settings.role != "read-only" and not os.access(settings.path, os.W_OK):
        what = f"nothing can be copied or cleaned up here: this account may not write, and the role is {settings.role}"
        yield Finding(check, "warning", what, 'let it write there, or set role = "read-only"')
    try:
        yield from _room(ground, settings, store)
    except StoreError as err:
        yield _trouble(check, settings, err)


def _rights(settings: StoreSettings, store: Store) -> Iterator[Finding]:
    kind = find_kind(settings.kind)
    account = store.account()
    if kind is None or not account.rights:
        return
    lacking = kind.rights.lacking(account.rights, settings.as_options(), reading=settings.role == "read-only")
    for right in lacking:
        mend = f"add it to the app, then sign in again: backupd auth {settings.kind} --store {settings.name}"
        yield Finding(f"rights {settings.name}", "bad", f"the sign-in lacks {right.name} ({right.why})", mend)
    if not lacking:
        yield Finding(f"rights {settings.name}", "ok", "the sign-in has every right that is needed")


def _room(ground: Ground, settings: StoreSettings, store: Store) -> Iterator[Finding]:
    check, space = f"room {settings.name}", store.space()
    if space.free_bytes is None or space.total_bytes is None:
        return
    shown = f"{room(space.free_bytes)} of {room(space.total_bytes)} are free"
    low = ground.settings.retention.free_space.low.of(space.total_bytes)
    if settings.role != "read-only" and space.free_bytes < low:
        state: State = "bad" if space.free_bytes < space.total_bytes // 100 else "warning"
        yield Finding(check, state, shown, "see what could go: backupd prune --plan")
    else:
        yield Finding(check, "ok", shown)


def _trouble(check: str, settings: StoreSettings, err: StoreError) -> Finding:
    said = f": {err.detail}" if err.detail else ""
    local, name = settings.is_local, settings.name
    if isinstance(err, NotOurStore) and not err.detail.startswith("the store's folder"):
        right = "the right disk is mounted" if local else "the right account and folder are configured"
        mend = f"see that {right}; a new store is adopted with `backupd store init {name}`"
        return Finding(check, "bad", f"it is not believed{said or ': its marker is not there'}", mend, unreachable=True)
    if isinstance(err, NotOurStore | NotFound):
        return Finding(check, "bad", f"its folder is not found{said}", "mend path, folder_id or drive_id", unreachable=True)
    if isinstance(err, SignInNeeded):
        mend = f"sign in again: backupd auth {settings.kind} --store {name}"
        return Finding(check, "bad", f"a person must sign in{said}", mend, unreachable=True)
    if isinstance(err, Refused):
        mend = "let the account that runs backupd in" if local else "let the signed-in account into the folder"
        return Finding(check, "bad", f"it is not permitted{said}", mend, unreachable=True)
    if isinstance(err, Full):
        return Finding(check, "bad", f"it is full{said}", "free space there")
    mend = "plug it in or mount it" if local else "see that the network and the provider are there, then look again"
    return Finding(check, "bad", f"it cannot be reached{said}", mend, unreachable=True)


CHECKS = Checks("stores", _run, order=40)
