"""Who is in a shoot and what they said, as the index has it, in the form that the policies of consent ask for.

A yes counts for a person only where it is surely theirs: by address or number, or by a name that is the only one like it
in that shoot and has neither. A no counts by any of them. Names go along only to be shown.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from backupd.policy.consent import (
    UNSAID,
    ConsentEvent,
    ConsentRecord,
    ConsentRules,
    ConsentState,
    EveryShoot,
    Party,
    Person,
    SomeFiles,
    WholeShoot,
    relevant,
    state_on,
)
from backupd.policy.facts import Facts, Known
from backupd.policy.sensitive import is_sensitive
from backupd.policy.showing import MayShow, Showing, decide_showing
from backupd.retaining import Basis
from backupd.settings.models import Settings
from index import consents, placements
from index.appearing import Appearing, appearing, listed_shoots, other_spellings
from index.consents import Consent
from index.ledger_key import LedgerKey
from index.placements import Placement
from index.scopes import NO_SCOPE, Scope, content_ids, scopes
from index.shoots import get_shoots

USES = ("portfolio",)
CHANNELS = ("web", "social", "print", "competition", "paid_ads")
_PARTIES = {"client": Party.CLIENT, "participants": Party.PARTICIPANT, "guardians": Party.GUARDIAN}


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody in a shoot, and what was said. `names` shows who a key of a person is; `placed` is what is published."""

    shoot_id: int
    people: tuple[Person, ...] = ()
    records: tuple[ConsentRecord, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    people_known: Known = Known.NO
    sensitive: Known = Known.NO
    placed: tuple[Placement, ...] = ()
    rules: ConsentRules = field(default_factory=ConsentRules)


@dataclass(slots=True)
class _Met:
    """A person as they are met in a shoot's lists, put together from every line that is surely about them."""

    one: Appearing
    hashes: tuple[str, ...]
    contacts: frozenset[str]
    minor: Known = Known.UNKNOWN
    said_on: date | None = None


def rules_of(settings: Settings) -> ConsentRules:
    """Return the studio's rules of consent."""
    said = settings.consent
    return ConsentRules(frozenset(_PARTIES[each] for each in said.needed_from), said.valid_for, said.adult_at)


def cast_of(conn: Connection, settings: Settings, basis: Basis, shoot_id: int) -> Cast:
    """Return who is in one shoot and what they said."""
    return casts(conn, settings, basis, [shoot_id])[shoot_id]


def casts(conn: Connection, settings: Settings, basis: Basis, ids: Collection[int]) -> dict[int, Cast]:
    """Return who is in each of the shoots and what they said, by id."""
    said = consents.ever(conn)
    limits = scopes(conn, [one.uid for one in said])
    contents = content_ids(conn, {each for one in limits.values() for each in one.contents})
    _, unread = listed_shoots(conn, ids)
    met: dict[int, list[Appearing]] = {}
    for each in appearing(conn, ids):
        met.setdefault(each.shoot_id, []).append(each)
    rows = {}
    for start in range(0, len(ids), 500):
        rows.update(get_shoots(conn, sorted(ids)[start : start + 500]))
    placed: dict[int, list[Placement]] = {}
    for one in placements.all_standing(conn):
        placed.setdefault(one.shoot_id or 0, []).append(one)
    anywhere, by_shoot = _by_shoot(said)
    names = {one.person: one.name for one in said if one.name}
    found = {}
    for id in ids:
        here = met.get(id, [])
        listed = _together([each for each in here if not each.is_client], basis)
        clients = _clients(conn, [each for each in here if each.is_client], basis.key)
        about = sorted((*anywhere, *by_shoot.get(id, ())), key=lambda each: each[0])
        records = tuple(_record(one, limits.get(one.uid, NO_SCOPE), contents, id, clients, listed) for _, one in about)
        known = Known.YES if listed and id not in unread else Known.NO
        found[id] = Cast(
            id,
            (*(Person(hashes[0], Party.CLIENT) for _, hashes in clients), *(_person(one) for one in listed)),
            tuple(one for one in records if one is not None),
            ChainMap(_names(clients, listed), names),
            known,
            is_sensitive(rows[id].title if id in rows else None),
            tuple(placed.get(id, ())),
            rules_of(settings),
        )
    return found


def ask(cast: Cast, contents: frozenset[int], use: str, channel: str, day: date) -> MayShow:
    """Return whether these files of the shoot may be shown on a day, and who stands in the way."""
    showing = Showing(cast.shoot_id, contents, use, channel, cast.people_known, cast.sensitive)
    return decide_showing(showing, cast.people, cast.records, cast.rules, day)


def showing_facts(facts: Facts, cast: Cast, answer: MayShow, contents: frozenset[int], use: str, day: date) -> Facts:
    """Return the facts with what consent and publication say in their places."""
    about = relevant(cast.records, cast.shoot_id, contents, use)
    ended = {ConsentState.WITHDRAWN, ConsentState.INVALIDATED}
    withdrawn = bool(cast.placed) and any(state_on(one, day, cast.rules) in ended for one in about)
    published = Known.YES if withdrawn and not answer.allowed else Known.NO
    return replace(facts, consent=answer.consent, child=answer.child, withdrawn_after_publication=published)


def apart(cast: Cast, contents: Iterable[int]) -> list[frozenset[int]]:
    """Return the files in groups that every answer treats alike: by which consents for some files name them."""
    groups: dict[tuple[bool, ...], set[int]] = {}
    for each in contents:
        groups.setdefault(named_by(cast, (each,)), set()).add(each)
    return [frozenset(group) for _, group in sorted(groups.items(), reverse=True)]


def named_by(cast: Cast, contents: Collection[int]) -> tuple[bool, ...]:
    """Return which of the consents for some files name any of these."""
    some = (one.scope.contents for one in cast.records if isinstance(one.scope, SomeFiles))
    return tuple(any(each in scope for each in contents) for scope in some)


def _together(lines: Sequence[Appearing], basis: Basis) -> list[_Met]:
    found: dict[str, _Met] = {}
    for number, each in enumerate(lines):
        hashes = each.hashes(basis.key) if basis.key else (f"?{number}",)
        contacts = frozenset(each.contacts(basis.key)) if basis.key else frozenset()
        if not hashes:
            hashes = (f"?{number}",)
        met = found.setdefault(hashes[0], _Met(each, hashes, contacts))
        said_on = None if each.said_at is None else basis.day(each.said_at)
        if each.minor is True or (each.minor is False and met.minor is not Known.YES):
            met.minor = Known.YES if each.minor else Known.NO
            # "Adult" holds from the first list that says so, "minor" is sure for the last.
            days = [day for day in (met.said_on, said_on) if day is not None]
            met.said_on = (max(days) if each.minor else min(days)) if days else None
    return list(found.values())


def _person(met: _Met) -> Person:
    return Person(met.hashes[0], Party.PARTICIPANT, met.minor, met.said_on)


def _clients(
    conn: Connection, clients: Sequence[Appearing], key: LedgerKey | None
) -> list[tuple[Appearing, tuple[str, ...]]]:
    if key is None:
        return [(one, (f"?client {number}",)) for number, one in enumerate(clients)]
    found = []
    for one in clients:
        spelled = dict.fromkeys(key.hash("name", each) for each in (one.name, *other_spellings(conn, one.name)))
        found.append((one, tuple(spelled)))
    return found


def _by_shoot(said: Sequence[Consent]) -> tuple[list[tuple[int, Consent]], dict[int, list[tuple[int, Consent]]]]:
    """Return what may be about any shoot, and by shoot what is about that one alone; each with its place in order."""
    anywhere: list[tuple[int, Consent]] = []
    by_shoot: dict[int, list[tuple[int, Consent]]] = {}
    for number, one in enumerate(said):
        if one.files is not None or one.shoot_hash is None:
            anywhere.append((number, one))
        elif one.shoot_id is not None:
            by_shoot.setdefault(one.shoot_id, []).append((number, one))
    return anywhere, by_shoot


def _names(clients: Sequence[tuple[Appearing, tuple[str, ...]]], listed: Sequence[_Met]) -> dict[str, str]:
    return {hashes[0]: one.name for one, hashes in clients} | {met.hashes[0]: met.one.name for met in listed}


def _record(
    one: Consent,
    limits: Scope,
    contents: Mapping[bytes, int],
    shoot_id: int,
    clients: Sequence[tuple[Appearing, tuple[str, ...]]],
    listed: Sequence[_Met],
) -> ConsentRecord | None:
    """Return a consent as it concerns this shoot, None where it does not."""
    hashes = {one.person, *limits.persons}
    party = Party(one.speaks_as)
    everywhere = one.shoot_hash is None and one.files is None
    if not everywhere and one.files is None and one.shoot_id != shoot_id:
        return None
    person: str | None = one.person
    ward = one.ward
    if party is Party.CLIENT:
        person = next((known[0] for _, known in clients if hashes & set(known)), None)
    elif party is Party.PARTICIPANT:
        person = _who(hashes, listed, sure=one.answer == "yes", everywhere=everywhere)
    elif ward is not None:
        ward = _who({ward}, listed, sure=one.answer == "yes", everywhere=everywhere) or (None if everywhere else ward)
        person = one.person if ward is not None else None
    if person is None:
        # Not surely anybody's here: what is said of all shoots is not about this one, what names this one still is.
        if everywhere:
            return None
        person = one.person
    scope = EveryShoot() if everywhere else WholeShoot(shoot_id)
    if one.files is not None:
        ids = frozenset(contents[each] for each in limits.contents if each in contents)
        return _made(one, person, ward, party, SomeFiles(ids))
    return _made(one, person, ward, party, scope)


def _who(hashes: set[str], listed: Sequence[_Met], *, sure: bool, everywhere: bool) -> str | None:
    by_contact = [met for met in listed if hashes & met.contacts]
    if len(by_contact) == 1:
        return by_contact[0].hashes[0]
    by_name = [met for met in listed if hashes & set(met.hashes)]
    if len(by_name) != 1:
        return None
    if sure and (everywhere or by_name[0].contacts):
        # A name alone never says yes for somebody of whom an address is known, nor in a shoot that nobody named.
        return None
    return by_name[0].hashes[0]


def _made(
    one: Consent, person: str, ward: str | None, party: Party, scope: EveryShoot | WholeShoot | SomeFiles
) -> ConsentRecord:
    until = UNSAID if one.until_day is None else date.fromisoformat(one.until_day)
    state = ConsentState.GIVEN if one.answer == "yes" else ConsentState.REFUSED
    events = [ConsentEvent(date.fromisoformat(one.from_day), state, until)]
    if one.withdrawn_on is not None:
        ended = ConsentState.INVALIDATED if one.withdrawn_how == "invalid" else ConsentState.WITHDRAWN
        events.append(ConsentEvent(date.fromisoformat(one.withdrawn_on), ended))
    return ConsentRecord(
        one.uid,
        person,
        party,
        scope,
        frozenset(one.uses),
        frozenset(one.channels),
        tuple(events),
        one.evidence_sha256.hex() if one.evidence_sha256 else None,
        ward,
        one.explicit,
        one.of_age,
    )
