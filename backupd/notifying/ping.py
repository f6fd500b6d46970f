"""Asking for an address, so that a monitor elsewhere notices when that ends."""

from __future__ import annotations

import urllib.request

_SECONDS = 15


def ping(address: str) -> None:
    """Ask for an address and throw the answer away. Raises OSError."""
    # The settings take no other addresses than http and https.
    request = urllib.request.Request(address, headers={"User-Agent": "backupd"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
        answer.read(1024)
