"""Access (GDPR art. 15): what is held on a person, told in a report, with the pictures in which they appear."""

from __future__ import annotations

from backupd.requests.base import Kind
from backupd.requests.giving import see_to_it, tell

KIND = Kind("access", "access", see_to_it, tell, four_eyes=True, choices=("tell", "give", "refuse"))
"""A request for access."""
