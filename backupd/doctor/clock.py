"""This machine's clock against what the index has recorded: in doubt, nothing is removed by its age.

What providers say the time is stands in `clouds`. Where one tells it, that decides about gaps.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from backupd.doctor.base import Checks, Finding, Ground, State
from backupd.policy.clock_doubt import AHEAD, APART
from index.errors import IndexFailure
from index.prunable import last_instant
from index.stores import ClockNotes, find_clock_notes

_SET = "let the clock be set by the network: timedatectl set-ntp true"
_CONFIRM = "where it is right all the same, a named person says so: backupd prune --clock-is-right"


def _run(ground: Ground) -> Iterator[Finding]:
    from index.health import reading

    told_by_others = any(not store.is_local for store in ground.settings.stores)
    try:
        with reading(ground.settings.index.url) as conn:
            last = None if conn is None else last_instant(conn)
            if conn is not None and last is not None:
                yield recorded_finding(ground.now, last, find_clock_notes(conn), told_by_others=told_by_others)
    except IndexFailure:
        # Told with the index.
        return


def recorded_finding(now: datetime, last: int, notes: ClockNotes, *, told_by_others: bool) -> Finding:
    """Compare the clock (aware) with the latest instant that was recorded.

    `told_by_others` is whether some store tells what time it is.
    """
    at = now.timestamp()
    confirmed = notes.confirmed_at is not None and 0 <= at - notes.confirmed_at <= AHEAD.total_seconds()
    state: State = "ok"
    what, mend = "it goes on from what was recorded", ""
    if at < last - APART.total_seconds():
        state, mend = "bad", f"{_SET}; {_CONFIRM}"
        what = f"it is {_length(last - at)} behind the last time that was recorded ({_day(last)}): it went back or was ahead"
    elif confirmed or told_by_others:
        what = "not behind what was recorded"
    elif notes.gap_from is not None:
        state, mend = "warning", f"{_SET}; {_CONFIRM}"
        what = f"nothing was recorded for more than two weeks after {_day(notes.gap_from)}: it may have jumped ahead since"
    elif at - last > AHEAD.total_seconds():
        state, mend = "warning", "see that the date is right, then: backupd index"
        what = f"nothing was recorded for {_length(at - last)}: the service stood still, or the clock jumped ahead"
    return Finding("clock", state, what if state == "ok" else f"{what}; nothing goes by its age", mend)


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _length(seconds: float) -> str:
    if seconds >= 2 * 86_400:
        return f"{seconds / 86_400:.0f} days"
    return f"{seconds / 3600:.0f} hours" if seconds >= 7200 else f"{seconds / 60:.0f} minutes"


CHECKS = Checks("clock", _run, order=25)
