"""Dropbox's own ways of saying no, and of answering oddly, by name."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.simulators.common import Request
from tests.simulators.faults import Fault, Reply

if TYPE_CHECKING:
    from tests.simulators.dropbox.app import DropboxApp

_JSON = {"Content-Type": "application/json"}
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}


def trouble(fault: Fault, request: Request, reply: Reply, app: DropboxApp) -> Reply:
    """Return the answer of a named fault. Raises KeyError for a kind that isn't Dropbox's own."""
    if fault.kind in _SAID:
        status, headers, body = _SAID[fault.kind]
        text = body if isinstance(body, str) else json.dumps(body)
        return Reply(status, text.encode(), headers | fault.headers)
    if fault.kind == "error":
        error = fault.values["error"]
        return _error(fault.values.get("status", 409), error)
    if fault.kind == "limited":
        after = fault.values.get("retry_after", 1)
        reason = {"reason": {".tag": fault.values.get("reason", "too_many_requests")}, "retry_after": after}
        return _error(429, reason)
    if fault.kind == "new_root":
        return _error(422, {".tag": "invalid_root", "invalid_root": fault.values["root_info"]})
    if fault.kind == "ranges_ignored":
        return app.handle(replace(request, headers={**request.headers, "range": ""}))
    return _EDITED[fault.kind](fault, reply)


def _error(status: int, error: Any) -> Reply:
    return Reply(status, json.dumps({"error_summary": "said/by/a/test", "error": error}).encode(), _JSON)


def _auth(tag: str, **more: Any) -> tuple[int, dict[str, str], Any]:
    return 401, _JSON, {"error_summary": f"{tag}/..", "error": {".tag": tag, **more}}


_SAID: dict[str, tuple[int, dict[str, str], Any]] = {
    "expired": _auth("expired_access_token"),
    "invalid_token": _auth("invalid_access_token"),
    "missing_scope": _auth("missing_scope", required_scope="files.content.read"),
    "auth_other": _auth("other"),
    "suspended": _auth("user_suspended"),
    "limited_text": (429, _TEXT, "Too many requests"),
    "limited_text_after": (429, {**_TEXT, "Retry-After": "7"}, "Too many requests"),
    "limited_date": (429, {**_TEXT, "Retry-After": "Wed, 21 Oct 2065 07:28:00 GMT"}, "Too many requests"),
    "unavailable": (503, {**_TEXT, "Retry-After": "3"}, "Service Unavailable"),
    "server_error": (500, _TEXT, "Internal Server Error"),
    "bad_request": (400, _TEXT, "Error in call to API function: something is wrong"),
    "invalid_grant": (400, _JSON, {"error": "invalid_grant", "error_description": "refresh token is revoked"}),
    "forbidden": (403, _JSON, {"error_summary": "no/..", "error": {".tag": "no_permission"}}),
    "request_timeout": (408, _TEXT, "Request Timeout"),
    "busy": (409, _JSON, {"error_summary": "t/..", "error": {".tag": "too_many_write_operations"}}),
    "list_reset": (409, _JSON, {"error_summary": "reset/..", "error": {".tag": "reset"}}),
    "root_gone": (
        409,
        _JSON,
        {"error_summary": "path/not_found/..", "error": {".tag": "path", "path": {".tag": "not_found"}}},
    ),
}


def _entries(reply: Reply, change: Callable[[list[Any]], list[Any]]) -> Reply:
    values = json.loads(reply.body)
    if "entries" in values:
        values["entries"] = change(values["entries"])
    return replace(reply, body=json.dumps(values).encode())


def _twice(fault: Fault, reply: Reply) -> Reply:
    return _entries(reply, lambda entries: [entry for each in entries for entry in (each, each)])


def _shuffled(fault: Fault, reply: Reply) -> Reply:
    return _entries(reply, lambda entries: random.Random(fault.at).sample(entries, len(entries)))


def _with_entry(entry: dict[str, Any]) -> Callable[[Fault, Reply], Reply]:
    return lambda fault, reply: _entries(reply, lambda entries: [*entries, entry])


def _extra_fields(fault: Fault, reply: Reply) -> Reply:
    return _entries(reply, lambda entries: [{**entry, "some_new_field": {"deep": [1]}} for entry in entries])


def _charset(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, headers={**reply.headers, "Content-Type": "application/json; charset=utf-8"})


def _wrong_hash(fault: Fault, reply: Reply) -> Reply:
    headers = dict(reply.headers)
    if "Dropbox-API-Result" in headers:
        values = json.loads(headers["Dropbox-API-Result"]) | {"content_hash": "0" * 64}
        return replace(reply, headers={**headers, "Dropbox-API-Result": json.dumps(values)})
    return replace(reply, body=json.dumps(json.loads(reply.body) | {"content_hash": "0" * 64}).encode())


def _no_result_header(fault: Fault, reply: Reply) -> Reply:
    return replace(reply, headers={name: text for name, text in reply.headers.items() if name != "Dropbox-API-Result"})


_EDITED: dict[str, Callable[[Fault, Reply], Reply]] = {
    "twice": _twice,
    "shuffled": _shuffled,
    "unknown_tag": _with_entry({".tag": "hologram", "name": "h", "path_lower": "/h", "path_display": "/h"}),
    "explicit_other": _with_entry({".tag": "other"}),
    "unmounted": _with_entry({".tag": "folder", "name": "Jaettu", "id": "id:unmounted"}),
    "extra_fields": _extra_fields,
    "charset": _charset,
    "wrong_hash": _wrong_hash,
    "no_result_header": _no_result_header,
}
