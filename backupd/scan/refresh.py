"""After a shoot's files or lists have changed: its capture days, what a person must settle, its search words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from backupd.policy.days import days_disagree
from backupd.reading.folder_names import settle_by_capture
from backupd.reading.records import Candidate, FolderReading
from backupd.scan.place import Reader, shoot_key
from backupd.scan.settled import SETTLED_KINDS, Settled, settled_reading, subject_of
from backupd.scan.twins import Called, ask_about_files, called
from backupd.search.words import shoot_words
from index import shoots
from index.engine import Index
from index.people import follow_shoot, forget_strangers, participant_names
from index.records import ShootRow
from index.review import Question, ask, open_of_kinds, settlements, withdraw
from index.search import replace_terms

_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Root:
    store_id: int
    store: str
    folder_id: int
    path: str


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one batch works with: the answers that people gave, the questions that are open, how folders are read."""

    conn: Connection
    settled: Settled
    open: set[tuple[str, str]]
    read: Reader
    now: int

    def withdraw(self, kind: str, subject: str) -> None:
        if (kind, subject) in self.open:
            withdraw(self.conn, kind, subject)


def refresh_shoots(
    index: Index, stores: Mapping[int, str], read: Reader, now: int, heed: Callable[[], object] = lambda: None
) -> int:
    """Work out every stale shoot anew; return how many were. `heed` is called after each batch, and may stop it."""
    done = 0
    while True:
        with index.write() as conn:
            rows = shoots.stale_shoots(conn, _BATCH)
            captured: dict[int, dict[date, int]] = {row.id: {} for row in rows}
            captured |= _capture_days(conn, [row.id for row in rows])
            # First of all: a shoot that takes in another one further down is due again after that.
            shoots.record_capture_days(conn, [(id, *_ends(days)) for id, days in captured.items()])
            roots = _roots(conn, [row.id for row in rows], stores)
            desk = _Desk(conn, settlements(conn, SETTLED_KINDS), open_of_kinds(conn, SETTLED_KINDS), read, now)
            stay = [
                row
                for row in rows
                if all(_ask_about(desk, row, root, captured[row.id]) for root in roots.get(row.id, ()))
            ]
            replace_terms(conn, _words(conn, stay, stores, now))
        done += len(rows)
        heed()
        if len(rows) < _BATCH:
            break
    if done:
        with index.write() as conn:
            forget_strangers(conn)
            shoots.remove_shoots(conn, shoots.empty_shoots(conn))
    return done


def _capture_days(conn: Connection, shoot_ids: Sequence[int]) -> dict[int, dict[date, int]]:
    return {
        id: {date.fromisoformat(day): files for day, files in days.items()}
        for id, days in shoots.capture_days(conn, shoot_ids).items()
    }


def _ends(days: Mapping[date, int]) -> tuple[str | None, str | None]:
    return (min(days).isoformat(), max(days).isoformat()) if days else (None, None)


def _roots(conn: Connection, shoot_ids: Sequence[int], stores: Mapping[int, str]) -> dict[int, list[_Root]]:
    return {
        id: [
            _Root(store_id, stores[store_id], folder_id, path)
            for folder_id, store_id, path, present in places
            if present
        ]
        for id, places in shoots.root_folders(conn, shoot_ids).items()
    }


def _ask_about(desk: _Desk, shoot: ShootRow, root: _Root, captured: Mapping[date, int]) -> bool:
    """Put or withdraw the questions about one of the shoot's own folders; False if it became another shoot."""
    subject = subject_of(root.store, root.path)
    name = called(desk.conn, desk.settled, root.store_id, root.store, root.path)
    reading, _ = settled_reading(desk.settled, root.store, root.path, desk.read(name.path))
    if captured and reading.first_day is None and reading.candidates:
        reading = settle_by_capture(reading, min(captured), max(captured))
    if reading.first_day is not None and shoot.first_day is None and not _take_day(desk.conn, shoot, root, name, reading):
        return False
    if reading.needs_review or (reading.client is None and ("folder", subject) not in desk.settled):
        why = "; ".join(reading.why) or "the folder's name says no client"
        candidates = [_candidate(candidate) for candidate in reading.candidates]
        question = Question("folder", subject, why, candidates, root.store_id, root.folder_id, None, shoot.id)
        ask(desk.conn, question, desk.now)
    else:
        desk.withdraw("folder", subject)
    first = reading.first_day
    if first is not None and days_disagree(first, reading.last_day or first, captured):
        ask(desk.conn, _date_question(shoot, root, subject, reading, captured), desk.now)
    else:
        desk.withdraw("date", subject)
    return True


def _take_day(conn: Connection, shoot: ShootRow, root: _Root, name: Called, reading: FolderReading) -> bool:
    """Give the shoot the day that its files decide; False if that makes it the same as another shoot."""
    key = shoot_key(shoot.client_id, reading, root.store, name)
    first = reading.first_day.isoformat() if reading.first_day else None
    last = reading.last_day.isoformat() if reading.last_day else first
    other = shoots.find_shoot_by_key(conn, key)
    if other is not None and other != shoot.id:
        shoots.move_folders(conn, shoot.id, other)
        follow_shoot(conn, shoot.id, other)
        shoots.change_shoot(conn, other, stale=1)
        return False
    shoots.change_shoot(conn, shoot.id, key=key, first_day=first, last_day=last, day_from="capture")
    return True


def _date_question(
    shoot: ShootRow, root: _Root, subject: str, reading: FolderReading, captured: Mapping[date, int]
) -> Question:
    assert reading.first_day is not None
    first, last = min(captured), max(captured)
    shown = f"{first}" if first == last else f"{first} to {last}"
    reason = f"the folder says {reading.first_day}, but its files were captured {shown}"
    candidates = [
        _candidate(Candidate(first_day=reading.first_day, last_day=reading.last_day)),
        _candidate(Candidate(first_day=first, last_day=last)),
    ]
    return Question("date", subject, reason, candidates, root.store_id, root.folder_id, None, shoot.id)


def _candidate(candidate: Candidate) -> dict[str, Any]:
    values = {
        "client": candidate.client,
        "first_day": candidate.first_day.isoformat() if candidate.first_day else None,
        "last_day": candidate.last_day.isoformat() if candidate.last_day else None,
        "title": candidate.title,
    }
    return {name: value for name, value in values.items() if value is not None}


def _words(
    conn: Connection, rows: Sequence[ShootRow], stores: Mapping[int, str], now: int
) -> dict[int, dict[str, set[str]]]:
    ids = [row.id for row in rows]
    spellings = shoots.spellings(conn, sorted({row.client_id for row in rows if row.client_id is not None}))
    paths, names = shoots.folder_paths(conn, ids), participant_names(conn, ids)
    words = {}
    for row in rows:
        files = shoots.file_names(conn, row.id)
        # Here they are at hand.
        ask_about_files(conn, row.id, stores, files, now)
        words[row.id] = shoot_words(
            row.client,
            spellings.get(row.client_id, []) if row.client_id is not None else [],
            row.title,
            paths.get(row.id, []),
            names.get(row.id, []),
            files,
        )
    return words
