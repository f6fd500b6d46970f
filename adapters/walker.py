"""One process of a walk: lists folders, folds each into a mark and sends it up; started by `adapters.walking`.

Two of these share one tree. Whoever has nothing left says so to the other, who gives away the older half of what it
has yet to do: that is nearest to the root, so whole subtrees change hands. Nothing is opened by a path: each folder is
opened in its open parent, so that no link leads out and no depth is too much. Nothing is imported that takes time.

Descriptors: 0 what to pass over, 1 the records, 3 the root, 4 from the other process, 5 to it.
"""

from __future__ import annotations

import errno
import gc
import os
import struct

from adapters.beneath import MOUNT, NotBeneath, device_of, enter, mounts_below, open_folder
from adapters.ignore import Ignore
from adapters.marks import changed_at, mark_of, read_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT, FROM_OTHER, TO_OTHER = 3, 4, 5
RECORD = struct.Struct("<IHQ16sIQq")
"""Length of the path that follows, errno of what is wrong or 0, inode, mark, number of files, their bytes, last change."""
END = 0xFFFFFFFF
"""As a path's length: this process has done its part."""
LISTED_YET_GONE = errno.ENODATA
NO_MARK = bytes(16)

_OPEN_FOLDERS = 64
_SEND_AT = 16 * 1024
_MOST_UNSENT = 64 * 1024 * 1024
_LENGTH = struct.Struct("<I")
_HUNGRY, _WORK, _DONE = b"?", b"w", b"!"


class Records:
    """What goes up. While the reader is busy with other things records are kept here instead of waiting for it."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._unsent = bytearray()
        os.set_blocking(fd, False)

    def add(
        self, path: str, wrong: int, inode: int, mark: bytes, files: int = 0, size: int = 0, changed: int = 0
    ) -> None:
        """Send a folder's record, soon. Raises BrokenPipeError when nobody reads any more."""
        encoded = os.fsencode(path)
        self._unsent += RECORD.pack(len(encoded), wrong, inode, mark, files, size, changed)
        self._unsent += encoded
        if len(self._unsent) >= _SEND_AT:
            self._send()

    def end(self) -> None:
        """Send all that is left, and that it is all."""
        self._unsent += RECORD.pack(END, 0, 0, NO_MARK, 0, 0, 0)
        os.set_blocking(self._fd, True)
        while self._unsent:
            self._send()

    def _send(self) -> None:
        if len(self._unsent) > _MOST_UNSENT:
            os.set_blocking(self._fd, True)
        try:
            sent = os.write(self._fd, self._unsent)
        except BlockingIOError:
            return
        del self._unsent[:sent]


class Other:
    """The other process of this walk, or nobody."""

    def __init__(self, alone: bool) -> None:
        self.alone = alone
        self._is_hungry = False
        if not alone:
            os.set_blocking(FROM_OTHER, False)

    def is_hungry(self) -> bool:
        """True once the other has asked for work and has had no answer yet."""
        if not self.alone and not self._is_hungry:
            try:
                self._is_hungry = self._read(1) == _HUNGRY
            except BlockingIOError:
                return False
        return self._is_hungry

    def give(self, paths: list[str]) -> None:
        """Answer the other's question with folders to walk."""
        self._is_hungry = False
        packed = os.fsencode("\0".join(paths))
        _write_all(TO_OTHER, _WORK + _LENGTH.pack(len(packed)) + packed)

    def ask(self) -> list[str]:
        """Return folders that the other gives away; none once both have nothing left to do."""
        if self.alone:
            return []
        if self.is_hungry():
            _write_all(TO_OTHER, _DONE)
            return []
        _write_all(TO_OTHER, _HUNGRY)
        os.set_blocking(FROM_OTHER, True)
        said = self._read(1)
        given = self._read(_LENGTH.unpack(self._read(_LENGTH.size))[0]) if said == _WORK else b""
        os.set_blocking(FROM_OTHER, False)
        return os.fsdecode(given).split("\0") if given else []

    @staticmethod
    def _read(count: int) -> bytes:
        parts = b""
        while len(parts) < count:
            part = os.read(FROM_OTHER, count - len(parts))
            if not part:
                # It was killed, and its part of the tree is lost: whoever waits for us must not take ours for all.
                raise BrokenPipeError
            parts += part
        return parts


class Walker:
    """Walks what it is given, deepest first, with only some folders open at a time."""

    def __init__(self, root_fd: int, records: Records, other: Other, ignore: Ignore) -> None:
        self._records = records
        self._other = other
        self._ignore = ignore
        self._device = device_of(root_fd)
        self._mounts = mounts_below(root_fd)
        # Its own opening of the root: a position in a listing is shared by all who inherit a descriptor.
        self._open: list[tuple[str, int]] = [("", open_folder(root_fd, ""))]
        self._todo: list[str] = []

    def walk(self, paths: Iterable[str]) -> None:
        """Walk these folders, then whatever the other gives away."""
        self._todo.extend(paths)
        while self._todo or self._ask():
            if len(self._todo) > 1 and self._other.is_hungry():
                half = len(self._todo) // 2
                self._other.give(self._todo[:half])
                del self._todo[:half]
            self._folder(self._todo.pop())

    def _ask(self) -> bool:
        self._todo = self._other.ask()
        return bool(self._todo)

    def _folder(self, path: str) -> None:
        try:
            fd = self._enter(path)
        except OSError as err:
            if not (is_gone(err) and self._is_proved(path)):
                self._problem(path, LISTED_YET_GONE if is_gone(err) else err.errno or errno.EIO)
            return
        inode = os.fstat(fd).st_ino
        try:
            folders, rows, _ = read_folder(fd, path, self._ignore)
        except OSError as err:
            self._problem(path, err.errno or errno.EIO, inode)
            return
        size = sum([row[1] for row in rows])
        self._records.add(path, 0, inode, mark_of(rows), len(rows), size, changed_at(rows))
        below = path + "/" if path else ""
        self._todo.extend([below + name for name in folders])

    def _problem(self, path: str, wrong: int, inode: int = 0) -> None:
        self._records.add(path, wrong, inode, NO_MARK)

    def _enter(self, path: str) -> int:
        """Return the folder, opened and kept open for those below it."""
        if path == "":
            return self._open[0][1]
        if path in self._mounts:
            raise NotBeneath(errno.EXDEV, MOUNT)
        parent, _, name = path.rpartition("/")
        fd = self._descend(parent)
        return self._keep(path, enter(fd, name, device=self._device))

    def _descend(self, path: str) -> int:
        """Return this folder, from the nearest that is open; close those that aren't above it."""
        while True:
            nearest, fd = self._open[-1]
            if nearest == path:
                return fd
            if nearest == "" or path.startswith(nearest + "/"):
                break
            os.close(self._open.pop()[1])
        rest = path[len(nearest) + 1 :] if nearest else path
        for name in rest.split("/"):
            nearest = f"{nearest}/{name}" if nearest else name
            fd = self._keep(nearest, enter(fd, name, device=self._device))
        return fd

    def _keep(self, path: str, fd: int) -> int:
        self._open.append((path, fd))
        if len(self._open) > _OPEN_FOLDERS:
            os.close(self._open.pop(1)[1])
        return fd

    def _is_proved(self, path: str) -> bool:
        """Return whether a folder that was not found is gone: a folder above it, listed anew, has nothing there."""
        root_fd = fd = self._open[0][1]
        try:
            for name in path.split("/"):
                if name not in os.listdir(fd):
                    return True
                above, fd = fd, enter(fd, name, device=self._device)
                if above != root_fd:
                    os.close(above)
            return False
        except NotADirectoryError:
            return True
        except OSError as err:
            return isinstance(err, NotBeneath) and err.errno == errno.ELOOP
        finally:
            if fd != root_fd:
                os.close(fd)


def is_gone(err: OSError) -> bool:
    """True where a folder that was listed is no folder now: away, or a file or a link in its place."""
    return err.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


def _write_all(fd: int, content: bytes) -> None:
    while content:
        content = content[os.write(fd, content) :]


def _read_patterns() -> list[str]:
    parts = []
    while part := os.read(0, 65536):
        parts.append(part)
    return [pattern for pattern in os.fsdecode(b"".join(parts)).split("\0") if pattern]


def main(number: int, of: int) -> None:
    """Walk as process `number` (from 0) `of` one or two; the first begins at the root."""
    # All that is made here dies with this process, and nothing refers to itself.
    gc.disable()
    records = Records(1)
    walker = Walker(ROOT, records, Other(of == 1), Ignore(_read_patterns()))
    walker.walk([""] if number == 0 else [])
    records.end()
