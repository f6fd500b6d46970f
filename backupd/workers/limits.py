"""What a worker may use. Limits in time end a parser even inside C code: the signals keep their default action."""

from __future__ import annotations

import resource
import signal
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one worker. Seconds count for one parser on one file; hashing has no limit in time."""

    cpu_seconds: float = 4.0
    wall_seconds: float = 7.0
    memory_bytes: int = 88 * MIB
    recycle_bytes: int = 72 * MIB


def confine(limits: Limits) -> None:
    """Bind this process to what never changes: memory of its own, no files written, no core dumps."""
    for kind, most in (
        (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
    # Ctrl-C goes to the whole group; the pool decides when a worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def start_clock(limits: Limits) -> None:
    """Let this process die if the clock is not stopped in time."""
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)


def stop_clock() -> None:
    """The parser came back."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.setitimer(signal.ITIMER_PROF, 0)


def has_grown_beyond(most: int) -> bool:
    """True where this process holds more than so much memory; cheap, as it is asked after each file."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > most and resident_bytes() > most


def resident_bytes() -> int:
    """Return how much memory this process holds now."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
