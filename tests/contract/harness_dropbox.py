"""A folder in Dropbox in the suite: the simulator in this process, the real SDK before it, bare and with patience."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from adapters.base import MARKER_NAME, Store
from adapters.dropbox_files import DropboxStore
from adapters.errors import Refused, SignInNeeded, StoreError, Unavailable
from adapters.retry import RetryingStore
from contract.harness import Harness
from tests.simulators.dropbox.account import account

ROOT = "/Studio/Shoots"


class DropboxHarness(Harness):
    """One folder of one account, changed by the simulator as by another device."""

    kind = "dropbox"
    listing = "feed"
    # NFC only: that is what the service keeps. A name that ends in a blank, or has a backslash, it can't have.
    odd_names = (
        *(name for name in Harness.odd_names if "\u0308" not in name),
        "h\u00e4\u00e4t.jpg",
        "İ.jpg",
        "ΣΑΣ.jpg",
    )

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._open = ExitStack()
        self.account = self._open.enter_context(account(folder))
        self.control = self.account.control
        self.control("mkdir", path=ROOT)
        self.control("set", page_limit=self.page_entries, longpoll_scale=0.01)

    def make(self) -> Store:
        return self._bare()

    def _bare(self) -> DropboxStore:
        credentials = self.account.credentials(refresh_token="sim-refresh", app_key="sim-app-key")
        store = self.account.store(ROOT, name="archive", adopted=False, credentials=credentials)
        store._uploads._part_bytes = self.part_bytes
        return store

    def put(self, path: str, content: bytes) -> None:
        self.control("put", path=f"{ROOT}/{path}", content=base64.b64encode(content).decode())

    def delete(self, path: str) -> None:
        self.control("trash", path=f"{ROOT}/{path}")

    def rename(self, old: str, new: str) -> None:
        self.control("move", path=f"{ROOT}/{old}", to=f"{ROOT}/{new}")

    def read(self, path: str) -> bytes | None:
        found = self.account.files(ROOT)
        return self.account.content(f"{ROOT}/{path}") if f"{ROOT}/{path}" in found else None

    def take_marker(self) -> None:
        self.delete(MARKER_NAME)

    def spoil_marker(self, content: bytes) -> None:
        self.put(MARKER_NAME, content)

    def troubles(self) -> dict[type[StoreError], AbstractContextManager[None]]:
        return {
            Unavailable: self._in_trouble("server_error"),
            Refused: self._in_trouble("forbidden"),
            SignInNeeded: self._in_trouble("suspended"),
        }

    @contextmanager
    def _in_trouble(self, kind: str) -> Iterator[None]:
        self.control.fault("*", kind, times=10**9)
        yield
        self.control("clear_faults")

    def lose_cursors(self) -> None:
        self.control("reset_cursors")

    def close(self) -> None:
        self._open.close()


class RetriedDropboxHarness(DropboxHarness):
    """The same with the wrapper that tries again, on a line that fails now and then."""

    def make(self) -> Store:
        slept: list[float] = []
        clock: dict[str, Any] = {"sleep": slept.append, "random": lambda: 0.0, "clock": lambda: sum(slept)}
        for nth, (kind, when) in enumerate([("close", "after"), ("limited", "before"), ("server_error", "after")]):
            self.control.fault("*/2/*", kind, when=when, nth=4 * nth + 3)
        return RetryingStore(self._bare(), **clock)


HARNESSES = (DropboxHarness, RetriedDropboxHarness)
