"""`backupd index` over a disk and a Dropbox, with the installed command, the real SDK and a simulated account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clouds import CloudStudio, account_in
from tests.e2e.harness import write
from tests.simulators.dropbox.account import Account

WEDDING = "2026-06-06 Virtanen häät"
MARKER_READS = 2  # before anything is believed, and before anything is concluded
LIST = "Nimi;Sähköposti;Rooli\nMaija Virtanen;maija@example.fi;morsian\n"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with account_in(tmp_path_factory.mktemp("cloud")) as made:
        yield made


@pytest.fixture
def studio(simulated: Account, tmp_path: Path) -> CloudStudio:
    simulated.begin(tmp_path)
    made = CloudStudio(tmp_path)
    made.add_store("archive")
    made.add_dropbox(simulated)
    return made


def test_copies_in_a_cloud_stand_beside_those_on_a_disk_without_a_download(studio: CloudStudio) -> None:
    for number in range(5):
        write(studio.stores["archive"] / WEDDING / f"IMG_{number}.bin", f"picture {number}")
        studio.put(f"{WEDDING}/IMG_{number}.bin", f"picture {number}")
    studio.put(f"{WEDDING}/only here.bin", "only in the cloud")
    studio.cloud.control("clear_log")
    studio.index()
    assert studio.cloud.control.count("files/download") == MARKER_READS, "the marker, and nothing else"
    found = studio.json("find", "virtanen")[0]
    assert found["files"] == 6 and found["intact"] == 6
    assert found["stores"]["dropbox"] == {"present": 6, "missing": 0, "corrupt": 0}
    files = studio.json("where", str(found["id"]))["files"]
    assert len(files) == 6
    both = next(file for file in files if file["path"].endswith("IMG_1.bin"))
    assert [(copy["store"], copy["known_by"]) for copy in both["copies"]] == [("archive", "hashed"), ("dropbox", "attested")]
    assert all(copy["known_at"] for copy in both["copies"])


def test_a_list_that_exists_only_in_the_cloud_is_read(studio: CloudStudio) -> None:
    studio.put(f"{WEDDING}/osallistujat.csv", LIST)
    studio.put(f"{WEDDING}/IMG_1.bin", "picture")
    studio.index()
    assert [person["name"] for person in studio.shoot("virtanen")["participants"]] == ["Maija Virtanen"]
    studio.cloud.control("clear_log")
    studio.index()
    assert studio.cloud.control.count("files/download") == MARKER_READS


def test_another_device_s_changes_are_followed(studio: CloudStudio) -> None:
    for number in range(8):
        studio.put(f"{WEDDING}/RAW/IMG_{number}.bin", f"picture {number}")
        studio.put(f"2026-07-07 Laine/IMG_{number}.bin", f"other {number}")
    studio.put(f"{WEDDING}/osallistujat.csv", LIST)
    studio.index()
    before = studio.shoot("virtanen")
    studio.another("move", f"{WEDDING}/RAW/IMG_1.bin", f"{WEDDING}/RAW/renamed.bin")
    studio.put(f"{WEDDING}/RAW/IMG_2.bin", "edited")
    studio.another("trash", f"{WEDDING}/RAW/IMG_3.bin")
    studio.another("trash", f"{WEDDING}/RAW/IMG_4.bin")
    studio.another("restore", f"{WEDDING}/RAW/IMG_4.bin")
    studio.index()
    assert studio.present() == studio.truth()
    studio.another("move", WEDDING, "2026-06-06 Virtanen vihkiäiset")
    studio.put(f"{WEDDING}/new folder of the old name.bin", "new")
    studio.index()
    assert studio.present() == studio.truth()
    after = studio.shoot("vihkiäiset")
    assert after["id"] == before["id"]
    assert [person["name"] for person in after["participants"]] == ["Maija Virtanen"]
    studio.cloud.control("reset_cursors")
    studio.another("move", "2026-07-07 Laine", "2026/2026-07-07 Laine")
    studio.index()
    assert studio.present() == studio.truth()


def test_an_emptied_account_is_put_to_a_person(studio: CloudStudio) -> None:
    for number in range(10):
        studio.put(f"{WEDDING}/IMG_{number}.bin", f"picture {number}")
    studio.index()
    studio.another("trash", WEDDING)
    ran = studio.index(status=1)
    assert "10 of 10 files are gone at once" in ran.out
    assert len(studio.present()) == 10
    question = studio.json("review")[0]
    studio.index(status=1)
    studio.run("review", "settle", str(question["id"]), "--accept", status=0)
    studio.index()
    assert studio.present() == {}


def test_a_store_that_needs_a_person_does_not_stop_the_others(studio: CloudStudio) -> None:
    write(studio.stores["archive"] / WEDDING / "a.bin", "a")
    studio.cloud.control("revoke_tokens")
    ran = studio.index(status=3)
    assert "archive: 1 file" in ran.out
    assert "backupd auth dropbox" in ran.err
    rows = {row["name"]: row for row in studio.json("status")["stores"]}
    assert rows["archive"]["state"] == "online" and rows["archive"]["files"] == 1
    assert rows["dropbox"]["state"] == "refused" and "backupd auth dropbox" in rows["dropbox"]["problem"]
