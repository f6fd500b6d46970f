"""What the index may raise.

    IndexFailure
     ├─ IndexAbsent     there is no index yet
     ├─ IndexBusy       another command is writing; worth another try
     ├─ IndexTooNew     written by a newer backupd
     └─ IndexDamaged    the file cannot be read as an index

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
