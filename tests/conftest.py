"""What holds for every test: an emptied environment, no network but this machine, what did not run is counted."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, max_examples=100)
settings.load_profile("house")

SCRUBBED = ("BACKUPD_", "NO_COLOR", "COLUMNS", "JOURNAL_STREAM", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET")
OUTSIDE = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _emptied_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(SCRUBBED) or name.upper() in OUTSIDE:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Let sockets reach this machine only: a test that asks further fails at once instead of hanging."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError("a test tried to reach the network")
        real(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("root") and os.geteuid() != 0:
        pytest.skip("needs root")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line how much did not run, so that green never hides it."""
    stats = terminalreporter.stats
    counted = {name: len(stats.get(name, ())) for name in ("skipped", "xfailed", "deselected")}
    terminalreporter.write_line("not run: " + ", ".join(f"{count} {name}" for name, count in counted.items()))
