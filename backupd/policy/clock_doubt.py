"""Whether the machine's clock may be believed before anything is deleted by age. Pure: instants in, answer out.

A clock that jumped ahead would make every shoot old. It is in doubt while it is behind the last time that was recorded,
or more than 36 hours ahead of it, until a provider's time confirms it. Where no store tells the time, it is in doubt too
once two things were recorded more than two weeks apart: what was recorded since may itself be by a clock that jumped.
Then a named person says that it is right, which is good for 36 hours. Source: reliability facts, V5.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backupd.policy.facts import Known

AHEAD = timedelta(hours=36)
GAP = timedelta(days=14)
"""How far apart two records may lie: less than the grace that a shoot has beyond its minimum."""
APART = timedelta(minutes=10)
"""How far a provider's time may be from ours: answers travel, clocks drift."""


def judge_clock(
    now: datetime,
    last_recorded: datetime | None,
    provider_now: datetime | None = None,
    *,
    jumped: bool = False,
    confirmed_at: datetime | None = None,
) -> Known:
    """Return whether the clock is wrong. All instants are aware. UNKNOWN where only our clock is there.

    `last_recorded` is the latest instant that the index holds, None where nothing is recorded yet; `provider_now` is what
    a provider said just now, None where none was asked; `jumped` is whether there was a gap between two records,
    `confirmed_at` when a named person last said that the clock is right.
    """
    if provider_now is not None:
        return Known.YES if abs(now - provider_now) > APART else Known.NO
    if confirmed_at is not None and timedelta(0) <= now - confirmed_at <= AHEAD:
        return Known.NO
    if last_recorded is None:
        return Known.UNKNOWN
    return Known.YES if jumped or now < last_recorded or now - last_recorded > AHEAD else Known.NO
