"""The open requests at a glance: how many, and when the next answer is due."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from backupd.settings.models import Requests
from index import requests


def at_a_glance(conn: Connection, settings: Requests, today: date) -> dict[str, Any]:
    """Return what `status` tells of requests."""
    cases = requests.listed(conn)
    if not cases:
        return {"requests_open": 0, "due_next": None, "requests_due": 0}
    # The calendars of holidays that deadlines need are heavy.
    from backupd.requests.base import find_kinds
    from backupd.requests.due import ANSWERED, due_of

    kinds = find_kinds()
    waiting = [due_of(one, kinds[one.kind], settings, today) for one in cases if one.state not in ANSWERED]
    return {
        "requests_open": len(cases),
        "due_next": min((due.on for due in waiting), default=None),
        "requests_due": sum(1 for due in waiting if due.alarm is not None),
    }
