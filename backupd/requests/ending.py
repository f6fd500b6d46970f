"""Links that lead to what is erased: ended by their stores as a part of the run, and asked about afterwards.

What was put into the store for a link is removed for good, not into a trash: it holds the same pictures. A link of which
nobody can say that it is dead keeps the case open. Safe to stop anywhere: ending what has ended succeeds.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.base import Store
from adapters.errors import Changed, NotFound, StoreError
from adapters.records import Presence
from backupd.requests.running import Running
from index import disclosures, requests
from index.disclosures import Disclosure
from index.ledger_line import Draft
from index.requests import Item

UNMADE = "unmade-"
"""How a link begins that was registered, and whose making nobody has seen the end of."""


def end_links(running: Running, items: Sequence[Item]) -> dict[str, str]:
    """End the links among the items; return the stores that could not be worked on, with why."""
    waiting: dict[str, str] = {}
    for each in items:
        if each.kind != "link" or not each.is_in or each.decision != "revoke" or each.state != "open":
            continue
        with running.index.read() as conn:
            one = disclosures.get(conn, int(each.details["disclosure"]))
        if one is None or one.store is None or one.link is None:
            continue
        store = running.stores.get(one.store)
        if store is None:
            waiting.setdefault(one.store, "it could not be opened")
            continue
        try:
            outcome = _end(running, store, one)
        except StoreError as err:
            waiting[one.store] = err.detail or type(err).__name__
            continue
        _record(running, each, one, outcome)
    return waiting


def _end(running: Running, store: Store, one: Disclosure) -> str:
    """End one link, and see that it leads nowhere; return how that is known. Raises StoreError."""
    assert one.link is not None
    store.check()
    words = {"request": running.one.uid, "state": "ending", "channel": one.channel}
    running.ledger.append(
        Draft("disclosure", running.at, running.by, numbers={"link": one.id}, words=words, rule="link_of_erased")
    )
    if not one.link.startswith(UNMADE):
        store.revoke(one.link)
    if one.ref is None or one.version is None:
        return "ended by its store"
    try:
        store.purge(one.ref, one.version)
    except NotFound:
        pass
    except Changed:
        # Something else lies there: whoever put it there keeps it, and the link itself has ended.
        return "ended by its store; another file lies where it led to"
    presence = store.presence(one.ref)
    if presence is Presence.ABSENT:
        return "ended by its store; what it led to is gone, as the store says"
    raise StoreError(store.name, "purge", one.ref, "what the link leads to is still there, or nobody knows")


def _record(running: Running, item: Item, one: Disclosure, outcome: str) -> None:
    assert one.store is not None and one.link is not None
    with running.index.write() as conn:
        words = {"request": running.one.uid, "state": "ended", "channel": one.channel}
        running.ledger.append(
            Draft("disclosure", running.at, running.by, numbers={"link": one.id}, words=words, rule="link_ended")
        )
        disclosures.end_link(conn, one.store, one.link, running.at)
        requests.change_item(conn, running.one.uid, item.number, state="done", outcome=outcome, ended_at=running.at,
                             ended_by=running.by)  # fmt: skip
