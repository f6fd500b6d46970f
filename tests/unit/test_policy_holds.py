"""Holds: what each stops, whom it covers, and that time never lifts one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.deletion import decide
from backupd.policy.facts import (
    Child,
    Consented,
    Erasure,
    Facts,
    Intact,
    Known,
    ParticipantAsks,
    Recipient,
    Resurfaced,
    Retained,
)
from backupd.policy.holds import (
    Ground,
    Hold,
    HoldKind,
    HoldState,
    Lists,
    OfFiles,
    OfPerson,
    OfShoot,
    Target,
    covers,
    due_for_review,
    faults_of,
    held_on,
    is_in_force,
    review_due_on,
    stops,
)
from backupd.policy.table import ACTIONS, Cell

NO = Known.NO
OPENED = date(2026, 6, 6)
HOLD = Hold("7", HoldKind.RESTRICTION, OfShoot(3), HoldState.ACTIVE, OPENED, "owner", "disputed", "p1", Ground.ACCURACY)
SHOOT = Target(3, frozenset({31, 32}), frozenset({"p1", "p2"}), Lists.READ)
CALM = Facts(
    store_unreachable=NO, scan_stale=NO, index_behind=NO, clock_wrong=NO, erasure=Erasure.NONE, resurfaced=Resurfaced.NO,
    retained=Retained.PASSED, joint_client_silent=NO, participant_asks=ParticipantAsks.NO, company_contact_asks=NO,
    intact=Intact.MORE, spare_replica=NO, consent=Consented.VALID, withdrawn_after_publication=NO, child=Child.NO,
    contact_unused=NO, job_unpaid=NO, marketing_ban=NO, policy_lowered=NO, recipient=Recipient.CLIENT,
)  # fmt: skip
"""Past its minimum, nothing against it, but the holds not gathered."""


def _cells(holds: list[Hold], asker: str | None = None) -> str:
    facts = held_on(OPENED, holds, SHOOT, asker).into(CALM)
    return "".join(decide(action, facts).cell.value for action in ACTIONS)


def test_without_holds_the_clock_decides() -> None:
    assert _cells([]) == "YYYYC"
    assert decide("prune", CALM).cell is Cell.NO  # holds not gathered are not "no holds"


@pytest.mark.parametrize(
    ("kind", "asker", "cells"),
    [
        (HoldKind.RESTRICTION, "p1", "NHNHN"),
        (HoldKind.RESTRICTION, "p2", "NHNNN"),
        (HoldKind.RESTRICTION, None, "NHNHN"),
        (HoldKind.OBJECTION, "p1", "NHNHN"),
        (HoldKind.OBJECTION, "p2", "NHNNN"),
        (HoldKind.LEGAL, "p1", "NNNHN"),
        (HoldKind.OPEN_REQUEST, "p1", "NHNYC"),
        (HoldKind.PIN, "p1", "NHHYC"),
    ],
)
def test_what_each_kind_stops(kind: HoldKind, asker: str | None, cells: str) -> None:
    assert _cells([replace(HOLD, kind=kind)], asker) == cells


@pytest.mark.parametrize("kind", HoldKind)
def test_stops_says_what_the_table_says(kind: HoldKind) -> None:
    cells = "".join(stops(kind)[action].value for action in ACTIONS)
    assert cells == _cells([replace(HOLD, kind=kind)], None)
    assert stops(kind)["prune"] is Cell.NO


@pytest.mark.parametrize("state", [HoldState.PROPOSED, HoldState.ACTIVE, HoldState.LIFT_ANNOUNCED])
def test_only_lifting_lifts(state: HoldState) -> None:
    hold = replace(HOLD, state=state)
    assert is_in_force(hold, OPENED)
    assert is_in_force(hold, date.max)


def test_a_lifted_hold_without_its_day_still_stands() -> None:
    assert is_in_force(replace(HOLD, state=HoldState.LIFTED), date(2030, 1, 1))


def test_the_past_is_answered_too() -> None:
    hold = replace(HOLD, state=HoldState.LIFTED, lifted_on=date(2026, 9, 1))
    assert not is_in_force(hold, OPENED - timedelta(days=1))
    assert is_in_force(hold, date(2026, 8, 31))
    assert not is_in_force(hold, date(2026, 9, 1))


@given(days=st.integers(0, 30_000), review=st.integers(0, 4000))
def test_no_time_lifts_a_hold(days: int, review: int) -> None:
    hold = replace(HOLD, review_on=OPENED + timedelta(days=review))
    assert is_in_force(hold, OPENED + timedelta(days=days))


@pytest.mark.parametrize(
    ("scope", "target", "covered"),
    [
        (OfShoot(3), SHOOT, Known.YES),
        (OfShoot(4), SHOOT, Known.NO),
        (OfFiles(frozenset({32, 99})), SHOOT, Known.YES),
        (OfFiles(frozenset({99})), SHOOT, Known.NO),
        (OfPerson("p2"), SHOOT, Known.YES),
        (OfPerson("p9"), SHOOT, Known.NO),
        (OfPerson("p9"), replace(SHOOT, lists=Lists.UNREAD), Known.UNKNOWN),
        (OfPerson("p9"), replace(SHOOT, lists=Lists.NONE_FOUND), Known.NO),
        (OfPerson("p2"), replace(SHOOT, lists=Lists.UNREAD), Known.YES),
    ],
)
def test_whom_a_hold_covers(scope: OfPerson | OfShoot | OfFiles, target: Target, covered: Known) -> None:
    assert covers(replace(HOLD, scope=scope), target) is covered


def test_an_unread_list_stops_pruning_while_a_person_is_held() -> None:
    hold = replace(HOLD, scope=OfPerson("p9"))
    held = held_on(OPENED, [hold], replace(SHOOT, lists=Lists.UNREAD))
    assert held.restricted_by_asker is Known.UNKNOWN
    assert held.holds == ("7",)
    assert decide("prune", held.into(CALM)).cell is Cell.NO


def test_a_sure_hold_beats_an_unsure_one_in_any_order() -> None:
    unsure, sure = replace(HOLD, id="8", scope=OfPerson("p9")), HOLD
    target = replace(SHOOT, lists=Lists.UNREAD)
    for holds in ([unsure, sure], [sure, unsure]):
        assert held_on(OPENED, holds, target).restricted_by_asker is Known.YES


def test_a_request_is_not_stopped_by_its_own_hold() -> None:
    own = replace(HOLD, id="1", kind=HoldKind.OPEN_REQUEST)
    other = replace(own, id="2")
    assert held_on(OPENED, [own], SHOOT, answering=["1"]).open_request is Known.NO
    assert held_on(OPENED, [own, other], SHOOT, answering=["1"]).open_request is Known.YES
    legal = replace(HOLD, id="1", kind=HoldKind.LEGAL)
    assert held_on(OPENED, [legal], SHOOT, answering=["1"]).legal_hold is Known.YES


def test_reviews_come_due_and_change_nothing() -> None:
    late = replace(HOLD, id="1", review_on=date(2026, 7, 1))
    standard = replace(HOLD, id="2")
    assert review_due_on(standard) == date(2026, 9, 4)
    assert due_for_review([standard, late], date(2026, 7, 1)) == (late,)
    assert due_for_review([standard, late], date(2027, 7, 1)) == (late, standard)
    assert is_in_force(late, date(2027, 7, 1))


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        (HOLD, ""),
        (replace(HOLD, owner=" "), "owner"),
        (replace(HOLD, reason=""), "reason"),
        (replace(HOLD, ground=None), "ground"),
        (replace(HOLD, by_person=None), "whose"),
        (replace(HOLD, kind=HoldKind.LEGAL), "review"),
    ],
)
def test_what_a_hold_needs(hold: Hold, words: str) -> None:
    faults = " ".join(faults_of(hold))
    assert words in faults
    assert bool(faults) is bool(words)
