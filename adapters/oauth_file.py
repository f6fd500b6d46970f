"""The file with a store's sign-in: JSON that only its owner may read, replaced whole or not at all.

What is in it is the provider's business; nothing here ever shows a value, not even in an error.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MOST_BYTES = 256 * 1024


class CredentialsError(Exception):
    """The file can't be used. Its text is a reason for a person; it never holds anything from the file."""


def read_credentials(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the values in the file. Raises CredentialsError."""
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise CredentialsError("there is no credentials file") from None
    except OSError as err:
        raise CredentialsError(f"the credentials file can't be read: {os.strerror(err.errno or 0)}") from None
    try:
        values = json.loads(content) if len(content) <= _MOST_BYTES else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise CredentialsError("the credentials file is not a JSON object")
    return values


def write_credentials(path: str | os.PathLike[str], values: Mapping[str, Any]) -> None:
    """Put the values into the file, mode 0600, on disk before it takes the old one's place. Raises CredentialsError.

    Whose file it was, it stays: an administrator who signs in again doesn't lock the service out.
    """
    target = Path(path)
    content = json.dumps(dict(values), indent=1).encode() + b"\n"
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp gives 0600 whatever the umask is; there is no moment at which others may read it.
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as err:
        raise CredentialsError(f"the credentials file can't be written: {os.strerror(err.errno or 0)}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            _give_to_owner_of(target, file.fileno())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as err:
        _remove_quietly(temporary)
        raise CredentialsError(f"the credentials file can't be written: {os.strerror(err.errno or 0)}") from None


def _give_to_owner_of(target: Path, handle: int) -> None:
    try:
        old = os.stat(target, follow_symlinks=False)
    except FileNotFoundError:
        return
    if old.st_uid != os.geteuid():
        os.fchown(handle, old.st_uid, old.st_gid)


def readable_by_others(path: str | os.PathLike[str]) -> bool:
    """Say whether the file's group or everybody may read it; False where there is no such file."""
    try:
        return bool(os.stat(path).st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_quietly(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
