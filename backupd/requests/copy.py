"""A copy of lost pictures: no right of the law but the studio's promise, so its own aim is the clock."""

from __future__ import annotations

from backupd.requests.base import Kind
from backupd.requests.giving import give, see_to_it

KIND = Kind("copy", "a copy of pictures", see_to_it, give, clock="copy", choices=("give", "refuse"))
"""A request for copies."""
