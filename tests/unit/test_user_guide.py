"""The user's guide: every command in it is one that backupd understands, and no line of its answers is too long."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from backupd.cli.parser import build_parser, find_groups

_GUIDE = (Path(__file__).parents[2] / "docs" / "user.md").read_text(encoding="utf-8")
_COMMANDS = [
    line.strip().removeprefix("$ ")
    for line in _GUIDE.replace("\\\n", " ").splitlines()
    if line.strip().startswith("$ backupd")
]


@pytest.mark.parametrize("command", _COMMANDS)
def test_each_command_is_understood(command: str) -> None:
    args = build_parser(find_groups()).parse_args(shlex.split(command)[1:])
    assert command.startswith(f"backupd {args.command.name}")


def test_answers_are_shown_in_80_columns() -> None:
    assert len(_COMMANDS) > 10
    shown = [line[4:] for line in _GUIDE.splitlines() if line.startswith("    ")]
    assert max(len(line) for line in shown) <= 80
