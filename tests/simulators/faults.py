"""What can go wrong on the way: rules that tests set, by route and by how manieth call.

A rule says when: "unread" (the connection ends before the request's body is read), "before" (nothing was done), "after"
(it was done, and the answer is spoilt). Kinds every simulator knows are spoilt here; a provider's own answers ("named"
faults) come from its simulator.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way. `cut_at` ends the connection after so many bytes of the body; None sends all of it.

    `drip_bytes` sends the body in pieces of that size, one packet each.
    `told_length` False leaves out Content-Length, so that a cut looks like an end. `delay_seconds` is for the few
    tests in which the client's own time limit must pass.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    told_length: bool = True
    reset: bool = False
    delay_seconds: float = 0.0
    drip_bytes: int = 0


@dataclass(slots=True)
class Fault:
    """One rule. It spoils calls `nth` to `nth + times - 1` of those whose path fits `route` (a glob), from now on.

    `method` narrows it to GET, PUT and so on, where one path has several.
    """

    route: str = "*"
    kind: str = "close"
    when: str = "before"
    nth: int = 1
    times: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    at: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    method: str = "*"
    seen: int = 0

    def fits(self, path: str, method: str) -> bool:
        """Count the call if it is one of those meant, and say whether it is one of those to spoil."""
        if not fnmatchcase(path, self.route) or not fnmatchcase(method, self.method):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


class Faults:
    """The rules in force, how often any was used, and how many calls there were, those within others as well."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()
        self.used = 0
        self.calls = 0

    def add(self, **rule: Any) -> None:
        """Add a rule; the keys are those of `Fault`."""
        with self._lock:
            self._rules.append(Fault(**rule))

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._rules.clear()
            self.used = self.calls = 0

    def take(self, path: str, method: str) -> Fault | None:
        """Return the rule that spoils this call, or None."""
        with self._lock:
            hits = [rule for rule in self._rules if rule.fits(path, method)]
            self.used += bool(hits)
            self.calls += 1
            return hits[0] if hits else None


def spoil(fault: Fault, reply: Reply) -> Reply:
    """Return the answer as the fault leaves it. Raises KeyError for a kind that only a provider's simulator knows."""
    return _SPOILERS[fault.kind](fault, reply)


def _close(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, cut_at=-1)


def _reset(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, cut_at=-1, reset=True)


def _status(fault: Fault, reply: Reply) -> Reply:
    return Reply(fault.status, fault.body.encode(), {"Content-Type": "text/plain"} | fault.headers)


def _truncate(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, cut_at=min(fault.at, max(len(reply.body) - 1, 0)))


def _chop(fault: Fault, reply: Reply) -> Reply:
    return replace(_truncate(fault, reply), told_length=False)


def _half_json(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _html(fault: Fault, reply: Reply) -> Reply:
    page = b"<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>"
    return Reply(fault.values.get("status", reply.status), page, {"Content-Type": "text/html; charset=utf-8"})


def _empty(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, body=b"")


def _flip(fault: Fault, reply: Reply) -> Reply:
    if not reply.body:
        return reply
    at = fault.at % len(reply.body)
    return replace(reply, body=reply.body[:at] + bytes([reply.body[at] ^ 1]) + reply.body[at + 1 :])


def _headers(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, headers={**reply.headers, **fault.headers})


def _slow(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, delay_seconds=float(fault.values.get("seconds", 0.05)))


def _drip(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, drip_bytes=max(fault.at, 1))


def _json_values(fault: Fault, reply: Reply) -> Reply:
    """Put the fault's values over the answer's own, at its top; bytes that are no answer stay as they are."""
    try:
        said = json.loads(reply.body)
    except ValueError:
        return reply
    return replace(reply, body=json.dumps({**said, **fault.values}).encode()) if isinstance(said, dict) else reply


_SPOILERS = {
    "close": _close,
    "reset": _reset,
    "status": _status,
    "truncate": _truncate,
    "chop": _chop,
    "half_json": _half_json,
    "html": _html,
    "empty": _empty,
    "flip": _flip,
    "headers": _headers,
    "slow": _slow,
    "drip": _drip,
    "json": _json_values,
}
