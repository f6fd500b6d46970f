"""Who is meant: a person by look-up. Where several may be meant, they are put to whoever asked, never chosen between."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from backupd.reading.folding import loose_key, name_key
from index.appearing import Appearing, appearing
from index.ledger_key import LedgerKey, normal_email, normal_phone


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom the index knows: by address or number, else by name within one shoot, or a client by name."""

    name: str
    is_client: bool
    email: str | None = None
    phone: str | None = None
    shoots: tuple[int, ...] = ()

    def hashes(self, key: LedgerKey) -> tuple[str, ...]:
        """Return the keyed hashes of what the person is known by, the surest first; never empty."""
        return (*key.hashes(email=self.email, phone=self.phone), *key.hashes(name=self.name))

    @property
    def is_sure(self) -> bool:
        """Whether an address or a number tells this person from any namesake."""
        return self.email is not None or self.phone is not None


@dataclass(slots=True)
class _Gathered:
    name: str
    is_client: bool
    email: str | None
    phone: str | None
    shoots: set[int] = field(default_factory=set)


def candidates(
    conn: Connection, text: str, *, email: str | None = None, phone: str | None = None, ids: Collection[int] | None = None
) -> list[Candidate]:
    """Return whom the words, the address or the number may mean, clients first, then by name; `ids` narrows to shoots.

    All words of a name must be there, whole or as beginnings; without dots only where nothing fits better.
    """
    everybody = list(appearing(conn, ids))
    for key in (name_key, loose_key):
        found = _gathered([one for one in everybody if _fits(one, text, key, email, phone)])
        if found:
            return found
    return []


def _fits(one: Appearing, text: str, key: Callable[[str], str], email: str | None, phone: str | None) -> bool:
    if email is not None and normal_email(one.email or "") != normal_email(email):
        return False
    if phone is not None and normal_phone(one.phone or "") != normal_phone(phone):
        return False
    words = key(text).split()
    if not words:
        return email is not None or phone is not None
    own = key(one.name).split()
    return all(any(each.startswith(word) for each in own) for word in words)


def _gathered(lines: Iterable[Appearing]) -> list[Candidate]:
    found: dict[tuple[object, ...], _Gathered] = {}
    for one in lines:
        folded = name_key(one.name)
        if one.is_client:
            who: tuple[object, ...] = ("client", folded)
        elif one.email:
            who = ("email", normal_email(one.email))
        elif one.phone:
            who = ("phone", normal_phone(one.phone))
        else:
            # Nothing tells namesakes apart: one of each shoot.
            who = ("name", folded, one.shoot_id)
        each = found.setdefault(who, _Gathered(one.name, one.is_client, one.email, one.phone))
        each.email, each.phone = each.email or one.email, each.phone or one.phone
        each.shoots.add(one.shoot_id)
    made = [Candidate(one.name, one.is_client, one.email, one.phone, tuple(sorted(one.shoots))) for one in found.values()]
    return sorted(made, key=_order)


def _order(one: Candidate) -> tuple[bool, str, str, str, tuple[int, ...]]:
    return not one.is_client, name_key(one.name), one.email or "", one.phone or "", one.shoots
