"""A configuration that would let more be deleted is noticed before it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backupd.policy.facts import Known
from backupd.policy.lowering import Limits, lowered, policy_lowered
from backupd.settings.values import UNLIMITED, Duration, Room

LIMITS = Limits(Duration(years=1), Duration(days=30), 2, Room(share=0.10), Room(share=0.15), Duration(years=5))


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
    ],
)
def test_what_lets_more_be_deleted(change: dict[str, Any]) -> None:
    assert len(lowered(LIMITS, replace(LIMITS, **change))) == 1
    assert policy_lowered(LIMITS, replace(LIMITS, **change)) is Known.YES


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
    ],
)
def test_what_does_not(change: dict[str, Any]) -> None:
    assert policy_lowered(LIMITS, replace(LIMITS, **change)) is Known.NO


def test_from_forever_to_a_year_is_lower() -> None:
    assert lowered(replace(LIMITS, minimum=UNLIMITED), LIMITS)
    assert lowered(replace(LIMITS, minimum=Duration(months=1)), replace(LIMITS, minimum=Duration(days=30)))


def test_what_was_never_confirmed_is_unknown() -> None:
    assert policy_lowered(None, LIMITS) is Known.UNKNOWN
