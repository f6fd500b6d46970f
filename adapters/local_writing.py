"""Changing the files of a local store: bytes reach the disk before their name does, and nothing is ever replaced.

Works on an open root. Each step is relative to open folders, so that a folder that is swapped for a link meanwhile
leads nowhere. Folders are fsynced after each change in them: an unlink without that comes back after a power cut.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.beneath import device_of, enter, names_of, open_folder, split
from adapters.errors import Changed, Refused
from adapters.ignore import MARKER_NAME, TEMPORARY_PREFIX, TRASH_NAME
from adapters.local_reading import entry_of
from adapters.records import Entry, Receipt
from adapters.renaming import rename_to_free

NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a file is opened that must not be there yet."""

_LOOK = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_RIGHTS = 0o7777
_FILE_RIGHTS = 0o666


def refuse_own(path: str, store: str, operation: str) -> None:
    """Raise Refused for names that are the store's own: the marker, the trash and what is being written."""
    name = path.rpartition("/")[2]
    if name in (MARKER_NAME, TRASH_NAME) or name.startswith(TEMPORARY_PREFIX):
        raise Refused(store, operation, path, "this name is the store's own")


@contextmanager
def folder_for(root_fd: int, path: str) -> Iterator[tuple[int, str]]:
    """Open the folder that a file lies in, for changes; give it and the file's name."""
    folder, name = split(path)
    fd = open_folder(root_fd, folder)
    try:
        yield fd, name
    finally:
        os.close(fd)


def remove(root_fd: int, path: str, version: str, store: str) -> Receipt:
    """Remove the very version that was seen. What isn't there is removed already."""
    refuse_own(path, store, "remove")
    try:
        with folder_for(root_fd, path) as (folder_fd, name):
            gone = Receipt(path, path, version, already=True)
            try:
                _remove_seen(folder_fd, name, path, version, store)
                gone = Receipt(path, path, version)
            except FileNotFoundError:
                pass
            # Also where it was gone already: whoever removed it may have been stopped before this.
            sync_folder(folder_fd)
            return gone
    except (FileNotFoundError, NotADirectoryError):
        return Receipt(path, path, version, already=True)


def move(root_fd: int, path: str, version: str, new_path: str, store: str) -> Receipt:
    """Move the very version that was seen to a free name."""
    refuse_own(path, store, "move")
    refuse_own(new_path, store, "move")
    with folder_for(root_fd, path) as (folder_fd, name), made_folder_for(root_fd, new_path) as (new_fd, new_name):
        before = seen(folder_fd, name, path, version, store, "move")
        rename_to_free(name, folder_fd, new_name, new_fd)
        found = os.stat(new_name, dir_fd=new_fd, follow_symlinks=False)
        if found.st_ino != before.st_ino:
            # Another file took its name in between: it goes back to where it was put.
            rename_to_free(new_name, new_fd, name, folder_fd)
            raise Changed(store, "move", path, "another file was put there at that moment")
        sync_folder(new_fd)
        sync_folder(folder_fd)
        return Receipt(new_path, new_path, entry_of(new_path, found).version)


def remove_empty_folder(root_fd: int, path: str, store: str) -> bool:
    """Remove a folder in which nothing lies; False where something does. One that isn't there is removed already."""
    refuse_own(path, store, "remove folder")
    try:
        with folder_for(root_fd, path) as (parent_fd, name):
            try:
                # Takes no file along, whoever puts one there at this moment.
                os.rmdir(name, dir_fd=parent_fd)
            except FileNotFoundError:
                pass
            except OSError as err:
                if err.errno in (errno.ENOTEMPTY, errno.EEXIST):
                    return False
                raise
            sync_folder(parent_fd)
            return True
    except FileNotFoundError:
        return True


@contextmanager
def made_folder_for(root_fd: int, path: str) -> Iterator[tuple[int, str]]:
    """As `folder_for`, with the folders made that aren't there."""
    folder, name = split(path)
    device = device_of(root_fd)
    fd = open_folder(root_fd, "")
    try:
        for each in names_of(folder):
            below = _made(fd, each, device)
            os.close(fd)
            fd = below
        yield fd, name
    finally:
        os.close(fd)


def write_new(folder_fd: int, name: str, content: bytes) -> None:
    """Write a small file whole or not at all. Raises FileExistsError if the name is taken."""
    temporary = TEMPORARY_PREFIX + secrets.token_hex(16)
    fd = os.open(temporary, NEW, 0o600, dir_fd=folder_fd)
    try:
        try:
            write_all(fd, content)
            like_its_folder(fd, folder_fd)
            os.fsync(fd)
        finally:
            os.close(fd)
        rename_to_free(temporary, folder_fd, name, folder_fd)
    except BaseException:
        os.unlink(temporary, dir_fd=folder_fd)
        raise
    sync_folder(folder_fd)


def write_all(fd: int, content: bytes | memoryview) -> None:
    """Write all of it, however little the system takes at a time."""
    left = memoryview(content)
    while len(left):
        left = left[os.write(fd, left) :]


def like_its_folder(fd: int, folder_fd: int) -> None:
    """Let those read and write a new file who may do so with its folder's list, and nobody else."""
    os.fchmod(fd, stat.S_IMODE(os.fstat(folder_fd).st_mode) & _FILE_RIGHTS)


def sync_folder(fd: int) -> None:
    """Bring a folder's names to the disk. Some network file systems know no such thing and say EINVAL."""
    try:
        os.fsync(fd)
    except OSError as err:
        if err.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
            raise


def _made(folder_fd: int, name: str, device: int) -> int:
    with contextlib.suppress(FileNotFoundError):
        return enter(folder_fd, name, device=device)
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, dir_fd=folder_fd)
    fd = enter(folder_fd, name, device=device)
    rights = stat.S_IMODE(os.fstat(folder_fd).st_mode) & _RIGHTS
    if stat.S_IMODE(os.fstat(fd).st_mode) != rights:
        # Not worth a failure: a service that may not set group rights is still to make its copies.
        with contextlib.suppress(PermissionError):
            os.fchmod(fd, rights)
    sync_folder(folder_fd)
    return fd


def _remove_seen(folder_fd: int, name: str, path: str, version: str, store: str) -> None:
    fd = os.open(name, _LOOK, dir_fd=folder_fd)
    try:
        before = os.fstat(fd)
        _judge(before, path, version, store, "remove")
        now = os.stat(name, dir_fd=folder_fd, follow_symlinks=False)
        if (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino):
            raise Changed(store, "remove", path, "another file was put there at that moment")
        os.unlink(name, dir_fd=folder_fd)
        if os.fstat(fd).st_nlink >= before.st_nlink:
            raise Changed(store, "remove", path, "another file was put there at that moment, and was removed")
    finally:
        os.close(fd)


def seen(folder_fd: int, name: str, path: str, version: str, store: str, operation: str) -> os.stat_result:
    """Return the status of a file that is the very version that was seen. Raises Changed, FileNotFoundError."""
    found = os.stat(name, dir_fd=folder_fd, follow_symlinks=False)
    _judge(found, path, version, store, operation)
    return found


def _judge(found: os.stat_result, path: str, version: str, store: str, operation: str) -> Entry:
    """Return the entry of what lies there if it is the version that was seen. Raises Changed, FileNotFoundError."""
    entry = entry_of(path, found)
    if entry.version != version:
        raise Changed(store, operation, path, "it is not the version that was seen")
    return entry
