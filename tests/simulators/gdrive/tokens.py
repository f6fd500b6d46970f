"""Sign-in: /token for a code, a refresh token or a service account's signed request, and the page that gives a code.

Settings that tests may set: `tokens_live_seconds`, `testing_app` (refresh tokens die after 7 days), `granted_scopes`
(what the person agrees to, whatever was asked).
"""

from __future__ import annotations

import base64
import hashlib
import urllib.parse
from collections.abc import Callable
from typing import Any

from google.auth import exceptions, jwt

from tests.simulators.common import Request
from tests.simulators.faults import Reply
from tests.simulators.gdrive.access import SCOPE
from tests.simulators.gdrive.answers import json_reply
from tests.simulators.gdrive.tree import Tree

ACCESS, REFRESH, CLIENT, SECRET = "sim-access", "sim-refresh", "sim-client", "sim-secret"
SERVICE = "backup@studio-project.iam.gserviceaccount.com"
_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_UNUSED_SECONDS, _TESTING_SECONDS = 183 * 86400, 7 * 86400


class Tokens:
    """Tokens, kept with the tree's settings."""

    def __init__(self, tree: Tree, now: Callable[[], float]) -> None:
        self._tree = tree
        self._now = now
        if tree.setting("tokens", None) is None:
            self.begin()

    def begin(self) -> None:
        """Know the tokens that are good from the start."""
        with self._tree.writing():
            self._tree.set("tokens", {ACCESS: {"scopes": [SCOPE], "until": None}})
            self._tree.set("refresh_tokens", {REFRESH: self._lasting(CLIENT, [SCOPE])})

    def _lasting(self, client: str, scopes: list[str]) -> dict[str, Any]:
        return {"client": client, "scopes": scopes, "since": self._now(), "used": self._now()}

    def answer(self, request: Request) -> Reply:
        """Answer POST /token."""
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        kind = form.get("grant_type")
        if kind == _JWT:
            return self._service(form)
        client, secret = _client(request, form)
        if (client, secret) != (CLIENT, SECRET):
            return _refusal(401, "invalid_client", "The OAuth client was not found.")
        if kind == "refresh_token":
            return self._refresh(form, client)
        if kind == "authorization_code":
            return self._exchange(form, client)
        return _refusal(400, "unsupported_grant_type", f"Invalid grant_type: {kind}")

    def _refresh(self, form: dict[str, str], client: str) -> Reply:
        name = form.get("refresh_token", "")
        every = self._tree.setting("refresh_tokens", {})
        known = every.get(name)
        if known is None or known["client"] != client or self._died(known):
            return _refusal(400, "invalid_grant", "Token has been expired or revoked.")
        self._tree.set("refresh_tokens", every | {name: known | {"used": self._now()}})
        return json_reply(self.mint(known["scopes"]))

    def _died(self, known: dict[str, Any]) -> bool:
        testing = self._tree.setting("testing_app", False) and self._now() > known["since"] + _TESTING_SECONDS
        return bool(testing or self._now() > known["used"] + _UNUSED_SECONDS)

    def authorise(self, query: dict[str, str]) -> str:
        """Return the code that the sign-in page gives for its query when the person agrees."""
        codes = self._tree.setting("codes", {})
        code = f"4/0code-{self._tree.next_number('code')}"
        self._tree.set("codes", codes | {code: query})
        return code

    def page(self, request: Request) -> Reply:
        """Answer the sign-in page: this person agrees at once and is sent back with a code."""
        query = dict(request.query)
        back = {"code": self.authorise(query), "scope": query.get("scope", "")}
        if "state" in query:
            back["state"] = query["state"]
        return Reply(302, b"", {"Location": f"{query['redirect_uri']}?{urllib.parse.urlencode(back)}"})

    def _exchange(self, form: dict[str, str], client: str) -> Reply:
        codes = self._tree.setting("codes", {})
        asked = codes.pop(form.get("code", ""), None)
        if asked is None or asked.get("client_id") != client:
            return _refusal(400, "invalid_grant", "Malformed auth code.")
        self._tree.set("codes", codes)
        if asked.get("redirect_uri") != form.get("redirect_uri"):
            return _refusal(400, "redirect_uri_mismatch", "Bad Request")
        if "code_challenge" in asked and not _verified(asked, form.get("code_verifier", "")):
            return _refusal(400, "invalid_grant", "Invalid code verifier.")
        scopes = self._tree.setting("granted_scopes", None) or asked.get("scope", SCOPE).split()
        answer = self.mint(scopes)
        known = self._tree.setting("refresh_tokens", {})
        again = any(each["client"] == client and name != REFRESH for name, each in known.items())
        if asked.get("access_type") == "offline" and (asked.get("prompt") == "consent" or not again):
            answer["refresh_token"] = f"1//refresh-{self._tree.next_number('refresh')}"
            self._tree.set("refresh_tokens", known | {answer["refresh_token"]: self._lasting(client, scopes)})
        return json_reply(answer)

    def _service(self, form: dict[str, str]) -> Reply:
        """Answer a service account: what it asks is signed with the key that the account's key file has."""
        key = self._tree.setting("service_key", None)
        try:
            claims: Any = jwt.decode(form.get("assertion", ""), certs=key, verify=False)
            if key is None or claims.get("iss") != SERVICE:
                return _refusal(400, "invalid_grant", "Invalid grant: account not found")
            jwt.decode(form["assertion"], certs=key, clock_skew_in_seconds=10**9)
        except (ValueError, exceptions.GoogleAuthError):
            return _refusal(400, "invalid_grant", "Invalid JWT Signature.")
        person = claims.get("sub")
        if person not in (None, SERVICE, *self._tree.setting("delegated", [])):
            return _refusal(401, "unauthorized_client", "Client is unauthorized to retrieve access tokens using this method.")
        scopes = claims.get("scope", "").split()
        whose = {"email": SERVICE, "service": True} if person in (None, SERVICE) else {"email": person}
        return json_reply(self.mint(scopes, **whose))

    def mint(self, scopes: list[str], **whose: Any) -> dict[str, Any]:
        """Return the answer with a new access token."""
        live = self._tree.setting("tokens_live_seconds", 3599)
        with self._tree.writing():
            access = f"ya29.sim-{self._tree.next_number('access')}"
            token = {"scopes": scopes, "until": self._now() + live, **whose}
            self._tree.set("tokens", self._tree.setting("tokens", {}) | {access: token})
        return {"access_token": access, "expires_in": live, "scope": " ".join(scopes), "token_type": "Bearer"}

    def expire(self) -> None:
        """Let every access token have ended."""
        tokens = self._tree.setting("tokens", {})
        self._tree.set("tokens", {name: {**token, "until": self._now()} for name, token in tokens.items()})

    def revoke(self) -> None:
        """Disconnect the app: no token is worth anything any more."""
        self._tree.set("tokens", {})
        self._tree.set("refresh_tokens", {})


def _client(request: Request, form: dict[str, str]) -> tuple[str, str]:
    header = request.headers.get("authorization", "")
    if header.startswith("Basic "):
        name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        return urllib.parse.unquote(name), urllib.parse.unquote(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def _verified(asked: dict[str, str], verifier: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _refusal(status: int, error: str, description: str) -> Reply:
    return json_reply({"error": error, "error_description": description}, status)
