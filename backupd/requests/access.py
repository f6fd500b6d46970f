"""Access (GDPR art. 15): what is held on a person, told in a report, with the pictures in which they appear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from backupd.letters.access import AccessFacts, as_json
from backupd.letters.access_html import as_html
from backupd.requests.base import Kind
from backupd.requests.giving import give_or_tell
from backupd.requests.handing import hand_over
from backupd.requests.running import Outcome, Running

_NAMES = {"fi": "selvitys", "en": "report"}


def documents(facts: AccessFacts) -> Mapping[str, bytes]:
    """Return the report for people and for machines, by name."""
    name = f"{_NAMES[facts.language]}-{facts.request}"
    page = as_html(replace(facts, attachments=(f"{name}.json", *facts.attachments)))
    return {f"{name}.html": page.encode("utf-8", "backslashreplace"), f"{name}.json": as_json(facts)}


def answer(running: Running) -> Outcome:
    """Give the person's own pictures, and write the report beside them."""
    return hand_over(running, documents)


KIND = Kind(
    "access", "access", answer, give_or_tell, four_eyes=True, choices=("tell", "give", "refuse"), gives=True,
    files="give", reports=True
)
"""A request for access."""
