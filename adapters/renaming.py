"""Giving a file its name without ever replacing another, by the one call that does so whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import lru_cache

_NO_REPLACE = 1
_NOT_OFFERED = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def rename_to_free(name: str, folder_fd: int, new_name: str, new_folder_fd: int) -> None:
    """Rename a file to a name that is free, between open folders of one file system.

    Raises FileExistsError if it isn't free, and OSError with EOPNOTSUPP where the file system can't promise that.
    """
    rename = _renameat2()
    if rename is not None:
        wrong = rename(folder_fd, os.fsencode(name), new_folder_fd, os.fsencode(new_name))
        if wrong == 0:
            return
        if wrong not in _NOT_OFFERED:
            raise OSError(wrong, os.strerror(wrong))
    _link_and_unlink(name, folder_fd, new_name, new_folder_fd)


def _link_and_unlink(name: str, folder_fd: int, new_name: str, new_folder_fd: int) -> None:
    try:
        os.link(name, new_name, src_dir_fd=folder_fd, dst_dir_fd=new_folder_fd, follow_symlinks=False)
    except OSError as err:
        if err.errno in (*_NOT_OFFERED, errno.EPERM):
            reason = "this file system cannot name a file without perhaps replacing another"
            raise OSError(errno.EOPNOTSUPP, reason) from err
        raise
    os.unlink(name, dir_fd=folder_fd)


@lru_cache(maxsize=1)
def _renameat2() -> Callable[[int, bytes, int, bytes], int] | None:
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)

    def rename(folder_fd: int, name: bytes, new_folder_fd: int, new_name: bytes) -> int:
        done = call(folder_fd, name, new_folder_fd, new_name, _NO_REPLACE)
        return 0 if done == 0 else ctypes.get_errno()

    return rename
