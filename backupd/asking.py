"""What people's open cases make of a shoot: the facts of the decision table that only somebody's asking can raise.

Where no case is open that concerns a shoot, each of these is "no": ordinary work is not held up by what nobody asked.
Where one is, what it leaves open is unknown, and the table takes the stricter row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from sqlalchemy import Connection

from backupd.policy.facts import Erasure, Facts, Known, ParticipantAsks
from backupd.reading.folder_names.vocabulary import COMPANY_FORMS
from backupd.retaining import Basis
from index import asking
from index.appearing import Appearing, appearing, shoots_naming
from index.asking import AskedOf

_MARKETING = "marketing"
_APPROVED = frozenset({"approved"})
_RUNNING = frozenset({"executing", "failed_step", "executed"})
_DECIDED = frozenset({"checked", "answered", "refused"})
_CONTACT_WORDS = ("contact", "yhteys", "tilaaja", "kontakt", "beställare")
_ORDER = (Erasure.UNKNOWN, Erasure.HALF_DONE, Erasure.APPROVED, Erasure.RECEIVED, Erasure.NONE)
"""Which state of an erasure counts where there are several: the one of which least may be done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one shoot. All "no" where nobody asks."""

    erasure: Erasure = Erasure.NONE
    joint_client_silent: Known = Known.NO
    participant_asks: ParticipantAsks = ParticipantAsks.NO
    company_contact_asks: Known = Known.NO
    marketing_ban: Known = Known.NO

    def into(self, facts: Facts) -> Facts:
        """Return the facts with these in their places; an erasure that is known otherwise is not made less of."""
        return replace(
            facts,
            erasure=strictest((facts.erasure, self.erasure)),
            joint_client_silent=self.joint_client_silent,
            participant_asks=self.participant_asks,
            company_contact_asks=self.company_contact_asks,
            marketing_ban=self.marketing_ban,
        )


NOTHING = Asked()


@dataclass(frozen=True, slots=True)
class Askings:
    """What is asked of all shoots. `banned` is whether a ban may be about any of them, where that is not known by shoot."""

    of_shoot: Mapping[int, Asked] = field(default_factory=dict)
    banned: Known = Known.NO

    def on(self, shoot_id: int) -> Asked:
        """Return what is asked of a shoot."""
        asked = self.of_shoot.get(shoot_id, NOTHING)
        return asked if self.banned is Known.NO else replace(asked, marketing_ban=self.banned)


def strictest(found: Collection[Erasure]) -> Erasure:
    """Return the state of which least may be done."""
    return min(found, key=_ORDER.index, default=Erasure.NONE)


def askings(
    conn: Connection, basis: Basis, now: datetime, ids: Collection[int] | None = None, *, bans: bool = True
) -> Askings:
    """Return what was asked of shoots on the basis' day. How far a case had come on a past day is not known.

    Bans on marketing are left out without `bans`: they say nothing of deletions.
    """
    end_of_day = int(datetime.combine(basis.today, time.max, basis.zone).timestamp())
    is_past = basis.today < now.astimezone(basis.zone).date()
    asked = asking.of_shoot(
        [one for one in asking.asked_of(conn, "erase", end_of_day if is_past else int(now.timestamp()))
         if not is_past or one.received_on <= basis.today.isoformat()]
    )  # fmt: skip
    wanted = set(asked) if ids is None else set(asked) & set(ids)
    cast: dict[int, list[Appearing]] = {}
    for each in appearing(conn, wanted) if wanted else ():
        cast.setdefault(each.shoot_id, []).append(each)
    found = {id: _asked(asked[id], cast.get(id, ()), basis, is_past=is_past) for id in wanted}
    banned = _banned(conn, basis, end_of_day) if bans else set()
    if banned and basis.key is None:
        # Whom a ban is about cannot be told without the key: it may be anybody.
        return Askings(found, Known.UNKNOWN)
    if banned and basis.key is not None:
        for id in set().union(*shoots_naming(conn, basis.key, banned, ids).values()):
            found[id] = replace(found.get(id, NOTHING), marketing_ban=Known.YES)
    return Askings(found)


def _asked(asked: Sequence[AskedOf], cast: Sequence[Appearing], basis: Basis, *, is_past: bool) -> Asked:
    """Return what erasures that were asked for make of a shoot. Pure."""
    couple = [one for one in asked if one.details.get("couple") and one.details.get("as_client")]
    others = [one for one in asked if one.details.get("others") or not one.details.get("as_client")]
    return Asked(
        strictest([_erasure(one, is_past=is_past) for one in asked]),
        _joint(couple),
        _participants(others, is_past=is_past),
        _company(asked, cast, basis),
    )


def _erasure(one: AskedOf, *, is_past: bool) -> Erasure:
    if is_past:
        return Erasure.UNKNOWN
    if one.state in _DECIDED:
        return Erasure.NONE
    if one.is_in is None:
        # Nothing is approved while it is not said whose it is: at most it is asked for.
        return Erasure.RECEIVED
    going = one.decision == "delete" or one.has_rules
    if one.state in _APPROVED:
        return Erasure.APPROVED if going else Erasure.NONE
    if one.state in _RUNNING:
        return Erasure.HALF_DONE if going else Erasure.NONE
    return Erasure.RECEIVED


def _joint(couple: Sequence[AskedOf]) -> Known:
    """Whether one of a couple asks and the other has said nothing. Where both surely ask, neither is silent."""
    if not couple:
        return Known.NO
    if any(one.is_in is None for one in couple):
        return Known.UNKNOWN
    return Known.NO if len({one.person for one in couple}) > 1 else Known.YES


def _participants(others: Sequence[AskedOf], *, is_past: bool) -> ParticipantAsks:
    if not others:
        return ParticipantAsks.NO
    if is_past or any(one.is_in is None for one in others):
        return ParticipantAsks.UNKNOWN
    # No case is approved while a file is undecided: only the whole shoot may have been decided before.
    done = all(one.decision is not None or one.state in _APPROVED | _RUNNING | _DECIDED for one in others)
    return ParticipantAsks.DECIDED if done else ParticipantAsks.UNDECIDED


def _company(asked: Sequence[AskedOf], cast: Sequence[Appearing], basis: Basis) -> Known:
    """Whether a contact person of a company asks. In what role somebody was there, only a list's word tells."""
    if not any(each.is_client and is_company(each.name) for each in cast):
        return Known.NO
    if basis.key is None or any(one.is_in is None for one in asked):
        return Known.UNKNOWN
    askers = {one.person for one in asked}
    roles = [each.role for each in cast if not each.is_client and askers & set(each.hashes(basis.key))]
    if any(role and any(word in role.casefold() for word in _CONTACT_WORDS) for role in roles):
        return Known.YES
    return Known.NO if roles and all(roles) else Known.UNKNOWN


def is_company(name: str) -> bool:
    """Whether a client's name has the form of a company's, an association's or a public body's."""
    words = [word.strip(".,()").casefold() for word in name.split()]
    return any(word.partition(":")[0] in COMPANY_FORMS or word in COMPANY_FORMS for word in words)


def _banned(conn: Connection, basis: Basis, end_of_day: int) -> set[str]:
    """Return the keyed hashes of whoever wants no marketing: by a ban that is recorded, or one that is asked for."""
    from index import consents

    day = basis.today.isoformat()
    return asking.open_persons(conn, "marketing_ban", day) | {
        one.person
        for one in consents.ever(conn)
        if _MARKETING in one.uses
        and one.answer == "no"
        and one.recorded_at <= end_of_day
        and (one.withdrawn_on is None or day < one.withdrawn_on)
    }
