"""What the README says of the commands is what there is."""

from __future__ import annotations

import re
from pathlib import Path

from backupd.cli.parser import find_groups

README = Path(__file__).parents[2] / "README.md"
ROW = re.compile(r"^\| `backupd ([^`]+)` \|", re.M)


def told(text: str) -> set[str]:
    """Commands of the table; `hold add / release` stands for two."""
    names = set()
    for row in ROW.findall(text):
        first, _, rest = row.partition(" ")
        names |= {f"{first} {word}" for word in rest.split(" / ")} if rest else {first}
    return names


def test_every_command_has_its_line_and_every_line_its_command() -> None:
    known = {command.name for group in find_groups() for command in group.commands}
    assert told(README.read_text(encoding="utf-8")) == known


def test_links_lead_to_files_that_are_there() -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text(encoding="utf-8"))
    assert linked
    assert [path for path in linked if not (README.parent / path).exists()] == []
