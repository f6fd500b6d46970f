"""A studio with a disk, a Dropbox and a Drive in which somebody asks to be erased: the installed command, and the clouds
as processes of their own, which can be stopped."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.clouds import CloudStudio
from tests.e2e.harness import write
from tests.simulators.common import Process, running
from tests.simulators.dropbox.account import Account as Dropbox
from tests.simulators.gdrive.account import Account as Drive
from tests.unit.case_places import forms_of

ME = pwd.getpwuid(os.getuid()).pw_name
STORES = ("archive", "dropbox", "drive")
OWN, SHARED = "2025-06-14 Aino Virtanen potretti", "2025-07-05 Aino Virtanen & Ville Laine häät"
RENAMED = "2025-07-05 Pari Oy häät"
"""What the shared shoot is called once her name is out of it."""
ROW = "Aino Virtanen;aino@virtanen.example\n"
LIST = f"Nimi;Sähköposti\n{ROW}Ville Laine;ville@laine.example\n"
HERS = {f"{OWN}/IMG_0001.jpg": "her own picture", f"{OWN}/IMG_0002.jpg": "another of hers", f"{SHARED}/IMG_0101.jpg": "she alone"}
STAYING = {f"{RENAMED}/IMG_0100.jpg": "the guests", f"{RENAMED}/osallistujat.csv": LIST.replace(ROW, "")}
NAMES = ("Aino", "Virtanen", "aino@virtanen.example", "aino@virtanen")


class ErasingStudio(CloudStudio):
    """`processes` are the clouds, by their stores' names."""

    processes: dict[str, Process]

    def hurrying(self) -> dict[str, str]:
        """What makes the command try again at once: what is away stays away however long it waits."""
        folder = self.root / "hurry"
        write(folder / "sitecustomize.py", "import time\ntime.sleep = lambda seconds: None\n")
        return {"PYTHONPATH": str(folder)}

    def everywhere(self, path: str, text: str, *stores: str) -> None:
        """Put a file into these stores, or into all three, as other devices do."""
        for store in stores or STORES:
            if store == "archive":
                write(self.stores["archive"] / path, text)
            else:
                (self.put if store == "dropbox" else self.put_in_drive)(path, text)

    def fill(self) -> None:
        """Put her shoot and the one that she shares into all three, and have them indexed."""
        for path, text in (HERS | {f"{SHARED}/IMG_0100.jpg": "the guests", f"{SHARED}/osallistujat.csv": LIST}).items():
            self.everywhere(path, text)
        self.index(status=None)

    def there(self) -> dict[str, dict[str, int]]:
        """Sizes of what lies in each store, by path, as the stores say themselves."""
        root = self.stores["archive"]
        disk = {str(path.relative_to(root)): path.stat().st_size for path in root.rglob("*") if path.is_file()}
        return {
            "archive": {path: size for path, size in disk.items() if not path.startswith(".backupd")},
            "dropbox": {path: size for path, (_, size) in self.truth().items()},
            "drive": {path: size for path, (_, size) in self.truth_in_drive().items()},
        }

    def approved(self) -> str:
        """Open her case, decide all of it and have it approved."""
        uid = str(self.json("request", "open", "erase", "--subject", "Aino Virtanen", "--email", "aino@virtanen.example")["id"])
        self.run("request", "identify", uid, "--method", "known address", status=0)
        plan = self.json("request", "plan", uid)
        shared = next(each["number"] for each in plan["items"] if each["kind"] == "shoot" and each["decision"] is None)
        said = ["--decide", f"{shared}=unlist", "--decide", f"{shared}=delete:IMG_0101.jpg"]
        plan = self.json("request", "plan", uid, *said)
        folders = [each["number"] for each in plan["items"] if each["kind"] == "folder"]
        assert len(folders) == 3, plan["items"]
        self.run("request", "plan", uid, *(word for each in folders for word in ("--rename", f"{each}={RENAMED}")), status=0)
        self.run("request", "approve", uid, "--reason", "looked at", status=0)
        return uid

    def items(self, uid: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json("request", "show", uid)["items"]
        return found

    def by_hand(self, told: str) -> None:
        """Do what an item says: remove a folder from a cloud."""
        store, _, rest = told.partition(": remove the folder ")
        folder = rest.partition(", in which")[0]
        (self.another if store == "dropbox" else self.another_in_drive)("trash", folder)

    def closed(self, uid: str) -> None:
        """Do what is left by hand, answer and close."""
        for each in self.items(uid):
            if each["state"] == "open" and each["in"]:
                self.by_hand(str(each["subject"]))
                self.run("request", "tick", uid, str(each["number"]), status=0)
        self.run("request", "letter", uid, "--answer", status=0)
        self.run("request", "close", uid, status=0)

    def traces(self, *but: str) -> list[str]:
        """What index, ledger and all else below `var` tell of her; `but` are folders in it that are not looked into."""
        var = self.root / "var"
        found = []
        for path in sorted(each for each in var.rglob("*") if each.is_file()):
            if path.relative_to(var).parts[0] not in but:
                data = path.read_bytes()
                found += [f"{path.name}: {form!r}" for name in NAMES for form in forms_of(name) if form in data]
        return found


def sizes(files: dict[str, str]) -> dict[str, int]:
    """Return the sizes of files as they lie in a store."""
    return {path: len(text.encode()) for path, text in files.items()}


@contextmanager
def erasing_studio(folder: Path) -> Iterator[ErasingStudio]:
    """A studio with three stores, adopted and empty."""
    with (
        running("tests.simulators.dropbox", folder / "dropbox state") as dropbox,
        running("tests.simulators.gdrive", folder / "drive state") as drive,
    ):
        studio = ErasingStudio(folder / "studio")
        studio.root.mkdir()
        studio.processes = {"dropbox": dropbox, "drive": drive}
        studio.extra = f'[staff]\n{ME} = "Anna Tester, owner"\n'
        studio.add_store("archive")
        staff = studio.extra
        studio.add_dropbox(Dropbox(dropbox.base_url, folder / "dropbox state"))
        studio.configure(f"{staff}{studio.extra}")
        studio.add_drive(Drive(drive.base_url, folder / "drive state"))
        studio.config.write_text(studio.config.read_text().replace('"Testistudio"', '"Testistudio"\ncontact = "a@studio.example"'))
        yield studio
