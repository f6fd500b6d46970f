"""What doctor says of sign-ins and clocks, by plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backupd.doctor.base import Checks, Finding, Ground
from backupd.doctor.clock import recorded_finding
from backupd.doctor.clouds import clock_finding, sign_in_finding
from backupd.settings.models import StoreSettings
from index.stores import ClockNotes

NOW = datetime(2026, 6, 14, 12, tzinfo=UTC)
LASTING = {"refresh_token": "r", "client_id": "c"}


def drive() -> StoreSettings:
    return StoreSettings(name="drive", kind="gdrive", credentials="/c.json")  # type: ignore[arg-type]


def after(**passed: int) -> str:
    return (NOW + timedelta(**passed)).isoformat()


@pytest.mark.parametrize(
    ("values", "state", "said"),
    [
        ({"access_token": "t"}, "warning", "hours"),
        ({"type": "service_account"}, "ok", "service account"),
        (LASTING | {"ends_at": after(days=-1)}, "bad", "ended on 2026-06-13"),
        (LASTING | {"ends_at": after(days=6)}, "warning", "ends on 2026-06-20"),
        (LASTING | {"ends_at": after(days=30)}, "ok", "ends on"),
        (LASTING | {"signed_in_at": after(days=-2)}, "ok", "Testing"),
        (LASTING | {"signed_in_at": after(days=-8)}, "ok", "revoked"),
        (LASTING | {"ends_at": "nonsense", "signed_in_at": 5}, "ok", "Testing"),
    ],
)
def test_when_a_sign_in_ends(values: dict[str, Any], state: str, said: str) -> None:
    finding = sign_in_finding(drive(), values, NOW)
    assert (finding.state, said in finding.what) == (state, True), finding
    assert bool(finding.mend) == (state != "ok")


@pytest.mark.parametrize(
    ("minutes", "state", "said"), [(0, "ok", ""), (-4, "ok", ""), (6, "bad", "6 minutes ahead"), (-90, "bad", "90 minutes behind")]
)
def test_clocks_that_disagree(minutes: int, state: str, said: str) -> None:
    finding = clock_finding("clock drive", NOW, NOW + timedelta(minutes=minutes))
    assert finding.state == state and said in finding.what


@pytest.mark.parametrize(
    ("passed", "notes", "cloud", "state", "said"),
    [
        ({"hours": 1}, {}, False, "ok", "goes on"),
        ({"days": -400}, {}, False, "bad", "400 days behind"),
        ({"days": -400}, {}, True, "bad", "400 days behind"),
        ({"hours": -3}, {"confirmed_at": NOW}, False, "bad", "3 hours behind"),
        ({"days": 9}, {}, False, "warning", "for 9 days"),
        ({"days": 9}, {}, True, "ok", "not behind"),
        ({"hours": 1}, {"gap_from": NOW - timedelta(days=30)}, False, "warning", "after 2026-05-15"),
        ({"hours": 1}, {"gap_from": NOW - timedelta(days=30)}, True, "ok", "not behind"),
        ({"hours": 1}, {"gap_from": NOW - timedelta(days=30), "confirmed_at": NOW}, False, "ok", "not behind"),
        ({"days": 9}, {"confirmed_at": NOW - timedelta(days=9)}, False, "warning", "for 9 days"),
    ],
)
def test_a_clock_that_jumped_or_went_back(
    passed: dict[str, int], notes: dict[str, datetime], cloud: bool, state: str, said: str
) -> None:
    last = int((NOW - timedelta(**passed)).timestamp())
    known = ClockNotes(**{name: int(at.timestamp()) for name, at in notes.items()})
    finding = recorded_finding(NOW, last, known, told_by_others=cloud)
    assert (finding.state, said in finding.what) == (state, True), finding
    assert bool(finding.mend) == (state != "ok")


def test_a_group_that_fails_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import backupd.doctor as doctor

    def broken(_: Ground) -> Any:
        raise RuntimeError("with a secret in it")

    groups = (Checks("first", broken), Checks("second", lambda _: iter([Finding("second", "ok", "right")])))
    monkeypatch.setattr(doctor, "find_checks", lambda: groups)
    found = list(doctor.examine(None))  # type: ignore[arg-type]
    assert [each.state for each in found] == ["bad", "ok"]
    assert "secret" not in found[0].what
