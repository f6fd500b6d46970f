"""What a command group is made of, and what every command is given.

A group is one module in this package that offers a `GROUP` constant; nothing else lists it. Such a module is imported
for every call, `--help` too, so it imports nothing heavy (settings models, the index's engine, SDKs) but inside `run`.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from backupd.cli.output import Output
from backupd.clock import Clock

if TYPE_CHECKING:
    from backupd.cli.text import Dates
    from backupd.settings.models import Settings

DONE, NEEDS_PERSON, WRONG_USE, STORE_FAILED, REFUSED = range(5)
"""The exit statuses: done; done, and something needs a person; wrong use or configuration; a store (or the index) could
not be reached or answered wrongly; refused by a rule."""


def no_arguments(parser: ArgumentParser) -> None:
    """Add nothing."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `name` is one word, or two for a command within a family ("store init").

    `examples` are pairs of a command line and what it does. A command that only reads gets `--json` (args.json), one
    that shows or plans by date `--today DATE` (already in `context.today`).
    """

    name: str
    help: str
    run: Callable[[Namespace, Context], int]
    add_arguments: Callable[[ArgumentParser], None] = no_arguments
    examples: tuple[tuple[str, str], ...] = ()
    description: str = ""
    reads: bool = False
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The commands of one module, under a heading of `backupd --help`; groups are listed by `order`, then heading."""

    heading: str
    commands: tuple[Command, ...]
    order: int = 50
    families: Mapping[str, str] = field(default_factory=dict)
    """What the first word of two-word commands stands for: {"store": "the places that hold files"}."""


class Refusal(Exception):
    """A rule does not allow it. `rule` is the rule's name, `why` the facts it saw, `mend` what a person can do."""

    def __init__(self, rule: str, why: str, mend: str = "") -> None:
        super().__init__(rule, why, mend)
        self.rule = rule
        self.why = why
        self.mend = mend


class WrongUse(Exception):
    """What was asked cannot be understood or does not exist. `wrong` is a clause, `mend` what to type instead."""

    def __init__(self, wrong: str, mend: str = "") -> None:
        super().__init__(wrong, mend)
        self.wrong = wrong
        self.mend = mend


class Context:
    """What a command is given: settings (read when first used), the clock, where to write, the environment."""

    def __init__(
        self,
        *,
        config: str | None,
        environ: Mapping[str, str],
        out: TextIO | None = None,
        err: TextIO | None = None,
        clock: Clock | None = None,
        today: date | None = None,
    ) -> None:
        self.config = config
        self.environ = environ
        self.clock = clock or Clock()
        self.output = Output(out or sys.stdout, err or sys.stderr, environ, self.clock.monotonic)
        self.debug = environ.get("BACKUPD_DEBUG", "") not in ("", "0")
        self._today = today

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises SettingsError."""
        from backupd.settings import load_settings

        return load_settings(self.config, self.environ)

    @cached_property
    def today(self) -> date:
        """Today in the studio's zone, or the day that `--today` named. Raises SettingsError."""
        return self._today or self.clock.today(self.settings.studio.timezone)

    @cached_property
    def dates(self) -> Dates:
        """How the studio writes days. Raises SettingsError."""
        from zoneinfo import ZoneInfo

        from backupd.cli.text import Dates

        return Dates(self.settings.studio.language, ZoneInfo(self.settings.studio.timezone))


def parse_day(text: str) -> date:
    """Return the day written as 2026-06-14 or 14.6.2026, as argparse's `type`."""
    parts = text.split(".")
    try:
        if len(parts) == 3:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day: write 2026-06-14 or 14.6.2026") from None
