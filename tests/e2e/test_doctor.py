"""`backupd doctor` with the installed command: each thing that is wrong is found, told with its mend, and nothing secret."""

from __future__ import annotations

import json
import os
import pwd
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backupd.doctor import SUPPORT, find_checks
from tests.e2e.harness import Studio, write
from tests.simulators.dropbox import account as dropbox_account
from tests.simulators.dropbox.access import APP_KEY, REFRESH
from tests.simulators.gdrive import account as drive_account

RIGHT = (
    '[staff]\n{account} = "Somebody Secret, owner"\n'
    '[notify]\nserver = "mail.example"\nsender = "b@example.fi"\n[notify.hears]\n"secret@example.fi" = ["problems"]\n'
)


@pytest.fixture(scope="module")
def dropbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dropbox_account.Account]:
    with dropbox_account.account(tmp_path_factory.mktemp("dropbox")) as made:
        yield made


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[drive_account.Account]:
    with drive_account.account(tmp_path_factory.mktemp("drive")) as made:
        yield made


def findings(studio: Studio, *, status: int | None = None, env: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """What is found, by check; of several the worst."""
    ran = studio.run("doctor", "--json", status=status, env=env)
    rank = ["ok", "warning", "bad"]
    found: dict[str, dict[str, Any]] = {}
    for each in json.loads(ran.out):
        assert each.keys() == {"check", "state", "what", "mend"}
        assert (each["mend"] is None) == (each["state"] == "ok"), each
        if each["check"] not in found or rank.index(each["state"]) > rank.index(found[each["check"]]["state"]):
            found[each["check"]] = each
    return found


def right(studio: Studio, more: str = "") -> None:
    blocks = RIGHT.replace("{account}", pwd.getpwuid(os.getuid()).pw_name)
    studio.configure('contact = "studio@example.fi"\n[retention]\nrequire_copies = 1\nfree_space = {low = "1 B", high = "2 B"}\n' + blocks + more)
    text = studio.config.read_text()
    studio.config.write_text(text.replace('contact = "studio@example.fi"\n', "", 1).replace("[studio]\n", '[studio]\ncontact = "studio@example.fi"\n'))


def cloud(kind: str, endpoint: str, credentials: dict[str, str], folder: Path, more: str = "") -> str:
    file = folder / f"{kind}.json"
    file.write_text(json.dumps(credentials))
    file.chmod(0o600)
    return (
        f'[[stores]]\nname = "{kind}"\nkind = "{kind}"\npath = "Shoots"\n'
        f'credentials = "{file}"\nendpoint = "{endpoint}"\n{more}\n'
    )


def test_a_studio_in_order_has_nothing_wrong_and_names_nobody(studio: Studio) -> None:
    right(studio)
    write(studio.stores["archive"] / "2026-06-06 Virtanen häät" / "a.bin", "a")
    studio.index()
    ran = studio.run("doctor", status=0)
    assert "Nothing is wrong" in ran.out
    assert all(len(line) <= 80 or "/" in line for line in ran.out.splitlines()), ran.out
    for secret in ("Secret", "secret@", "Virtanen"):
        assert secret not in ran.out
    looked_at = {"configuration", "notify", "index", "index room", "clock", "ledger", "store archive"}
    assert set(findings(studio, status=0)) >= looked_at


def test_a_clock_that_went_back_is_told(studio: Studio) -> None:
    right(studio)
    studio.index()
    with closing(sqlite3.connect(studio.root / "var" / "index.db")) as conn, conn:
        conn.execute("UPDATE scan SET ended_at = ended_at + 400 * 86400")
    found = findings(studio, status=1)["clock"]
    assert (found["state"], "400 days behind" in found["what"], "--clock-is-right" in found["mend"]) == ("bad", True, True)


def test_what_is_wrong_on_this_machine_is_found_with_its_mend(studio: Studio) -> None:
    found = findings(studio, status=1)
    assert found["notify"]["state"] == found["staff"]["state"] == "warning"
    right(studio)
    studio.index()
    (studio.root / "var" / "index.db").chmod(0o644)
    key = write(studio.root / "var" / "ledger.key", "0" * 64 + "\n")
    key.chmod(0o640)
    write(studio.root / "var" / "ledger", "nonsense\n").chmod(0o604)
    found = findings(studio, status=1)
    assert {name for name, each in found.items() if each["state"] == "bad"} == {"index", "ledger", "ledger key"}
    assert "chmod 600" in found["index"]["mend"] and "chmod 600" in found["ledger key"]["mend"].replace("Take their rights away: ", "")
    (studio.root / "var" / "index.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    assert findings(studio, status=1)["index"]["state"] == "bad"


def test_a_disk_that_is_away_and_another_in_its_place_are_told_apart(studio: Studio) -> None:
    right(studio)
    studio.index()
    archive = studio.stores["archive"]
    archive.rename(studio.root / "away")
    assert findings(studio, status=3)["store archive"]["state"] == "bad"
    archive.mkdir()
    assert "marker" in findings(studio, status=3)["store archive"]["what"]
    marker = json.loads((studio.root / "away" / ".backupd-store").read_text())
    write(archive / ".backupd-store", json.dumps(marker | {"store_id": "f" * 32}))
    assert "another disk" in findings(studio, status=1)["store archive"]["what"]


def test_a_configuration_that_cannot_be_read_is_the_one_thing_told(studio: Studio) -> None:
    studio.config.write_text("[stores\n")
    found = findings(studio, status=1)
    assert found["configuration"]["state"] == "bad" and set(found) == {"configuration"}


def test_a_dropbox_with_too_few_rights_and_one_that_must_be_signed_in(
    studio: Studio, dropbox: dropbox_account.Account, tmp_path: Path
) -> None:
    dropbox.begin(tmp_path).store().close()
    lasting = {"app_key": APP_KEY, "refresh_token": REFRESH, "scope": "account_info.read files.metadata.read files.content.read"}
    right(studio, cloud("dropbox", dropbox.base_url, lasting, tmp_path))
    found = findings(studio, status=1)
    assert found["rights dropbox"]["state"] == "bad" and "backupd auth dropbox" in found["rights dropbox"]["mend"]
    assert found["window dropbox"]["state"] == "warning" and "365 days" in found["window dropbox"]["what"]
    assert found["clock dropbox"]["state"] == found["sign-in dropbox"]["state"] == "ok"
    read_only = 'role = "read-only"\nrecoverable = "30 days"'
    right(studio, cloud("dropbox", dropbox.base_url, lasting, tmp_path, read_only))
    found = findings(studio)
    assert found["rights dropbox"]["state"] == "ok" and "window dropbox" not in found
    dropbox.control("revoke_tokens")
    ran = studio.run("doctor", status=3)
    assert "backupd auth dropbox" in ran.out and REFRESH not in ran.out + ran.err
    assert all(len(line) <= 80 or "/" in line for line in ran.out.splitlines()), ran.out


def test_a_service_account_without_room_and_a_token_that_ends(
    studio: Studio, drive: drive_account.Account, tmp_path: Path
) -> None:
    drive.begin(tmp_path)
    key = json.loads(Path(drive.service_account()).read_text())
    right(studio, cloud("gdrive", drive.endpoint, key, tmp_path))
    found = findings(studio, status=3)
    assert found["quota gdrive"]["state"] == "warning" and "shared drive" in found["quota gdrive"]["mend"]
    drive.store().close()
    right(studio, cloud("gdrive", drive.endpoint, {"access_token": "sim-access"}, tmp_path))
    found = findings(studio)
    assert found["sign-in gdrive"]["state"] == "warning"
    right(studio, cloud("gdrive", drive.endpoint, {"access_token": "sim-access"}, tmp_path, 'drive_id = "0Another"'))
    found = findings(studio, status=3)
    assert "drive_id" in found["store gdrive"]["mend"], found["store gdrive"]


def test_every_module_offers_its_checks() -> None:
    import backupd.doctor

    modules = {path.stem for path in Path(backupd.doctor.__file__).parent.glob("*.py")} - {"__init__"} - SUPPORT
    assert len(find_checks()) == len(modules)
    assert len({checks.name for checks in find_checks()}) == len(modules)
