"""What a decision looks at: one frozen record that has a field for every situation of the table. Pure.

Every field starts as unknown, so that a fact which nobody gathered counts as the stricter one. There is no None and no
0 that could be read as "no limit". Who gathers says outright what is so and what isn't.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Known(Enum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Erasure(Enum):
    """How far a request for erasure has come that concerns these files."""

    NONE = "none"
    RECEIVED = "received, not yet decided"
    APPROVED = "approved, not yet run"
    HALF_DONE = "half done"
    UNKNOWN = "unknown"


class Resurfaced(Enum):
    """Whether erased content lies here again."""

    NO = "no"
    FOUND = "found again"
    CONFIRMED = "found again and confirmed by a named person"
    UNKNOWN = "unknown"


class Subject(Enum):
    """What the act concerns. Whoever asks knows it, so there is no UNKNOWN."""

    MEDIA = "media"
    CONTACT = "contact"


class Retained(Enum):
    """Where the shoot stands within its minimum retention."""

    PROTECTED = "protected"
    PASSED = "passed"
    UNKNOWN = "unknown"


class ParticipantAsks(Enum):
    """Whether one participant of shared media asks for erasure, and whether each file was decided."""

    NO = "no"
    UNDECIDED = "asks, not every file decided"
    DECIDED = "asks, every file decided"
    UNKNOWN = "unknown"


class Intact(Enum):
    """How many good copies there are of what the act concerns (`copies.intact_of` counts them)."""

    NONE = "none"
    ONE = "one"
    MORE = "more than one"
    UNKNOWN = "unknown"


class Consented(Enum):
    """Whether consent to the use is valid for every person in scope. Refused, expired, withdrawn are MISSING."""

    VALID = "valid"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Child(Enum):
    """Whether a child is in scope, and whether a guardian's consent to the use is valid."""

    NO = "no"
    GUARDIAN_AGREES = "yes, a guardian agrees"
    GUARDIAN_MISSING = "yes, without a guardian's consent"
    UNKNOWN = "unknown"


class Recipient(Enum):
    """For whom an export is. Everybody but OTHER has been verified."""

    CLIENT = "a client"
    COMPANY = "the client's company"
    PARTICIPANT = "a participant"
    GUARDIAN = "a guardian"
    OTHER = "somebody else"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the decision table asks about the files (or the contact) that an act concerns. Unknown until said.

    `restricted_by_asker` and `restricted_by_another` are seen from the person whom the act is for; for space pruning,
    which is for nobody, either stops it. `spare_replica` says that the act drops a replica while at least two other
    verified copies stay.
    """

    subject: Subject = Subject.MEDIA
    store_unreachable: Known = Known.UNKNOWN
    scan_stale: Known = Known.UNKNOWN
    index_behind: Known = Known.UNKNOWN
    clock_wrong: Known = Known.UNKNOWN
    legal_hold: Known = Known.UNKNOWN
    restricted_by_asker: Known = Known.UNKNOWN
    objection_pending: Known = Known.UNKNOWN
    restricted_by_another: Known = Known.UNKNOWN
    open_request: Known = Known.UNKNOWN
    pinned: Known = Known.UNKNOWN
    erasure: Erasure = Erasure.UNKNOWN
    resurfaced: Resurfaced = Resurfaced.UNKNOWN
    retained: Retained = Retained.UNKNOWN
    joint_client_silent: Known = Known.UNKNOWN
    participant_asks: ParticipantAsks = ParticipantAsks.UNKNOWN
    company_contact_asks: Known = Known.UNKNOWN
    intact: Intact = Intact.UNKNOWN
    spare_replica: Known = Known.UNKNOWN
    consent: Consented = Consented.UNKNOWN
    withdrawn_after_publication: Known = Known.UNKNOWN
    child: Child = Child.UNKNOWN
    contact_unused: Known = Known.UNKNOWN
    job_unpaid: Known = Known.UNKNOWN
    marketing_ban: Known = Known.UNKNOWN
    policy_lowered: Known = Known.UNKNOWN
    recipient: Recipient = Recipient.UNKNOWN


Value = Known | Subject | Erasure | Resurfaced | Retained | ParticipantAsks | Intact | Consented | Child | Recipient
"""What a fact may be. Every kind but Subject has an UNKNOWN."""


def is_unknown(value: Value) -> bool:
    """Whether a fact was not gathered."""
    return value.name == "UNKNOWN"
