"""Policies decide on what they are told: no I/O, no clock, no environment, no SQL, no logging."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

POLICY = Path("backupd/policy")
MODULES = sorted(POLICY.rglob("*.py"))

ALLOWED = frozenset(
    ["__future__", "array", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "heapq", "itertools", "math", "operator", "re", "types", "typing", "holidays"]
)
OURS = ("backupd.policy", "backupd.settings.values", "backupd.reading.kinds")
FORBIDDEN_NAMES = frozenset(["open", "print", "input", "exec", "eval", "compile", "__import__", "globals", "breakpoint"])
CLOCK = frozenset(["today", "now", "utcnow", "fromtimestamp"])


def impure(source: str) -> list[str]:
    """Return what in the source reaches outside."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""] if not node.level else ["relative"]
        found += [
            name
            for name in names
            if name.partition(".")[0] not in ALLOWED and not any(name == o or name.startswith(o + ".") for o in OURS)
        ]
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            found.append(node.id)
        if isinstance(node, ast.Attribute) and node.attr in CLOCK and not _is_argument(node):
            found.append(node.attr)
        if isinstance(node, ast.Global | ast.Nonlocal):
            found.append("state of its own")
    return found


def _is_argument(node: ast.Attribute) -> bool:
    # `facts.today` is a fact; `date.today()` is the clock.
    return not (isinstance(node.value, ast.Name | ast.Attribute) and _last_name(node.value) in ("date", "datetime"))


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_policy_reaches_nothing_outside(module: Path) -> None:
    assert impure(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import time as t",
        "import logging",
        "from pathlib import Path",
        "from sqlalchemy import select",
        "from index import shoots",
        "from backupd.clock import Clock",
        "from backupd.settings import load",
        "def f():\n    import random",
        "from datetime import date\nx = date.today()",
        "import datetime\nx = datetime.datetime.now()",
        "x = open('a')",
        "print(1)",
        "def f():\n    global x",
    ],
)
def test_what_reaches_outside_is_found(source: str) -> None:
    assert impure(source)


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 5
