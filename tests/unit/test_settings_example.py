"""config.example.toml is complete, loads, and tells the truth about defaults."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from backupd.settings import load_settings
from backupd.settings.models import Processor, Settings, StoreSettings
from backupd.settings.source import given

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
NO_DEFAULTS = {"studio": {"name", "contact"}, "requests": {"letters"}, "notify": {"password_file", "hears", "ping"}}
WHERE_UNSET = {"ledger": "ledger_path", "ledger_key": "ledger_key_path", "folder": "backups_folder"}
SECTIONS = [name for name in Settings.model_fields if name not in ("staff", "stores")]


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """The example as if every line that shows a setting were live."""
    text = EXAMPLE.read_text("utf-8")
    return tomllib.loads(re.sub(r'^#(?=[\w"\[\]]| {4})', "", text, flags=re.MULTILINE))


def read(model: type[Any], table: Any) -> Any:
    with given({}, base="/"):
        return model.model_validate(table)


def names_of(model: Any) -> set[str]:
    return set((model if isinstance(model, type) else type(model)).model_fields)


def test_the_example_loads_as_it_is() -> None:
    settings = load_settings(str(EXAMPLE), {})
    assert [store.name for store in settings.stores] == ["archive"]


def test_the_example_loads_with_every_setting_live(written: dict[str, Any]) -> None:
    settings = read(Settings, written)
    assert {store.kind for store in settings.stores} == {"local", "dropbox", "gdrive"}
    assert {each.role for each in settings.staff.values()} == {"owner", "desk"}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_is_in_the_example_with_its_default(written: dict[str, Any], section: str) -> None:
    default = getattr(Settings(), section)
    told = read(type(default), written[section])
    unnamed = names_of(default) - written[section].keys()
    assert not unnamed
    for name in names_of(default) - NO_DEFAULTS.get(section, set()) - {"backups", "processors"}:
        expected = getattr(default, WHERE_UNSET.get(name, name))
        assert getattr(told, name) == expected, f"{section}.{name}"


def test_the_defaults_of_the_indexs_backups_are_true(written: dict[str, Any]) -> None:
    default = Settings().index
    told = read(type(default), written["index"])
    assert written["index"]["backups"].keys() == names_of(default.backups)
    assert told.backups_folder == default.backups_folder
    assert (told.backups.every, told.backups.keep) == (default.backups.every, default.backups.keep)


def test_every_key_of_lists_of_tables_is_shown(written: dict[str, Any]) -> None:
    stores = written["stores"]
    assert set().union(*stores) == names_of(StoreSettings)
    limits = StoreSettings(name="a", kind="local", path="/x").limits
    assert set().union(*(store.get("limits", {}) for store in stores)) == names_of(limits)
    assert set().union(*written["requests"]["processors"]) == names_of(Processor)


def test_what_a_store_shows_as_default_is_one(written: dict[str, Any]) -> None:
    """The first store shows what holds without being written; the others show what one might write."""
    told = read(StoreSettings, written["stores"][0])
    default = StoreSettings(name="archive", kind="local", path="/srv/shoots")
    assert told == default


def test_every_commented_line_is_prose_or_a_setting() -> None:
    for line in EXAMPLE.read_text("utf-8").splitlines():
        assert re.match(r'#( \S|$|[\w"]|\[|\]|    ")|\S|$', line), line
        assert len(line) <= 120, line
