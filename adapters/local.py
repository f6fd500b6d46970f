"""A folder on this machine's disks as a store.

A file's ref is its path; its version is made of size, time of last change and inode; its identity is the inode. Nothing
is found, written or removed outside the root: see `adapters.beneath`. The root is believed only by its marker: see
`adapters.local_root`. What nobody means as a file (links, pipes, sockets, devices) is reported and never touched.
"""

# ruff: noqa: ARG002 - what a folder cannot do is asked with arguments all the same

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from adapters.base import Opener, Store, StoreKind
from adapters.errors import NotFound, StoreError, Unsupported
from adapters.ignore import DEFAULT_IGNORE, MARKER_NAME, Ignore
from adapters.local_reading import Range, list_folder, stat_file
from adapters.local_root import LocalRoot, identity_of
from adapters.marker import encode_marker
from adapters.records import (
    Account,
    Capabilities,
    ChangePage,
    Entry,
    FolderMark,
    Listing,
    Marker,
    Presence,
    Receipt,
    ShareLink,
    Space,
    Survey,
)
from adapters.walking import Walk

_OPTIONS = frozenset({"path", "ignore"})
_CAPABILITIES = Capabilities(listing="walk", trash=True, trash_takes_room=True, purge=True, local_reads=True, connections=2)


class LocalStore:
    """The folder at `path`, without the names in `ignore`. May be used from several threads.

    `part_bytes` is after how much of an upload it can be gone on with.
    """

    def __init__(self, name: str, path: str, ignore: Iterable[str] = (), *, part_bytes: int = 64 * 1024 * 1024) -> None:
        self._name = name
        self._path = path
        self._root = LocalRoot(name, path)
        self._ignore = Ignore((*DEFAULT_IGNORE, *ignore))
        self._part_bytes = part_bytes
        self._swept: set[str] = set()

    @property
    def name(self) -> str:
        """The store's name in the settings."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What a folder on a disk can do."""
        return _CAPABILITIES

    def check(self) -> Marker:
        """Return the marker, read just now. Raises NotOurStore, also if it was another one before; Unavailable."""
        with self._root.opened("check", believe=False) as fd:
            return self._root.read_marker(fd, "check")

    def survey(self, limit: int = 100_000) -> Survey:
        """Count what lies in the root. Raises NotOurStore for a marker that can't be understood."""
        files = folders = size = 0
        with self._root.opened("survey", believe=False) as fd:
            marker = self._root.find_marker(fd, "survey")
            with contextlib.closing(Walk(self._name, fd, self._ignore.patterns, lambda: None)) as walk:
                for mark in walk:
                    files, folders, size = files + mark.files, folders + 1, size + mark.bytes
                    if files >= limit:
                        return Survey(self._path, files, folders, size, True, marker)
        return Survey(self._path, files, folders, size, False, marker)

    def adopt(self, marker: Marker) -> Marker:
        """Write the marker. Raises Changed if there is one, understood or not."""
        from adapters.local_writing import write_new

        with self._root.opened("adopt", MARKER_NAME, believe=False) as fd:
            write_new(fd, MARKER_NAME, encode_marker(marker))
            return self._root.read_marker(fd, "adopt")

    def walk(self) -> Iterator[FolderMark]:
        """Yield every folder. The walk begins at once, in processes of its own, whether or not it is read."""
        with self._root.opened("walk") as fd:
            identity = identity_of(fd)
            return Walk(self._name, fd, self._ignore.patterns, lambda: self._root.believe(identity, "walk"))

    def walk_below(self, path: str, *, deep: bool = True) -> Iterator[FolderMark]:
        """Yield a folder's mark, with `deep` also those of all folders below it; without processes of their own."""
        from adapters.subtree import walk_subtree

        with self._root.opened("walk", path) as fd:
            yield from walk_subtree(fd, path, self._ignore, deep=deep)
            self._root.believe(identity_of(fd), "walk")

    def list_folder(self, path: str) -> Listing:
        """Return the direct files of a folder, and what in it is not followed or read."""
        with self._root.opened("list_folder", path) as fd:
            return list_folder(fd, path, self._ignore)

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """A folder is walked instead."""
        raise self._unsupported("changes")

    def wait_for_changes(self, cursor: str, timeout_seconds: float) -> bool:
        """A folder is watched by the service instead."""
        raise self._unsupported("wait_for_changes")

    def stat(self, ref: str) -> Entry:
        """Return the file as it is now. Raises NotFound, Changed where a link lies in its place or on the way."""
        with self._root.opened("stat", ref) as fd:
            return stat_file(fd, ref)

    def presence(self, ref: str) -> Presence:
        """Is the file there? UNKNOWN as well where the marker is missing, or a link or a mount is in the way."""
        try:
            self.stat(ref)
        except NotFound:
            return Presence.ABSENT
        except StoreError:
            return Presence.UNKNOWN
        return Presence.PRESENT

    @contextmanager
    def read(self, ref: str, offset: int = 0, length: int | None = None) -> Iterator[Iterator[bytes]]:
        """Open a range of bytes; one that goes beyond the end gives what there is. Raises Corrupt if it changes."""
        with self._root.opened("read", ref) as fd:
            opened = Range(fd, ref, offset, length, self._name)
        with contextlib.closing(opened):
            yield opened.chunks()

    def read_root(self) -> int:
        """Open the root for processes that read many files by themselves, by `adapters.beneath`.

        The caller closes it. Raises Unavailable, NotOurStore.
        """
        with self._root.opened("read_root") as fd:
            return os.dup(fd)

    def upload(
        self,
        path: str,
        opener: Opener,
        size: int,
        *,
        resume: str | None = None,
        on_progress: Callable[[int, str | None], None] | None = None,
    ) -> Receipt:
        """Store new bytes; folders that aren't there are made. The receipt's hashes were read back from the disk."""
        from adapters.local_upload import Upload

        with self._believed("upload", path) as fd:
            upload = Upload(self._name, path, opener, size, self._part_bytes, resume, on_progress, self._swept)
            return upload.into(fd)

    def move(self, ref: str, version: str, path: str) -> Receipt:
        """Move the very version that was seen to a free path; folders that aren't there are made."""
        from adapters.local_writing import move

        with self._believed("move", ref) as fd:
            return move(fd, ref, version, path, self._name)

    def remove(self, ref: str, version: str) -> Receipt:
        """Move the very version that was seen into the trash inside the root, from which `move` brings it back."""
        from adapters.local_trash import to_trash

        return self._remove("remove", ref, version, to_trash)

    def purge(self, ref: str, version: str) -> Receipt:
        """Remove for good, out of the trash as well."""
        from adapters.local_trash import purge

        return self._remove("purge", ref, version, purge)

    def remove_empty_folder(self, path: str) -> bool:
        """Remove a folder in which nothing lies; False where something does. What uploads have left in it goes anyway."""
        from adapters.local_upload import forget_uploads
        from adapters.local_writing import remove_empty_folder

        with self._believed("remove folder", path) as fd:
            forget_uploads(fd, path)
            return remove_empty_folder(fd, path, self._name)

    def trashed_as(self, ref: str, version: str) -> str:
        """Return the ref under which a removed file rests in the trash. It says nothing of whether it does."""
        from adapters.local_trash import trash_path

        return trash_path(ref, version)

    def share(self, ref: str, expires_at: datetime) -> ShareLink:
        """A folder on a disk has no links."""
        raise self._unsupported("share")

    def revoke(self, link_id: str) -> None:
        """A folder on a disk has no links."""
        raise self._unsupported("revoke")

    def space(self) -> Space:
        """Return the room on the file system that the root lies on, as far as this account may use it."""
        with self._root.opened("space", believe=False) as fd:
            room = os.fstatvfs(fd)
        unit = room.f_frsize
        return Space(room.f_blocks * unit, room.f_bavail * unit, (room.f_blocks - room.f_bfree) * unit)

    def account(self) -> Account:
        """Return the account that this runs as, and what it may do in the root: "read", "write"."""
        asked = {"read": os.R_OK | os.X_OK, "write": os.W_OK | os.X_OK}
        with self._root.opened("account", believe=False) as fd:
            rights = tuple(
                right for right, mode in asked.items() if os.access(".", mode, dir_fd=fd, effective_ids=True)
            )
        return Account(f"uid:{os.geteuid()}", _user_name(), rights)

    def close(self) -> None:
        """Nothing stays open between calls; a walk ends with whoever holds it."""

    @contextmanager
    def _believed(self, operation: str, ref: str) -> Iterator[int]:
        """Open the root to change something in it: its marker is read first, however lately it was read before."""
        with self._root.opened(operation, ref, believe=False) as fd:
            self._root.read_marker(fd, operation)
            yield fd

    def _remove(
        self, operation: str, ref: str, version: str, act: Callable[[int, str, str, str], Receipt]
    ) -> Receipt:
        with self._believed(operation, ref) as fd:
            receipt = act(fd, ref, version, self._name)
            if receipt.already:
                self._root.believe(identity_of(fd), operation)
            return receipt

    def _unsupported(self, operation: str) -> StoreError:
        return Unsupported(self._name, operation, detail="a folder on a disk cannot do that")


def _user_name() -> str:
    import pwd

    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _open(name: str, options: Mapping[str, Any]) -> Store:
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise ValueError(f"a local store has no setting {unknown[0]!r}")
    path = str(options.get("path") or "")
    if not os.path.isabs(path):
        raise ValueError("the path of a local store must be absolute")
    return LocalStore(name, path, options.get("ignore") or ())


STORE = StoreKind("local", _OPTIONS, _open)
