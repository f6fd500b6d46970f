"""Looking at the files of a local store: listings, single files, ranges of bytes.

Works on an open root and raises OSError, unless it is said otherwise.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator

from adapters.beneath import LINK, NotBeneath, open_beneath, open_folder, split, why_not_a_file
from adapters.errors import Corrupt
from adapters.ignore import Ignore
from adapters.marks import mark_of, read_folder
from adapters.oserrors import told
from adapters.records import Entry, Listing, Problem
from adapters.versions import version_of_parts

_CHUNK_BYTES = 1024 * 1024


def list_folder(root_fd: int, path: str, ignore: Ignore) -> Listing:
    """Return the direct files of a folder, and what in it is neither file nor folder."""
    fd = open_folder(root_fd, path)
    try:
        identity = str(os.fstat(fd).st_ino)
        _, rows, others = read_folder(fd, path, ignore)
        problems = tuple(_problems(path, sorted(others, key=lambda each: each.name)))
    finally:
        os.close(fd)
    entries = tuple(_entry(_below(path, name), size, time, inode) for name, size, time, inode, _ in sorted(rows))
    return Listing(path, identity, mark_of(rows), entries, problems)


def stat_file(root_fd: int, path: str) -> Entry:
    """Return one file as it is. Raises NotBeneath for a link; FileNotFoundError for what is no regular file."""
    folder, name = split(path)
    fd = open_folder(root_fd, folder, through=True)
    try:
        return entry_of(path, os.stat(name, dir_fd=fd, follow_symlinks=False))
    finally:
        os.close(fd)


def entry_of(path: str, status: os.stat_result) -> Entry:
    """Return a file's entry. Raises NotBeneath for a link; FileNotFoundError for what is no regular file."""
    reason = why_not_a_file(status.st_mode)
    if reason == LINK:
        raise NotBeneath(errno.ELOOP, LINK)
    if reason is not None:
        raise FileNotFoundError(errno.ENOENT, reason)
    return _entry(path, status.st_size, status.st_mtime_ns, status.st_ino)


class Range:
    """An open range of bytes. What was shortened or changed while it was read is not passed off as the file."""

    def __init__(self, root_fd: int, path: str, offset: int, length: int | None, store: str) -> None:
        self._fd = open_beneath(root_fd, path)
        self._path = path
        self._store = store
        self._first = os.fstat(self._fd)
        end = self._first.st_size if length is None else min(offset + length, self._first.st_size)
        self._offset, self._end = offset, end

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes, in chunks of up to 1 MiB. Raises Corrupt, Unavailable."""
        at = self._offset
        while at < self._end:
            with told(self._store, "read", self._path):
                chunk = os.pread(self._fd, min(_CHUNK_BYTES, self._end - at), at)
            if not chunk:
                raise Corrupt(self._store, "read", self._path, f"it ends after {at} of {self._first.st_size} bytes")
            at += len(chunk)
            yield chunk
        with told(self._store, "read", self._path):
            last = os.fstat(self._fd)
        if (last.st_size, last.st_mtime_ns) != (self._first.st_size, self._first.st_mtime_ns):
            raise Corrupt(self._store, "read", self._path, "it was changed while it was read")

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)


def _entry(path: str, size: int, time: int, inode: int) -> Entry:
    return Entry(path, path, size, version_of_parts(size, time, str(inode)), str(inode), time)


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _problems(folder: str, others: list[os.DirEntry[str]]) -> Iterator[Problem]:
    for each in others:
        with contextlib.suppress(FileNotFoundError):
            reason = why_not_a_file(each.stat(follow_symlinks=False).st_mode)
            yield Problem(_below(folder, each.name), reason or "it became a file just now")
