"""Signing in to Dropbox once: a person opens an address, agrees, and brings back a code. No secret, no redirect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import requests
from dropbox import DropboxOAuth2FlowNoRedirect

from adapters.dropbox_client import make_session
from adapters.dropbox_store import RIGHTS
from adapters.endpoint import at_endpoint
from adapters.errors import SignInNeeded, StoreError, Unavailable

SCOPES = tuple(right.name for right in RIGHTS.all if not right.option)
"""The rights that everything here needs together; purging, for teams alone, needs files.permanent_delete as well."""


class SignIn:
    """One sign-in under way for an app; `store` names it in errors."""

    def __init__(self, store: str, app_key: str, endpoint: str | None = None, scopes: Sequence[str] = SCOPES) -> None:
        self._store = store
        self._app_key = app_key
        lasting = {"use_pkce": True, "token_access_type": "offline"}
        self._flow = DropboxOAuth2FlowNoRedirect(app_key, scope=list(scopes), **lasting)
        self._flow.requests_session = make_session(endpoint)
        self._endpoint = endpoint

    def address(self) -> str:
        """Return the address that a person opens to agree."""
        return at_endpoint(str(self._flow.start()), self._endpoint)

    def finish(self, code: str) -> dict[str, Any]:
        """Return what belongs into the credentials file. Raises SignInNeeded if the code is refused, Unavailable."""
        try:
            granted = self._flow.finish(code.strip())
        except requests.HTTPError as err:
            raise self._refused(err) from None
        except requests.RequestException as err:
            raise Unavailable(self._store, "auth", detail=f"the connection failed ({type(err).__name__})") from None
        except (KeyError, ValueError, TypeError):
            raise Unavailable(self._store, "auth", detail="answered wrongly") from None
        finally:
            self._flow.requests_session.close()
        if not granted.refresh_token:
            raise SignInNeeded(self._store, "auth", detail="no lasting sign-in was granted")
        return {
            "app_key": self._app_key,
            "refresh_token": granted.refresh_token,
            "scope": granted.scope or "",
            "account_id": granted.account_id,
        }

    def _refused(self, err: requests.HTTPError) -> StoreError:
        status = err.response.status_code if err.response is not None else 0
        if status >= 500 or status == 429:
            return Unavailable(self._store, "auth", detail=f"answered with status {status}")
        return SignInNeeded(self._store, "auth", detail="the code was refused; it may have been used or be too old")
