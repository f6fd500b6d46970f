"""Who may call: tokens, refreshing, scopes, sign-in with a code, the account and its path root.

Settings that tests may set: `team` (None, or {"root": "100", "home": "1", "home_path": "/Name"}), `account`, `plan`
("basic", "pro", "business"), `tokens_live_seconds`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.simulators.dropbox.tree import Tree
from tests.simulators.faults import Reply

SCOPES = (
    "account_info.read",
    "files.metadata.read",
    "files.metadata.write",
    "files.content.read",
    "files.content.write",
    "sharing.read",
    "sharing.write",
)
ACCESS, REFRESH, APP_KEY = "sim-access", "sim-refresh", "sim-app-key"

_READS = ("files/list_folder", "files/get_metadata", "files/list_revisions")
_WRITES = ("files/upload", "files/delete", "files/move", "files/copy", "files/restore", "files/create_folder")


def scope_of(name: str) -> str | None:
    """Return the scope that a route wants; None where it wants none."""
    if name == "files/permanently_delete":
        return "files.permanent_delete"
    if name.startswith(_READS):
        return "files.metadata.read"
    if name.startswith(_WRITES):
        return "files.content.write"
    if name.startswith("files/"):
        return "files.content.read"
    if name.startswith("sharing/"):
        return "sharing.read" if "/list" in name or "/get" in name else "sharing.write"
    return "account_info.read"


class DeniedError(Exception):
    """The call may not be made. `status` and the JSON `error`."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. Paths without a path root begin at `prefix` of the team's tree; "" on a personal account."""

    prefix: str
    root: str
    scopes: tuple[str, ...]


class Access:
    """Tokens and accounts, kept with the tree's settings."""

    def __init__(self, tree: Tree, now: Callable[[], float]) -> None:
        self._tree = tree
        self._now = now
        if tree.setting("tokens", None) is None:
            self.begin()

    def begin(self) -> None:
        """Know the tokens that are good from the start."""
        with self._tree.writing():
            self._tree.set("tokens", {ACCESS: {"scopes": list(SCOPES), "until": None}})
            self._tree.set("refresh_tokens", {REFRESH: {"app": APP_KEY, "scopes": list(SCOPES), "secret": None}})

    @property
    def team(self) -> dict[str, str] | None:
        """Return the team's root and home, or None."""
        team: dict[str, str] | None = self._tree.setting("team", None)
        return team

    def caller(self, name: str, headers: Any, *, needs_token: bool) -> Caller:
        """Return who calls a route. Raises DeniedError."""
        scopes: tuple[str, ...] = ()
        if needs_token:
            scopes = self._scopes(name, headers.get("authorization", ""))
        prefix, root = self._path_root(headers.get("dropbox-api-path-root"))
        return Caller(prefix, root, scopes)

    def _scopes(self, name: str, authorization: str) -> tuple[str, ...]:
        token = self._tree.setting("tokens", {}).get(authorization.removeprefix("Bearer "))
        if not authorization.startswith("Bearer ") or token is None:
            raise DeniedError(401, {".tag": "invalid_access_token"})
        if token["until"] is not None and token["until"] <= self._now():
            raise DeniedError(401, {".tag": "expired_access_token"})
        wanted = scope_of(name)
        if wanted is not None and wanted not in token["scopes"]:
            raise DeniedError(401, {".tag": "missing_scope", "required_scope": wanted})
        return tuple(token["scopes"])

    def _path_root(self, header: str | None) -> tuple[str, str]:
        team = self.team
        home = team["home_path"] if team else ""
        own = team["home"] if team else "1"
        root = team["root"] if team else "1"
        if header is None:
            return home, own
        wanted = json.loads(header)
        tag = wanted[".tag"]
        if tag == "home":
            return home, own
        if tag == "root" and wanted["root"] == root:
            return "", root
        if tag == "namespace_id" and wanted["namespace_id"] in (own, root):
            return ("", root) if wanted["namespace_id"] == root else (home, own)
        if tag == "namespace_id":
            raise DeniedError(422, {".tag": "no_permission"})
        raise DeniedError(422, {".tag": "invalid_root", "invalid_root": self.root_info()})

    def root_info(self) -> dict[str, Any]:
        """Return where this account's paths begin."""
        team = self.team
        if team is None:
            return {".tag": "user", "root_namespace_id": "1", "home_namespace_id": "1"}
        return {
            ".tag": "team",
            "root_namespace_id": team["root"],
            "home_namespace_id": team["home"],
            "home_path": team["home_path"],
        }

    def account(self) -> dict[str, Any]:
        """Return the account as the API shows it."""
        name = self._tree.setting("account", {}).get("name", "Aino Esimerkki")
        given, _, family = name.partition(" ")
        return {
            "account_id": "dbid:" + "A" * 35,
            "name": {
                "given_name": given,
                "surname": family,
                "familiar_name": given,
                "display_name": name,
                "abbreviated_name": given[:1] + family[:1],
            },
            "email": "studio@example.test",
            "email_verified": True,
            "disabled": False,
            "locale": "fi",
            "referral_link": "https://db.example.test/r",
            "is_paired": False,
            "account_type": {".tag": self._tree.setting("plan", "pro")},
            "root_info": self.root_info(),
        }

    # -- /oauth2/token

    def authorise(self, query: dict[str, str]) -> str:
        """Return the code that the person who agrees would be shown, for the sign-in page's own query."""
        code = f"code-{len(self._tree.setting('codes', {})) + 1}"
        codes = self._tree.setting("codes", {})
        codes[code] = query
        self._tree.set("codes", codes)
        return code

    def token(self, body: bytes) -> Reply:
        """Answer a call for a token."""
        form = dict(urllib.parse.parse_qsl(body.decode()))
        kind = form.get("grant_type")
        if kind == "refresh_token":
            return self._refresh(form)
        if kind == "authorization_code":
            return self._exchange(form)
        return _refusal("unsupported_grant_type", "unknown grant_type")

    def _refresh(self, form: dict[str, str]) -> Reply:
        known = self._tree.setting("refresh_tokens", {}).get(form.get("refresh_token", ""))
        if known is None:
            return _refusal("invalid_grant", "refresh token is invalid or revoked")
        if form.get("client_id") != known["app"] or form.get("client_secret") != known["secret"]:
            return _refusal("invalid_client: Invalid client_id or client_secret", "")
        return _json({**self._mint(known["scopes"]), "token_type": "bearer"})

    def _exchange(self, form: dict[str, str]) -> Reply:
        codes = self._tree.setting("codes", {})
        asked = codes.pop(form.get("code", ""), None)
        if asked is None or asked.get("client_id") != form.get("client_id"):
            return _refusal("invalid_grant", "code doesn't exist or has expired")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked.get("code_challenge") != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            return _refusal("invalid_grant", "invalid code verifier")
        self._tree.set("codes", codes)
        scopes = asked.get("scope", " ".join(SCOPES)).split()
        refresh = f"refresh-{form['code']}"
        known = self._tree.setting("refresh_tokens", {})
        known[refresh] = {"app": form["client_id"], "scopes": scopes, "secret": None}
        self._tree.set("refresh_tokens", known)
        answer = self._mint(scopes) | {"token_type": "bearer", "uid": "12345"}
        answer["account_id"] = self.account()["account_id"]
        if asked.get("token_access_type") == "offline":
            answer["refresh_token"] = refresh
        return _json({**answer, "scope": " ".join(scopes)})

    def _mint(self, scopes: list[str]) -> dict[str, Any]:
        live = self._tree.setting("tokens_live_seconds", 14400)
        tokens = self._tree.setting("tokens", {})
        number = self._tree.setting("tokens_minted", 0) + 1
        access = f"sim-minted-{number}"
        tokens[access] = {"scopes": scopes, "until": self._now() + live}
        self._tree.set("tokens", tokens)
        self._tree.set("tokens_minted", number)
        return {"access_token": access, "expires_in": live}

    def expire(self) -> None:
        """Let every access token with an end have ended."""
        tokens = self._tree.setting("tokens", {})
        self._tree.set("tokens", {name: {**token, "until": self._now()} for name, token in tokens.items()})

    def revoke(self) -> None:
        """Disconnect the app: no token is worth anything any more."""
        self._tree.set("tokens", {})
        self._tree.set("refresh_tokens", {})


def _json(values: dict[str, Any]) -> Reply:
    return Reply(200, json.dumps(values).encode(), {"Content-Type": "application/json"})


def _refusal(error: str, description: str) -> Reply:
    body = json.dumps({"error": error, "error_description": description}).encode()
    return Reply(400, body, {"Content-Type": "application/json"})
