"""Running whole commands: seconds, peak memory and bytes read of a process with all its children."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """One run: seconds, the highest sum of resident bytes of its processes, bytes they read."""

    seconds: float
    resident: int
    read: int


def run(command: Sequence[str] | str, **options: object) -> Run:
    """Run a command to its end, its output thrown away."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, shell=isinstance(command, str),
        start_new_session=True, **options,  # type: ignore[call-overload]
    )  # fmt: skip
    peak: dict[str, int] = {"resident": 0}
    read: dict[int, int] = {}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            total = 0
            for pid in _session(process.pid):
                total += _resident(pid)
                read[pid] = max(read.get(pid, 0), _read(pid))
            peak["resident"] = max(peak["resident"], total)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    seconds = time.perf_counter() - started
    done.set()
    watcher.join()
    return Run(seconds, peak["resident"], sum(read.values()))


def median(runs: Sequence[Run]) -> float:
    """Return the median of the seconds."""
    return statistics.median(each.seconds for each in runs)


def spread(runs: Sequence[Run]) -> str:
    """Return the median with the fastest and slowest."""
    seconds = [each.seconds for each in runs]
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f}-{max(seconds):.2f})"


def _session(leader: int) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdecimal():
            try:
                fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader:
                found.append(int(entry))
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0


def _read(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/io").read_text().split("rchar: ")[1].split()[0])
    except OSError:
        return 0
