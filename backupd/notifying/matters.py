"""What is the matter now. Told in words that hold stores and numbers only: a mail is no place for the names of people."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backupd.cli.text import Dates
from backupd.keeping_glance import clean_up_at_a_glance, kept_at_a_glance
from backupd.letters.numerals import counted, grouped
from backupd.notifying.words import Language, say
from index import jobs, review, stores
from index.records import StoreRow

if TYPE_CHECKING:
    from backupd.settings.models import Settings

Topic = Literal["problems", "review", "requests", "space", "reports"]

STILL_KEPT_NOTE = "still_kept_note"
"""The index's note of what providers still keep of erased files past their day, as the job leaves it."""

_AWAY_SECONDS = 30 * 60
_SILENT_SECONDS = 24 * 3600
_LOST_SECONDS = 24 * 3600
_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs a person. `key` stays the same for as long as it lasts."""

    key: str
    topic: Topic
    text: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known to whoever looks: the settings, this instant, and the language to tell it in.

    `awake_seconds` is for how long the service has been listening: nobody was silent while nobody listened.
    """

    settings: Settings
    at: datetime
    language: Language
    awake_seconds: float = math.inf

    @property
    def now(self) -> int:
        """Whole seconds since 1970 UTC."""
        return int(self.at.timestamp())

    @property
    def today(self) -> date:
        """The day in the studio's zone."""
        return self.at.astimezone(ZoneInfo(self.settings.studio.timezone)).date()

    @property
    def dates(self) -> Dates:
        """Days and instants as this language writes them."""
        return Dates(self.language, ZoneInfo(self.settings.studio.timezone))

    def say(self, key: str, **fields: object) -> str:
        """Return what is the matter, in words."""
        return say(key, self.language, **fields)


def gather(conn: Connection, outlook: Outlook) -> list[Matter]:
    """Return what is the matter, in a fixed order."""
    configured = {store.name for store in outlook.settings.stores}
    rows = [row for row in stores.list_stores(conn) if row.name in configured]
    return [
        *_new(configured - {row.name for row in rows}, outlook),
        *(matter for row in rows for matter in _store(row, outlook)),
        *(matter for row in rows for matter in _events(conn, row, outlook)),
        *_jobs(conn, outlook),
        *_questions(conn, outlook),
        *_requests(conn, outlook),
        *_kept(conn, outlook),
        *_still_kept(conn, outlook),
        *_space(conn, outlook),
    ]


def _new(names: set[str], outlook: Outlook) -> Iterator[Matter]:
    """What the index has never met: the first comparison of an adopted store makes it known."""
    if outlook.awake_seconds > _AWAY_SECONDS:
        for name in sorted(names):
            yield Matter(f"new {name}", "problems", outlook.say("new", store=name))


def _store(row: StoreRow, outlook: Outlook) -> Iterator[Matter]:
    silent = outlook.now - row.heard_at if row.heard_at is not None else 0
    if row.state == "refused":
        local = row.kind == "local"
        why = row.problem or "its marker is not there"
        text = outlook.say("refused" if local else "refused_cloud", store=row.name, why=why)
        yield Matter(f"refused {row.name}", "problems", text, urgent=True)
    elif row.state == "offline" and silent > _AWAY_SECONDS:
        when = outlook.dates.instant(datetime.fromtimestamp(row.heard_at or 0, UTC))
        text = outlook.say("offline", store=row.name, why=row.problem or "no answer", when=when)
        yield Matter(f"offline {row.name}", "problems", text, urgent=True)
    elif row.state == "doubted":
        yield Matter(f"doubted {row.name}", "problems", outlook.say("doubted", store=row.name), urgent=True)
    elif min(silent, outlook.awake_seconds) > _SILENT_SECONDS:
        hours = grouped(silent // 3600, outlook.language)
        yield Matter(f"silent {row.name}", "problems", outlook.say("silent", store=row.name, hours=hours), urgent=True)
    if row.watching and "limit" in row.watching:
        text = outlook.say("unwatched", store=row.name, why=row.watching.partition(": ")[2])
        yield Matter(f"unwatched {row.name}", "problems", text)


def _events(conn: Connection, row: StoreRow, outlook: Outlook) -> Iterator[Matter]:
    lost = stores.find_events_lost(conn, row.id)
    if lost is not None and abs(outlook.now - lost.at) < _LOST_SECONDS:
        yield Matter(f"overflow {row.name}", "problems", outlook.say("overflow", store=row.name))


def _jobs(conn: Connection, outlook: Outlook) -> Iterator[Matter]:
    for row in jobs.list_jobs(conn):
        # That a store is away is told by the store.
        if row.outcome == "failed" and row.name == "backup":
            yield Matter("job backup", "problems", outlook.say("backup", why=row.detail), urgent=True)
        elif row.failures >= _FAILURES and row.detail not in ("offline", "refused", "Unavailable", "NotOurStore"):
            times = grouped(row.failures, outlook.language)
            text = outlook.say("job", job=row.name, times=times, why=row.detail)
            yield Matter(f"job {row.name}", "problems", text)


def _questions(conn: Connection, outlook: Outlook) -> Iterator[Matter]:
    waiting = review.count_open(conn)
    if waiting:
        text = outlook.say("question" if waiting == 1 else "questions", number=grouped(waiting, outlook.language))
        yield Matter("review", "review", text)


def _requests(conn: Connection, outlook: Outlook) -> Iterator[Matter]:
    from index.requests import count_open

    if count_open(conn):
        # The calendars of holidays that deadlines need are heavy.
        from backupd.notifying.cases import due_matters

        yield from due_matters(conn, outlook)


_KEPT: dict[str, Topic] = {"holds_due": "review", "takedowns": "requests", "contacts_due": "review", "lowered": "space"}


def _kept(conn: Connection, outlook: Outlook) -> Iterator[Matter]:
    for name, number in kept_at_a_glance(conn, outlook.settings, outlook.today).items():
        if number:
            key = f"{name}_one" if number == 1 else name
            yield Matter(name, _KEPT[name], outlook.say(key, number=grouped(number, outlook.language)))


def _still_kept(conn: Connection, outlook: Outlook) -> Iterator[Matter]:
    for uid, store, files, until in json.loads(stores.get_meta(conn, STILL_KEPT_NOTE) or "[]"):
        day = outlook.dates.day(date.fromisoformat(until))
        text = outlook.say("still_kept", uid=uid, store=store, files=counted(files, "file", outlook.language), day=day)
        yield Matter(f"kept {uid} {store}", "requests", text)


def _space(conn: Connection, outlook: Outlook) -> Iterator[Matter]:
    note = clean_up_at_a_glance(conn)
    for name in note["short"]:
        yield Matter(f"short {name}", "space", outlook.say("short", store=name), urgent=True)
    if uid := note["plan"]:
        yield Matter(f"plan {uid}", "space", outlook.say("plan", uid=uid))
