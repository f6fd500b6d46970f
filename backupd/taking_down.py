"""Takes down what may not be shown any more, as far as backupd put it there itself: files in folders, by their very bytes.

Ledger first: who had it removed, and which pictures. What lies elsewhere, or has other bytes now, is left to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backupd.policy.clock_doubt import judge_clock
from backupd.policy.facts import Known
from backupd.portfolio import takedowns
from backupd.publishing import take_down
from index import placements
from index.ledger_line import Draft
from index.stores import find_clock_notes, last_ended

if TYPE_CHECKING:
    from backupd.settings.models import Settings
    from index.ledger import Ledger

_IN_ENTRY = 400
_ENDED = frozenset({"expired", "withdrawn"})


@dataclass(slots=True)
class TakenDown:
    """How many pictures went, the tasks that are left to a person, and why files were left, by address."""

    removed: int = 0
    left: list[dict[str, Any]] = field(default_factory=list)
    why: list[tuple[str, str]] = field(default_factory=list)


def remove_own(conn: Connection, ledger: Ledger, by: str, at: int, tasks: Sequence[dict[str, Any]]) -> TakenDown:
    """Remove what was exported to folders and still has the same bytes. `at` is in seconds; raises LedgerFailure."""
    own = [one for one in tasks if one["address"].startswith("/") and one["sha256"]]
    hexes = [one["sha256"] for one in own]
    for start in range(0, len(hexes), _IN_ENTRY):
        part = tuple(dict.fromkeys(hexes[start : start + _IN_ENTRY]))
        ledger.append(Draft("intent", at, by, (), part, {"files": len(part)}, {"act": "takedown"}, rule="takedown"))
    done = TakenDown()
    gone = set()
    for one in own:
        said = take_down(one["address"], bytes.fromhex(one["sha256"]))
        if said in ("removed", "gone"):
            gone.add(one["id"])
            record_removed(conn, ledger, by, at, one["id"], bytes.fromhex(one["sha256"]), one["channel"], said)
        else:
            done.why.append((one["address"], said))
    done.removed = len(gone)
    done.left = [one for one in tasks if one["id"] not in gone]
    return done


def record_removed(
    conn: Connection, ledger: Ledger, by: str, at: int, id: int, sha256: bytes | None, channel: str, how: str
) -> None:
    """Record that something published has come down: ledger first."""
    contents = (sha256.hex(),) if sha256 else ()
    words = {"act": "takedown", "channel": channel, "how": how}
    ledger.append(Draft("outcome", at, by, (), contents, {"placement": id}, words, rule="takedown"))
    placements.remove(conn, id, at, by)


def take_down_ended(conn: Connection, ledger: Ledger, settings: Settings, now: datetime, by: str) -> int:
    """Take down what was shown by a consent that has ended or was withdrawn, and return how many pictures went.

    Nothing goes while the clock is in doubt: one that jumped ahead would end consents. `now` is aware.
    """
    if not placements.any_standing(conn) or _is_in_doubt(conn, now):
        return 0
    tasks = takedowns(conn, settings, now.astimezone(ZoneInfo(settings.studio.timezone)).date())
    ended = [one for one in tasks if any(each["state"] in _ENDED for each in one["because"])]
    return remove_own(conn, ledger, by, int(now.timestamp()), ended).removed


def _is_in_doubt(conn: Connection, now: datetime) -> bool:
    seconds, notes = last_ended(conn), find_clock_notes(conn)
    last = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    said = None if notes.confirmed_at is None else datetime.fromtimestamp(notes.confirmed_at, UTC)
    return judge_clock(now, last, jumped=notes.gap_from is not None, confirmed_at=said) is not Known.NO
