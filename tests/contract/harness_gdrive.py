"""A folder in Google Drive in the suite: the simulator in this process, the real SDK before it, bare and with patience."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from adapters.base import MARKER_NAME, Store
from adapters.errors import Refused, SignInNeeded, StoreError, Unavailable
from adapters.gdrive import read_options
from adapters.gdrive_files import DriveStore
from adapters.retry import RetryingStore
from contract.harness import Harness
from tests.simulators.gdrive.account import account

ROOT = "/Studio/Shoots"


class DriveHarness(Harness):
    """One folder of one person's account, changed by the simulator as by another device."""

    kind = "gdrive"
    listing = "feed"
    part_bytes = 256 * 1024
    recoverable_days = 0
    # The composed and the decomposed form of a name count as twins here: see test_gdrive_twins.py.
    odd_names = (
        *Harness.odd_names, "two\nlines.jpg", "back\\slash", "\u202egpj.exe", "dot.", "*?.jpg",
        "trailing ", "İ.jpg", "ΣΑΣ.jpg", "IMG (1).jpg",
    )  # fmt: skip

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._open = ExitStack()
        self._made: list[DriveStore] = []
        self.account = self._open.enter_context(account(folder))
        self.control = self.account.control
        self.control("mkdir", path=ROOT)
        self.control("set", page_limit=self.page_entries)

    def make(self) -> Store:
        return self._bare()

    def _bare(self) -> DriveStore:
        given = {
            "path": ROOT, "credentials": self.account.lasting(), "endpoint": self.account.endpoint,
            "recoverable_days": self.recoverable_days,
        }  # fmt: skip
        store = DriveStore("archive", read_options(given))
        store._uploads._part_bytes = self.part_bytes
        self._made.append(store)
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
            SignInNeeded: self._in_trouble("missing_scope"),
        }

    @contextmanager
    def _in_trouble(self, kind: str) -> Iterator[None]:
        self.control.fault("*", kind, times=10**9)
        yield
        self.control("clear_faults")

    def lose_cursors(self) -> None:
        self.control("expire_start_tokens")

    def close(self) -> None:
        for store in self._made:
            store.close()
        self._open.close()


class RetriedDriveHarness(DriveHarness):
    """The same with the wrapper that tries again, on a line that fails now and then, where administrators keep things."""

    recoverable_days = 25

    def make(self) -> Store:
        slept: list[float] = []
        clock: dict[str, Any] = {"sleep": slept.append, "random": lambda: 0.0, "clock": lambda: sum(slept)}
        for nth, (kind, when) in enumerate([("close", "after"), ("limited", "before"), ("server_error", "after")]):
            self.control.fault("*/drive/v3/*", kind, when=when, nth=4 * nth + 3)
        return RetryingStore(self._bare(), **clock)


HARNESSES = (DriveHarness, RetriedDriveHarness)
