"""One base URL in the place of all of a provider's hosts, for whatever speaks through `requests`."""

from __future__ import annotations

import urllib.parse
from typing import Any

import requests


class Endpoint(requests.adapters.HTTPAdapter):
    """Sends what is meant for any of a provider's hosts to one base URL; the host meant goes along in a header."""

    def __init__(self, base: str, connections: int = 1) -> None:
        self._base = base.rstrip("/")
        super().__init__(pool_connections=2, pool_maxsize=connections)

    def send(self, request: Any, *args: Any, **options: Any) -> Any:
        """Send the request to the base URL."""
        request.headers["X-Forwarded-Host"] = urllib.parse.urlsplit(request.url).netloc
        request.url = at_endpoint(request.url, self._base)
        return super().send(request, *args, **options)


def at_endpoint(address: str, endpoint: str | None) -> str:
    """Return an address of the provider's at the endpoint, as it is where none is set."""
    if not endpoint:
        return address
    parts = urllib.parse.urlsplit(address)
    return endpoint.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")
