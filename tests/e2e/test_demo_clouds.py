"""`make demo-cloud`, run once: the demo's studio on three stores, and a change from another device followed."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.simulators import try_clouds
from tests.simulators.common import REPOSITORY, Control


def demo(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulators.try_clouds", "--folder", str(folder), *words],
        capture_output=True, text=True, cwd=REPOSITORY, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ask(folder: Path, *words: str) -> Any:
    done = subprocess.run(try_clouds.command(folder, *words, "--json"), capture_output=True, timeout=100)
    assert done.returncode < 2, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(900)
def test_the_demo_lies_in_three_stores_and_follows_another_device(tmp_path: Path) -> None:
    try:
        said = demo(tmp_path)
        assert "make demo-cloud-stop" in said and "$ backupd where" in said
        rows = {row["name"]: row for row in ask(tmp_path, "status")["stores"]}
        assert {row["state"] for row in rows.values()} == {"online"}
        control = Control(rows_address(tmp_path, "dropbox"))
        truth = [path for path in control("truth", under="/Shoots") if not path.endswith(".backupd-store")]
        assert rows["dropbox"]["files"] <= len(truth), "junk is passed over, nothing is made up"
        shoot = max(ask(tmp_path, "find", "--from", "1900-01-01"), key=lambda each: len(each["stores"]))
        assert set(shoot["stores"]) == {"archive", "dropbox", "drive"}
        files = ask(tmp_path, "where", str(shoot["id"]))["files"]
        lost = next(copy for file in files for copy in file["copies"] if copy["store"] == "dropbox")
        control("trash", path=f"/Shoots/{lost['path']}")
        subprocess.run(try_clouds.command(tmp_path, "index", "--store", "dropbox"), capture_output=True, timeout=100)
        files = ask(tmp_path, "where", str(shoot["id"]))["files"]
        states = {copy["path"]: copy["state"] for file in files for copy in file["copies"] if copy["store"] == "dropbox"}
        assert states.get(lost["path"]) != "present"
        assert Control(rows_address(tmp_path, "drive"))("now"), "they go on running"
        two_requests(tmp_path)
    finally:
        demo(tmp_path, "--stop")
    assert "does not run" in demo(tmp_path, "--stop")


def two_requests(folder: Path) -> None:
    """docs/demo-requests.sh, as it stands: a copy is given, and a guest erased from all three stores."""
    work = folder / "work"
    work.mkdir()
    env = os.environ | {"BACKUPD_CONFIG": str(folder / "backupd.toml"), "PYTHON": sys.executable, "WORK": str(work)}
    script = ["sh", "docs/demo-requests.sh"]
    done = subprocess.run(script, capture_output=True, text=True, cwd=REPOSITORY, env=env, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((work / "for-emma").rglob("*.*"))) > 10
    assert "Emma Thorley" in (work / "copy.txt").read_text()
    told = json.loads((work / "certificate.json").read_text())
    assert told["whole"] is True
    each = {row["store"]: (row["files"] == row["asked_afterwards"] >= 1, row["lists"]) for row in told["stores"]}
    assert each == dict.fromkeys(("archive", "dropbox", "drive"), (True, 1))
    for name in ("dropbox", "drive"):
        control = Control(rows_address(folder, name))
        lists = [path for path in control("truth", under="/Shoots") if path.endswith("participants.csv") and "Thorley" in path]
        assert len(lists) == 1
        assert b"Grace" not in base64.b64decode(control("bytes_of", path=lists[0]))
    assert b"Grace Turner" not in (folder / "index" / "index.db").read_bytes()


def rows_address(folder: Path, name: str) -> str:
    return str(try_clouds.running(folder)[name]["base_url"])
