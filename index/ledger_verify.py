"""Verifying a ledger from its first line to its last: what was changed, cut, put in or put in another order, and where.

Reads the file once with flat memory. What was cut off the end, or written anew from some line on, shows only against
positions that are kept elsewhere: in the index, on paper, in a mail of last night.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from index.ledger_line import BEGINNING, KINDS, MOST_BYTES, START, BadLine, Position, chained, read_body, split

_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """The number and hash of an entry, as they were kept elsewhere, and where that is."""

    sequence: int
    hash: str
    where: str = "kept elsewhere"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a line (counted from 1)."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `torn` bytes at the end were never acknowledged and are no problem: the next entry heals them."""

    entries: int
    head: Position
    problems: tuple[Problem, ...]
    torn: int
    left_off: int = 0


@dataclass(slots=True)
class _State:
    before: Position = BEGINNING
    line: int = 0
    problems: list[Problem] = field(default_factory=list)
    left_off: int = 0

    def wrong(self, what: str, line: int | None = None) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(self.line if line is None else line, what))
        else:
            self.left_off += 1


def verify(path: Path, kept: Iterable[Kept] = ()) -> Verdict:
    """Return what is wrong with the ledger, in the order of its lines. An absent one has no entries. Raises OSError."""
    wanted: dict[int, list[Kept]] = {}
    for each in kept:
        wanted.setdefault(each.sequence, []).append(each)
    state, torn = _State(), 0
    try:
        file = path.open("rb")
    except FileNotFoundError:
        file = None
    if file is not None:
        with file:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH)
            size = os.fstat(file.fileno()).st_size
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)
            while (at := file.tell()) < size:
                line = file.readline(min(MOST_BYTES + 1, size - at))
                if not line.endswith(b"\n") and (len(line) <= MOST_BYTES and at + len(line) == size):
                    torn = len(line)
                    break
                _look_at(line, at, state, wanted)
    for sequence, missed in sorted(wanted.items()):
        _not_met(sequence, missed, state)
    return Verdict(state.line, state.before, tuple(sorted(state.problems, key=_line)), torn, state.left_off)


def _line(problem: Problem) -> int:
    return problem.line


def _look_at(line: bytes, at: int, state: _State, wanted: dict[int, list[Kept]]) -> None:
    state.line += 1
    try:
        if not line.endswith(b"\n"):
            raise BadLine("it is longer than any that backupd writes")
        body, stated = split(line[:-1])
        sequence, owed, draft = read_body(body)
    except BadLine as bad:
        state.wrong(f"not a line of a ledger: {bad}")
        return
    before, expected = state.before, state.before.sequence + 1
    # After a fault the count goes on from what the line says, so that one fault is told once.
    state.before = Position(sequence, stated, at + len(line), owed)
    for each in wanted.pop(sequence, ()):
        if each.hash != stated:
            state.wrong(f"entry {sequence} is not the one {each.where}: the ledger was forked or written anew")
    if sequence > expected:
        state.wrong(f"{_entries(expected, sequence - 1)} missing before this line")
    elif sequence < expected:
        state.wrong(f"entry {sequence} stands where entry {expected} belongs: put in, doubled or out of order")
    elif chained(bytes.fromhex(before.hash), body) != stated:
        state.wrong(f"entry {sequence}, or the one before it, was changed: the hashes do not follow")
    elif owed != (sequence if KINDS[draft.kind] else before.owed):
        state.wrong(f"entry {sequence} is wrong about what a restored index must have applied")
    elif sequence == 1 and draft.kind != "opened":
        state.wrong("the ledger does not begin with its opening")


def _entries(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


def _not_met(sequence: int, kept: list[Kept], state: _State) -> None:
    for each in kept:
        if sequence == 0:
            if each.hash != START.hex():
                state.wrong(f"the beginning is not the one {each.where}", 0)
        else:
            what = f"entry {sequence}, {each.where}, is not there: the ledger was cut after entry {state.before.sequence}"
            state.wrong(what, state.line + 1)
