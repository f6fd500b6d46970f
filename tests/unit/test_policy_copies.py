"""Good copies, spare ones, and proofs that break when anything got worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.copies import (
    CopyFact,
    CopyRules,
    CopyState,
    KnownBy,
    copies_short,
    decide_spare,
    good_copies,
    intact_of,
    is_good,
)
from backupd.policy.deletion import Verdict
from backupd.policy.facts import Intact, Known, Retained
from backupd.policy.proofs import Meant, Proof, Standing, proof_still_holds, prove
from backupd.settings.values import Duration
from tests.unit.test_policy_table import CALM

TODAY = date(2026, 9, 1)
RULES = CopyRules(required=2, verify_within=Duration(months=6))
DISK = CopyFact(1, "disk", CopyState.PRESENT, KnownBy.HASHED, date(2026, 8, 1), Known.YES)
CLOUD = CopyFact(2, "dropbox", CopyState.PRESENT, KnownBy.ATTESTED, date(2026, 8, 2), Known.YES)
DRIVE = CopyFact(3, "drive", CopyState.PRESENT, KnownBy.ATTESTED, date(2026, 8, 3), Known.YES)


@pytest.mark.parametrize(
    ("change", "good"),
    [
        ({}, Known.YES),
        ({"state": CopyState.MISSING}, Known.NO),
        ({"state": CopyState.CORRUPT}, Known.NO),
        ({"state": CopyState.UNREAD}, Known.UNKNOWN),
        ({"known_by": KnownBy.UNVERIFIED}, Known.UNKNOWN),
        ({"known_on": None}, Known.UNKNOWN),
        ({"known_on": date(2026, 9, 2)}, Known.UNKNOWN),
        ({"known_on": date(2026, 3, 1)}, Known.YES),
        ({"known_on": date(2026, 2, 28)}, Known.UNKNOWN),
        ({"store_reachable": Known.NO}, Known.UNKNOWN),
        ({"store_reachable": Known.UNKNOWN}, Known.UNKNOWN),
        ({"state": CopyState.CORRUPT, "store_reachable": Known.NO}, Known.NO),
    ],
)
def test_what_counts_as_good(change: dict[str, Any], good: Known) -> None:
    assert is_good(replace(DISK, **change), RULES, TODAY) is good


def test_a_providers_word_counts_only_where_it_may() -> None:
    assert is_good(CLOUD, RULES, TODAY) is Known.YES
    assert is_good(CLOUD, replace(RULES, attested_counts=False), TODAY) is Known.UNKNOWN


def test_copies_in_one_store_are_one() -> None:
    twin = replace(DISK, id=9, known_on=date(2026, 8, 20))
    assert good_copies([DISK, twin], RULES, TODAY) == (twin,)
    assert intact_of([DISK, twin], RULES, TODAY) is Intact.ONE
    assert copies_short([DISK, twin], RULES, TODAY) == 1
    assert copies_short([DISK, twin, CLOUD], RULES, TODAY) == 0


@pytest.mark.parametrize(
    ("copies", "intact"),
    [
        ([], Intact.NONE),
        ([replace(DISK, state=CopyState.CORRUPT)], Intact.NONE),
        ([replace(DISK, state=CopyState.CORRUPT), replace(CLOUD, store_reachable=Known.NO)], Intact.UNKNOWN),
        ([DISK, replace(CLOUD, store_reachable=Known.NO)], Intact.ONE),
        ([DISK, CLOUD], Intact.MORE),
    ],
)
def test_how_many_are_intact(copies: list[CopyFact], intact: Intact) -> None:
    assert intact_of(copies, RULES, TODAY) is intact


def test_a_replica_is_spare_only_while_two_others_are_verified() -> None:
    assert decide_spare(DISK, [DISK, CLOUD, DRIVE], RULES, TODAY).spare is Known.YES
    assert decide_spare(DISK, [DISK, CLOUD], RULES, TODAY).spare is Known.NO
    twin = replace(DISK, id=9)
    assert decide_spare(DISK, [DISK, twin, CLOUD], RULES, TODAY).spare is Known.NO
    unsure = replace(DRIVE, store_reachable=Known.NO)
    assert decide_spare(DISK, [DISK, CLOUD, unsure], RULES, TODAY).spare is Known.UNKNOWN
    assert decide_spare(DISK, [DISK, CLOUD, DRIVE], replace(RULES, required=3), TODAY).spare is Known.NO
    assert decide_spare(DISK, [DISK, CLOUD, DRIVE], replace(RULES, required=1), TODAY).spare is Known.YES


copies = st.builds(
    CopyFact,
    id=st.integers(1, 9),
    store=st.sampled_from(["disk", "dropbox", "drive", "nas"]),
    state=st.sampled_from(CopyState),
    known_by=st.sampled_from(KnownBy),
    known_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    store_reachable=st.sampled_from(Known),
)


@given(others=st.lists(copies, max_size=6))
def test_after_dropping_a_spare_two_good_copies_stay(others: list[CopyFact]) -> None:
    if decide_spare(DISK, [DISK, *others], RULES, TODAY).spare is Known.YES:
        left = [copy for copy in others if copy.store != DISK.store and copy.id != DISK.id]
        assert len(good_copies(left, RULES, TODAY)) >= 2


NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
MEANT = Meant(1, "disk", 77, "v1")
STANDING = Standing(NOW, TODAY, CALM, (), MEANT, (DISK, CLOUD, DRIVE), "digest")


def _proof(**change: Any) -> Proof:
    proof = prove("prune", MEANT, replace(STANDING, **change), RULES)
    assert isinstance(proof, Proof)
    return proof


def test_a_proof_names_what_it_rests_on() -> None:
    proof = _proof(holds=())
    assert proof.rule == "retention_passed"
    assert proof.expires_at == NOW + timedelta(hours=1)
    assert [(w.copy, w.known_by, w.known_on) for w in proof.witnesses] == [
        (3, KnownBy.ATTESTED, date(2026, 8, 3)),
        (2, KnownBy.ATTESTED, date(2026, 8, 2)),
    ]


def test_what_is_refused_has_no_proof() -> None:
    protected = replace(STANDING, facts=replace(CALM, retained=Retained.PROTECTED))
    assert isinstance(prove("prune", MEANT, protected, RULES, approved_by="anna"), Verdict)
    assert isinstance(prove("delete", MEANT, protected, RULES), Verdict)
    assert isinstance(prove("delete", MEANT, protected, RULES, approved_by="anna"), Proof)


def test_a_proof_holds_while_nothing_changed() -> None:
    assert proof_still_holds(_proof(), replace(STANDING, now=NOW + timedelta(minutes=59)), RULES).holds
    verified = (DISK, replace(CLOUD, known_on=TODAY, known_by=KnownBy.HASHED), DRIVE)
    assert proof_still_holds(_proof(), replace(STANDING, copies=verified), RULES).holds


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"now": NOW + timedelta(hours=1)}, "expired"),
        ({"now": NOW - timedelta(seconds=1)}, "clock"),
        ({"there": None}, "not known"),
        ({"there": replace(MEANT, content=78)}, "something else"),
        ({"there": replace(MEANT, version="v2")}, "something else"),
        ({"policy_digest": "other"}, "changed"),
        ({"holds": ("5",)}, "new holds: 5"),
        ({"facts": replace(CALM, legal_hold=Known.YES)}, "hold_legal"),
        ({"facts": replace(CALM, legal_hold=Known.UNKNOWN)}, "hold_legal"),
        ({"facts": replace(CALM, retained=Retained.PROTECTED)}, "min_retention"),
        ({"copies": (DISK, DRIVE)}, "copy 2"),
        ({"copies": (DISK, replace(CLOUD, state=CopyState.CORRUPT), DRIVE)}, "copy 2"),
        ({"copies": (DISK, replace(CLOUD, store_reachable=Known.NO), DRIVE)}, "copy 2"),
        ({"copies": (DISK, replace(CLOUD, known_on=date(2026, 7, 1)), DRIVE)}, "older"),
    ],
)
def test_a_proof_breaks_when_anything_is_worse(change: dict[str, Any], words: str) -> None:
    check = proof_still_holds(_proof(), replace(STANDING, **change), RULES)
    assert not check.holds
    assert any(words in broken for broken in check.broken)


def test_an_approval_is_for_the_rule_it_was_given_for() -> None:
    pinned = replace(STANDING, facts=replace(CALM, pinned=Known.YES))
    proof = prove("delete", MEANT, pinned, RULES, approved_by="anna")
    assert isinstance(proof, Proof)
    assert proof_still_holds(proof, pinned, RULES).holds
    other = replace(STANDING, facts=replace(CALM, retained=Retained.PROTECTED))
    assert not proof_still_holds(proof, other, RULES).holds
