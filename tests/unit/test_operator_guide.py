"""What the operator's guide names exists: commands, settings, files."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from backupd.cli.parser import find_groups

TOP = Path(__file__).parents[2]
GUIDE = (TOP / "docs" / "operator.md").read_text("utf-8")


def test_every_command_that_the_guide_names_exists() -> None:
    known = {command.name for group in find_groups() for command in group.commands}
    named = re.findall(r"\bbackupd ((?:[a-z]+-)*[a-z]+)(?: ([a-z]+))?", GUIDE)
    outside = {"backupd", "under", "is"}
    missing = {
        f"{name} {verb}".strip()
        for name, verb in named
        if not {name, f"{name} {verb}"} & known and name not in outside
    }
    assert not missing


def test_every_setting_that_the_guide_names_is_in_the_example() -> None:
    text = re.sub(r'^#(?=[\w"\[\]])', "", (TOP / "config.example.toml").read_text("utf-8"), flags=re.MULTILINE)
    table = tomllib.loads(text)
    for section, key in re.findall(r"`\[([\w.]+)\] (\w+)`", GUIDE):
        here = table
        for part in section.split("."):
            here = here[part]
        assert key in here, f"[{section}] {key}"


def test_the_files_that_it_has_copied_are_there() -> None:
    for name in re.findall(r"backupd\.(?:service|sysusers\.conf|tmpfiles\.conf)", GUIDE):
        assert (TOP / "systemd" / name).is_file()
