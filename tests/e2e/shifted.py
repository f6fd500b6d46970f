"""`backupd` with a clock that a file moves: `python -m tests.e2e.shifted FILE ARGUMENTS…`, where FILE holds seconds.

A machine's own clock can't be set by a test. Only the door differs from the installed command's: a `Clock` handed to it. The
disk's times stay what they are, as they do on a disk of another machine: the harder half of a clock that jumps.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backupd.cli.main import main
from backupd.clock import Clock


class ShiftedClock(Clock):
    """The machine's clock, and as many seconds as the file says just now."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """Return this instant, moved."""
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))


def set_shift(file: Path, **length: float) -> None:
    """Have the clock of a running service jump, whole at once."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(str(timedelta(**length).total_seconds()))
    new.replace(file)


if __name__ == "__main__":
    status = main(sys.argv[2:], clock=ShiftedClock(Path(sys.argv[1])))
    sys.stderr.flush()
    os._exit(status)
