"""What every list format gives: rows of cells and lines of text, each with its place in the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_CELL = 500


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell or line: its text, where it stands, and what keeps it from being read."""

    text: str
    where: str = ""
    struck: bool = False
    hidden: bool = False
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that belong together, under a heading row or none."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Running text, line by line. `heading` lines are told apart where the format knows them."""

    lines: tuple[Cell, ...]


Block = Table | Lines


class Unreadable(Exception):
    """The file as a whole cannot be read; the words are for a person."""


@dataclass(frozen=True, slots=True)
class Format:
    """A list format: the endings of its files, and how bytes become blocks. `read` may raise Unreadable only.

    A format that is not `readable` is a list only by its name, and always put to a person.
    """

    endings: frozenset[str]
    read: Callable[[bytes], list[Block]]
    readable: bool = True
