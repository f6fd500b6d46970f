"""Bringing an older index up to date: one transaction a revision, a copy of the file first, newer ones refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from index.engine import Index
from index.errors import IndexTooNew

_MIGRATIONS = Path(__file__).parent / "migrations"


def script_directory() -> ScriptDirectory:
    """Return the released revisions."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def upgrade(index: Index, path: Path | None, found: str | None, *, target: str = "head") -> None:
    """Bring the index from revision `found` (None: empty) to `target`, all of it or nothing.

    An index that holds something is copied first, as FILE.before-REVISION. Raises IndexTooNew for an unknown revision.
    """
    scripts = script_directory()
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise IndexTooNew(
            index.place,
            f"this index was written by a newer backupd (revision {found})",
            "Install that version, or restore the backup made before it",
        )
    if found is not None and path is not None:
        _copy_first(path, path.with_name(f"{path.name}.before-{scripts.get_current_head()}"))
    config = Config()
    environment = EnvironmentContext(config, scripts, fn=lambda rev, _: scripts._upgrade_revs(target, rev))
    with index.write() as conn:
        environment.configure(connection=conn, target_metadata=None, transactional_ddl=False)
        environment.run_migrations()


def _copy_first(path: Path, to: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    to.chmod(0o600)
