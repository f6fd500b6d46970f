"""What is told to whom, when, and never with a person's name."""

from __future__ import annotations

import http.server
import smtplib
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backupd.clock import FixedClock
from backupd.jobs import digest as digest_job
from backupd.jobs import notices as notices_job
from backupd.jobs.base import Work
from backupd.notifying.mail import NotSent, send, write_mail
from backupd.notifying.matters import gather
from backupd.notifying.ping import ping
from backupd.notifying.telling import Letter, at_once, digest
from backupd.settings.models import Notify, Settings
from backupd.settings.source import given
from backupd.watching.pulse import Pulses
from backupd.watching.work import Hub
from index import jobs, review, stores
from index.engine import Index, open_index
from index.notices import NoticeRow, list_notices

START = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
HEARS = {"anna@kuvaamo.example": ("problems",), "pekka@kuvaamo.example": ("review", "problems"), "x@y.example": ("space",)}


def row(key: str, topic: str = "problems", *, urgent: bool = True, told: int | None = None) -> NoticeRow:
    return NoticeRow(key, topic, urgent, f"about {key}", 1_780_000_000, told)


def test_at_once_is_only_what_cannot_wait_and_was_not_told() -> None:
    rows = [row("a"), row("b", told=5), row("c", urgent=False), row("d", "review")]
    assert at_once(rows, HEARS) == [
        Letter("anna@kuvaamo.example", (rows[0],), False),
        Letter("pekka@kuvaamo.example", (rows[0], rows[3]), False),
    ]


def test_the_digest_tells_all_and_nobody_gets_an_empty_one() -> None:
    rows = [row("a", told=5), row("c", urgent=False)]
    assert [(letter.to, len(letter.notices)) for letter in digest(rows, HEARS)] == [
        ("anna@kuvaamo.example", 2), ("pekka@kuvaamo.example", 2),
    ]  # fmt: skip
    assert digest([], HEARS) == []


class _Mails(socketserver.StreamRequestHandler):
    """A mail server that takes everything, as far as smtplib asks."""

    def handle(self) -> None:
        got: list[bytes] = self.server.got  # type: ignore[attr-defined]
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                got.append(body)
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@pytest.fixture
def mails() -> Iterator[tuple[int, list[bytes]]]:
    server = _Server(("127.0.0.1", 0), _Mails)
    server.got = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1], server.got  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def notify(port: int) -> dict[str, Any]:
    return {
        "server": "127.0.0.1", "port": port, "security": "none", "sender": "backupd@kuvaamo.example",
        "hears": {"anna@kuvaamo.example": ["problems", "review"]},
    }  # fmt: skip


class Service:
    def __init__(self, tmp_path: Path, port: int) -> None:
        with given({}, base="/"):
            table = {"notify": notify(port), "stores": [{"name": "archive", "kind": "local", "path": "/srv/x"}]}
            settings = Settings.model_validate(table)
        self.clock = FixedClock(START)
        self.index: Index = open_index(f"sqlite:///{tmp_path}/index.db", create=True)
        hub = Hub(settings, self.index, self.clock, Pulses(lambda: 0.0), lambda _: None)
        self.work = Work(hub, hub.pulses.of("job"))

    def store(self, **values: Any) -> None:
        with self.index.write() as conn:
            stores.record_store(conn, "archive", "local", **values)

    def now(self) -> int:
        return int(self.clock.now().timestamp())


@pytest.fixture
def service(tmp_path: Path, mails: tuple[int, list[bytes]]) -> Iterator[Service]:
    made = Service(tmp_path, mails[0])
    yield made
    made.index.close()


def test_a_store_that_is_not_believed_is_told_at_once_and_once(service: Service, mails: tuple[int, list[bytes]]) -> None:
    service.store(state="refused", problem="another store's marker", heard_at=service.now())
    assert "mails=1" in notices_job.look(service.work)
    assert "mails=0" in notices_job.look(service.work)
    [body] = mails[1]
    assert b"To: anna@kuvaamo.example" in body
    assert b'Store "archive" is not believed' in body
    service.store(state="online", problem=None, heard_at=service.now())
    assert "over=1" in notices_job.look(service.work)
    service.store(state="refused", problem="another store's marker")
    assert "mails=1" in notices_job.look(service.work)


def test_a_disk_that_is_away_for_a_moment_is_nothing_to_tell(service: Service) -> None:
    service.store(state="offline", heard_at=service.now())
    assert "open=0" in notices_job.look(service.work)
    service.clock.instant += timedelta(hours=1)
    assert "open=1" in notices_job.look(service.work)


def test_silence_is_noticed(service: Service) -> None:
    service.store(state="online", heard_at=service.now())
    service.clock.instant += timedelta(hours=30)
    with service.index.read() as conn:
        [matter] = gather(conn, frozenset({"archive"}), service.now())
    assert "30 hours" in matter.text
    with service.index.read() as conn:
        assert gather(conn, frozenset(), service.now()) == []


def test_events_that_were_lost_are_told_for_a_day(service: Service) -> None:
    service.store(state="online", heard_at=service.now())
    with service.index.write() as conn:
        row = stores.find_store(conn, "archive")
        assert row is not None
        stores.record_events_lost(conn, row.id, service.now())
    for hours, open_matters in ((1, 1), (25, 0)):
        service.clock.instant = START + timedelta(hours=hours)
        service.store(heard_at=service.now())
        assert f"open={open_matters}" in notices_job.look(service.work)


def test_nobody_was_silent_while_nobody_listened(service: Service) -> None:
    service.store(state="online", heard_at=service.now())
    # The service was stopped over a weekend, or its clock has jumped.
    service.clock.instant += timedelta(hours=60)
    assert "open=0" in notices_job.look(service.work)
    service.clock.seconds = 25 * 3600.0
    assert "open=1" in notices_job.look(service.work)


def test_the_mail_of_the_day_holds_no_name_of_a_person(service: Service, mails: tuple[int, list[bytes]]) -> None:
    with service.index.write() as conn:
        question = review.Question("folder", "archive:2026 Virtanen häät", "is Virtanen the client?", [])
        review.ask(conn, question, service.now())
        jobs.record_ended(conn, "backup", service.now(), "failed", "IndexDamaged", None)
    notices_job.look(service.work)
    assert digest_job.send_digest(service.work) == "mails=1"
    text = b"".join(mails[1])
    assert b"1 question waits" in text
    assert b"backup of the index failed" in text
    assert b"Virtanen" not in text


def test_a_mail_server_that_is_away_leaves_it_to_be_told(service: Service) -> None:
    service.store(state="refused", heard_at=service.now())
    hub = service.work.hub
    away = hub.settings.model_copy(update={"notify": hub.settings.notify.model_copy(update={"port": 1})})
    gone = Hub(away, hub.index, hub.clock, hub.pulses, hub.tell)
    with pytest.raises(NotSent):
        notices_job.look(Work(gone, service.work.pulse))
    with service.index.read() as conn:
        assert [each.told_at for each in list_notices(conn)] == [None]
    assert "mails=1" in notices_job.look(service.work)


def test_a_password_is_never_sent_in_the_clear_where_encryption_was_asked_for(mails: tuple[int, list[bytes]]) -> None:
    mail = write_mail(Letter("a@b.example", (row("a"),), False), "x@y.example", "", "host", START)
    settings = Notify(server="127.0.0.1", port=mails[0], security="starttls", sender="x@y.example")
    with pytest.raises(NotSent):
        send([mail], settings)
    assert mails[1] == []


def test_tls_checks_whom_it_talks_to() -> None:
    seen: dict[str, Any] = {}

    def connect(*_args: object, **options: Any) -> smtplib.SMTP:
        seen.update(options)
        raise OSError

    with pytest.raises(NotSent):
        send([], Notify(server="mail.example", security="tls", sender="x@y.example"), connect)
    assert seen["context"].check_hostname is True


def test_a_monitor_hears_of_it() -> None:
    heard: list[str] = []

    class Monitor(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            return

    with http.server.HTTPServer(("127.0.0.1", 0), Monitor) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        ping(f"http://127.0.0.1:{server.server_address[1]}/backupd")
        thread.join()
    assert heard == ["/backupd"]
