"""Bringing all that was written to a file system to its disk at once: hundreds of files cost as much as one."""

from __future__ import annotations

import ctypes
import os
from functools import lru_cache
from typing import Any


def sync_file_system(fd: int) -> None:
    """Have everything written to the file system of an open file or folder on its disk. Raises OSError where that failed."""
    call = _syncfs()
    if call is None:
        os.sync()
        return
    if call(fd) != 0:
        wrong = ctypes.get_errno()
        raise OSError(wrong, os.strerror(wrong))


@lru_cache(maxsize=1)
def _syncfs() -> Any:
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is not None:
        call.argtypes = (ctypes.c_int,)
    return call
