"""What the simulators share: the HTTP server, the clock that tests move, the log of requests, starting and killing.

A simulator is an `App`. `serve` runs it in this process (a thread), `python -m tests.simulators.NAME` in its own, which
can be killed and started again on the same folder. Tests steer it under `/_control/VERB` with JSON, by `Control`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.simulators.faults import Fault, Faults, Reply, spoil

REPOSITORY = Path(__file__).resolve().parents[2]
_MOST_LOGGED = 100_000


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was read whole. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON. Raises ValueError."""
        return json.loads(self.body)


@dataclass(slots=True)
class Clock:
    """Real time, moved by tests. `on_move` is called after each move."""

    moved_seconds: float = 0.0
    on_move: list[Callable[[], None]] = field(default_factory=list)

    def now(self) -> float:
        """Return seconds since 1970."""
        return time.time() + self.moved_seconds

    def move(self, seconds: float) -> None:
        """Let time pass at once."""
        self.moved_seconds += seconds
        for call in self.on_move:
            call()


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the request log; `fault` is what it was spoilt with. Never holds a body."""

    method: str
    path: str
    status: int
    fault: str | None
    sent_bytes: int
    received_bytes: int


class App:
    """A simulator. Subclasses answer requests and the control verbs of their own."""

    def __init__(self, state: Path) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.state = state
        self.clock = Clock()
        self.faults = Faults()
        self.log: list[Logged] = []
        self.log_lock = threading.Lock()

    def handle(self, request: Request) -> Reply:
        """Do what is asked and answer. What it did is on disk before it returns."""
        raise NotImplementedError

    def named_fault(self, fault: Fault, request: Request, reply: Reply) -> Reply:
        """Return a provider's own way of saying no. Raises KeyError if there is none of that kind."""
        raise KeyError(fault.kind)

    def control(self, verb: str, values: dict[str, Any]) -> Any:
        """Do what a test asks beside the protocol; a subclass handles its own verbs and leaves the rest to this."""
        common = {
            "fault": lambda: self.faults.add(**values),
            "clear_faults": self.faults.clear,
            "faults_used": lambda: self.faults.used,
            "calls_made": lambda: self.faults.calls,
            "move_clock": lambda: self.clock.move(float(values["seconds"])),
            "now": self.clock.now,
            "log": lambda: [asdict(line) for line in self.log],
            "counts": self._counts,
            "clear_log": self.log.clear,
        }
        return common[verb]()

    def _counts(self) -> dict[str, int]:
        with self.log_lock:
            return dict(Counter(line.path for line in self.log))

    def note(self, line: Logged) -> None:
        """Put a line into the log."""
        with self.log_lock:
            self.log.append(line)
            del self.log[:-_MOST_LOGGED]

    def close(self) -> None:
        """Let go of what is open."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the terminal."""

    def _serve(self) -> None:
        app = self.server.app
        split = urllib.parse.urlsplit(self.path)
        path = split.path
        if path.startswith("/_control/"):
            self._control(app, path.removeprefix("/_control/"))
            return
        fault = app.faults.take(path, self.command)
        if fault is not None and fault.when == "unread":
            self._finish(app, path, Reply(cut_at=-1, reset=fault.kind == "reset"), fault, 0)
            return
        body = self._body()
        query = dict(urllib.parse.parse_qsl(split.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, body)
        self._finish(app, path, _answer(app, request, fault), fault, len(body))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            parts = []
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _control(self, app: App, verb: str) -> None:
        body = self._body()
        try:
            answer, status = app.control(verb, json.loads(body or b"{}")), 200
        except Exception as err:  # the test that asked is told
            answer, status = f"{type(err).__name__}: {err}", 500
        self._send(Reply(status, json.dumps(answer).encode(), {"Content-Type": "application/json"}))

    def _finish(self, app: App, path: str, reply: Reply, fault: Fault | None, received: int) -> None:
        kind = fault.kind if fault else None
        sent = len(reply.body) if reply.cut_at is None else max(reply.cut_at, 0)
        app.note(Logged(self.command, path, reply.status if reply.cut_at != -1 else 0, kind, sent, received))
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        if reply.delay_seconds:
            time.sleep(reply.delay_seconds)
        if reply.cut_at == -1:
            self._hang_up(reply.reset)
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.told_length:
            self.send_header("Content-Length", str(len(reply.body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            body = reply.body if reply.cut_at is None else reply.body[: reply.cut_at]
            for at in range(0, len(body), reply.drip_bytes or max(len(body), 1)):
                self.wfile.write(body[at : at + (reply.drip_bytes or len(body))])
                self.wfile.flush()
        self.wfile.flush()
        if reply.cut_at is not None:
            self._hang_up(reply.reset)

    def _hang_up(self, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _answer(app: App, request: Request, fault: Fault | None) -> Reply:
    if fault is not None and fault.kind == "kill" and fault.when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    reply = Reply()
    if fault is None or fault.when == "after":
        reply = app.handle(request)
    if fault is None:
        return reply
    if fault.kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        return app.named_fault(fault, request, reply)
    except KeyError:
        return spoil(fault, reply)


class Server(ThreadingHTTPServer):
    """An HTTP server on loopback for one app."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, app: App, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.app = app

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let connections that clients end be; anything else is a fault of the simulator and is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Control:
    """How a test steers a simulator, wherever it runs."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def __call__(self, verb: str, **values: Any) -> Any:
        """Do one verb. Raises AssertionError with what the simulator said if it could not."""
        host = urllib.parse.urlsplit(self.base_url).netloc
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            connection.request("POST", f"/_control/{verb}", json.dumps(values))
            answer = connection.getresponse()
            said = json.loads(answer.read())
        finally:
            connection.close()
        assert answer.status == 200, f"{verb}: {said}"
        return said

    def fault(self, route: str, kind: str, **rule: Any) -> None:
        """Spoil calls; see `Fault` for the rule's keys."""
        self("fault", route=route, kind=kind, **rule)

    def count(self, pattern: str = "*") -> int:
        """Return how many requests were made to paths that contain `pattern`; "*" for all."""
        counts: dict[str, int] = self("counts")
        return sum(count for path, count in counts.items() if pattern == "*" or pattern in path)


@contextmanager
def serve(app: App) -> Iterator[str]:
    """Run an app in this process; gives its base URL."""
    server = Server(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.base_url
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
        app.close()


class Process:
    """A simulator in its own process, which can be killed and started again on the same folder and port."""

    def __init__(self, module: str, state: Path) -> None:
        self._module = module
        self._state = state
        self._child: subprocess.Popen[str] | None = None
        self.base_url = ""

    def start(self) -> str:
        """Start it (again) and return its base URL, which stays the same."""
        port = re.sub(r".*:", "", self.base_url) or "0"
        command = [sys.executable, "-m", self._module, "--state", str(self._state), "--port", port]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, "the simulator did not start"
        self.base_url = str(json.loads(line)["base_url"])
        return self.base_url

    def wait_killed(self) -> None:
        """Wait until it has ended, by a fault that kills it."""
        assert self._child is not None
        self._child.wait(30)
        self._let_go()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(30)
            self._let_go()

    def _let_go(self) -> None:
        if self._child is not None and self._child.stdout is not None:
            self._child.stdout.close()
        self._child = None


@contextmanager
def running(module: str, state: Path) -> Iterator[Process]:
    """Run a simulator in its own process."""
    process = Process(module, state)
    process.start()
    try:
        yield process
    finally:
        process.kill()


def main(make: Callable[[Path], App], description: str) -> int:
    """Run an app in the foreground until it is ended; prints one JSON line with its base URL."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="where its state is kept")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    args = parser.parse_args()
    app = make(args.state)
    server = Server(app, args.port)
    print(json.dumps({"base_url": server.base_url, "pid": os.getpid()}), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        app.close()
    return 0


__all__ = ["App", "Clock", "Control", "Fault", "Process", "Reply", "Request", "main", "running", "serve"]
