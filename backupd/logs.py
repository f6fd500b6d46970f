"""Logging, set up once by the command that runs.

One event a line, on standard error. Names of people never belong here, so what other libraries say is cut down to
their name and the level (their messages hold URLs and paths), a traceback to kinds and places in our code, and what
looks like a token is struck out. Under systemd each line starts with its level as the journal reads it, and without the
time, which the journal adds.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import TextIO

OURS = ("backupd", "adapters", "index")

_TOKEN = re.compile(
    r"\b(?:sl\.[\w.-]{8,}|ya29\.[\w.-]{8,}|1//[\w-]{8,})"
    r"|(?i:(?P<before>\bbearer\s+|\b(?:access_token|refresh_token|client_secret|password|code)[\"']?\s*[=:]\s*[\"']?))"
    r"[^\s\"'&,;}]+"
)
_JOURNAL = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


def set_up(*, debug: bool = False, stream: TextIO | None = None, environ: Mapping[str, str] | None = None) -> None:
    """Send every log line to `stream` (standard error); INFO and up, DEBUG too with `debug`; renewed by each call."""
    stream = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(stream)
    in_journal = _is_journal(stream, os.environ if environ is None else environ)
    handler.setFormatter(_Line(in_journal=in_journal))
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each.formatter, _Line)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if debug else logging.INFO)
    logging.raiseExceptions = debug


class _Line(logging.Formatter):
    converter = staticmethod(time.gmtime)

    def __init__(self, *, in_journal: bool) -> None:
        start = "" if in_journal else "%(asctime)sZ "
        super().__init__(f"{start}%(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._in_journal = in_journal

    def format(self, record: logging.LogRecord) -> str:
        record = logging.makeLogRecord(record.__dict__)
        record.exc_text = None  # another handler may have left a whole traceback here
        if record.name.split(".")[0] not in OURS:
            record.msg, record.args = "a library has something to say", ()
            record.exc_info = record.stack_info = None
        line = _one_line(strike_tokens(super().format(record)))
        return f"<{_JOURNAL.get(record.levelno, 5)}>{line}" if self._in_journal else line

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name is logging's
        """The kinds of error and where they arose; their messages may hold names."""
        return " <- ".join(_told(ei[1])) if isinstance(ei, tuple) and isinstance(ei[1], BaseException) else ""


def _told(error: BaseException | None) -> list[str]:
    told: list[str] = []
    while error is not None and len(told) < 8:
        told.append(f"{type(error).__name__} at {_place(error.__traceback__)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return "an unknown place"
    last = frames[-1]
    return f"{os.path.basename(last.filename)}:{last.lineno} in {last.name}"


def strike_tokens(text: str) -> str:
    """Return the text with everything that looks like a token or a password struck out."""
    return _TOKEN.sub(lambda found: f"{found['before'] or ''}[struck out]", text)


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text.replace("\n", " | "))


def _is_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether the stream is the very one that systemd says goes to the journal ($JOURNAL_STREAM is device:inode)."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"
