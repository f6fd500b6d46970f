"""`backupd index`: each promise of bringing the index up to date, with the installed command."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.e2e.harness import Studio, write

WEDDING = "2026-06-06 Virtanen häät"


def fill(root: Path, shoot: str = WEDDING, files: int = 5) -> Path:
    for number in range(files):
        write(root / shoot / "RAW" / f"IMG_{number:04}.bin", f"{shoot} {number}".encode() * 50)
    write(root / shoot / "notes.bin", shoot)
    return root / shoot


def read_files(out: str) -> int:
    found = re.search(r"read (\d+) files?", out)
    assert found, out
    return int(found[1])


def test_everything_is_read_once_and_then_nothing(studio: Studio) -> None:
    fill(studio.stores["archive"])
    first = studio.index()
    assert read_files(first.out) == 6
    again = studio.index()
    assert read_files(again.out) == 0
    assert "nothing changed" in again.out
    shoot = studio.shoot("virtanen")
    assert (shoot["files"], shoot["intact"], shoot["first_day"]) == (6, 6, "2026-06-06")


def test_only_what_is_new_or_changed_is_read(studio: Studio) -> None:
    folder = fill(studio.stores["archive"])
    studio.index()
    write(folder / "new.bin", "new")
    write(folder / "RAW" / "IMG_0001.bin", "changed")
    ran = studio.index()
    assert read_files(ran.out) == 2
    assert "1 new, 1 changed" in ran.out


def test_a_change_that_keeps_size_and_time_but_not_the_file_is_seen(studio: Studio) -> None:
    folder = fill(studio.stores["archive"])
    studio.index()
    file = folder / "notes.bin"
    before = file.stat()
    write(folder / "other", file.read_bytes()[::-1])
    os.replace(folder / "other", file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert read_files(studio.index().out) == 1


def test_a_renamed_file_is_not_read_again(studio: Studio) -> None:
    folder = fill(studio.stores["archive"])
    studio.index()
    (folder / "RAW" / "IMG_0001.bin").rename(folder / "RAW" / "valittu.bin")
    ran = studio.index()
    assert read_files(ran.out) == 0
    assert "1 moved" in ran.out
    paths = studio.files(studio.shoot("virtanen")["id"])
    assert f"{WEDDING}/RAW/valittu.bin" in paths
    assert f"{WEDDING}/RAW/IMG_0001.bin" not in paths


def test_two_files_that_swap_names_are_not_read_again(studio: Studio) -> None:
    folder = fill(studio.stores["archive"]) / "RAW"
    studio.index()
    hashes = dict(_hashes(studio).items())
    (folder / "IMG_0001.bin").rename(folder / "x")
    (folder / "IMG_0002.bin").rename(folder / "IMG_0001.bin")
    (folder / "x").rename(folder / "IMG_0002.bin")
    ran = studio.index()
    assert read_files(ran.out) == 0
    after = _hashes(studio)
    one, two = f"{WEDDING}/RAW/IMG_0001.bin", f"{WEDDING}/RAW/IMG_0002.bin"
    assert (after[one], after[two]) == (hashes[two], hashes[one])


def _hashes(studio: Studio) -> dict[str, str]:
    answer = studio.json("where", str(studio.shoot("virtanen")["id"]))
    return {file["path"]: file["sha256"] for file in answer["files"]}


def test_a_file_moved_over_another_is_the_one_that_is_there(studio: Studio) -> None:
    folder = fill(studio.stores["archive"]) / "RAW"
    studio.index()
    before = _hashes(studio)
    (folder / "IMG_0003.bin").rename(folder / "IMG_0004.bin")
    assert read_files(studio.index().out) == 0
    files = studio.json("where", str(studio.shoot("virtanen")["id"]))["files"]
    present = {copy["path"]: file["sha256"] for file in files for copy in file["copies"] if copy["state"] == "present"}
    assert present[f"{WEDDING}/RAW/IMG_0004.bin"] == before[f"{WEDDING}/RAW/IMG_0003.bin"]
    assert len(present) == 5


def test_a_moved_shoot_is_not_read_again_and_keeps_its_number(studio: Studio) -> None:
    root = studio.stores["archive"]
    fill(root)
    fill(root, "2026-07-01 Korhonen potretti")
    studio.index()
    number = studio.shoot("virtanen")["id"]
    (root / "2026").mkdir()
    (root / WEDDING).rename(root / "2026" / "2026-06-06 Virtanen vihkiäiset häät")
    ran = studio.index(status=None)
    assert read_files(ran.out) == 0
    assert "2 folders moved" in ran.out
    shoot = studio.json("show", str(number))
    assert [folder["path"] for folder in shoot["folders"] if folder["present"]] == [
        "2026/2026-06-06 Virtanen vihkiäiset häät"
    ]
    assert (shoot["files"], shoot["intact"]) == (6, 6)
    assert shoot["stores"]["archive"] == {"present": 6, "missing": 0, "corrupt": 0}


def test_a_file_moved_to_another_shoot_belongs_there(studio: Studio) -> None:
    root = studio.stores["archive"]
    folder = fill(root)
    other = fill(root, "2026-07-01 Korhonen potretti")
    studio.index()
    (folder / "notes.bin").rename(other / "from-virtanen.bin")
    assert read_files(studio.index().out) == 0
    assert studio.shoot("korhonen")["files"] == 7
    assert studio.shoot("virtanen")["files"] == 5


def test_a_hard_link_is_known_without_reading(studio: Studio) -> None:
    folder = fill(studio.stores["archive"])
    studio.index()
    os.link(folder / "notes.bin", folder / "copy.bin")
    assert read_files(studio.index().out) == 0
    assert studio.shoot("virtanen")["files"] == 7


def test_what_is_gone_becomes_missing_and_stays_known(studio: Studio) -> None:
    folder = fill(studio.stores["archive"])
    studio.index()
    (folder / "RAW" / "IMG_0002.bin").unlink()
    ran = studio.index()
    assert "1 missing" in ran.out
    shoot = studio.shoot("virtanen")
    assert (shoot["files"], shoot["intact"]) == (6, 5)
    assert shoot["stores"]["archive"]["missing"] == 1
    states = studio.files(shoot["id"])
    assert states[f"{WEDDING}/RAW/IMG_0002.bin"] == [(f"{WEDDING}/RAW/IMG_0002.bin", "missing")]
    assert "missing" not in studio.index().out


def test_a_missing_folder_that_comes_back_is_not_read_again(studio: Studio) -> None:
    root = studio.stores["archive"]
    fill(root)
    fill(root, "2026-07-01 Korhonen potretti")
    studio.index()
    (root / WEDDING).rename(studio.root / "aside")
    assert "6 missing" in studio.index().out
    (studio.root / "aside").rename(root / WEDDING)
    ran = studio.index()
    assert read_files(ran.out) == 0
    assert studio.shoot("virtanen")["intact"] == 6


def test_a_store_that_was_never_adopted_is_not_believed(studio: Studio) -> None:
    studio.add_store("other", adopt=False)
    fill(studio.stores["other"])
    ran = studio.index(status=3)
    assert "store init" in ran.err
    assert studio.json("find", "virtanen") == []
    assert not (studio.stores["other"] / ".backupd-store").exists()


def test_a_root_without_its_marker_changes_nothing(studio: Studio) -> None:
    root = studio.stores["archive"]
    fill(root)
    studio.index()
    root.rename(studio.root / "unplugged")
    assert studio.index(status=3)
    root.mkdir()
    ran = studio.index(status=3)
    assert "archive" in ran.err
    shoot = studio.shoot("virtanen")
    assert (shoot["intact"], shoot["stores"]["archive"]["missing"]) == (6, 0)
    assert studio.json("status")["stores"][0]["state"] == "refused"
    root.rmdir()
    (studio.root / "unplugged").rename(root)
    assert read_files(studio.index().out) == 0


def test_another_disk_at_the_same_place_is_refused(studio: Studio) -> None:
    fill(studio.stores["archive"])
    studio.index()
    studio.add_store("spare")
    marker = (studio.stores["spare"] / ".backupd-store").read_bytes()
    (studio.stores["archive"] / ".backupd-store").write_bytes(marker)
    ran = studio.run("index", "--store", "archive", status=3)
    assert "marker" in ran.err
    assert studio.shoot("virtanen")["intact"] == 6


def test_a_store_suddenly_nearly_empty_is_put_to_a_person(studio: Studio) -> None:
    root = studio.stores["archive"]
    fill(root)
    fill(root, "2026-07-01 Korhonen potretti")
    studio.index()
    for folder in (WEDDING, "2026-07-01 Korhonen potretti/RAW"):
        shutil.rmtree(root / folder)
    write(root / "2026-08-01 Laine" / "x.bin", "new")
    ran = studio.index(status=1)
    assert "gone at once" in ran.out
    assert studio.shoot("virtanen")["intact"] == 6
    assert studio.shoot("laine")["intact"] == 1
    (question,) = studio.json("review", "--kind", "store")
    studio.run("review", "settle", str(question["id"]), "--accept", status=0)
    assert "11 missing" in studio.index().out
    assert studio.shoot("virtanen")["intact"] == 0
    assert studio.json("review") == []


def test_an_empty_root_with_its_marker_is_put_to_a_person(studio: Studio) -> None:
    root = studio.stores["archive"]
    fill(root)
    studio.index()
    shutil.rmtree(root / WEDDING)
    studio.index(status=1)
    assert studio.shoot("virtanen")["intact"] == 6


def test_a_file_or_folder_that_cannot_be_read_costs_itself_alone(studio: Studio) -> None:
    folder = fill(studio.stores["archive"])
    other = fill(studio.stores["archive"], "2026-07-01 Korhonen potretti")
    studio.index()
    write(folder / "new.bin", "new").chmod(0)
    other.chmod(0)
    try:
        ran = studio.run("index", status=1, without_rights=True)
        assert "new.bin" in ran.out
        assert "Korhonen potretti" in ran.out
        assert (studio.shoot("virtanen")["intact"], studio.shoot("korhonen")["intact"]) == (6, 6)
    finally:
        other.chmod(0o755)
    (folder / "new.bin").chmod(0o644)
    studio.index()
    assert (studio.shoot("virtanen")["intact"], studio.shoot("korhonen")["intact"]) == (7, 6)


def test_links_and_special_files_are_named_and_not_followed(studio: Studio) -> None:
    folder = fill(studio.stores["archive"])
    write(studio.root / "secret.txt", "outside")
    (folder / "link.txt").symlink_to(studio.root / "secret.txt")
    (folder / "up").symlink_to("../..")
    os.mkfifo(folder / "pipe")
    ran = studio.index(status=1)
    for name in ("link.txt", "pipe"):
        assert name in ran.out
    assert studio.shoot("virtanen")["files"] == 6


def test_odd_names_are_kept_byte_for_byte(studio: Studio) -> None:
    folder = os.fsencode(fill(studio.stores["archive"], files=1))
    names = [b"not utf8 \xe4\xff", "Ma\u0308kela\u0308".encode(), "Mäkelä".encode(), b"line\nbreak", b"x" * 255]
    for name in names:
        with open(folder + b"/" + name, "wb") as file:
            file.write(b"bytes of " + name)
    studio.index(status=None)
    answer = studio.json("where", str(studio.shoot("virtanen")["id"]))
    found = {os.fsencode(file["path"].rpartition("/")[2]) for file in answer["files"]}
    assert set(names) <= found
    text = studio.run("where", str(studio.shoot("virtanen")["id"]))
    assert "not utf8 \\xe4\\xff" in text.out
    assert read_files(studio.index(status=None).out) == 0


def test_two_indexers_do_not_run_at_once(studio: Studio) -> None:
    import fcntl

    lock = studio.root / "var" / "index.db.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ran = studio.index(status=None)
    assert ran.status != 0
    assert "another backupd" in ran.err


def test_nothing_is_written_into_a_store_but_the_marker(studio: Studio) -> None:
    root = studio.stores["archive"]
    fill(root)
    before = {path.relative_to(root): path.stat().st_mtime_ns for path in root.rglob("*")}
    studio.index()
    studio.index()
    assert {path.relative_to(root): path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_a_full_index_looks_at_every_file(studio: Studio) -> None:
    folder = fill(studio.stores["archive"])
    studio.index()
    with closing(sqlite3.connect(studio.root / "var" / "index.db")) as conn, conn:
        conn.execute("UPDATE copy SET size = size + 1 WHERE name = ?", (b"notes.bin",))
    assert read_files(studio.index().out) == 0
    assert read_files(studio.index("--full").out) == 1
    assert folder.exists()
