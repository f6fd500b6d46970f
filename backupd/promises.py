"""What was promised, and what the configuration says now: until a named person confirms, the stricter of the two counts.

The index keeps the limits that were last in force. A configuration that raises a promise takes effect at once and is
kept by the next index run; one that lowers it changes nothing before `config diff --confirm` (D25).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from backupd.policy.lowering import Limits, lowered, strictest
from backupd.settings.models import Settings
from backupd.settings.values import UNLIMITED, Duration, Room, Unlimited, is_forever, parse_duration
from index.ledger import Ledger
from index.ledger_line import Draft
from index.stores import get_meta, set_meta

_KEY = "promises"


@dataclass(frozen=True, slots=True)
class Kept:
    """The limits that the index keeps; `by` and `at` where a named person confirmed them."""

    limits: Limits
    by: str | None = None
    at: int | None = None


def limits_of(settings: Settings) -> Limits:
    """Return what the configuration promises."""
    said = settings.retention
    room = said.free_space
    return Limits(said.minimum, said.grace, said.require_copies, room.low, room.high, said.unused_contacts)


def kept(conn: Connection) -> Kept | None:
    """Return the limits that were last in force, or None where the index keeps none yet."""
    text = get_meta(conn, _KEY)
    if text is None:
        return None
    said = json.loads(text)
    return Kept(_from_json(said["limits"]), said.get("by"), said.get("at"))


def in_force(conn: Connection, settings: Settings) -> Limits:
    """Return the limits that policies get: of what was in force and what is configured, the stricter one each."""
    return stricter(kept(conn), settings)


def stricter(before: Kept | None, settings: Settings) -> Limits:
    """Return the same, where what was in force is known already."""
    now = limits_of(settings)
    return now if before is None else strictest(before.limits, now)


def not_confirmed(conn: Connection, settings: Settings) -> tuple[str, ...]:
    """Return in words what the configuration lowers and nobody has confirmed; empty where nothing is."""
    before = kept(conn)
    return () if before is None else lowered(before.limits, limits_of(settings))


def keep(conn: Connection, settings: Settings) -> None:
    """Keep what the configuration promises, the first time or where it promises more. Only within `Index.write()`."""
    before = kept(conn)
    limits = in_force(conn, settings)
    if before is None or before.limits != limits:
        _write(conn, Kept(limits) if before is None else replace(before, limits=limits))


def confirm(conn: Connection, settings: Settings, ledger: Ledger, by: str, at: int) -> tuple[str, ...]:
    """Let the configuration's limits be in force from now on; return in words what that lowered.

    Ledger first: without its entry nothing changes. Raises LedgerFailure.
    """
    found = not_confirmed(conn, settings)
    now = limits_of(settings)
    said = (("minimum", now.minimum), ("grace", now.grace), ("low", now.low), ("high", now.high))
    words = {name: _word(value) for name, value in (*said, ("unused_contacts", now.unused_contacts))}
    numbers = {"lowered": len(found), "require_copies": now.require_copies}
    ledger.append(Draft("setting", at, by, words=words, numbers=numbers, rule="policy_changed"))
    _write(conn, Kept(now, by, at))
    return found


def _write(conn: Connection, one: Kept) -> None:
    set_meta(conn, _KEY, json.dumps({"limits": _to_json(one.limits), "by": one.by, "at": one.at}))


def _word(value: Any) -> str:
    # The ledger takes plain words alone: "10 %" becomes "10-percent".
    return str(value).replace("%", "percent").replace(" ", "-")


def _to_json(limits: Limits) -> dict[str, Any]:
    return {
        "minimum": _length(limits.minimum),
        "grace": _length(limits.grace),
        "require_copies": limits.require_copies,
        "low": {"bytes": limits.low.bytes, "share": limits.low.share},
        "high": {"bytes": limits.high.bytes, "share": limits.high.share},
        "unused_contacts": _length(limits.unused_contacts),
    }


def _length(value: Duration | Unlimited) -> str:
    return str(value)


def _from_json(said: dict[str, Any]) -> Limits:
    def length(text: str) -> Duration | Unlimited:
        return UNLIMITED if is_forever(text) else parse_duration(text)

    grace, copies = parse_duration(said["grace"]), said["require_copies"]
    low, high = Room(**said["low"]), Room(**said["high"])
    return Limits(length(said["minimum"]), grace, copies, low, high, length(said["unused_contacts"]))
