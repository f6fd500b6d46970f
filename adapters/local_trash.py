"""The trash inside a local store: where removed files rest until they are emptied out or put back.

A file's place in it is made of its path and version, so that it is found again by whoever knows these two, whatever was
written down before a crash. Scans pass the folder over: it is one of the store's own names.
"""

from __future__ import annotations

import contextlib
import hashlib
import os

from adapters.beneath import split
from adapters.errors import Changed
from adapters.ignore import TRASH_NAME
from adapters.local_writing import folder_for, made_folder_for, refuse_own, remove, seen, sync_folder
from adapters.records import Receipt
from adapters.renaming import rename_to_free


def trash_path(path: str, version: str) -> str:
    """Return where in the root a file rests once it was removed."""
    told = path.encode("utf-8", "surrogatepass") + b"\0" + version.encode()
    return f"{TRASH_NAME}/{hashlib.sha256(told).hexdigest()}"


def to_trash(root_fd: int, path: str, version: str, store: str) -> Receipt:
    """Move the very version that was seen into the trash. What isn't there is removed already."""
    refuse_own(path, store, "remove")
    place = trash_path(path, version)
    try:
        with folder_for(root_fd, path) as (folder_fd, name):
            try:
                before = seen(folder_fd, name, path, version, store, "remove")
            except FileNotFoundError:
                # Whoever removed it may have been stopped before this.
                sync_folder(folder_fd)
                return _gone(root_fd, path, version)
            with made_folder_for(root_fd, place) as (trash_fd, trash_name):
                rename_to_free(name, folder_fd, trash_name, trash_fd)
                found = os.stat(trash_name, dir_fd=trash_fd, follow_symlinks=False)
                if found.st_ino != before.st_ino:
                    # Another file took its name in between: it goes back to where it was put.
                    rename_to_free(trash_name, trash_fd, name, folder_fd)
                    raise Changed(store, "remove", path, "another file was put there at that moment")
                # Its new name before its old one is gone for good: a power cut must not lose both.
                sync_folder(trash_fd)
            sync_folder(folder_fd)
    except (FileNotFoundError, NotADirectoryError):
        return _gone(root_fd, path, version)
    return Receipt(path, path, version, recoverable_until="forever")


def purge(root_fd: int, path: str, version: str, store: str) -> Receipt:
    """Remove the very version that was seen for good, from its place and from the trash."""
    receipt = remove(root_fd, path, version, store)
    trashed = remove(root_fd, trash_path(path, version), version, store)
    return receipt if trashed.already else Receipt(path, path, version)


def _gone(root_fd: int, path: str, version: str) -> Receipt:
    rests = False
    folder, name = split(trash_path(path, version))
    with contextlib.suppress(FileNotFoundError), folder_for(root_fd, f"{folder}/{name}") as (fd, last):
        os.stat(last, dir_fd=fd, follow_symlinks=False)
        rests = True
    return Receipt(path, path, version, already=True, recoverable_until="forever" if rests else None)
