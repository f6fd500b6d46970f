"""A studio of three stores that goes back to one moment again and again: so every kill strikes a run from its start."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.pruning import PruneStudio
from tests.simulators.common import serve
from tests.simulators.dropbox.account import Account as Dropbox
from tests.simulators.dropbox.app import DropboxApp
from tests.simulators.gdrive.account import Account as Drive
from tests.simulators.gdrive.app import DriveApp


@dataclass
class Clouds:
    """Both accounts, with what they run on."""

    dropbox: Dropbox
    drive: Drive
    apps: tuple[DropboxApp, DriveApp]


@contextmanager
def clouds_in(folder: Path) -> Iterator[Clouds]:
    """Run both accounts' simulators in this process."""
    for name in ("dropbox", "drive"):
        (folder / name).mkdir()
    apps = DropboxApp(folder / "dropbox" / "state"), DriveApp(folder / "drive" / "state")
    with serve(apps[0]) as dropbox, serve(apps[1]) as drive:
        yield Clouds(Dropbox(dropbox, folder / "dropbox"), Drive(drive, folder / "drive"), apps)


@dataclass
class Moment:
    """How all three stores, the index and the ledger were when this was made. Files of the disk keep their inodes."""

    studio: PruneStudio
    clouds: Clouds
    kept: list[sqlite3.Connection] = field(default_factory=list)
    inodes: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shutil.copytree(self.studio.root / "var", self.studio.root / "var.then")
        for path in self.studio.on_disk():
            self.inodes[(self.studio.archive / path).stat().st_ino] = path
        for app in self.clouds.apps:
            self.kept.append(sqlite3.connect(":memory:", check_same_thread=False))
            with app.tree.lock:
                app.tree.db.backup(self.kept[-1])

    def go_back(self) -> None:
        """Let everything be as it was. Nothing of ours may be running."""
        shutil.rmtree(self.studio.root / "var")
        shutil.copytree(self.studio.root / "var.then", self.studio.root / "var")
        for path in [each for each in self.studio.archive.rglob("*") if each.is_file()]:
            was = self.inodes.get(path.stat().st_ino)
            if was is not None:
                (self.studio.archive / was).parent.mkdir(exist_ok=True)
                os.rename(path, self.studio.archive / was)
            elif not path.name.startswith(".backupd"):
                path.unlink()
        for app, then in zip(self.clouds.apps, self.kept, strict=True):
            with app.tree.lock:
                then.backup(app.tree.db)
        self.clouds.apps[1].tree.forget_usage()
