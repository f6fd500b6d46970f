"""Running whole commands: seconds, peak memory and bytes read of a process with all its children."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The kernel adds what a child has read to the one that waits for it: this one has nothing but its child.
_TELLER = (
    "import subprocess, sys\n"
    "status = subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    "words = open('/proc/self/io').read()\n"
    "open(sys.argv[1], 'w').write(words.split('rchar: ')[1].split()[0])\n"
    "sys.exit(status)\n"
)


@dataclass(frozen=True)
class Run:
    """One run: seconds, the highest sum of resident bytes of its processes, bytes they read (0 where not asked for).

    `cpu` are the seconds that its processes kept a processor busy: what a busy machine doesn't change much.
    """

    seconds: float
    resident: int
    read: int = 0
    cpu: float = 0.0


def run(command: Sequence[str] | str) -> Run:
    """Run a command to its end, its output thrown away."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, shell=isinstance(command, str),
        start_new_session=True,
    )  # fmt: skip
    peak = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], sum(resident_of(pid) for pid in of_session(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    done.set()
    watcher.join()
    return Run(seconds, peak[0], cpu=used.ru_utime + used.ru_stime)


def bytes_read(command: Sequence[str], scratch: Path) -> int:
    """Return the bytes that a command and its children read with `read`, their own start included."""
    told = scratch / "bytes-read"
    subprocess.run([sys.executable, "-I", "-S", "-c", _TELLER, str(told), *command], check=False)
    empty = int(told.read_text())
    subprocess.run([sys.executable, "-I", "-S", "-c", _TELLER, str(told), "true"], check=True)
    return empty - int(told.read_text())


def seconds(runs: Sequence[Run]) -> str:
    """Return the median with the fastest and slowest."""
    return spread([each.seconds for each in runs], "s")


def cpu_seconds(runs: Sequence[Run]) -> str:
    """Return the median seconds of processor, with the least and the most."""
    return spread([each.cpu for each in runs], "s")


def spread(values: Sequence[float], unit: str = "", digits: int = 2) -> str:
    """Return the median of some figures with the least and the greatest."""
    middle = f"{statistics.median(values):.{digits}f} {unit}".strip()
    return f"{middle} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def ratio(ours: Sequence[Run], theirs: Sequence[Run], digits: int = 2) -> str:
    """Return how many times as long ours took: the median over runs that were made side by side, and their spread."""
    return spread([one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True)], digits=digits)


def peak_mib(runs: Sequence[Run]) -> str:
    """Return the highest resident memory of all runs."""
    return f"{max(each.resident for each in runs) / 2**20:.0f} MiB"


def of_session(leader: int) -> list[int]:
    """Return the processes of a session."""
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


def resident_of(pid: int) -> int:
    """Return the resident bytes of a process, 0 once it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0
