"""May this be shown on that day, and if not, who or what stands in the way? Pure.

The answer fills the two facts of the decision table, `consent` and `child`; holds and erasures are that table's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from backupd.policy.consent import (
    DENYING,
    PERMITTING,
    ConsentRecord,
    ConsentRules,
    ConsentState,
    Party,
    Person,
    contains,
    expires_on,
    is_minor,
    last_on,
    relevant,
    state_on,
)
from backupd.policy.facts import Child, Consented, Known
from backupd.settings.values import Duration, Unlimited

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Showing:
    """What is to be shown: some contents of a shoot, for a use, in a channel. `people_known` says that a list names who
    appears; without one nobody knows, which is not "nobody". `sensitive` asks for explicit consent (GDPR art. 9)."""

    shoot: int
    contents: frozenset[int]
    use: str
    channel: str
    people_known: Known
    sensitive: Known = Known.NO


@dataclass(frozen=True, slots=True)
class Blocker:
    """Who or what stands in the way. `person` is the index's key, None where it is not a person; never a name."""

    person: str | None
    party: Party | None
    state: ConsentState
    why: str


@dataclass(frozen=True, slots=True)
class MayShow:
    """The answer. `valid_until` is the first end among the consents that it rests on; UNLIMITED where none ends."""

    allowed: bool
    rule: str
    blockers: tuple[Blocker, ...]
    consent: Consented
    child: Child
    records: tuple[str, ...]
    valid_until: date | Unlimited


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all the questions below share."""

    showing: Showing
    records: list[ConsentRecord]
    rules: ConsentRules
    day: date


def decide_showing(
    showing: Showing, people: Sequence[Person], records: Sequence[ConsentRecord], rules: ConsentRules, day: date
) -> MayShow:
    """Return whether it may be shown on a day. `people` are the client and whoever appears in these files."""
    asked = _Asked(showing, relevant(records, showing.shoot, showing.contents, showing.use), rules, day)
    blockers: list[Blocker] = []
    used: list[ConsentRecord] = []
    if Party.CLIENT in rules.needed_from and not any(person.party is Party.CLIENT for person in people):
        blockers.append(_nobody("no client is known who could have agreed"))
    if Party.PARTICIPANT in rules.needed_from and showing.people_known is not Known.YES:
        blockers.append(_nobody("no list names who appears, so nobody can be known to have agreed"))
    children = Child.NO
    for person in people:
        found, rests_on, child = _ask_person(person, asked)
        blockers += found
        used += rests_on
        children = _worse(children, child)
    blockers += _denials(asked, people, {blocker.person for blocker in blockers})
    if showing.people_known is not Known.YES and Party.PARTICIPANT in rules.needed_from:
        children = _worse(children, Child.UNKNOWN)
    allowed = not blockers
    return MayShow(
        allowed,
        "consented" if allowed else "no_consent",
        tuple(blockers),
        Consented.VALID if allowed else Consented.MISSING,
        children,
        tuple(sorted({record.id for record in used})) if allowed else (),
        _first_end(used, asked),
    )


_CHILD_ORDER = (Child.NO, Child.GUARDIAN_AGREES, Child.UNKNOWN, Child.GUARDIAN_MISSING)


def _worse(one: Child, other: Child) -> Child:
    return max(one, other, key=_CHILD_ORDER.index)


def _nobody(why: str) -> Blocker:
    return Blocker(None, None, ConsentState.UNKNOWN, why)


def _ask_person(person: Person, asked: _Asked) -> tuple[list[Blocker], list[ConsentRecord], Child]:
    if person.party is Party.CLIENT:
        blocker, record = _ask(person.id, Party.CLIENT, None, asked, needed=Party.CLIENT in asked.rules.needed_from)
        return _listed(blocker), _listed(record), Child.NO
    needed = Party.PARTICIPANT in asked.rules.needed_from
    minor = _minority(person, _own(person, asked), asked)
    if minor is Known.NO:
        since = _adult_since(person, asked.rules)
        blocker, record = _ask(person.id, Party.PARTICIPANT, None, asked, needed=needed, since=since)
        return _listed(blocker), _listed(record), Child.NO
    if minor is Known.UNKNOWN:
        why = "may be under age or may have come of age; their day of birth is not known"
        return [Blocker(person.id, person.party, ConsentState.UNKNOWN, why)], [], Child.UNKNOWN
    return _ask_guardians(person, asked)


def _ask_guardians(child: Person, asked: _Asked) -> tuple[list[Blocker], list[ConsentRecord], Child]:
    # Whatever the studio requires of others, a child is never shown without a guardian (D22): each who is known, and
    # where none is, whoever consented on the child's behalf.
    for_child = {r.person for r in asked.records if r.on_behalf_of == child.id and r.party is Party.GUARDIAN}
    guardians = child.guardians or tuple(sorted(for_child))
    blockers: list[Blocker] = []
    used: list[ConsentRecord] = []
    if not guardians:
        why = "under age, and no guardian has agreed"
        return [Blocker(child.id, Party.GUARDIAN, ConsentState.UNKNOWN, why)], used, Child.GUARDIAN_MISSING
    for guardian in guardians:
        blocker, record = _ask(guardian, Party.GUARDIAN, child.id, asked, needed=True)
        blockers += _listed(blocker)
        used += _listed(record)
    return blockers, used, Child.GUARDIAN_AGREES if used and not blockers else Child.GUARDIAN_MISSING


def _own(person: Person, asked: _Asked) -> list[ConsentRecord]:
    return [r for r in asked.records if r.person == person.id and r.party is Party.PARTICIPANT]


def _minority(person: Person, own: list[ConsentRecord], asked: _Asked) -> Known:
    minor = is_minor(person, asked.day, asked.rules.adult_at)
    if minor is not Known.UNKNOWN:
        return minor
    if person.minor is Known.YES:
        # Asked anew each year since somebody said "minor", as nobody knows which birthday ends the guardian's word.
        said = [r.events for r in asked.records if r.on_behalf_of == person.id and r.party is Party.GUARDIAN]
        latest = max((e.on for events in said for e in events if e.state in PERMITTING and e.on <= asked.day), default=None)
        if latest is not None and asked.day <= Duration(years=1).after(latest, "last"):
            return Known.YES
    # Being of age does not end with the consent in which it was declared, unless that never was one.
    declared = any(
        r.states_of_age and r.evidence is not None and last_on(r, asked.day, PERMITTING) is not None
        and state_on(r, asked.day, asked.rules) is not ConsentState.INVALIDATED
        for r in own
    )  # fmt: skip
    return Known.NO if declared else Known.UNKNOWN


def _adult_since(person: Person, rules: ConsentRules) -> date | None:
    if person.born_on is None:
        return None
    return Duration(years=rules.adult_at).after(person.born_on, "last")


def _ask(
    person: str, party: Party, child: str | None, asked: _Asked, *, needed: bool, since: date | None = None
) -> tuple[Blocker | None, ConsentRecord | None]:
    """Return what stands in one person's way, and on which record it rests where nothing does. `since` is the day from
    which they can consent for themselves: what was said before it is not their own."""
    own = [r for r in asked.records if (r.person, r.party, r.on_behalf_of) == (person, party, child)]
    denied_on, denied = _last_no(own, asked)
    good = [r for r in own if _is_later(_yes_on(r, asked), denied_on)]
    grown = good if since is None else [r for r in good if _is_later(_yes_on(r, asked), since - timedelta(days=1))]
    lacks = ""
    for record in grown:
        lacks = _lack(record, asked)
        if not lacks:
            return None, record
    if denied is not None:
        return Blocker(person, party, denied, f"{party.value}: {denied.value}"), None
    if not needed:
        return None, None
    if good and not grown:
        why = "has come of age since; their own consent is needed"
        return Blocker(person, party, ConsentState.EXPIRED, why), None
    state = _latest_state(own, asked)
    said = "no consent is recorded" if not own else f"{party.value}: {state.value}"
    return Blocker(person, party, state, lacks or said), None


def _yes_on(record: ConsentRecord, asked: _Asked) -> date | None:
    """The day of the last yes of a record that permits now."""
    if state_on(record, asked.day, asked.rules) not in PERMITTING:
        return None
    return last_on(record, asked.day, PERMITTING)


def _is_later(one: date | None, other: date | None) -> bool:
    return one is not None and (other is None or one > other)


def _last_no(records: Sequence[ConsentRecord], asked: _Asked) -> tuple[date | None, ConsentState | None]:
    """The last no about these files in this channel, in whichever record: a later yes in another one outdoes it, one of
    the same day does not. A no that names no channel is about every channel."""
    found = [
        (on, state_on(record, on, asked.rules))
        for record in records
        if not record.channels or asked.showing.channel in record.channels
        if (on := last_on(record, asked.day, DENYING)) is not None
    ]
    return max(found, key=lambda pair: pair[0], default=(None, None))


def _latest_state(records: Sequence[ConsentRecord], asked: _Asked) -> ConsentState:
    states = [
        (on, state_on(record, asked.day, asked.rules))
        for record in records
        if (on := last_on(record, asked.day, frozenset(ConsentState))) is not None
    ]
    return max(states, key=lambda pair: pair[0], default=(None, ConsentState.UNKNOWN))[1]


def _lack(record: ConsentRecord, asked: _Asked) -> str:
    showing = asked.showing
    if showing.use not in record.uses:
        return f"consent does not name the use {showing.use}"
    if not contains(record.scope, showing.shoot, showing.contents):
        return "consent covers only some of these files"
    if showing.channel not in record.channels:
        return f"consent does not name the channel {showing.channel}"
    if showing.sensitive is not Known.NO and not record.explicit:
        return "sensitive pictures need explicit consent"
    return ""


def _denials(asked: _Asked, people: Sequence[Person], named: set[str | None]) -> list[Blocker]:
    """Whoever said no about these files counts, even where nobody listed them; but a guardian's no ends as their yes
    does, with the day on which the child comes of age."""
    asked_already = {(p.id, p.party, None) for p in people}
    grown = {p.id for p in people if p.party is Party.PARTICIPANT and _minority(p, _own(p, asked), asked) is Known.NO}
    found = []
    for who in dict.fromkeys((r.person, r.party, r.on_behalf_of) for r in asked.records):
        person, party, child = who
        if who in asked_already and not _is_child(person, people, asked):
            continue
        if person in named or (party is Party.GUARDIAN and child in grown):
            continue
        blocker, _ = _ask(person, party, child, asked, needed=False)
        named.add(person)
        found += _listed(blocker)
    return found


def _is_child(person: str, people: Sequence[Person], asked: _Asked) -> bool:
    """Children are asked about through their guardians; their own no is still to be heard."""
    return any(p.id == person and _minority(p, _own(p, asked), asked) is not Known.NO for p in people
               if p.party is Party.PARTICIPANT)  # fmt: skip


def _first_end(used: list[ConsentRecord], asked: _Asked) -> date | Unlimited:
    ends = []
    for record in used:
        events = [e for e in record.events if e.on <= asked.day and e.state in PERMITTING]
        end = expires_on(max(events, key=lambda event: event.on), asked.rules)
        if not isinstance(end, Unlimited):
            ends.append(end)
    return min(ends, default=Unlimited.UNLIMITED)


def _listed(value: _T | None) -> list[_T]:
    return [] if value is None else [value]
