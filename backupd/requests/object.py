"""Objection (GDPR art. 21(1)): what is objected to stops at once, and stays stopped until it is decided.

It is the studio that must show compelling grounds; until then the hold that was put as the case was opened stands.
"""

from __future__ import annotations

from backupd.requests.base import Detail, Kind
from backupd.requests.restrict import decide, keep_restricted

KIND = Kind(
    "object", "objection", keep_restricted, decide, hold="objection",
    details=(Detail("reason", "say --reason with what the person says", needed=False),),
    choices=("restrict", "refuse"), files="restrict",
)  # fmt: skip
"""An objection."""
