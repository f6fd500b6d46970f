"""A case as the guards of `policy.cases` look at it, and its steps: asked of the table, recorded in ledger and index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backupd.policy.cases import REQUEST, CaseFacts, RequestState
from backupd.policy.facts import Known
from backupd.requests.base import Kind
from index import plans, requests
from index.ledger import Ledger
from index.ledger_line import Draft
from index.requests import Item, Request

_ADDED = ("left", "task")
"""Items that a run itself adds, for a person: nobody approved them, so that a run which goes on is not stopped by them."""


class StepRefused(Exception):
    """The table does not let this step be taken. `rule` is the step's name, `against` what stands against it."""

    def __init__(self, uid: str, event: str, against: Sequence[str]) -> None:
        super().__init__(uid, event, tuple(against))
        self.uid = uid
        self.event = event
        self.against = tuple(against)


@dataclass(frozen=True, slots=True)
class Told:
    """What only the caller knows of a step."""

    executor: str = ""
    staff: int = 1
    held_by_others: Known = Known.UNKNOWN
    steps_settled: Known = Known.UNKNOWN
    live_copies: Known = Known.UNKNOWN
    ledger_written: Known = Known.UNKNOWN
    index_cleared: Known = Known.UNKNOWN
    complaint_told: Known = Known.UNKNOWN
    asked_for_details: Known = Known.UNKNOWN


def facts_of(conn: Connection, one: Request, kind: Kind, told: Told) -> CaseFacts:
    """Return all that the guards ask about a case."""
    items = requests.items_of(conn, one.uid)
    letters = requests.letters_of(conn, one.uid)
    original = requests.get(conn, one.original) if one.original else None
    answered = all(each.state != "open" for each in items if counts(each))
    return CaseFacts(
        identity_method=one.identity_method or "",
        identity_checked_by=one.identity_by or "",
        asked_for_details=told.asked_for_details,
        staff=told.staff if kind.four_eyes else 1,
        approver=one.approved_by or "",
        executor=told.executor,
        digest=digest_of(conn, one, items),
        approved_digest=one.approved_digest or "",
        held_by_others=told.held_by_others,
        deletes=kind.deletes and one.plan is not None,
        steps_settled=told.steps_settled,
        live_copies=told.live_copies,
        ledger_written=told.ledger_written,
        index_cleared=told.index_cleared,
        letter=Known.YES if any(each.is_answer for each in letters) else Known.NO,
        all_items_answered=Known.YES if answered or (one.state == "answered" and not items) else Known.NO,
        refusal_code=one.refusal_code or "",
        refusal_words=one.refusal_words or "",
        complaint_told=told.complaint_told,
        original_state=RequestState(original.state) if original else None,
        repeats=Known.YES if original and _repeats(one, original) else Known.UNKNOWN,
    )


def counts(each: Item) -> bool:
    """Whether an item is one of the case: what a person said is not this person's, is not."""
    return each.is_in or each.is_open_question


def digest_of(conn: Connection, one: Request, items: Sequence[Item]) -> str:
    """Return what an approval approves: the plan's acts and every decision. "" where nothing was planned yet."""
    if one.plan is None and not one.details.get("planned"):
        return ""
    plan = plans.get_plan(conn, one.plan) if one.plan else None
    if one.plan and (plan is None or not plans.is_as_approved(conn, plan)):
        return "changed"
    told = [
        (each.number, each.key, each.is_in, each.decision, each.details.get("rules", []))
        for each in items
        if counts(each) and each.kind not in _ADDED
    ]
    total = hashlib.sha256(plan.digest if plan else b"")
    total.update(json.dumps([told, one.details], ensure_ascii=True, sort_keys=True).encode())
    return total.hexdigest()


def take_step(
    conn: Connection, ledger: Ledger, one: Request, kind: Kind, event: str, told: Told, at: int, by: str
) -> Request:
    """Take a step of a case if the table lets it be taken; return the case as it is then. Raises StepRefused.

    The ledger has the step first: who, when, which case; the person as keyed hashes.
    """
    move = REQUEST.move(RequestState(one.state), event, facts_of(conn, one, kind, told))
    if move.to is None:
        raise StepRefused(one.uid, event, move.against)
    words = {"request": one.uid, "request_kind": one.kind, "step": event}
    ledger.append(Draft("request", at, by, one.persons, words=words, rule=f"request_{event}"))
    if not requests.move(conn, one.uid, one.state, move.to.value):
        raise StepRefused(one.uid, event, ("somebody else has just taken a step in this case",))
    found = requests.get(conn, one.uid)
    assert found is not None
    return found


def _repeats(one: Request, original: Request) -> bool:
    return (one.person, one.kind) == (original.person, original.kind) and one.uid != original.uid
