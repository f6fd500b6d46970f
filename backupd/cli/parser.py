"""The command line's grammar: found from the groups that lie in this package, with help in 80 columns."""

from __future__ import annotations

import argparse
import difflib
import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from backupd.cli import __path__ as package_path
from backupd.cli.frame import Command, Group, parse_day
from backupd.cli.text import filled

SUPPORT = frozenset(
    {
        "frame", "failures", "forecast_picture", "indexing", "main", "output", "parser", "progress", "prune_told",
        "request_shown", "text", "who",
    }
)
"""Modules of this package that are no command groups; every other one must offer GROUP."""

HELP_COLUMNS = 80
EXIT_STATUSES = """exit status:
  0  done
  1  done, and something needs a person
  2  wrong use or configuration
  3  a store could not be reached or answered wrongly
  4  refused by a rule (the rule is named)"""


def find_groups() -> tuple[Group, ...]:
    """Return every group of this package, in the order of the help."""
    names = [module.name for module in pkgutil.iter_modules(package_path) if module.name not in SUPPORT]
    offered = [getattr(importlib.import_module(f"backupd.cli.{name}"), "GROUP", None) for name in names]
    groups = [group for group in offered if isinstance(group, Group)]
    return tuple(sorted(groups, key=lambda group: (group.order, group.heading)))


class Parser(argparse.ArgumentParser):
    """An argument parser that suggests the word that was meant, and never guesses abbreviations."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False, formatter_class=_formatter, add_help=False)
        self.add_argument("-h", "--help", action="help", help="show this help and exit")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, where the help is, and leave with status 2."""
        message = message.removeprefix("argument COMMAND: ")
        self.exit(2, f"{self.prog}: {message}\nSee: {self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        near = difflib.get_close_matches(str(value), known, n=1, cutoff=0.5)
        hint = f": did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
        raise argparse.ArgumentError(action, f"there is no {value!r}{hint}")


class _Version(argparse.Action):
    """As argparse's own, but asks for the version only when it is wanted: the question costs 20 ms."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"backupd {version('backupd')}\n")
        parser.exit(0)


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=26, width=HELP_COLUMNS - 2)


def build_parser(groups: Sequence[Group]) -> Parser:
    """Return the parser of all commands; the command found stands in args.command."""
    parser = Parser(
        prog="backupd",
        usage="backupd [--config FILE] COMMAND …",
        description="Keeps a studio's backups findable, kept as promised, and erasable on request.",
        epilog=f"{_overview(groups)}\n\n{EXIT_STATUSES}\n\nMore about one: backupd COMMAND --help",
    )
    parser.add_argument("--version", action=_Version, nargs=0, default=argparse.SUPPRESS, help="show the version")
    _add_config(parser, default=None)
    _add_commands(parser, [command for group in groups for command in group.commands], groups)
    return parser


def _add_commands(parser: Parser, commands: Iterable[Command], groups: Sequence[Group]) -> None:
    top = parser.add_subparsers(metavar="COMMAND", help=argparse.SUPPRESS, prog="backupd", parser_class=Parser)
    about = {word: text for group in groups for word, text in group.families.items()}
    families: dict[str, Any] = {}
    for command in commands:
        first, _, second = command.name.partition(" ")
        if not second:
            plain = top.add_parser(first, description=_description(command), epilog=_examples(command))
            _fill(plain, command)
            if first in about:
                # The word alone is a command as well: "review" lists, "review settle" settles.
                families[first] = plain.add_subparsers(
                    metavar="COMMAND", prog=f"backupd {first}", parser_class=Parser, title="commands", required=False
                )
            continue
        if first not in families:
            family = top.add_parser(first, description=about.get(first, ""))
            family.set_defaults(command=None, helped=family)
            families[first] = family.add_subparsers(
                metavar="COMMAND", prog=f"backupd {first}", parser_class=Parser, title="commands"
            )
        inner = families[first].add_parser(
            second, description=_description(command), epilog=_examples(command), help=command.help
        )
        _fill(inner, command)


def _fill(parser: Parser, command: Command) -> None:
    command.add_arguments(parser)
    if command.reads:
        parser.add_argument("--json", action="store_true", help="answer as JSON, on standard output alone")
    if command.dated:
        parser.add_argument("--today", type=parse_day, metavar="DATE", help="rehearse: as if it were this day")
    _add_config(parser, default=argparse.SUPPRESS)
    parser.set_defaults(command=command)


def _add_config(parser: Parser, default: str | None) -> None:
    parser.add_argument("--config", metavar="FILE", default=default, help="the configuration to use")


def _description(command: Command) -> str:
    text = command.description or f"{command.help[:1].upper()}{command.help[1:]}."
    return "\n\n".join(_filled(part, "") for part in text.split("\n\n"))


def _examples(command: Command) -> str:
    if not command.examples:
        return ""
    shown = [f"  {line}\n{_filled(what, '      ')}" for line, what in command.examples]
    return "examples:\n" + "\n".join(shown)


def _overview(groups: Sequence[Group]) -> str:
    longest = max((len(command.name) for group in groups for command in group.commands), default=0)
    blocks: dict[str, list[str]] = {}
    for group in groups:
        # Several modules may share a heading: it stands once, where the first of them does.
        blocks.setdefault(group.heading, []).extend(_entries(group, longest))
    return "\n\n".join(f"{heading}:\n" + "\n".join(entries) for heading, entries in blocks.items())


def _entries(group: Group, longest: int) -> list[str]:
    indent = " " * (longest + 4)
    wrap: Callable[[str], str] = lambda text: _filled(text, indent).lstrip()  # noqa: E731 - one line, used once
    return [f"  {command.name:<{longest}}  {wrap(command.help)}" for command in group.commands]


def _filled(text: str, indent: str) -> str:
    return filled(text, HELP_COLUMNS - 2, indent=indent)
