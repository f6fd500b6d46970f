"""Stores and the scans that brought them up to date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update

from index.copies import is_removed
from index.records import StoreRow, StoreTotals
from index.schema import copy, cursor, folder, meta, scan, store

_LAST_WORD = "last word of store "
_EVENTS_LOST = "events lost of store "
_CLOCK = "clock"
_GAP_SECONDS, _OFTEN_SECONDS = 14 * 86_400, 3600


@dataclass(frozen=True, slots=True)
class LastWord:
    """Since when a store has been in its state, in seconds since 1970, and the mend."""

    since: int | None
    mend: str | None


@dataclass(frozen=True, slots=True)
class ClockNotes:
    """What is noted of this machine's clock, in seconds since 1970.

    `seen_at` is the newest time that was recorded, to the hour; `gap_from` the last one before a gap of more than two
    weeks: after it the clock may have jumped. `confirmed_at` is when a named person last said that it is right.
    """

    seen_at: int | None = None
    gap_from: int | None = None
    confirmed_at: int | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class EventsLost:
    """When events of a store were last lost, in seconds since 1970, and how often so far."""

    at: int
    times: int


def find_store(conn: Connection, name: str) -> StoreRow | None:
    """Return the store of that name, or None."""
    row = conn.execute(select(store).where(store.c.name == name)).first()
    return _store(row) if row else None


def find_store_by_marker(conn: Connection, marker: str) -> StoreRow | None:
    """Return the store that has this marker, or None."""
    row = conn.execute(select(store).where(store.c.marker == marker)).first()
    return _store(row) if row else None


def list_stores(conn: Connection) -> list[StoreRow]:
    """Return all stores ever known, in the order in which they were first met."""
    return [_store(row) for row in conn.execute(select(store).order_by(store.c.id))]


def record_store(
    conn: Connection, name: str, kind: str, *, now: int | None = None, mend: str | None = None, **values: Any
) -> StoreRow:
    """Write what is known of a store now, and return it.

    With a `state` goes when (`now`), from which it is known since when it has been so, and what a person can do (`mend`).
    """
    if values.get("heard_at") is not None:
        _note_instant(conn, values["heard_at"])
    known = find_store(conn, name)
    if known is None:
        conn.execute(insert(store).values(name=name, kind=kind, **{"state": "new", **values}))
    else:
        conn.execute(update(store).where(store.c.id == known.id).values(kind=kind, **values))
    written = find_store(conn, name)
    assert written is not None
    if "state" in values:
        _record_last_word(conn, written, None if known is None else known.state, now, mend)
    return written


def _record_last_word(conn: Connection, row: StoreRow, before: str | None, now: int | None, mend: str | None) -> None:
    since = find_last_word(conn, row.id).since if before == row.state else now
    set_meta(conn, f"{_LAST_WORD}{row.id}", json.dumps({"since": since, "mend": mend}))


def find_last_word(conn: Connection, store_id: int) -> LastWord:
    """Return since when a store has been in its state, and what a person can do about it; None where it isn't known."""
    said = json.loads(get_meta(conn, f"{_LAST_WORD}{store_id}") or "{}")
    return LastWord(said.get("since"), said.get("mend"))


def record_events_lost(conn: Connection, store_id: int, now: int) -> None:
    """Write that the kernel has dropped events of a watched store just now."""
    before = find_events_lost(conn, store_id)
    set_meta(conn, f"{_EVENTS_LOST}{store_id}", json.dumps({"at": now, "times": before.times + 1 if before else 1}))


def find_events_lost(conn: Connection, store_id: int) -> EventsLost | None:
    """Return when events of a store were last lost, and how often so far; None where none ever were."""
    said = get_meta(conn, f"{_EVENTS_LOST}{store_id}")
    return None if said is None else EventsLost(**json.loads(said))


def start_scan(conn: Connection, store_id: int, now: int) -> int:
    """Record that a scan began; return its id."""
    _note_instant(conn, now)
    result = conn.execute(insert(scan).values(store_id=store_id, started_at=now))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def end_scan(conn: Connection, scan_id: int, now: int, outcome: str, counts: Mapping[str, int]) -> None:
    """Record how a scan ended."""
    values = {"ended_at": now, "outcome": outcome, "counts": json.dumps(dict(counts))}
    conn.execute(update(scan).where(scan.c.id == scan_id).values(**values))


def find_clock_notes(conn: Connection) -> ClockNotes:
    """Return what is noted of the clock."""
    return ClockNotes(**json.loads(get_meta(conn, _CLOCK) or "{}"))


def confirm_clock(conn: Connection, now: int, by: str) -> None:
    """Write that a named person says that the clock is right at this moment: whatever it did before."""
    _write_clock(conn, ClockNotes(now, None, now, by))


def _note_instant(conn: Connection, now: int) -> None:
    notes = find_clock_notes(conn)
    if notes.seen_at is not None and now - notes.seen_at > _GAP_SECONDS:
        _write_clock(conn, replace(notes, seen_at=now, gap_from=notes.gap_from or notes.seen_at))
    elif notes.seen_at is None or now - notes.seen_at > _OFTEN_SECONDS:
        _write_clock(conn, replace(notes, seen_at=now))


def _write_clock(conn: Connection, notes: ClockNotes) -> None:
    set_meta(conn, _CLOCK, json.dumps({name: getattr(notes, name) for name in ClockNotes.__slots__}))


def find_cursor(conn: Connection, name: str) -> str | None:
    """Return the position that a store's feed was followed to, None before it was once followed to its end."""
    where = and_(store.c.name == name, cursor.c.complete == 1)
    value = conn.execute(select(cursor.c.value).join(store, store.c.id == cursor.c.store_id).where(where)).scalar()
    return None if value is None else str(value)


def newest_scan(conn: Connection) -> int:
    """Return the id of the newest scan of any store, 0 without one: it grows whenever somebody brings the index on."""
    return int(conn.execute(select(func.coalesce(func.max(scan.c.id), 0))).scalar_one())


def forget_scans(conn: Connection, before: int) -> None:
    """Take out the record of scans that ended before then, but for each store's newest of each outcome."""
    newest = select(func.max(scan.c.id)).group_by(scan.c.store_id, scan.c.outcome)
    conn.execute(delete(scan).where(and_(scan.c.ended_at < before, scan.c.id.not_in(newest))))


def was_cut_short(conn: Connection) -> bool:
    """True where the newest scan of any store never recorded its end: the process was killed or lost power."""
    newest = select(func.max(scan.c.id)).group_by(scan.c.store_id)
    unfinished = select(scan.c.id).where(and_(scan.c.id.in_(newest), scan.c.ended_at.is_(None)))
    return conn.execute(unfinished).first() is not None


def totals(conn: Connection) -> list[StoreTotals]:
    """Return each store with what it holds."""
    # By folder first: that is answered by `ix_copy_kept` alone, without a look at any file's row.
    there = (
        select(copy.c.folder_id, copy.c.state, func.count().label("files"), func.sum(copy.c.size).label("bytes"))
        .group_by(copy.c.folder_id, copy.c.state)
        .subquery()
    )
    query = (
        select(folder.c.store_id, there.c.state, func.sum(there.c.files), func.sum(there.c.bytes))
        .join(folder, folder.c.id == there.c.folder_id)
        .group_by(folder.c.store_id, there.c.state)
    )
    counts = {(store_id, state): (int(files), int(size)) for store_id, state, files, size in conn.execute(query)}
    ours = select(folder.c.store_id, func.count()).join(copy, copy.c.folder_id == folder.c.id)
    ours = ours.where(copy.c.removed_at.isnot(None), is_removed())
    removed: dict[int, int] = dict(conn.execute(ours.group_by(folder.c.store_id)).all())
    complete = select(scan.c.store_id, func.max(scan.c.ended_at)).where(scan.c.outcome == "complete")
    ended = dict(conn.execute(complete.group_by(scan.c.store_id)).all())
    answer = []
    for known in list_stores(conn):
        files, size = counts.get((known.id, "p"), (0, 0))
        gone, _ = counts.get((known.id, "m"), (0, 0))
        answer.append(StoreTotals(known, files, size, gone - removed.get(known.id, 0), ended.get(known.id)))
    return answer


def last_ended(conn: Connection) -> int | None:
    """Return when the last run of any store ended, by the clock of then; None where none ever did."""
    found = conn.execute(select(func.max(scan.c.ended_at))).scalar()
    return None if found is None else int(found)


# Made once: it is asked at every turn, and making it costs more than running it.
_NOTE = select(meta.c.value).where(meta.c.key == bindparam("note"))


def get_meta(conn: Connection, key: str) -> str | None:
    """Return a note that the index keeps about itself, or None."""
    value = conn.execute(_NOTE, {"note": key}).scalar()
    return None if value is None else str(value)


def set_meta(conn: Connection, key: str, value: str) -> None:
    """Write a note that the index keeps about itself."""
    if conn.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount == 0:
        conn.execute(insert(meta).values(key=key, value=value))


def _store(row: Row[Any]) -> StoreRow:
    return StoreRow(
        row.id, row.name, row.kind, row.marker, row.state, row.problem, row.heard_at, row.free_bytes, row.watching
    )
