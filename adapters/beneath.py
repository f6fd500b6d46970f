"""Opening files and folders beneath a root, and nowhere else.

A path is walked one name at a time from an open root, each step relative to the last, so that no link, no mount and no
folder that is swapped meanwhile leads out. Nothing here knows which store it works for: failures are OSError, and those
that mean "this lies outside" are NotBeneath. Whoever reads the files of a local store opens them here, worker processes
included.
"""

from __future__ import annotations

import errno
import os
import stat

# As typing.TYPE_CHECKING, without loading typing: the processes of a walk start with this module.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

# O_PATH needs no right to list a folder that is only passed through.
_THROUGH = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LIST = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a named pipe that was put there would stop us until somebody writes into it.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

LINK = "a link is not followed"
MOUNT = "another file system is mounted here; it was not looked into"
_KINDS = {
    stat.S_IFLNK: LINK,
    stat.S_IFDIR: "it is a folder",
    stat.S_IFIFO: "a named pipe holds no bytes of its own",
    stat.S_IFSOCK: "a socket holds no bytes of its own",
    stat.S_IFCHR: "a device is not a file",
    stat.S_IFBLK: "a device is not a file",
}


class NotBeneath(OSError):
    """What the path names is no regular file or folder inside the root.

    `errno` is EINVAL for a path that is none, ELOOP for a link, EXDEV for a mount, EISDIR and ENXIO for what is no
    regular file; `strerror` says it in words and names nothing.
    """


def names_of(path: str) -> tuple[str, ...]:
    """Return the names in a path; none for "", the root.

    Raises NotBeneath for "..", ".", an absolute path and what no file can be called.
    """
    if path == "":
        return ()
    names = tuple(path.split("/"))
    if any(name in ("", ".", "..") or "\0" in name for name in names):
        raise NotBeneath(errno.EINVAL, "not a path inside the store")
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        raise NotBeneath(errno.EINVAL, "no file can have this name here") from None
    return names


def split(path: str) -> tuple[str, str]:
    """Return a path's folder and its last name. Raises NotBeneath if it names no file."""
    names = names_of(path)
    if not names:
        raise NotBeneath(errno.EISDIR, _KINDS[stat.S_IFDIR])
    return "/".join(names[:-1]), names[-1]


def why_not_a_file(mode: int) -> str | None:
    """Return why what has this mode is not read as a file; None for a regular file."""
    kind = stat.S_IFMT(mode)
    return None if kind == stat.S_IFREG else _KINDS.get(kind, "it is not a file")


def mounts_below(root_fd: int) -> frozenset[str]:
    """Return the paths beneath the root where something is mounted now.

    A folder of the same file system that is mounted there has the same device number, so that alone would not tell.
    """
    root = os.readlink(f"/proc/self/fd/{root_fd}")
    top = root if root.endswith("/") else root + "/"
    with open("/proc/self/mountinfo", "rb") as lines:
        places = [os.fsdecode(_unescaped(line.split(b" ", 5)[4])) for line in lines]
    return frozenset(place[len(top) :] for place in places if place.startswith(top) and place != top)


def _unescaped(field: bytes) -> bytes:
    # The kernel writes blanks, tabs, line ends and backslashes as octal numbers.
    for sign in (b" ", b"\t", b"\n", b"\\"):
        field = field.replace(b"\\%03o" % sign[0], sign)
    return field


def device_of(fd: int) -> int:
    """Return the number of the file system that an open file or folder lies on."""
    return os.fstat(fd).st_dev


def open_folder(root_fd: int, path: str, *, device: int | None = None, through: bool = False) -> int:
    """Open a folder beneath the root to list it, or only to pass `through`. Raises OSError.

    `device` is the file system that all of it must lie on; the root's where it is not given.
    """
    if device is None:
        device = device_of(root_fd)
    names = names_of(path)
    if not names:
        return os.open(".", _THROUGH if through else _LIST, dir_fd=root_fd)
    fd = root_fd
    for name in names[:-1]:
        fd = _step(fd, root_fd, name, device, through=True)
    fd = _step(fd, root_fd, names[-1], device, through=through)
    return _on_the_mount_of(root_fd, fd)


def open_name(folder_fd: int, name: str, *, device: int | None = None) -> int:
    """Open a regular file in an open folder for reading. `name` is one name, checked before. Raises OSError."""
    try:
        fd = os.open(name, _READ, dir_fd=folder_fd)
    except OSError as err:
        if err.errno == errno.ELOOP:
            raise NotBeneath(errno.ELOOP, LINK) from None
        if err.errno == errno.ENXIO:
            raise NotBeneath(errno.ENXIO, _KINDS[stat.S_IFSOCK]) from None
        raise
    try:
        _refuse_others(fd, folder_fd, device)
    except BaseException:
        os.close(fd)
        raise
    return fd


def open_beneath(root_fd: int, path: str, *, device: int | None = None) -> int:
    """Open a regular file beneath the root for reading. The caller closes it. Raises OSError, NotBeneath among them."""
    folder, name = split(path)
    folder_fd = open_folder(root_fd, folder, device=device, through=True)
    try:
        return _on_the_mount_of(folder_fd, open_name(folder_fd, name, device=device))
    finally:
        os.close(folder_fd)


class Beneath:
    """Opens many files beneath one root, and keeps the folder of the last one open for the next. For one thread.

    The root stays the caller's to close.
    """

    def __init__(self, root_fd: int, device: int | None = None) -> None:
        self._root_fd = root_fd
        self._device = device_of(root_fd) if device is None else device
        # Asking anew for every file would cost more than opening it.
        self._mounts = mounts_below(root_fd)
        self._path: str | None = None
        self._fd = -1

    def open(self, path: str) -> int:
        """Open a regular file for reading. The caller closes it. Raises OSError, NotBeneath among them."""
        folder, name = split(path)
        if folder != self._path:
            self.close()
            self._fd = open_folder(self._root_fd, folder, device=self._device, through=True)
            self._path = folder
        if path in self._mounts:
            raise NotBeneath(errno.EXDEV, MOUNT)
        return open_name(self._fd, name, device=self._device)

    def close(self) -> None:
        """Let go of the folder; the next `open` walks anew."""
        if self._path is not None:
            self._path = None
            os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def enter(folder_fd: int, name: str, *, device: int, through: bool = False) -> int:
    """Open a folder in an open folder. `name` is one name, checked before. Raises OSError, NotBeneath among them."""
    try:
        fd = os.open(name, _THROUGH if through else _LIST, dir_fd=folder_fd)
    except NotADirectoryError:
        if stat.S_ISLNK(os.stat(name, dir_fd=folder_fd, follow_symlinks=False).st_mode):
            raise NotBeneath(errno.ELOOP, LINK) from None
        raise
    if os.fstat(fd).st_dev != device:
        os.close(fd)
        raise NotBeneath(errno.EXDEV, MOUNT)
    return fd


def _step(fd: int, root_fd: int, name: str, device: int, *, through: bool) -> int:
    try:
        return enter(fd, name, device=device, through=through)
    finally:
        if fd != root_fd:
            os.close(fd)


def _refuse_others(fd: int, folder_fd: int, device: int | None) -> None:
    found = os.fstat(fd)
    reason = why_not_a_file(found.st_mode)
    if reason is not None:
        raise NotBeneath(errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.ENXIO, reason)
    if found.st_dev != (device_of(folder_fd) if device is None else device) and _mount_of(fd) != _mount_of(folder_fd):
        raise NotBeneath(errno.EXDEV, MOUNT)


def _on_the_mount_of(above_fd: int, fd: int) -> int:
    try:
        if _mount_of(fd) != _mount_of(above_fd):
            raise NotBeneath(errno.EXDEV, MOUNT)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _mount_of(fd: int) -> str:
    """Return the id of the mount that something open lies on.

    On an overlay a file may have another device number than its folder without a mount.
    """
    with open(f"/proc/self/fdinfo/{fd}", encoding="ascii") as lines:
        return next((line for line in lines if line.startswith("mnt_id:")), "")
