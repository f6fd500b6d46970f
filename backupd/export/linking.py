"""An export behind a link: zips made here, put into a folder of our own in the store, shared one by one, and ended.

What is put there is registered before it is shared, so that a kill at any moment leaves no link that nobody ends: once
its time is over the file itself is removed, and with it every link to it. docs/decisions/0030-export.md says why zips.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from adapters.base import Store
from adapters.errors import Changed, NotFound, StoreError, Unsupported
from adapters.ignore import EXPORTS_NAME
from backupd.export.order import Given, Prepared, record_end
from backupd.export.run import Made, make_zips
from backupd.staff import Actor
from backupd.uploading import DailyUploads
from index import disclosures
from index.disclosures import Disclosure
from index.ledger_line import Draft

if TYPE_CHECKING:
    from index.engine import Index
    from index.ledger import Ledger

DAYS = 14
"""How long a link works where nobody says otherwise."""

OpenStore = Callable[[str], AbstractContextManager[Store]]
_NAMES = {"fi": "kuvat.zip", "en": "pictures.zip"}
_UNMADE = "unmade-"
_STATE = "uploads.json"


@dataclass(frozen=True, slots=True)
class Linked:
    """One link as it was given."""

    id: int
    name: str
    url: str
    ends_at: datetime
    enforced: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a link that was to end: `why` is None where it works no more."""

    one: Disclosure
    why: str | None


def end_of(day: date, zone: tzinfo) -> datetime:
    """Return the instant after the last moment of a day in the studio's zone."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def give_links(
    prepared: Prepared, store_name: str, ends_at: datetime, *, scratch: Path, open_store: OpenStore,
    index: Index, ledger: Ledger, now: datetime, tell: Callable[[int, int], None],
) -> tuple[Made, list[Linked]]:  # fmt: skip
    """Make the zips, put them into the store and share each. A run that was killed is gone on with.

    Raises Unsupported where the store has no links, ExportFailure, StoreError, LedgerFailure.
    """
    folder = scratch / prepared.plan.digest[:32]
    with open_store(store_name) as store:
        if not store.capabilities.share_links:
            raise Unsupported(store_name, "share", "", "this kind of store has no links")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = make_zips(prepared.plan, folder / _NAMES[prepared.wish.language], prepared.wish, open_store, tell)
        linked = []
        daily = DailyUploads(store, index, int(now.timestamp()))
        for place in made.places:
            put = _put(store, place, _Progress(folder / _STATE, place.name), daily)
            linked.append(_share(store, place.name, put, ends_at, prepared, made, index, ledger, now))
    shutil.rmtree(folder)
    return made, linked


def end_link(one: Disclosure, open_store: OpenStore, index: Index, ledger: Ledger, now: datetime, by: str) -> Ended:
    """End a link, and remove the file that was put there for it: the very version, and only that."""
    assert one.store is not None and one.link is not None
    try:
        with open_store(one.store) as store:
            if not one.link.startswith(_UNMADE):
                store.revoke(one.link)
            if one.ref is not None and one.version is not None:
                store.remove(one.ref, one.version)
    except NotFound:
        pass
    except Changed:
        return Ended(one, "another file lies where the exported one was; see to it in the store")
    except StoreError as err:
        return Ended(one, err.detail or type(err).__name__)
    at = int(now.timestamp())
    with index.write() as conn:
        words = {"state": "ended", "channel": one.channel} | ({"request": one.request} if one.request else {})
        ledger.append(Draft("disclosure", at, by, numbers={"link": one.id}, words=words, rule="link_ended"))
        disclosures.end_link(conn, one.store, one.link, at)
    return Ended(one, None)


def end_due(open_store: OpenStore, index: Index, ledger_of: Callable[[], Ledger], now: datetime, by: str) -> list[Ended]:
    """End every link whose time is over, also where the provider has ended it itself: its file still lies there."""
    with index.read() as conn:
        due = [one for one in disclosures.links(conn) if one.ends_at is not None and one.ends_at <= now.timestamp()]
    return end_links(due, open_store, index, ledger_of(), now, by) if due else []


def end_links(
    some: Iterable[Disclosure], open_store: OpenStore, index: Index, ledger: Ledger, now: datetime, by: str
) -> list[Ended]:
    """End links one after the other; one that cannot be ended now does not keep the others."""
    return [end_link(one, open_store, index, ledger, now, by) for one in some]


@dataclass(frozen=True, slots=True)
class _Put:
    ref: str
    version: str


class _Progress:
    """Where an upload has come, kept beside the zip: a killed run goes on from there."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._all: dict[str, Any] = {}
        if path.exists():
            self._all = json.loads(path.read_text())

    def get(self) -> dict[str, Any]:
        return dict(self._all.get(self._name, {}))

    def put(self, **values: Any) -> None:
        self._all[self._name] = self.get() | values
        half = self._path.with_suffix(".new")
        with half.open("w") as file:
            json.dump(self._all, file)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self._path)


def _put(store: Store, place: Path, progress: _Progress, daily: DailyUploads) -> _Put:
    state = progress.get()
    if "ref" in state:
        return _Put(state["ref"], state["version"])
    daily.check()
    if "path" not in state:
        progress.put(path=f"{EXPORTS_NAME}/{secrets.token_hex(6)}/{place.name}")

    def opener() -> BinaryIO:
        return place.open("rb")

    def keep(_sent: int, token: str | None) -> None:
        progress.put(resume=token)

    size = place.stat().st_size
    # To be killed before a first token was given is a beginning as well: what lies there may be what that run put there.
    begun = (state.get("resume") or "") if "path" in state else None
    try:
        receipt = store.upload(progress.get()["path"], opener, size, resume=begun, on_progress=keep)
    except Changed:
        # Other bytes than these lie there: ours get a place of their own.
        progress.put(path=f"{EXPORTS_NAME}/{secrets.token_hex(6)}/{place.name}", resume=None)
        receipt = store.upload(progress.get()["path"], opener, size, on_progress=keep)
    # Before it is known to be done: counted twice does less harm than not at all.
    daily.record(size)
    progress.put(ref=receipt.ref, version=receipt.version)
    return _Put(receipt.ref, receipt.version)


def _share(
    store: Store, name: str, put: _Put, ends_at: datetime, prepared: Prepared, made: Made, index: Index,
    ledger: Ledger, now: datetime,
) -> Linked:  # fmt: skip
    """Register the file, share it, and register the link. What is registered is ended at its time whatever happens."""
    mark = f"{_UNMADE}{secrets.token_hex(8)}"
    given = Given(name, int(ends_at.timestamp()), store.name, mark, put.ref, put.version, False)
    ids = record_end(index, ledger, prepared, made, "link", now, [given])
    link = store.share(put.ref, ends_at)
    with index.write() as conn:
        disclosures.complete_link(conn, store.name, mark, replace_with=link.id, address=link.url, enforced=link.enforced)
    return Linked(ids[0], name, link.url, link.expires_at or ends_at, link.enforced)


def by_whom(actor: Actor | None) -> str:
    """Return who ends a link, as the ledger writes it: an employee, or the service itself."""
    return "service" if actor is None else actor.by


def shown(one: Disclosure) -> Disclosure:
    """Return a link whose address was never made without the mark that stands in for it."""
    made = one.link is not None and not one.link.startswith(_UNMADE)
    return one if made else replace(one, link=None, address=None)
