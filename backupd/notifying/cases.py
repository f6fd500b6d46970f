"""Requests whose day comes near: in the day's mail from `[requests] remind_before` on, and at once in the last days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection

from backupd.notifying.matters import Matter, Outlook
from backupd.notifying.words import days_left, kind_of_request
from backupd.requests.base import find_kinds
from backupd.requests.due import ANSWERED, due_of
from index import requests
from index.requests import Request

_AT_ONCE = (0, 1, 3)
"""So many days before the day it can't wait for the day's mail; each of them is told once, and each day past it."""


def due_matters(conn: Connection, outlook: Outlook) -> Iterator[Matter]:
    """Yield what is to be answered soon, by the earliest receipt first."""
    kinds, settings = find_kinds(), outlook.settings.requests
    for one in requests.listed(conn):
        if one.state in ANSWERED or one.kind not in kinds:
            continue
        due_on = due_of(one, kinds[one.kind], settings, outlook.today).on
        if due_on <= max(settings.remind_before.after(outlook.today, "last"), outlook.today):
            yield _due(one, due_on, outlook)


def _due(one: Request, due_on: date, outlook: Outlook) -> Matter:
    left = (due_on - outlook.today).days
    # The key changes with each step, so that each is told anew.
    step = left if left < 0 else next((days for days in _AT_ONCE if left <= days), None)
    words = {
        "uid": one.uid,
        "kind": kind_of_request(one.kind, outlook.language),
        "day": outlook.dates.day(due_on),
        "left": days_left(abs(left), outlook.language),
    }
    text = outlook.say("late" if left < 0 else "due_today" if left == 0 else "due", **words)
    key = f"due {one.uid}" if step is None else f"due {one.uid} {step}"
    return Matter(key, "requests", text, urgent=step is not None)
