"""The courses of a consent, a hold and a shoot: which state may follow upon which, and what each step needs. Pure.

Source: privacy facts, part 3. Withdrawing is as easy as giving: it has no guard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from backupd.policy.consent import ConsentState
from backupd.policy.facts import Known
from backupd.policy.holds import HoldKind, HoldState
from backupd.policy.machines import Machine, step


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """What a consent's steps look at. `end_passed` is whether its last day has gone by."""

    evidence: str = ""
    recorded_by: str = ""
    end_passed: Known = Known.UNKNOWN
    why_invalid: str = ""


def _evidence_kept(facts: ConsentFacts) -> str | None:
    return None if facts.evidence else "there is no evidence of it"


def _recorded(facts: ConsentFacts) -> str | None:
    return None if facts.recorded_by.strip() else "nobody is named who recorded it"


def _end_passed(facts: ConsentFacts) -> str | None:
    return None if facts.end_passed is Known.YES else "its end has not passed"


def _invalidity_told(facts: ConsentFacts) -> str | None:
    return None if facts.why_invalid.strip() else "it is not said why it is not valid"


C = ConsentState
CONSENT: Machine[ConsentState, ConsentFacts] = Machine(
    "consent",
    C.UNKNOWN,
    (
        step("ask", (C.UNKNOWN, C.REFUSED, C.EXPIRED, C.WITHDRAWN, C.INVALIDATED), C.ASKED),
        step("give", (C.UNKNOWN, C.ASKED, C.REFUSED), C.GIVEN, _evidence_kept, _recorded),
        step("refuse", (C.UNKNOWN, C.ASKED), C.REFUSED),
        step("expire", (C.GIVEN, C.RENEWED), C.EXPIRED, _end_passed),
        step("withdraw", frozenset(C) - {C.WITHDRAWN}, C.WITHDRAWN),
        step("invalidate", (C.GIVEN, C.RENEWED, C.EXPIRED), C.INVALIDATED, _invalidity_told, _recorded),
        step(
            "renew", (C.GIVEN, C.RENEWED, C.EXPIRED, C.WITHDRAWN, C.INVALIDATED), C.RENEWED, _evidence_kept, _recorded
        ),
    ),
)
"""One person's consent."""


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """What a hold's steps look at. `faults` is what `holds.faults_of` found; `announced` whether the person was told
    beforehand that a restriction will end (GDPR art. 18(3)); `decided_by` is the named person who ends it."""

    kind: HoldKind
    faults: tuple[str, ...] = ()
    announced: Known = Known.UNKNOWN
    decided_by: str = ""
    why: str = ""


TOLD_BEFORE_LIFTING = frozenset({HoldKind.RESTRICTION, HoldKind.OBJECTION})


def _whole(facts: HoldFacts) -> str | None:
    return "; ".join(facts.faults) or None


def _announced(facts: HoldFacts) -> str | None:
    return None if facts.announced is Known.YES else "the person has not been told that it will end"


def _needs_no_word(facts: HoldFacts) -> str | None:
    told = facts.kind in TOLD_BEFORE_LIFTING
    return "the person must be told before it ends: announce it first" if told else None


def _decided(facts: HoldFacts) -> str | None:
    decided = facts.decided_by.strip() and facts.why.strip()
    return None if decided else "it ends only by a named person's word, with a reason"


H = HoldState
HOLD: Machine[HoldState, HoldFacts] = Machine(
    "hold",
    H.PROPOSED,
    (
        step("activate", H.PROPOSED, H.ACTIVE, _whole),
        step("announce", H.ACTIVE, H.LIFT_ANNOUNCED, _announced, _decided),
        step("keep", H.LIFT_ANNOUNCED, H.ACTIVE),
        step("lift", H.LIFT_ANNOUNCED, H.LIFTED, _announced, _decided),
        step("release", (H.PROPOSED, H.ACTIVE), H.LIFTED, _needs_no_word, _decided),
    ),
)
"""A hold. No step is taken by time."""


class ShootState(Enum):
    """Where a shoot stands. Holds, damage and missing copies lie over it and are told apart from it."""

    DISCOVERED = "discovered"
    PROTECTED = "protected"
    PRUNABLE = "prunable"
    PRUNING = "pruning"
    PRUNED = "pruned"
    ERASING = "erasing"
    ERASED = "erased"
    RESURFACED = "resurfaced"


@dataclass(frozen=True, slots=True)
class ShootCourse:
    """What a shoot's steps look at. `until` is the last day of protection as it would be now, `until_before` as it was;
    None where there is none. `prune_allowed` and `erase_allowed` are what the decision table says."""

    today: date
    until: date | None = None
    until_before: date | None = None
    named_decision: str = ""
    prune_allowed: Known = Known.UNKNOWN
    erase_allowed: Known = Known.UNKNOWN
    live_copies: Known = Known.UNKNOWN
    confirmed_by: str = ""


def _past(facts: ShootCourse) -> str | None:
    if facts.until is None:
        return "it has no date, so its protection has no end"
    return None if facts.today > facts.until else f"it is protected until {facts.until.isoformat()}"


def _within(facts: ShootCourse) -> str | None:
    return None if facts.until is None or facts.today <= facts.until else "its protection has ended"


def _not_earlier(facts: ShootCourse) -> str | None:
    if facts.named_decision.strip():
        return None
    if facts.until_before is None:
        # From "no date" to a date is earlier than never; a person's settling of the date is that decision.
        return None if facts.until is None else "an end where there was none needs a named person's decision"
    earlier = facts.until is not None and facts.until < facts.until_before
    return "a date moves earlier only by a named person's decision" if earlier else None


def _may_prune(facts: ShootCourse) -> str | None:
    return None if facts.prune_allowed is Known.YES else "the decision table does not let it be pruned"


def _may_erase(facts: ShootCourse) -> str | None:
    return None if facts.erase_allowed is Known.YES else "the decision table does not let it be erased"


def _all_gone(facts: ShootCourse) -> str | None:
    return None if facts.live_copies is Known.NO else "it is not known that no live copy is left"


def _confirmed(facts: ShootCourse) -> str | None:
    return None if facts.confirmed_by.strip() else "a named person must confirm that it is what was erased"


P = ShootState
SHOOT: Machine[ShootState, ShootCourse] = Machine(
    "shoot",
    P.DISCOVERED,
    (
        step("protect", P.DISCOVERED, P.PROTECTED),
        step("move_date", P.PROTECTED, P.PROTECTED, _not_earlier),
        step("end_protection", P.PROTECTED, P.PRUNABLE, _past),
        step("protect_again", P.PRUNABLE, P.PROTECTED, _within),
        step("prune", P.PRUNABLE, P.PRUNING, _past, _may_prune),
        step("stop_pruning", P.PRUNING, P.PRUNABLE),
        step("finish_pruning", P.PRUNING, P.PRUNED, _all_gone),
        step("see_again", P.PRUNED, P.DISCOVERED),
        step(
            "erase", (P.DISCOVERED, P.PROTECTED, P.PRUNABLE, P.PRUNING, P.PRUNED), P.ERASING, _may_erase,
        ),
        step("finish_erasing", P.ERASING, P.ERASED, _all_gone),
        step("resurface", P.ERASED, P.RESURFACED),
        step("erase_again", P.RESURFACED, P.ERASING, _confirmed, _may_erase),
    ),
)  # fmt: skip
"""A shoot."""
