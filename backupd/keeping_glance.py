"""What of holds, publications and contacts waits for a person, as `status` tells it. Cheap, however much there is."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from index import holds, keeping, placements
from index.plans import get_plan
from index.stores import get_meta

if TYPE_CHECKING:
    from backupd.settings.models import Settings

NOTHING = {"holds_due": 0, "takedowns": 0, "contacts_due": 0, "lowered": 0}
"""What is told where there is no index yet."""

NO_CLEAN_UP: dict[str, Any] = {"plan": None, "short": []}

PRUNE_NOTE = "prune_note"
"""The index's note of what the last planning of a clean-up found, as the job leaves it."""

_LOOKED_AT = 2000
"""So many lines with an address are looked at closely; where there are more, they are counted by their shoots' days."""


def kept_at_a_glance(conn: Connection, settings: Settings, today: date) -> dict[str, int]:
    """Return how many holds are due for review, what is to be taken down, how many contacts are to be forgotten, and how
    many promises the configuration lowers without anybody's word."""
    from backupd.promises import not_confirmed

    return {
        "holds_due": _holds_due(conn, settings, today),
        "takedowns": _takedowns(conn, settings, today),
        "contacts_due": _contacts_due(conn, settings, today),
        "lowered": len(not_confirmed(conn, settings)),
    }


def clean_up_at_a_glance(conn: Connection) -> dict[str, Any]:
    """Return the plan of the service's that waits to be approved, or None, and the stores from which less may go than they
    need."""
    note = json.loads(get_meta(conn, PRUNE_NOTE) or "{}")
    made = get_plan(conn, note["plan"]) if note.get("plan") else None
    return {"plan": made.uid if made and made.state == "made" else None, "short": list(note.get("short", ()))}


def _holds_due(conn: Connection, settings: Settings, today: date) -> int:
    active = holds.active(conn)
    if not active:
        return 0
    from backupd.policy.holds import REVIEW_AFTER
    from backupd.retaining import basis_of

    basis = basis_of(conn, settings, today)
    return sum(
        (date.fromisoformat(one.review_on) if one.review_on else basis.day(one.opened_at) + REVIEW_AFTER) <= today
        for one in active
    )


def _takedowns(conn: Connection, settings: Settings, today: date) -> int:
    if not placements.any_standing(conn):
        return 0
    from backupd.portfolio import takedowns

    return len(takedowns(conn, settings, today))


def _contacts_due(conn: Connection, settings: Settings, today: date) -> int:
    """Return how many contacts are due; where there are very many, those of which no shoot was later are counted."""
    from backupd.promises import in_force
    from backupd.settings.values import Unlimited

    unused = in_force(conn, settings).unused_contacts
    if isinstance(unused, Unlimited):
        return 0
    # The last day on which a contact may have been used to be due today.
    day = today - (unused.after(today, "last") - today)
    while unused.after(day + timedelta(days=1), "last") <= today:
        day += timedelta(days=1)
    while unused.after(day, "last") > today:
        day -= timedelta(days=1)
    old = keeping.count_unused(conn, day.isoformat())
    if not old or keeping.count_reachable(conn) > _LOOKED_AT:
        return old
    from backupd.contacts import known_contacts
    from backupd.retaining import basis_of

    basis = basis_of(conn, settings, today)
    if basis.key is None:
        return old
    return sum(one.verdict.state == "due" for one in known_contacts(conn, basis, basis.key, unused))
