"""The decision table and the courses in words for people: docs/policy.md is made of this, and a test holds the two
equal. Pure."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any

from backupd.policy.cases import REQUEST
from backupd.policy.courses import CONSENT, HOLD, SHOOT
from backupd.policy.machines import Guard, Machine
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

    python -c "from backupd.policy.explaining import document as d; print(d(), end='')" > docs/policy.md

`Y` yes · `N` no · `H` only by a named person, with a written reason · `C` only with valid consent of everybody in
scope · `–` adds nothing. All rows that match are collected; in each column the strictest cell wins (N, then H, then C,
then Y). A fact that is not known counts as the stricter row, and where no row surely permits, the answer is no.
"""


_COURSES = """\
# What may follow upon what

Any of the states on the left, by what happens, to the state on the right, where nothing of the last column is missing.
"""


def document() -> str:
    """Return the whole of docs/policy.md, ending with a line feed."""
    courses = "\n".join(machine_as_markdown(machine) for machine in (REQUEST, CONSENT, HOLD, SHOOT))
    return f"{table_as_markdown()}\n{_COURSES}\n{courses}"


def machine_as_markdown(machine: Machine[Any, Any]) -> str:
    """Return the steps of a course as a table under its name, ending with a line feed."""
    lines = [f"## {machine.name}", "", _line(["from", "by", "to", "needs"]), _line(["---"] * 4)]
    states: type[Enum] = type(machine.start)
    for step in machine.steps:
        sources = ", ".join(str(state.value) for state in states if state in step.sources)
        needs = "; ".join(_need(guard) for guard in step.guards)
        lines.append(_line([sources, step.event.replace("_", " "), str(step.to.value), needs]))
    return "\n".join(lines) + "\n"


def _need(guard: Guard[Any]) -> str:
    return guard.__name__.strip("_").replace("_", " ")


@cache
def table_as_markdown() -> str:
    """Return the decision table with what its letters mean, ending with a line feed."""
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
