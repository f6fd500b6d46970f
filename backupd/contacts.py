"""Contacts: addresses and numbers that lists give, when each was last used, and forgetting those that are due.

Forgetting takes the lines that bear the address or number out of the index, recorded in the ledger first, so that an
index restored from a backup forgets them again. Pictures are another matter: those that outlive a contact are put to
review, since their folders and lists may still name people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from backupd.policy.contacts import ContactFacts, ContactVerdict, decide_contact
from backupd.policy.holds import HoldKind
from backupd.retaining import Basis, holding
from backupd.settings.values import Duration, Unlimited
from index import consents, disclosures, keeping, placements, review
from index.appearing import Appearing, appearing
from index.erased import FORGOTTEN
from index.forgetting import Forgotten
from index.ledger import Ledger
from index.ledger_key import LedgerKey, normal_email, normal_phone
from index.replay import record_erased
from index.review import Question
from index.scopes import scopes

RULE = FORGOTTEN
"""The reason code in the ledger; also the case under which such persons stand as erased."""


@dataclass(slots=True)
class Contact:
    """One contact: every name, address and number that belong together, and the shoots that they are in."""

    names: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    shoots: set[int] = field(default_factory=set)

    def hashes(self, key: LedgerKey) -> tuple[str, ...]:
        """Return the keyed hashes of addresses and numbers: a name alone might be a namesake's."""
        found = [key.hash("email", each) for each in sorted(self.emails)]
        return tuple(found + [key.hash("phone", each) for each in sorted(self.phones)])


@dataclass(frozen=True, slots=True)
class Known:
    """A contact with the verdict on it."""

    contact: Contact
    facts: ContactFacts
    verdict: ContactVerdict


def together(lines: Iterable[Appearing]) -> list[Contact]:
    """Return the contacts: lines that share an address or a number are about one contact."""
    by_key: dict[tuple[str, str], Contact] = {}
    for one in lines:
        keys = [("email", normal_email(one.email))] if one.email else []
        keys += [("phone", normal_phone(one.phone))] if one.phone else []
        if not keys:
            continue
        met = {id(by_key[key]): by_key[key] for key in keys if key in by_key}
        contact = next(iter(met.values()), Contact())
        for other in list(met.values())[1:]:
            for name in ("names", "emails", "phones", "shoots"):
                getattr(contact, name).update(getattr(other, name))
        contact.names.add(one.name)
        contact.emails.update([one.email] if one.email else [])
        contact.phones.update([one.phone] if one.phone else [])
        contact.shoots.add(one.shoot_id)
        for each in contact.emails:
            by_key[("email", normal_email(each))] = contact
        for each in contact.phones:
            by_key[("phone", normal_phone(each))] = contact
    unique = {id(one): one for one in by_key.values()}
    return sorted(unique.values(), key=lambda one: (sorted(one.names), sorted(one.emails), sorted(one.phones)))


def known_contacts(conn: Connection, basis: Basis, key: LedgerKey, unused: Duration | Unlimited) -> list[Known]:
    """Return every contact with the verdict on it, the longest due first, those of unknown use last."""
    contacts = together(one for one in appearing(conn) if not one.is_client)
    days = {id: one.last_day for id, one in keeping.standings(conn).items()}
    held = holding(conn, basis)
    used = _used(conn, basis)
    published = {one.shoot_id for one in placements.all_standing(conn)}
    found = []
    for contact in contacts:
        own = {*contact.hashes(key), *(hashed for name in contact.names for hashed in key.hashes(name=name))}
        dated = [date.fromisoformat(day) for day in (days.get(id) for id in contact.shoots) if day]
        dated += [used[hashed] for hashed in own if hashed in used]
        kinds = {one.kind for id in contact.shoots for one in held.on(id)} - {HoldKind.PIN.value}
        facts = ContactFacts(
            max(dated, default=None),
            any(days.get(id) is None for id in contact.shoots),
            tuple(sorted(kinds)) or (("unattached",) if held.unattached else ()),
            bool(contact.shoots & published),
        )
        found.append(Known(contact, facts, decide_contact(facts, unused, basis.today)))
    return sorted(found, key=lambda one: (one.verdict.due_on or date.max, sorted(one.contact.names)))


def _used(conn: Connection, basis: Basis) -> dict[str, date]:
    """The last day on which each keyed hash answered something or was given something."""
    found: dict[str, date] = {}

    def note(hashed: str | None, seconds: int | None) -> None:
        if hashed is not None and seconds is not None:
            found[hashed] = max(found.get(hashed, date.min), basis.day(seconds))

    said = consents.ever(conn)
    limits = scopes(conn, [one.uid for one in said])
    for one in said:
        for hashed in (one.person, one.ward, *(limits[one.uid].persons if one.uid in limits else ())):
            note(hashed, one.recorded_at)
            note(hashed, one.withdrawn_at)
    for given in disclosures.ever(conn):
        note(given.person, given.given_at)
    return found


def forget(conn: Connection, ledger: Ledger, due: Iterable[Known], at: int, by: str) -> Forgotten:
    """Forget contacts: ledger first, then the index; put the shoots that outlive them to review."""
    contacts = [one.contact for one in due]
    hashes = tuple(dict.fromkeys(hashed for one in contacts for hashed in one.hashes(ledger.key)))
    if not hashes:
        return Forgotten()
    gone = record_erased(conn, ledger, hashes, (), at, by, request=RULE, rule=RULE)
    outliving = keeping.standings(conn, set().union(*(one.shoots for one in contacts)))
    for id, one in sorted(outliving.items()):
        if one.files:
            reason = f"a contact of shoot {id} was forgotten; its pictures, folder and list may still name people"
            review.ask(conn, Question("contact", f"shoot {id}", reason, shoot_id=id), at)
    return gone
