"""The progress of a run, on a terminal: looking, then reading with rate and time left."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from backupd.cli.output import Output
from backupd.cli.progress import Progress


class ShownProgress:
    """What `backupd.scan` tells, as one line that is rewritten."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._line: Progress | None = None
        self._phase = ""

    def walking(self, folders: int, files: int) -> None:
        """Folders and files met so far."""
        self._in("looking").update(files, note=f"{folders} folders")

    def reading(self, files: int, bytes_read: int, all_files: int, all_bytes: int) -> None:
        """Files and bytes read so far, of at most so many."""
        line = self._in("reading")
        line.total, line.total_bytes = all_files or None, all_bytes or None
        line.update(files, bytes_read)

    def finishing(self, what: str) -> None:
        """The last steps."""
        self._in(f"working out {what}").update(0)

    def erase(self) -> None:
        """Take the line off the terminal, before something else is written."""
        if self._line is not None:
            self._line.erase()
        self._line, self._phase = None, ""

    def _in(self, phase: str) -> Progress:
        if self._line is None or self._phase != phase:
            self.erase()
            self._line, self._phase = self._output.progress(phase), phase
        return self._line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.erase()
