"""Consents to be recorded: what is missing from one, its evidence kept as a hash, and what lists say as a proposal.

A list is somebody else's note about a person. What it says is proposed; a person confirms it with the paper in hand, and
a blank is not a yes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from backupd.policy.consent import Party
from index.appearing import Appearing, appearing
from index.consents import Consent
from index.ledger_key import LedgerKey

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a list says of one person in one shoot. `recorded` says that an answer of theirs is recorded already."""

    shoot_id: int
    name: str
    email: str | None
    phone: str | None
    minor: bool | None
    says: str
    recorded: bool

    @property
    def needs(self) -> tuple[str, ...]:
        """What a person must see to before it can be recorded."""
        if self.says == "no":
            return ()
        needs = ["the signed paper or message, as --evidence"]
        if self.minor:
            needs.append("the guardian's name, as --guardian")
        elif self.minor is None:
            needs.append("whether they are of age, as --of-age")
        return tuple(needs)


def proposals(
    conn: Connection, key: LedgerKey, ids: Collection[int] | None, recorded: Collection[Consent]
) -> list[Proposal]:
    """Return what lists say in so many words, yes or no, by shoot and name. What is blank is not among them."""
    known = {(one.shoot_id, each) for one in recorded for each in (one.person, one.ward) if each}
    known |= {(None, one.person) for one in recorded if one.shoot_hash is None}
    found: dict[tuple[int, str], Proposal] = {}
    for one in appearing(conn, ids):
        if one.is_client or one.consent not in ("yes", "no"):
            continue
        hashes = one.hashes(key)
        if not hashes:
            continue
        is_known = any((shoot, hashes[0]) in known for shoot in (one.shoot_id, None))
        said = _proposal(one, is_known)
        before = found.get((one.shoot_id, hashes[0]))
        # Two lists that disagree: the no is what is proposed.
        if before is None or said.says == "no":
            found[(one.shoot_id, hashes[0])] = said
    return sorted(found.values(), key=lambda one: (one.shoot_id, one.name))


def _proposal(one: Appearing, recorded: bool) -> Proposal:
    return Proposal(one.shoot_id, one.name, one.email, one.phone, one.minor, one.consent or "", recorded)


def faults_of(one: Consent, *, is_sure: bool) -> tuple[str, ...]:
    """Return what is missing from a consent before it may be recorded; empty where it is whole."""
    faults = []
    if one.answer == "yes":
        if one.evidence_sha256 is None:
            faults.append("a yes needs its evidence: the signed paper or the message, as a file")
        if not one.uses or not one.channels:
            faults.append("a yes names its channels; there is no yes to anything")
        if one.shoot_hash is None and not is_sure:
            faults.append("a yes to every shoot needs an address or a number: a name alone may be a namesake's")
    if one.speaks_as == Party.GUARDIAN.value and one.ward is None:
        faults.append("a guardian speaks for somebody: say for whom")
    if one.until_day is not None and one.until_day < one.from_day:
        faults.append("it would end before it begins")
    return tuple(faults)


def evidence_hash(path: Path) -> bytes:
    """Return the SHA-256 of a file of evidence. Raises OSError; ValueError for an empty file, which shows nothing."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            length += len(chunk)
    if not length:
        raise ValueError("it is empty")
    return digest.digest()
