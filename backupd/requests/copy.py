"""A copy of lost pictures: no right of the law but the studio's promise, so its own aim is the clock."""

from __future__ import annotations

from backupd.requests.base import Kind
from backupd.requests.giving import give
from backupd.requests.handing import hand_over

KIND = Kind(
    "copy", "a copy of pictures", hand_over, give, clock="copy", choices=("give", "refuse"), gives=True, files="give",
)  # fmt: skip
"""A request for copies."""
