"""systemd's protocol, and what the unit lets the service do."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from backupd.systemd import Systemd

UNIT = Path(__file__).parents[2] / "systemd" / "backupd.service"


@pytest.fixture
def manager(tmp_path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(tmp_path / "notify"))
    listening.settimeout(5)
    return listening


def told(manager: socket.socket) -> str:
    return manager.recv(4096).decode()


def test_each_word_of_the_protocol(manager: socket.socket) -> None:
    with manager:
        systemd = Systemd({"NOTIFY_SOCKET": manager.getsockname()})
        systemd.ready()
        assert told(manager) == "READY=1"
        systemd.reloading()
        assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", told(manager))
        systemd.status("all\nwell")
        assert told(manager) == "STATUS=all well"
        systemd.status("all\nwell")
        systemd.alive()
        assert told(manager) == "WATCHDOG=1"
        systemd.more_time(2)
        assert told(manager) == "EXTEND_TIMEOUT_USEC=2000000"
        systemd.stopping()
        assert told(manager) == "STOPPING=1"


def test_a_manager_that_does_not_read_holds_nobody_up(manager: socket.socket, tmp_path: Path) -> None:
    with manager:
        systemd = Systemd({"NOTIFY_SOCKET": manager.getsockname()})
        for number in range(10_000):
            systemd.status(f"{number} done")
        first = [told(manager)]
        systemd.status("9999 done")
        manager.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                first.append(told(manager))
    assert first[0] == "STATUS=0 done"
    # What was not taken is told again, as soon as it can be.
    assert first[-1] == "STATUS=9999 done"


def test_an_abstract_address(tmp_path: Path) -> None:
    name = f"backupd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name)
        listening.settimeout(5)
        Systemd({"NOTIFY_SOCKET": "@" + name}).ready()
        assert told(listening) == "READY=1"


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None), ({"WATCHDOG_USEC": "600000000"}, 600.0), ({"WATCHDOG_USEC": "0"}, None), ({"WATCHDOG_USEC": "x"}, None),
        ({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "7"}, 1.0), ({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "8"}, None),
    ],
)  # fmt: skip
def test_how_often_it_must_be_fed(environ: dict[str, str], seconds: float | None) -> None:
    assert Systemd(environ, pid=7).watchdog_seconds == seconds


def test_a_manager_that_is_gone_or_never_was_stops_nothing(tmp_path: Path) -> None:
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()
    Systemd({}).alive()


def needs(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not here")
    return found


def test_the_unit_is_exposed_to_no_more_than_was_promised() -> None:
    tool = needs("systemd-analyze")
    ran = subprocess.run(
        [tool, "security", "--offline=true", "--threshold=15", "--no-pager", str(UNIT)], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-500:]
    found = re.search(r"Overall exposure level for backupd.service: ([\d.]+)", ran.stdout)
    assert found
    assert float(found[1]) <= 1.5


def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    tool = needs("systemd-analyze")
    copy = tmp_path / "backupd.service"
    copy.write_text(UNIT.read_text().replace("/opt/backupd/bin/backupd", sys.executable))
    ran = subprocess.run([tool, "verify", "--man=no", str(copy)], capture_output=True, text=True)
    mine = [line for line in (ran.stdout + ran.stderr).splitlines() if "backupd" in line]
    assert not mine, mine


def test_the_account_and_its_folders_are_ones_that_systemd_understands(tmp_path: Path) -> None:
    tool = needs("systemd-sysusers")
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    ran = subprocess.run(
        [tool, f"--root={root}", str(UNIT.with_name("backupd.sysusers.conf"))], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert "backupd:x:" in (root / "etc" / "passwd").read_text()
    ran = subprocess.run(
        [needs("systemd-tmpfiles"), f"--root={root}", "--create", str(UNIT.with_name("backupd.tmpfiles.conf"))],
        capture_output=True,
        text=True,
    )
    assert (root / "var" / "lib" / "backupd").stat().st_mode & 0o777 == 0o700, ran.stderr


@pytest.mark.parametrize(
    "directive",
    [
        "Type=notify", "NotifyAccess=main", "WatchdogSec=", "ExecReload=", "Restart=on-failure", "RestartPreventExitStatus=2 4",
        "ProtectSystem=strict", "SystemCallErrorNumber=EPERM", "StateDirectory=backupd", "LimitCORE=0", "Nice=",
    ],
)  # fmt: skip
def test_what_the_service_counts_on_stands_in_the_unit(directive: str) -> None:
    assert any(line.startswith(directive) for line in UNIT.read_text().splitlines())


def test_no_store_may_be_written_to_unless_somebody_says_so() -> None:
    assert not any(line.startswith("ReadWritePaths") for line in UNIT.read_text().splitlines())
