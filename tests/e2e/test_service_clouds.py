"""`backupd run` with a cloud: told of changes by it, and held up by none that is dead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clouds import CloudStudio, account_in
from tests.e2e.harness import write
from tests.e2e.manager import Manager
from tests.simulators.gdrive.account import Account as Drive
from tests.simulators.gdrive.account import account as drive_account

pytestmark = pytest.mark.timeout(400)

SETTLE = '[folders]\nsettle = "1 second"\n'


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[CloudStudio]:
    (tmp_path / "cloud").mkdir()
    with account_in(tmp_path / "cloud") as account:
        made = CloudStudio(tmp_path)
        made.add_store("archive")
        made.add_dropbox(account)
        made.configure(SETTLE + made.extra)
        yield made


def test_a_change_in_the_cloud_is_told_and_taken_in(studio: CloudStudio) -> None:
    studio.put("2026-06-06 Virtanen häät/a.bin", "a")
    with Manager(studio) as service:
        service.start()
        service.until(lambda: len(_dropbox(studio)) == 1, "the first listing")
        service.until(lambda: _watching(studio) == "told by the cloud", "how it learns of changes")
        studio.put("2026-06-06 Virtanen häät/b.bin", "b")
        service.until(lambda: len(_dropbox(studio)) == 2, "what another device put there")
        assert service.stop() == 0
        assert "Virtanen" not in service.log


def test_a_dead_cloud_delays_no_disk_and_ends_no_service(tmp_path: Path) -> None:
    (tmp_path / "cloud").mkdir()
    with account_in(tmp_path / "cloud") as account:
        studio = CloudStudio(tmp_path)
        studio.add_store("archive")
        studio.add_dropbox(account)
        studio.configure(SETTLE + studio.extra)
        studio.put("2026-06-06 Virtanen häät/a.bin", "a")
        studio.index(status=None)
    # Nobody listens there any more.
    with Manager(studio) as service:
        service.start()
        write(studio.stores["archive"] / "2026-06-20 Laine" / "x.bin", "x")
        service.until(lambda: any("x.bin" in path for path in service.present()), "a disk beside a dead cloud", seconds=30)
        service.until(lambda: _state(studio) == "offline", "that the cloud is away", seconds=120)
        assert len(_dropbox(studio)) == 1
        assert service.stop() == 0


@pytest.fixture
def both(tmp_path: Path) -> Iterator[TwoClouds]:
    """A Dropbox and a Drive, each with a file, and a service that asks the Drive every second."""
    with account_in(_folder(tmp_path / "d")) as dropbox, drive_account(_folder(tmp_path / "g")) as drive:
        made = TwoClouds(tmp_path)
        made.add_dropbox(dropbox)
        made.drive = drive
        made.configure(
            f'{SETTLE}[schedule]\npoll = "1 second"\n{made.extra}[[stores]]\nname = "drive"\nkind = "gdrive"\n'
            f'path = "Shoots"\ncredentials = "{drive.credentials()}"\nendpoint = "{drive.endpoint}"\n'
        )
        drive.control("mkdir", path="Shoots")
        made.run("store", "init", "drive", "--yes", status=0)
        made.put("2026-06-06 Virtanen häät/a.bin", "a")
        made.put_in_drive("2026-06-13 Korhonen/a.bin", "other a")
        yield made


class TwoClouds(CloudStudio):
    drive: Drive

    def put_in_drive(self, path: str, text: str) -> None:
        self.drive.put(f"Shoots/{path}", text)

    def names(self, store: str) -> list[str]:
        """The paths that the index knows to be there."""
        try:
            return [path for path, state, *_ in self.copies_of(store) if state == "p"]
        except Exception:
            # Not made yet, or being made.
            return []

    def titles(self, *words: str) -> list[str]:
        return [each["first_day"] for each in self.json("find", *words)]


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_what_is_put_into_a_drive_is_found_and_what_is_moved_or_trashed_there_is_followed(both: TwoClouds) -> None:
    with Manager(both) as service:
        service.start()
        service.until(lambda: both.names("drive") == ["2026-06-13 Korhonen/a.bin"], "the first listing")
        both.put_in_drive("2026-07-04 Mäkelä/b.bin", "b")
        service.until(lambda: both.titles("mäkelä") == ["2026-07-04"], "that a look-up finds what another device put there")
        row = _row(both, "drive")
        assert (row["state"], row["watching"]) == ("online", "asked every 1 second")
        both.drive.control("move", path="Shoots/2026-07-04 Mäkelä", to="Shoots/2026-07-05 Mäkelä")
        service.until(lambda: both.titles("mäkelä") == ["2026-07-05"], "a folder that was renamed there")
        both.drive.control("trash", path="Shoots/2026-06-13 Korhonen/a.bin")
        service.until(lambda: both.names("drive") == ["2026-07-05 Mäkelä/b.bin"], "a file that was thrown away there")
        assert service.stop() == 0
        assert not any(name in service.log for name in ("Mäkelä", "Korhonen", "b.bin", "Traceback"))


def test_a_dead_dropbox_delays_no_drive(both: TwoClouds) -> None:
    with Manager(both) as service:
        service.start()
        service.until(lambda: len(both.names("drive")) == len(both.names("dropbox")) == 1, "the first listings")
        both.cloud.control("fault", route="*", kind="server_error", times=10**9)
        both.put("2026-06-06 Virtanen häät/lost.bin", "l")
        for number in range(3):
            both.put_in_drive(f"2026-06-13 Korhonen/{number}.bin", str(number))
            service.until(lambda: len(both.names("drive")) == 2 + number, "the Drive's changes", seconds=15)  # noqa: B023
        assert len(both.names("dropbox")) == 1
        assert service.stop() == 0


def test_a_dropbox_that_hangs_while_it_tells_its_changes_holds_up_nobody(both: TwoClouds) -> None:
    """Its marker can be read, so that it counts as there; what hangs is the list of changes."""
    with Manager(both) as service:
        service.start()
        service.until(lambda: len(both.names("drive")) == len(both.names("dropbox")) == 1, "the first listings")
        both.cloud.control("fault", route="*/list_folder/continue", kind="slow", values={"seconds": 40}, times=10**9)
        both.put("2026-06-06 Virtanen häät/late.bin", "l")
        service.until(lambda: both.cloud.control("faults_used") > 0, "that it hangs")
        both.put_in_drive("2026-06-13 Korhonen/b.bin", "b")
        service.until(lambda: len(both.names("drive")) == 2, "the Drive's change", seconds=20)
        assert len(both.names("dropbox")) == 1
        assert service.stop() == 0


@pytest.mark.parametrize(("route", "nth"), [("*/list_folder/continue", 2), ("*/files/download", 2)])
def test_a_dropbox_that_falls_silent_later_in_a_run_holds_up_nobody(both: TwoClouds, route: str, nth: int) -> None:
    """In a later page of what has changed, or in the bytes of a list of participants; the marker is read before it."""
    with Manager(both) as service:
        service.start()
        service.until(lambda: len(both.names("drive")) == len(both.names("dropbox")) == 1, "the first listings")
        service.until(lambda: _row(both, "dropbox")["watching"] == "told by the cloud", "that it waits for changes")
        both.cloud.control("set", page_limit=1)
        both.cloud.control("fault", route=route, kind="slow", values={"seconds": 40}, nth=nth, times=10**9)
        both.put("2026-06-06 Virtanen häät/b.bin", "b")
        both.put("2026-06-06 Virtanen häät/osallistujat.csv", "Nimi;Email\nMaija Virtanen;maija@example.fi\n")
        service.until(lambda: both.cloud.control("faults_used") > 0, "that it is silent")
        both.put_in_drive("2026-06-13 Korhonen/b.bin", "b")
        service.until(lambda: len(both.names("drive")) == 2, "the Drive's change", seconds=20)
        assert service.stop() == 0


def test_a_dead_drive_delays_no_dropbox(both: TwoClouds) -> None:
    with Manager(both) as service:
        service.start()
        service.until(lambda: len(both.names("drive")) == len(both.names("dropbox")) == 1, "the first listings")
        service.until(lambda: _row(both)["watching"] == "told by the cloud", "how it learns of changes")
        both.drive.control.fault("*", "close", times=10**9)
        for number in range(3):
            both.put(f"2026-06-06 Virtanen häät/{number}.bin", str(number))
            service.until(lambda: len(both.names("dropbox")) == 2 + number, "the Dropbox's changes", seconds=15)  # noqa: B023
        assert len(both.names("drive")) == 1
        assert service.stop() == 0


def _dropbox(studio: CloudStudio) -> dict[str, tuple[str, int]]:
    try:
        return studio.present()
    except Exception:
        return {}


def _row(studio: CloudStudio, name: str = "dropbox") -> dict[str, object]:
    return next(row for row in studio.json("status")["stores"] if row["name"] == name)


def _state(studio: CloudStudio) -> object:
    return _row(studio)["state"]


def _watching(studio: CloudStudio) -> object:
    return _row(studio)["watching"]
