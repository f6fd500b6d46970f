"""A Dropbox account for tests: the simulator in this process, steered and truthful, and stores opened on it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.base import MARKER_NAME
from adapters.dropbox_files import DropboxStore
from adapters.dropbox_store import read_options
from tests.simulators.common import Control, serve
from tests.simulators.dropbox.access import ACCESS
from tests.simulators.dropbox.app import DropboxApp

MARKER = {"store_id": "5f1c", "name": "cloud", "adopted_at": "2025-01-02T03:04:05+00:00"}


class Account:
    """One account. `control` is what another device does and what tests set."""

    def __init__(self, base_url: str, folder: Path) -> None:
        self.base_url = base_url
        self.control = Control(base_url)
        self._folder = folder
        self._opened: list[DropboxStore] = []

    def begin(self, folder: Path) -> Account:
        """Be a new account for the next test, whose own folder this is."""
        self.close()
        self._folder = folder
        self.control("wipe")
        return self

    def credentials(self, **values: str) -> str:
        """Write a credentials file and return its path; by default a ready-made access token."""
        path = self._folder / f"credentials-{len(list(self._folder.iterdir()))}.json"
        path.write_text(json.dumps(values or {"access_token": ACCESS}))
        return str(path)

    def store(self, path: str = "Shoots", *, name: str = "cloud", adopted: bool = True, **options: Any) -> DropboxStore:
        """Open a store on a folder of the account, which is made and adopted beside the protocol."""
        if adopted:
            root = f"/{path.strip('/')}" if path else ""
            self.control("put", path=f"{root}/{MARKER_NAME}", text=json.dumps(MARKER))
        clock: dict[str, Callable[..., Any]] = {
            each: options.pop(each) for each in ("now", "monotonic", "sleep") if each in options
        }
        given = {"path": path, "credentials": options.pop("credentials", None) or self.credentials()}
        store = DropboxStore(name, read_options(given | {"endpoint": self.base_url} | options), **clock)
        self._opened.append(store)
        return store

    def put(self, path: str, text: str, **more: Any) -> dict[str, Any]:
        """Write a file as another device does; return its metadata."""
        item: dict[str, Any] = self.control("put", path=path, text=text, **more)
        return item

    def files(self, under: str = "") -> dict[str, int]:
        """Return the sizes of the files there are, markers aside, by path as shown."""
        truth: dict[str, dict[str, Any]] = self.control("truth", under=under.rstrip("/"))
        return {path: item["size"] for path, item in truth.items() if MARKER_NAME not in path}

    def content(self, path: str) -> bytes:
        """Return a file's bytes."""
        return base64.b64decode(self.control("bytes_of", path=path))

    def close(self) -> None:
        """Close every store that was opened."""
        while self._opened:
            self._opened.pop().close()


@contextmanager
def account(folder: Path) -> Iterator[Account]:
    """Run an account's simulator in this process."""
    with serve(DropboxApp(folder / "state")) as base_url:
        made = Account(base_url, folder)
        try:
            yield made
        finally:
            made.close()
