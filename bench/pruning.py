"""How long deciding about every shoot takes, and a plan for 100,000 removals, on a real index: `python -m bench prune`."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.memory import MemoryStore
from adapters.records import Marker, Space
from backupd import promises
from backupd.policy.deletion import decide
from backupd.policy.facts import Known
from backupd.prune.basis import basis_of
from backupd.prune.planning import propose, save
from backupd.prune.shoots import known_shoots, states_of
from backupd.settings.models import Retention, Settings
from index.engine import open_index
from index.stores import end_scan, record_store, start_scan

SHOOTS, PER_SHOOT, WANTED = 10_000, 30, 100_000
MANY_SHOOTS, PER_MANY = 20_000, 50
NOW = datetime(2028, 6, 1, 12, tzinfo=UTC)
_SIZE = 30_000_000


def main(folder: Path) -> None:
    """Measure in a process of its own, so that its memory is its own, and print."""
    for part in ("decide", "plan"):
        subprocess.run([sys.executable, "-m", "bench.pruning", part, str(folder)], check=True)


class Tight(MemoryStore):
    """A store that is nearly full."""

    def space(self) -> Space:
        return Space(SHOOTS * PER_SHOOT * _SIZE, 0, SHOOTS * PER_SHOOT * _SIZE)


def decide_all(folder: Path) -> None:
    """Make an index of one store, gather the facts of every shoot, decide, print."""
    database = folder / "decide-index" / "index.db"
    settings = Settings(index={"url": f"sqlite:///{database}"})  # type: ignore[arg-type]
    if not database.exists():
        fill(database, settings, ("archive",), MANY_SHOOTS, PER_MANY)
    index = open_index(settings.index.url)
    started, spent = time.perf_counter(), time.process_time()
    with index.read() as conn:
        basis = basis_of(conn, settings, NOW)
        states = states_of(conn, basis, known_shoots(conn, basis), stale=Known.NO)
        free = sum(decide("prune", each.facts).is_allowed for each in states.values())
    took, cpu = time.perf_counter() - started, time.process_time() - spent
    index.close()
    files = MANY_SHOOTS * PER_MANY
    print(f"prune: {len(states)} shoots with {files} files, of which {free} shoots may go, {os.cpu_count()} cores")
    print(f"  every shoot decided            {took:.2f} s (at most 2), {cpu:.2f} s of it computing")
    print(f"  peak memory                    {_peak_mib():.0f} MiB")


def measure(folder: Path) -> None:
    """Make an index of three stores with all files in each, plan, save, print."""
    database = folder / "prune-index" / "index.db"
    prune: Any = {"most_files": "forever", "most_bytes": "forever", "most_share": 1.0}
    room: Any = {"low": "1 %", "high": f"{WANTED * _SIZE} B"}
    retention = Retention.model_validate({"free_space": room, "prune": prune})
    settings = Settings(index={"url": f"sqlite:///{database}"}, retention=retention)  # type: ignore[arg-type]
    if not database.exists():
        fill(database, settings, ("archive", "cloud", "drive"), SHOOTS, PER_SHOOT)
    _forget_plans(database)
    index = open_index(settings.index.url)
    stores = {name: Tight(name, "feed") for name in ("archive", "cloud", "drive")}
    for name, store in stores.items():
        store.adopt(Marker(name, name, "2026-01-01T00:00:00+00:00"))
    before = _peak_mib()
    started, spent = time.perf_counter(), time.process_time()
    with index.read() as conn:
        proposal = propose(conn, basis_of(conn, settings, NOW), stores, ["archive"])
    with index.write() as conn:
        save(conn, proposal, NOW, "bench")
    ended = time.perf_counter()
    index.close()
    if len(proposal.acts) < WANTED:
        sys.exit(f"prune: {len(proposal.acts)} removals are no figure: the index is an older one, remove {database.parent}")
    print(f"prune: {SHOOTS} shoots, {SHOOTS * PER_SHOOT} files in each of 3 stores, {os.cpu_count()} cores")
    cpu = time.process_time() - spent
    print(f"  plan of {len(proposal.acts)} removals    {ended - started:.2f} s (at most 10), {cpu:.2f} s of it computing")
    print(f"  peak memory                   {_peak_mib():.0f} MiB (at most 300), {before:.0f} before the plan")


def fill(database: Path, settings: Settings, names: Sequence[str], shoots: int, per_shoot: int) -> None:
    """Write the rows that scans of these stores would have left, with all files in each."""
    shutil.rmtree(database.parent, ignore_errors=True)
    index = open_index(settings.index.url, create=True)
    seen = int((NOW - timedelta(days=900)).timestamp())
    with index.write() as conn:
        for name in names:
            row = record_store(conn, name, "memory", state="online", heard_at=int(NOW.timestamp()) - 60)
            end_scan(conn, start_scan(conn, row.id, int(NOW.timestamp()) - 90), int(NOW.timestamp()) - 60, "complete", {})
        promises.keep(conn, settings)
    index.close()
    with closing(sqlite3.connect(database)) as conn, conn:
        conn.executemany(
            "INSERT INTO shoot (id, key, title, first_day, last_day, day_from) VALUES (?, ?, '', ?, ?, 'folder')",
            ((id, f"shoot {id}", day, day) for id in range(1, shoots + 1) for day in [_day(id, shoots)]),
        )
        conn.executemany(
            "INSERT INTO folder (id, store_id, path, identity, present, files, shoot_id, is_root, placed)"
            " VALUES (?, ?, ?, ?, 1, ?, ?, 1, 1)",
            (
                ((store - 1) * shoots + id, store, _folder(id, shoots), f"d{store}-{id}", per_shoot, id)
                for store in range(1, len(names) + 1)
                for id in range(1, shoots + 1)
            ),
        )
        files = shoots * per_shoot
        conn.executemany(
            "INSERT INTO content (id, size, sha256, dropbox_hash, kind, first_seen_at) VALUES (?, ?, ?, ?, 'p', ?)",
            ((id, _SIZE, id.to_bytes(32, "big"), (id + files).to_bytes(32, "big"), seen) for id in range(1, files + 1)),
        )
        known = int(NOW.timestamp()) - 86_400
        conn.executemany(
            "INSERT INTO copy (id, folder_id, name, content_id, size, modified_ns, identity, version, state, known_by,"
            " known_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, 'p', 'a', ?)",
            (
                (
                    (store - 1) * files + id, (store - 1) * shoots + (id - 1) // per_shoot + 1,
                    f"IMG_{id:07}.CR3".encode(), id, _SIZE, f"f{store}-{id}", f"v{id}", known,
                )
                for store in range(1, len(names) + 1)
                for id in range(1, files + 1)
            ),
        )  # fmt: skip


def _day(shoot: int, shoots: int) -> str:
    # Half of them past their minimum.
    return (NOW - timedelta(days=420 + (shoots // 2 - shoot) * 10_000 // shoots)).date().isoformat()


def _folder(shoot: int, shoots: int) -> bytes:
    return f"{_day(shoot, shoots)} client {shoot}".encode()


def _forget_plans(database: Path) -> None:
    with closing(sqlite3.connect(database)) as conn, conn:
        conn.execute("DELETE FROM act")
        conn.execute("DELETE FROM plan")


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    {"decide": decide_all, "plan": measure}[sys.argv[1]](Path(sys.argv[2]))
