"""What was promised, and what the configuration says now: until a named person confirms, the stricter of the two counts.

The index keeps the limits that were last in force. A configuration that raises a promise takes effect at once and is
kept by the next index run; one that lowers it changes nothing before `config diff --confirm` (D25).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection

from backupd.policy.copies import CopyRules
from backupd.policy.lowering import Limits, lowered, strictest
from backupd.settings.models import Pruning, Settings
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
    said, prune = settings.retention, settings.retention.prune
    room = said.free_space
    return Limits(
        said.minimum,
        said.grace,
        said.require_copies,
        room.low,
        room.high,
        said.unused_contacts,
        said.verify_within,
        prune.last_copies,
        prune.spare_copies,
        prune.most_files,
        prune.most_bytes,
        prune.most_share,
        prune.undo_within,
        settings.requests.keep_evidence,
        frozenset(each.name for each in settings.stores if each.role != "working"),
        frozenset(each.name for each in settings.stores if each.role == "working"),
    )


def pruning_by(limits: Limits, settings: Settings) -> Pruning:
    """Return how clean-ups work where these limits are in force: what is no promise is as configured."""
    names = ("last_copies", "spare_copies", "most_files", "most_bytes", "most_share", "undo_within")
    return settings.retention.prune.model_copy(update={name: getattr(limits, name) for name in names})


def copy_rules(limits: Limits) -> CopyRules:
    """Return what makes a copy good where these limits are in force."""
    return CopyRules(limits.require_copies, limits.verify_within)


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
    words = {name: _word(value) for name, value in _to_json(now).items() if isinstance(value, str)}
    words |= {"low": _word(now.low), "high": _word(now.high), "most_share": _word(Room(share=now.most_share))}
    whole = ("require_copies", "last_copies", "spare_copies")
    numbers = {"lowered": len(found), "kept_out": len(now.kept_out), **{name: int(getattr(now, name)) for name in whole}}
    ledger.append(Draft("setting", at, by, words=words, numbers=numbers, rule="policy_changed"))
    _write(conn, Kept(now, by, at))
    return found


def _write(conn: Connection, one: Kept) -> None:
    set_meta(conn, _KEY, json.dumps({"limits": _to_json(one.limits), "by": one.by, "at": one.at}))


def _word(value: Any) -> str:
    # The ledger takes plain words alone: "10 %" becomes "10-percent".
    return str(value).replace("%", "percent").replace(" ", "-")


def _length(text: str) -> Duration | Unlimited:
    return UNLIMITED if is_forever(text) else parse_duration(text)


def _amount(said: str) -> int | Unlimited:
    return UNLIMITED if is_forever(said) else int(said)


# How each limit is written down, and read again.
_KINDS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "minimum": (str, _length),
    "grace": (str, parse_duration),
    "require_copies": (int, int),
    "low": (asdict, lambda said: Room(**said)),
    "high": (asdict, lambda said: Room(**said)),
    "unused_contacts": (str, _length),
    "verify_within": (str, _length),
    "last_copies": (bool, bool),
    "spare_copies": (bool, bool),
    "most_files": (str, _amount),
    "most_bytes": (str, _amount),
    "most_share": (float, float),
    "undo_within": (str, parse_duration),
    "keep_evidence": (str, _length),
    "kept_out": (sorted, frozenset),
}


def _to_json(limits: Limits) -> dict[str, Any]:
    return {name: write(getattr(limits, name)) for name, (write, _) in _KINDS.items()}


def _from_json(said: dict[str, Any]) -> Limits:
    # What an older record does not tell is as strict as where the configuration says nothing.
    return Limits(**{name: read(said[name]) for name, (_, read) in _KINDS.items() if name in said})
