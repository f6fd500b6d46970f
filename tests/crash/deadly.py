"""Accounts that end whoever asks them: a real kill -9 at the manieth request, before it is carried out or just after."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.clouds import CloudStudio
from tests.simulators.common import Request, serve
from tests.simulators.dropbox.account import Account as DropboxAccount
from tests.simulators.dropbox.app import DropboxApp
from tests.simulators.faults import Reply
from tests.simulators.gdrive.account import Account as DriveAccount
from tests.simulators.gdrive.app import DriveApp

CLOUDS = ("dropbox", "drive")


class Deadly:
    """What is added to a simulator: `at` counts the requests since it was set."""

    victim: subprocess.Popen[bytes] | None = None
    at: int = 0
    asked: int = 0
    when: str = "after"

    def handle(self, request: Request) -> Reply:
        self.asked += 1
        victim, dies = self.victim, self.victim is not None and self.asked == self.at
        if victim is not None and dies and self.when == "before":
            _end(victim)
            return Reply(cut_at=-1)
        reply: Reply = super().handle(request)  # type: ignore[misc]
        if victim is not None and dies:
            _end(victim)
        return reply


def _end(victim: subprocess.Popen[bytes]) -> None:
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait()


class DeadlyDropbox(Deadly, DropboxApp):
    """A Dropbox that does it."""


class DeadlyDrive(Deadly, DriveApp):
    """A Drive that does it."""


class DeadlyStudio(CloudStudio):
    """A studio with one cloud, `store`, whose account is `app`."""

    store: str
    app: Any

    @property
    def account(self) -> Any:
        return self.cloud if self.store == "dropbox" else self.drive

    def put_there(self, path: str, text: str) -> None:
        self.put(path, text) if self.store == "dropbox" else self.put_in_drive(path, text)

    def another_there(self, verb: str, path: str, to: str | None = None) -> None:
        self.another(verb, path, to) if self.store == "dropbox" else self.another_in_drive(verb, path, to)

    def there(self) -> dict[str, tuple[str, int]]:
        return self.truth() if self.store == "dropbox" else self.truth_in_drive()

    def run_and_kill(self, at: int, *command: str, when: str = "after") -> bool:
        """Run a command, and kill it at a request; False if it came to its good end before."""
        self.app.asked, self.app.at, self.app.when = 0, at, when
        with subprocess.Popen(
            self.command(*command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            self.app.victim = process
            process.wait()
            self.app.victim = None
        assert process.returncode in (0, -signal.SIGKILL), process.returncode
        return process.returncode == -signal.SIGKILL


@contextmanager
def deadly_studio(cloud: str, folder: Path) -> Iterator[DeadlyStudio]:
    """A studio whose only store is a cloud that kills."""
    for name in ("state", "studio"):
        (folder / name).mkdir()
    app = DeadlyDropbox(folder / "state") if cloud == "dropbox" else DeadlyDrive(folder / "state")
    with serve(app) as base_url:
        made = DeadlyStudio(folder / "studio")
        made.store, made.app = cloud, app
        if cloud == "dropbox":
            made.add_dropbox(DropboxAccount(base_url, folder))
        else:
            made.add_drive(DriveAccount(base_url, folder))
        yield made
