"""From the settings to what a run obeys."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from adapters.base import ReadsLocally, Store
from backupd.reading.folder_names import compile_templates
from backupd.reading.participants import DEFAULT_PATTERNS
from backupd.scan.bring import Naming
from backupd.scan.rules import Rules
from backupd.workers.pool import ReadPool

if TYPE_CHECKING:
    from backupd.settings.models import Settings


def rules_of(settings: Settings, today: date, *, full: bool = False) -> Rules:
    """Return the rules of one run."""
    names = (*DEFAULT_PATTERNS, *settings.folders.list_names)
    return Rules(today, settings.folders.vanish_share, names, full=full)


def naming_of(settings: Settings) -> Naming:
    """Return how folders' names are read."""
    written = settings.folders.templates
    return Naming(tuple(compile_templates(list(written))), tuple(written), tuple(settings.folders.ignore))


def open_pool(store: Store) -> ReadPool:
    """Return worker processes that read the files of a store on this machine."""
    return ReadPool(cast(ReadsLocally, store).read_root())
