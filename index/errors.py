"""What the index and its ledger may raise.

    IndexFailure
     ├─ IndexAbsent        there is no index yet
     ├─ IndexBusy          another command is writing; worth another try
     ├─ IndexTooNew        written by a newer backupd
     ├─ IndexDamaged       the file cannot be read as an index
     ├─ IndexBehind        the ledger knows of more than the index: only a replay may run
     └─ LedgerFailure      the ledger could not be written or read
         ├─ LedgerBusy     another command is writing to it; worth another try
         ├─ LedgerDamaged  a line of it is not what was written
         ├─ LedgerReplaced it is not the ledger that this index has met: cut, forked or another one
         └─ LedgerKeyLost  the key of its hashes is gone, is another one, or lies open

The builtin name IndexError is Python's own, hence IndexFailure.
"""

from __future__ import annotations


class IndexFailure(Exception):
    """Any failure of the index. `place` is the index's URL or file, `detail` what was seen, `mend` what to do."""

    worth_retrying = False
    needs_person = True

    def __init__(self, place: str, detail: str = "", mend: str = "") -> None:
        super().__init__(place, detail, mend)
        self.place = place
        self.detail = detail
        self.mend = mend

    def __str__(self) -> str:
        return ". ".join(part for part in (f"{self.place}: {self.detail}", self.mend) if part)


class IndexAbsent(IndexFailure):
    """There is no index at that place yet."""


class IndexBusy(IndexFailure):
    """Another command is writing to the index."""

    worth_retrying = True
    needs_person = False


class IndexTooNew(IndexFailure):
    """The index was written by a newer backupd and is not touched."""


class IndexDamaged(IndexFailure):
    """The file cannot be read as an index; it is left as it is."""


class IndexBehind(IndexFailure):
    """The ledger holds erasures, withdrawals, holds or consents that this index does not know: replay them first."""


class LedgerFailure(IndexFailure):
    """Any failure of the ledger. `place` is its file, or its key's. What was to be recorded counts as not recorded."""


class LedgerBusy(LedgerFailure):
    """Another command is writing to the ledger."""

    worth_retrying = True
    needs_person = False


class LedgerDamaged(LedgerFailure):
    """A line is not what was written, or lines are missing. `line` counts from 1; None where none can be named."""

    def __init__(self, place: str, detail: str = "", mend: str = "", *, line: int | None = None) -> None:
        super().__init__(place, detail, mend)
        self.line = line


class LedgerReplaced(LedgerFailure):
    """The ledger does not hold what this index has met in it: it was cut, forked or replaced."""


class LedgerKeyLost(LedgerFailure):
    """The key of the ledger's hashes is gone, is not the one it was begun with, or may be read by others."""
