"""The sign-in to Google, as the credentials file has it: a token ready made, a lasting sign-in, or a service account.

The file holds `access_token` alone; or `refresh_token` with `client_id` and perhaps `client_secret`; or it is a service
account's key as Google gives it out (`type` is "service_account"), perhaps with `subject`, the person it stands for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import google_auth_httplib2
from google.oauth2 import credentials as user
from google.oauth2 import service_account
from googleapiclient.http import build_http

from adapters.errors import SignInNeeded
from adapters.gdrive_errors import TokenTroubleError
from adapters.oauth_file import CredentialsError, read_credentials, write_credentials
from adapters.retry_after import retry_after_seconds

SCOPE = "https://www.googleapis.com/auth/drive"
TOKEN_ADDRESS = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

_NOTHING = "the credentials file has neither access_token, nor refresh_token and client_id, nor a service account's key"


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign-in that was read, and the SDK's object for it, which all threads share."""

    credentials: Any
    scope: str

    def rights(self) -> tuple[str, ...]:
        """Return the rights that were granted, by the last part of their names."""
        granted = getattr(self.credentials, "granted_scopes", None) or self.scope.split()
        return tuple(each.removeprefix("https://www.googleapis.com/auth/") for each in granted)


class _Refreshing:
    """One thread at a time asks for a new token, once; who waited, or was late to hear, takes the one that came."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._refreshing = threading.Lock()
        self._used = threading.local()
        self.on_new_refresh_token: Callable[[str], None] | None = None

    def apply(self, headers: dict[str, str], token: str | None = None) -> None:
        """Put the token into a request, and know which it was that this thread sent."""
        super().apply(headers, token=token)  # type: ignore[misc]
        self._used.header = headers.get("authorization")

    def refresh(self, request: Any) -> None:  # noqa: ARG002 - the SDK's batches make one that nobody closes
        """Get a new token, over a connection that is closed again."""
        before = self.token  # type: ignore[attr-defined]
        with self._refreshing:
            used = getattr(self._used, "header", None)
            is_newer = used is not None and used != f"Bearer {self.token}"  # type: ignore[attr-defined]
            if self.token != before or (is_newer and self.valid):  # type: ignore[attr-defined]
                return
            kept = getattr(self, "refresh_token", None)
            http = build_http()
            try:
                super().refresh(_once(google_auth_httplib2.Request(http)))  # type: ignore[misc]
            finally:
                http.close()
            new = getattr(self, "refresh_token", None)
            if new and new != kept and self.on_new_refresh_token is not None:
                self.on_new_refresh_token(new)


class _User(_Refreshing, user.Credentials):
    """A person's sign-in."""


class _Service(_Refreshing, service_account.Credentials):
    """A service account."""


def open_sign(store: str, operation: str, path: str, endpoint: str | None) -> Sign:
    """Return the sign-in in a credentials file. Raises SignInNeeded."""
    try:
        values = read_credentials(path)
    except CredentialsError as err:
        raise SignInNeeded(store, operation, detail=str(err)) from None
    address = f"{endpoint.rstrip('/')}/token" if endpoint else TOKEN_ADDRESS
    if values.get("type") == "service_account":
        return _service_account(store, operation, values, address)
    refresh, client = _text(values, "refresh_token"), _text(values, "client_id")
    access = _text(values, "access_token")
    scope = _text(values, "scope") or ""
    if refresh and client:
        secret = _text(values, "client_secret") or ""
        made = _User(None, refresh_token=refresh, client_id=client, client_secret=secret, token_uri=address)
        made.on_new_refresh_token = lambda new: _keep(path, values, new)
        return Sign(made, scope)
    if not access:
        raise SignInNeeded(store, operation, detail=_NOTHING)
    return Sign(_User(access), scope)


def _service_account(store: str, operation: str, values: Mapping[str, Any], address: str) -> Sign:
    try:
        made: Any = _Service.from_service_account_info(  # type: ignore[no-untyped-call]
            {**values, "token_uri": address}, scopes=[SCOPE], subject=_text(values, "subject")
        )
    except (ValueError, KeyError, TypeError):
        # The reason may hold a part of the key.
        raise SignInNeeded(store, operation, detail="the service account's key can't be read") from None
    return Sign(made, SCOPE)


def _keep(path: str, values: Mapping[str, Any], new: str) -> None:
    """Keep a sign-in that was replaced; where that can't be done the old one is good for as long as Google says."""
    try:
        write_credentials(path, {**values, "refresh_token": new})
    except CredentialsError:
        return


def _once(request: Any) -> Any:
    """Return the same way to ask for tokens, on which trouble comes out at once: the SDK would wait and repeat."""

    def ask(*args: Any, **options: Any) -> Any:
        response = request(*args, **options)
        if response.status == 429 or response.status >= 500:
            raise TokenTroubleError(response.status, retry_after_seconds(response.headers.get("retry-after")))
        return response

    return ask


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None
