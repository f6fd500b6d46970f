"""A case as plain values, under the names that scripts rely on."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Any

from sqlalchemy import Connection

from backupd.clock import instant
from backupd.requests.base import find_kinds
from backupd.requests.due import due_of
from backupd.requests.planning import Kept, Planned
from backupd.requests.workplace import is_manual
from backupd.settings.models import Requests
from index import plans, requests
from index.acts import Act, acts_of
from index.requests import Item, Request

Answer = dict[str, Any]


def summary(one: Request, settings: Requests, today: date) -> Answer:
    """Return a case as `request list` gives it."""
    due = due_of(one, find_kinds()[one.kind], settings, today)
    return {
        "id": one.uid,
        "kind": one.kind,
        "state": one.state,
        "received_on": one.received_on,
        "due_on": due.on.isoformat(),
        "due_with_pause": due.deadlines.due_with_pause.isoformat(),
        "due_extended": due.deadlines.due_extended.isoformat(),
        "target_on": due.deadlines.target_on.isoformat(),
        "days_left": (due.on - today).days,
        "alarm": due.alarm is not None,
        "subject": one.subject,
        "channel": one.channel,
        "repeats": one.original,
    }


def show(conn: Connection, one: Request, settings: Requests, today: date, zone: tzinfo) -> Answer:
    """Return a case whole."""
    plan = plans.get_plan(conn, one.plan) if one.plan else None
    acts = acts_of(conn, plan.id) if plan else []
    answer = summary(one, settings, today)
    answer |= {
        "email": one.email,
        "phone": one.phone,
        "language": one.language,
        "details": {key: value for key, value in one.details.items() if key != "planned"},
        "identity": {
            "method": one.identity_method,
            "by": one.identity_by,
            "on": one.identified_on,
            "asked_on": one.asked_on,
        },
        "plan": one.plan,
        "plan_digest": plan.digest.hex() if plan else None,
        "approved_by": one.approved_by,
        "approved_at": instant(one.approved_at, zone),
        "executed_by": one.executed_by,
        "executed_at": instant(one.executed_at, zone),
        "checked_at": instant(one.checked_at, zone),
        "extension": {"until": one.extended_to, "reason": one.extension_reason, "told_on": one.told_on},
        "refusal": {"code": one.refusal_code, "reason": one.refusal_words},
        "acts": [act_answer(act) for act in acts],
        "items": [item_answer(each) for each in requests.items_of(conn, one.uid)],
        "letters": [
            {
                "kind": each.kind,
                "language": each.language,
                "sha256": each.sha256,
                "made_at": instant(each.made_at, zone),
                "made_by": each.made_by,
                "answer": each.is_answer,
            }
            for each in requests.letters_of(conn, one.uid)
        ],
        "answered_at": instant(one.answered_at, zone),
        "ended_at": instant(one.ended_at, zone),
        "recoverable_until": max((act.recoverable_until for act in acts if act.recoverable_until), default=None),
    }
    return answer


def planned_answer(one: Request, planned: Planned, items: list[Item]) -> Answer:
    """Return a plan as `request plan` gives it."""
    kept = [*planned.refused, *planned.undecided]
    return {
        "request": one.uid,
        "state": one.state,
        "plan": one.plan,
        "acts": [
            {
                "store_id": act.store_id,
                "path": act.path,
                "act": act.act,
                "state": "planned",
                "why": act.why,
                "rule": act.rule,
                "bytes": act.size,
                "recoverable_until": None,
            }
            for act in planned.acts
        ],
        "refused": [_kept(each) for each in kept],
        "needs_reason": [_kept(each) for each in planned.needs_reason],
        "questions": [item_answer(each) for each in items if each.is_open_question],
        "elsewhere": [{"store": copy.store, "path": copy.path, "shoot": copy.shoot_id} for copy in planned.elsewhere],
    }  # fmt: skip


def act_answer(act: Act) -> Answer:
    """Return an act as it stands."""
    return {
        "store": act.store,
        "path": act.path,
        "act": act.act,
        "state": act.state,
        "why": act.why,
        "rule": act.rule,
        "bytes": act.size,
        "sha256": act.sha256.hex() if act.sha256 else None,
        "problem": act.problem,
        "recoverable_until": act.recoverable_until,
        "known_by": (act.proof or {}).get("answer", {}).get("presence"),
    }


def item_answer(one: Item) -> Answer:
    """Return an item as it stands."""
    return {
        "number": one.number,
        "kind": one.kind,
        "subject": one.subject,
        "why": one.why,
        "sure": "certain" if one.certain else "likely",
        "in": None if one.is_open_question else one.is_in,
        "decision": one.decision,
        "files": [{"files": pattern, "decision": said} for said, pattern, _ in one.details.get("rules", ())],
        "by_hand": is_manual(one),
        "state": one.state,
        "outcome": one.outcome,
        "ended_by": one.ended_by,
    }


def _kept(each: Kept) -> Answer:
    return {"item": each.item, "shoot": each.shoot, "rule": each.rule, "why": each.why}
