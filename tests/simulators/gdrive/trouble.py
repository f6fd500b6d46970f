"""The service's own ways of saying no, and of answering oddly, by name.

"error" says any of the service's errors (`values`: status, reason, message, and `new_style` for the shape without
`errors`). "meanwhile" does a control verb (`values`: verb, values) just before the call. "part_arrives" keeps what a
broken line brought of an upload's part, up to `at` bytes, and hangs up. The others are in the tables below.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.simulators.common import Request
from tests.simulators.faults import Fault, Reply
from tests.simulators.gdrive.answers import error_reply, json_reply, new_style_reply

if TYPE_CHECKING:
    from tests.simulators.gdrive.app import DriveApp


def trouble(fault: Fault, request: Request, reply: Reply, app: DriveApp) -> Reply:
    """Return the answer of a named fault. Raises KeyError for a kind that isn't Drive's own."""
    if fault.kind == "error":
        values = {"status": 403, "reason": "userRateLimitExceeded", "message": "said by a test", **fault.values}
        new_style = values.pop("new_style", False)
        made = (new_style_reply if new_style else error_reply)(**values)
        return replace(made, headers={**made.headers, **fault.headers})
    if fault.kind in _SAID:
        made = error_reply(*_SAID[fault.kind])
        return replace(made, headers={**made.headers, **fault.headers})
    if fault.kind == "invalid_grant":
        return json_reply({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400)
    if fault.kind == "meanwhile":
        # Another device does something between two of the client's calls.
        app.control(fault.values["verb"], fault.values.get("values", {}))
        return app.handle(request)
    if fault.kind == "part_arrives":
        app.sessions.receive_part(request, fault.at)
        return Reply(cut_at=-1)
    if fault.kind == "ranges_ignored":
        return app.handle(replace(request, headers={**request.headers, "range": ""}))
    edit = _EDITED[fault.kind]
    try:
        return edit(fault, reply)
    except ValueError:
        # Not an answer in JSON: there is nothing in it to be told twice, or otherwise.
        return reply


_SAID: dict[str, tuple[int, str, str]] = {
    "unauthorized": (401, "authError", "Invalid Credentials"),
    "limited": (403, "userRateLimitExceeded", "User Rate Limit Exceeded"),
    "limited_project": (403, "rateLimitExceeded", "Rate Limit Exceeded"),
    "limited_429": (429, "rateLimitExceeded", "Rate Limit Exceeded"),
    "daily": (403, "dailyLimitExceeded", "Daily Limit Exceeded"),
    "sharing_limited": (403, "sharingRateLimitExceeded", "Rate limit exceeded. User message: sharing quota exceeded."),
    "download_quota": (403, "downloadQuotaExceeded", "The download quota for this file has been exceeded."),
    "full": (403, "storageQuotaExceeded", "The user's Drive storage quota has been exceeded."),
    "forbidden": (403, "insufficientFilePermissions", "The user does not have sufficient permissions for this file."),
    "not_authorized": (403, "appNotAuthorizedToFile", "The user has not granted the app access to the file."),
    "missing_scope": (403, "insufficientPermissions", "Insufficient Permission"),
    "domain_policy": (403, "domainPolicy", "The domain administrators have disabled Drive apps."),
    "abusive": (403, "cannotDownloadAbusiveFile", "This file has been identified as malware or spam."),
    "gone": (404, "notFound", "File not found: ."),
    "session_404": (404, "notFound", "Not Found"),
    "session_410": (410, "gone", "Gone"),
    "page_token": (400, "invalid", "Invalid Value"),
    "bad_request": (400, "badRequest", "Bad Request"),
    "server_error": (500, "internalError", "Internal Error"),
    "backend_error": (503, "backendError", "Backend Error"),
    "permission_conflict": (409, "conflict", "Permissions of this file are being changed."),
    "timeout_408": (408, "requestTimeout", "Request Timeout"),
}


def _items(reply: Reply, change: Callable[[list[Any]], list[Any]]) -> Reply:
    values = json.loads(reply.body)
    for name in ("files", "changes"):
        if name in values:
            values[name] = change(values[name])
    return replace(reply, body=json.dumps(values).encode())


def _twice(fault: Fault, reply: Reply) -> Reply:
    return _items(reply, lambda items: [item for each in items for item in (each, each)])


def _missing(fault: Fault, reply: Reply) -> Reply:
    return _items(reply, lambda items: items[:-1])


def _incomplete(fault: Fault, reply: Reply) -> Reply:
    found = _items(reply, lambda items: items[::2])
    return replace(found, body=json.dumps(json.loads(found.body) | {"incompleteSearch": True}).encode())


def _file(reply: Reply, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Reply:
    """Change each file in an answer."""
    values = json.loads(reply.body)
    if "files" in values:
        values["files"] = [change(each) for each in values["files"]]
    elif "changes" in values:
        values["changes"] = [{**each, "file": change(each["file"])} if "file" in each else each for each in values["changes"]]
    else:
        values = change(values)
    return replace(reply, body=json.dumps(values).encode())


def _no_hash(fault: Fault, reply: Reply) -> Reply:
    names = fault.values.get("names", ["sha1Checksum", "sha256Checksum"])
    return _file(reply, lambda item: {name: value for name, value in item.items() if name not in names})


def _wrong_hash(fault: Fault, reply: Reply) -> Reply:
    def change(item: dict[str, Any]) -> dict[str, Any]:
        return {name: "0" * len(value) if name.endswith("Checksum") else value for name, value in item.items()}

    return _file(reply, change)


def _smaller_range(fault: Fault, reply: Reply) -> Reply:
    """Say 308, and that fewer bytes are kept: `at`, or none."""
    return Reply(308, b"", {"Range": f"bytes=0-{fault.at - 1}"} if fault.at else {})


def _bare_416(fault: Fault, reply: Reply) -> Reply:
    return Reply(416, b"")


def _part_missing(fault: Fault, reply: Reply) -> Reply:
    """Leave a batch's last answer out."""
    mark = b"--" + reply.headers["Content-Type"].partition("boundary=")[2].encode()
    pieces = reply.body.split(mark)
    return replace(reply, body=mark.join([*pieces[:-2], pieces[-1]]))


def _extra_fields(fault: Fault, reply: Reply) -> Reply:
    return _file(reply, lambda item: {**item, "someNewField": {"deep": [1]}})


def _wrong_types(fault: Fault, reply: Reply) -> Reply:
    return _file(reply, lambda item: {**item, "size": int(item.get("size", 0)), "parents": "no list"})


_EDITED: dict[str, Callable[[Fault, Reply], Reply]] = {
    "twice": _twice,
    "missing": _missing,
    "incomplete": _incomplete,
    "no_hash": _no_hash,
    "wrong_hash": _wrong_hash,
    "smaller_range": _smaller_range,
    "bare_416": _bare_416,
    "part_missing": _part_missing,
    "extra_fields": _extra_fields,
    "wrong_types": _wrong_types,
}
