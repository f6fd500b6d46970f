"""Waits on this machine alone for the browser that comes back from a sign-in, or for what a person pastes instead.

On a server without a browser either the port is forwarded by ssh, so that the browser reaches it after all, or the address
that the browser could not open is copied from it and pasted. Whichever comes first counts.
"""

from __future__ import annotations

import os
import select
import urllib.parse
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
_MOST_BYTES = 8192
_PAGE = b"""<!doctype html><meta charset="utf-8"><title>backupd</title>
<p>This reached backupd. You can close this window and go back to the terminal."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    # A browser opens connections ahead and says nothing on them.
    timeout = 2

    def do_GET(self) -> None:
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        is_answer = self.server.is_answer(query)
        if is_answer:
            self.server.answer = self.path
        self.send_response(200 if is_answer else 404)
        body = _PAGE if is_answer else b""
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: the address holds the code."""


class _Server(HTTPServer):
    answer = ""
    is_answer: Callable[[Mapping[str, str]], bool]


class Loopback:
    """Listens from its making on. Raises OSError if the port is taken."""

    def __init__(self, port: int = 0) -> None:
        self._server = _Server((HOST, port), _Handler)
        self._server.timeout = 0
        self.port = int(self._server.server_address[1])
        self.redirect = f"http://{HOST}:{self.port}"

    def wait(
        self,
        is_answer: Callable[[Mapping[str, str]], bool],
        pasted: int | None,
        seconds: float,
        monotonic: Callable[[], float],
    ) -> str | None:
        """Return the address or the code that came, None if nothing did in time.

        `pasted` is the descriptor on which a person may paste it; what comes to the port counts only if `is_answer`.
        """
        self._server.is_answer = is_answer
        ends, typed = monotonic() + seconds, b""
        while (left := ends - monotonic()) > 0:
            sources = [self._server.fileno()] + ([pasted] if pasted is not None else [])
            ready = select.select(sources, [], [], left)[0]
            if self._server.fileno() in ready:
                self._server.handle_request()
                if self._server.answer:
                    return self._server.answer
            if pasted in ready and pasted is not None:
                came = os.read(pasted, _MOST_BYTES)
                typed += came
                line = _first_line(typed, ended=not came)
                if line:
                    return line
                if not came or len(typed) > _MOST_BYTES:
                    pasted = None
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()


def _first_line(typed: bytes, *, ended: bool) -> str:
    """Return the first line that says something and is whole, "" until there is one."""
    lines = typed.decode("utf-8", "replace").split("\n")
    whole = lines if ended else lines[:-1]
    return next((line.strip() for line in whole if line.strip()), "")
