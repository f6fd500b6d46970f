"""Participant lists that exist only in a cloud: the one thing that is downloaded to be indexed, for it is small.

A list is held in memory, never in a file, and read by a worker process within the limits that hold for any file. What
came is hashed there: it is taken only if it has the hash that the store attests.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from adapters.base import Store
from adapters.errors import Corrupt, NotFound, Refused, StoreError
from backupd.scan import people
from backupd.scan.rules import Rules
from backupd.scan.settled import subject_of
from backupd.scan.summary import Summary
from backupd.workers.pool import Job, ReadPool, Result
from index import contents, copies, feeds, shoots
from index.engine import Index
from index.feeds import UnreadList
from index.records import NewContent, StoreRow
from index.review import Question, ask, withdraw

MOST_BYTES = 8 * 1024 * 1024
"""No list of a shoot's people is larger; what is called a list and is would only cost a download."""


def read_lists(index: Index, store: Store, row: StoreRow, rules: Rules, now: Callable[[], int], summary: Summary) -> None:
    """Read every list of the store that nobody has read. Raises StoreError if the store can't be asked any more."""
    with index.read() as conn:
        unread = feeds.unread_lists(conn, row.id)
    if not unread:
        return
    with _holder() as (held, pool):
        for number, each in enumerate(unread):
            reason = (
                _hold(store, each, held, summary) if each.size <= MOST_BYTES else "it is too large for a participant list"
            )
            if reason is None:
                job = Job(number, each.path, each.size, md5=True, participants=True, today=rules.today, held=True)
                result = next(iter(pool.run([job])))
                reason = _record(index, row, each, result, now(), summary)
            if reason is not None:
                summary.trouble(each.path, reason)
                with index.write() as conn:
                    ask(conn, _question(row, each, reason), now())
        os.ftruncate(held, 0)


@contextmanager
def _holder() -> Iterator[tuple[int, ReadPool]]:
    """Give a place in memory that a worker can read, and the worker."""
    held = os.memfd_create("backupd-list", os.MFD_CLOEXEC)
    try:
        with ReadPool(os.dup(held), workers=1) as pool:
            yield held, pool
    finally:
        os.close(held)


def _hold(store: Store, each: UnreadList, held: int, summary: Summary) -> str | None:
    """Fetch a list's bytes; return why they could not be had."""
    os.ftruncate(held, 0)
    size = 0
    try:
        with store.read(each.ref) as chunks:
            for chunk in chunks:
                size += len(chunk)
                if size > MOST_BYTES:
                    return "it is too large for a participant list"
                os.pwrite(held, chunk, size - len(chunk))
    except NotFound:
        # It went meanwhile; the feed will say so.
        return "it was gone when it was to be read; the next run looks again"
    except (Refused, Corrupt) as err:
        return err.detail or "the store does not give its bytes"
    except StoreError:
        raise
    summary.counts.read_bytes += size
    return None


def _record(index: Index, row: StoreRow, each: UnreadList, result: Result, now: int, summary: Summary) -> str | None:
    """Write what a list says; return why it could not be read."""
    if result.status != "ok" or result.sha256 is None or result.participants is None:
        return result.reason or "it could not be read as a list"
    summary.counts.read_files += 1
    with index.write() as conn:
        if not _is_attested(conn, each, result):
            return "its bytes are not those that the store lists; the next run looks again"
        _, next_content = copies.next_ids(conn)
        ids, _ = contents.record_contents(conn, [_content(result, now)], next_content)
        feeds.record_read(conn, each.copy_id, ids[0], now)
        people.record_reading(conn, each.copy_id, each.folder_id, result.participants)
        shoots.mark_stale(conn, [each.folder_id])
        for reason in result.problems:
            summary.trouble(each.path, reason)
            ask(conn, _question(row, each, reason), now)
        if not result.problems:
            withdraw(conn, "file", subject_of(row.name, each.path))
    return None


def _is_attested(conn: Connection, each: UnreadList, result: Result) -> bool:
    known = contents.hashes_of_copy(conn, each.copy_id)
    made = {"sha256": result.sha256, "dropbox_hash": result.dropbox_hash, "md5": result.md5}
    return all(value is None or value == made[name] for name, value in known.items())


def _content(result: Result, now: int) -> NewContent:
    return NewContent(
        id=0,
        size=result.size,
        sha256=result.sha256,
        dropbox_hash=result.dropbox_hash,
        md5=result.md5,
        kind="l",
        captured_at=None,
        offset_minutes=None,
        camera_id=None,
        width=None,
        height=None,
        duration_ms=None,
        first_seen_at=now,
    )


def _question(row: StoreRow, each: UnreadList, reason: str) -> Question:
    return Question(
        kind="file",
        subject=subject_of(row.name, each.path),
        reason=reason,
        store_id=row.id,
        folder_id=each.folder_id,
        copy_id=each.copy_id,
    )
