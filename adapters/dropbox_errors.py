"""What Dropbox and its SDK raise, in the words of `adapters.errors`. No text here holds a token, a name or a link."""

from __future__ import annotations

from typing import Any

import requests
from dropbox import exceptions
from stone.backends.python_rsrc.stone_base import Union
from stone.backends.python_rsrc.stone_validators import ValidationError
from urllib3.exceptions import HTTPError as PoolError

from adapters.errors import (
    Changed,
    CursorLost,
    Full,
    NotFound,
    NotOurStore,
    Refused,
    SignInNeeded,
    StoreError,
    Unavailable,
    Unsupported,
)

Wrong = (ValidationError, ValueError, AssertionError, KeyError, TypeError, AttributeError)
"""What leaves the SDK when an answer is not as the API says."""

_MEANING: dict[str, type[StoreError]] = {
    "not_found": NotFound,
    "not_file": NotFound,
    "not_folder": NotFound,
    "invalid_revision": NotFound,
    "shared_link_not_found": NotFound,
    "shared_link_malformed": NotFound,
    "conflict": Changed,
    "restricted_content": Refused,
    "locked": Refused,
    "no_write_permission": Refused,
    "no_permission": Refused,
    "access_restricted": Refused,
    "access_denied": Refused,
    "shared_link_access_denied": Refused,
    "email_not_verified": Refused,
    "banned_member": Refused,
    "team_folder": Refused,
    "cant_move_shared_folder": Refused,
    "cant_transfer_ownership": Refused,
    "cant_move_into_vault": Refused,
    "cant_move_into_family": Refused,
    "insufficient_space": Full,
    "team_folder_insufficient_space": Full,
    "member_folder_insufficient_space": Full,
    "insufficient_quota": Full,
    "team_folder_insufficient_quota": Full,
    "member_folder_insufficient_quota": Full,
    "upload_traffic_limit_reached": Full,
    "malformed_path": Unsupported,
    "disallowed_name": Unsupported,
    "unsupported_file": Unsupported,
    "unsupported_content_type": Unsupported,
    "unsupported_link_type": Unsupported,
    "not_authorized": Unsupported,
    "invalid_settings": Unsupported,
    "duplicated_or_nested_paths": Unsupported,
    "payload_too_large": Unsupported,
    "too_large": Unsupported,
    "too_many_files": Unsupported,
    "reset": CursorLost,
}


class RefreshRefusedError(Exception):
    """No new token is given for the sign-in there is."""

    def __init__(self, request_id: str | None) -> None:
        super().__init__(request_id)
        self.request_id = request_id


def tags_of(error: Any) -> tuple[str, ...]:
    """Return an API error's tags from the outside in: ("path", "not_found")."""
    tags = []
    while isinstance(error, Union):
        tags.append(str(error._tag))
        error = error._value
        error = getattr(error, "reason", error)
    return tuple(tags)


def api_error_of(err: StoreError) -> Any:
    """Return the API's own error behind a store's error, or None where there was none."""
    cause = err.__cause__
    return cause.error if isinstance(cause, exceptions.ApiError) else None


def translate(
    err: Exception, store: str, operation: str, ref: str, retry_after: float | None, status: int
) -> StoreError:
    """Return the store's own error for anything that left the SDK.

    `retry_after` and `status` are those of the last answer on this thread, or None and 0 where none came.
    """
    request_id = getattr(err, "request_id", None)

    def made(kind: type[StoreError], detail: str) -> StoreError:
        return kind(store, operation, ref, f"{detail} (request {request_id})" if request_id else detail)

    def later(detail: str, after: float | None = retry_after) -> StoreError:
        told = f"{detail} (request {request_id})" if request_id else detail
        return Unavailable(store, operation, ref, told, retry_after_seconds=after)

    if isinstance(err, exceptions.ApiError):
        return _api_error(err, made, later, status)
    if isinstance(err, RefreshRefusedError):
        return made(SignInNeeded, "the sign-in has ended, or it is another app's")
    if isinstance(err, exceptions.AuthError):
        return made(SignInNeeded, _sign_in_reason(err.error))
    if isinstance(err, exceptions.RateLimitError):
        return later("asked to wait", err.backoff if err.backoff is not None else retry_after)
    if isinstance(err, exceptions.PathRootError):
        return made(NotOurStore, "the account's root has changed; its team space was joined, left or moved")
    if isinstance(err, exceptions.BadInputError):
        return made(Refused, "Dropbox calls the request wrong")
    if isinstance(err, exceptions.HttpError):  # InternalServerError is one
        return later(f"answered with status {err.status_code}")
    if isinstance(err, requests.RequestException | PoolError | OSError):
        return later(f"the connection failed ({type(err).__name__})")
    return _wrong_answer(err, made, later, status)


def _api_error(err: Any, made: Any, later: Any, status: int) -> StoreError:
    tags = tags_of(err.error)
    said = "/".join(tags) or "no reason given"
    for tag in reversed(tags):
        if tag in _MEANING:
            return made(_MEANING[tag], said)  # type: ignore[no-any-return]
    if status == 403:
        return made(Refused, f"refused: {said}")  # type: ignore[no-any-return]
    return later(said)  # type: ignore[no-any-return]


def _wrong_answer(err: Exception, made: Any, later: Any, status: int) -> StoreError:
    if status == 401:
        return made(SignInNeeded, "the sign-in was refused")  # type: ignore[no-any-return]
    if status == 403:
        return made(Refused, "refused without a reason")  # type: ignore[no-any-return]
    if status == 404:
        return made(Unsupported, "the call is not known there")  # type: ignore[no-any-return]
    return later(f"answered wrongly, status {status} ({type(err).__name__})")  # type: ignore[no-any-return]


def _sign_in_reason(error: Any) -> str:
    tags = tags_of(error)
    if "missing_scope" in tags:
        wanted = str(getattr(error.get_missing_scope(), "required_scope", ""))
        return (
            f"the app lacks the right {wanted}"
            if wanted.replace(".", "").replace("_", "").isalnum()
            else "a right is missing"
        )
    return f"the sign-in was refused: {'/'.join(tags)}"
