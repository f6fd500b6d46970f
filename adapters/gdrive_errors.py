"""What Drive and its SDK raise, in the words of `adapters.errors`. No text here holds a token, a name, an id or a link.

The SDK's own texts hold the request's address, with all names searched for; so the body is read here, in both its shapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import httplib2
from google.auth import exceptions as auth
from googleapiclient.errors import BatchError, HttpError

from adapters.errors import (
    Changed,
    Full,
    NotFound,
    Refused,
    SignInNeeded,
    StoreError,
    Unavailable,
)
from adapters.retry_after import retry_after_seconds

UNTIL_TOMORROW_SECONDS = 6 * 3600.0
"""How long not to come back after a limit that holds for a day: nobody says when it ends."""

_UPLOADS_OF_THE_DAY = "User rate limit exceeded."
"""What is said once a person has uploaded 750 GB in a day; what is throttled for a moment is said in other letters.

The reason is the same for both. Source: rclone's --drive-stop-on-upload-limit, which goes by these very words.
"""

_BUSY = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "backendError"})
_TODAY = frozenset({"dailyLimitExceeded", "quotaExceeded", "downloadQuotaExceeded", "sharingRateLimitExceeded"})
_FULL = frozenset({
    "storageQuotaExceeded", "teamDriveFileLimitExceeded", "numChildrenInNonRootLimitExceeded",
    "myDriveHierarchyDepthLimitExceeded", "teamDriveHierarchyTooDeep", "activeItemCreationLimitExceeded",
})  # fmt: skip
_RIGHTS = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_REASON = re.compile(r"[A-Za-z_]{1,60}")


class CalledWrong(Refused):
    """The service calls the request wrong: a page token it no longer knows, or our own mistake."""


class Ended(NotFound):
    """What was referred to has ended: an upload session or a position."""


class TokenTroubleError(Exception):
    """The address that gives tokens is in trouble; that says nothing about the sign-in."""

    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after


class WrongAnswerError(ValueError):
    """The answer is not as the API says."""


def reason_of(content: bytes | str) -> str:
    """Return why the service said no, in its own word, from either shape of error; "" if it doesn't say."""
    error = _error_in(content)
    for key in ("errors", "details"):
        for each in error.get(key) or ():
            if isinstance(each, dict) and _is_word(each.get("reason")):
                return str(each["reason"])
    return str(error["status"]) if _is_word(error.get("status")) else ""


def message_of(content: bytes | str) -> str:
    """Return what the service says in words; it may hold names, and is for comparing only."""
    message = _error_in(content).get("message")
    return message if isinstance(message, str) else ""


def _error_in(content: bytes | str) -> dict[str, Any]:
    try:
        error = json.loads(content)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return error if isinstance(error, dict) else {}


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and _REASON.fullmatch(value) is not None


def translate(err: Exception, store: str, operation: str, ref: str) -> StoreError:
    """Return the store's own error for anything that left the SDK."""
    if isinstance(err, BatchError):
        # It is an HttpError too, without an answer.
        return Unavailable(store, operation, ref, "answered wrongly: a batch is not whole")
    if isinstance(err, HttpError):
        return answer_error(int(err.resp.status), err.content, err.resp, store, operation, ref)
    if isinstance(err, TokenTroubleError):
        detail = f"the sign-in service answered with status {err.status}"
        return Unavailable(store, operation, ref, detail, err.retry_after)
    if isinstance(err, auth.RefreshError):
        if err.retryable:
            return Unavailable(store, operation, ref, "the sign-in service is busy")
        return SignInNeeded(store, operation, ref, "the sign-in has ended or was refused")
    if isinstance(err, auth.TransportError | httplib2.HttpLib2Error | OSError):
        return Unavailable(store, operation, ref, f"the connection failed ({type(err).__name__})")
    if isinstance(err, auth.GoogleAuthError):
        return SignInNeeded(store, operation, ref, f"the credentials can't be used ({type(err).__name__})")
    # http.client's errors are none of OSError; what else comes is an answer that the SDK could not read.
    return Unavailable(store, operation, ref, f"answered wrongly or not to the end ({type(err).__name__})")


def answer_error(
    status: int, content: bytes | str, headers: Mapping[str, str], store: str, operation: str, ref: str
) -> StoreError:
    """Return the store's own error for an answer that is none of the good ones."""
    reason = reason_of(content)
    said = f"status {status}" + (f", {reason}" if reason else "")
    if status == 403:
        if operation == "upload" and reason == "userRateLimitExceeded" and message_of(content) == _UPLOADS_OF_THE_DAY:
            detail = "750 GB were uploaded by this person within a day, which is all that Google takes; it goes on tomorrow"
            return Unavailable(store, operation, ref, detail, UNTIL_TOMORROW_SECONDS)
        return _refusal(reason, said, headers, store, operation, ref)
    if status == 401:
        return SignInNeeded(store, operation, ref, f"the sign-in was refused ({said})")
    if status == 404:
        return NotFound(store, operation, ref, "it is not there, or may not be seen")
    if status == 410:
        return Ended(store, operation, ref, said)
    if status in (409, 412):
        return Changed(store, operation, ref, said)
    if status < 400:
        return Unavailable(store, operation, ref, f"answered wrongly ({said})")
    if status in (408, 429) or status >= 500:
        return Unavailable(store, operation, ref, f"answered with {said}", retry_after_seconds(headers.get("retry-after")))
    return CalledWrong(store, operation, ref, f"Drive calls the request wrong ({said})")


def _refusal(
    reason: str, said: str, headers: Mapping[str, str], store: str, operation: str, ref: str
) -> StoreError:
    if reason in _BUSY:
        return Unavailable(store, operation, ref, f"asked to wait ({said})", retry_after_seconds(headers.get("retry-after")))
    if reason in _TODAY:
        return Unavailable(store, operation, ref, f"a limit of the day is reached ({said})", UNTIL_TOMORROW_SECONDS)
    if reason in _FULL:
        return Full(store, operation, ref, f"no room left ({said}); a service account has none of its own")
    if reason in _RIGHTS:
        return SignInNeeded(store, operation, ref, f"the sign-in lacks a right ({said})")
    # A refusal that isn't known is none that passes by waiting.
    return Refused(store, operation, ref, said)
