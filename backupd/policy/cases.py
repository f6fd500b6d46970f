"""The states of a person's request, and what each step needs. Pure.

Nobody's data go out or away before it is known who asks, also where the request repeats another one; nobody approves
what they carry out themselves where there are others; what was approved is carried out, and nothing else; a refusal is
only one with its reason and the way to complain. Source: privacy facts, part 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from backupd.policy.facts import Known
from backupd.policy.machines import Machine, step


class RequestState(Enum):
    """Where a request stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ID_CHECK = "id_check"
    VERIFIED = "verified"
    UNIDENTIFIABLE = "unidentifiable"
    SCOPED = "scoped"
    PART_REFUSED = "part_refused"
    REFUSED = "refused"
    WAITING_HOLD = "waiting_hold"
    APPROVED = "approved"
    EXECUTING = "executing"
    FAILED_STEP = "failed_step"
    EXECUTED = "executed"
    CHECKED = "checked"
    ANSWERED = "answered"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


R = RequestState
BEFORE_EXECUTING = (
    R.RECEIVED, R.ACKNOWLEDGED, R.ID_CHECK, R.VERIFIED, R.UNIDENTIFIABLE, R.SCOPED, R.PART_REFUSED, R.WAITING_HOLD,
    R.APPROVED,
)  # fmt: skip
OPEN = frozenset(R) - {R.CLOSED, R.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the guards look at. Everything starts as not there or not known, and so stands in the way.

    `deletes` is whether the request's plan removes anything. `approved_digest` is the plan as it was approved, `digest`
    as it is now. `letter` is whether the text of the answer is stored, `asked_for_details` whether somebody who could
    not be identified was asked for more. `original_state` is that of the request which this one repeats.
    """

    identity_method: str = ""
    identity_checked_by: str = ""
    asked_for_details: Known = Known.UNKNOWN
    staff: int = 1
    approver: str = ""
    executor: str = ""
    digest: str = ""
    approved_digest: str = ""
    held_by_others: Known = Known.UNKNOWN
    deletes: bool = True
    steps_settled: Known = Known.UNKNOWN
    live_copies: Known = Known.UNKNOWN
    ledger_written: Known = Known.UNKNOWN
    index_cleared: Known = Known.UNKNOWN
    letter: Known = Known.UNKNOWN
    all_items_answered: Known = Known.UNKNOWN
    refusal_code: str = ""
    refusal_words: str = ""
    complaint_told: Known = Known.UNKNOWN
    original_state: RequestState | None = None
    repeats: Known = Known.UNKNOWN


def identity_checked(facts: CaseFacts) -> str | None:
    """Who asks must be known, by which method and checked by whom."""
    known = facts.identity_method.strip() and facts.identity_checked_by.strip()
    return None if known else "it is not recorded how and by whom the person was identified"


def details_asked(facts: CaseFacts) -> str | None:
    """Before it is said that nobody is found, more details must have been asked for (GDPR art. 11)."""
    return None if facts.asked_for_details is Known.YES else "ask for more details first"


def plan_frozen(facts: CaseFacts) -> str | None:
    """There must be a plan with its digest."""
    return None if facts.digest else "there is no plan to approve"


def plan_as_approved(facts: CaseFacts) -> str | None:
    """What is carried out is what was approved."""
    if not facts.approved_digest:
        return "no plan was approved"
    return None if facts.digest == facts.approved_digest else "the plan has changed since it was approved"


def approver_named(facts: CaseFacts) -> str | None:
    """Somebody approves by name."""
    return None if facts.approver.strip() else "nobody is named who approves"


def four_eyes(facts: CaseFacts) -> str | None:
    """Where more than one person works here, nobody carries out what they approved."""
    if not facts.executor.strip():
        return "nobody is named who carries it out"
    alone = facts.staff <= 1
    return None if alone or facts.approver != facts.executor else "who approved it may not carry it out"


def others_have_no_hold(facts: CaseFacts) -> str | None:
    """Another person's restriction or a legal hold makes it wait."""
    return None if facts.held_by_others is Known.NO else "another person's restriction or a legal hold is in the way"


def others_have_a_hold(facts: CaseFacts) -> str | None:
    """There is something to wait for."""
    return None if facts.held_by_others is not Known.NO else "there is no hold to wait for"


def steps_settled(facts: CaseFacts) -> str | None:
    """Every step is done, or listed for a person to do by hand; an unreachable store leaves an open one."""
    return None if facts.steps_settled is Known.YES else "some steps are neither done nor listed as manual"


def no_live_copy(facts: CaseFacts) -> str | None:
    """Every store was asked again, and nothing of it is there."""
    if not facts.deletes or facts.live_copies is Known.NO:
        return None
    return "a new scan of every store has not shown that no live copy is left"


def ledger_written(facts: CaseFacts) -> str | None:
    """The ledger holds what was done."""
    return None if facts.ledger_written is Known.YES else "the ledger does not hold it yet"


def index_cleared(facts: CaseFacts) -> str | None:
    """The index forgot it."""
    return None if not facts.deletes or facts.index_cleared is Known.YES else "the index still holds rows of it"


def letter_stored(facts: CaseFacts) -> str | None:
    """The text that was sent is kept."""
    return None if facts.letter is Known.YES else "the text of the answer is not stored"


def all_items_answered(facts: CaseFacts) -> str | None:
    """Outcomes are given for each item, not for the request."""
    return None if facts.all_items_answered is Known.YES else "some items have no outcome"


def refusal_whole(facts: CaseFacts) -> str | None:
    """A refusal has its code, its reason in words, and the way to complain."""
    missing = [
        words
        for there, words in (
            (facts.refusal_code.strip(), "a reason code"),
            (facts.refusal_words.strip(), "the reason in words"),
            (facts.complaint_told is Known.YES, "the paragraph about complaints"),
        )
        if not there
    ]
    return f"the refusal lacks {', '.join(missing)}" if missing else None


def repeats_another(facts: CaseFacts) -> str | None:
    """A duplicate repeats an open request of the same person, which is no duplicate itself."""
    if facts.repeats is not Known.YES:
        return "it is not known to ask for the same as another open request of this person"
    if facts.original_state is None or facts.original_state not in OPEN or facts.original_state is R.DUPLICATE:
        return "the request that it repeats is not open, or repeats another one itself"
    return None


def original_answered(facts: CaseFacts) -> str | None:
    """A duplicate ends with the answer to the request that it repeats."""
    done = facts.original_state in (R.ANSWERED, R.CLOSED)
    return None if done else "the request that it repeats has not been answered"


REQUEST: Machine[RequestState, CaseFacts] = Machine(
    "request",
    R.RECEIVED,
    (
        step("acknowledge", R.RECEIVED, R.ACKNOWLEDGED),
        step("check_identity", (R.ACKNOWLEDGED, R.UNIDENTIFIABLE), R.ID_CHECK),
        step("verify", R.ID_CHECK, R.VERIFIED, identity_checked),
        step("fail_to_identify", R.ID_CHECK, R.UNIDENTIFIABLE, details_asked),
        step("scope", (R.VERIFIED, R.PART_REFUSED, R.APPROVED), R.SCOPED, identity_checked),
        step("end_waiting", R.WAITING_HOLD, R.SCOPED, others_have_no_hold),
        step("wait", (R.SCOPED, R.PART_REFUSED, R.APPROVED), R.WAITING_HOLD, others_have_a_hold),
        step("refuse", (R.SCOPED, R.WAITING_HOLD), R.REFUSED, identity_checked, refusal_whole),
        step("refuse_in_part", R.SCOPED, R.PART_REFUSED, identity_checked, refusal_whole),
        step(
            "approve", (R.SCOPED, R.PART_REFUSED), R.APPROVED,
            identity_checked, plan_frozen, approver_named, others_have_no_hold,
        ),
        step(
            "execute", R.APPROVED, R.EXECUTING,
            identity_checked, plan_as_approved, approver_named, four_eyes, others_have_no_hold,
        ),
        step("fail", R.EXECUTING, R.FAILED_STEP),
        step("resume", (R.FAILED_STEP, R.EXECUTED), R.EXECUTING, identity_checked, plan_as_approved, others_have_no_hold),
        step("finish", R.EXECUTING, R.EXECUTED),
        step("check", R.EXECUTED, R.CHECKED, steps_settled, no_live_copy, ledger_written, index_cleared),
        step("answer", (R.CHECKED, R.REFUSED, R.UNIDENTIFIABLE), R.ANSWERED, letter_stored),
        step("join", (R.VERIFIED, R.SCOPED), R.DUPLICATE, identity_checked, repeats_another),
        step("close", (R.ANSWERED,), R.CLOSED, all_items_answered, letter_stored),
        step("close_duplicate", R.DUPLICATE, R.CLOSED, identity_checked, original_answered),
        step("withdraw", (*BEFORE_EXECUTING, R.DUPLICATE), R.WITHDRAWN),
    ),
)  # fmt: skip
"""A person's request."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What makes two requests the same: the person's key, the kind, and the shoots it is about (empty: all of theirs)."""

    id: int
    person: str
    kind: str
    shoots: frozenset[int]
    received_on: date
    state: RequestState


def repeated_by(new: Asking, others: tuple[Asking, ...]) -> Asking | None:
    """Return the open request that a new one only repeats, the earliest received, or None.

    A request that asks for more, or for another right, is one of its own. It never inherits that the person was
    verified: whoever writes may be somebody else.
    """
    same = [
        other
        for other in others
        if other.id != new.id
        and (other.person, other.kind) == (new.person, new.kind)
        and other.state in OPEN
        and other.state is not R.DUPLICATE
        and other.received_on <= new.received_on
        and (not other.shoots or (new.shoots and new.shoots <= other.shoots))
    ]
    return min(same, key=lambda other: (other.received_on, other.id), default=None)
