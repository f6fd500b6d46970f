"""The dispatcher: every call is checked against the discovery document and answered in the API's wire format.

Setting that tests may set: `gzip` (JSON is compressed for clients that take it, as the service does).
"""

from __future__ import annotations

import gzip
import json
import urllib.parse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.simulators.common import App, Request
from tests.simulators.faults import Fault, Reply, spoil
from tests.simulators.gdrive import changes, drives, listing, permissions, reads, revisions, writes
from tests.simulators.gdrive.access import SCOPE, Caller, caller_of, check_scope
from tests.simulators.gdrive.acts import ME, Acts
from tests.simulators.gdrive.answers import JSON, Answer, Call, DriveError, error_reply, json_reply
from tests.simulators.gdrive.batch import answer_batch
from tests.simulators.gdrive.control import Controls
from tests.simulators.gdrive.masks import laid_over, parse_mask
from tests.simulators.gdrive.quotas import Rate
from tests.simulators.gdrive.schema import DEFAULTS, METHODS, SCHEMAS, Method, check_body, find_method, read_parameters
from tests.simulators.gdrive.tokens import Tokens
from tests.simulators.gdrive.tree import Tree
from tests.simulators.gdrive.trouble import trouble
from tests.simulators.gdrive.uploads import Session, Sessions, continue_session, upload

_BY_NAME = {method.name: method for method in METHODS}
_SIGN_IN = ("/o/oauth2/auth", "/o/oauth2/v2/auth")


class DriveApp(App):
    """A Google Drive that keeps its state in a folder."""

    def __init__(self, state: Path) -> None:
        super().__init__(state)
        self.tree = Tree(state, self.clock.now)
        listing.prepare(self.tree)
        self.clock.moved_seconds = self.tree.setting("clock_moved", 0.0)
        self.clock.on_move.append(self._moved)
        self.acts = Acts(self.tree, state, self.clock.now)
        self.tokens = Tokens(self.tree, self.clock.now)
        self.sessions = Sessions(self, state)
        self.rate = Rate()
        self.controls = Controls(self)

    def close(self) -> None:
        """Close the state."""
        self.tree.close()

    def _moved(self) -> None:
        with self.tree.writing():
            self.tree.set("clock_moved", self.clock.moved_seconds)
            self.acts.expire()

    def control(self, verb: str, values: dict[str, Any]) -> Any:
        """Do a test's bidding: its own verbs are in `control.py`."""
        done = self.controls.find(verb)
        return done(**values) if done is not None else super().control(verb, values)

    def named_fault(self, fault: Fault, request: Request, reply: Reply) -> Reply:
        """Spoil an answer as the service does it."""
        return trouble(fault, request, reply, self)

    def handle_part(self, request: Request) -> Reply:
        """Answer one call of a batch, spoilt if a rule says so."""
        fault = self.faults.take(request.path, request.method)
        reply = self._answer(request) if fault is None or fault.when == "after" else Reply()
        if fault is None:
            return reply
        try:
            return self.named_fault(fault, request, reply)
        except KeyError:
            return spoil(fault, reply)

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        reply = self._answer(_overridden(request))
        takes = "gzip" in request.headers.get("accept-encoding", "")
        if not takes or not self.tree.setting("gzip", False) or reply.headers.get("Content-Type") != JSON:
            return reply
        return replace(reply, body=gzip.compress(reply.body), headers={**reply.headers, "Content-Encoding": "gzip"})

    def _answer(self, request: Request) -> Reply:
        if request.path.endswith("/token") and request.method == "POST":
            return self.tokens.answer(request)
        if request.path.endswith(_SIGN_IN):
            return self.tokens.page(request)
        if request.path.endswith("/batch/drive/v3"):
            return answer_batch(self, request)
        try:
            return self._drive(request)
        except DriveError as err:
            return error_reply(err.status, err.reason, err.message, err.location, err.kind)

    def _drive(self, request: Request) -> Reply:
        before, _, path = request.path.rpartition("/drive/v3/")
        media = before.endswith("/upload")
        if "upload_id" in request.query and media:
            if "authorization" in request.headers:
                caller_of(self.tree, self.clock.now(), request.headers)
            return _reply(continue_session(self, request, request.query["upload_id"]), None)
        found = find_method(request.method, path)
        if found is None or found[0].name not in HANDLERS or (media and not found[0].takes_media):
            return error_reply(404, "notFound", "Not Found")
        method, in_path = found
        with self.tree.lock:  # one call at a time: what was checked holds until it is done
            call = self._call(method, in_path, request)
            answer = upload(call) if media else HANDLERS[method.name](call)
            return _reply(answer, call)

    def _call(self, method: Method, in_path: dict[str, str], request: Request) -> Call:
        caller = caller_of(self.tree, self.clock.now(), request.headers)
        wants_media = request.query.get("alt") == "media"
        if request.query.get("alt", "json") not in ("json", "media") or (wants_media and not method.gives_media):
            raise DriveError(400, "invalidParameter", "Invalid value for alt.", "alt")
        check_scope(caller, method, media=wants_media)
        self.rate.check(self, method, media=wants_media)
        quoted = {name: urllib.parse.unquote(text) for name, text in in_path.items()}
        args = read_parameters(method, {**request.query, **quoted})
        body = {}
        if method.request and request.query.get("uploadType") not in ("media", "multipart"):
            body = _body(request)
            self.check_body(method, body)
        return self._made(method, args, body, caller, request)

    def _made(self, method: Method, args: dict[str, Any], body: dict[str, Any], caller: Caller, request: Request) -> Call:
        text = args.get("fields") or DEFAULTS.get(method.response or "", "*")
        mask = parse_mask(text, method.response) if method.response else None
        return Call(self, method, args, body, caller, mask, request)

    def check_body(self, method: Method, body: Any) -> None:
        """Raise DriveError for a body that a method doesn't take."""
        assert method.request is not None
        check_body(body, SCHEMAS[method.request])

    def call_again(self, session: Session, request: Request) -> Call:
        """Return the call that began an upload session; whoever has its address may go on with it."""
        token = self.tree.setting("tokens", {}).get(session.token.removeprefix("Bearer "), {"scopes": [SCOPE]})
        caller = Caller(token.get("email", ME), frozenset(token["scopes"]), bool(token.get("service")))
        return self._made(_BY_NAME[session.method], session.args, session.body, caller, request)


def _overridden(request: Request) -> Request:
    """Return what a POST means that stands for a GET with a long query."""
    method = request.headers.get("x-http-method-override")
    if request.method != "POST" or method is None:
        return request
    form = dict(urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True))
    return replace(request, method=method, query={**request.query, **form}, body=b"")


def _body(request: Request) -> Any:
    if not request.body:
        return {}
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise DriveError(400, "badContent", f"Unsupported content with type: {request.headers.get('content-type')}")
    try:
        return json.loads(request.body)
    except ValueError:
        raise DriveError(400, "parseError", "Parse Error") from None


def _reply(answer: Answer, call: Call | None) -> Reply:
    if answer.value is None:
        return Reply(answer.status, answer.body, answer.headers)
    value = answer.value if call is None or answer.masked else laid_over(call.mask, answer.value)
    return json_reply(value, answer.status, answer.headers)


HANDLERS: dict[str, Callable[[Call], Answer]] = {
    **listing.HANDLERS, **changes.HANDLERS, **drives.HANDLERS, **reads.HANDLERS, **writes.HANDLERS,
    **permissions.HANDLERS, **revisions.HANDLERS,
}  # fmt: skip
