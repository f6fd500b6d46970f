"""Why an export did not go ahead.

    ExportFailure
     ├─ TargetTaken      something that is not this export's lies there
     ├─ TargetBusy       another export writes there just now
     ├─ NoRoom           the target's disk has not enough room
     ├─ NothingToExport  no file matches, or none is left
     └─ OutOfReach       some files lie only where nothing can be read now; what was copied stays for the next run
"""

from __future__ import annotations


class ExportFailure(Exception):
    """An export that cannot go ahead, or not to its end."""


class TargetTaken(ExportFailure):
    """Something lies at `place` that is not this export's, so that it is left alone."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(place, why)
        self.place = place
        self.why = why


class TargetBusy(ExportFailure):
    """Another export writes there."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class NoRoom(ExportFailure):
    """`needed` bytes do not fit into `free`."""

    def __init__(self, place: str, needed: int, free: int) -> None:
        super().__init__(place, needed, free)
        self.place = place
        self.needed = needed
        self.free = free


class NothingToExport(ExportFailure):
    """No file is left to be exported, or none was meant."""


class OutOfReach(ExportFailure):
    """So many files lie in stores that cannot be read now."""

    def __init__(self, files: int) -> None:
        super().__init__(files)
        self.files = files
