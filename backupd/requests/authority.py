"""An authority asks (GDPR art. 31, 58): nothing in its scope is deleted by anybody until the studio's owner says so."""

from __future__ import annotations

from backupd.requests.base import Detail, Kind
from backupd.requests.giving import tell
from backupd.requests.handing import hand_over

KIND = Kind(
    "authority", "an authority's request", hand_over, tell, hold="legal", four_eyes=True, clock="authority",
    details=(
        Detail("authority", "say --authority with its name"),
        Detail("due", "say --due with the day that it gave"),
    ),
    choices=("tell", "give", "refuse"),
)  # fmt: skip
"""An authority's request."""
