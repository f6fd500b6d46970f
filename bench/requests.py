"""Scope and plan of a person with 500 shoots and 200,000 files: `python -m bench requests`."""

from __future__ import annotations

import getpass
import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from backupd.settings.load import load_settings
from bench.measure import Run, run
from bench.pruning import fill
from bench.studio import BACKUPD

SHOOTS, PER_SHOOT, OTHERS = 500, 400, 2_000
_NAME, _KEY = "Aino Virtanen", "aino virtanen"


def measure_requests(folder: Path, runs: int) -> None:
    """Make an index in which one client has all those shoots among others', plan an erasure, print."""
    home = folder / "requests"
    config = home / "backupd.toml"
    database = home / "index" / "index.db"
    (home / "archive").mkdir(parents=True, exist_ok=True)
    config.write_text(
        f'[studio]\nname = "Bench"\n[staff]\n"{getpass.getuser()}" = "Bench, owner"\n'
        f'[index]\nurl = "sqlite:///{database}"\n'
        f'[[stores]]\nname = "archive"\nkind = "local"\npath = "{home / "archive"}"\n'
    )
    fill(database, load_settings(str(config), {}), ("archive",), SHOOTS + OTHERS, PER_SHOOT)
    _give(database)
    took = [_plan(config) for _ in range(runs)]
    print(f"requests: an erasure for a client of {SHOOTS} shoots with {SHOOTS * PER_SHOOT} files, among {OTHERS} more")
    whole, computing = sorted(each.seconds for each in took)[len(took) // 2], min(each.cpu for each in took)
    print(f"  request plan, whole command    {whole:.2f} s (at most 5), {computing:.2f} s of it computing")
    print(f"  peak memory                    {max(each.resident for each in took) / 2**20:.0f} MiB")


def _give(database: Path) -> None:
    """Make the first shoots the person's, the others somebody else's."""
    with closing(sqlite3.connect(database)) as conn, conn:
        conn.executemany("INSERT INTO client (id, name, key) VALUES (?, ?, ?)", [(1, _NAME, _KEY), (2, "Otto", "otto")])
        conn.executemany(
            "INSERT INTO client_spelling (key, client_id, spelling, settled) VALUES (?, ?, ?, 0)",
            [(_KEY, 1, _NAME), ("otto", 2, "Otto")],
        )
        # The rows are of a day to come, before which a clock would be wrong.
        conn.execute("UPDATE scan SET started_at = ?1, ended_at = ?1", (int(time.time()) - 60,))
        conn.execute("UPDATE shoot SET client_id = CASE WHEN id <= ? THEN 1 ELSE 2 END", (SHOOTS,))


def _plan(config: Path) -> Run:
    opened = _answer(config, "request", "open", "erase", "--subject", _NAME)
    _do(config, "request", "identify", opened["id"], "--method", "seen here")
    taken = run([BACKUPD, "--config", str(config), "request", "plan", opened["id"]])
    meant = len(_answer(config, "request", "plan", opened["id"])["acts"])
    if meant != SHOOTS * PER_SHOOT:
        raise SystemExit(f"the plan has {meant} files instead of {SHOOTS * PER_SHOOT}")
    _do(config, "request", "withdraw", opened["id"])
    return taken


def _answer(config: Path, *words: str) -> Any:
    return json.loads(_do(config, *words, "--json"))


def _do(config: Path, *words: str) -> bytes:
    return subprocess.run([BACKUPD, "--config", str(config), *words], stdout=subprocess.PIPE, check=True).stdout
