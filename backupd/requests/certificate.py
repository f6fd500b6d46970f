"""The certificate of an erasure: what went, where, how we know, what stays and why, what could still be restored.

It is made from what is recorded of the case and was verified; it names no file, and after the case is closed nobody.
Where something is still open it says so, and calls itself no certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import Connection

from backupd.promises import in_force
from backupd.requests.mentions import count_letters
from backupd.settings.models import Settings
from backupd.settings.values import Duration
from index import plans, requests
from index.acts import Act, acts_of
from index.ledger_key import LedgerKey
from index.requests import Item, Request

FOREVER = date.max
"""Stands for a trash that nobody empties by itself."""

_OPEN_ACTS = ("planned", "intended", "failed", "unknown")


@dataclass(frozen=True, slots=True)
class InStore:
    """What was done in one store. `asked` of the files were said to be absent when the store was asked afterwards."""

    store: str
    files: int = 0
    size: int = 0
    asked: int = 0
    lists: int = 0
    folders: int = 0
    links: int = 0
    open: int = 0
    restorable_until: date | None = None


@dataclass(frozen=True, slots=True)
class Stays:
    """Something that stays: `what` as it was shown (None once names are gone), and why."""

    number: int
    kind: str
    what: str | None
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The facts of a certificate. `backups_until` is None where backups of the register are kept without end."""

    request: str
    name: str | None
    state: str
    received_on: date
    executed_on: date | None
    checked_on: date | None
    four_eyes: bool
    digest: str | None
    entries: tuple[int, int] | None
    stores: tuple[InStore, ...]
    published: int
    told: int
    letters: int
    places: tuple[str, ...]
    stays: tuple[Stays, ...]
    open_items: tuple[tuple[int, str], ...]
    backups_until: date | None
    evidence_until: date | None

    @property
    def is_whole(self) -> bool:
        """Whether everything that was to be done is done, and was looked at again."""
        return self.checked_on is not None and not self.open_items and not any(each.open for each in self.stores)

    @property
    def restorable_until(self) -> date | None:
        """The last day on which a provider could bring something back; None where none can."""
        return max((each.restorable_until for each in self.stores if each.restorable_until), default=None)


def certificate_of(
    conn: Connection, key: LedgerKey, one: Request, settings: Settings, zone: tzinfo
) -> Certificate | None:
    """Return the certificate of a case; None where nothing was carried out under it."""
    if one.executed_at is None:
        return None
    items = [each for each in requests.items_of(conn, one.uid) if each.is_in]
    made = [plan for plan in plans.plans_of_request(conn, one.uid) if plan.state in ("running", "done", "approved")]
    acts = [act for plan in made for act in acts_of(conn, plan.id)]
    entries = sorted(entry for act in acts for entry in (act.intent, act.outcome) if entry)
    ended = _day(one.ended_at or one.checked_at or one.executed_at, zone)
    plan = plans.get_plan(conn, one.plan) if one.plan else None
    return Certificate(
        one.uid,
        one.subject,
        one.state,
        date.fromisoformat(one.received_on),
        _day(one.executed_at, zone),
        _day(one.checked_at, zone),
        one.approved_by is not None and one.approved_by != one.executed_by,
        plan.digest.hex() if plan else None,
        (entries[0], entries[-1]) if entries else None,
        tuple(_stores(acts, items)),
        _done(items, "placement"),
        sum(1 for each in items if each.kind == "recipient" and each.state == "done" and not each.details.get("own")),
        count_letters(conn, key, one),
        tuple(_place_names(items)),
        tuple(_stays(items, one)),
        tuple((each.number, each.kind) for each in items if each.state == "open"),
        _after(settings.index.backups.keep, ended),
        _after(in_force(conn, settings).keep_evidence, ended),
    )


def as_values(one: Certificate) -> dict[str, object]:
    """Return a certificate under the names that scripts rely on."""
    return {
        "request": one.request,
        "whole": one.is_whole,
        "state": one.state,
        "received_on": one.received_on.isoformat(),
        "executed_on": _iso(one.executed_on),
        "checked_on": _iso(one.checked_on),
        "approved_by_another": one.four_eyes,
        "plan_digest": one.digest,
        "ledger_entries": list(one.entries) if one.entries else None,
        "stores": [
            {
                "store": each.store,
                "files": each.files,
                "bytes": each.size,
                "asked_afterwards": each.asked,
                "lists": each.lists,
                "folders_renamed": each.folders,
                "links_ended": each.links,
                "open": each.open,
                "restorable_until": _iso(each.restorable_until),
            }
            for each in one.stores
        ],
        "publications_taken_down": one.published,
        "recipients_told": one.told,
        "letters_to_others": one.letters,
        "other_places": list(one.places),
        "stays": [
            {"item": each.number, "kind": each.kind, "what": each.what, "code": each.code, "why": each.why}
            for each in one.stays
        ],
        "open_items": [{"item": number, "kind": kind} for number, kind in one.open_items],
        "restorable_until": _iso(one.restorable_until),
        "register_backups_until": _iso(one.backups_until),
        "evidence_until": _iso(one.evidence_until),
    }


def _stores(acts: Sequence[Act], items: Sequence[Item]) -> Iterable[InStore]:
    names = {act.store for act in acts} | {
        each.details["store"] for each in items if each.kind in ("folder", "link") and "store" in each.details
    }
    for name in sorted(names):
        here = [act for act in acts if act.store == name]
        done = [act for act in here if act.state == "done" and act.rule != "unlist"]
        days = [date.fromisoformat(act.recoverable_until) for act in here if act.state == "done" and act.recoverable_until]
        yield InStore(
            name,
            len(done),
            sum(act.size or 0 for act in done),
            sum(1 for act in done if (act.proof or {}).get("answer", {}).get("presence") == "absent"),
            sum(1 for act in here if act.state == "done" and act.rule == "unlist"),
            _done(items, "folder", name),
            _done(items, "link", name),
            sum(1 for act in here if act.state in _OPEN_ACTS),
            max(days, default=None),
        )


def _stays(items: Sequence[Item], one: Request) -> Iterable[Stays]:
    for each in items:
        if each.state == "refused" or each.decision in ("refuse", "restrict", "keep"):
            code = each.outcome if each.state == "refused" and each.outcome else each.decision or ""
            why = str(each.details.get("reason") or one.refusal_words or "")
            yield Stays(each.number, each.kind, each.subject, code, why)
        for decision, pattern, reason in each.details.get("rules", ()):
            if decision in ("refuse", "restrict"):
                yield Stays(each.number, "file", pattern, decision, reason)


def _place_names(items: Sequence[Item]) -> Iterable[str]:
    done = (each for each in items if each.kind == "place" and each.state == "done")
    return (each.subject.partition(":")[0] for each in done if each.subject)


def _done(items: Sequence[Item], kind: str, store: str | None = None) -> int:
    return sum(
        1 for each in items
        if each.kind == kind and each.state == "done" and (store is None or each.details.get("store") == store)
    )


def _after(keep: object, ended: date | None) -> date | None:
    return keep.after(ended) if isinstance(keep, Duration) and ended is not None else None


def _day(at: int | None, zone: tzinfo) -> date | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).astimezone(zone).date()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


__all__ = ["FOREVER", "Certificate", "InStore", "Stays", "as_values", "certificate_of"]
