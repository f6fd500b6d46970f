"""A Google account for tests: the simulator in this process, steered and truthful, and what is needed to open it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import google.oauth2.credentials
import google_auth_httplib2
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from googleapiclient.discovery import build_from_document
from googleapiclient.http import build_http

from adapters.base import MARKER_NAME
from adapters.kinds import open_store
from tests.simulators.common import Control, serve
from tests.simulators.gdrive.app import DriveApp
from tests.simulators.gdrive.schema import DOCUMENT
from tests.simulators.gdrive.tokens import ACCESS, CLIENT, REFRESH, SECRET, SERVICE

MARKER = {"store_id": "9d2a", "name": "drive", "adopted_at": "2025-01-02T03:04:05+00:00"}


class Account:
    """One account. `control` is what another device does and what tests set; `endpoint` where the API is."""

    def __init__(self, base_url: str, folder: Path) -> None:
        self.endpoint = base_url
        self.control = Control(base_url)
        self._folder = folder
        self._opened: list[Any] = []

    def begin(self, folder: Path) -> Account:
        """Be a new account for the next test, whose own folder this is."""
        self.close()
        self._folder = folder
        self.control("wipe")
        return self

    def credentials(self, **values: Any) -> str:
        """Write a credentials file and return its path; by default a ready-made access token."""
        path = self._folder / f"credentials-{len(list(self._folder.iterdir()))}.json"
        path.write_text(json.dumps(values or {"access_token": ACCESS}))
        path.chmod(0o600)
        return str(path)

    def lasting(self, **values: Any) -> str:
        """Write a credentials file with a refresh token."""
        return self.credentials(
            **({"refresh_token": REFRESH, "client_id": CLIENT, "client_secret": SECRET, "type": "authorized_user"} | values)
        )

    def service_account(self, delegated: list[str] | None = None) -> str:
        """Write a service account's key file, which the simulator knows; its token_uri is at the endpoint."""
        private, public = _keys()
        self.control("service_account", public_key=public, delegated=delegated)
        return self.credentials(
            type="service_account", project_id="studio-project", private_key_id="sim-key", private_key=private,
            client_email=SERVICE, client_id="1", token_uri=f"{self.endpoint}/token",
        )  # fmt: skip

    def sdk(self, token: str = ACCESS, credentials: Any = None) -> Any:
        """Return the real SDK's service on this account."""
        made = credentials or google.oauth2.credentials.Credentials(token)
        http = google_auth_httplib2.AuthorizedHttp(made, http=build_http())
        service = build_from_document(DOCUMENT | {"rootUrl": f"{self.endpoint}/"}, http=http)
        self._opened.append(service)
        return service

    def put(self, path: str | list[str], text: str, **more: Any) -> dict[str, Any]:
        """Write a file as another device does; return what there is to know of it."""
        item: dict[str, Any] = self.control("put", path=path, text=text, **more)
        return item

    def adopt(self, path: str) -> dict[str, Any]:
        """Make a folder a store's root beside the protocol, with its marker; return what is known of the marker."""
        return self.put(f"{path.rstrip('/')}/{MARKER_NAME}", json.dumps(MARKER), mime="application/json")

    def store(self, path: str = "Shoots", *, name: str = "cloud", adopted: bool = True, **options: Any) -> Any:
        """Open the Drive store on a folder of the account, which is made and adopted beside the protocol."""
        if adopted:
            self.adopt(path)
        given = {"path": path, "credentials": options.pop("credentials", None) or self.credentials()}
        store = open_store("gdrive", name, given | {"endpoint": self.endpoint} | options)
        self._opened.append(store)
        return store

    def files(self, under: str = "") -> dict[str, int]:
        """Return the sizes of the files there are, markers and trash aside, by path."""
        truth: dict[str, dict[str, Any]] = self.control("truth", under=under.rstrip("/"))
        return {path: item["size"] for path, item in truth.items() if MARKER_NAME not in path}

    def content(self, path: str) -> bytes:
        """Return a file's bytes."""
        return base64.b64decode(self.control("bytes_of", path=path))

    def close(self) -> None:
        """Close everything that was opened."""
        while self._opened:
            self._opened.pop().close()


@lru_cache(maxsize=1)
def _keys() -> tuple[str, str]:
    """Return a private and a public key, made once: that takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@contextmanager
def account(folder: Path) -> Iterator[Account]:
    """Run an account's simulator in this process."""
    with serve(DriveApp(folder / "state")) as base_url:
        made = Account(base_url, folder)
        try:
            yield made
        finally:
            made.close()
