"""A folder's fingerprint, and reading from an open folder what it is made of.

A walk and a listing both come here, so that they give the same mark for the same state. Light: the walker processes
load it.
"""

from __future__ import annotations

import os
import struct

from adapters.ignore import Ignore

try:
    from _blake2 import blake2b
except ImportError:
    # What hashlib gives as well, after loading all of OpenSSL.
    from hashlib import blake2b

Row = tuple[str, int, int, int, int]
"""A file's name, size, time of its last change in nanoseconds, inode, and when anything about it was last changed.

The last of these is the disk's own time, which nobody can set: it tells whether a file is at rest. It is not in the mark.
"""

MARK_BYTES = 16
_MASK = (1 << 64) - 1


def read_folder(fd: int, path: str, ignore: Ignore) -> tuple[list[str], list[Row], list[os.DirEntry[str]]]:
    """Return the folders, the regular files and all else in an open folder, without what is passed over.

    Raises OSError. What vanishes meanwhile is left out.
    """
    with os.scandir(fd) as listing:
        entries = list(listing)
    files = [entry for entry in entries if entry.is_file(follow_symlinks=False)]
    folders: list[str] = []
    others: list[os.DirEntry[str]] = []
    if len(files) != len(entries):
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not ignore.passes(path, entry.name):
                    folders.append(entry.name)
            elif not entry.is_file(follow_symlinks=False) and not ignore.passes(path, entry.name):
                others.append(entry)
    return folders, _kept(_rows(files), path, ignore), others


def _rows(files: list[os.DirEntry[str]]) -> list[Row]:
    try:
        found = [entry.stat(follow_symlinks=False) for entry in files]
    except FileNotFoundError:
        return _rows_still_there(files)
    return [
        (entry.name, status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)
        for entry, status in zip(files, found, strict=True)
    ]


def _rows_still_there(files: list[os.DirEntry[str]]) -> list[Row]:
    rows: list[Row] = []
    for entry in files:
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        rows.append((entry.name, status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns))
    return rows


def _kept(rows: list[Row], folder: str, ignore: Ignore) -> list[Row]:
    if not rows or not ignore.may_pass(_between_nuls(rows)):
        return rows
    return [row for row in rows if not ignore.passes(folder, row[0])]


def mark_of(rows: list[Row]) -> bytes:
    """Return the mark of these files, in whatever order they come."""
    if not rows:
        return _EMPTY
    # The names are sorted as bytes are, where names are UTF-8; all that counts is that it is the same order each time.
    names, sizes, times, inodes = list(zip(*sorted(rows), strict=True))[:4]
    text = os.fsencode("\0".join(names))
    numbers = f"<{3 * len(rows)}Q"
    try:
        packed = struct.pack(numbers, *sizes, *times, *inodes)
    except struct.error:
        # times before 1970
        packed = struct.pack(numbers, *sizes, *(time & _MASK for time in times), *inodes)
    return blake2b(b"%b\0%b" % (text, packed), digest_size=MARK_BYTES).digest()


def changed_at(rows: list[Row]) -> int:
    """Return when any of these files was last changed, in nanoseconds by the disk's own clock; 0 without files."""
    return max([row[4] for row in rows], default=0)


def _between_nuls(rows: list[Row]) -> str:
    return f"\0{chr(0).join([row[0] for row in rows])}\0"


_EMPTY = blake2b(b"", digest_size=MARK_BYTES).digest()
