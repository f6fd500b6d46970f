"""The Dropbox kind of store: its settings and how it is opened. The SDK is loaded when a store is opened, not before.

Options: `path` (the folder, "" is the root), `credentials` (JSON file as `adapters.oauth_file` keeps it: `access_token`
alone, or `refresh_token` with `app_key` and perhaps `app_secret`), `endpoint` (base URL in place of all of Dropbox's
hosts), `path_root` ("" the member's own folder, "team" the team's space, or a namespace id), `recoverable_days` (how
long the account's plan can bring a removed file back; Dropbox does not tell), `permanent_delete` (true where the
app is linked to a team and may purge), `ignore` (patterns of names and paths that are passed over).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.base import Store, StoreKind
from adapters.ignore import DEFAULT_IGNORE
from adapters.rights import Right, Rights

LONGEST_WINDOW_DAYS = 365
"""What is assumed where the plan's window is not set: the longest of the usual plans, so that no promise is too early.

Source: help.dropbox.com, data retention policy (30 days on Basic, Plus and Family; 180 or 365 on plans for work).
"""

_OPTIONS = frozenset({"path", "credentials", "endpoint", "ignore", "path_root", "recoverable_days", "permanent_delete"})


@dataclass(frozen=True, slots=True)
class DropboxOptions:
    """A store's settings, understood. `root` is as the API wants it: "" or "/Folder/Sub"."""

    root: str
    credentials: str
    endpoint: str | None
    path_root: str
    recoverable_days: int
    permanent_delete: bool
    ignore: tuple[str, ...]


def read_options(options: Mapping[str, Any]) -> DropboxOptions:
    """Return the settings. Raises ValueError with what is wrong."""
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise ValueError(f"a Dropbox store has no setting {unknown[0]!r}")
    days = options.get("recoverable_days")
    return DropboxOptions(
        root=_root(str(options.get("path") or "")),
        credentials=str(options.get("credentials") or ""),
        endpoint=str(options["endpoint"]) if options.get("endpoint") else None,
        path_root=str(options.get("path_root") or ""),
        recoverable_days=LONGEST_WINDOW_DAYS if days is None else int(days),
        permanent_delete=bool(options.get("permanent_delete", False)),
        ignore=tuple(options.get("ignore", DEFAULT_IGNORE)),
    )


def _root(path: str) -> str:
    parts = [part for part in unicodedata.normalize("NFC", path).split("/") if part]
    if any(part in (".", "..") for part in parts):
        raise ValueError('the path of a Dropbox store may not hold "." or ".."')
    return "".join(f"/{part}" for part in parts)


def _open(name: str, options: Mapping[str, Any]) -> Store:
    from adapters.dropbox_files import DropboxStore

    return DropboxStore(name, read_options(options))


_READING = (
    Right("account_info.read", "which account this is, and how much room is left"),
    Right("files.metadata.read", "names, sizes and hashes: indexing needs no more"),
    Right("files.content.read", "participant lists, checks of copies, copies for clients"),
)
RIGHTS = Rights(
    all=(
        *_READING,
        Right("files.content.write", "copies, and removals by a plan that was approved"),
        Right("sharing.read", "which links there are"),
        Right("sharing.write", "links for clients, and ending them"),
        Right("files.permanent_delete", "erasing for good, in a team", option="permanent_delete"),
    ),
    reading=_READING,
)

STORE = StoreKind("dropbox", _OPTIONS, _open, RIGHTS, "https://api.dropboxapi.com")
