"""The access report (GDPR art. 15): everything of one person, as frozen facts and as JSON. Pure.

Nothing of anybody else has a field here, but those who received the person's data: they must be named (art. 15(1)(c)).
Who on the staff looked something up is not told either; that somebody did, and when, is.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from backupd.letters.facts import Controller
from backupd.letters.passages import Language


@dataclass(frozen=True, slots=True)
class KnownBy:
    """A name, an address or a number that is held of the person, and where it came from."""

    kind: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class HeldShoot:
    """A shoot of the person's, or one that names them. `kept_until` is None where no day is known."""

    id: int
    title: str
    first_day: date | None
    last_day: date | None
    as_client: bool
    photos: int
    videos: int
    others: int
    kept: str
    kept_until: date | None


@dataclass(frozen=True, slots=True)
class Appearance:
    """An entry of a list of participants about the person."""

    shoot: int
    name: str
    role: str | None
    email: str | None
    phone: str | None
    minor: bool | None
    consent: str | None


@dataclass(frozen=True, slots=True)
class HeldConsent:
    """What the person said to a use of their pictures, and what it says on the day of the report."""

    uses: tuple[str, ...]
    state: str
    speaks_as: str
    from_day: date
    until_day: date | None
    withdrawn_on: date | None
    recorded_on: date
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class HeldHold:
    """A restriction or another stop on deletion."""

    kind: str
    since: date


@dataclass(frozen=True, slots=True)
class GivenTo:
    """Somebody who received data. `name` is None once it was erased."""

    name: str | None
    channel: str
    files: int
    on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a picture was published."""

    shoot: int | None
    channel: str
    address: str
    since: date
    removed_on: date | None


@dataclass(frozen=True, slots=True)
class Service:
    """A processor, as the settings have it."""

    name: str
    role: str
    data: str
    region: str
    transfer: str
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class LookUp:
    """A day on which data of the person were looked up or given out, what for, and how often."""

    on: date
    what: str
    times: int


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """A request that the person made before."""

    id: str
    kind: str
    received_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """All that the report tells. `doubtful` is how many further entries may be the person's and were not taken in."""

    language: Language
    made_on: date
    controller: Controller
    name: str
    request: str = ""
    known_by: tuple[KnownBy, ...] = ()
    shoots: tuple[HeldShoot, ...] = ()
    appearances: tuple[Appearance, ...] = ()
    consents: tuple[HeldConsent, ...] = ()
    holds: tuple[HeldHold, ...] = ()
    given: tuple[GivenTo, ...] = ()
    shown: tuple[Shown, ...] = ()
    services: tuple[Service, ...] = ()
    look_ups: tuple[LookUp, ...] = ()
    requests: tuple[EarlierRequest, ...] = ()
    attachments: tuple[str, ...] = ()
    minimum: str = ""
    unused_contacts: str = ""
    doubtful: int = 0

    @property
    def is_held(self) -> bool:
        """Whether anything at all is held of the person."""
        return any((self.known_by, self.shoots, self.appearances, self.consents, self.holds, self.given, self.shown))


def as_json(facts: AccessFacts) -> bytes:
    """Return the report as JSON in UTF-8; days are YYYY-MM-DD, what is not known is null."""
    answer: dict[str, Any] = {"processing": facts.is_held} | asdict(facts)
    answer["automated_decisions"] = None
    text = json.dumps(answer, ensure_ascii=False, indent=2, default=date.isoformat)
    return (text + "\n").encode("utf-8", "backslashreplace")
