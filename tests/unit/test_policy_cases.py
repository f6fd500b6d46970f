"""State machines: each guard stands in the way alone, and no road leads around one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.cases import OPEN, REQUEST, Asking, CaseFacts, RequestState, repeated_by
from backupd.policy.consent import ConsentState
from backupd.policy.courses import (
    CONSENT,
    HOLD,
    SHOOT,
    ConsentFacts,
    HoldFacts,
    ShootCourse,
    ShootState,
)
from backupd.policy.facts import Known
from backupd.policy.holds import HoldKind, HoldState
from backupd.policy.machines import Machine

R, C, H, P = RequestState, ConsentState, HoldState, ShootState
YES, NO, UNKNOWN = Known.YES, Known.NO, Known.UNKNOWN

GOOD = CaseFacts(
    identity_method="answer from the known address", identity_checked_by="anna", asked_for_details=YES, staff=2,
    approver="anna", executor="pekka", digest="d1", approved_digest="d1", held_by_others=NO, steps_settled=YES,
    live_copies=NO, ledger_written=YES, index_cleared=YES, letter=YES, all_items_answered=YES, refusal_code="hold_legal",
    refusal_words="a claim is pending", complaint_told=YES, original_state=R.ANSWERED, repeats=YES,
)  # fmt: skip


def test_the_long_road_to_an_answer() -> None:
    state = REQUEST.start
    for event in ("acknowledge", "check_identity", "verify", "scope", "refuse_in_part", "approve", "execute", "fail",
                  "resume", "finish", "check", "answer", "close"):  # fmt: skip
        moved = REQUEST.move(state, event, GOOD)
        assert moved.to is not None, (event, moved.against)
        state = moved.to
    assert state is R.CLOSED


@pytest.mark.parametrize(
    ("state", "event", "change", "words"),
    [
        (R.ID_CHECK, "verify", {"identity_method": " "}, "identified"),
        (R.ID_CHECK, "verify", {"identity_checked_by": ""}, "identified"),
        (R.ID_CHECK, "fail_to_identify", {"asked_for_details": UNKNOWN}, "details"),
        (R.VERIFIED, "scope", {"identity_method": ""}, "identified"),
        (R.WAITING_HOLD, "end_waiting", {"held_by_others": UNKNOWN}, "hold"),
        (R.SCOPED, "wait", {"held_by_others": NO}, "no hold"),
        (R.SCOPED, "refuse", {"refusal_code": ""}, "a reason code"),
        (R.SCOPED, "refuse", {"refusal_words": " "}, "the reason in words"),
        (R.SCOPED, "refuse", {"complaint_told": NO}, "complaints"),
        (R.SCOPED, "refuse", {"identity_method": ""}, "identified"),
        (R.SCOPED, "refuse_in_part", {"refusal_code": ""}, "a reason code"),
        (R.SCOPED, "refuse_in_part", {"identity_checked_by": ""}, "identified"),
        (R.SCOPED, "approve", {"identity_method": ""}, "identified"),
        (R.SCOPED, "approve", {"digest": ""}, "no plan"),
        (R.SCOPED, "approve", {"approver": " "}, "nobody is named"),
        (R.SCOPED, "approve", {"held_by_others": YES}, "hold"),
        (R.PART_REFUSED, "approve", {"held_by_others": UNKNOWN}, "hold"),
        (R.APPROVED, "execute", {"identity_method": ""}, "identified"),
        (R.APPROVED, "execute", {"approved_digest": ""}, "no plan was approved"),
        (R.APPROVED, "execute", {"digest": "d2"}, "changed"),
        (R.APPROVED, "execute", {"approver": ""}, "nobody is named who approves"),
        (R.APPROVED, "execute", {"executor": ""}, "nobody is named who carries"),
        (R.APPROVED, "execute", {"executor": "anna"}, "may not carry it out"),
        (R.APPROVED, "execute", {"held_by_others": YES}, "hold"),
        (R.FAILED_STEP, "resume", {"digest": "d2"}, "changed"),
        (R.FAILED_STEP, "resume", {"held_by_others": YES}, "hold"),
        (R.FAILED_STEP, "resume", {"identity_method": ""}, "identified"),
        (R.EXECUTED, "resume", {"digest": "d2"}, "changed"),
        (R.EXECUTED, "check", {"steps_settled": NO}, "steps"),
        (R.EXECUTED, "check", {"live_copies": YES}, "live copy"),
        (R.EXECUTED, "check", {"live_copies": UNKNOWN}, "live copy"),
        (R.EXECUTED, "check", {"ledger_written": NO}, "ledger"),
        (R.EXECUTED, "check", {"index_cleared": NO}, "index"),
        (R.CHECKED, "answer", {"letter": NO}, "not stored"),
        (R.REFUSED, "answer", {"letter": UNKNOWN}, "not stored"),
        (R.ANSWERED, "close", {"all_items_answered": NO}, "no outcome"),
        (R.ANSWERED, "close", {"letter": NO}, "not stored"),
        (R.VERIFIED, "join", {"identity_method": "", "original_state": R.SCOPED}, "identified"),
        (R.VERIFIED, "join", {"repeats": UNKNOWN, "original_state": R.SCOPED}, "same"),
        (R.VERIFIED, "join", {"original_state": R.CLOSED}, "not open"),
        (R.VERIFIED, "join", {"original_state": R.DUPLICATE}, "repeats another"),
        (R.DUPLICATE, "close_duplicate", {"original_state": R.SCOPED}, "not been answered"),
        (R.DUPLICATE, "close_duplicate", {"identity_method": ""}, "identified"),
    ],
)
def test_each_guard_stands_in_the_way_alone(state: R, event: str, change: dict[str, Any], words: str) -> None:
    moved = REQUEST.move(state, event, replace(GOOD, **change))
    assert not moved.is_allowed
    assert len(moved.against) == 1
    assert words in moved.against[0]


def test_alone_in_the_studio_one_may_do_both() -> None:
    assert REQUEST.move(R.APPROVED, "execute", replace(GOOD, staff=1, executor="anna")).is_allowed


def test_what_deletes_nothing_needs_no_empty_stores() -> None:
    copying = replace(GOOD, deletes=False, live_copies=YES, index_cleared=NO)
    assert REQUEST.move(R.EXECUTED, "check", copying).to is R.CHECKED


def test_a_duplicate_joins_an_open_request_and_ends_with_its_answer() -> None:
    assert REQUEST.move(R.VERIFIED, "join", replace(GOOD, original_state=R.APPROVED)).to is R.DUPLICATE
    assert REQUEST.move(R.DUPLICATE, "close_duplicate", GOOD).to is R.CLOSED
    assert not REQUEST.move(R.DUPLICATE, "approve", GOOD).is_allowed
    assert not REQUEST.move(R.RECEIVED, "join", GOOD).is_allowed


@pytest.mark.parametrize("state", [R.EXECUTING, R.FAILED_STEP, R.EXECUTED, R.CHECKED, R.ANSWERED, R.CLOSED, R.WITHDRAWN])
def test_once_it_runs_it_cannot_be_withdrawn(state: R) -> None:
    assert not REQUEST.move(state, "withdraw", GOOD).is_allowed


def test_a_changed_plan_goes_back_and_is_approved_anew() -> None:
    changed = replace(GOOD, digest="d2")
    assert REQUEST.move(R.APPROVED, "scope", changed).to is R.SCOPED


def test_what_no_step_foresees_is_refused_in_words() -> None:
    moved = REQUEST.move(R.RECEIVED, "execute", GOOD)
    assert moved.against == ("a request that is received cannot execute",)


case_facts = st.builds(
    CaseFacts,
    identity_method=st.sampled_from(["", "mail"]),
    identity_checked_by=st.sampled_from(["", "anna"]),
    asked_for_details=st.sampled_from(Known),
    staff=st.integers(1, 3),
    approver=st.sampled_from(["", "anna"]),
    executor=st.sampled_from(["", "anna", "pekka"]),
    digest=st.sampled_from(["", "d1", "d2"]),
    approved_digest=st.sampled_from(["", "d1"]),
    held_by_others=st.sampled_from(Known),
    steps_settled=st.sampled_from(Known),
    live_copies=st.sampled_from(Known),
    ledger_written=st.sampled_from(Known),
    index_cleared=st.sampled_from(Known),
    letter=st.sampled_from(Known),
    original_state=st.sampled_from(R),
    repeats=st.sampled_from(Known),
)
EVENTS = sorted({step.event for step in REQUEST.steps})


@given(walk=st.lists(st.tuples(st.sampled_from(EVENTS), case_facts | st.just(GOOD)), max_size=40))
def test_no_road_leads_around_identity_approval_or_checking(walk: list[tuple[str, CaseFacts]]) -> None:
    state, been = REQUEST.start, [REQUEST.start]
    for event, facts in walk:
        moved = REQUEST.move(state, event, facts)
        if moved.to is None:
            continue
        if moved.to in (R.APPROVED, R.EXECUTING, R.DUPLICATE):
            assert R.VERIFIED in been
            assert facts.identity_method
        if moved.to is R.EXECUTING:
            assert R.APPROVED in been
            assert facts.digest == facts.approved_digest
            assert facts.held_by_others is NO
        if moved.to is R.ANSWERED:
            assert {R.CHECKED, R.REFUSED, R.UNIDENTIFIABLE} & set(been)
        state = moved.to
        been.append(state)


MACHINES: list[Machine[Any, Any]] = [REQUEST, CONSENT, HOLD, SHOOT]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_tables_are_unambiguous_and_reach_every_state(machine: Machine[Any, Any]) -> None:
    seen = set()
    for step in machine.steps:
        for source in step.sources:
            assert (source, step.event) not in seen
            seen.add((source, step.event))
    reached, edge = {machine.start}, [machine.start]
    while edge:
        state = edge.pop()
        for step in machine.steps:
            if state in step.sources and step.to not in reached:
                reached.add(step.to)
                edge.append(step.to)
    assert reached == set(type(machine.start))
    assert machine.events(machine.start)


def test_an_open_request_can_always_go_on() -> None:
    assert all(REQUEST.events(state) for state in OPEN)
    assert not REQUEST.events(R.CLOSED)


NEW = Asking(9, "p1", "erase", frozenset({3}), date(2027, 3, 9), R.RECEIVED)
OLD = replace(NEW, id=1, received_on=date(2027, 3, 1), shoots=frozenset({3, 4}), state=R.SCOPED)


@pytest.mark.parametrize(
    ("change", "repeats"),
    [
        ({}, True),
        ({"shoots": frozenset()}, True),
        ({"person": "p2"}, False),
        ({"kind": "access"}, False),
        ({"state": R.CLOSED}, False),
        ({"state": R.WITHDRAWN}, False),
        ({"state": R.DUPLICATE}, False),
        ({"shoots": frozenset({4})}, False),
        ({"received_on": date(2027, 3, 10)}, False),
        ({"id": 9}, False),
    ],
)
def test_which_request_is_a_duplicate(change: dict[str, Any], repeats: bool) -> None:
    other = replace(OLD, **change)
    assert repeated_by(NEW, (other,)) == (other if repeats else None)


def test_a_request_for_everything_is_no_duplicate_of_one_for_some() -> None:
    assert repeated_by(replace(NEW, shoots=frozenset()), (OLD,)) is None
    first = replace(OLD, id=2, received_on=date(2027, 2, 1))
    assert repeated_by(NEW, (OLD, first)) == first


AGREED = ConsentFacts(evidence="ab12", recorded_by="anna", end_passed=YES, why_invalid="signed by nobody")


@pytest.mark.parametrize(
    ("state", "event", "change", "words"),
    [
        (C.ASKED, "give", {"evidence": ""}, "evidence"),
        (C.ASKED, "give", {"recorded_by": " "}, "recorded"),
        (C.EXPIRED, "renew", {"evidence": ""}, "evidence"),
        (C.EXPIRED, "renew", {"recorded_by": ""}, "recorded"),
        (C.GIVEN, "expire", {"end_passed": UNKNOWN}, "end"),
        (C.GIVEN, "invalidate", {"why_invalid": ""}, "not valid"),
        (C.GIVEN, "invalidate", {"recorded_by": ""}, "recorded"),
    ],
)
def test_the_guards_of_consent(state: C, event: str, change: dict[str, Any], words: str) -> None:
    assert CONSENT.move(state, event, AGREED).is_allowed
    against = CONSENT.move(state, event, replace(AGREED, **change)).against
    assert len(against) == 1
    assert words in against[0]


@pytest.mark.parametrize("state", [state for state in C if state is not C.WITHDRAWN])
def test_withdrawing_needs_nothing(state: C) -> None:
    assert CONSENT.move(state, "withdraw", ConsentFacts()).to is C.WITHDRAWN


RESTRICTED = HoldFacts(HoldKind.RESTRICTION, (), YES, "anna", "settled")
PINNED = replace(RESTRICTED, kind=HoldKind.PIN, announced=UNKNOWN)


@pytest.mark.parametrize(
    ("state", "event", "facts", "words"),
    [
        (H.PROPOSED, "activate", replace(RESTRICTED, faults=("a hold needs an owner",)), "owner"),
        (H.ACTIVE, "announce", replace(RESTRICTED, announced=NO), "told"),
        (H.ACTIVE, "announce", replace(RESTRICTED, decided_by=""), "named person"),
        (H.LIFT_ANNOUNCED, "lift", replace(RESTRICTED, announced=UNKNOWN), "told"),
        (H.LIFT_ANNOUNCED, "lift", replace(RESTRICTED, why=" "), "named person"),
        (H.ACTIVE, "release", RESTRICTED, "announce"),
        (H.ACTIVE, "release", replace(PINNED, kind=HoldKind.OBJECTION), "announce"),
        (H.ACTIVE, "release", replace(PINNED, decided_by=""), "named person"),
        (H.PROPOSED, "release", replace(PINNED, why=""), "named person"),
    ],
)
def test_the_guards_of_holds(state: H, event: str, facts: HoldFacts, words: str) -> None:
    against = HOLD.move(state, event, facts).against
    assert len(against) == 1
    assert words in against[0]


def test_a_restriction_ends_after_the_person_was_told_and_a_pin_at_once() -> None:
    assert HOLD.move(H.PROPOSED, "activate", RESTRICTED).to is H.ACTIVE
    assert HOLD.move(H.ACTIVE, "announce", RESTRICTED).to is H.LIFT_ANNOUNCED
    assert HOLD.move(H.LIFT_ANNOUNCED, "lift", RESTRICTED).to is H.LIFTED
    assert HOLD.move(H.LIFT_ANNOUNCED, "keep", RESTRICTED).to is H.ACTIVE
    assert HOLD.move(H.ACTIVE, "release", PINNED).to is H.LIFTED
    assert not HOLD.events(H.LIFTED)


TODAY = date(2027, 9, 1)
COURSE = ShootCourse(TODAY, date(2027, 8, 31), date(2027, 8, 31), "", YES, YES, NO, "anna")


@pytest.mark.parametrize(
    ("state", "event", "change", "words"),
    [
        (P.PROTECTED, "end_protection", {"until": TODAY}, "protected until"),
        (P.PROTECTED, "end_protection", {"until": None}, "no date"),
        (P.PRUNABLE, "prune", {"until": TODAY}, "protected until"),
        (P.PRUNABLE, "prune", {"prune_allowed": UNKNOWN}, "pruned"),
        (P.PRUNING, "finish_pruning", {"live_copies": UNKNOWN}, "live copy"),
        (P.PROTECTED, "erase", {"erase_allowed": UNKNOWN}, "erased"),
        (P.ERASING, "finish_erasing", {"live_copies": YES}, "live copy"),
        (P.RESURFACED, "erase_again", {"confirmed_by": " "}, "confirm"),
        (P.RESURFACED, "erase_again", {"erase_allowed": NO}, "erased"),
        (P.PROTECTED, "move_date", {"until": date(2027, 8, 30)}, "earlier"),
        (P.PROTECTED, "move_date", {"until_before": None}, "named person"),
    ],
)
def test_the_guards_of_shoots(state: P, event: str, change: dict[str, Any], words: str) -> None:
    assert SHOOT.move(state, event, COURSE).is_allowed
    against = SHOOT.move(state, event, replace(COURSE, **change)).against
    assert len(against) == 1
    assert words in against[0]


def test_a_date_moves_later_by_itself_and_earlier_by_a_named_decision() -> None:
    later = replace(COURSE, until=date(2028, 1, 1))
    assert SHOOT.move(P.PROTECTED, "move_date", later).is_allowed
    assert SHOOT.move(P.PROTECTED, "move_date", replace(COURSE, until=None)).is_allowed
    earlier = replace(COURSE, until=date(2027, 1, 1), named_decision="anna: the folder's date was wrong")
    assert SHOOT.move(P.PROTECTED, "move_date", earlier).is_allowed
    assert SHOOT.move(P.PRUNABLE, "protect_again", later).to is P.PROTECTED
    assert not SHOOT.move(P.PRUNABLE, "protect_again", COURSE).is_allowed


def test_what_was_erased_and_comes_back_is_erased_again() -> None:
    assert SHOOT.move(P.ERASED, "resurface", COURSE).to is P.RESURFACED
    assert SHOOT.move(P.RESURFACED, "erase_again", COURSE).to is P.ERASING
    assert not SHOOT.move(P.RESURFACED, "prune", COURSE).is_allowed
