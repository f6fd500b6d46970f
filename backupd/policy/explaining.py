"""The decision table in words for people: docs/policy.md is made of this, and a test holds the two equal. Pure."""

from __future__ import annotations

from backupd.policy.table import ACTIONS, TABLE, Action, Row, Split

HEADINGS: dict[Action, str] = {
    "prune": "space pruning",
    "erase": "erasure run",
    "delete": "manual delete",
    "export": "export (copy, access)",
    "portfolio": "portfolio",
}

_INTRODUCTION = """\
# What may be deleted, exported or shown

Made from `backupd/policy/table.py`; a test fails where the two differ. To make it anew:

    python -c "from backupd.policy.explaining import table_as_markdown as t; print(t(), end='')" > docs/policy.md

`Y` yes · `N` no · `H` only by a named person, with a written reason · `C` only with valid consent of everybody in
scope · `–` adds nothing. All rows that match are collected; in each column the strictest cell wins (N, then H, then C,
then Y). A fact that is not known counts as the stricter row, and where no row surely permits, the answer is no.
"""


def table_as_markdown() -> str:
    """Return the whole document, ending with a line feed."""
    headings = ["#", "situation", *HEADINGS.values(), "reason code", "who decides"]
    lines = [_line(headings), _line(["---"] * len(headings))]
    lines += [_line([row.id, row.situation, *(_cell(row, action) for action in ACTIONS), f"`{row.reason}`", row.who])
              for row in TABLE]  # fmt: skip
    return _INTRODUCTION + "\n" + "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(row: Row, action: Action) -> str:
    cell = row.cell(action)
    if isinstance(cell, Split):
        wanted = " or ".join(sorted(str(value.value) for value in cell.values))
        said = f"{cell.then.value} if {cell.fact.replace('_', ' ')} is “{wanted}”, else {cell.other.value}"
    else:
        said = cell.value
    note = row.notes.get(action)
    return f"{said}: {note}" if note else said
