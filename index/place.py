"""What a database URL names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from index.errors import IndexFailure


def database_file(url: str) -> Path | None:
    """Return the SQLite file that `url` names, or None where it names no file."""
    parsed = parsed_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def parsed_url(url: str) -> Any:
    """Return the URL taken apart, as SQLAlchemy does. Raises IndexFailure."""
    try:
        return make_url(url)
    except ArgumentError as err:
        raise IndexFailure(
            url, "this is no database URL", 'Write it like "sqlite:////var/lib/backupd/index.db"'
        ) from err
