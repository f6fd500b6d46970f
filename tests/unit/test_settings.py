from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backupd.settings import Fault, SettingsError, load_settings
from backupd.settings.load import SECTIONS, Places, _shape, find_config
from backupd.settings.models import Employee, Settings
from backupd.settings.values import UNLIMITED, Duration, Room

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_config(text: str) -> str:
        file = tmp_path / "backupd.toml"
        file.write_text(text, "utf-8")
        return str(file)

    return write_config


def faults_of(file: str, **environ: str) -> list[Fault]:
    with pytest.raises(SettingsError) as refused:
        load_settings(file, environ)
    assert all(fault.file in (file, "environment") for fault in refused.value.faults)
    return list(refused.value.faults)


def test_the_plan_s_window_reaches_the_adapter_and_is_never_too_short(write: Write) -> None:
    text = '[[stores]]\nname = "box"\nkind = "dropbox"\ncredentials = "c.json"\n'
    days = lambda more: load_settings(write(text + more), {}).stores[0].as_options().get("recoverable_days")  # noqa: E731
    assert days("") is None
    assert days('recoverable = "180 days"') == 180
    assert days('recoverable = "1 month 1 hour"') == 32
    assert days('recoverable = "180 days"\noptions = {recoverable_days = 7}') == 7


def test_an_empty_file_gives_the_defaults(write: Write) -> None:
    settings = load_settings(write(""), {})
    assert settings == Settings()
    assert settings.index.ledger_path == Path("/var/lib/backupd/ledger")
    assert settings.retention.minimum == Duration(years=1)


def test_sections_are_read_and_frozen(write: Write, tmp_path: Path) -> None:
    file = write(
        """
        [studio]
        name = "Kuvaamo Kaisla"
        [staff]
        maija = "Maija Kaisla, Owner"
        otto = "Otto Kaisla"
        [staff.iida]
        name = "Iida Lumme"
        role = "photographer"
        [index]
        url = "sqlite:///state/index.db"
        [[stores]]
        name = "levy"
        kind = "local"
        path = "shoots/../kuvaukset"
        [[stores]]
        name = "pilvi"
        kind = "dropbox"
        path = "/Kuvaukset"
        credentials = "pilvi.json"
        endpoint = "http://127.0.0.1:9/"
        limits = {per_day = "700 GB", connections = 2}
        [retention]
        minimum = "forever"
        free_space.low = "200 GB"
        """
    )
    settings = load_settings(file, {})
    assert settings.staff["maija"] == Employee(name="Maija Kaisla", role="owner")
    assert [each.role for each in settings.staff.values()] == ["owner", "desk", "photographer"]
    assert settings.index.file == tmp_path / "state" / "index.db"
    assert settings.index.url == f"sqlite:///{tmp_path}/state/index.db"
    assert settings.index.backups_folder == tmp_path / "state" / "backups"
    levy, pilvi = settings.stores
    assert levy.as_options() == {"path": str(tmp_path / "kuvaukset")}
    assert pilvi.as_options() == {
        "path": "/Kuvaukset",
        "credentials": str(tmp_path / "pilvi.json"),
        "endpoint": "http://127.0.0.1:9",
    }
    assert pilvi.limits.per_day == 700 * 10**9
    assert pilvi.limits.per_second is UNLIMITED
    assert settings.store("LEVY") is levy
    assert settings.store("muu") is None
    assert settings.retention.minimum is UNLIMITED
    assert settings.retention.free_space.low == Room(bytes=200 * 10**9)
    with pytest.raises(ValidationError, match="frozen"):
        settings.studio.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "line", "key", "wrong", "mend"),
    [
        ("\n[retentoin]\n", 2, "retentoin", "is not a section", "retention"),
        ("[retention]\n\nminimun = '1 year'", 3, "retention.minimun", "is not a setting", "minimum"),
        ("[retention]\nminimum = '1 yaer'", 2, "retention.minimum", "'1 yaer' is not a length", "1 year"),
        ("[retention]\nminimum = 0", 2, "retention.minimum", "is not a length", "1 year"),
        ("[retention]\nfree_space = {\n low = 5}", 2, "", "not TOML", "line"),
        ("[retention]\nfree_space = { low = 5}", 2, "retention.free_space.low", "is not a size", "10 %"),
        ("[retention]\nfree_space = '5 GB'", 2, "retention.free_space", "must be a table", "{key = value}"),
        ("[retention]\nrequire_copies = 0", 2, "retention.require_copies", "at least 1", "at least 1"),
        ("[retention]\nrequire_copies = true", 2, "retention.require_copies", "whole number", "quotes"),
        ("[studio]\nlanguage = 'fin'", 2, "studio.language", "'fin' is not one of its values", '"fi"'),
        ("[studio]\nname = 7", 2, "studio.name", "must be text", "quotes"),
        ("[studio]\ntimezone = 'Europe/Helsingfors'", 2, "studio.timezone", "not a time zone", "Europe/Helsinki"),
        ("[studio]\ntimezone = '../../etc/passwd'", 2, "studio.timezone", "not a time zone", "Europe/Helsinki"),
        ("studio = 'x'", 1, "studio", "must be a table", "[section]"),
        ("[stores]\nname = 'a'", 1, "stores", "must be a list", "[[stores]]"),
        ("[[stores]]\nname = 'a'\nkind = 'loacl'", 3, "stores[0].kind", "'loacl' is not a kind", '"local"'),
        ("[[stores]]\nname = 'a'\nkind = 'local'", 1, "stores[0].path", "is needed for a local", "path ="),
        ("[[stores]]\nname = 'a'\nkind = 'gdrive'", 1, "stores[0].credentials", "is needed", "backupd auth gdrive"),
        ("[[stores]]\nkind = 'local'\npath = '/x'", 1, "stores[0].name", "is needed", "name ="),
        ("[[stores]]\nname = 'a/b'\nkind = 'local'\npath = '/x'", 2, "stores[0].name", "cannot be the name", "short"),
        ("[folders]\ntemplates = [\n'{date}',\n 7]", 4, "folders.templates[1]", "must be text", "quotes"),
        ("[consent]\nneeded_from = ['cleint']", 2, "consent.needed_from[0]", "'cleint'", '"client"'),
        ("[index]\nurl = '/var/index.db'", 2, "index.url", "is not a database URL", "sqlite:///"),
        ("[index]\nurl = 'mysql://a:salaisuus@b/c'", 2, "index.url", "cannot use", "postgresql"),
        ("[notify]\nport = 70000", 2, "notify.port", "at most 65535", "65535"),
        ("[notify]\npassword = 'salaisuus'", 2, "notify.password", "is not a setting", "password_file"),
        ("[notify.hears]\nkaikki = ['problems']", 2, "notify.hears.kaikki", "not a mail address", "@"),
        ("[schedule]\nwatch = 'maybe'", 2, "schedule.watch", "true or false", "quotes"),
        ("[folders]\nsettle = '1 month'", 2, "folders.settle", "too long to wait for", "5 minutes"),
        ("[schedule]\npoll = '0 seconds'", 2, "schedule.poll", "no time at all", "length"),
        ("[schedule]\npoll = '1 year'", 2, "schedule.poll", "too long to wait for", "5 minutes"),
        ("[schedule]\nindex = 'monday'", 2, "schedule.index", "not a time to run at", "cron"),
        ("[[requests.processors]]\nname='a'\nchecked_on = 2026-02", 3, "", "not TOML", "line"),
        ("[[requests.processors]]\nname='a'\nchecked_on = '31.1.2026'", 3, "requests.processors[0].checked_on",
         "is not a day", "2026-01-31"),
        ("[studio]\nname = \"unclosed\nx = 1", 2, "", "not TOML", "quotes"),
        ("[studio]\nname = 'a'\nname = 'b'", 3, "", "not TOML", "line"),
        ("[studio", 1, "", "not TOML", "line"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_key_and_mend(
    write: Write, text: str, line: int, key: str, wrong: str, mend: str
) -> None:
    file = write(text)
    (fault,) = faults_of(file)
    assert (fault.file, fault.line, fault.key) == (file, line, key)
    assert wrong in fault.wrong
    assert mend in fault.mend
    assert str(fault).startswith(f"{file}:{line}: ")
    assert "salaisuus" not in str(fault)


def test_every_fault_is_told_at_once_in_the_order_of_the_file(write: Write) -> None:
    file = write("[retention]\nminimum = 1\nx = 2\n[studio]\nlanguage = 'sv'\n[[stores]]\nnam = 'a'\n")
    assert [(fault.line, fault.key) for fault in faults_of(file)] == [
        (2, "retention.minimum"),
        (3, "retention.x"),
        (5, "studio.language"),
        (6, "stores[0].name"),
        (6, "stores[0].kind"),
        (7, "stores[0].nam"),
    ]


def test_two_stores_of_one_name_are_refused_at_the_second(write: Write) -> None:
    store = "[[stores]]\nname = '{}'\nkind = 'local'\npath = '/{}'\n"
    (fault,) = faults_of(write(store.format("Levy", "a") + store.format("levy", "b")))
    assert (fault.line, fault.key) == (6, "stores[1].name")


@pytest.mark.parametrize("text", ["\ufeff[studio]\nname = 'Häät'\n", "[studio]\r\nname = 'Häät'\r\n"])
def test_what_editors_add_is_no_fault(write: Write, text: str) -> None:
    assert load_settings(write(text), {}).studio.name == "Häät"


def test_a_file_that_is_no_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"[studio]\n# fine\nname = 'H\xe4\xe4t'\n")
    (fault,) = faults_of(str(file))
    assert (fault.line, fault.wrong) == (3, "is not UTF-8 text")


def test_a_deeply_nested_file_is_refused_not_crashed_on(write: Write) -> None:
    (fault,) = faults_of(write(f"x = {'[' * 5000}{']' * 5000}"))
    assert "nested too deeply" in fault.wrong


def test_the_environment_goes_over_the_file(write: Write) -> None:
    file = write("[retention]\nminimum = '1 year'\n[[stores]]\nname='Big disk'\nkind='local'\npath='/a'\n")
    settings = load_settings(
        file,
        {
            "BACKUPD_RETENTION__MINIMUM": "2 years",
            "BACKUPD_RETENTION__FREE_SPACE__LOW": "5 %",
            "BACKUPD_RETENTION__REQUIRE_COPIES": "3",
            "BACKUPD_SCHEDULE__WATCH": "false",
            "BACKUPD_STUDIO__NAME": "[Kaisla]",
            "BACKUPD_STORES__0__ROLE": "replica",
            "BACKUPD_STORES__BIG_DISK__PATH": "/b",
            "BACKUPD_FOLDERS__TEMPLATES": '["{date} {client}"]',
            "BACKUPD_STAFF__MAIJA": '{"name": "Maija", "role": "owner"}',
            "BACKUPD_CONSENT__NEEDED_FROM": "['client']",
            "BACKUPD_NOTIFY": "{server = 'mail.kaisla.example'}",
            "BACKUPD_DEBUG": "0",
            "PATH": "/bin",
        },
    )
    assert settings.retention.minimum == Duration(years=2)
    assert settings.retention.free_space.low == Room(share=0.05)
    assert settings.retention.require_copies == 3
    assert settings.schedule.watch is False
    assert settings.studio.name == "[Kaisla]"
    assert (settings.stores[0].role, settings.stores[0].path) == ("replica", "/b")
    assert settings.folders.templates == ("{date} {client}",)
    assert settings.staff == {"maija": Employee(name="Maija", role="owner")}
    assert settings.consent.needed_from == ("client",)
    assert settings.notify.server == "mail.kaisla.example"


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("BACKUPD_RETENTION__MINIMUN", "1 year", "is not a setting"),
        ("BACKUPD_RETENTOIN__MINIMUM", "1 year", "is not a section"),
        ("BACKUPD_RETENTION__MINIMUM", "long", "is not a length of time"),
        ("BACKUPD_RETENTION__FREE_SPACE__LOW__X", "1", "is not a size"),
        ("BACKUPD_STORES__3__PATH", "/a", "names no setting"),
        ("BACKUPD_STORES__NONE__PATH", "/a", "must be a list"),
        ("BACKUPD_STUDIO__", "a", "names no setting"),
        ("BACKUPD___X", "a", "names no setting"),
    ],
)
def test_a_misspelt_variable_is_a_fault_of_that_variable(write: Write, name: str, value: str, wrong: str) -> None:
    stores = "[[stores]]\nname='a'\nkind='local'\npath='/a'\n" if name.startswith("BACKUPD_STORES__3") else ""
    (fault,) = faults_of(write(stores), **{name: value})
    assert (fault.file, fault.line, fault.key) == ("environment", None, name)
    assert wrong in fault.wrong


def test_the_configuration_is_looked_for_in_the_order_that_is_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("option.toml", "variable.toml", "backupd.toml"):
        (tmp_path / name).touch()
    environ = {"BACKUPD_CONFIG": "variable.toml"}
    assert find_config("option.toml", environ) == Path("option.toml")
    assert find_config(None, environ) == Path("variable.toml")
    assert find_config(None, {}) == Path("backupd.toml")
    (tmp_path / "backupd.toml").unlink()
    if not Path("/etc/backupd/config.toml").exists():
        with pytest.raises(SettingsError, match="there is no configuration"):
            find_config(None, {})


def test_a_named_configuration_must_be_there(tmp_path: Path) -> None:
    (missing,) = faults_of(str(tmp_path / "nowhere.toml"))
    assert "no such file" in missing.wrong
    (folder,) = faults_of(str(tmp_path))
    assert "folder" in folder.wrong


def test_secrets_are_not_in_what_settings_say_of_themselves(write: Write) -> None:
    settings = load_settings(write("[index]\nurl = 'postgresql://backupd:salaisuus@db/backupd'\n"), {})
    assert settings.index.url.endswith("@db/backupd")
    assert "salaisuus" not in repr(settings)
    assert settings.index.file is None
    assert settings.index.ledger_path == Path("/var/lib/backupd/ledger")


toml_keys = st.sampled_from(["studio", "stores", "index", "retention", "free_space", "name", "kind", "path", "x"])
toml_values = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["local", "1 year", "10 %"]),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(toml_keys, inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(toml_keys, toml_values, max_size=5))
def test_reading_any_table_gives_settings_or_faults_never_anything_else(table: dict[str, object]) -> None:
    settings, wrong = _shape(table, Path("/a.toml"))
    faults = Places(Path("a.toml"), "", {}).faults(wrong)
    assert bool(faults) != isinstance(settings, Settings)
    assert all(fault.wrong for fault in faults)


def test_the_sections_that_variables_may_set_are_the_models() -> None:
    assert set(SECTIONS) == set(Settings.model_fields)
