"""What a command says: text or JSON on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any, TextIO

from backupd.cli.progress import Progress
from backupd.cli.text import table, visible

_COLORS = {"good": "32", "warning": "33", "bad": "31", "strong": "1", "faint": "2"}
_LEAST_COLUMNS, _USUAL_COLUMNS = 40, 80


class Output:
    """Where a command writes. Files may be any text streams; a terminal gets colours unless NO_COLOR is set."""

    def __init__(
        self, out: TextIO, err: TextIO, environ: Mapping[str, str], monotonic: Callable[[], float] = lambda: 0.0
    ) -> None:
        self.out = out
        self.err = err
        self.is_terminal = _is_terminal(out)
        self.has_color = self.is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        self.columns = _columns(environ) if self.is_terminal else _USUAL_COLUMNS
        self._monotonic = monotonic

    def line(self, text: str = "") -> None:
        """Write one line of text. Names in it must have been made `visible` before."""
        self.out.write(f"{text}\n")

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
        """Write a table that fits the terminal; where there is none, 80 columns."""
        head, *body = table(headers, rows, self.columns, right=right)
        self.line(self.styled(head, "strong"))
        for each in body:
            self.line(each)

    def styled(self, text: str, style: str) -> str:
        """Return the text as "good", "warning", "bad", "strong" or "faint", where colours can be shown."""
        return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if self.has_color else text

    def json(self, value: object) -> None:
        """Write a value as JSON, in UTF-8 whatever the locale says. Nothing else may go to standard output then."""
        raw = to_json(value)
        self.out.flush()
        binary = getattr(self.out, "buffer", None)
        if binary is None:
            self.out.write(raw.decode("utf-8"))
            return
        binary.write(raw)
        binary.flush()

    def say(self, text: str) -> None:
        """Write a remark to standard error, where it disturbs no one who reads the answer."""
        self.err.write(f"{text}\n")
        self.err.flush()

    def progress(self, label: str, *, total: int | None = None, unit: str = "files") -> Progress:
        """Return a line of progress on standard error, to be used in a `with`."""
        return Progress(self.err, self._monotonic, label, total=total, unit=unit, live=_is_terminal(self.err))


def to_json(value: object) -> bytes:
    """Return a value as one indented JSON text in UTF-8, with a line end.

    Records become objects, days YYYY-MM-DD, instants ISO 8601, bytes lower-case hex. Names that are no UTF-8 keep their
    bytes as lone surrogates, written \\udcNN, which a JSON reader gives back unchanged.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def shown_path(path: str | bytes | PurePath) -> str:
    """Return a path as it may be shown on a terminal."""
    return visible(os.fsdecode(path))


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def _columns(environ: Mapping[str, str]) -> int:
    given = environ.get("COLUMNS", "")
    found = int(given) if given.isdecimal() else shutil.get_terminal_size((_USUAL_COLUMNS, 24)).columns
    return max(found, _LEAST_COLUMNS)
