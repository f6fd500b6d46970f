"""The decision table: each row says what the privacy facts say, the strictest wins, knowing less never loosens."""

from __future__ import annotations

import itertools
import random
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.deletion import UNRULED, decide, decide_by
from backupd.policy.explaining import document
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
    Subject,
    is_unknown,
)
from backupd.policy.table import ACTIONS, TABLE, Action, Cell, Split

YES, NO = Known.YES, Known.NO

CALM = Facts(
    store_unreachable=NO, scan_stale=NO, index_behind=NO, clock_wrong=NO, legal_hold=NO, restricted_by_asker=NO,
    objection_pending=NO, restricted_by_another=NO, open_request=NO, pinned=NO, erasure=Erasure.NONE,
    resurfaced=Resurfaced.NO, retained=Retained.PASSED, joint_client_silent=NO, participant_asks=ParticipantAsks.NO,
    company_contact_asks=NO, intact=Intact.MORE, spare_replica=NO, consent=Consented.VALID,
    withdrawn_after_publication=NO, child=Child.NO, contact_unused=NO, job_unpaid=NO, marketing_ban=NO,
    policy_lowered=NO, recipient=Recipient.CLIENT,
)  # fmt: skip
"""A shoot past its minimum with nothing against it."""

PROTECTED = replace(CALM, retained=Retained.PROTECTED)
CONTACT = replace(CALM, subject=Subject.CONTACT, contact_unused=YES)

# What the privacy facts say, part 3, read with the rows that hold anyway (D20, or D11 for a protected shoot). In the
# order: space pruning, erasure run, manual delete, export, portfolio export.
SAID: list[tuple[str, Facts, str]] = [
    ("D1", replace(CALM, store_unreachable=YES), "NHNHN"),
    ("D1", replace(CALM, scan_stale=YES), "NHNHN"),
    ("D1", replace(CALM, index_behind=YES), "NNNHN"),
    ("D1", replace(CALM, clock_wrong=YES), "NNNHN"),
    ("D2", replace(CALM, legal_hold=YES), "NNNHN"),
    ("D3", replace(CALM, restricted_by_asker=YES), "NHNHN"),
    ("D3", replace(CALM, objection_pending=YES), "NHNHN"),
    ("D4", replace(CALM, restricted_by_another=YES), "NHNNN"),
    ("D5", replace(CALM, open_request=YES), "NHNYC"),
    ("D6", replace(CALM, erasure=Erasure.APPROVED), "NYNHN"),
    ("D7", replace(CALM, erasure=Erasure.HALF_DONE), "NYNNN"),
    ("D8", replace(CALM, resurfaced=Resurfaced.FOUND), "NNNNN"),
    ("D8", replace(CALM, resurfaced=Resurfaced.CONFIRMED), "NYNNN"),
    ("D9", replace(CALM, erasure=Erasure.RECEIVED), "NNNHN"),
    ("D10", replace(CALM, retained=Retained.UNKNOWN), "NYHYC"),
    ("D11", PROTECTED, "NYHYC"),
    ("D12", replace(PROTECTED, joint_client_silent=YES), "NHNYN"),
    ("D12", replace(PROTECTED, joint_client_silent=YES, recipient=Recipient.OTHER), "NHNNN"),
    ("D13", replace(CALM, participant_asks=ParticipantAsks.UNDECIDED), "YHHYN"),
    ("D13", replace(PROTECTED, participant_asks=ParticipantAsks.UNDECIDED), "NHHYN"),
    ("D13", replace(CALM, participant_asks=ParticipantAsks.DECIDED, recipient=Recipient.PARTICIPANT), "YHHHC"),
    ("D14", replace(CALM, company_contact_asks=YES, recipient=Recipient.COMPANY), "YYYYC"),
    ("D14", replace(CALM, company_contact_asks=YES), "YYYNC"),
    ("D15", replace(PROTECTED, intact=Intact.ONE), "NYHYC"),
    ("D15", replace(CALM, intact=Intact.ONE), "YYHYC"),
    ("D16", replace(PROTECTED, intact=Intact.NONE), "NYHHN"),
    ("D17", replace(CALM, intact=Intact.NONE), "YYYHN"),
    ("D18", replace(CALM, spare_replica=YES), "YYYYC"),
    ("D18", replace(PROTECTED, spare_replica=YES), "YYYYC"),
    ("D15", replace(PROTECTED, spare_replica=YES, intact=Intact.ONE), "NYHYC"),
    ("D19", replace(CALM, consent=Consented.MISSING), "YYYYN"),
    ("D19", replace(CALM, consent=Consented.UNKNOWN), "YYYYN"),
    ("D20", CALM, "YYYYC"),
    ("D21", replace(CALM, withdrawn_after_publication=YES), "YYYYN"),
    ("D22", replace(CALM, child=Child.GUARDIAN_MISSING), "YYYHN"),
    ("D22", replace(CALM, child=Child.GUARDIAN_AGREES, recipient=Recipient.GUARDIAN), "YYYYC"),
    ("D23", CONTACT, "YYYYN"),
    ("D23", replace(CONTACT, job_unpaid=YES), "NYYYN"),
    ("D23", replace(CONTACT, open_request=YES), "NHNYN"),
    ("D24", replace(CALM, marketing_ban=YES), "YYYYC"),
    ("D25", replace(CALM, policy_lowered=YES), "NYYYC"),
    ("S1", replace(CALM, pinned=YES), "NHHYC"),
    ("S2", replace(CONTACT, contact_unused=NO), "NYHYN"),
]  # fmt: skip

REASONS = [
    "unsafe_state",
    "hold_legal",
    "hold_restriction",
    "hold_conflict",
    "hold_open_request",
    "erasure_pending",
    "erasure_incomplete",
    "resurfaced",
    "request_undecided",
    "date_unknown",
    "min_retention",
    "joint_clients",
    "shared_subjects",
    "company_contact",
    "last_copy",
    "availability",
    "damaged_old",
    "evict",
    "no_consent",
    "retention_passed",
    "takedown",
    "minor",
    "contact_5y",
    "ban",
    "policy_changed",
]


@pytest.mark.parametrize(("row", "facts", "cells"), SAID)
def test_each_situation_says_what_the_privacy_facts_say(row: str, facts: Facts, cells: str) -> None:
    verdicts = [decide(action, facts) for action in ACTIONS]
    assert "".join(verdict.cell.value for verdict in verdicts) == cells
    assert all(row in verdict.rows for verdict in verdicts)


def test_the_rows_are_those_of_the_privacy_facts() -> None:
    rows = [row for row in TABLE if row.id.startswith("D") and row.id != "D1b"]
    assert [row.id for row in rows] == [f"D{number}" for number in range(1, 26)]
    assert [row.reason for row in rows] == REASONS
    assert {row for row, _, _ in SAID} >= {row.id for row in rows}


def test_nothing_known_is_nothing_done() -> None:
    for action in ACTIONS:
        verdict = decide(action, Facts())
        assert verdict.cell is Cell.NO
        assert verdict.reasons


def test_what_no_row_permits_is_refused() -> None:
    verdict = decide_by([], "prune", CALM)
    assert (verdict.cell, verdict.rule) == (Cell.NO, UNRULED)
    assert not verdict.is_allowed


def test_a_row_that_only_may_match_permits_nothing() -> None:
    passed = [row for row in TABLE if row.id == "D20"]
    assert decide_by(passed, "erase", replace(CALM, retained=Retained.UNKNOWN)).rule == UNRULED
    assert decide_by(passed, "erase", CALM).is_allowed


def test_a_missing_fact_is_named_in_the_reason() -> None:
    verdict = decide("prune", replace(CALM, legal_hold=Known.UNKNOWN))
    assert verdict.rule == "hold_legal"
    assert "not known: legal hold" in verdict.reasons[0]


def test_a_missing_fact_in_a_split_is_named_too() -> None:
    verdict = decide("prune", replace(CONTACT, job_unpaid=Known.UNKNOWN))
    assert verdict.cell is Cell.NO
    assert "job unpaid" in verdict.reasons[0]


KINDS: dict[str, type[Any]] = get_type_hints(Facts)
CHOICES = {field.name: list(KINDS[field.name]) for field in fields(Facts)}

# Mostly calm, so that single rows get their say; anything else now and then.
some_facts = st.fixed_dictionaries(
    {name: st.sampled_from([getattr(CALM, name)] * 6 + values) for name, values in CHOICES.items()}
).map(lambda values: Facts(**values))
any_facts = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()}).map(
    lambda values: Facts(**values)
)
actions = st.sampled_from(ACTIONS)


def _cell_by_hand(row_id: str, action: Action, facts: Facts) -> Cell:
    """The cell of a row that surely matches, worked out another way than the code does."""
    cell = next(row for row in TABLE if row.id == row_id).cell(action)
    if not isinstance(cell, Split):
        return cell
    value = getattr(facts, cell.fact)
    if is_unknown(value) and value not in cell.values:
        return sorted((cell.then, cell.other), key=lambda each: "–YCHN".index(each.value))[-1]
    return cell.then if value in cell.values else cell.other


@given(facts=some_facts | any_facts, action=actions)
def test_the_strictest_cell_of_all_rows_wins(facts: Facts, action: Action) -> None:
    verdict = decide(action, facts)
    cells = [_cell_by_hand(row, action, facts) for row in verdict.rows]
    assert all("–YCHN".index(cell.value) <= "–YCHN".index(verdict.cell.value) for cell in cells)
    assert verdict.cell in cells or (verdict.cell is Cell.NO and verdict.rule == UNRULED)


def _possible(facts: Facts) -> list[list[Any]]:
    return [
        values if is_unknown(getattr(facts, name)) else [getattr(facts, name)]
        for name, values in ((name, [v for v in values if not is_unknown(v)]) for name, values in CHOICES.items())
    ]


@given(facts=some_facts | any_facts, action=actions, forgotten=st.sets(st.sampled_from(sorted(CHOICES)), min_size=1))
def test_knowing_less_never_loosens(facts: Facts, action: Action, forgotten: set[str]) -> None:
    less = replace(facts, **{name: CHOICES[name][-1] for name in forgotten if is_unknown(CHOICES[name][-1])})
    assert decide(action, less).cell.strictness >= decide(action, facts).cell.strictness


@given(facts=some_facts, action=actions, seed=st.integers(0, 10**6))
def test_the_order_of_the_rows_does_not_matter(facts: Facts, action: Action, seed: int) -> None:
    rows = list(TABLE)
    random.Random(seed).shuffle(rows)
    shuffled, ordered = decide_by(rows, action, facts), decide(action, facts)
    assert shuffled.cell is ordered.cell
    assert set(shuffled.rows) == set(ordered.rows)
    assert set(shuffled.reasons) == set(ordered.reasons)


@given(facts=some_facts | any_facts)
def test_nothing_frees_space_under_a_hold_or_while_a_person_asks(facts: Facts) -> None:
    stops = ("legal_hold", "restricted_by_asker", "restricted_by_another", "objection_pending", "open_request", "pinned",
             "index_behind", "clock_wrong", "store_unreachable", "scan_stale", "policy_lowered")  # fmt: skip
    if decide("prune", facts).is_allowed:
        assert all(getattr(facts, name) is NO for name in stops)
        assert facts.erasure is Erasure.NONE
        assert facts.subject is Subject.CONTACT or facts.retained is not Retained.UNKNOWN
        if facts.subject is Subject.MEDIA and facts.retained is Retained.PROTECTED:
            assert facts.spare_replica is YES
            assert facts.intact is Intact.MORE


@given(facts=some_facts | any_facts)
def test_nothing_is_shown_without_valid_consent(facts: Facts) -> None:
    if decide("portfolio", facts).is_allowed:
        assert facts.consent is Consented.VALID
        assert facts.child in (Child.NO, Child.GUARDIAN_AGREES)


def _single_changes() -> list[tuple[str, Any, str]]:
    """The situations of SAID that differ from CALM in one fact: its name, its value, the cells."""
    found = []
    for _, facts, cells in SAID:
        changed = [f.name for f in fields(Facts) if getattr(facts, f.name) is not getattr(CALM, f.name)]
        if len(changed) == 1 and changed != ["spare_replica"]:
            found.append((changed[0], getattr(facts, changed[0]), cells))
    return found


def test_two_situations_at_once_are_as_strict_as_the_stricter_in_each_column() -> None:
    pairs = [(a, b) for a, b in itertools.combinations(_single_changes(), 2) if a[0] != b[0] and "subject" not in (a[0], b[0])]
    assert len(pairs) > 300
    for (name, value, cells), (other_name, other_value, other_cells) in pairs:
        both = replace(CALM, **{name: value, other_name: other_value})
        found = "".join(decide(action, both).cell.value for action in ACTIONS)
        assert found == "".join(max(pair, key="YCHN".index) for pair in zip(cells, other_cells, strict=True))


def test_every_fact_is_asked_about_by_some_row() -> None:
    asked = {name for row in TABLE for case in row.cases for name in case}
    asked |= {cell.fact for row in TABLE for action in ACTIONS if isinstance(cell := row.cell(action), Split)}
    assert asked == {field.name for field in fields(Facts)}


def test_every_fact_starts_unknown_and_every_kind_has_an_unknown() -> None:
    for field in fields(Facts):
        if field.name != "subject":
            assert is_unknown(field.default)  # type: ignore[arg-type]


def test_the_document_is_made_from_the_table() -> None:
    assert Path("docs/policy.md").read_text(encoding="utf-8") == document()
