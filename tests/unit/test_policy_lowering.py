"""A configuration that would let more be deleted is noticed before it does."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from backupd.policy.facts import Known
from backupd.policy.lowering import _RULES, Limits, lowered, policy_lowered, strictest
from backupd.settings.values import UNLIMITED, Duration, Room

LIMITS = Limits(
    Duration(years=1), Duration(days=30), 2, Room(share=0.10), Room(share=0.15), Duration(years=5),
    kept_out=frozenset({"safe"}), cleaned=frozenset({"archive"}),
)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"minimum": Duration(months=11)},
        {"minimum": Duration(days=365)},
        {"grace": Duration(days=29)},
        {"unused_contacts": Duration(years=4)},
        {"require_copies": 1},
        {"low": Room(share=0.11)},
        {"high": Room(share=0.16)},
        {"high": Room(bytes=10**12)},
        {"verify_within": Duration(months=7)},
        {"verify_within": UNLIMITED},
        {"last_copies": True},
        {"spare_copies": True},
        {"most_files": 20_001},
        {"most_files": UNLIMITED},
        {"most_bytes": 3 * 10**12},
        {"most_bytes": UNLIMITED},
        {"most_share": 0.26},
        {"undo_within": Duration(days=29)},
        {"keep_evidence": Duration(years=2)},
        {"cleaned": frozenset({"archive", "safe"}), "kept_out": frozenset()},
    ],
)
def test_what_lets_more_be_deleted(change: dict[str, Any]) -> None:
    assert len(lowered(LIMITS, replace(LIMITS, **change))) == 1
    assert policy_lowered(LIMITS, replace(LIMITS, **change)) is Known.YES
    assert strictest(LIMITS, replace(LIMITS, **change)) == LIMITS, "what was in force counts"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"minimum": Duration(months=12)},
        {"minimum": Duration(years=2)},
        {"minimum": UNLIMITED},
        {"grace": Duration(days=31)},
        {"require_copies": 3},
        {"low": Room(share=0.05)},
        {"high": Room(share=0.10)},
        {"verify_within": Duration(days=180)},
        {"most_files": 5},
        {"most_share": 0.1},
        {"undo_within": Duration(days=31)},
        {"keep_evidence": UNLIMITED},
        {"cleaned": frozenset({"archive", "new"})},
        {"cleaned": frozenset(), "kept_out": frozenset({"safe", "archive"})},
        {"kept_out": frozenset()},
    ],
)
def test_what_does_not(change: dict[str, Any]) -> None:
    assert policy_lowered(LIMITS, replace(LIMITS, **change)) is Known.NO


def test_what_is_stricter_counts_at_once() -> None:
    now = replace(LIMITS, verify_within=Duration(days=30), most_files=5, kept_out=frozenset({"safe", "attic"}))
    assert strictest(LIMITS, now) == now
    assert strictest(replace(now, last_copies=True, most_bytes=UNLIMITED), now) == now


def test_a_store_that_was_left_alone_stays_so_when_it_was_out_of_the_configuration_for_a_while() -> None:
    without = strictest(LIMITS, replace(LIMITS, kept_out=frozenset()))
    back = replace(LIMITS, kept_out=frozenset(), cleaned=frozenset({"archive", "safe"}))
    assert lowered(without, back) == ("clean-ups left the store safe alone, now they may take from it",)
    assert strictest(without, back).cleaned == {"archive"}


def test_each_limit_is_compared() -> None:
    names = {each.name for each in fields(Limits)} - {"kept_out", "cleaned"}
    assert set(_RULES) == names


def test_from_forever_to_a_year_is_lower() -> None:
    assert lowered(replace(LIMITS, minimum=UNLIMITED), LIMITS)
    assert lowered(replace(LIMITS, minimum=Duration(months=1)), replace(LIMITS, minimum=Duration(days=30)))


def test_what_was_never_confirmed_is_unknown() -> None:
    assert policy_lowered(None, LIMITS) is Known.UNKNOWN
