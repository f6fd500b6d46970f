"""`backupd` in processes forked from one that has loaded all of it already: so many kills could not be waited for else.

    python -m tests.crash.warm

reads one line of JSON for each command (its arguments, and whether it waits for a line before it begins), and answers
with the process's number, then with how it ended, as `os.waitpid` says. Only the door differs from the installed command.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

PACKAGES = ("adapters", "index", "backupd")


def main() -> int:
    """Load everything, then fork for each command."""
    _load()
    print("ready", flush=True)
    while line := sys.stdin.readline():
        told = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(writer)
            if told["waits"]:
                os.read(reader, 1)
            _run(told["arguments"], told["folder"])
        os.close(reader)
        print(child, flush=True)
        if told["waits"]:
            sys.stdin.readline()
            os.write(writer, b"!")
        os.close(writer)
        print(os.waitpid(child, 0)[1], flush=True)
    return 0


def _load() -> None:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for each in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not each.name.endswith("__main__") and "versions" not in each.name:
                importlib.import_module(each.name)
    import dropbox  # noqa: F401
    import googleapiclient.discovery  # noqa: F401


def _run(arguments: list[str], folder: str) -> None:
    from backupd.cli.main import main as command

    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.chdir(folder)
    status = 70
    try:
        status = command(arguments)
    finally:
        os._exit(status)


class Warm:
    """The process that forks; `run` is one command."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.warm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert self._line() == "ready"

    def run(self, folder: Path, *arguments: str) -> int:
        """Run a command to its end; return its exit status, or minus the signal that ended it."""
        self._begin(folder, arguments, waits=False)
        return os.waitstatus_to_exitcode(int(self._line()))

    def run_traced(self, folder: Path, log: Path, traced: list[str], *arguments: str) -> int:
        """The same, with strace at it from its first call on; `traced` are strace's own arguments."""
        pid = self._begin(folder, arguments, waits=True)
        command = ["strace", "-f", "-o", str(log), *traced, "-p", str(pid)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            assert "attached" in said, said
            self._say("go")
            status = os.waitstatus_to_exitcode(int(self._line()))
            tracer.stderr.read()
        return status

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _begin(self, folder: Path, arguments: tuple[str, ...], *, waits: bool) -> int:
        told: dict[str, Any] = {"arguments": list(arguments), "folder": str(folder), "waits": waits}
        self._say(json.dumps(told))
        return int(self._line())

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


if __name__ == "__main__":
    sys.exit(main())
