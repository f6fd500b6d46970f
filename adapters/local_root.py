"""A local store's root: opened for one thing at a time, and believed only by its marker.

The root is not kept open in between, so that a disk can be unmounted while the service runs.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.beneath import NotBeneath, open_name
from adapters.errors import NotFound, NotOurStore, StoreError, Unavailable
from adapters.ignore import MARKER_NAME
from adapters.marker import MOST_BYTES, decode_marker
from adapters.oserrors import store_error
from adapters.records import Marker

Identity = tuple[int, int]
"""A folder's device and inode, as long as it stays mounted."""

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_UNREACHABLE = {
    errno.ENOENT: "its folder is not there",
    errno.ENOTDIR: "its place is not a folder",
    errno.EACCES: "its folder may not be read",
    errno.EPERM: "its folder may not be read",
}


class LocalRoot:
    """The folder at `path`. Once its marker has been read it stands for that marker only, as long as this lives."""

    def __init__(self, store: str, path: str) -> None:
        self.store = store
        self.path = path
        self._store_id: str | None = None
        self._read_at: Identity | None = None

    @contextmanager
    def opened(self, operation: str, ref: str = "", *, believe: bool = True) -> Iterator[int]:
        """Open the root and close it again; errors of the operating system inside become the store's.

        Nothing found in a root without its marker is believed, least of all that something is not there: so the marker
        is read again before NotFound is raised. Raises Unavailable, NotOurStore.
        """
        fd = self._open(operation)
        try:
            if believe and self._read_at != identity_of(fd):
                self.read_marker(fd, operation)
            try:
                yield fd
            except OSError as err:
                raised = store_error(err, self.store, operation, ref)
                if isinstance(raised, NotFound) and believe:
                    self.believe(identity_of(fd), operation)
                raise raised from err
        finally:
            os.close(fd)

    def believe(self, identity: Identity, operation: str) -> Marker:
        """Make sure that what was opened still lies at the path and has its marker; return that.

        Raises Unavailable, NotOurStore.
        """
        fd = self._open(operation)
        try:
            if identity_of(fd) != identity:
                raise Unavailable(self.store, operation, detail="another disk or folder lies at its place now")
            return self.read_marker(fd, operation)
        finally:
            os.close(fd)

    def read_marker(self, fd: int, operation: str) -> Marker:
        """Return the marker of an open root. Raises NotOurStore, Unavailable."""
        found = self.find_marker(fd, operation)
        if found is None:
            raise NotOurStore(self.store, operation, detail="there is no marker in it")
        if self._store_id is None:
            self._store_id = found.store_id
        if found.store_id != self._store_id:
            raise NotOurStore(self.store, operation, detail="another disk or folder lies here: another store's marker")
        self._read_at = identity_of(fd)
        return found

    def find_marker(self, fd: int, operation: str) -> Marker | None:
        """Return the marker of an open root, whichever it is, or None. Raises NotOurStore if it can't be understood."""
        try:
            return decode_marker(_read_some(fd, MARKER_NAME))
        except FileNotFoundError:
            return None
        except ValueError as err:
            raise NotOurStore(self.store, operation, detail=str(err)) from err
        except PermissionError as err:
            raise NotOurStore(self.store, operation, detail="its marker may not be read") from err
        except NotBeneath as err:
            raise NotOurStore(self.store, operation, detail=f"its marker is not a file: {err.strerror}") from err
        except OSError as err:
            raise Unavailable(self.store, operation, detail=f"its marker: {err.strerror}") from err

    def _open(self, operation: str) -> int:
        try:
            return os.open(self.path, _OPEN)
        except OSError as err:
            raise self._unreachable(err, operation) from err

    def _unreachable(self, err: OSError, operation: str) -> StoreError:
        detail = _UNREACHABLE.get(err.errno or 0, f"its folder could not be opened: {err.strerror}")
        return Unavailable(self.store, operation, detail=detail)


def identity_of(fd: int) -> Identity:
    """Return what tells an open folder from all others."""
    status = os.fstat(fd)
    return status.st_dev, status.st_ino


def _read_some(folder_fd: int, name: str) -> bytes:
    """Return a small file's content, or enough of a larger one to see that it is too long."""
    fd = open_name(folder_fd, name)
    try:
        content = b""
        while len(content) <= MOST_BYTES and (part := os.read(fd, MOST_BYTES)):
            content += part
        return content
    finally:
        os.close(fd)
