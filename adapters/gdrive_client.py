"""The SDK's services, one for each thread: no repeats of their own, one endpoint for all hosts, nothing in the log.

An httplib2 connection gives wrong answers silently when threads share it; so each thread has its own. Everything that
leaves here is one of `adapters.errors`.
"""

from __future__ import annotations

import json
import logging
import threading
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import google_auth_httplib2
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.http import build_http

from adapters.errors import StoreError, Unavailable
from adapters.gdrive_errors import WrongAnswerError, answer_error, translate
from adapters.gdrive_sign import Sign, open_sign
from adapters.told_time import ToldTime

T = TypeVar("T")

CONNECTIONS = 4
BATCH = 100
"""The most calls that Drive takes in one request."""

GOOGLE = "https://www.googleapis.com"

Ask = Callable[[Any], Any]
"""Makes a request of the SDK's, given its service."""

for _name in ("googleapiclient", "google_auth_httplib2", "google.auth", "google.oauth2"):
    # They write out addresses, and with them the names that are searched for.
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Connection:
    """How an account is reached."""

    store: str
    credentials: str
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a plain call, whatever its status; headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Client:
    """Makes calls. Safe for several threads. `calls` tells whether anything was asked or done since one last looked."""

    def __init__(self, connection: Connection) -> None:
        self.store = connection.store
        self.calls = 0
        self._connection = connection
        self._base = (connection.endpoint or GOOGLE).rstrip("/")
        self._sign: Sign | None = None
        self._making = threading.Lock()
        self._own = threading.local()
        self._opened: list[Any] = []
        self.time = ToldTime()

    def call(self, operation: str, ref: str, ask: Ask) -> dict[str, Any]:
        """Return a call's answer, an object. Raises only StoreError."""
        answer = self._translated(operation, ref, lambda service: ask(service).execute(num_retries=0))
        if not isinstance(answer, dict):
            raise Unavailable(self.store, operation, ref, "answered wrongly: not an object")
        return answer

    def act(self, operation: str, ref: str, ask: Ask) -> None:
        """Make a call that is answered with nothing. Raises only StoreError."""
        self._translated(operation, ref, lambda service: ask(service).execute(num_retries=0))

    def batch(self, operation: str, asks: Sequence[Ask]) -> list[dict[str, Any] | StoreError]:
        """Return the answers to several calls, made in as few requests as may be, in order.

        Raises StoreError where a request as a whole failed: then nobody knows which of its calls were carried out.
        """
        answers: list[dict[str, Any] | StoreError] = []
        for start in range(0, len(asks), BATCH):
            some = asks[start : start + BATCH]
            answers += self._translated(operation, "", partial(self._run, operation, some))
        return answers

    def plain(
        self, operation: str, ref: str, method: str, uri: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answered:
        """Return the answer to a call below the API's own base, whatever its status. Raises only StoreError."""

        def act(_: Any) -> Answered:
            # Bytes are to come as they are.
            sent = {"accept-encoding": "identity", "content-length": str(len(body or b"")), **headers}
            response, content = self._own.http.request(uri, method=method, body=body, headers=sent)
            return Answered(int(response.status), response, content)

        return self._translated(operation, ref, act)

    def refused(self, answered: Answered, operation: str, ref: str) -> StoreError:
        """Return the store's error for an answer that is none of the good ones."""
        return answer_error(answered.status, answered.content, answered.headers, self.store, operation, ref)

    def address(self, path: str, **query: str) -> str:
        """Return the address of a path below the API's base."""
        return f"{self._base}/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")

    def moved(self, location: str) -> str | None:
        """Return an address that the service gave, at the endpoint; None if it leads away from the service.

        The token goes along with every call, so it must not follow an address to just anywhere.
        """
        if location.startswith(f"{self._base}/"):
            return location
        parts = urllib.parse.urlsplit(location)
        host = parts.hostname or ""
        if parts.scheme != "https" or not (host == "googleapis.com" or host.endswith(".googleapis.com")):
            return None
        return location if self._base == GOOGLE else f"{self._base}{parts.path}?{parts.query}"

    def rights(self) -> tuple[str, ...]:
        """Return the rights that the sign-in was given, as far as is known."""
        return self._sign.rights() if self._sign is not None else ()

    def close(self) -> None:
        """End all connections."""
        with self._making:
            opened, self._opened = self._opened, []
        for http in opened:
            http.close()
        self._own = threading.local()

    def _run(self, operation: str, asks: Sequence[Ask], service: Any) -> list[dict[str, Any] | StoreError]:
        found: dict[str, dict[str, Any] | StoreError] = {}

        def keep(number: str, answer: Any, err: Exception | None) -> None:
            if err is not None:
                found[number] = translate(err, self.store, operation, "")
            elif isinstance(answer, dict):
                found[number] = answer
            else:
                # An act without an answer, such as a removal.
                found[number] = {}

        request = service.new_batch_http_request(callback=keep)
        for number, ask in enumerate(asks):
            request.add(ask(service), request_id=str(number))
        request.execute(http=self._own.http)
        if len(found) != len(asks):
            raise WrongAnswerError("a batch lacks answers")
        return [found[str(number)] for number in range(len(asks))]

    def _translated(self, operation: str, ref: str, act: Callable[[Any], T]) -> T:
        self.calls += 1
        try:
            return act(self._service(operation))
        except StoreError:
            raise
        except Exception as err:
            # The SDK's error holds the address with all that was asked; what is chained must not.
            raise translate(err, self.store, operation, ref) from _silent(err)

    def _service(self, operation: str) -> Any:
        service = getattr(self._own, "service", None)
        if service is None:
            with self._making:
                if self._sign is None:
                    self._sign = open_sign(self.store, operation, self._connection.credentials, self._connection.endpoint)
                http = google_auth_httplib2.AuthorizedHttp(self._sign.credentials, http=self._noting(build_http()))
                self._opened.append(http)
            document = json.loads(get_static_doc("drive", "v3"))
            # Everything hangs on this one: calls, uploads and batches. The SDK's own way to set an endpoint misses two.
            document["rootUrl"] = f"{self._base}/"
            service = build_from_document(document, http=http)
            self._own.http, self._own.service = http, service
        return service

    def _noting(self, http: Any) -> Any:
        """Return the connection, which from now on notes what time each answer tells."""
        request = http.request

        def noted(*args: Any, **options: Any) -> Any:
            response, content = request(*args, **options)
            self.time.note(response.get("date"))
            return response, content

        http.request = noted
        return http


def _silent(err: Exception) -> Exception:
    """Return an error of the same kind's name that holds nothing of what was asked."""
    return RuntimeError(type(err).__name__)
