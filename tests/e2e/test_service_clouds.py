"""`backupd run` with a cloud: told of changes by it, and held up by none that is dead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.clouds import CloudStudio, account_in
from tests.e2e.harness import write
from tests.e2e.manager import Manager

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


def _dropbox(studio: CloudStudio) -> dict[str, tuple[str, int]]:
    try:
        return studio.present()
    except Exception:
        return {}


def _row(studio: CloudStudio) -> dict[str, object]:
    return next(row for row in studio.json("status")["stores"] if row["name"] == "dropbox")


def _state(studio: CloudStudio) -> object:
    return _row(studio)["state"]


def _watching(studio: CloudStudio) -> object:
    return _row(studio)["watching"]
