"""Many calls in one request: each part is a call of its own, with its own answer; faults by path fit parts as well."""

from __future__ import annotations

import email.parser
import email.policy
import re
import urllib.parse
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.simulators.common import Request
from tests.simulators.faults import Reply
from tests.simulators.gdrive.answers import error_reply

if TYPE_CHECKING:
    from tests.simulators.gdrive.app import DriveApp

_MOST = 100
_MOST_CHARACTERS = 8000
_BOUNDARY = "batch_of_answers"


def answer_batch(app: DriveApp, request: Request) -> Reply:
    """Answer each part in turn."""
    kind = request.headers.get("content-type", "")
    match = re.match(r'multipart/mixed;.*boundary="?([^";]+)', kind)
    if match is None:
        return error_reply(400, "badRequest", "Failed to parse batch request, error: no boundary.")
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        f"Content-Type: {kind}\r\n\r\n".encode() + request.body
    )
    parts = list(message.iter_parts())
    if not parts or len(parts) > _MOST:
        return error_reply(400, "badRequest", f"The batch request may have 1 to {_MOST} calls, and has {len(parts)}.")
    answers = []
    for part in parts:
        inner = part.get_payload(decode=True)
        assert isinstance(inner, bytes)
        reply = _answer(app, request, inner)
        answers.append(_shown(str(part["Content-ID"]), reply))
    body = b"".join(b"--%s\r\n%s\r\n" % (_BOUNDARY.encode(), each) for each in answers) + f"--{_BOUNDARY}--\r\n".encode()
    return Reply(200, body, {"Content-Type": f"multipart/mixed; boundary={_BOUNDARY}"})


def _answer(app: DriveApp, outer: Request, inner: bytes) -> Reply:
    line, _, rest = inner.lstrip().partition(b"\n")
    method, target, _ = line.decode().split(" ")
    head, _, body = rest.replace(b"\r\n", b"\n").partition(b"\n\n")
    given = email.parser.BytesHeaderParser(policy=email.policy.HTTP).parsebytes(head + b"\n\n")
    headers = {"host": outer.headers.get("host", ""), **{name.lower(): str(text) for name, text in given.items()}}
    headers.setdefault("authorization", outer.headers.get("authorization", ""))
    split = urllib.parse.urlsplit(target)
    query = dict(urllib.parse.parse_qsl(split.query, keep_blank_values=True))
    request = Request(method, split.path, query, headers, body.strip(b"\n"))
    if len(target) > _MOST_CHARACTERS:
        return error_reply(413, "uriTooLong", "The inner URL is too long.")
    if "/upload/" in split.path or query.get("alt") == "media":
        return error_reply(400, "badRequest", "Media may not be part of a batch.")
    return app.handle_part(request)


def _shown(content_id: str, reply: Reply) -> bytes:
    status = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"
    headers = [f"{name}: {text}" for name, text in reply.headers.items()] + [f"Content-Length: {len(reply.body)}"]
    inner = "\r\n".join([status, *headers, "", ""]).encode() + reply.body
    outer = f"Content-Type: application/http\r\nContent-ID: <response-{content_id.strip('<>')}>\r\n\r\n"
    return outer.encode() + inner
