"""Appends to a ledger in a process of its own, which dies or fails at the Nth call that reaches the disk.

    python -m tests.crash.ledger_steps FOLDER HOW STEP [erase | replay]

With a last word it records an erasure in the index as well, or replays what the index lacks; then commits are steps too.
HOW is "before", "after" or "half" (the process is killed before or after the call, or with half of what was to be
written), or the name of an error (the call fails once). Each acknowledged entry is told on standard output; so is every
step that was met, as the last line, when the run comes to its end.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.engine import open_index
from index.errors import LedgerFailure
from index.ledger import open_ledger
from index.ledger_line import Draft
from index.replay import record_erased, replay
from tests.unit.one_wedding import LIST, PICTURE

ENTRIES = 3
CALLS = ("open", "write", "fsync", "ftruncate", "link", "unlink", "mkdir")


class Steps:
    """Counts the calls, and strikes at one of them."""

    def __init__(self, how: str, step: int) -> None:
        self.how, self.step, self.met, self.armed = how, step, 0, False
        for name in CALLS:
            setattr(os, name, self._wrapped(getattr(os, name), name))

    def _wrapped(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            if not self.armed or (name == "write" and args[0] == 1):
                return real(*args, **options)
            self.met += 1
            if self.met != self.step:
                return real(*args, **options)
            if self.how not in ("before", "after", "half"):
                raise OSError(getattr(errno, self.how), os.strerror(getattr(errno, self.how)))
            try:
                if self.how == "half" and name == "write":
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                elif self.how == "after":
                    real(*args, **options)
            finally:
                os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError("this process was killed")

        return call


    def commit(self, real: Callable[[], None]) -> None:
        """Run something as a step of its own, for what reaches the disk by other ways."""
        self._wrapped(real, "commit")()


def main() -> None:
    """Do what the arguments say; tell what was acknowledged."""
    folder, how, step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    steps = Steps(how, step)
    if len(sys.argv) > 4:
        with_index(folder, steps, sys.argv[4])
    else:
        append(folder, steps)
    os.write(1, f"met {steps.met}\n".encode())


def with_index(folder: Path, steps: Steps, what: str) -> None:
    """Erase or replay, in one transaction of the index."""
    from sqlalchemy import event

    index = open_index(f"sqlite:///{folder / 'index.db'}")
    ledger = open_ledger(folder / "ledger", folder / "ledger.key")
    with index.write() as conn:
        real = conn.engine.dialect.do_commit
        event.listen(conn.engine, "commit", lambda _conn: steps.commit(lambda: None))
        conn.engine.dialect.do_commit = lambda each: steps.commit(lambda: real(each))  # type: ignore[method-assign]
        steps.armed = True
        if what == "erase":
            persons = ledger.key.hashes(name="Aino Virtanen", email="aino@virtanen.example")
            record_erased(conn, ledger, persons, (PICTURE, LIST), 300, "anna", request="r1", rule="erasure")
        else:
            replay(conn, ledger)
    steps.armed = False
    head = ledger.head()
    os.write(1, f"{head.sequence} {head.hash}\n".encode())


def append(folder: Path, steps: Steps) -> None:
    """Append a few entries."""
    for number in range(ENTRIES):
        steps.armed = True
        try:
            position = open_ledger(folder / "ledger", folder / "ledger.key").append(Draft("hold", number, "anna"))
            told = f"{position.sequence} {position.hash}\n"
        except (LedgerFailure, OSError):
            told = ""
        steps.armed = False
        os.write(1, told.encode())


if __name__ == "__main__":
    main()
