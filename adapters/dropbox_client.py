"""The SDK's client, made at the first call: our own session, no repeats of its own, one endpoint for all hosts.

Everything that leaves here is one of `adapters.errors`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import dropbox
import requests
from dropbox import common, exceptions
from dropbox.stone_serializers import json_compat_obj_decode

from adapters.dropbox_errors import RefreshRefusedError, translate
from adapters.endpoint import Endpoint
from adapters.errors import SignInNeeded, StoreError
from adapters.oauth_file import CredentialsError, read_credentials
from adapters.retry_after import retry_after_seconds
from adapters.told_time import ToldTime

T = TypeVar("T")

CONNECTIONS = 4
_TIMEOUT_SECONDS = (10.0, 100.0)
_USER_AGENT = "backupd"


@dataclass(frozen=True, slots=True)
class Connection:
    """How an account is reached. `path_root`: "" is the member's own folder, "team" the team's space, else an id."""

    store: str
    credentials: str
    endpoint: str | None = None
    path_root: str = ""


def make_session(endpoint: str | None) -> requests.Session:
    """Return a session without `.netrc`, proxies and certificates from the environment."""
    session: requests.Session = dropbox.create_session(max_connections=CONNECTIONS)
    # A machine's .netrc would silently put its own password where the token belongs.
    session.trust_env = False
    if endpoint:
        session.mount("https://", Endpoint(endpoint, CONNECTIONS))
    return session


class _Sdk(dropbox.Dropbox):  # type: ignore[misc]
    """The SDK's client; one thread at a time asks for a new token."""

    _refreshing = threading.RLock()

    def check_and_refresh_access_token(self) -> None:
        with self._refreshing:
            super().check_and_refresh_access_token()

    def refresh_access_token(self, *args: Any, **options: Any) -> None:
        with self._refreshing:
            try:
                super().refresh_access_token(*args, **options)
            except (exceptions.AuthError, exceptions.BadInputError) as err:
                raise RefreshRefusedError(err.request_id) from err


class Client:
    """Makes calls. Safe for several threads."""

    def __init__(self, connection: Connection) -> None:
        self.store = connection.store
        self._connection = connection
        self._sdk: _Sdk | None = None
        self._can_refresh = False
        self._rights: tuple[str, ...] = ()
        self._making = threading.Lock()
        self._last = threading.local()
        self.time = ToldTime()

    def call(self, operation: str, ref: str, act: Callable[[Any], T]) -> T:
        """Return what `act` gives, called with the SDK's client. Raises only StoreError.

        A token that is called invalid is replaced once: a spoilt access token and an ended sign-in look alike.
        """
        try:
            return self._translated(operation, ref, act)
        except SignInNeeded as err:
            cause = err.__cause__
            if not (self._can_refresh and _is_invalid_token(cause)):
                raise
        self._translated(operation, ref, lambda sdk: sdk.refresh_access_token())
        return self._translated(operation, ref, act)

    def json(self, operation: str, route: Any, name: str, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Return an rpc route's answer as it came, undecoded: the SDK's own decoding takes ten times as long."""

        def act(sdk: Any) -> Any:
            sdk.check_and_refresh_access_token()
            attrs = route.attrs
            return sdk.request_json_object(attrs["host"], name, attrs["style"], argument, attrs["auth"], None)

        def decoded(sdk: Any) -> dict[str, Any]:
            answer = act(sdk)
            if self._last.status in (403, 404, 409):
                error = json_compat_obj_decode(route.error_type, answer["error"], strict=False)
                raise exceptions.ApiError(self._last.request_id, error, None, None)
            if not isinstance(answer, dict):
                raise ValueError("not an object")
            return answer

        return self.call(operation, "", decoded)

    def translated(self, err: Exception, operation: str, ref: str) -> StoreError:
        """Return the store's error for one that came from a response's body."""
        return translate(err, self.store, operation, ref, None, 0)

    def rights(self) -> tuple[str, ...]:
        """Return the rights that the sign-in was given, as the credentials file tells them; empty if it doesn't."""
        return self._rights

    def close(self) -> None:
        """End all connections."""
        if self._sdk is not None:
            self._sdk.close()

    def _translated(self, operation: str, ref: str, act: Callable[[Any], T]) -> T:
        self._forget_last()
        try:
            return act(self._open(operation))
        except StoreError:
            raise
        except Exception as err:
            if self._last.response is not None:
                # A download's answer that the SDK could not read would keep its connection.
                self._last.response.close()
            raise translate(err, self.store, operation, ref, self._last.retry_after, self._last.status) from err
        finally:
            self._last.response = None

    def _forget_last(self) -> None:
        self._last.status = 0
        self._last.retry_after = None
        self._last.request_id = None
        self._last.response = None

    def _open(self, operation: str) -> _Sdk:
        with self._making:
            if self._sdk is None:
                self._sdk = self._make(operation)
            return self._sdk

    def _make(self, operation: str) -> _Sdk:
        try:
            values = read_credentials(self._connection.credentials)
        except CredentialsError as err:
            raise SignInNeeded(self.store, operation, detail=str(err)) from None
        refresh, key = _text(values, "refresh_token"), _text(values, "app_key")
        access = _text(values, "access_token")
        self._can_refresh = bool(refresh and key)
        self._rights = tuple((_text(values, "scope") or "").split())
        if not self._can_refresh and not access:
            detail = "the credentials file has neither access_token nor refresh_token and app_key"
            raise SignInNeeded(self.store, operation, detail=detail)
        session = make_session(self._connection.endpoint)
        session.hooks["response"].append(self._note)
        given: dict[str, Any] = {"oauth2_access_token": access}
        if self._can_refresh:
            given = {"oauth2_refresh_token": refresh, "app_key": key, "app_secret": _text(values, "app_secret")}
        made = _Sdk(
            **given,
            session=session,
            max_retries_on_error=0,
            max_retries_on_rate_limit=0,
            user_agent=_USER_AGENT,
            timeout=_TIMEOUT_SECONDS,
        )
        return self._rooted(made)

    def _rooted(self, sdk: _Sdk) -> _Sdk:
        root = self._connection.path_root
        if not root:
            return sdk
        if root == "team":
            root = str(sdk.users_get_current_account().root_info.root_namespace_id)
        rooted: _Sdk = sdk.with_path_root(common.PathRoot.root(root))
        return rooted

    def _note(self, response: Any, *_: Any, **__: Any) -> None:
        """Remember what the last answer said, and put right what the SDK stumbles over.

        It insists on the bare content type and on whole seconds in Retry-After.
        """
        headers = response.headers
        self.time.note(headers.get("date"))
        self._last.response = response
        self._last.status = response.status_code
        self._last.request_id = headers.get("x-dropbox-request-id")
        if headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
            headers["content-type"] = "application/json"
        self._last.retry_after = retry_after_seconds(headers.pop("retry-after", None))
        if self._last.retry_after is not None:
            headers["retry-after"] = str(round(self._last.retry_after))


def _is_invalid_token(cause: BaseException | None) -> bool:
    if not isinstance(cause, exceptions.AuthError):
        return False
    tag = getattr(cause.error, "_tag", "")
    return tag in ("invalid_access_token", "expired_access_token")


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None
