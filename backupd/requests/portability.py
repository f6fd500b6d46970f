"""Portability (GDPR art. 20): what the person gave, in a common form that machines read, where consent or contract is
the ground."""

from __future__ import annotations

from backupd.requests.base import Kind
from backupd.requests.giving import give, see_to_it

KIND = Kind("portability", "portability", see_to_it, give, four_eyes=True, choices=("give", "tell", "refuse"))
"""A request to have data moved."""
