"""Paths that go to Dropbox: inside the root, in the form the service stores, refused here when it would refuse them."""

from __future__ import annotations

import unicodedata

from adapters.errors import Unsupported

_LONGEST_NAME = 255


def stored_path(store: str, operation: str, path: str) -> str:
    """Return a path below the root as Dropbox stores it (NFC). Raises Unsupported if no file can lie there."""
    path = unicodedata.normalize("NFC", path)
    parts = path.split("/")
    if any(not _is_possible(part) for part in parts):
        raise Unsupported(store, operation, detail="Dropbox can't store a file under such a name")
    return path


def _is_possible(part: str) -> bool:
    # Lone surrogates carry bytes that are no text: Dropbox has only text.
    if part in ("", ".", "..") or len(part) > _LONGEST_NAME or part != part.rstrip():
        return False
    return not any(char in "\\\x7f\0" or "\ud800" <= char <= "\udfff" for char in part)
