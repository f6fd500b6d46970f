"""Signing in to Google once: a person opens an address, agrees, and is sent back to a listener on this machine.

Google sends the browser to 127.0.0.1. Where the browser is on another machine, its port is forwarded there, as with
`ssh -L`: so the port can be chosen. The way by a code to copy was ended by Google.
"""

from __future__ import annotations

import logging
import os
import threading
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

import google.auth.exceptions
import requests
from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from adapters.errors import SignInNeeded, Unavailable
from adapters.gdrive_sign import SCOPE, TOKEN_ADDRESS

SCOPES: Mapping[str, str] = {
    SCOPE: "to see backups that were there before, to store copies, to put what may go into the trash, and to end links. "
    "Google has no narrower right for this: drive.file shows only what the app itself has made, and drive.metadata.readonly "
    "lets nothing be read, stored or removed.",
}
"""The rights that are asked for, each with why."""

CONSENT_ADDRESS = "https://accounts.google.com/o/oauth2/v2/auth"
_HOST = "127.0.0.1"
_DONE = "backupd is signed in. This window may be closed."
_ENVIRONMENT = threading.Lock()

for _name in ("google_auth_oauthlib", "requests_oauthlib", "oauthlib"):
    # At their most talkative they write tokens out.
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class SignIn:
    """One sign-in under way for an app of the kind "desktop app"; `store` names it in errors."""

    def __init__(self, store: str, client_id: str, client_secret: str, endpoint: str | None = None) -> None:
        self._store = store
        self._client = {"client_id": client_id, "client_secret": client_secret}
        base = endpoint.rstrip("/") if endpoint else None
        self._is_plain = base is not None and urllib.parse.urlsplit(base).scheme == "http"
        addresses = {
            "auth_uri": f"{base}/auth" if base else CONSENT_ADDRESS,
            "token_uri": f"{base}/token" if base else TOKEN_ADDRESS,
        }
        # PKCE is on by default, and said here all the same: without it a code that is overheard is worth something.
        self._flow = InstalledAppFlow.from_client_config(
            {"installed": self._client | addresses}, scopes=list(SCOPES), autogenerate_code_verifier=True
        )

    def run(self, show: Callable[[str], None], *, port: int = 0, timeout_seconds: float = 600.0) -> dict[str, Any]:
        """Return what belongs into the credentials file, once the person has agreed at the address that `show` is told.

        `port` is where the browser is sent back to, 0 any that is free. Raises SignInNeeded if nobody agreed or a right
        was left out, Unavailable.
        """
        try:
            self._wait(show, port, timeout_seconds)
        except WSGITimeoutError:
            raise SignInNeeded(self._store, "auth", detail="nobody agreed in time") from None
        except requests.RequestException as err:
            raise Unavailable(self._store, "auth", detail=f"the connection failed ({type(err).__name__})") from None
        except OSError as err:
            raise Unavailable(self._store, "auth", detail=f"the port can't be used: {os.strerror(err.errno or 0)}") from None
        except (OAuth2Error, google.auth.exceptions.GoogleAuthError, ValueError, KeyError):
            raise SignInNeeded(self._store, "auth", detail="the sign-in was refused or answered wrongly") from None
        finally:
            self._flow.oauth2session.close()
        return self._granted()

    def _wait(self, show: Callable[[str], None], port: int, timeout_seconds: float) -> None:
        asked = {"access_type": "offline", "prompt": "consent"}
        with _ENVIRONMENT, _Relaxed(is_plain=self._is_plain):
            # The library prints the address, or opens a browser: here it is handed to whoever asked.
            told = self._flow.authorization_url

            def told_first(**more: Any) -> tuple[str, str]:
                address, state = told(**more)
                show(address)
                return address, state

            self._flow.authorization_url = told_first
            self._flow.run_local_server(
                host=_HOST, port=port, open_browser=False, authorization_prompt_message=None, success_message=_DONE,
                timeout_seconds=timeout_seconds, **asked,
            )  # fmt: skip

    def _granted(self) -> dict[str, Any]:
        token = self._flow.oauth2session.token
        refresh, scope = token.get("refresh_token"), token.get("scope", "")
        granted = scope.split() if isinstance(scope, str) else list(scope)
        if missing := [each for each in SCOPES if each not in granted]:
            names = ", ".join(each.rpartition("/")[2] for each in missing)
            raise SignInNeeded(self._store, "auth", detail=f"a right was not given: {names}")
        if not refresh:
            raise SignInNeeded(self._store, "auth", detail="no lasting sign-in was granted")
        return {**self._client, "refresh_token": refresh, "scope": " ".join(granted)}


class _Relaxed:
    """For the length of a sign-in, what the library takes from the environment alone.

    Rights left out are looked at here, not raised as a warning; an endpoint without TLS is for tests and proxies at home.
    """

    def __init__(self, *, is_plain: bool) -> None:
        self._wanted = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"} | ({"OAUTHLIB_INSECURE_TRANSPORT": "1"} if is_plain else {})
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._wanted}
        os.environ.update(self._wanted)

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
