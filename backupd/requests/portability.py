"""Portability (GDPR art. 20): what the person gave, in a common form that machines read, where consent or contract is
the ground."""

from __future__ import annotations

from collections.abc import Mapping

from backupd.letters.access import AccessFacts
from backupd.letters.portable import as_csv, as_json
from backupd.requests.base import Kind
from backupd.requests.giving import give_or_tell
from backupd.requests.handing import hand_over
from backupd.requests.running import Outcome, Running

_NAMES = {"fi": "tiedot", "en": "data"}


def documents(facts: AccessFacts) -> Mapping[str, bytes]:
    """Return what the person gave, for machines, by name."""
    name = f"{_NAMES[facts.language]}-{facts.request}"
    return {f"{name}.json": as_json(facts), f"{name}.csv": as_csv(facts)}


def answer(running: Running) -> Outcome:
    """Give the person's own pictures, and write what they gave beside them."""
    return hand_over(running, documents)


KIND = Kind(
    "portability", "portability", answer, give_or_tell, four_eyes=True, choices=("give", "tell", "refuse"), gives=True,
    files="give", reports=True,
)  # fmt: skip
"""A request to have data moved."""
