"""The dispatcher: every call is decoded with the SDK's own types, strictly, and answered in the API's wire format."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dropbox import files, sharing, users
from dropbox.stone_serializers import json_compat_obj_decode, json_compat_obj_encode, json_decode
from stone.backends.python_rsrc.stone_validators import ValidationError

from tests.simulators.common import App, Request
from tests.simulators.dropbox import links, listed, lookups, uploads, writes
from tests.simulators.dropbox.access import Access, Caller, DeniedError
from tests.simulators.dropbox.answers import Answer, BadInputError, RouteError, summary_of
from tests.simulators.dropbox.control import Controls
from tests.simulators.dropbox.listing import Listings
from tests.simulators.dropbox.tree import Tree
from tests.simulators.dropbox.trouble import trouble
from tests.simulators.faults import Fault, Reply

ROUTES: dict[str, Any] = {
    f"{name}/{route.name}" + (f"_v{route.version}" if route.version > 1 else ""): route
    for name, module in (("files", files), ("sharing", sharing), ("users", users))
    for route in module.ROUTES.values()
}
_HANDLERS: dict[str, Callable[[Call], Answer]] = {}
_HOSTS = {"api": "api.dropboxapi.com", "content": "content.dropboxapi.com", "notify": "notify.dropboxapi.com"}
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """One decoded call."""

    app: DropboxApp
    arg: Any
    body: bytes
    headers: Any
    caller: Caller
    raw: Any

    @property
    def tree(self) -> Tree:
        """Return the files."""
        return self.app.tree


class DropboxApp(App):
    """A Dropbox account that keeps its state in a folder."""

    def __init__(self, state: Path) -> None:
        super().__init__(state)
        self.tree = Tree(state, self.clock.now)
        self.clock.moved_seconds = self.tree.setting("clock_moved", 0.0)
        self.clock.on_move.append(self._moved)
        self.access = Access(self.tree, self.clock.now)
        self.listings = Listings(self.tree)
        self.sessions = uploads.Sessions(self.tree, state, self.clock.now)
        self.controls = Controls(self)
        self._calls = 0

    def close(self) -> None:
        """Close the state."""
        self.tree.close()

    def _moved(self) -> None:
        with self.tree.writing():
            self.tree.set("clock_moved", self.clock.moved_seconds)
            self.tree.expire(self.clock.now() - self.tree.setting("window_days", 30) * 86400)

    def control(self, verb: str, values: dict[str, Any]) -> Any:
        """Do a test's bidding: its own verbs are in `control.py`."""
        done = self.controls.find(verb)
        return done(**values) if done is not None else super().control(verb, values)

    def named_fault(self, fault: Fault, request: Request, reply: Reply) -> Reply:
        """Spoil an answer as Dropbox does it."""
        return self._finish(trouble(fault, request, reply, self))

    def handle(self, request: Request) -> Reply:
        """Answer one call."""
        return self._finish(self._handle(request))

    def _finish(self, reply: Reply) -> Reply:
        self._calls += 1
        return replace(reply, headers={**reply.headers, "X-Dropbox-Request-Id": f"{self._calls:032x}"})

    def _handle(self, request: Request) -> Reply:
        if request.path.endswith("/oauth2/token"):
            return self.access.token(request.body)
        name = request.path.rpartition("/2/")[2]
        route = ROUTES.get(name)
        if route is None or name not in HANDLERS or request.method != "POST":
            return Reply(404, b"unknown route", {"Content-Type": "text/plain"})
        try:
            return self._call(name, route, request)
        except BadInputError as err:
            return Reply(400, f'Error in call to API function "{name}": {err}'.encode(), {"Content-Type": "text/plain"})
        except DeniedError as err:
            return _json(err.status, {"error_summary": summary_of(err.error) + "/..", "error": err.error})
        except RouteError as err:
            error = err.error if isinstance(err.error, dict) else json_compat_obj_encode(route.error_type, err.error)
            return _json(409, {"error_summary": summary_of(error) + "/.", "error": error})

    def _call(self, name: str, route: Any, request: Request) -> Reply:
        self._check_host(route, request)
        needs_token = route.attrs["auth"] != "noauth"
        if not needs_token and "authorization" in request.headers:
            raise BadInputError("this function takes no Authorization header")
        caller = self.access.caller(name, request.headers, needs_token=needs_token)
        text = self._argument(route, request)
        try:
            arg = json_decode(route.arg_type, text, strict=True)
            raw = json.loads(text)
        except (ValidationError, ValueError) as err:
            raise BadInputError(f"request body: {err}") from None
        answer = HANDLERS[name](Call(self, arg, request.body, request.headers, caller, raw))
        if answer.text is None:
            # A simulator that answers what no client understands would test nothing.
            json_compat_obj_decode(route.result_type, answer.value, strict=False)
        if route.attrs["style"] == "download":
            headers = {"Dropbox-API-Result": json.dumps(answer.value), "Content-Type": "application/octet-stream"}
            return Reply(answer.status, answer.body, headers | answer.headers)
        body = answer.text.encode() if answer.text is not None else json.dumps(answer.value).encode()
        return Reply(200, body, {"Content-Type": JSON})

    def _argument(self, route: Any, request: Request) -> str:
        style, content_type = route.attrs["style"], request.headers.get("content-type", "")
        if style == "rpc":
            if content_type not in (JSON, "application/json; charset=utf-8"):
                raise BadInputError(f"Bad HTTP Content-Type header: {content_type!r}")
            return request.body.decode()
        if style == "upload" and content_type not in ("application/octet-stream", ""):
            raise BadInputError(f"Bad HTTP Content-Type header: {content_type!r}")
        if style == "download" and request.body:
            raise BadInputError("expecting an empty body")
        argument = request.headers.get("dropbox-api-arg")
        if argument is None or not argument.isascii():
            raise BadInputError("Must provide HTTP header Dropbox-API-Arg")
        return str(argument)

    def _check_host(self, route: Any, request: Request) -> None:
        wanted = _HOSTS[route.attrs["host"]]
        named = request.headers.get("x-forwarded-host", request.headers.get("host", ""))
        if named.endswith("dropboxapi.com") and named != wanted:
            raise BadInputError(f"this function lives on {wanted}")


def _json(status: int, values: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(values).encode(), {"Content-Type": JSON})


HANDLERS = {**listed.HANDLERS, **lookups.HANDLERS, **uploads.HANDLERS, **writes.HANDLERS, **links.HANDLERS}
