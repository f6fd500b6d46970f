"""What tests that drive the simulator through the SDK ask again and again: uploads in parts, sessions, refusals."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import google.oauth2.credentials
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaUpload

from tests.simulators.gdrive.account import Account
from tests.simulators.gdrive.tokens import ACCESS, CLIENT, REFRESH, SECRET

UNIT = 256 * 1024
CONTENT = bytes(n * 11 % 253 for n in range(3 * UNIT + 17))


def refusal(request: Any) -> tuple[int, str]:
    """Return the status and the reason of the error that a call of the SDK ends with. Raises AssertionError if none."""
    try:
        request.execute()
    except HttpError as err:
        error = json.loads(err.content)["error"]
        assert error["code"] == err.status_code
        return error["code"], error["errors"][0]["reason"]
    raise AssertionError("it was not refused")


class Chunks(MediaUpload):  # type: ignore[misc]
    """Media that are read again by offset, so that a repeat sends the bytes again."""

    def __init__(self, content: bytes, chunk: int = UNIT) -> None:
        self.content, self.chunk = content, chunk

    def chunksize(self) -> int:
        return self.chunk

    def mimetype(self) -> str:
        return "video/mp4"

    def size(self) -> int:
        return len(self.content)

    def resumable(self) -> bool:
        return True

    def getbytes(self, begin: int, length: int) -> bytes:
        return self.content[begin : begin + length]


def creating(sdk: Any, content: bytes = CONTENT, chunk: int = UNIT, **body: Any) -> Any:
    """Return the request that makes a file of parts."""
    return sdk.files().create(
        body={"name": "a.mov", **body}, media_body=Chunks(content, chunk), fields="id,size,md5Checksum,sha256Checksum,mimeType"
    )


def session(cloud: Account, total: int | None = len(CONTENT), **body: Any) -> str:
    """Begin a session and return its address."""
    headers = {"Authorization": f"Bearer {ACCESS}", "Content-Type": "application/json"}
    if total is not None:
        headers |= {"X-Upload-Content-Length": str(total), "X-Upload-Content-Type": "video/mp4"}
    request = urllib.request.Request(
        f"{cloud.endpoint}/upload/drive/v3/files?uploadType=resumable&fields=id,size",
        json.dumps({"name": "a.mov", **body}).encode(), headers, method="POST",
    )  # fmt: skip
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == b""
        return str(answer.headers["Location"])


def lasting(cloud: Account, refresh: str = REFRESH, secret: str = SECRET) -> Any:
    """Return the SDK's service with a refresh token."""
    made = google.oauth2.credentials.Credentials(
        None, refresh_token=refresh, client_id=CLIENT, client_secret=secret, token_uri=f"{cloud.endpoint}/token"
    )
    return cloud.sdk(credentials=made)
