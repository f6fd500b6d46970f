"""A walk over a part of a local tree, in this very process: for the few folders that have just changed.

Gives the same marks as a walk over the whole (`adapters.walker`), for which processes would have to be started first.
Folders are opened beneath the root one after the other; none is kept open.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from adapters.beneath import NotBeneath, open_folder
from adapters.ignore import Ignore
from adapters.marks import changed_at, mark_of, read_folder
from adapters.records import FolderMark
from adapters.walking import reason

_GONE = (errno.ENOENT, errno.ENOTDIR)


def walk_subtree(root_fd: int, path: str, ignore: Ignore, *, deep: bool) -> Iterator[FolderMark]:
    """Yield the folder at `path`, then those below it. Raises OSError where there is none at `path`."""
    if not _is_passed_over(path, ignore):
        yield from _walk(root_fd, path, ignore, deep)


def _is_passed_over(path: str, ignore: Ignore) -> bool:
    parts = path.split("/") if path else []
    return any(ignore.passes("/".join(parts[:at]), name) for at, name in enumerate(parts))


def _walk(root_fd: int, top: str, ignore: Ignore, deep: bool) -> Iterator[FolderMark]:
    todo = [top]
    while todo:
        path = todo.pop()
        try:
            mark, folders = _look(root_fd, path, ignore)
        except OSError as err:
            if path == top and err.errno in _GONE:
                raise
            if err.errno in _GONE or (isinstance(err, NotBeneath) and err.errno == errno.ELOOP):
                # Taken away since its parent was listed.
                continue
            yield FolderMark(path, "0", b"", 0, reason(err.errno or errno.EIO))
            continue
        yield mark
        if deep:
            todo.extend(f"{path}/{name}" if path else name for name in folders)


def _look(root_fd: int, path: str, ignore: Ignore) -> tuple[FolderMark, list[str]]:
    fd = open_folder(root_fd, path)
    try:
        identity = str(os.fstat(fd).st_ino)
        folders, rows, _ = read_folder(fd, path, ignore)
    finally:
        os.close(fd)
    size = sum(row[1] for row in rows)
    return FolderMark(path, identity, mark_of(rows), len(rows), None, size, changed_at(rows)), folders
