"""Plays systemd's part for the installed `backupd run`: the notify socket, the watchdog, signals."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.e2e.harness import Studio

_SOURCE = Path(__file__).parents[2]


class Manager:
    """One service of a studio, started, told and stopped as systemd does it. Its log is in `log`.

    With `shift` its clock is moved by as many seconds as that file says.
    """

    def __init__(self, studio: Studio, *, watchdog_seconds: float | None = None, shift: Path | None = None) -> None:
        self.studio = studio
        self._door = [] if shift is None else [sys.executable, "-m", "tests.e2e.shifted", str(shift)]
        self.told: list[str] = []
        self._watchdog_seconds = watchdog_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._address = f"backupd-test-{os.getpid()}-{id(self)}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + self._address)
        self._log = studio.root / "service.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    def start(self, *, ready: bool = True) -> Self:
        env = os.environ | {"NOTIFY_SOCKET": "@" + self._address}
        if self._watchdog_seconds:
            env["WATCHDOG_USEC"] = str(int(self._watchdog_seconds * 1_000_000))
        with self._log.open("ab") as log:
            command = self.studio.command("run")
            self._process = subprocess.Popen(
                [*self._door, *command[1:]] if self._door else command,
                stdout=log, stderr=log, env=env, cwd=_SOURCE, start_new_session=True,
            )  # fmt: skip
        if ready:
            self.hear("READY=1")
        return self

    def hear(self, *wanted: str, seconds: float = 60.0) -> str:
        """Return the next message that begins with one of these; what came before it is kept in `told`."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                message = self._socket.recv(65536).decode()
            except TimeoutError:
                break
            self.told.append(message)
            if message.startswith(wanted):
                return message
        raise AssertionError(f"not told: {wanted}; told: {self.told[-10:]}\n{self.log}")

    def _take_what_was_told(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._socket.settimeout(0.0)
            while True:
                self.told.append(self._socket.recv(65536).decode())

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def reload(self) -> str:
        """Reload, and return the status that the service tells afterwards."""
        self.signal(signal.SIGHUP)
        self.hear("RELOADING=1")
        self.hear("READY=1")
        return self.hear("STATUS=")

    def stop(self, *, seconds: float = 60.0) -> int:
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds: float = 60.0) -> int:
        assert self._process is not None
        return self._process.wait(timeout=seconds)

    def kill(self) -> None:
        os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def until(self, seen: Callable[[], bool], what: str, *, seconds: float = 60.0) -> None:
        """Wait for something that no message tells. What is told meanwhile is taken, as systemd does, and kept in `told`."""
        end = time.monotonic() + seconds
        while not seen():
            self._take_what_was_told()
            assert time.monotonic() < end, f"{what} did not come about\n{self.log}"
            assert self._process is not None
            assert self._process.poll() is None, f"the service has ended\n{self.log}"
            time.sleep(0.05)

    def present(self) -> set[str]:
        """The paths of the files that the index knows to be there."""
        try:
            rows = self.studio.copies()
        except Exception:
            # Not made yet, or being made.
            return set()
        return {os.path.join(*map(_text, row[1:3])) for row in rows if row[3] == "p"}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._socket.close()


def _text(value: object) -> str:
    return os.fsdecode(value) if isinstance(value, bytes) else str(value)


def paths_below(root: Path) -> set[str]:
    """The files that lie in a store, without its marker."""
    return {
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.name != ".backupd-store"
    }
