"""One store from beginning to end: look, place, compare, read, record, conclude."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from adapters.base import Store
from adapters.errors import NotFound, NotOurStore, StoreError
from adapters.records import Entry, FolderMark, Listing
from backupd.reading.participants import looks_like_list
from backupd.reading.records import MediaReading
from backupd.scan.compare import Difference, compare_folder, name_of
from backupd.scan.doubt import forget_doubt, may_conclude
from backupd.scan.moves import match_files, moved_folders
from backupd.scan.record import Bytes, FolderTask, Recorder
from backupd.scan.rules import Rules
from backupd.scan.settled import subject_of
from backupd.scan.summary import Progress, Summary
from backupd.scan.walk import Look, is_below, look
from backupd.workers.pool import Job, ReadPool, Result
from index import contents, copies, folders, review
from index.engine import Index
from index.records import CopyRow, FolderRow, StoreRow


@dataclass(slots=True)
class _Out:
    """A file that is being read."""

    task: FolderTask
    entry: Entry
    row: CopyRow | None


@dataclass(slots=True)
class WalkRun:
    """Brings the index up to date with one store that can be walked. Use once."""

    index: Index
    store: Store
    row: StoreRow
    rules: Rules
    now: Callable[[], int]
    progress: Progress
    place: Callable[[], object]
    pool: ReadPool
    summary: Summary
    ripe: Callable[[FolderMark], bool] = lambda _: True
    gone: set[int] = field(default_factory=set)
    alive: set[int] = field(default_factory=set)
    deferred: list[FolderTask] = field(default_factory=list)
    out: dict[int, _Out] = field(default_factory=dict)
    _serial: int = 0
    _is_first: bool = False
    _md5_sizes: set[int] = field(default_factory=set)
    _totals: tuple[int, int] = (0, 0)
    _passing: int = 0

    def run(self, marks: Iterator[FolderMark]) -> None:
        """Compare, read and record. Raises StoreError if the store cannot be believed (any more)."""
        with self.index.read() as conn:
            known = folders.folders_of(conn, self.row.id)
            self._md5_sizes = contents.sizes_of_only_md5(conn)
            self._is_first = not copies.has_any(conn, self.row.id)
        if self.rules.full:
            known = {path: _without_mark(row) for path, row in known.items()}
        found = look(marks, known, self.progress)
        self.store.check()
        self.summary.counts.folders, self.summary.counts.files = found.folders, found.files
        for path, reason in found.unseen.items():
            self.summary.trouble(path, reason)
        self._take_in(found, known)
        self._conclude(found)

    def run_part(self, marks: Iterator[FolderMark], known: dict[str, FolderRow], elsewhere: list[FolderRow]) -> None:
        """Compare, read and record only these folders. Nothing is concluded from what is not there.

        `known` are the rows of the part; `elsewhere` are rows of folders that no longer lie where they were, and that
        may have been moved here.
        """
        with self.index.read() as conn:
            self._md5_sizes = contents.sizes_of_only_md5(conn)
            self._is_first = not copies.has_any(conn, self.row.id)
        found = look(marks, known, self.progress)
        found.gone += elsewhere
        self.store.check()
        self.summary.counts.folders, self.summary.counts.files = found.folders, found.files
        for path, reason in found.unseen.items():
            self.summary.trouble(path, reason)
        self._take_in(found, {row.path: row for row in elsewhere} | known)
        self.store.check()
        self.summary.outcome = "partial"

    def _take_in(self, found: Look, known: dict[str, FolderRow]) -> None:
        tasks = self._settle_folders(found, known)
        self._totals = (sum(mark.files for mark, _ in tasks), sum(mark.bytes for mark, _ in tasks))
        self.pool.warm(self._totals[0])
        self._read(tasks)

    def _settle_folders(self, found: Look, known: dict[str, FolderRow]) -> list[tuple[FolderMark, FolderRow]]:
        """Write new and moved folders; return the changed ones with their rows, parents first."""
        moved = moved_folders(found.fresh, found.gone, self._holds_files_of)
        moved_ids = {row.id for row in moved.values()}
        found.gone = [row for row in found.gone if row.id not in moved_ids]
        changed: list[tuple[FolderMark, FolderRow]] = []
        added: list[FolderRow] = []
        with self.index.write() as conn:
            id = folders.next_folder_id(conn)
            folders.set_aside(conn, self.row.id, [path for path in moved if path in known])
            for mark in sorted(found.changed, key=lambda mark: mark.path):
                row = known.get(mark.path)
                if mark.path in moved:
                    old = moved[mark.path]
                    folders.record_moved(conn, old.id, mark.path)
                    self.summary.counts.moved_folders += 1
                    self._follow(conn, old.path, mark.path)
                    row = FolderRow(old.id, mark.path, old.identity, old.mark, True, old.files)
                    if old.mark == mark.mark:
                        continue
                if not self.ripe(mark):
                    self.summary.counts.unsettled += mark.files
                    if row is None:
                        # Known from now on, since folders below it may be at rest; its files are not counted yet.
                        added.append(FolderRow(id, mark.path, mark.identity, None, True, 0))
                        id += 1
                    continue
                if row is None:
                    row = FolderRow(id, mark.path, mark.identity, None, True, mark.files)
                    added.append(row)
                    id += 1
                changed.append((mark, row))
            folders.add_folders(conn, self.row.id, added)
            counts = [(row.id, mark.files) for mark, row in changed if row.files != mark.files]
            folders.record_file_counts(conn, counts)
        return changed

    def _follow(self, conn: Connection, old: str, new: str) -> None:
        for kind in ("folder", "date"):
            review.rename_subject(conn, kind, subject_of(self.row.name, old), subject_of(self.row.name, new))

    def _holds_files_of(self, mark: FolderMark, row: FolderRow) -> bool:
        try:
            entries = self.store.list_folder(mark.path).entries
        except StoreError:
            return False
        with self.index.read() as conn:
            rows = copies.copies_in(conn, row.id)
        matches = match_files(((entry, None) for entry in entries), ((known, row.path) for known in rows.values()))
        return bool(matches)

    def _read(self, tasks: list[tuple[FolderMark, FolderRow]]) -> None:
        recorder = Recorder(self.index, self.row.id, self.row.name, self.now, self.store.check, self.place)
        self.pool.on_bytes = self._heed
        try:
            for result in self.pool.run(self._jobs(tasks, recorder)):
                self._take(result, recorder)
            recorder.prepare()
        finally:
            # What has been read is kept, whatever ended the run; unless the store itself can't be believed.
            recorder.flush()

    def _jobs(self, tasks: list[tuple[FolderMark, FolderRow]], recorder: Recorder) -> Iterator[Job]:
        for mark, row in tasks:
            try:
                listing = self.store.list_folder(mark.path)
            except NotFound:
                continue
            except NotOurStore:
                raise
            except StoreError as err:
                self.summary.trouble(mark.path, err.detail or type(err).__name__)
                continue
            yield from self._folder_jobs(listing, row, recorder)

    def _folder_jobs(self, listing: Listing, row: FolderRow, recorder: Recorder) -> Iterator[Job]:
        for problem in listing.problems:
            self.summary.trouble(problem.path, problem.reason)
        rows: dict[str, CopyRow] = {}
        if not self._is_first:
            with self.index.read() as conn:
                rows = copies.copies_in(conn, row.id)
        difference = compare_folder(listing.entries, rows)
        task = FolderTask(row.id, listing.path, listing.identity, listing.mark)
        task.waiting = len(difference.unread) + len(difference.back)
        if difference.gone:
            task.has_gone = True
            self.gone.update(known.id for known in difference.gone)
            self.deferred.append(task)
        for entry, known in difference.back:
            self.summary.counts.back += 1
            recorder.back(task, entry, known)
        for entry, row_there in self._not_moved(task, difference, rows, recorder):
            self._serial += 1
            self.out[self._serial] = _Out(task, entry, row_there)
            yield self._job(entry)
        recorder.listed(task)

    def _not_moved(
        self, task: FolderTask, difference: Difference, rows: dict[str, CopyRow], recorder: Recorder
    ) -> Iterator[tuple[Entry, CopyRow | None]]:
        identities = [entry.identity for entry, _ in difference.unread if entry.identity]
        known: list[tuple[CopyRow, str]] = []
        if not self._is_first:
            with self.index.read() as conn:
                known = copies.copies_by_identity(conn, self.row.id, identities)
        matches = match_files(difference.unread, known) if known else {}
        for entry, row in difference.unread:
            like = self._same_file(entry, matches.get(entry.path, ()))
            if like is None:
                yield entry, row
            elif like[1] and row is None and not self._is_list(entry):
                recorder.linked(task, entry, like[0])
            elif like[1]:
                yield entry, row
            else:
                self.summary.counts.moved += 1
                self.alive.add(like[0].id)
                if row is not None and row.id != like[0].id and row.state != "m":
                    self.gone.add(row.id)
                recorder.moved(task, entry, like[0], rows.get(name_of(entry.path)))

    def _same_file(self, entry: Entry, candidates: list[tuple[CopyRow, str]] | tuple[()]) -> tuple[CopyRow, bool] | None:
        """Return the row that is this very file, and whether it still lies at its old place as well (a hard link)."""
        for row, folder in candidates:
            if row.id in self.alive:
                continue
            old = f"{folder}/{row.name}" if folder else row.name
            if old == entry.path:
                continue
            try:
                there = self.store.stat(old)
            except NotFound:
                return row, False
            except StoreError:
                continue
            return row, there.identity == entry.identity
        return None

    def _is_list(self, entry: Entry) -> bool:
        names = self.rules.list_names
        return looks_like_list(name_of(entry.path), names)

    def _job(self, entry: Entry) -> Job:
        return Job(
            key=self._serial,
            path=entry.path,
            size=entry.size,
            md5=self.rules.want_md5 or entry.size in self._md5_sizes,
            participants=self._is_list(entry),
            today=self.rules.today,
        )

    def _take(self, result: Result, recorder: Recorder) -> None:
        out = self.out.pop(result.key)
        counts = self.summary.counts
        counts.read_files += 1
        counts.read_bytes += result.bytes_read
        if result.status == "ok":
            assert result.sha256 is not None
            entry = Entry(out.entry.path, out.entry.ref, result.size, out.entry.version, str(result.inode), result.mtime_ns)
            if out.row is None:
                counts.new += 1
            else:
                counts.changed += 1
            read = Bytes(result.sha256, result.dropbox_hash, result.md5, result.media or MediaReading(), result.participants)
            for reason in result.problems:
                self.summary.trouble(entry.path, reason)
                recorder.question(out.task, entry, reason)
            if not result.problems:
                recorder.fine(entry)
            recorder.found(out.task, entry, out.row, read)
        elif result.status == "unreadable":
            counts.unread += 1
            self.summary.trouble(out.entry.path, result.reason)
            recorder.unread(out.task, out.entry, out.row, result.reason)
        else:
            counts.unsettled += 1
            if result.status == "changed":
                self.summary.trouble(out.entry.path, "it was being written while it was read; the next run reads it again")
            recorder.skipped(out.task)
        self._passing = max(0, self._passing - result.bytes_read)
        self._heed(0)

    def _heed(self, count: int) -> None:
        """Tell how far it is, large files that are still being read included."""
        self._passing += count
        counts = self.summary.counts
        self.progress.reading(counts.read_files, counts.read_bytes + self._passing, *self._totals)

    def _conclude(self, found: Look) -> None:
        """Say what is gone, if the store is still to be believed and not too much has gone at once."""
        self.store.check()
        away = [row for row in found.gone if not is_below(row.path, found.unseen)]
        with self.index.read() as conn:
            self.gone.update(copies.present_ids_in(conn, [row.id for row in away]))
        absent = sorted(self.gone - self.alive)
        if not absent and not away and not self.deferred:
            self.summary.outcome = "complete"
            forget_doubt(self.index, self.row)
            return
        with self.index.write() as conn:
            now = self.now()
            if not may_conclude(conn, self.row, len(absent), self.rules.vanish_share, self.summary, now):
                return
            copies.record_missing(conn, absent, now)
            folders.record_absent(conn, [row.id for row in away])
            whole = [task for task in self.deferred if task.whole]
            folders.record_marks(conn, [(task.id, task.identity, task.mark) for task in whole])
        self.summary.counts.missing = len(absent)
        self.summary.outcome = "complete"


def _without_mark(row: FolderRow) -> FolderRow:
    return FolderRow(row.id, row.path, row.identity, None, row.present, row.files)
