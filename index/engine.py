"""Opening the index: settings of the database, transactions, versions, the turn to write.

Every transaction is begun by us: Python's SQLite driver opens none before DDL, so a failed migration would half stay.
Readers see the last commit and never wait (write-ahead log); there is one writer at a time.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, NoSuchModuleError, OperationalError

from index.errors import IndexAbsent, IndexBusy, IndexDamaged, IndexFailure, IndexTooNew
from index.place import database_file, parsed_url
from index.read_only import DISK_FULL, FREE_SPACE, as_uri, is_full, read_only_options, why_not_written
from index.turn import writer_turn

logger = logging.getLogger(__name__)

REVISION = "0014"
"""The newest schema revision; a test holds it equal to the migrations' head."""

_BUSY_SECONDS = 30
_USUAL = ("cache_size = -32768", "wal_autocheckpoint = 1000", "journal_size_limit = 16777216")
_ROOMY = ("cache_size = -131072", "wal_autocheckpoint = 16384")
_DAMAGE = ("malformed", "not a database", "disk image", "database corruption", "file is encrypted")
_RESTORE = "It is left as it is. See: 'backupd restore-index --list'; where no backup is good: 'backupd index --rebuild'"


class Index:
    """An open index. Use `read()` and `write()`; each is one transaction, committed only if its block ends well.

    While it is `roomy` they may hold more of the database in memory, and leave more in the log ahead: for many that
    follow each other and reach all over it.
    """

    def __init__(self, engine: Engine, place: str, *, read_only: bool = False) -> None:
        self.engine = engine
        self.place = place
        self.read_only = read_only
        self.roomy = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the index and never waits for a writer."""
        with _translated(self.place), self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that has the turn to write from its first moment. Raises IndexBusy after half a minute."""
        with _translated(self.place), self.engine.connect() as conn:
            conn = conn.execution_options(backupd_write=True)
            if self.engine.dialect.name == "sqlite":
                _give_room(conn, self.roomy)
            with conn.begin():
                yield conn

    def truncate_log(self) -> None:
        """Write the log ahead into the file and cut it off: what was taken out is then not readable in it either."""
        if self.engine.dialect.name == "sqlite":
            raw = self.engine.raw_connection()
            try:
                # Within a transaction SQLite would refuse it.
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()

    def rewrite(self) -> bool:
        """Write the database anew, so that nothing which was taken out of it is left in it; False where it has to wait.

        Overwriting what is deleted is not enough: where SQLite parts or joins pages, what moved stays in their unused
        middle. It takes as much room again for a moment, and as long as a read and a write of the whole file.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM")
        except sqlite3.OperationalError as err:
            # Somebody else is at it, or the disk has no room: it is tried again with the next one.
            logger.warning("index not written anew reason=%s", "busy" if "lock" in str(err) else "no room")
            return False
        finally:
            raw.close()
        self.truncate_log()
        return True

    def close(self) -> None:
        """End all connections."""
        self.engine.dispose()


def open_index(url: str, *, create: bool = False) -> Index:
    """Open the index at `url`, bringing an older one up to date.

    With `create`, an absent one is made, else IndexAbsent. One that may not be written is opened to be read. Raises
    IndexTooNew, IndexDamaged, IndexBusy, IndexFailure.
    """
    engine, place, path = _engine(url)
    index = Index(engine, place, read_only=engine.url.query.get("mode") == "ro")
    if path is not None:
        _look_at_file(path, place, create)
    with _translated(place):
        found = _revision(index)
    if found != REVISION:
        if index.read_only:
            said = "an earlier backupd wrote it, and it cannot be written now"
            raise IndexFailure(place, said, "Run 'backupd index' where it can")
        from index.migrate import upgrade

        upgrade(index, path, found)
    return index


def quick_check(index: Index) -> None:
    """Read the whole file and raise IndexDamaged if its structure is broken. Costs a read of the file."""
    if index.engine.dialect.name != "sqlite":
        return
    with index.read() as conn:
        answer = conn.execute(text("PRAGMA quick_check(1)")).scalar()
    if answer != "ok":
        raise IndexDamaged(index.place, f"the index is damaged ({answer})", _RESTORE)


def _engine(url: str) -> tuple[Engine, str, Path | None]:
    parsed = parsed_url(url)
    path = database_file(url)
    place = str(path) if path else parsed.render_as_string(hide_password=True)
    options = read_only_options(path, place) if path else None
    if path and options:
        parsed = parsed.set(database=as_uri(path), query=options)
    try:
        engine = create_engine(parsed)
    except (NoSuchModuleError, ModuleNotFoundError) as err:
        raise IndexFailure(place, f"the driver for this database is not installed ({err})", "Install it with pip") from err
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect if options is None else _on_connect_to_read)
        event.listen(engine, "begin", _on_begin)
    return engine, place, path


def _give_room(conn: Connection, roomy: bool) -> None:
    if conn.info.get("backupd_roomy", False) == roomy:
        return
    for pragma in _ROOMY if roomy else _USUAL:
        # Beneath SQLAlchemy, which would begin a transaction first.
        conn.connection.driver_connection.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]
    conn.info["backupd_roomy"] = roomy


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        # FULL, not the usual NORMAL: NORMAL loses acknowledged commits in a power cut.
        "synchronous = FULL",
        "foreign_keys = ON",
        # An erased name must not stay readable in freed pages.
        "secure_delete = ON",
        "temp_store = MEMORY",
        "cache_size = -32768",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _on_connect_to_read(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout = 5000", "query_only = ON", "temp_store = MEMORY", "cache_size = -32768"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("backupd_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _look_at_file(path: Path, place: str, create: bool) -> None:
    if path.exists():
        if not path.is_file():
            raise IndexDamaged(place, "this is not a file", "Name another file in [index] url")
        with path.open("rb") as file:
            head = file.read(16)
        if head and head != b"SQLite format 3\0":
            raise IndexDamaged(place, "this file is not an index", _RESTORE)
        return
    if not create:
        raise IndexAbsent(place, "there is no index yet", "Run 'backupd index' to make it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The names of people lie in it: no other account may read it.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as err:
        raise IndexFailure(place, f"it cannot be made here ({err.strerror})", "Choose a folder you may write to") from err


def _revision(index: Index) -> str | None:
    """Return the schema revision written in the database, or None for an empty one. Raises IndexTooNew."""
    with index.read() as conn:
        if not index.engine.dialect.has_table(conn, "alembic_version"):
            return None
        found = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


@contextmanager
def _translated(place: str) -> Iterator[None]:
    try:
        yield
    except OperationalError as err:
        reason = str(err.orig)
        if "locked" in reason or "busy" in reason:
            raise IndexBusy(place, "another command is writing", "Try again in a moment") from err
        if "readonly" in reason:
            raise IndexFailure(place, *why_not_written(Path(place))) from err
        if "full" in reason or ("disk I/O" in reason and is_full(Path(place).parent)):
            raise IndexFailure(place, DISK_FULL, FREE_SPACE) from err
        if any(word in reason for word in _DAMAGE):
            raise IndexDamaged(place, f"the index is damaged ({reason})", _RESTORE) from err
        raise IndexFailure(place, f"the database said: {reason}", "Check the disk and its rights, then try again") from err
    except DatabaseError as err:
        if any(word in str(err.orig) for word in _DAMAGE):
            raise IndexDamaged(place, f"the index is damaged ({err.orig})", _RESTORE) from err
        raise


__all__ = ["REVISION", "Index", "IndexTooNew", "database_file", "open_index", "quick_check", "writer_turn"]
