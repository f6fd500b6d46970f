"""What `doctor` says of the service, its jobs and the index's backups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from backupd.doctor.base import Ground
from backupd.doctor.service import CHECKS
from backupd.register.backup import make_backup
from backupd.settings.load import load_with_places
from index import jobs, stores
from index.engine import open_index
from index.turn import only_service

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def test_what_is_wrong_and_what_is_well(tmp_path: Path) -> None:
    config = tmp_path / "backupd.toml"
    url = f"sqlite:///{tmp_path}/var/index.db"
    config.write_text(f'[index]\nurl = "{url}"\n[[stores]]\nname = "archive"\nkind = "local"\npath = "{tmp_path}"\n')
    loaded = load_with_places(str(config), {})

    def said(now: datetime = NOW) -> list[tuple[str, str]]:
        return [(found.check, found.state) for found in CHECKS.run(Ground(loaded, now))]

    assert said() == [("service", "ok")]
    index = open_index(url, create=True)
    assert said() == [("service", "ok"), ("index backups", "ok")]
    with index.write() as conn:
        jobs.record_started(conn, "backup", 1)
    assert said() == [("service", "warning"), ("index backups", "warning")]
    make_backup(tmp_path / "var" / "index.db", tmp_path / "var" / "backups", NOW)
    with only_service(url, tmp_path):
        assert said() == [("service", "ok"), ("index backups", "ok")]
        assert said(NOW + timedelta(days=4))[-1] == ("index backups", "bad")
        with index.write() as conn:
            stores.record_store(conn, "archive", "local", watching="comparisons: the kernel's limit on watches is reached (x)")
            jobs.record_ended(conn, "backup", 1, "failed", "IndexDamaged", None)
        assert said() == [("service", "ok"), ("service", "warning"), ("service", "bad"), ("index backups", "ok")]
    index.close()
