from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupd.logs import set_up, strike_tokens


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    written = io.StringIO()
    set_up(stream=written, environ={})
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)


def test_one_event_is_one_line_with_its_time_in_utc(stream: io.StringIO) -> None:
    logging.getLogger("backupd.acts").info("removed copy copy_id=%s\nforged=1", 81)
    (line,) = stream.getvalue().splitlines()
    assert line.endswith("Z INFO backupd.acts removed copy copy_id=81 | forged=1")
    assert line[:2] == "20"


def test_controls_in_a_message_are_written_out(stream: io.StringIO) -> None:
    logging.getLogger("index").warning("at %s", "\x1b[2J\u202e")
    assert "\\u001b[2J\\u202e" in stream.getvalue()


def test_other_libraries_say_only_that_they_said_something(stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("GET https://drive/?q=name='Maija Kaisla'")
    logging.getLogger("urllib3").info("quiet")
    assert "Maija" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1


def test_a_traceback_names_places_not_messages(stream: io.StringIO) -> None:
    try:
        try:
            raise KeyError("Maija Kaisla")
        except KeyError as error:
            raise RuntimeError("Häät Kaisla") from error
    except RuntimeError:
        logging.getLogger("backupd").exception("failed job=index")
    text = stream.getvalue()
    assert "Kaisla" not in text
    assert "RuntimeError at test_logs.py:" in text
    assert "<- KeyError at test_logs.py:" in text
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer salaisuus.abc",
        '{"access_token": "salaisuus"}',
        "refresh_token=salaisuus&x=1",
        "token sl.u.salaisuus-12345678",
        "ya29.a0salaisuus_12345",
        "password = 'salaisuus'",
    ],
)
def test_tokens_are_struck_out(text: str) -> None:
    assert "salaisuus" not in strike_tokens(text)
    assert "[struck out]" in strike_tokens(text)


def test_ordinary_words_stay() -> None:
    line = "removed copy copy_id=81 store=drive request_id=7 rule=code"
    assert strike_tokens(line) == line


def test_setting_up_twice_writes_once(stream: io.StringIO) -> None:
    again = io.StringIO()
    set_up(stream=again, environ={}, debug=True)
    logging.getLogger("adapters.local").debug("listed folder_id=%s", 3)
    assert len(again.getvalue().splitlines()) == 1
    assert stream.getvalue() == ""


def test_in_the_journal_a_line_starts_with_its_level_and_has_no_time(tmp_path: Path, stream: io.StringIO) -> None:
    file = tmp_path / "journal"
    with file.open("w+") as journal:
        status = os.fstat(journal.fileno())
        set_up(stream=journal, environ={"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        logging.getLogger("backupd").error("store gone store_id=2")
    assert file.read_text() == "<3>ERROR backupd store gone store_id=2\n"
