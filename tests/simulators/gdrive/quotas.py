"""What there is too much of: storage, uploads a day, calls a minute.

Settings that tests may set: `quota_bytes` (None is unlimited), `other_usage_bytes` (what Gmail and Photos take),
`daily_upload_bytes`, `calls_per_minute`, `units_per_minute` (None is unlimited), `rate_answer` ([status, reason]).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tests.simulators.gdrive.answers import DriveError
from tests.simulators.gdrive.drives import QUOTA_BYTES

if TYPE_CHECKING:
    from tests.simulators.gdrive.answers import Call
    from tests.simulators.gdrive.app import DriveApp
    from tests.simulators.gdrive.schema import Method
    from tests.simulators.gdrive.tree import Node

_DAY = 86400
_DAILY_BYTES = 750 * 10**9
_UNITS = {"files.list": 100, "changes.list": 100, "drives.list": 100, "permissions.list": 100, "revisions.list": 100}


def check_room(call: Call, owner: str, size: int, drive: str) -> None:
    """Raise DriveError if a file of that size can't be taken: full, or too much since yesterday."""
    if call.caller.service and not drive and owner == call.caller.email:
        message = (
            "Service Accounts do not have storage quota. Leverage shared drives, or use OAuth delegation instead."
        )
        raise DriveError(403, "storageQuotaExceeded", message)
    limit = call.tree.setting("quota_bytes", QUOTA_BYTES)
    used = call.tree.used_bytes(owner) + call.tree.setting("other_usage_bytes", 0)
    if not drive and limit is not None and used + size > limit:
        raise DriveError(403, "storageQuotaExceeded", "The user's Drive storage quota has been exceeded.")
    (sent,) = call.tree.rows(
        "SELECT coalesce(sum(size), 0) FROM uploaded WHERE user = ? AND at > ?", call.caller.email, call.tree.now() - _DAY
    )[0]
    if sent >= call.tree.setting("daily_upload_bytes", _DAILY_BYTES):
        raise DriveError(403, "userRateLimitExceeded", "User rate limit exceeded.")


def note_uploaded(call: Call, node: Node) -> None:
    """Count a file's bytes towards the day's limit; keep its revision for ever if the call says so."""
    with call.tree.writing():
        if call.args.get("keepRevisionForever"):
            call.tree.db.execute("UPDATE revision SET keep = 1 WHERE rid = ?", (node.head,))
        call.tree.db.execute("DELETE FROM uploaded WHERE at <= ?", (call.tree.now() - _DAY,))
        call.tree.db.execute("INSERT INTO uploaded VALUES (?, ?, ?)", (call.tree.now(), call.caller.email, node.size))


class Rate:
    """Counts calls and units of the last minute, by the clock that tests move."""

    def __init__(self) -> None:
        self._calls: deque[tuple[float, int]] = deque()

    def clear(self) -> None:
        """Forget what was called."""
        self._calls.clear()

    def check(self, app: DriveApp, method: Method, *, media: bool) -> None:
        """Raise DriveError if the minute's calls are used up."""
        calls, units = app.tree.setting("calls_per_minute", None), app.tree.setting("units_per_minute", None)
        if calls is None and units is None:
            return
        now = app.clock.now()
        with app.tree.lock:
            while self._calls and self._calls[0][0] <= now - 60:
                self._calls.popleft()
            cost = _cost(method, media=media)
            too_many = calls is not None and len(self._calls) >= calls
            too_dear = units is not None and sum(each for _, each in self._calls) + cost > units
            if not too_many and not too_dear:
                self._calls.append((now, cost))
                return
        status, reason = app.tree.setting("rate_answer", [403, "userRateLimitExceeded"])
        raise DriveError(status, reason, "User Rate Limit Exceeded. Rate of requests for user exceed configured project quota.")


def _cost(method: Method, *, media: bool) -> int:
    if media:
        return 200
    return _UNITS.get(method.name, 5 if method.http == "GET" else 50)
