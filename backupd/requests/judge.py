"""What decides about an erasure: by the table of the policy, when it is planned and again at the moment of removal."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from backupd.acts.judging import Asked, Stays
from backupd.acts.meaning import Sighted
from backupd.policy.copies import CopyRules
from backupd.policy.facts import Erasure, Facts, Known, ParticipantAsks, Resurfaced
from backupd.policy.proofs import Standing
from backupd.policy.table import TABLE, Action
from index import holds, scoping
from index.applied import index_is_behind
from index.holds import Hold
from index.ledger import LedgerReader

POLICY = hashlib.sha256(repr(TABLE).encode()).hexdigest()[:16]
"""The table that decides, as proofs name it."""


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom an erasure is: the case, and all keyed hashes of the person."""

    request: str
    persons: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a shoot is shared: `others` appear in it, `couple` are its clients; `decided` once every file is."""

    others: bool = False
    couple: bool = False
    decided: bool = True


@dataclass(frozen=True, slots=True)
class Footing:
    """Whether the index can be decided by: it may be behind the ledger, and the clock before the index."""

    index_behind: Known
    clock_wrong: Known


def footing_of(conn: Connection, ledger: LedgerReader, now: datetime) -> Footing:
    """Return what an index can be decided by at this instant."""
    last = scoping.last_recorded(conn)
    return Footing(_yes(index_is_behind(conn, ledger)), _yes(last is not None and int(now.timestamp()) < last))


def erase_facts(
    footing: Footing,
    asker: Asker,
    stopping: Sequence[Hold],
    sharing: Sharing,
    erasure: Erasure,
    *,
    resurfaced: Resurfaced = Resurfaced.NO,
) -> Facts:
    """Return how things stand for an erasure. What the stores say is asked of them at the moment of removal."""
    said = {_fact_of(one, asker) for one in stopping}
    participant = ParticipantAsks.NO
    if sharing.others:
        participant = ParticipantAsks.DECIDED if sharing.decided else ParticipantAsks.UNDECIDED
    return Facts(
        store_unreachable=Known.NO,
        scan_stale=Known.NO,
        index_behind=footing.index_behind,
        clock_wrong=footing.clock_wrong,
        erasure=erasure,
        resurfaced=resurfaced,
        joint_client_silent=_yes(sharing.couple),
        participant_asks=participant,
        company_contact_asks=Known.NO,
        spare_replica=Known.NO,
        withdrawn_after_publication=Known.NO,
        contact_unused=Known.NO,
        job_unpaid=Known.NO,
        marketing_ban=Known.NO,
        policy_lowered=Known.NO,
        legal_hold=_yes("legal_hold" in said),
        restricted_by_asker=_yes("restricted_by_asker" in said),
        objection_pending=_yes("objection_pending" in said),
        restricted_by_another=_yes("restricted_by_another" in said),
        open_request=_yes("open_request" in said),
        pinned=_yes("pinned" in said),
    )


def stopping_holds(
    conn: Connection, asker: Asker, shoots: Collection[str], people: Collection[str] = ()
) -> list[Hold]:
    """Return the active holds on these shoots (keyed hashes), or on people who appear in them, but for the case's own.

    A hold on the person who asks is among them: their own restriction, or a legal hold on them.
    """
    concerned = asker.persons | set(people)
    return [
        one
        for one in holds.active(conn, but_of=asker.request)
        if one.shoot_hash in shoots or (one.shoot_hash is None and one.person in concerned)
    ]


def _fact_of(one: Hold, asker: Asker) -> str:
    if one.kind == "legal":
        return "legal_hold"
    if one.kind == "pin":
        return "pinned"
    if one.kind == "open_request":
        return "open_request"
    if one.person not in asker.persons:
        return "restricted_by_another"
    return "restricted_by_asker" if one.kind == "restriction" else "objection_pending"


def _yes(value: bool) -> Known:
    return Known.YES if value else Known.NO


@dataclass(frozen=True, slots=True)
class EraseJudge:
    """Judges the acts of one approved erasure. `shoots` are the keyed hashes of all that it touches.

    The index has forgotten the shoots by then, so a hold put meanwhile on any of them stops what is left of the plan.
    `left` are lists (store and path) that have no new one beside them, and so stay, with why.
    """

    ledger: LedgerReader
    asker: Asker
    shoots: frozenset[str]
    people: frozenset[str]
    sharing: Sharing
    approver: str | None
    today: date
    resurfaced: Resurfaced = Resurfaced.NO
    left: Mapping[tuple[str, str], str] = field(default_factory=dict)
    action: Action = "erase"
    rules: CopyRules = field(default_factory=CopyRules)
    rereads: bool = False

    @property
    def approved_by(self) -> str | None:
        """Who approved it with a written reason."""
        return self.approver

    def ask(self, batch: Sequence[Sighted], now: datetime) -> Asked:  # noqa: ARG002 - the protocol's
        """Ask no other store: an erasure rests on no other copy."""
        return {}

    def standings(
        self, conn: Connection, batch: Sequence[Sighted], asked: Asked, now: datetime  # noqa: ARG002
    ) -> Mapping[int, Standing | Stays]:
        """Return how things stand for each act, by the holds that are in force at this moment."""
        stopping = stopping_holds(conn, self.asker, self.shoots, self.people)
        footing = footing_of(conn, self.ledger, now)
        facts = erase_facts(
            footing, self.asker, stopping, self.sharing, Erasure.HALF_DONE, resurfaced=self.resurfaced
        )
        names = tuple(one.uid for one in stopping)
        found: dict[int, Standing | Stays] = {}
        for each in batch:
            why = self.left.get((each.act.store, each.path))
            standing = Standing(now, self.today, facts, names, each.there, (), POLICY)
            found[each.act.id] = standing if why is None else Stays("list_left", why)
        return found
