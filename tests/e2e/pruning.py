"""A studio with a disk, a Dropbox and a Drive that hold the same old shoots, for clean-ups with the installed command."""

from __future__ import annotations

import json
import os
import pwd
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index.engine import open_index
from index.holds import Hold
from index.ledger import open_ledger
from index.replay import put_hold
from index.shoot_hashes import shoot_hashes
from tests.e2e.harness import Studio, write
from tests.simulators.common import serve
from tests.simulators.dropbox.access import ACCESS as DROPBOX_ACCESS
from tests.simulators.dropbox.account import Account as Dropbox
from tests.simulators.dropbox.app import DropboxApp
from tests.simulators.gdrive.account import Account as Drive
from tests.simulators.gdrive.app import DriveApp
from tests.simulators.gdrive.tokens import ACCESS as DRIVE_ACCESS

OLD = ("2021-05-01 Virtanen häät", "2022-06-02 Korhonen", "2023-07-03 Lahti")
YOUNG = "2026-11-01 Mäkelä"
NAMES = ("IMG_1.CR3", "IMG_1.xmp", "IMG_2.CR3", "notes.txt")
BYTES = 1000
ROOT = "/Shoots"


class PruneStudio(Studio):
    """`dropbox` and `drive` are the accounts. `tight` says in which stores there is too little room."""

    dropbox: Dropbox
    drive: Drive
    retention: str = ""
    staff: str = "owner"
    rooms: str = '{low = "900000 TB", high = "900000 TB"}'

    @property
    def archive(self) -> Path:
        return self.stores["archive"]

    def begin(self, dropbox: Dropbox, drive: Drive) -> None:
        self.dropbox, self.drive = dropbox, drive
        dropbox.control("mkdir", path=ROOT)
        drive.control("mkdir", path=ROOT)
        for name, token in (("dropbox", DROPBOX_ACCESS), ("drive", DRIVE_ACCESS)):
            path = self.root / f"{name}.json"
            path.write_text(json.dumps({"access_token": token}))
            path.chmod(0o600)
        self.set_up()
        self.add_store("archive")
        for name in ("dropbox", "drive"):
            self.run("store", "init", name, "--yes", status=0)

    def set_up(self, **changes: Any) -> None:
        """Write the configuration anew."""
        for name, value in changes.items():
            setattr(self, name, value)
        account = pwd.getpwuid(os.getuid()).pw_name
        staff = f'[staff]\n{account} = "Anna, {self.staff}"\n' if self.staff else ""
        clouds = "".join(
            f'[[stores]]\nname = "{name}"\nkind = "{kind}"\npath = "Shoots"\ncredentials = "{self.root / name}.json"\n'
            f'endpoint = "{endpoint}"\n'
            for name, kind, endpoint in (
                ("dropbox", "dropbox", self.dropbox.base_url), ("drive", "gdrive", self.drive.endpoint),
            )
        )  # fmt: skip
        clouds = clouds.replace('path = "Shoots"\ncredentials = "' + str(self.root / "dropbox"), 'path = "/Shoots"\ncredentials = "' + str(self.root / "dropbox"))
        self.configure(
            f"{staff}[retention]\nfree_space = {self.rooms}\n[retention.prune]\nmost_share = \"100 %\"\n{self.retention}\n{clouds}"
        )

    def fill(self, *, clouds: tuple[str, ...] = ("dropbox", "drive"), shoots: tuple[str, ...] = (*OLD, YOUNG)) -> None:
        """The same files everywhere, indexed, and seen long ago."""
        for shoot in shoots:
            for name in NAMES:
                text = content_of(shoot, name)
                write(self.archive / shoot / name, text)
                if "dropbox" in clouds:
                    self.dropbox.put(f"{ROOT}/{shoot}/{name}", text)
                if "drive" in clouds:
                    self.drive.put(f"{ROOT}/{shoot}/{name}", text)
        self.index(status=None)
        self.let_years_pass()

    def let_years_pass(self) -> None:
        """What is old by its folder's name was first seen as long ago; nothing here can set the real clock."""
        self.sql("UPDATE content SET first_seen_at = first_seen_at - 4 * 366 * 86400")

    def sql(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.root / "var" / "index.db", timeout=30)) as conn, conn:
            return conn.execute(statement).fetchall()

    def pin(self, shoot: int) -> None:
        """Put a hold, ledger first, as the command does."""
        index = open_index(f"sqlite:///{self.root}/var/index.db")
        ledger = open_ledger(self.root / "var" / "ledger", self.root / "var" / "ledger.key")
        with index.write() as conn:
            hashed = shoot_hashes(conn, ledger.key, [shoot])[shoot]
            now = int(time.time())
            put_hold(conn, ledger, Hold(f"pin-{shoot}", "pin", now, "anna", "ours", "anna", shoot_id=shoot, shoot_hash=hashed))
        index.close()

    def plan(self, *args: str, status: int | None = None) -> Any:
        ran = self.run("prune", "--plan", "--json", *args, status=status)
        return json.loads(ran.out)

    def on_disk(self) -> set[str]:
        return {
            str(path.relative_to(self.archive))
            for path in self.archive.rglob("*")
            if path.is_file() and not str(path.relative_to(self.archive)).startswith(".backupd")
        }

    def in_trash(self) -> int:
        trash = self.archive / ".backupd-trash"
        return len(list(trash.iterdir())) if trash.exists() else 0

    def in_dropbox(self) -> set[str]:
        return {path[len(ROOT) + 1 :] for path in self.dropbox.files(ROOT)}

    def in_drive(self) -> set[str]:
        return {path.removeprefix(ROOT.lstrip("/")).removeprefix(ROOT).strip("/") for path in self.drive.files(ROOT)}

    def acts(self, uid: str) -> list[tuple[Any, ...]]:
        return self.sql(
            "SELECT store.name, act.path, act.state, act.proof, act.intent, act.outcome FROM act JOIN plan"
            f" ON plan.id = act.plan_id JOIN store ON store.id = act.store_id WHERE plan.uid = '{uid}' ORDER BY act.number"
        )


def content_of(shoot: str, name: str) -> str:
    text = f"{shoot}/{name}"
    return text + "." * (BYTES - len(text.encode()))


def everything(*shoots: str) -> set[str]:
    return {f"{shoot}/{name}" for shoot in shoots for name in NAMES}


@contextmanager
def accounts_in(folder: Path) -> Iterator[tuple[Dropbox, Drive]]:
    """Run both accounts' simulators in this process."""
    for name in ("dropbox", "drive"):
        (folder / name).mkdir()
    with serve(DropboxApp(folder / "dropbox" / "state")) as dropbox, serve(DriveApp(folder / "drive" / "state")) as drive:
        yield Dropbox(dropbox, folder / "dropbox"), Drive(drive, folder / "drive")
