from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import NotOurStore, SignInNeeded, StoreError, Unavailable
from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, Refusal, WrongUse, parse_day
from backupd.cli.main import main
from backupd.cli.output import Output, to_json
from backupd.cli.parser import build_parser, find_groups
from backupd.cli.progress import Progress
from backupd.clock import FixedClock
from index.errors import IndexAbsent, IndexBusy, IndexDamaged, IndexTooNew

NOW = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
Run = Callable[[Namespace, Context], int]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Ran:
    status: int
    out: str
    err: str


def call(
    *argv: str, run: Run = lambda args, context: DONE, environ: dict[str, str] | None = None, **options: Any
) -> Ran:
    """Run the command `try it` as a command line would, with what it does given by the test."""
    command = Command("try it", "try something", run, reads=True, dated=True, examples=(("backupd try it", "tries"),))
    single = Command("alone", "stand alone", run, _one_word)
    groups = (Group("Tests", (command, single), families={"try": "what is tried"}),)
    out, err = io.StringIO(), options.pop("err", io.StringIO())
    clock = FixedClock(NOW)
    status = main(list(argv), environ or {}, out=out, err=err, clock=clock, groups=groups, **options)
    return Ran(status, out.getvalue(), err.getvalue())


def _one_word(parser: ArgumentParser) -> None:
    parser.add_argument("word")


def raising(failure: BaseException) -> Run:
    def run(args: Namespace, context: Context) -> int:
        raise failure

    return run


def test_the_status_of_a_command_is_the_status_of_the_program() -> None:
    assert call("try", "it", run=lambda args, context: NEEDS_PERSON).status == 1


def test_options_reach_the_command_wherever_they_stand(tmp_path: Path) -> None:
    config = tmp_path / "a.toml"
    config.write_text('[studio]\nname = "Kaisla"\n')

    def run(args: Namespace, context: Context) -> int:
        context.output.json({"name": context.settings.studio.name, "day": context.today, "json": args.json})
        return DONE

    for argv in (
        ["--config", str(config), "try", "it", "--json", "--today", "14.6.2025"],
        ["try", "it", "--today", "2025-06-14", "--json", "--config", str(config)],
    ):
        assert json.loads(call(*argv, run=run).out) == {"name": "Kaisla", "day": "2025-06-14", "json": True}


def test_today_is_the_day_in_the_studios_zone(tmp_path: Path) -> None:
    config = tmp_path / "a.toml"
    config.touch()
    seen: list[date] = []

    def run(args: Namespace, context: Context) -> int:
        seen.append(context.today)
        return DONE

    assert call("try", "it", run=run, environ={"BACKUPD_CONFIG": str(config)}).status == 0
    assert seen == [date(2026, 7, 1)]


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (WrongUse("no store is called 'x'", "name another"), 2, ["no store is called 'x'. Name another."]),
        (Refusal("hold_legal", "the shoot is held", "release it first"), 4, ["rule hold_legal", "Release it first."]),
        (Unavailable("nas", "walk"), 3, ["store nas", "cannot be reached"]),
        (NotOurStore("nas", "check"), 3, ["store nas", "marker", "backupd store init"]),
        (SignInNeeded("cloud", "list"), 3, ["store cloud", "backupd auth"]),
        (StoreError("cloud", "list"), 3, ["store cloud"]),
        (IndexAbsent("i.db", "is not there", "run `backupd index`"), 2, ["i.db", "Run `backupd index`"]),
        (IndexTooNew("i.db", "newer"), 2, ["i.db"]),
        (IndexBusy("i.db", "busy"), 3, ["i.db"]),
        (IndexDamaged("i.db", "damaged"), 3, ["i.db"]),
        (PermissionError(13, "Permission denied", "/srv/x"), 2, ["/srv/x: Permission denied", "account"]),
        (OSError(28, "No space left on device", "/srv/x"), 3, ["/srv/x: No space left"]),
        (ZeroDivisionError("Maija Kaisla"), 70, ["a mistake in backupd", "ZeroDivisionError", "BACKUPD_DEBUG=1"]),
        (KeyboardInterrupt(), 130, ["stopped; the next run goes on from here"]),
    ],
)
def test_a_failure_is_one_clear_message_and_a_status(failure: BaseException, status: int, said: list[str]) -> None:
    ran = call("try", "it", run=raising(failure))
    assert ran.status == status
    assert ran.out == ""
    assert all(part in ran.err for part in said)
    assert "Traceback" not in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert "Maija" not in ran.err


def test_every_store_error_has_its_own_sentence() -> None:
    kinds = StoreError.__subclasses__()
    said = {call("try", "it", run=raising(kind("nas", "list"))).err for kind in kinds}
    assert len(said) == len(kinds)


def test_a_subclass_of_a_store_error_is_told_as_its_base() -> None:
    class FullByCount(Unavailable):
        pass

    assert "cannot be reached" in call("try", "it", run=raising(FullByCount("nas", "list"))).err


def test_debug_shows_the_traceback_as_well() -> None:
    ran = call("try", "it", run=raising(WrongUse("no")), environ={"BACKUPD_DEBUG": "1"})
    assert "Traceback" in ran.err
    assert ran.status == 2


def test_what_a_failure_says_steers_no_terminal() -> None:
    assert "\x1b" not in call("try", "it", run=raising(Unavailable("nas", "walk", "\x1b[2J", "\x1b]0;x"))).err


def test_wrong_settings_are_told_with_file_and_line(tmp_path: Path) -> None:
    config = tmp_path / "a.toml"
    config.write_text("[studio]\nnam = 1\n[retention]\nminimum = 2\n")
    ran = call("try", "it", "--config", str(config), run=lambda args, context: len(context.settings.stores))
    assert ran.status == 2
    assert f"{config}:2: studio.nam: is not a setting" in ran.err
    assert f"{config}:4: retention.minimum:" in ran.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["tyr"], "did you mean 'try'?"),
        (["try", "ti"], "did you mean 'it'?"),
        (["xyz"], "known are try, alone"),
        (["try", "it", "--nope"], "--nope"),
        (["try", "it", "--jso"], "--jso"),
        (["try", "it", "--today", "30.2.2026"], "is not a day"),
        (["alone"], "word"),
        ([], "usage: backupd"),
        (["try"], "usage: backupd try"),
    ],
)
def test_wrong_use_is_status_2_and_says_what_is_right(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = call(*argv)
    assert ran.status == 2
    assert ran.out == ""
    assert said in ran.err + capsys.readouterr().err


def test_days_are_read_in_both_manners() -> None:
    assert parse_day("14.6.2025") == parse_day("2025-06-14") == date(2025, 6, 14)


# --- the commands there are


COMMANDS = [command for group in find_groups() for command in group.commands]


def test_no_command_exists_twice() -> None:
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_in_80_columns_with_examples_that_parse(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    import shlex

    parser = build_parser(find_groups())
    with pytest.raises(SystemExit):
        parser.parse_args([*command.name.split(), "--help"])
    text = capsys.readouterr().out
    assert all(len(line) <= 80 for line in text.splitlines()), text
    assert command.examples, "each command shows how it is used"
    for line, _what in command.examples:
        args = parser.parse_args(shlex.split(line)[1:])
        assert args.command.name == command.name


def test_the_overview_names_every_command_in_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"], {}) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {command.name} " in text for command in COMMANDS)
    assert all(len(line) <= 80 for line in text.splitlines())
    headings = [line for line in text.splitlines() if line.endswith(":") and not line.startswith((" ", "options", "exit"))]
    assert headings and len(set(headings)) == len(headings), "each heading stands once"
    assert all(heading[0].isupper() for heading in headings)


def test_help_needs_none_of_the_heavy_modules() -> None:
    heavy = ("sqlalchemy", "pydantic", "exifread", "openpyxl", "docx", "pypdf", "dropbox", "googleapiclient", "alembic")
    code = (
        "import sys; from backupd.cli.main import main; status = main(['--help'], {});"
        f"sys.stderr.write(repr([each for each in {heavy!r} if each in sys.modules])); sys.exit(status)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr == "[]"


def test_the_version_is_told() -> None:
    ran = subprocess.run([sys.executable, "-m", "backupd", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("backupd 0.")


def test_a_reader_that_goes_away_is_no_error() -> None:
    code = (
        "import sys; from backupd.cli.main import main; from backupd.cli.frame import Command, Group\n"
        "def run(args, context):\n"
        "    while True: context.output.line('x' * 1000)\n"
        "sys.exit(main(['go'], {}, groups=[Group('a', (Command('go', 'go', run),))]))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


# --- JSON


@given(st.recursive(
    st.binary(max_size=9).map(os.fsdecode) | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
))  # fmt: skip
def test_json_gives_back_what_was_said_even_names_that_are_no_utf8(value: object) -> None:
    raw = to_json(value)
    raw.decode("utf-8")
    assert json.loads(raw) == value


def test_json_keeps_letters_readable_and_writes_records_plainly() -> None:
    @dataclass(frozen=True)
    class Row:
        day: date
        at: datetime
        sha: bytes
        path: Path

    raw = to_json([Row(date(2026, 6, 1), NOW, b"\xab\x01", Path("Häät"))])
    assert "Häät".encode() in raw
    assert json.loads(raw) == [
        {"day": "2026-06-01", "at": "2026-06-30T22:00:00+00:00", "sha": "ab01", "path": "Häät"}
    ]
    with pytest.raises(TypeError):
        to_json(object())


def test_json_is_utf8_whatever_the_locale_says() -> None:
    code = "from backupd.cli.main import main; main(['go'], {}, groups=[__import__('t').GROUP])"
    module = (
        "from backupd.cli.frame import Command, Group\n"
        "def run(args, context):\n    context.output.json('Häät \\udce4'); return 0\n"
        "GROUP = Group('a', (Command('go', 'go', run),))"
    )
    whole = f"import sys, types; t = types.ModuleType('t'); sys.modules['t'] = t; exec({module!r}, t.__dict__)\n{code}"
    environ = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    ran = subprocess.run([sys.executable, "-c", whole], capture_output=True, check=True, env=environ)
    assert ran.stdout == '"Häät \\udce4"\n'.encode()


# --- terminals


def test_colours_only_on_a_terminal_that_wants_them() -> None:
    assert Output(Terminal(), io.StringIO(), {}).styled("x", "bad") == "\x1b[31mx\x1b[0m"
    assert Output(Terminal(), io.StringIO(), {"NO_COLOR": "1"}).styled("x", "bad") == "x"
    assert Output(Terminal(), io.StringIO(), {"TERM": "dumb"}).styled("x", "bad") == "x"
    assert Output(io.StringIO(), io.StringIO(), {}).styled("x", "bad") == "x"


def test_progress_on_a_terminal_is_one_line_that_is_erased() -> None:
    clock, err = FixedClock(NOW), Terminal()
    with Progress(err, clock.monotonic, "reading", total=100, live=True) as progress:
        progress.update(1)
        assert err.getvalue() == "", "not before there is something to tell"
        clock.seconds = 10
        progress.update(20, 20_000_000)
        clock.seconds = 10.1
        progress.update(21)
    text = err.getvalue()
    assert "reading: 20 of 100 files, 2/s, 2.0 MB/s, 40 s left" in text
    assert "21 of" not in text
    assert text.endswith("\r" + " " * len("reading: 20 of 100 files, 2/s, 2.0 MB/s, 40 s left") + "\r")


def test_progress_elsewhere_is_a_line_each_half_minute() -> None:
    clock, err = FixedClock(NOW), io.StringIO()
    with Progress(err, clock.monotonic, "reading", live=False) as progress:
        for second in range(0, 100, 5):
            clock.seconds = second
            progress.update(second)
    assert err.getvalue().splitlines() == [
        "reading: 30 files, 1/s", "reading: 60 files, 1/s", "reading: 90 files, 1/s",
    ]  # fmt: skip


def test_every_command_that_we_tell_people_to_run_is_there() -> None:
    known = {command.name.split()[0] for group in find_groups() for command in group.commands}
    named = {
        (str(path), word)
        for path in Path(main.__code__.co_filename).parents[1].rglob("*.py")
        for word in re.findall(r"(?:`|(?<!'')')backupd ([a-z][a-z-]+)", path.read_text())
    }
    assert len(named) > 30
    assert {each for each in named if each[1] not in known} == set()
