from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

from adapters.base import StoreKind
from backupd.settings.check import Checked, check
from backupd.settings.faults import SettingsError
from backupd.settings.load import load_with_places


def never_opened(name: str, options: Mapping[str, Any]) -> NoReturn:
    raise AssertionError("checking a configuration opens no store")


KINDS = {
    "local": StoreKind("local", frozenset(), never_opened),
    "dropbox": StoreKind("dropbox", frozenset({"credentials", "endpoint"}), never_opened),
}
Check = Callable[[str], Checked]


@pytest.fixture
def checked(tmp_path: Path) -> Check:
    """Check a configuration that stands in a folder with the folder "shoots" and a writable place for the index."""
    (tmp_path / "shoots").mkdir()

    def check_text(text: str) -> Checked:
        index = "" if "[index]" in text else '[index]\nurl = "sqlite:///state/index.db"\n'
        file = tmp_path / "backupd.toml"
        file.write_text(text + "\n" + index, "utf-8")
        return check(load_with_places(str(file), {}), KINDS.get)

    return check_text


def local(name: str, path: str, more: str = "") -> str:
    return f'[[stores]]\nname = "{name}"\nkind = "local"\npath = "{path}"\n{more}\n'


def cloud(name: str, path: str, more: str = "") -> str:
    return f'[[stores]]\nname = "{name}"\nkind = "dropbox"\npath = "{path}"\ncredentials = "token.json"\n{more}\n'


def told(checked: Checked) -> list[tuple[int | None, str]]:
    return [(fault.line, fault.key) for fault in checked.faults]


def token(tmp_path: Path, text: str = '{"access_token": "salaisuus"}', mode: int = 0o600) -> None:
    (tmp_path / "token.json").write_text(text)
    (tmp_path / "token.json").chmod(mode)


def test_what_systemd_handed_over_stands_for_the_file_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "shoots").mkdir()
    handed = tmp_path / "credentials"
    handed.mkdir()
    token(handed, mode=0o640)  # the access list of systemd looks like this
    file = tmp_path / "backupd.toml"
    file.write_text(cloud("box", "/Shoots") + '[index]\nurl = "sqlite:///state/index.db"\n')
    loaded = load_with_places(str(file), {"CREDENTIALS_DIRECTORY": str(handed)})
    assert loaded.settings.stores[0].credentials == handed / "token.json"
    assert check(loaded, KINDS.get).faults == ()
    token(tmp_path, mode=0o640)
    for environ in ({}, {"CREDENTIALS_DIRECTORY": str(tmp_path / "none")}):
        loaded = load_with_places(str(file), environ)
        assert loaded.settings.stores[0].credentials == tmp_path / "token.json"
        assert [fault.key for fault in check(loaded, KINDS.get).faults] == ["stores[0].credentials"]


def test_a_right_configuration_has_no_faults(checked: Check, tmp_path: Path) -> None:
    token(tmp_path)
    studio = '[studio]\nname = "Kaisla"\ncontact = "a@b"\n[staff]\nmaija = "Maija, owner"\n'
    found = checked(studio + local("disk", "shoots") + cloud("cloud", "/Kuvat"))
    assert found == Checked((), ())


@pytest.mark.parametrize("path", ["missing", "shoots/missing", "backupd.toml"])
def test_an_unreachable_root_is_a_fault(checked: Check, path: str) -> None:
    assert told(checked(local("disk", path))) == [(4, "stores[0].path")]


@pytest.mark.parametrize(
    ("first", "second"),
    [("shoots", "shoots"), ("shoots", "shoots/old"), ("shoots/old", "shoots"), ("shoots", "link"), ("shoots", ".")],
)
def test_local_roots_that_overlap_are_a_fault_of_the_second(
    checked: Check, tmp_path: Path, first: str, second: str
) -> None:
    (tmp_path / "shoots" / "old").mkdir()
    (tmp_path / "link").symlink_to("shoots")
    found = checked(local("a", first) + local("b", second) + '[index]\nurl = "sqlite:////var/tmp/backupd-x/i.db"\n')
    assert (9, "stores[1].path") in told(found)
    assert "'a'" in found.faults[0].wrong


def test_folders_that_only_start_alike_do_not_overlap(checked: Check, tmp_path: Path) -> None:
    (tmp_path / "shoots2").mkdir()
    assert told(checked(local("a", "shoots") + local("b", "shoots2"))) == []


def test_cloud_roots_overlap_within_one_account_only(checked: Check, tmp_path: Path) -> None:
    token(tmp_path)
    assert told(checked(cloud("a", "/Kuvat") + cloud("b", "/kuvat/Vanhat"))) == [(10, "stores[1].path")]
    assert told(checked(cloud("a", "/Kuvat") + cloud("b", "/Kuvat", 'endpoint = "http://127.0.0.1:1"'))) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[index]\nurl = "sqlite:///shoots/index.db"', "index.url"),
        ('[index]\nurl = "sqlite:///state/i.db"\nledger = "shoots/x/ledger"', "index.ledger"),
        ('[index]\nurl = "sqlite:///state/i.db"\nledger_key = "shoots/key"', "index.ledger_key"),
        ('[index]\nurl = "sqlite:///state/i.db"\n[index.backups]\nfolder = "shoots"', "index.backups.folder"),
    ],
)
def test_backupds_own_files_inside_a_store_are_a_fault(checked: Check, text: str, key: str) -> None:
    assert key in [fault.key for fault in checked(local("disk", "shoots") + text).faults]


def test_a_folder_that_holds_both_index_and_stores_is_fine(checked: Check) -> None:
    assert told(checked(local("disk", "shoots"))) == []


@pytest.mark.parametrize(
    ("text", "mode", "wrong"),
    [
        (None, 0, "not there"),
        ("{}", 0o640, "others may read"),
        ("{}", 0o604, "others may read"),
        ("sl.salaisuus", 0o600, "not a JSON object"),
        ("[1]", 0o600, "not a JSON object"),
        ("[" * 100_000, 0o600, "not a JSON object"),
    ],
)
def test_credentials_must_be_there_private_and_json(
    checked: Check, tmp_path: Path, text: str | None, mode: int, wrong: str
) -> None:
    if text is not None:
        token(tmp_path, text, mode)
    (fault,) = checked(cloud("cloud", "/Kuvat")).faults
    assert (fault.line, fault.key) == (5, "stores[0].credentials")
    assert wrong in fault.wrong
    assert "salaisuus" not in str(fault)


def test_a_token_pasted_in_place_of_the_file_is_not_shown(checked: Check) -> None:
    pasted = cloud("cloud", "/Kuvat").replace("token.json", "sl.salaisuus-salaisuus")
    (fault,) = checked(pasted).faults
    assert "salaisuus" not in str(fault)


def test_keys_of_another_kind_of_store_are_a_fault(checked: Check) -> None:
    assert told(checked(local("disk", "shoots", 'drive_id = "0A"'))) == [(5, "stores[0].drive_id")]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[retention]\nfree_space = {low = "20 %", high = "10 %"}', "retention.free_space.high"),
        ('[retention.free_space]\nlow = "2 TB"\nhigh = "1 TB"', "retention.free_space.high"),
        ('[schedule]\nverify = "99 1 * * *"', "schedule.verify"),
        ('[index.backups]\nevery = "* * * * funday"\n[index]\nurl = "sqlite:///state/i.db"', "index.backups.every"),
        ('[notify.hears]\n"a@b" = ["space"]', "notify.hears"),
        ('[notify]\nserver = "mail"', "notify.server"),
        ('[notify]\nserver = "mail"\nsender = "a@b"\nuser = "a"', "notify.user"),
    ],
)
def test_settings_that_contradict_each_other(checked: Check, text: str, key: str) -> None:
    assert [fault.key for fault in checked(local("disk", "shoots") + text).faults] == [key]


def test_what_cannot_be_compared_is_not_a_fault(checked: Check) -> None:
    text = '[retention.free_space]\nlow = "2 TB"\nhigh = "1 %"'
    assert told(checked(local("disk", "shoots") + text)) == []


@pytest.mark.root
def test_folders_that_lack_rights(checked: Check, tmp_path: Path) -> None:
    file = tmp_path / "backupd.toml"
    file.write_text('[index]\nurl = "sqlite:///i.db"\n' + local("disk", "shoots"))
    (tmp_path / "shoots").chmod(0)
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:3]:
        if parent.stat().st_uid == os.getuid() and parent != Path("/tmp"):
            parent.chmod(0o755)
    with as_nobody():
        found = check(load_with_places(str(file), {}), KINDS.get)
    assert [fault.key for fault in found.faults] == ["index.url", "stores[0].path"]


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_advice_is_no_fault(checked: Check) -> None:
    found = checked('[retention]\nminimum = "3 months"\n')
    assert told(found) == []
    assert {note.key for note in found.notes} == {
        "stores", "studio.name", "studio.contact", "staff", "retention.minimum",
    }  # fmt: skip


def test_faults_can_be_given_to_scripts(checked: Check) -> None:
    from backupd.cli.output import to_json

    (fault,) = json.loads(to_json(checked(local("disk", "missing")).faults))
    assert fault.keys() == {"file", "line", "key", "wrong", "mend"}
    assert fault["line"] == 4


@pytest.mark.parametrize("template", ["{klient}", "{date:ddmm} {client}", "client", "{client"])
def test_a_folder_template_that_cannot_be_understood_is_named_with_its_line(tmp_path: Path, template: str) -> None:
    file = tmp_path / "backupd.toml"
    file.write_text(f'[folders]\ntemplates = ["{{date}} {{client}}", "{template}"]\n', "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_with_places(str(file), {})
    (fault,) = caught.value.faults
    assert (fault.line, fault.key) == (2, "folders.templates[1]")
    assert template in fault.wrong
    assert fault.mend
