"""The Google Drive kind of store: its settings and how it is opened. The SDK is loaded when a store is opened, not before.

Options: `path` (the folder below My Drive, or below the shared drive's root; "" is that itself) or `folder_id` in its
stead, `drive_id` (the shared drive it is in), `credentials` (a JSON file, see `adapters.gdrive_sign`), `endpoint` (base
URL in place of all of Google's hosts), `recoverable_days` (how long the administrators of a Workspace can bring back what
left the trash; 0 for an account that nobody administers), `share_with` (the address of the person to whom links are
given; then Drive ends them by itself), `ignore` (patterns of names and paths that are passed over).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.base import Store, StoreKind
from adapters.ignore import DEFAULT_IGNORE
from adapters.rights import Right, Rights

ADMIN_DAYS = 25
"""What is assumed where it is not set, so that no promise is too early.

Source: Google Workspace admin help, restore a user's deleted files (within 25 days of their leaving the trash).
"""

_OPTIONS = frozenset(
    {"path", "folder_id", "drive_id", "credentials", "endpoint", "ignore", "recoverable_days", "share_with"}
)


@dataclass(frozen=True, slots=True)
class DriveOptions:
    """A store's settings, understood. `names` are those of the folders that lead to the root, if no id names it."""

    names: tuple[str, ...]
    folder_id: str
    drive_id: str
    credentials: str
    endpoint: str | None
    recoverable_days: int
    share_with: str
    ignore: tuple[str, ...]


def read_options(options: Mapping[str, Any]) -> DriveOptions:
    """Return the settings. Raises ValueError with what is wrong."""
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise ValueError(f"a Drive store has no setting {unknown[0]!r}")
    names = tuple(part for part in str(options.get("path") or "").split("/") if part)
    folder = _id(options, "folder_id")
    if names and folder:
        raise ValueError("a Drive store has either a path or a folder_id")
    days = options.get("recoverable_days")
    return DriveOptions(
        names=names,
        folder_id=folder,
        drive_id=_id(options, "drive_id"),
        credentials=str(options.get("credentials") or ""),
        endpoint=str(options["endpoint"]) if options.get("endpoint") else None,
        recoverable_days=ADMIN_DAYS if days is None else int(days),
        share_with=str(options.get("share_with") or ""),
        ignore=tuple(options.get("ignore", DEFAULT_IGNORE)),
    )


def _id(options: Mapping[str, Any], key: str) -> str:
    id = str(options.get(key) or "")
    if not all(char.isascii() and (char.isalnum() or char in "-_") for char in id):
        raise ValueError(f"the {key} of a Drive store is the last part of the folder's address")
    return id


def _open(name: str, options: Mapping[str, Any]) -> Store:
    from adapters.gdrive_files import DriveStore

    return DriveStore(name, read_options(options))


RIGHTS = Rights(
    # There is nothing between: "drive.file" sees only what the app itself made, so no backup that is there already.
    all=(Right("drive", "see all files, copy, share and, by an approved plan, remove; nothing smaller sees them"),),
    reading=(Right("drive.readonly", "see and read all files, and change nothing"),),
)

STORE = StoreKind("gdrive", _OPTIONS, _open, RIGHTS, "https://www.googleapis.com")
