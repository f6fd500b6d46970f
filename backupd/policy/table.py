"""May this be deleted or used? The decision table as data, one row for each situation. Pure.

Read it beside the privacy facts, part 3, rows D1 to D25; docs/policy.md is made from it. All rows that match are
collected, and in each column the strictest cell wins: no, then by a named person with a written reason, then with valid
consent, then yes. A cell that adds nothing leaves the answer to the other rows.

A row stands for a situation; `cases` says by which facts it is recognised: any one case whose facts all hold. A `Split`
is a cell that depends on one more fact.

D1b is the second half of D1's erasure cell. S1 and S2 are the studio's own, for what the facts leave open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Literal, get_args

from backupd.policy.facts import (
    Child,
    Consented,
    Erasure,
    Intact,
    Known,
    ParticipantAsks,
    Recipient,
    Resurfaced,
    Retained,
    Subject,
    Value,
)

Action = Literal["prune", "erase", "delete", "export", "portfolio"]
"""Space pruning, the run of an approved erasure, a deletion by hand, a copy for somebody, showing in public."""

ACTIONS: tuple[Action, ...] = get_args(Action)


class Cell(Enum):
    """What one row says of one action."""

    NO = "N"
    PERSON = "H"
    CONSENT = "C"
    YES = "Y"
    NOTHING = "–"

    @property
    def strictness(self) -> int:
        """Return 4 for NO down to 0 for NOTHING."""
        return _STRICTNESS[self]


_STRICTNESS = {Cell.NO: 4, Cell.PERSON: 3, Cell.CONSENT: 2, Cell.YES: 1, Cell.NOTHING: 0}

Case = Mapping[str, frozenset[Value]]
"""Facts by name, each with the values of which it must have one."""


@dataclass(frozen=True, slots=True)
class Split:
    """A cell that is `then` where the fact has one of `values`, and `other` where it has not."""

    fact: str
    values: frozenset[Value]
    then: Cell
    other: Cell


@dataclass(frozen=True, slots=True)
class Row:
    """One situation. `notes` says in words what a cell asks for besides; `who` decides, `reason` is the code."""

    id: str
    situation: str
    cases: tuple[Case, ...]
    prune: Cell | Split
    erase: Cell | Split
    delete: Cell | Split
    export: Cell | Split
    portfolio: Cell | Split
    reason: str
    who: str = ""
    notes: Mapping[Action, str] = field(default_factory=dict)

    def cell(self, action: Action) -> Cell | Split:
        """Return what the row says of an action."""
        found: Cell | Split = getattr(self, action)
        return found


def _case(**facts: Value | tuple[Value, ...]) -> Case:
    return MappingProxyType(
        {name: frozenset(values if isinstance(values, tuple) else (values,)) for name, values in facts.items()}
    )


def _split(fact: str, values: tuple[Value, ...], then: Cell, other: Cell) -> Split:
    return Split(fact, frozenset(values), then, other)


N, H, C, Y, ANY = Cell.NO, Cell.PERSON, Cell.CONSENT, Cell.YES, Cell.NOTHING
_YES, _NO = Known.YES, Known.NO
_MEDIA, _CONTACT = Subject.MEDIA, Subject.CONTACT
_TO_CLIENT = (Recipient.CLIENT, Recipient.COMPANY)

TABLE: tuple[Row, ...] = (
    Row(
        "D1", "Store unreachable, scan stale, index behind the ledger, or clock jumped",
        (_case(store_unreachable=_YES), _case(scan_stale=_YES), _case(index_behind=_YES), _case(clock_wrong=_YES)),
        prune=N, erase=H, delete=N, export=H, portfolio=N, reason="unsafe_state",
        notes={
            "erase": "on the reachable stores; the rest stays open (D7)",
            "export": "reads only from a verified copy",
        },
    ),
    Row(
        "D1b", "Index behind the ledger, or clock jumped",
        (_case(index_behind=_YES), _case(clock_wrong=_YES)),
        prune=N, erase=N, delete=N, export=H, portfolio=N, reason="unsafe_state",
        notes={"erase": "until the ledger is replayed and the clock is right"},
    ),
    Row(
        "D2", "Legal hold or an authority's request", (_case(legal_hold=_YES),),
        prune=N, erase=N, delete=N, export=H, portfolio=N, reason="hold_legal", who="owner of the hold",
        notes={"erase": "a reasoned refusal, or wait"},
    ),
    Row(
        "D3", "Restriction (art. 18) or pending objection, asked by the same person",
        (_case(restricted_by_asker=_YES), _case(objection_pending=_YES)),
        prune=N, erase=H, delete=N, export=H, portfolio=N, reason="hold_restriction", who="privacy approver",
        notes={"erase": "their written consent to erase lifts it", "export": "to that person only"},
    ),
    Row(
        "D4", "Restriction by one person, erasure asked by another in the same files",
        (_case(restricted_by_another=_YES),),
        prune=N, erase=H, delete=N, export=N, portfolio=N, reason="hold_conflict", who="privacy approver",
        notes={"erase": "art. 18(2), rights of another; else extend or answer", "export": "not to others"},
    ),
    Row(
        "D5", "Open copy or access request touches it", (_case(open_request=_YES),),
        prune=N, erase=H, delete=N, export=Y, portfolio=C, reason="hold_open_request",
        notes={"erase": "answer first"},
    ),
    Row(
        "D6", "Erasure approved, not yet run", (_case(erasure=Erasure.APPROVED),),
        prune=N, erase=Y, delete=N, export=H, portfolio=N, reason="erasure_pending",
        notes={"prune": "the run does it, with evidence", "delete": "use the run", "export": "last copy to the requester"},
    ),
    Row(
        "D7", "Erasure run half done (one store failed)", (_case(erasure=Erasure.HALF_DONE),),
        prune=N, erase=Y, delete=N, export=N, portfolio=N, reason="erasure_incomplete", notes={"erase": "resume"},
    ),
    Row(
        "D8", "Erased content found again", (_case(resurfaced=(Resurfaced.FOUND, Resurfaced.CONFIRMED)),),
        prune=N, erase=_split("resurfaced", (Resurfaced.CONFIRMED,), Y, N), delete=N, export=N, portfolio=N,
        reason="resurfaced", notes={"erase": "after confirmation", "delete": "use the erasure's run"},
    ),
    Row(
        "D9", "Erasure received, not yet decided", (_case(erasure=Erasure.RECEIVED),),
        prune=N, erase=N, delete=N, export=H, portfolio=N, reason="request_undecided",
    ),
    Row(
        "D10", "Date unknown or conflicting", (_case(subject=_MEDIA, retained=Retained.UNKNOWN),),
        prune=N, erase=Y, delete=H, export=Y, portfolio=C, reason="date_unknown",
    ),
    Row(
        "D11", "Protected (within the minimum), no holds", (_case(subject=_MEDIA, retained=Retained.PROTECTED),),
        prune=_split("spare_replica", (_YES,), ANY, N), erase=Y,
        delete=_split("spare_replica", (_YES,), ANY, H), export=Y, portfolio=C, reason="min_retention",
        notes={
            "prune": "but a spare replica by D18",
            "delete": "type the shoot's id and a reason: client asked, wrong import, verified duplicate",
        },
    ),
    Row(
        "D12", "Protected, one client of a couple asks for erasure, the other has not agreed",
        (_case(subject=_MEDIA, retained=Retained.PROTECTED, joint_client_silent=_YES),),
        prune=N, erase=H, delete=N, export=_split("recipient", (Recipient.CLIENT,), Y, N), portfolio=N,
        reason="joint_clients", notes={"export": "to either verified client"},
    ),
    Row(
        "D13", "Shared media, one participant asks for erasure",
        (_case(participant_asks=(ParticipantAsks.UNDECIDED, ParticipantAsks.DECIDED)),),
        prune=ANY, erase=H, delete=H, export=_split("recipient", _TO_CLIENT, Y, H),
        portfolio=_split("participant_asks", (ParticipantAsks.DECIDED,), ANY, N), reason="shared_subjects",
        notes={
            "erase": "for each file: delete, blur, take from the list, or refuse",
            "export": "a client all; a participant their own appearances",
            "portfolio": "until decided",
        },
    ),
    Row(
        "D14", "Company client; a former contact person asks for erasure", (_case(company_contact_asks=_YES),),
        prune=ANY, erase=Y, delete=ANY, export=_split("recipient", (Recipient.COMPANY,), Y, N), portfolio=C,
        reason="company_contact",
        notes={"erase": "contact details; media stay unless they appear", "export": "to the company only"},
    ),
    Row(
        "D15", "Only one intact copy left", (_case(subject=_MEDIA, intact=Intact.ONE),),
        prune=_split("retained", (Retained.PASSED,), ANY, N), erase=Y, delete=H, export=Y,
        portfolio=C, reason="last_copy",
        notes={"prune": "while protected; else as D20", "export": "make another copy first"},
    ),
    Row(
        "D16", "All copies damaged, protected", (_case(subject=_MEDIA, intact=Intact.NONE, retained=Retained.PROTECTED),),
        prune=N, erase=Y, delete=H, export=H, portfolio=N, reason="availability", who="incident",
        notes={"export": "best effort; say what is damaged"},
    ),
    Row(
        "D17", "All copies damaged, past the minimum",
        (_case(subject=_MEDIA, intact=Intact.NONE, retained=Retained.PASSED),),
        prune=Y, erase=Y, delete=Y, export=H, portfolio=N, reason="damaged_old", notes={"export": "best effort"},
    ),
    Row(
        "D18", "Spare replica, at least two other verified copies",
        (_case(subject=_MEDIA, spare_replica=_YES, intact=Intact.MORE),),
        prune=Y, erase=Y, delete=Y, export=Y, portfolio=C, reason="evict", who="configuration",
        notes={"prune": "drop the replica only", "erase": "all copies"},
    ),
    Row(
        "D19", "Consent refused, unknown, expired or withdrawn",
        (_case(consent=(Consented.MISSING, Consented.UNKNOWN)),),
        prune=ANY, erase=ANY, delete=ANY, export=Y, portfolio=N, reason="no_consent",
        notes={"erase": "only if asked"},
    ),
    Row(
        "D20", "Past the minimum, no holds", (_case(subject=_MEDIA, retained=Retained.PASSED),),
        prune=Y, erase=Y, delete=Y, export=Y, portfolio=C, reason="retention_passed",
        notes={"prune": "oldest first, only down to the target, list first", "delete": "by name"},
    ),
    Row(
        "D21", "Consent withdrawn after publication", (_case(withdrawn_after_publication=_YES),),
        prune=ANY, erase=ANY, delete=ANY, export=Y, portfolio=N, reason="takedown",
        notes={"portfolio": "and take down what is published"},
    ),
    Row(
        "D22", "Child in scope", (_case(child=(Child.GUARDIAN_AGREES, Child.GUARDIAN_MISSING)),),
        prune=ANY, erase=Y, delete=ANY, export=_split("recipient", (Recipient.GUARDIAN,), Y, H),
        portfolio=_split("child", (Child.GUARDIAN_AGREES,), C, N), reason="minor",
        notes={
            "erase": "by a guardian or a mature child",
            "export": "to a guardian, identity checked",
            "portfolio": "not without a guardian's consent",
        },
    ),
    Row(
        "D23", "Contact record unused for five years",
        (_case(subject=_CONTACT, contact_unused=_YES),),
        prune=_split("job_unpaid", (_NO,), Y, N), erase=Y, delete=Y, export=Y, portfolio=N, reason="contact_5y",
        notes={"prune": "unless a hold, an open request or an unpaid job", "portfolio": "a contact is never shown"},
    ),
    Row(
        "D24", "Marketing ban on a person", (_case(marketing_ban=_YES),),
        prune=ANY, erase=Y, delete=ANY, export=Y, portfolio=C, reason="ban",
        notes={"erase": "the ban's hash stays", "portfolio": "a ban is not a withdrawal, but warn"},
    ),
    Row(
        "D25", "Minimum or target lowered in the configuration, not yet confirmed", (_case(policy_lowered=_YES),),
        prune=N, erase=ANY, delete=ANY, export=Y, portfolio=C, reason="policy_changed",
        notes={"prune": "until a named person confirms it"},
    ),
    Row(
        "S1", "Pinned by the studio", (_case(pinned=_YES),),
        prune=N, erase=H, delete=H, export=Y, portfolio=C, reason="pin", who="owner of the pin",
        notes={"erase": "a pin is the studio's wish, erasure a person's right: lift it, or say why not"},
    ),
    Row(
        "S2", "Contact record still in use", (_case(subject=_CONTACT, contact_unused=_NO),),
        prune=N, erase=Y, delete=H, export=Y, portfolio=N, reason="contact_in_use",
    ),
)  # fmt: skip
