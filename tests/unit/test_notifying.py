"""What is told to whom, when, and never with a person's name."""

from __future__ import annotations

import email
import email.policy
import http.server
import re
import smtplib
import socketserver
import string
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backupd.clock import FixedClock
from backupd.jobs import digest as digest_job
from backupd.jobs import notices as notices_job
from backupd.jobs import report as report_job
from backupd.jobs.base import Work
from backupd.notifying.mail import Envelope, NotSent, send, write_mail
from backupd.notifying.matters import Matter, Outlook, gather
from backupd.notifying.ping import ping
from backupd.notifying.telling import Letter, at_once, digest
from backupd.notifying.words import KINDS, MAIL, REPORT, STATES, TEXTS, kind_of_request
from backupd.requests.base import find_kinds
from backupd.settings.models import Notify, Settings, Studio
from backupd.settings.schedules import NEVER
from backupd.settings.source import given
from backupd.watching.pulse import Pulses
from backupd.watching.work import Hub
from index import jobs, requests, review, stores
from index.engine import Index, open_index
from index.notices import NoticeRow, list_notices
from index.requests import Request

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
    def __init__(self, tmp_path: Path, port: int, language: str = "en") -> None:
        with given({}, base="/"):
            table = {
                "notify": notify(port), "stores": [{"name": "archive", "kind": "local", "path": "/srv/x"}],
                "studio": {"name": "Kuvaamo Sää", "language": language},
            }  # fmt: skip
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

    def matters(self, settings: Settings | None = None) -> list[Matter]:
        outlook = Outlook(settings or self.work.hub.settings, self.clock.now(), self.work.hub.settings.studio.language)
        with self.index.read() as conn:
            return gather(conn, outlook)

    def open_case(self, uid: str, received_on: str, state: str = "acknowledged", kind: str = "erase") -> None:
        with self.index.write() as conn:
            requests.add(
                conn,
                Request(uid, kind, state, received_on, "mail", "fi", "Minna Virtanen", "m@v.example", None, "a" * 64,
                        ("a" * 64,), self.now(), "anna"),
            )  # fmt: skip


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
    [matter] = service.matters()
    assert "30 hours" in matter.text
    assert service.matters(service.work.hub.settings.model_copy(update={"stores": ()})) == []


def test_a_store_that_nobody_adopted_is_told_but_not_in_the_first_minutes(service: Service) -> None:
    assert "open=0" in notices_job.look(service.work)
    service.clock.seconds = 3600.0
    assert "open=1" in notices_job.look(service.work)
    service.store(state="online", heard_at=service.now())
    assert "over=1" in notices_job.look(service.work)


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
    mail = write_mail(Letter("a@b.example", (row("a"),), False), Envelope("x@y.example", Studio(), "host", START))
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


def read_mail(body: bytes) -> tuple[str, str]:
    """(subject, text) of a mail as it was sent."""
    mail = email.message_from_bytes(body, policy=email.policy.default)
    assert mail["Content-Language"] in ("fi", "en")
    return mail["Subject"], mail.get_content()


TROUBLES = {
    "fi": (
        "[backupd] 1 203 asiaa vaatii huomiota", "Nämä asiat eivät voi odottaa:",
        '- Tallennuspaikkaan ”archive” ei saada yhteyttä. Siitä kuultiin viimeksi 1.6.2026 11.00. Katso: backupd doctor'
        " (alkaen 1.6.2026 12.00)",
        "- Indeksin varmuuskopiointi epäonnistui (IndexDamaged). Katso: backupd backup-index (alkaen 1.6.2026 12.00)",
        "Seuraavat asiat vaativat huomiota:", "- 1\N{NO-BREAK SPACE}200 kysymystä odottaa vastausta. Katso: backupd review",
    ),
    "en": (
        "", "These cannot wait:",
        '- Store "archive" cannot be reached (unplugged). Last heard of on 1 June 2026 11:00. See: backupd doctor'
        " (since 1 June 2026 12:00)",
        "- The backup of the index failed: IndexDamaged. See: backupd backup-index (since 1 June 2026 12:00)",
        "What needs a person today:", "- 1,200 questions wait for a person. See: backupd review",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "en"])
def test_mails_are_in_the_studios_language_with_its_days_and_numbers(
    tmp_path: Path, mails: tuple[int, list[bytes]], language: str
) -> None:
    service = Service(tmp_path, mails[0], language)
    try:
        service.store(state="offline", problem="unplugged", heard_at=service.now())
        with service.index.write() as conn:
            jobs.record_ended(conn, "backup", service.now(), "failed", "IndexDamaged", None)
            for number in range(1200):
                review.ask(conn, review.Question("folder", f"archive:{number}", "which client?", []), service.now())
        service.clock.instant += timedelta(hours=1)
        notices_job.look(service.work)
        digest_job.send_digest(service.work)
    finally:
        service.index.close()
    (subject, text), (daily, all_of_it) = map(read_mail, mails[1])
    _, opening, *lines, daily_opening, questions = TROUBLES[language]
    assert subject == {"fi": "[backupd] 2 asiaa vaatii huomiota", "en": "[backupd] 2 things need a person"}[language]
    assert daily.startswith("[backupd] 3 ")
    assert text.splitlines()[0] == opening
    assert set(lines) <= set(text.splitlines()), text
    assert all_of_it.splitlines()[0] == daily_opening
    assert any(line.startswith(questions) for line in all_of_it.splitlines()), all_of_it
    assert "Kuvaamo Sää" in text


def test_every_text_has_both_languages_and_fields_that_both_know() -> None:
    for table in (TEXTS, MAIL, KINDS, REPORT, STATES):
        for key, texts in table.items():
            assert texts.keys() == {"fi", "en"}, key
            fields = {language: _fields(text) for language, text in texts.items()}
            # Why, in the words of a store or a library, is English: a Finnish text may do without it.
            assert fields["fi"] | {"why", "when"} == fields["en"] | {"why", "when"}, key
            assert not re.search(r"\s\s|\{[a-z]+\}(?:[a-zäö]|:[a-zäö])", texts["fi"]), "a name is never inflected"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_kind_of_request_has_a_name_in_both_languages() -> None:
    assert KINDS.keys() == find_kinds().keys()
    assert kind_of_request("erase", "fi") == "tietojen poisto"


@pytest.mark.parametrize(
    ("today", "key", "urgent", "words"),
    [
        ("2026-06-21", None, False, ""),
        ("2026-06-24", "due r1", False, "on vastattava viimeistään 1.7.2026: aikaa on 7 päivää"),
        ("2026-06-27", "due r1", False, "aikaa on 4 päivää"),
        ("2026-06-28", "due r1 3", True, "aikaa on 3 päivää"),
        ("2026-06-30", "due r1 1", True, "aikaa on 1 päivä."),
        ("2026-07-01", "due r1 0", True, "on vastattava tänään, 1.7.2026"),
        ("2026-07-03", "due r1 -2", True, "olisi pitänyt vastata viimeistään 1.7.2026: myöhässä 2 päivää"),
    ],
)
def test_a_request_whose_day_comes_near_is_told(
    tmp_path: Path, today: str, key: str | None, urgent: bool, words: str
) -> None:
    service = Service(tmp_path, 1, "fi")
    try:
        service.open_case("r1", "2026-06-01")
        service.open_case("r2", "2026-06-01", state="answered")
        service.open_case("r3", "2026-06-01", state="closed")
        service.clock.instant = datetime.fromisoformat(f"{today}T12:00:00+03:00")
        found = [each for each in service.matters() if each.topic == "requests"]
    finally:
        service.index.close()
    assert [(each.key, each.topic, each.urgent) for each in found] == ([(key, "requests", urgent)] if key else [])
    assert not found or words in found[0].text
    assert "Virtanen" not in repr(found)


def test_each_of_the_last_days_is_told_at_once_and_once(service: Service, mails: tuple[int, list[bytes]]) -> None:
    hears = service.work.hub.settings.notify.model_copy(update={"hears": {"anna@kuvaamo.example": ("requests",)}})
    settings = service.work.hub.settings.model_copy(update={"notify": hears})
    hub = service.work.hub
    work = Work(Hub(settings, hub.index, hub.clock, hub.pulses, hub.tell), service.work.pulse)
    service.open_case("r1", "2026-06-01")
    for day in range(20, 35):
        for hour in (8, 15):
            service.clock.instant = datetime(2026, 6, 1, hour, tzinfo=UTC) + timedelta(days=day)
            notices_job.look(work)
    told = [read_mail(each)[0] for each in mails[1]]
    assert len(told) == 3 + 4, told
    assert all("r1 (erasure)" in each for each in told)


REPORTS = {
    "fi": [
        "Kuukausi silmäyksellä: toukokuu 2026", "",
        "- Tallennuspaikka ”archive”: 0 tiedostoa, 0 B; vapaana 1,5 TB; ei yhteyttä",
        "- Indeksissä on 0 kuvausta.", "- Pyyntöjä saapui 2 ja päätettiin 1; avoinna on 2.",
        "- Vastausta odottavia kysymyksiä: 0.", "- Indeksistä ei ole varmuuskopiota.",
    ],
    "en": [
        "The month at a glance: May 2026", "",
        '- Store "archive": 0 files, 0 B; 1.5 TB free; cannot be reached',
        "- The index knows 0 shoots.", "- Requests: 2 received, 1 ended, 2 open.",
        "- Questions that wait for a person: 0.", "- There is no backup of the index.",
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "en"])
def test_the_month_at_a_glance(tmp_path: Path, mails: tuple[int, list[bytes]], language: str) -> None:
    service = Service(tmp_path, mails[0], language)
    hub = service.work.hub
    notify = hub.settings.notify.model_copy(update={"hears": {"anna@kuvaamo.example": ("reports",)}})
    index = hub.settings.index.model_copy(update={"url": f"sqlite:///{tmp_path}/index.db"})
    settings = hub.settings.model_copy(update={"notify": notify, "index": index})
    try:
        service.store(state="offline", free_bytes=1_500_000_000_000)
        service.open_case("r1", "2026-05-01")
        service.open_case("r2", "2026-05-31", state="closed")
        service.open_case("r3", "2026-06-01")
        with service.index.write() as conn:
            ended = int(datetime(2026, 5, 31, 20, 59, tzinfo=UTC).timestamp())
            requests.change(conn, "r2", ended_at=ended)
        work = Work(Hub(settings, hub.index, hub.clock, hub.pulses, hub.tell), service.work.pulse)
        assert report_job.JOB.run(work) == "mails=1"
    finally:
        service.index.close()
    subject, text = read_mail(mails[1][0])
    assert subject == f"[backupd] {REPORTS[language][0]}"
    assert text.splitlines()[: len(REPORTS[language])] == REPORTS[language]
    assert "Virtanen" not in text


def test_nobody_who_hears_of_reports_means_no_report(service: Service) -> None:
    assert report_job.JOB.when(service.work.hub.settings) is NEVER
