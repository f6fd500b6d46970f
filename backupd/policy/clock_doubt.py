"""Whether the machine's clock may be believed before anything is deleted by age. Pure: instants in, answer out.

A clock that jumped ahead would make every shoot old. It is in doubt while it is behind the last time that was recorded,
or more than 36 hours ahead of it, until a provider's time confirms it. Source: reliability facts, V5.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backupd.policy.facts import Known

AHEAD = timedelta(hours=36)
APART = timedelta(minutes=10)
"""How far a provider's time may be from ours: answers travel, clocks drift."""


def judge_clock(now: datetime, last_recorded: datetime | None, provider_now: datetime | None = None) -> Known:
    """Return whether the clock is wrong. All instants are aware.

    `last_recorded` is the latest instant that the index or the ledger holds, None where nothing is recorded yet;
    `provider_now` is what a provider said just now, None where none was asked. UNKNOWN where only our clock is there.
    """
    if provider_now is not None:
        return Known.YES if abs(now - provider_now) > APART else Known.NO
    if last_recorded is None:
        return Known.UNKNOWN
    return Known.YES if now < last_recorded or now - last_recorded > AHEAD else Known.NO
