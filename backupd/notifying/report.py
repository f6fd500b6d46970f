"""The month at a glance: what there is, what was asked, what waits. Numbers only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backupd.cli.text import size
from backupd.letters.numerals import counted, grouped
from backupd.notifying.words import MONTHS, REPORT, STATES, Language
from index import requests, review, shoots, stores

if TYPE_CHECKING:
    from backupd.notifying.matters import Outlook
    from index.records import StoreTotals


@dataclass(frozen=True, slots=True)
class Report:
    """A report in words. `lines` are whole sentences or rows, without marks before them."""

    subject: str
    lines: tuple[str, ...]


def report_of_month(conn: Connection, outlook: Outlook, newest_backup: datetime | None) -> Report:
    """Return the report of the month before today's."""
    last = outlook.today.replace(day=1) - timedelta(days=1)
    month = f"{MONTHS[outlook.language][last.month - 1]} {last.year}"
    subject = REPORT["subject"][outlook.language].format(month=month)
    return Report(subject, tuple(_lines(conn, outlook, last.replace(day=1), last, newest_backup)))


def _lines(conn: Connection, outlook: Outlook, first: date, last: date, newest: datetime | None) -> Iterator[str]:
    language, zone = outlook.language, ZoneInfo(outlook.settings.studio.timezone)
    configured = {store.name for store in outlook.settings.stores}
    for row in stores.totals(conn):
        if row.store.name in configured:
            yield _store(row, language)
    yield _said("shoots", language, shoots=counted(shoots.count_shoots(conn), "shoot", language))
    begin, end = (int(datetime.combine(day, time(), zone).timestamp()) for day in (first, last + timedelta(days=1)))
    came, ended = requests.count_in(conn, (first.isoformat(), last.isoformat()), (begin, end))
    numbers = {"came": came, "ended": ended, "open": requests.count_open(conn)}
    yield _said("requests", language, **{name: grouped(number, language) for name, number in numbers.items()})
    yield _said("questions", language, number=grouped(review.count_open(conn), language))
    if newest is not None:
        yield _said("backup", language, when=outlook.dates.instant(newest))
    elif outlook.settings.index.file is not None:
        yield _said("no_backup", language)


def _store(row: StoreTotals, language: Language) -> str:
    words = {
        "store": row.store.name,
        "files": counted(row.files, "file", language),
        "bytes": _size(row.bytes, language),
        "free": _size(row.store.free_bytes, language),
        "missing": counted(row.missing, "file", language),
        "state": STATES.get(row.store.state, {language: row.store.state})[language],
    }
    parts = [_said("store", language, **words)]
    parts += [_said("free", language, **words)] if row.store.free_bytes is not None else []
    parts += [_said("missing", language, **words)] if row.missing else []
    parts += [words["state"]] if row.store.state != "online" else []
    return "; ".join(parts)


def _size(count: int | None, language: Language) -> str:
    shown = size(count)
    return shown.replace(".", ",") if language == "fi" else shown


def _said(key: str, language: Language, **fields: object) -> str:
    return REPORT[key][language].format(**fields)
