"""Who agreed to what, on any day. Pure: consents and people in, "may it be shown, and who stands in the way" out.

Nobody's silence is a yes: no record is unknown, and unknown is refused. On a day on which several things happened, the
one against the use counts. A refusal or a withdrawal counts whoever was asked, even where the studio does not require
that person's consent. Source: privacy facts, T5, T14, T15 and the consent record of part 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from backupd.policy.facts import Known
from backupd.settings.values import UNLIMITED, Duration, Unlimited

ADULT_AT = 18
"""The age at which a guardian's consent ends and the person's own is needed, unless the studio sets another."""


class ConsentState(Enum):
    """Where one consent stands. Only GIVEN and RENEWED permit anything."""

    UNKNOWN = "unknown"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    INVALIDATED = "invalidated"
    RENEWED = "renewed"


PERMITTING = frozenset({ConsentState.GIVEN, ConsentState.RENEWED})
DENYING = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN, ConsentState.INVALIDATED})

# On one and the same day the later in this order counts.
_STRICTNESS = (ConsentState.ASKED, ConsentState.GIVEN, ConsentState.RENEWED, ConsentState.REFUSED,
               ConsentState.INVALIDATED, ConsentState.WITHDRAWN)  # fmt: skip


class Party(Enum):
    """In which part somebody consents."""

    CLIENT = "client"
    PARTICIPANT = "participant"
    GUARDIAN = "guardian"


class Unsaid(Enum):
    """For a consent that names no end: the studio's own length counts."""

    UNSAID = "unsaid"


UNSAID = Unsaid.UNSAID


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """What happened to a consent on a day. `expires_on` is inclusive and matters for what was given or renewed.

    A withdrawal counts from the day it came, whoever sent it: one from an unverified sender suspends the use at once,
    and is taken out of the record if it turns out not to be theirs.
    """

    on: date
    state: ConsentState
    expires_on: date | Unlimited | Unsaid = UNSAID


@dataclass(frozen=True, slots=True)
class WholeShoot:
    """Consent to everything of a shoot."""

    shoot: int


@dataclass(frozen=True, slots=True)
class EveryShoot:
    """Consent, or a no, to everything the person is in."""


@dataclass(frozen=True, slots=True)
class SomeFiles:
    """Consent to some contents only."""

    contents: frozenset[int]


Scope = EveryShoot | WholeShoot | SomeFiles


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One answer of one person, and what became of it; they may have given several.

    `person` is who agrees, `on_behalf_of` the child where that is a guardian. `uses` and `channels` are what was agreed
    to, never "anything": portfolio; web, social, print, competition, paid_ads. `explicit` says that sensitive pictures
    were named (GDPR art. 9). `evidence` is the hash of the signed paper or message; a record without it is not a
    permission. `states_of_age` says that the person declares to be of age.
    """

    id: str
    person: str
    party: Party
    scope: Scope
    uses: frozenset[str]
    channels: frozenset[str]
    events: tuple[ConsentEvent, ...]
    evidence: str | None
    on_behalf_of: str | None = None
    explicit: bool = False
    states_of_age: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose agreement may matter. `minor` is what the list said on `minor_said_on`, `born_on` where it is known.

    `guardians` are those who are known; consent is needed from each of them, and from one at least.
    """

    id: str
    party: Party
    minor: Known = Known.UNKNOWN
    minor_said_on: date | None = None
    born_on: date | None = None
    guardians: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentRules:
    """What the studio's configuration says. `valid_for` counts for consents that name no end."""

    needed_from: frozenset[Party] = frozenset(Party)
    valid_for: Duration | Unlimited = UNLIMITED
    adult_at: int = ADULT_AT


def expires_on(event: ConsentEvent, rules: ConsentRules) -> date | Unlimited:
    """Return the last day on which what was given or renewed then holds, or UNLIMITED."""
    if isinstance(event.expires_on, Unsaid):
        return rules.valid_for if isinstance(rules.valid_for, Unlimited) else rules.valid_for.after(event.on, "last")
    return event.expires_on


def state_on(record: ConsentRecord, day: date, rules: ConsentRules) -> ConsentState:
    """Return where a consent stood on a day, past or present, by what had happened until then."""
    last = _last_event(record, day)
    if last is None:
        return ConsentState.UNKNOWN
    if last.state not in PERMITTING:
        return last.state
    if record.evidence is None:
        return ConsentState.ASKED
    end = expires_on(last, rules)
    return ConsentState.EXPIRED if not isinstance(end, Unlimited) and day > end else last.state


def _last_event(record: ConsentRecord, day: date) -> ConsentEvent | None:
    happened = [event for event in record.events if event.on <= day and event.state in _STRICTNESS]
    return max(happened, key=lambda event: (event.on, _STRICTNESS.index(event.state)), default=None)


def last_on(record: ConsentRecord, day: date, states: frozenset[ConsentState]) -> date | None:
    """Return the last day until `day` on which one of those states came about, or None."""
    return max((event.on for event in record.events if event.on <= day and event.state in states), default=None)


def is_minor(person: Person, day: date, adult_at: int = ADULT_AT) -> Known:
    """Return whether somebody was under age on a day. Born on 29 February, one is of age on the 28th of that month.

    Without a day of birth, "minor" on a list is sure for the day it was said, and surely past so many years later; in
    between it is not known on which day they came of age.
    """
    years = Duration(years=adult_at)
    if person.born_on is not None:
        return Known.YES if day < years.after(person.born_on, "last") else Known.NO
    if person.minor is not Known.YES:
        # An adult stays one; whether they were one before the list said so is another question.
        sure = person.minor is Known.NO and (person.minor_said_on is None or day >= person.minor_said_on)
        return Known.NO if sure else Known.UNKNOWN
    if person.minor_said_on is None:
        return Known.UNKNOWN
    if day <= person.minor_said_on:
        return Known.YES
    return Known.NO if day >= years.after(person.minor_said_on, "next") else Known.UNKNOWN


def relevant(records: Iterable[ConsentRecord], shoot: int, contents: frozenset[int], use: str) -> list[ConsentRecord]:
    """Return the records that touch these files and this use; one that names no use is about every use.

    Touching is enough to deny. To permit, a record must contain all of the files and name use and channel.
    """
    about = [record for record in records if use in record.uses or not record.uses]
    return [record for record in about if _touches(record.scope, shoot, contents)]


def _touches(scope: Scope, shoot: int, contents: frozenset[int]) -> bool:
    if isinstance(scope, SomeFiles):
        return bool(scope.contents & contents)
    return isinstance(scope, EveryShoot) or scope.shoot == shoot


def contains(scope: Scope, shoot: int, contents: frozenset[int]) -> bool:
    """Whether a consent's scope takes in all of these files. No files at all is not "all"."""
    if isinstance(scope, SomeFiles):
        return bool(contents) and contents <= scope.contents
    return isinstance(scope, EveryShoot) or scope.shoot == shoot
