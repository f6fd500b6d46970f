"""Signing in to Google once, as a program that a person has installed: the browser comes back to this machine.

The code that it brings is worth something only here (PKCE), and only as the answer to this very question (state).
"""

from __future__ import annotations

import logging
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests
from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import OAuth2Error

from adapters.endpoint import Endpoint, at_endpoint
from adapters.errors import SignInNeeded, Unavailable
from adapters.gdrive_sign import SCOPE, TOKEN_ADDRESS

PAGE_ADDRESS = "https://accounts.google.com/o/oauth2/v2/auth"

for _name in ("google_auth_oauthlib", "requests_oauthlib", "oauthlib"):
    # At their most talkative they write tokens out.
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

_SCOPE_BASE = SCOPE.removesuffix("drive")
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class App:
    """The studio's own app, as Google knows it. The secret of an installed app is none, yet it is not shown either."""

    id: str
    secret: str


def read_app(values: Mapping[str, Any]) -> App:
    """Return the app in a file of Google's or in a credentials file. Raises ValueError with what is wrong."""
    if "web" in values:
        raise ValueError('this is the client of a web page: make one of the type "Desktop app"')
    inner = values.get("installed", values)
    id, secret = (inner.get(key, "") for key in ("client_id", "client_secret")) if isinstance(inner, dict) else ("", "")
    if not isinstance(id, str) or not isinstance(secret, str) or not id:
        raise ValueError("this is not the file of an OAuth client: it names no client_id")
    return App(id, secret)


class SignIn:
    """One sign-in under way; `store` names it in errors, `redirect` is where the browser is sent back to."""

    def __init__(
        self, store: str, app: App, redirect: str, endpoint: str | None = None, rights: Sequence[str] = ("drive",)
    ) -> None:
        self._store = store
        self._app = app
        given = {"client_id": app.id, "client_secret": app.secret, "auth_uri": PAGE_ADDRESS, "token_uri": TOKEN_ADDRESS}
        self._flow = Flow.from_client_config(
            {"installed": given}, [_SCOPE_BASE + right for right in rights], redirect_uri=redirect
        )
        session = self._flow.oauth2session
        # A machine's .netrc would silently put its own password where the app's belongs.
        session.trust_env = False
        if endpoint:
            session.mount("https://", Endpoint(endpoint))
        session.register_compliance_hook("access_token_response", self._look_at)
        # Google gives a lasting sign-in again only to whoever is asked for consent again.
        address, self.state = self._flow.authorization_url(access_type="offline", prompt="consent")
        self._address = at_endpoint(str(address), endpoint)

    def address(self) -> str:
        """Return the address that a person opens to agree."""
        return self._address

    def is_answer(self, query: Mapping[str, str]) -> bool:
        """Say whether what a browser came back with answers this very question."""
        return query.get("state") == self.state and ("code" in query or "error" in query)

    def finish(self, answer: str) -> dict[str, Any]:
        """Return what belongs into the credentials file, from a code or from the address that the browser was sent to.

        `refresh_token_expires_in` is in it where the sign-in has an end. Raises SignInNeeded, Unavailable.
        """
        code = self._code_in(answer.strip())
        try:
            # Fewer rights than were asked for are told, not raised as a mere warning.
            self._flow.oauth2session.scope = None
            token = self._flow.fetch_token(code=code, timeout=_TIMEOUT_SECONDS)
        except OAuth2Error:
            detail = "the code was refused; it may have been used or be too old"
            raise SignInNeeded(self._store, "auth", detail=detail) from None
        except requests.RequestException as err:
            raise Unavailable(self._store, "auth", detail=f"the connection failed ({type(err).__name__})") from None
        finally:
            self._flow.oauth2session.close()
        refresh = token.get("refresh_token")
        if not refresh:
            raise SignInNeeded(self._store, "auth", detail="no lasting sign-in was granted")
        scope = token.get("scope") or ""
        values = {
            "client_id": self._app.id,
            "client_secret": self._app.secret,
            "refresh_token": refresh,
            "scope": scope if isinstance(scope, str) else " ".join(scope),
        }
        ends = token.get("refresh_token_expires_in")
        return values | ({"refresh_token_expires_in": ends} if isinstance(ends, int) else {})

    def _code_in(self, answer: str) -> str:
        if "=" not in answer:
            return answer
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer).query or answer.partition("?")[2] or answer))
        if "error" in query and query.get("state") == self.state:
            raise SignInNeeded(self._store, "auth", detail="it was refused in the browser")
        if not self.is_answer(query):
            raise SignInNeeded(self._store, "auth", detail="that address answers another sign-in, or none")
        return query["code"]

    def _look_at(self, response: Any) -> Any:
        """Tell trouble at the address that gives tokens from a refusal: it says nothing about the code."""
        status = response.status_code
        if status == 429 or status >= 500:
            raise Unavailable(self._store, "auth", detail=f"the sign-in service answered with status {status}")
        try:
            whole = isinstance(response.json(), dict)
        except ValueError:
            whole = False
        if not whole:
            raise Unavailable(self._store, "auth", detail="the sign-in service answered wrongly")
        return response


def rights_in(scope: str) -> tuple[str, ...]:
    """Return granted rights by the last part of their names."""
    return tuple(each.removeprefix(_SCOPE_BASE) for each in scope.split())
