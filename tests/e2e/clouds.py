"""A studio with clouds beside its disks: the simulators in this process, the installed command before them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.harness import Studio
from tests.simulators.common import serve
from tests.simulators.dropbox.access import ACCESS
from tests.simulators.dropbox.account import Account
from tests.simulators.dropbox.app import DropboxApp
from tests.simulators.gdrive.account import Account as DriveAccount
from tests.simulators.gdrive.app import DriveApp
from tests.simulators.gdrive.tokens import ACCESS as DRIVE_ACCESS

ROOT = "/Shoots"

_COPIES = (
    "SELECT folder.path, copy.name, copy.state, copy.known_by, hex(content.{hash}), copy.size"
    " FROM copy JOIN folder ON folder.id = copy.folder_id JOIN store ON store.id = folder.store_id"
    " LEFT JOIN content ON content.id = copy.content_id WHERE store.name = ?"
)


class CloudStudio(Studio):
    """`cloud` is the Dropbox, `drive` the Drive; `another` is what another device does in the Dropbox store's folder."""

    cloud: Account
    drive: DriveAccount

    def add_dropbox(self, cloud: Account, name: str = "dropbox", *, adopt: bool = True) -> None:
        self.cloud = cloud
        credentials = self.root / "dropbox.json"
        credentials.write_text(json.dumps({"access_token": ACCESS}))
        credentials.chmod(0o600)
        self.configure(
            f'[[stores]]\nname = "{name}"\nkind = "dropbox"\npath = "{ROOT}"\n'
            f'credentials = "{credentials}"\nendpoint = "{cloud.base_url}"\n'
        )
        cloud.control("mkdir", path=ROOT)
        if adopt:
            self.run("store", "init", name, "--yes", status=0)

    def add_drive(self, drive: DriveAccount, name: str = "drive", *, adopt: bool = True) -> None:
        self.drive = drive
        credentials = self.root / "drive.json"
        credentials.write_text(json.dumps({"access_token": DRIVE_ACCESS}))
        credentials.chmod(0o600)
        self.configure(
            f'{self.extra}[[stores]]\nname = "{name}"\nkind = "gdrive"\npath = "{ROOT.strip("/")}"\n'
            f'credentials = "{credentials}"\nendpoint = "{drive.endpoint}"\n'
        )
        drive.control("mkdir", path=ROOT)
        if adopt:
            self.run("store", "init", name, "--yes", status=0)

    def put(self, path: str, text: str) -> dict[str, Any]:
        return self.cloud.put(f"{ROOT}/{path}", text)

    def another(self, verb: str, path: str, to: str | None = None) -> None:
        values = {"path": f"{ROOT}/{path}"} | ({"to": f"{ROOT}/{to}"} if to is not None else {})
        self.cloud.control(verb, **values)

    def put_in_drive(self, path: str, text: str) -> dict[str, Any]:
        return self.drive.put(f"{ROOT}/{path}", text)

    def another_in_drive(self, verb: str, path: str, to: str | None = None) -> None:
        values = {"path": f"{ROOT}/{path}"} | ({"to": f"{ROOT}/{to}"} if to is not None else {})
        self.drive.control(verb, **values)

    def copies_of(self, store: str = "dropbox") -> list[tuple[str, str, str, str, int]]:
        """(path, state, known by, the provider's hash, size) of every copy in a store, straight from the index."""
        hashed = "sha256" if store == "drive" else "dropbox_hash"
        with closing(sqlite3.connect(self.root / "var" / "index.db")) as conn:
            rows = conn.execute(_COPIES.format(hash=hashed), (store,)).fetchall()
        decoded = [
            (f"{folder.decode()}/{name.decode().partition(chr(0))[0]}".lstrip("/"), *rest) for folder, name, *rest in rows
        ]
        return sorted(decoded, key=str)

    def present(self, store: str = "dropbox") -> dict[str, tuple[str, int]]:
        """(hash, size) of what the index says is there, by path."""
        found = [(path, (hashed.lower(), size)) for path, state, _, hashed, size in self.copies_of(store) if state == "p"]
        assert len(dict(found)) == len(found)
        return dict(found)

    def truth(self) -> dict[str, tuple[str, int]]:
        """The same, as the account has it."""
        truth: dict[str, dict[str, Any]] = self.cloud.control("truth", under=ROOT)
        return {
            path[len(ROOT) + 1 :]: (item["content_hash"], item["size"])
            for path, item in truth.items()
            if not path.endswith(".backupd-store")
        }

    def truth_in_drive(self) -> dict[str, tuple[str, int]]:
        """The same of the Drive, in which no two files may have one path."""
        truth: dict[str, dict[str, Any]] = self.drive.control("truth", under=ROOT)
        return {
            path[len(ROOT) + 1 :]: (item["sha256"], item["size"])
            for path, item in truth.items()
            if not path.endswith(".backupd-store")
        }


@contextmanager
def account_in(folder: Path) -> Iterator[Account]:
    """Run an account's simulator in this process."""
    with serve(DropboxApp(folder)) as base_url:
        yield Account(base_url, folder)


@contextmanager
def drive_in(folder: Path) -> Iterator[DriveAccount]:
    """Run a Drive's simulator in this process."""
    with serve(DriveApp(folder)) as base_url:
        yield DriveAccount(base_url, folder)
