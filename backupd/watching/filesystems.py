"""What a folder lies on, and whether the kernel tells of all that happens there.

On a network file system it tells only of what this machine does itself: what an editor's machine writes comes without any
event. Such folders are looked at instead.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
MAX_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")

_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb", "9p", "afs", "ceph", "coda", "davfs", "fuse.davfs",
    "fuse.davfs2", "glusterfs",
    "fuse.glusterfs", "lustre", "ncpfs", "ocfs2", "gfs2", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.curlftpfs",
    "fuse.ceph",
    "fuse.moosefs", "fuse.lizardfs", "fuse.smbnetfs", "virtiofs", "vboxsf", "prl_fs", "fuse.vmhgfs-fuse",
})  # fmt: skip
_ESCAPE = re.compile(r"\\([0-7]{3})")


def file_system_of(path: str, mounts: str) -> str:
    """Return the kind of file system that a resolved path lies on, by the text of /proc/self/mountinfo; "" if unknown."""
    best, found = -1, ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = _ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4])
        # The last of several mounts at one point is the one that is seen.
        if _lies_in(path, point) and len(point) >= best:
            best, found = len(point), right.split(" ")[0]
    return found


def is_network(kind: str) -> bool:
    """True for file systems that other machines write to without this kernel hearing of it."""
    return kind in _NETWORK


def why_not_watched(root: str, mounts: Path = MOUNTS) -> str | None:
    """Return why a folder is looked at instead of being watched, or None where events can be trusted."""
    try:
        kind = file_system_of(os.path.realpath(root), mounts.read_text("utf-8", "surrogateescape"))
    except OSError:
        return None
    return f"it lies on a network file system ({kind})" if is_network(kind) else None


def _lies_in(path: str, point: str) -> bool:
    return point == "/" or path == point or path.startswith(point + "/")
