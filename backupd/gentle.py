"""Giving way to all other programs on the machine: the editors come first."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform

_NICE = 10
_LOWEST_OF_BEST_EFFORT = 2 << 13 | 7
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30, "riscv64": 30}


def give_way() -> None:
    """Lower this process and all it will start in computing and in reading from disks.

    Where the kernel does not permit it, as under the unit's filter of system calls, the unit has done it already.
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, max(_NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    number = _IOPRIO_SET.get(platform.machine())
    if number is not None:
        # There is no other way to it from Python; an error is answered, not raised, and needs no mend.
        ctypes.CDLL(None).syscall(number, 1, 0, _LOWEST_OF_BEST_EFFORT)
