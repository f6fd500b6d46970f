"""`backupd run` as systemd runs it: the real installed process, told and asked over the notify socket and by signals."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.harness import Studio, write
from tests.e2e.manager import Manager, paths_below
from tests.e2e.shifted import set_shift

WEDDING = "2026-06-06 Virtanen häät"
pytestmark = pytest.mark.timeout(400)

SETTLE = '[folders]\nsettle = "1 second"\n[schedule]\n'


@pytest.fixture
def service(studio: Studio) -> Iterator[Manager]:
    studio.configure(SETTLE)
    with Manager(studio) as manager:
        yield manager


def fill(root: Path, shoot: str = WEDDING, files: int = 3) -> Path:
    for number in range(files):
        write(root / shoot / "RAW" / f"IMG_{number:04}.bin", f"{shoot} {number}".encode() * 50)
    return root / shoot


def test_it_says_when_it_is_ready_and_when_it_ends_and_ends_soon(service: Manager) -> None:
    service.start()
    service.hear("STATUS=1 stores; all is indexed")
    began = time.monotonic()
    assert service.stop() == 0
    service.hear("STOPPING=1")
    assert time.monotonic() - began < 20
    assert "Traceback" not in service.log


def test_what_settles_is_found_and_a_rename_stays_a_rename(service: Manager) -> None:
    studio, root = service.studio, service.studio.stores["archive"]
    fill(root)
    service.start()
    service.until(lambda: len(service.present()) == 3, "the first comparison")
    fill(root, "2026-06-20 Laine", files=4)
    service.until(lambda: len(service.present()) == 7, "a new shoot")
    [before] = studio.json("find", "laine")
    (root / "2026-06-20 Laine").rename(root / "2026-06-20 Laine juhlat")
    service.until(lambda: any("juhlat" in path for path in service.present()), "a rename")
    [after] = studio.json("find", "laine")
    assert (before["id"], after["files"], after["intact"]) == (after["id"], 4, 4)
    assert len(service.present()) == 7
    assert "new=4" in service.log
    assert service.log.count("new=4") == service.log.count("outcome=partial folders=2 new=4"), service.log


def test_what_the_kernel_could_not_tell_is_found_at_once_and_watched_from_then_on(service: Manager) -> None:
    """The kernel's queue really overflows: the service is stopped (SIGSTOP) while more happens than there is room for."""
    studio, root = service.studio, service.studio.stores["archive"]
    folder = fill(root) / "RAW"
    service.start()
    service.until(lambda: len(service.present()) == 3, "the first comparison")
    room = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    service.signal(signal.SIGSTOP)
    for number in range(room // 2 + 10):
        (folder / f"IMG_0000.{'bin' if number % 2 == 0 else 'tmp'}").rename(
            folder / f"IMG_0000.{'tmp' if number % 2 == 0 else 'bin'}"
        )
    # From here on the kernel has nowhere to put what happens.
    write(root / "2026-06-20 Laine" / "DCIM" / "a.bin", "a")
    service.signal(signal.SIGCONT)
    service.until(lambda: "2026-06-20 Laine/DCIM/a.bin" in service.present(), "what no event told")
    assert service.log.count("events were lost") == 1
    write(root / "2026-06-20 Laine" / "DCIM" / "b.bin", "b")
    service.until(lambda: "2026-06-20 Laine/DCIM/b.bin" in service.present(), "what came into a folder without an event")
    [row] = studio.json("status")["stores"]
    assert (row["watching"], row["events_lost_at"] is not None) == ("events", True)
    assert "events of archive were last lost on" in studio.run("status").out
    assert "fs.inotify.max_queued_events" in " ".join(studio.run("doctor").out.split())


def test_a_file_is_not_taken_while_it_is_being_written(service: Manager) -> None:
    root = service.studio.stores["archive"]
    folder = fill(root) / "RAW"
    service.start()
    service.until(lambda: len(service.present()) == 3, "the first comparison")
    with (folder / "long.mov").open("wb") as file:
        write(folder.parent / "other" / "x.bin", "x")
        service.until(lambda: any(path.endswith("x.bin") for path in service.present()), "another folder")
        for _ in range(30):
            file.write(b"part" * 1000)
            file.flush()
            time.sleep(0.1)
        assert not any(path.endswith("long.mov") for path in service.present())
    service.until(lambda: any(path.endswith("long.mov") for path in service.present()), "the long file")
    files = service.studio.json("where", str(service.studio.shoot("virtanen")["id"]))["files"]
    assert [file["size"] for file in files if file["path"].endswith("long.mov")] == [120_000]


def test_a_reload_takes_the_new_configuration_or_keeps_the_old_one(service: Manager) -> None:
    studio = service.studio
    second = studio.root / "second"
    service.start()
    good = studio.config.read_text()
    studio.config.write_text(good + "\n[retention]\nminimum = 12\n")
    assert "the configuration is wrong (line" in service.reload()
    assert 'kept the old configuration faults=1 places="line' in service.log
    fill(studio.stores["archive"])
    service.until(lambda: len(service.present()) == 3, "work by the old configuration")
    studio.add_store("second")
    fill(second, "2026-07-01 Salo", files=2)
    assert "2 stores" in service.reload()
    service.until(lambda: len(service.present()) == 5, "the new store")


def test_a_second_service_is_refused_and_a_killed_one_hinders_nobody(service: Manager) -> None:
    service.start()
    ran = service.studio.run("run", status=4)
    assert "another 'backupd run'" in ran.err
    service.kill()
    service.start()
    assert service.stop() == 0


def test_commands_work_beside_it(service: Manager) -> None:
    studio = service.studio
    fill(studio.stores["archive"])
    service.start()
    service.until(lambda: len(service.present()) == 3, "the first comparison")
    assert "3 files" in studio.index("--full").out
    studio.run("backup-index", status=0)
    assert "use" in studio.run("restore-index", status=4).err
    assert studio.run("index", "--rebuild", status=4)
    answer = studio.json("status")
    assert answer["service"] is True
    assert answer["stores"][0]["watching"] == "events"
    jobs = {job["name"]: job for job in answer["jobs"]}
    assert jobs["index archive"]["outcome"] == "done"
    assert jobs["index archive"]["next"] > jobs["index archive"]["last"]
    assert jobs["backup"]["outcome"] == "done"
    assert jobs["full_index archive"]["last"] is None


def test_the_watchdog_is_fed(studio: Studio) -> None:
    studio.configure(SETTLE)
    with Manager(studio, watchdog_seconds=1.0) as service:
        service.start()
        for _ in range(3):
            service.hear("WATCHDOG=1", seconds=5)


def test_no_name_of_a_person_or_folder_is_in_the_log(service: Manager) -> None:
    root = service.studio.stores["archive"]
    fill(root)
    write(root / WEDDING / "osallistujat.csv", "nimi;sähköposti\nMinna Virtanen;minna@posti.example\n")
    (root / WEDDING / "RAW" / "IMG_0001.jpg").write_bytes(b"\xff\xd8\xff\xe1broken")
    service.start()
    service.until(lambda: len(service.present()) == 5, "the first comparison")
    (root / WEDDING).rename(root / "2026-06-06 Virtanen vihkiäiset")
    service.until(lambda: any("vihki" in path for path in service.present()), "a rename")
    service.stop()
    for name in ("Virtanen", "Minna", "minna@", "häät", "vihki", "IMG_"):
        assert name not in service.log
    assert all(line.startswith("2") and "Z " in line for line in service.log.splitlines())


def test_a_damaged_index_is_said_and_left_as_it_is(service: Manager) -> None:
    studio = service.studio
    fill(studio.stores["archive"])
    studio.index()
    database = studio.root / "var" / "index.db"
    database.write_bytes(b"no index" * 1000)
    service.start(ready=False)
    assert service.wait() == 4
    service.hear("STATUS=needs a person")
    assert database.read_bytes() == b"no index" * 1000


def test_an_index_that_is_gone_is_not_begun_anew_where_there_is_a_backup(service: Manager) -> None:
    studio = service.studio
    fill(studio.stores["archive"])
    studio.index()
    studio.run("backup-index", status=0)
    for file in (studio.root / "var").glob("index.db*"):
        file.unlink()
    service.start(ready=False)
    assert service.wait() == 4
    assert not (studio.root / "var" / "index.db").exists()
    studio.run("restore-index", status=0)
    service.start()
    assert len(service.present()) == 3


def test_a_store_that_is_away_is_no_reason_not_to_start(service: Manager) -> None:
    root = service.studio.stores["archive"]
    fill(root)
    service.studio.index()
    root.rename(root.with_name("unplugged"))
    service.start()
    service.until(lambda: _state(service) == "offline", "that it is away")
    assert len(service.present()) == 3
    root.with_name("unplugged").rename(root)
    fill(root, "2026-07-07 Mäkelä", files=2)
    service.until(lambda: _state(service) == "online", "that it is back")
    service.until(lambda: len(service.present()) == 5, "what came meanwhile")


@pytest.mark.root
def test_a_disk_that_is_unplugged_and_plugged_in_again_is_watched_as_before(service: Manager) -> None:
    studio, root = service.studio, service.studio.stores["archive"]
    disk = studio.root / "disk"
    disk.mkdir()
    shutil.move(root / ".backupd-store", disk)
    fill(disk)
    if subprocess.run(["mount", "--bind", str(disk), str(root)], capture_output=True).returncode:
        pytest.skip("no right to mount")
    try:
        service.start()
        service.until(lambda: len(service.present()) == 3, "the first comparison")
        subprocess.run(["umount", str(root)], check=True)
        service.until(lambda: _state(service) == "refused", "that it is away")
        write(disk / WEDDING / "RAW" / "while away.bin", "w")
        subprocess.run(["mount", "--bind", str(disk), str(root)], check=True)
        service.until(lambda: len(service.present()) == 4, "what came while it was away")
        write(root / WEDDING / "RAW" / "afterwards.bin", "a")
        service.until(lambda: len(service.present()) == 5, "what came afterwards, by an event")
        assert {row[3] for row in studio.copies()} == {"p"}
    finally:
        subprocess.run(["umount", "-l", str(root)], capture_output=True)


@pytest.mark.root
def test_a_store_that_may_only_be_read_is_indexed_and_watched_all_the_same(service: Manager) -> None:
    """As the unit has it: nothing but the state folder may be written to."""
    studio, root = service.studio, service.studio.stores["archive"]
    disk = studio.root / "disk"
    disk.mkdir()
    shutil.move(root / ".backupd-store", disk)
    fill(disk)
    if subprocess.run(["mount", "-o", "bind,ro", str(disk), str(root)], capture_output=True).returncode:
        pytest.skip("no right to mount")
    try:
        with pytest.raises(OSError):
            (root / "probe").touch()
        service.start()
        service.until(lambda: len(service.present()) == 3, "the first comparison")
        write(disk / WEDDING / "RAW" / "later.bin", "l")
        service.until(lambda: len(service.present()) == 4, "what came later, by an event")
        assert service.stop() == 0
        assert "Traceback" not in service.log
        assert paths_below(disk) == service.present()
    finally:
        subprocess.run(["umount", "-l", str(root)], capture_output=True)


@pytest.mark.root
def test_a_full_disk_under_the_index_ends_no_service_and_what_came_meanwhile_is_taken_in(service: Manager) -> None:
    studio, root = service.studio, service.studio.stores["archive"]
    fill(root)
    state = studio.root / "var"
    state.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(state)], capture_output=True).returncode:
        pytest.skip("no right to mount")
    try:
        studio.run("store", "init", "archive", "--yes")
        service.start()
        service.until(lambda: len(service.present()) == 3, "the first comparison")
        ballast = state / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        # More than the index has room for in what it has taken already.
        fill(root, "2026-06-20 Laine", files=1500)
        service.until(lambda: "could not go on store=archive" in service.log, "that the disk is full")
        ballast.unlink()
        service.until(lambda: len(service.present()) == 1503, "what came meanwhile")
        assert service.stop() == 0
    finally:
        subprocess.run(["umount", "-l", str(state)], capture_output=True)


def test_a_day_in_fast_motion_ends_like_an_index_built_anew(studio: Studio, tmp_path: Path) -> None:
    """Copies in pieces, renames, a clock that jumps, a disk away, kill -9, a broken configuration, restarts: nothing is
    lost or made up, and no job waits for a day that was only the clock's."""
    studio.configure(SETTLE)
    root, shift = studio.stores["archive"], tmp_path / "shift"
    set_shift(shift)
    fill(root)
    # The watchdog makes it look at the clock every second.
    with Manager(studio, watchdog_seconds=2.0, shift=shift) as service:
        service.start()
        service.until(lambda: len(service.present()) == 3, "the morning")
        card = root / "2026-06-20 Laine" / "DCIM"
        for number in range(40):
            write(card / f"100CANON/IMG_{number:04}.bin", os.urandom(2000))
            if number % 10 == 9:
                # In the midst of a copy: an hour on, past a day, back before the beginning, and two hours ahead at last.
                set_shift(shift, hours=[1, 26, -49, 2][number // 10])
                time.sleep(0.4)
        (root / WEDDING).rename(root / "2026-06-06 Virtanen vihkiäiset")
        service.until(lambda: len(service.present()) == 43, "a card and a rename")
        set_shift(shift, days=3)
        service.until(lambda: _late_jobs(service, shift) == [], "what three days made due")
        write(card / "100CANON" / "IMG_0000.bin", os.urandom(500))
        service.kill()
        set_shift(shift, hours=-5)
        write(root / "2026-06-21 Salo" / "a.bin", "a")
        (card / "100CANON" / "IMG_0001.bin").rename(root / "2026-06-21 Salo" / "moved.bin")
        service.start()
        good = studio.config.read_text()
        studio.config.write_text("this is [no TOML")
        assert "wrong" in service.reload()
        write(root / "2026-06-22 Koski" / "b.bin", "b")
        service.until(lambda: "2026-06-22 Koski/b.bin" in service.present(), "work by the old configuration")
        studio.config.write_text(good)
        service.reload()
        root.rename(root.with_name("away"))
        service.until(lambda: _state(service) == "offline", "a disk that is away")
        set_shift(shift, hours=30)
        root.with_name("away").rename(root)
        service.until(lambda: _state(service) == "online", "a disk that is back")
        set_shift(shift, days=-1)
        for number in range(20):
            (card / "100CANON" / f"IMG_{number + 10:04}.bin").unlink()
        service.signal(signal.SIGTERM)
        assert service.wait() == 0
        service.start()
        service.until(lambda: "outcome=partial" in service.log.rpartition("service started")[2], "a look at what changed last")
        # What is gone is concluded when the whole is compared next. The clock is a day behind the disk all the while.
        set_shift(shift, days=-1, minutes=16)
        service.until(lambda: service.present() == paths_below(root), "the evening")
        set_shift(shift, days=2)
        service.until(lambda: _late_jobs(service, shift) == [], "what two days made due")
        set_shift(shift, days=-1)
        service.until(lambda: _far_jobs(service, shift) == [], "that no job waits for a day that never was")
        service.stop()
        assert "Traceback" not in service.log
        assert "nothing advances" not in service.log
    twin = Studio(tmp_path / "twin")
    twin.root.mkdir()
    twin.stores = dict(studio.stores)
    twin.configure()
    twin.index(status=None)
    assert [row for row in studio.copies() if row[3] == "p"] == twin.copies()


def _state(service: Manager) -> str:
    return str(service.studio.json("status")["stores"][0]["state"])


def _due(service: Manager, shift: Path) -> dict[str, float]:
    """In how many seconds each job is due, by the service's clock; one that runs is due now."""
    now = time.time() + float(shift.read_text())
    rows = service.studio.json("status")["jobs"]
    return {row["name"]: datetime.fromisoformat(row["next"]).timestamp() - now for row in rows if row["next"]}


def _late_jobs(service: Manager, shift: Path) -> list[str]:
    return [name for name, seconds in _due(service, shift).items() if seconds < -1]


def _far_jobs(service: Manager, shift: Path) -> list[str]:
    most = {"index archive": 900, "notices": 300, "links": 900, "digest": 86_400, "backup": 86_400}
    due = _due(service, shift)
    assert most.keys() <= due.keys()
    return [name for name, seconds in most.items() if due[name] > seconds + 1]
