"""`backupd request run` of an erasure over a disk, a Dropbox and a Drive, really killed at each call that reaches the disk
or a cloud: gone on with, it ends as one that was never stopped. The process is forked from one that has loaded everything
(see `warm`); who kills it is the kernel."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from index.ledger_verify import verify
from tests.crash.warm import Warm
from tests.e2e.erasing import ME, STAYING, STORES, ErasingStudio, sizes
from tests.simulators.common import Server
from tests.simulators.dropbox.account import Account as Dropbox
from tests.simulators.dropbox.app import DropboxApp
from tests.simulators.gdrive.account import Account as Drive
from tests.simulators.gdrive.app import DriveApp

CALLS = ("fsync", "fdatasync", "rename", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "ftruncate", "sendto")
"""What reaches the disk, or a cloud. Calls of one kind are counted in each thread by itself.

Not every write: until it is synchronised, what a killed process has written is there all the same.
"""

KEPT = ("var", "archive")
APPS = {"dropbox": DropboxApp, "drive": DriveApp}
FIGURES = os.environ.get("KILL_LOG")


class KilledStudio(ErasingStudio):
    """A studio that can be put back to what it was before its erasure ran. The clouds are in this process."""

    ready: Path
    uid: str
    warm: Warm

    def begin(self, folder: Path) -> None:
        """Make it: all is approved, nothing has run."""
        self.ready = folder / "ready"
        self.warm = Warm()
        self.ports = dict.fromkeys(APPS, 0)
        self.root.mkdir()
        self.serving: ExitStack | None = None
        self.serve()
        self.extra = f'[staff]\n{ME} = "Anna Tester, owner"\n'
        self.add_store("archive")
        staff = self.extra
        self.add_dropbox(Dropbox(self.address("dropbox"), folder))
        self.configure(f"{staff}{self.extra}")
        self.add_drive(Drive(self.address("drive"), folder))
        self.fill()
        self.uid = self.approved()
        self.stop_serving()
        for name in (*KEPT, *APPS):
            shutil.copytree(self.root / name, self.ready / name, copy_function=_copied(name))
        self.serve()

    def address(self, cloud: str) -> str:
        return f"http://127.0.0.1:{self.ports[cloud]}"

    def serve(self) -> None:
        """Have both clouds answer, where they did before."""
        self.serving = ExitStack()
        for name, kind in APPS.items():
            app = kind(self.root / name)
            server = Server(app, self.ports[name])
            self.ports[name] = server.server_address[1]
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            self.serving.callback(app.close)
            self.serving.callback(thread.join, 10)
            self.serving.callback(server.server_close)
            self.serving.callback(server.shutdown)

    def stop_serving(self) -> None:
        assert self.serving is not None
        self.serving.close()

    def put_back(self) -> None:
        """Be as before the erasure: the disk's files keep their inodes."""
        self.stop_serving()
        for name in (*KEPT, *APPS):
            shutil.rmtree(self.root / name)
            shutil.copytree(self.ready / name, self.root / name, copy_function=_copied(name))
        self.serve()

    def traced(self) -> Counter[str]:
        """Carry it out, and return how often each call was made by the thread that made it most."""
        log = self.root / "calls"
        traced = ["-e", f"trace={','.join(CALLS)}"]
        assert self.warm.run_traced(self.root, log, traced, *self.words()) == 0
        counted: Counter[tuple[str, str]] = Counter()
        for line in log.read_text(errors="replace").splitlines():
            thread, _, rest = line.partition(" ")
            counted[(thread, rest.strip().partition("(")[0])] += 1
        return Counter({call: max((count for (_, each), count in counted.items() if each == call), default=0) for call in CALLS})

    def killed(self, call: str, nth: int) -> bool:
        """Run it and have the kernel kill it, or a worker of it, before its nth call of a kind; False where none was."""
        log = self.root / "calls"
        traced = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={nth}"]
        self.warm.run_traced(self.root, log, traced, *self.words())
        return b"killed by SIGKILL" in log.read_bytes()

    def words(self, *instead: str) -> list[str]:
        """The arguments of the command."""
        return ["--config", str(self.config), *(instead or ("request", "run", self.uid))]

    def gone_on_with(self) -> str:
        """Go on until it is done; say what is wrong then, "" where nothing is."""
        if self.state() != "checked" and self.warm.run(self.root, *self.words()) != 0:
            # The ledger has what the index lacks: only that may be done first.
            self.warm.run(self.root, *self.words("ledger", "replay"))
            self.warm.run(self.root, *self.words())
        state = self.state()
        wrong = "" if state == "checked" else f"it is {state}; "
        open_acts = {each for (each,) in self.sql("SELECT DISTINCT act.state FROM act JOIN plan ON plan.id = plan_id WHERE"
                                                  " plan.state <> 'dropped'")} - {"done"}  # fmt: skip
        wrong += f"acts are {open_acts}; " if open_acts else ""
        there = self.there()
        for store in STORES:
            more, less = there[store].keys() - sizes(STAYING).keys(), sizes(STAYING).keys() - there[store].keys()
            wrong += f"{store}: left over {sorted(more)}, lost {sorted(less)}; " if more or less else ""
        problems = verify(self.root / "var" / "ledger", []).problems
        return wrong + (f"the ledger: {problems}" if problems else "")

    def sql(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.root / "var" / "index.db")) as conn:
            return conn.execute(query).fetchall()

    def state(self) -> str:
        return str(self.sql("SELECT state FROM request")[0][0])


def _copied(name: str) -> Any:
    return os.link if name == "archive" else shutil.copy2


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[KilledStudio]:
    made = KilledStudio(tmp_path / "studio")
    made.begin(tmp_path)
    yield made
    made.stop_serving()
    made.warm.close()


def can_trace() -> bool:
    strace = shutil.which("strace")
    return strace is not None and subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode == 0


@pytest.mark.long
@pytest.mark.timeout(6 * 3600)
@pytest.mark.skipif(not can_trace(), reason="strace cannot be used here")
def test_an_erasure_over_three_stores_killed_at_each_call_is_whole_once_it_was_gone_on_with(studio: KilledStudio) -> None:
    """KILL_LOG=FILE gets a line for each strike as it was checked; KILL_CALLS=a,b strikes at these alone."""
    calls = studio.traced()
    assert studio.gone_on_with() == ""
    tried = fired = 0
    wrong = []
    for call in os.environ.get("KILL_CALLS", ",".join(CALLS)).split(","):
        for nth in range(1, calls[call] + 1):
            studio.put_back()
            tried += 1
            struck = studio.killed(call, nth)
            fired += struck
            fault = studio.gone_on_with() if struck else ""
            wrong += [f"{call} {nth}: {fault}"] if fault else []
            if FIGURES is not None:
                with open(FIGURES, "a") as file:
                    file.write(f"{call} {nth} of {calls[call]}: {'fired' if struck else 'ended before it'} {fault}\n")
    print(f"real kills: {tried} tried, {fired} fired, {len(wrong)} wrong")
    assert not wrong, wrong
    assert fired >= 50
