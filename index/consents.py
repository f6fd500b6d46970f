"""Consents and their evidence. A row is never changed but for its withdrawal, so that any past day can be asked for.

A renewal is a new row; a refusal is a row too. Where there is none, nothing is known, which permits no use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from index.ledger_line import Draft
from index.schema import consent
from index.scopes import NO_SCOPE, Scope

State = Literal["given", "refused", "expired", "withdrawn", "pending"]


@dataclass(frozen=True, slots=True)
class Consent:
    """What one person said to the use of one shoot's pictures, or of all (`shoot_hash` None). Days are ISO text.

    `files` says to how many files it is limited, None where it is about all; `index.scopes` has which.
    """

    uid: str
    answer: str
    person: str
    speaks_as: str
    uses: tuple[str, ...]
    from_day: str
    recorded_at: int
    recorded_by: str
    name: str | None = None
    ward: str | None = None
    shoot_id: int | None = None
    shoot_hash: str | None = None
    until_day: str | None = None
    evidence: str | None = None
    evidence_sha256: bytes | None = None
    wording: str | None = None
    language: str | None = None
    withdrawn_on: str | None = None
    withdrawn_how: str | None = None
    withdrawn_at: int | None = None
    withdrawn_by: str | None = None
    channels: tuple[str, ...] = ()
    files: int | None = None
    explicit: bool = False
    of_age: bool = False

    def on(self, day: str) -> State:
        """Return what this record says on a day. Withdrawal goes before the end, and both before what was said."""
        if self.withdrawn_on is not None and day >= self.withdrawn_on:
            return "withdrawn"
        if day < self.from_day:
            return "pending"
        if self.until_day is not None and day > self.until_day:
            return "expired"
        return "given" if self.answer == "yes" else "refused"


def drafts(one: Consent, limits: Scope = NO_SCOPE) -> list[Draft]:
    """Return the ledger's entries for a new consent: all of it but the name and where its evidence lies."""
    who = [("person", one.person), ("ward", one.ward), ("shoot", one.shoot_hash)]
    who += [("alias", each) for each in sorted(limits.persons)]
    words = {
        "consent": one.uid,
        "answer": one.answer,
        "speaks_as": one.speaks_as,
        "scope": "+".join(word for word, each in who if each),
        "from_day": one.from_day,
    }
    optional = {
        "uses": "+".join(one.uses),
        "channels": "+".join(one.channels),
        "until_day": one.until_day,
        "wording": one.wording,
        "language": one.language,
        "explicit": "yes" if one.explicit else "",
        "of_age": "yes" if one.of_age else "",
    }
    words |= {key: value for key, value in optional.items() if value}
    subjects = tuple(each for _, each in who if each)
    evidence = (one.evidence_sha256.hex(),) if one.evidence_sha256 else ()
    numbers = {"evidence": len(evidence)} | ({} if one.files is None else {"files": one.files})
    return [
        Draft("consent", one.recorded_at, one.recorded_by, subjects, (*evidence, *part), numbers, words)
        for part in limits.parts()
    ]


def limits_in(draft: Draft) -> Scope:
    """Return what an entry of the ledger limits its consent to."""
    named = zip(draft.words["scope"].split("+"), draft.subjects, strict=True)
    contents = draft.contents[_evidences(draft) :]
    aliases = frozenset(each for word, each in named if word == "alias")
    return Scope(frozenset(bytes.fromhex(each) for each in contents), aliases)


def _evidences(draft: Draft) -> int:
    return draft.numbers.get("evidence", len(draft.contents))


def from_draft(draft: Draft) -> Consent:
    """Return the consent that an entry of the ledger tells of."""
    words = draft.words
    scope = dict(zip(words["scope"].split("+"), draft.subjects, strict=True))
    return Consent(
        words["consent"],
        words["answer"],
        scope["person"],
        words["speaks_as"],
        _parted(words, "uses"),
        words["from_day"],
        draft.at,
        draft.by,
        ward=scope.get("ward"),
        shoot_hash=scope.get("shoot"),
        until_day=words.get("until_day"),
        evidence_sha256=bytes.fromhex(draft.contents[0]) if _evidences(draft) else None,
        wording=words.get("wording"),
        language=words.get("language"),
        channels=_parted(words, "channels"),
        files=draft.numbers.get("files"),
        explicit="explicit" in words,
        of_age="of_age" in words,
    )


def _parted(words: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(words[key].split("+")) if key in words else ()


def withdrawal_drafted(uid: str, on: str, how: str, at: int, by: str) -> Draft:
    """Return the ledger's entry for a withdrawal. `on` is the first day without consent, `how` a plain word."""
    return Draft("withdrawn", at, by, words={"consent": uid, "on": on, "how": how}, rule="consent_withdrawn")


def add(conn: Connection, one: Consent) -> None:
    """Write a consent; one that is there already stays as it is."""
    if get(conn, one.uid) is None:
        values = {name: getattr(one, name) for name in Consent.__slots__}
        lists = {name: json.dumps(getattr(one, name), ensure_ascii=True) for name in ("uses", "channels")}
        flags = {name: int(getattr(one, name)) for name in ("explicit", "of_age")}
        conn.execute(insert(consent).values(values | lists | flags))


def get(conn: Connection, uid: str) -> Consent | None:
    """Return a consent, or None."""
    row = conn.execute(select(consent).where(consent.c.uid == uid)).first()
    return None if row is None else _consent(row)


def withdraw(conn: Connection, uid: str, on: str, how: str, at: int, by: str) -> bool:
    """Record a withdrawal; False where there is none to withdraw. An earlier one stays: it is what was said first."""
    where = and_(consent.c.uid == uid, consent.c.withdrawn_at.is_(None))
    values = {"withdrawn_on": on, "withdrawn_how": how, "withdrawn_at": at, "withdrawn_by": by}
    return conn.execute(update(consent).where(where).values(values)).rowcount == 1


def of_shoot(conn: Connection, shoot_id: int) -> list[Consent]:
    """Return every consent ever recorded for one shoot, oldest first. What holds for every shoot is not among them."""
    query = select(consent).where(consent.c.shoot_id == shoot_id)
    return [_consent(row) for row in conn.execute(query.order_by(consent.c.recorded_at, consent.c.id))]


def ever(conn: Connection) -> list[Consent]:
    """Return every consent and refusal that was ever recorded, oldest first."""
    return [_consent(row) for row in conn.execute(select(consent).order_by(consent.c.recorded_at, consent.c.id))]


def of_persons(conn: Connection, persons: Sequence[str], shoot_id: int | None = None) -> list[Consent]:
    """Return what these persons (keyed hashes) said, oldest first; with a shoot, what concerns it or every shoot."""
    where = and_(or_(consent.c.person.in_(persons), consent.c.ward.in_(persons)))
    if shoot_id is not None:
        where = and_(where, or_(consent.c.shoot_id == shoot_id, consent.c.shoot_hash.is_(None)))
    return [_consent(row) for row in conn.execute(select(consent).where(where).order_by(consent.c.recorded_at))]


def state_on(records: Sequence[Consent], day: str, use: str) -> State | None:
    """Return what one person's records say of a use on a day: the last one that speaks. None where none does. Pure.

    The last word counts, so a yes after a withdrawal permits again and a no after a yes forbids.
    """
    speaking = [one for one in records if use in one.uses and one.on(day) != "pending"]
    return max(speaking, key=lambda one: (one.from_day, one.recorded_at)).on(day) if speaking else None


def ending(conn: Connection, first: str, last: str) -> list[Consent]:
    """Return consents that end by themselves between two days, both included."""
    where = and_(consent.c.until_day >= first, consent.c.until_day <= last, consent.c.withdrawn_at.is_(None))
    return [_consent(row) for row in conn.execute(select(consent).where(where).order_by(consent.c.until_day))]


def forget_names(conn: Connection, persons: Sequence[str]) -> None:
    """Take the names of erased persons out; that they said yes or no stays, as evidence that names nobody."""
    where = consent.c.person.in_(persons)
    conn.execute(update(consent).where(where).values(name=None, evidence=None))


def _consent(row: Row[Any]) -> Consent:
    values = {name: getattr(row, name) for name in Consent.__slots__}
    lists = {name: tuple(json.loads(getattr(row, name))) for name in ("uses", "channels")}
    flags = {name: bool(getattr(row, name)) for name in ("explicit", "of_age")}
    return Consent(**values | lists | flags)
