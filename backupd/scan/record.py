"""The one writer: what was found goes into the index in batches, each a transaction.

A folder's mark is written in the same transaction as the last of its files, never earlier: whatever is interrupted is
looked at again. What was recorded is never read again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from adapters.records import Entry
from backupd.reading.records import ListReading, MediaReading
from backupd.scan import people
from backupd.scan.compare import name_of
from backupd.scan.settled import subject_of
from index import copies, folders, shoots
from index.contents import record_contents
from index.engine import Index
from index.records import CopyRow, CopyState, NewContent, NewCopy
from index.review import Question, ask, open_subjects, withdraw

_BATCH_ROWS = 4000
_BATCH_SECONDS = 2.0
_KINDS = {"photo": "p", "video": "v", "sidecar": "s", "other": "o"}


@dataclass(slots=True)
class FolderTask:
    """A folder whose files are being recorded; `waiting` of them are still out."""

    id: int
    path: str
    identity: str
    mark: bytes
    waiting: int = 0
    whole: bool = True
    listed: bool = False
    has_gone: bool = False


@dataclass(frozen=True, slots=True)
class Bytes:
    """What one pass over a file's bytes gave, with what they say about themselves."""

    sha256: bytes
    dropbox_hash: bytes | None
    md5: bytes | None
    media: MediaReading
    listing: ListReading | None


@dataclass(slots=True)
class _Batch:
    found: list[tuple[FolderTask, Entry, CopyRow | None, Bytes]] = field(default_factory=list)
    linked: list[tuple[FolderTask, Entry, CopyRow]] = field(default_factory=list)
    moved: list[tuple[FolderTask, Entry, CopyRow]] = field(default_factory=list)
    back: list[tuple[FolderTask, Entry, CopyRow]] = field(default_factory=list)
    unread: list[tuple[FolderTask, Entry, CopyRow | None]] = field(default_factory=list)
    aside: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    done: list[FolderTask] = field(default_factory=list)
    questions: list[tuple[Entry, FolderTask, str]] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)

    def rows(self) -> int:
        return len(self.found) + len(self.linked) + len(self.moved) + len(self.back) + len(self.unread) + len(self.done)


class Recorder:
    """Gathers what was found in one store and writes it. `check` must raise if the store can no longer be believed.

    `prepare` is called once before anything is written: what lies in new folders is already being read meanwhile.
    """

    def __init__(
        self,
        index: Index,
        store_id: int,
        store_name: str,
        now: Callable[[], int],
        check: Callable[[], object],
        prepare: Callable[[], object] = lambda: None,
    ):
        self._index = index
        self._store_id = store_id
        self._store_name = store_name
        self._now = now
        self._check = check
        self._prepare: Callable[[], object] | None = prepare
        self._batch = _Batch()
        self._flushed_at = time.monotonic()
        self._cameras: dict[tuple[str, str], int] = {}
        with index.read() as conn:
            self._next_copy, self._next_content = copies.next_ids(conn)
            self._asked = open_subjects(conn, "file", store_id)

    def found(self, task: FolderTask, entry: Entry, row: CopyRow | None, read: Bytes) -> None:
        """A file's bytes are known now."""
        self._batch.found.append((task, entry, row, read))
        self._file_done(task)

    def linked(self, task: FolderTask, entry: Entry, like: CopyRow) -> None:
        """A second name of a file that is known already."""
        self._batch.linked.append((task, entry, like))
        self._file_done(task)

    def moved(self, task: FolderTask, entry: Entry, row: CopyRow, occupant: CopyRow | None) -> None:
        """A known file lies here now; `occupant` is what was recorded at this name before."""
        self._batch.moved.append((task, entry, row))
        self.aside(occupant, row)
        self._file_done(task)

    def aside(self, occupant: CopyRow | None, row: CopyRow | None = None) -> None:
        """Another file has taken the place of `occupant`."""
        if occupant is not None and (row is None or occupant.id != row.id):
            self._batch.aside.append(occupant.id)

    def back(self, task: FolderTask, entry: Entry, row: CopyRow) -> None:
        """A missing file lies there again, just as it was."""
        self._batch.back.append((task, entry, row))
        self._file_done(task)

    def unread(self, task: FolderTask, entry: Entry, row: CopyRow | None, reason: str) -> None:
        """A file is there but could not be read: it is asked about, and looked at again next time."""
        self._batch.unread.append((task, entry, row))
        self._batch.questions.append((entry, task, reason))
        task.whole = False
        self._file_done(task)

    def skipped(self, task: FolderTask) -> None:
        """A file was changing or has vanished meanwhile: nothing is recorded, the next run looks again."""
        task.whole = False
        self._file_done(task)

    def question(self, task: FolderTask, entry: Entry, reason: str) -> None:
        """Something about a file must be seen by a person; its bytes are known all the same."""
        self._batch.questions.append((entry, task, reason))

    def fine(self, entry: Entry) -> None:
        """Nothing about this file needs a person any more."""
        if self._asked and subject_of(self._store_name, entry.path) in self._asked:
            self._batch.settled.append(entry.path)

    def listed(self, task: FolderTask) -> None:
        """All files of the folder have been handed out."""
        task.listed = True
        self._folder_done(task)

    def flush(self) -> None:
        """Write everything gathered, if the store can still be believed."""
        batch, self._batch = self._batch, _Batch()
        self._flushed_at = time.monotonic()
        if not batch.rows():
            return
        self._check()
        self.prepare()
        with self._index.write() as conn:
            now = self._now()
            ids = self._contents(conn, batch, now)
            copies.set_copies_aside(conn, batch.aside)
            added, changed = self._copies(batch, ids, now)
            copies.add_copies(conn, added)
            copies.change_copies(conn, changed)
            shoots.mark_stale(conn, sorted(batch.touched))
            by_place = {(row.folder_id, row.name): row.id for row in (*added, *changed)}
            self._lists(conn, batch, by_place)
            self._questions(conn, batch, by_place, now)
            folders.record_marks(
                conn,
                ((task.id, task.identity, task.mark if task.whole and not task.has_gone else None) for task in batch.done),
            )

    def prepare(self) -> None:
        """Do now what must be done before anything is written; nothing where it was done before."""
        prepare, self._prepare = self._prepare, None
        if prepare is not None:
            prepare()

    def _file_done(self, task: FolderTask) -> None:
        task.waiting -= 1
        self._batch.touched.add(task.id)
        self._folder_done(task)

    def _folder_done(self, task: FolderTask) -> None:
        if task.listed and task.waiting == 0:
            self._batch.done.append(task)
        if self._batch.rows() >= _BATCH_ROWS or time.monotonic() - self._flushed_at > _BATCH_SECONDS:
            self.flush()

    def _contents(self, conn: Connection, batch: _Batch, now: int) -> dict[bytes, int]:
        reads = {read.sha256: (entry, read) for _, entry, _, read in batch.found}
        wanted = [self._content(conn, entry, read, now) for entry, read in reads.values()]
        ids, self._next_content = record_contents(conn, wanted, self._next_content)
        return dict(zip(reads, ids, strict=True))

    def _content(self, conn: Connection, entry: Entry, read: Bytes, now: int) -> NewContent:
        media = read.media
        return NewContent(
            id=0,
            size=entry.size,
            sha256=read.sha256,
            dropbox_hash=read.dropbox_hash,
            md5=read.md5,
            kind="l" if read.listing is not None else _KINDS[media.kind],
            captured_at=media.captured_at.replace(tzinfo=None).isoformat(timespec="seconds") if media.captured_at else None,
            offset_minutes=media.offset_minutes,
            camera_id=self._camera(conn, media.make or "", media.model or ""),
            width=media.width,
            height=media.height,
            duration_ms=None if media.duration_s is None else round(media.duration_s * 1000),
            first_seen_at=now,
        )

    def _camera(self, conn: Connection, make: str, model: str) -> int | None:
        if not make and not model:
            return None
        if (make, model) not in self._cameras:
            self._cameras[make, model] = copies.camera_id(conn, make, model)
        return self._cameras[make, model]

    def _copies(self, batch: _Batch, ids: dict[bytes, int], now: int) -> tuple[list[NewCopy], list[NewCopy]]:
        added: list[NewCopy] = []
        changed: list[NewCopy] = []

        def put(
            task: FolderTask,
            entry: Entry,
            row: CopyRow | None,
            content: int | None,
            state: CopyState,
            by: str | None,
            at: int | None,
        ) -> None:
            id = row.id if row else self._next_copy
            if row is None:
                self._next_copy += 1
            copy = NewCopy(
                id,
                task.id,
                name_of(entry.path),
                content,
                entry.size,
                entry.modified_ns,
                entry.identity,
                None,
                state,
                by,
                at,
            )
            (changed if row else added).append(copy)

        for task, entry, row, read in batch.found:
            put(task, entry, row, ids[read.sha256], "p", "h", now)
        for task, entry, like in batch.linked:
            put(task, entry, None, like.content_id, "p", like.known_by, like.known_at)
        for task, entry, known in (*batch.moved, *batch.back):
            put(task, entry, known, known.content_id, "p", known.known_by, known.known_at)
        for task, entry, row in batch.unread:
            put(task, entry, row, None, "u", None, None)
        return added, changed

    def _lists(self, conn: Connection, batch: _Batch, ids: dict[tuple[int, str], int]) -> None:
        for task, entry, row, read in batch.found:
            copy_id = ids[task.id, name_of(entry.path)]
            if read.listing is not None:
                people.record_reading(conn, copy_id, task.id, read.listing)
            elif row is not None:
                people.forget_reading(conn, copy_id)
        for task, entry, _ in batch.moved:
            people.follow_file(conn, ids[task.id, name_of(entry.path)], task.id)

    def _questions(self, conn: Connection, batch: _Batch, ids: dict[tuple[int, str], int], now: int) -> None:
        for path in batch.settled:
            withdraw(conn, "file", subject_of(self._store_name, path))
        for entry, task, reason in batch.questions:
            ask(
                conn,
                Question(
                    kind="file",
                    subject=subject_of(self._store_name, entry.path),
                    reason=reason,
                    store_id=self._store_id,
                    folder_id=task.id,
                    copy_id=ids.get((task.id, name_of(entry.path))),
                ),
                now,
            )
