"""What a handler is given and gives back, and how it says no."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.simulators.faults import Reply

if TYPE_CHECKING:
    from tests.simulators.common import Request
    from tests.simulators.gdrive.access import Caller
    from tests.simulators.gdrive.app import DriveApp
    from tests.simulators.gdrive.masks import Mask
    from tests.simulators.gdrive.schema import Method
    from tests.simulators.gdrive.tree import Tree

JSON = "application/json; charset=UTF-8"
_DOMAINS = {"rateLimitExceeded": "usageLimits", "userRateLimitExceeded": "usageLimits", "dailyLimitExceeded": "usageLimits"}
_NEW_STYLE = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip


class DriveError(Exception):
    """Answered in the API's wire format. `location` names the parameter or header that is wrong."""

    def __init__(self, status: int, reason: str, message: str, location: str | None = None, kind: str = "parameter") -> None:
        super().__init__(status, reason, message)
        self.status, self.reason, self.message = status, reason, message
        self.location, self.kind = location, kind


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was understood: its parameters by name, its body, what of the answer is wanted."""

    app: DriveApp
    method: Method
    args: dict[str, Any]
    body: dict[str, Any]
    caller: Caller
    mask: Mask
    request: Request

    @property
    def tree(self) -> Tree:
        """Return the files."""
        return self.app.tree

    @property
    def all_drives(self) -> bool:
        """Whether the caller says it knows of shared drives."""
        return bool(self.args.get("supportsAllDrives") or self.args.get("supportsTeamDrives"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a JSON value, or bytes. The call's mask is still laid over the value, unless it is `masked`."""

    value: dict[str, Any] | None = None
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    masked: bool = False


def not_found(file_id: str) -> DriveError:
    """Return the error for what is gone, or was never there, or may not be seen."""
    return DriveError(404, "notFound", f"File not found: {file_id}.", "fileId")


def invalid(message: str, location: str | None = None) -> DriveError:
    """Return the error for a call that makes no sense."""
    return DriveError(400, "invalid", message, location)


def error_reply(status: int, reason: str, message: str, location: str | None = None, kind: str = "parameter") -> Reply:
    """Return an error as most of the API's are: with `errors`."""
    one = {"message": message, "domain": _DOMAINS.get(reason, "global"), "reason": reason}
    if location is not None:
        one |= {"location": location, "locationType": kind}
    error: dict[str, Any] = {"code": status, "message": message, "errors": [one]}
    if status == 401:
        error["status"] = "UNAUTHENTICATED"
    return json_reply({"error": error}, status)


def new_style_reply(status: int, reason: str, message: str) -> Reply:
    """Return an error of the newer shape: `status` and `details`, no `errors`."""
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    error = {"code": status, "message": message, "status": _NEW_STYLE.get(status, "UNKNOWN"), "details": [detail]}
    return json_reply({"error": error}, status)


def json_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """Return a JSON answer."""
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), {"Content-Type": JSON, **(headers or {})})
