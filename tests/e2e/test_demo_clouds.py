"""`make demo-cloud`, run once: the demo's studio on three stores, and a change from another device followed."""

from __future__ import annotations

import json
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


@pytest.mark.timeout(400)
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
    finally:
        demo(tmp_path, "--stop")
    assert "does not run" in demo(tmp_path, "--stop")


def rows_address(folder: Path, name: str) -> str:
    return str(try_clouds.running(folder)[name]["base_url"])
