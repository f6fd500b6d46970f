"""A restored index is brought level with the ledger before anybody uses it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from backupd.register.backup import make_backup
from backupd.register.level import bring_level
from backupd.register.restore import put_back
from backupd.settings.models import Index as IndexSettings
from backupd.settings.source import given
from index.engine import open_index
from index.holds import Hold, get
from index.ledger import open_ledger
from index.replay import put_hold

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


def settings_of(folder: Path) -> IndexSettings:
    with given({}, base="/"):
        return IndexSettings.model_validate({"url": f"sqlite:///{folder}/index.db"})


def test_a_hold_that_was_put_after_the_backup_holds_again(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    ledger = open_ledger(settings.ledger_path, settings.ledger_key_path)
    index = open_index(settings.url, create=True)
    backup = make_backup(tmp_path / "index.db", tmp_path / "backups", NOW)
    with index.write() as conn:
        put_hold(conn, ledger, Hold("h1", "pin", 5, "anna", "the best wedding", "anna", shoot_id=None, shoot_hash="00" * 32))
    index.close()
    put_back(backup.path, tmp_path / "index.db", NOW)
    index = open_index(settings.url)
    with index.read() as conn:
        assert get(conn, "h1") is None
    done = bring_level(index, settings)
    assert done is not None and done.entries == 1
    with index.read() as conn:
        assert get(conn, "h1") is not None
    assert bring_level(index, settings) is None
    index.close()


def test_where_there_is_no_ledger_none_is_made(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    index = open_index(settings.url, create=True)
    assert bring_level(index, settings) is None
    assert not settings.ledger_path.exists()
    assert not settings.ledger_key_path.exists()
    index.close()
