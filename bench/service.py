"""`backupd run`: how soon what has come to rest is found, what it costs to be there, and a burst of new files."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.measure import of_session, resident_of, spread
from bench.studio import Studio

_SETTLE = 2.0
_TICKS = os.sysconf("SC_CLK_TCK")


def measure_service(studio: Studio, files: int, burst: int, idle_seconds: int) -> None:
    """Measure the service on a tree that is indexed already."""
    text = studio.config.read_text()
    studio.config.write_text(f'{text}[folders]\nsettle = "{_SETTLE:g} seconds"\n')
    studio.first()
    new = studio.tree / "new"
    subprocess.run(["rm", "-rf", str(new)], check=True)
    new.mkdir()
    with _running(studio) as pid:
        _until(lambda: _count(studio, "new") == 0 and _idle(studio), 300)
        late = [_one(studio, new, number) for number in range(20)]
        ordered = sorted(late)
        print(f"service: {files} files in the index")
        print(f"  found after the settling time {spread(late, 's')}")
        print(f"  the same, 95 % of them        {ordered[int(len(ordered) * 0.95) - 1]:.2f} s   (at most 2.0)")
        time.sleep(2 * _SETTLE)
        before, began = _cpu(pid), time.monotonic()
        time.sleep(idle_seconds)
        share = (_cpu(pid) - before) / (time.monotonic() - began)
        print(f"  idle, share of one core       {100 * share:.2f} % over {idle_seconds} s   (at most 1)")
        print(f"  idle, resident                {_all_resident(pid) / 2**20:.0f} MiB   (at most 120)")
        peak, done = [0], threading.Event()
        watcher = threading.Thread(target=_watch, args=(pid, peak, done))
        watcher.start()
        began = time.monotonic()
        _burst(new / "burst", burst)
        written = time.monotonic() - began
        _until(lambda: _count(studio, "new/burst") == burst, 1200)
        taken = time.monotonic() - began
        done.set()
        watcher.join()
        print(f"  {burst} new files written in {written:.1f} s, all in the index after {taken:.1f} s; lost 0")
        print(f"  burst, peak of all processes  {peak[0] / 2**20:.0f} MiB   (at most 400)")


@contextmanager
def _running(studio: Studio) -> Iterator[int]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        name = f"backupd-bench-{os.getpid()}"
        told.bind("\0" + name)
        told.settimeout(300)
        process = subprocess.Popen(
            studio.command("run"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env=os.environ | {"NOTIFY_SOCKET": "@" + name},
        )  # fmt: skip
        try:
            while told.recv(65536) != b"READY=1":
                continue
            threading.Thread(target=_drain, args=(told,), daemon=True).start()
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _drain(told: socket.socket) -> None:
    while True:
        try:
            told.recv(65536)
        except OSError:
            return


def _one(studio: Studio, new: Path, number: int) -> float:
    """Return how long after its settling time a new file is in the index and its shoot can be found."""
    folder = f"2026-05-{number + 1:02} Uusi{number}"
    (new / folder).mkdir()
    (new / folder / "IMG_0001.bin").write_bytes(struct.pack(">Q", number) * 300)
    written = time.monotonic()
    _until(lambda: _count(studio, f"new/{folder}") == 1, 60)
    return time.monotonic() - written - _SETTLE


def _count(studio: Studio, below: str) -> int:
    """Return the files below a folder that are in the index, in shoots whose words are worked out."""
    query = (
        "SELECT count(*) FROM copy JOIN folder ON folder.id = copy.folder_id JOIN shoot ON shoot.id = folder.shoot_id"
        " WHERE copy.state = 'p' AND shoot.stale = 0 AND folder.path >= ? AND folder.path < ?"
    )
    with closing(sqlite3.connect(f"file:{studio.database}?mode=ro", uri=True, timeout=30)) as conn:
        return int(conn.execute(query, (os.fsencode(below), os.fsencode(below) + b"\xff")).fetchone()[0])


def _idle(studio: Studio) -> bool:
    with closing(sqlite3.connect(f"file:{studio.database}?mode=ro", uri=True, timeout=30)) as conn:
        query = "SELECT count(*) FROM job WHERE started_at IS NOT NULL AND coalesce(ended_at, 0) < started_at"
        ran = conn.execute("SELECT count(*) FROM job WHERE ended_at IS NOT NULL").fetchone()[0]
        return bool(ran and conn.execute(query).fetchone()[0] == 0)


def _burst(folder: Path, files: int) -> None:
    for number in range(files):
        if number % 100 == 0:
            shoot = folder / f"2026-04-{number // 100 % 28 + 1:02} Purske{number // 100}"
            shoot.mkdir(parents=True)
        (shoot / f"IMG_{number:06}.bin").write_bytes(struct.pack(">Q", number) * 200)


def _until(seen: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            raise SystemExit("it did not come about")
        time.sleep(0.02)


def _watch(pid: int, peak: list[int], done: threading.Event) -> None:
    while not done.wait(0.05):
        peak[0] = max(peak[0], _all_resident(pid))


def _all_resident(pid: int) -> int:
    return sum(resident_of(each) for each in of_session(pid))


def _cpu(pid: int) -> float:
    total = 0
    for each in of_session(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        # Its own and its ended children's, in user and in kernel mode.
        total += sum(int(field) for field in fields[11:15])
    return total / _TICKS
