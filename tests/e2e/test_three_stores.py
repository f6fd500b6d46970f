"""One studio on a disk, in a Dropbox and in a Drive at once: the installed command against two simulated accounts.

Whatever other devices do in both clouds, the next `backupd index` says of each store what its account says itself, and
`where` and `find` say it of each file.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.clouds import CloudStudio, account_in, drive_in
from tests.e2e.harness import write

WEDDING = "2026-06-06 Virtanen häät"
PORTRAITS = "2026-07-07 Laine muotokuvat"
FAIR = "2025/2025-11-20 Messut Oy"
SHOOTS = (WEDDING, PORTRAITS, FAIR)
NAMES = ("RAW/IMG_0001.bin", "RAW/IMG_0002.bin", "RAW/kortti 2/IMG_0001.bin", "valmiit/kuva ä.bin", "muistio.txt")
LIST = "Nimi;Sähköposti;Rooli\nMaija Virtanen;maija@example.fi;morsian\n"
STORES = ("archive", "dropbox", "drive")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[CloudStudio]:
    for name in ("dropbox", "drive"):
        (tmp_path / f"{name} account").mkdir()
    with account_in(tmp_path / "dropbox account") as dropbox, drive_in(tmp_path / "drive account") as drive:
        made = CloudStudio(tmp_path)
        made.add_store("archive")
        made.add_dropbox(dropbox)
        made.add_drive(drive)
        yield made


def fill(studio: CloudStudio) -> None:
    """Put the same files into all three."""
    for shoot in SHOOTS:
        for name in NAMES:
            everywhere(studio, f"{shoot}/{name}", f"{shoot} {name}")
    everywhere(studio, f"{WEDDING}/osallistujat.csv", LIST)


def everywhere(studio: CloudStudio, path: str, text: str) -> None:
    write(studio.stores["archive"] / path, text)
    studio.put(path, text)
    studio.put_in_drive(path, text)


def on_disk(studio: CloudStudio) -> set[str]:
    root = studio.stores["archive"]
    found = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return {path for path in found if not path.startswith(".backupd")}


def truths(studio: CloudStudio) -> dict[str, set[str]]:
    """The paths that there are, by the stores themselves."""
    return {
        "archive": on_disk(studio), "dropbox": set(studio.truth()), "drive": set(studio.truth_in_drive()),
    }  # fmt: skip


def is_right(studio: CloudStudio) -> None:
    """The index says of both clouds, by path, hash and size, what the accounts do."""
    assert studio.present("dropbox") == studio.truth()
    assert studio.present("drive") == studio.truth_in_drive()


def agrees(studio: CloudStudio) -> None:
    """So it does, and the commands say it of each file."""
    is_right(studio)
    shoots = studio.json("find", "--from", "1900-01-01", "--limit", "100")
    told: dict[str, set[str]] = {store: set() for store in STORES}
    for shoot in shoots:
        files = studio.json("where", str(shoot["id"]))["files"]
        copies = [copy for file in files for copy in file["copies"] if copy["state"] == "present"]
        for copy in copies:
            told[copy["store"]].add(copy["path"])
            assert copy["known_by"] in ("hashed", "attested") and copy["known_at"], copy
    assert told == truths(studio)
    counted = {store: sum(shoot["stores"].get(store, {"present": 0})["present"] for shoot in shoots) for store in STORES}
    assert counted == {store: len(paths) for store, paths in told.items()}


def states(studio: CloudStudio, shoot: int) -> dict[tuple[str, str], str]:
    """(store, path) → the state of each copy of a shoot."""
    files = studio.json("where", str(shoot))["files"]
    return {(copy["store"], copy["path"]): copy["state"] for file in files for copy in file["copies"]}


@pytest.mark.timeout(300)
def test_each_file_s_copies_in_all_three_and_what_other_devices_do_in_both_clouds(studio: CloudStudio) -> None:
    fill(studio)
    studio.index()
    wedding = studio.shoot("virtanen")
    files = studio.json("where", str(wedding["id"]))["files"]
    assert len(files) == len(NAMES) + 1
    for file in files:
        found = {copy["store"]: (copy["path"], copy["state"], copy["known_by"]) for copy in file["copies"]}
        path = found["archive"][0]
        how = ("attested", "attested") if not path.endswith(".csv") else (found["dropbox"][2], found["drive"][2])
        assert found == {
            "archive": (path, "present", "hashed"), "dropbox": (path, "present", how[0]), "drive": (path, "present", how[1]),
        }  # fmt: skip
        assert file["uncompared"] == []

    # The same and other things, in both clouds.
    for another, put in ((studio.another, studio.put), (studio.another_in_drive, studio.put_in_drive)):
        another("move", f"{WEDDING}/RAW/IMG_0001.bin", f"{WEDDING}/RAW/paras.bin")
        put(f"{WEDDING}/RAW/IMG_0002.bin", "edited elsewhere")
        another("trash", f"{WEDDING}/valmiit/kuva ä.bin")
        another("trash", f"{WEDDING}/muistio.txt")
        put(f"{PORTRAITS}/RAW/IMG_0003.bin", "new")
    studio.another("restore", f"{WEDDING}/muistio.txt")
    studio.another_in_drive("untrash", f"{WEDDING}/muistio.txt")
    studio.index()
    is_right(studio)
    seen = states(studio, wedding["id"])
    for cloud in ("dropbox", "drive"):
        assert seen[cloud, f"{WEDDING}/valmiit/kuva ä.bin"] == "missing"
        assert seen[cloud, f"{WEDDING}/muistio.txt"] == "present"
        assert seen[cloud, f"{WEDDING}/RAW/paras.bin"] == "present"
    assert seen["archive", f"{WEDDING}/valmiit/kuva ä.bin"] == "present", "a cloud's loss is no loss on the disk"

    # A whole shoot goes elsewhere, and a new folder gets its name.
    for another, put in ((studio.another, studio.put), (studio.another_in_drive, studio.put_in_drive)):
        another("move", WEDDING, f"2026/{WEDDING}")
        put(f"{WEDDING}/RAW/other.bin", "of a new folder of the old name")
        another("move", f"{FAIR}/RAW", "2025/2025-11-21 Messut Oy/RAW")
    studio.index()
    is_right(studio)
    after = studio.shoot("virtanen")
    assert after["id"] == wedding["id"]
    assert [person["name"] for person in after["participants"]] == ["Maija Virtanen"]

    # Both clouds lose the position, while more goes on; in Drive a second folder has the name of the first.
    studio.cloud.control("reset_cursors")
    studio.drive.control("expire_start_tokens")
    studio.another("move", PORTRAITS, f"2026/{PORTRAITS}")
    studio.another_in_drive("move", f"2026/{WEDDING}", f"2026/{WEDDING} ja juhla")
    twin = studio.drive.control("mkdir", path=f"/Shoots/{PORTRAITS}", twin=True)["id"]
    studio.drive.put(f"id:{twin}/RAW/IMG_0001.bin", "in the twin")
    # A person is asked whether the two are one shoot.
    studio.index(status=1)
    assert [each["kind"] for each in studio.json("review")] == ["twin"]
    assert studio.present("dropbox") == studio.truth()
    assert f"{PORTRAITS} ({twin})/RAW/IMG_0001.bin" in studio.present("drive")
    studio.another_in_drive("trash", f"{PORTRAITS}/RAW/IMG_0003.bin")
    studio.drive.control("move", path=f"id:{twin}", to="/Shoots/2026-08-08 Toinen")
    # The name tells them apart now, and the question has passed.
    studio.index(status=0)
    agrees(studio)


@pytest.mark.timeout(900)
@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_whatever_other_devices_do_in_both_clouds_at_once_the_next_run_agrees(studio: CloudStudio, seed: int) -> None:
    chance = random.Random(seed)
    fill(studio)
    studio.index()
    gone: dict[str, list[str]] = {"dropbox": [], "drive": []}
    for number in range(24):
        for cloud in chance.sample(["dropbox", "drive"], chance.choice([1, 2])):
            change(studio, chance, cloud, number, gone[cloud])
        if number % 8 == 7:
            studio.index(status=None)
            accept_what_is_gone(studio)
            is_right(studio)
    agrees(studio)


def change(studio: CloudStudio, chance: random.Random, cloud: str, number: int, gone: list[str]) -> None:
    """Do one thing in one of the clouds."""
    is_drive = cloud == "drive"
    another, put = (studio.another_in_drive, studio.put_in_drive) if is_drive else (studio.another, studio.put)
    there = sorted(studio.truth_in_drive() if is_drive else studio.truth())
    some = chance.choice(there)
    shoot = some[: some.index("/", 5)] if some.startswith("202") and some[4] == "/" else some.partition("/")[0]
    what = chance.choice(["put", "edit", "rename", "trash", "restore", "shoot", "again", "lose"])
    if what == "put":
        put(f"{chance.choice(SHOOTS)}/uudet/{number}.jpg", f"new {number}")
    elif what == "edit":
        put(some, f"edited {number}")
    elif what == "rename":
        another("move", some, f"{some.rpartition('/')[0]}/renamed {number}.jpg")
    elif what == "trash":
        another("trash", some)
        gone.append(some)
    elif what == "restore" and gone:
        path = gone.pop()
        # What lay in a folder that was moved meanwhile has gone along, also in the trash.
        is_free = path not in there and any(each.startswith(f"{path.rpartition('/')[0]}/") for each in there)
        if is_free and (not is_drive or studio.drive.control("look", path=f"/Shoots/{path}") is not None):
            another("untrash" if is_drive else "restore", path)
    elif what == "shoot":
        another("move", shoot, f"2026-0{chance.randrange(1, 9)}-1{number % 10} Siirretty {number}")
    elif what == "again":
        another("move", shoot, f"2026-09-09 Pois {number}")
        put(f"{shoot}/uusi.jpg", f"in a new folder of the old name {number}")
    elif what == "lose":
        studio.drive.control("expire_start_tokens") if is_drive else studio.cloud.control("reset_cursors")


def accept_what_is_gone(studio: CloudStudio) -> None:
    """Let a person say that what is gone is truly gone, where that is asked."""
    questions: list[dict[str, Any]] = [each for each in studio.json("review") if each["kind"] == "store"]
    for question in questions:
        studio.run("review", "settle", str(question["id"]), "--accept", status=0)
    if questions:
        studio.index()
