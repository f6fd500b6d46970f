"""`request certificate`: what an erasure did, how that is known, what stays, what could still be restored."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, Refusal
from backupd.cli.request import at_desk, request_argument, zone_of

if TYPE_CHECKING:
    from backupd.letters.numerals import Language


def _arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    parser.add_argument("--language", choices=("fi", "en"), help="the person's; else as the case has it")
    parser.add_argument("--to", metavar="FILE", help="write it here: .txt, .html to print, or .json")


def _certificate(args: Namespace, context: Context) -> int:
    import json
    from pathlib import Path

    from backupd.cli.text import Dates, size
    from backupd.requests.answering import controller_of
    from backupd.requests.certificate import as_values, certificate_of
    from backupd.requests.certificate_forms import as_html, as_text

    settings = context.settings
    with at_desk(context) as desk:
        one = desk.get(args.request)
        with desk.index.read() as conn:
            found = certificate_of(conn, desk.ledger.key, one, settings, zone_of(context))
    if found is None:
        raise Refusal("nothing_done", "nothing was carried out under this request",
                      f"see: backupd request show {one.uid}")  # fmt: skip
    language: Language = "fi" if (args.language or one.language) == "fi" else "en"
    controller, dates = controller_of(settings), Dates(language, zone_of(context))
    if args.to:
        target = Path(args.to)
        made = {
            ".html": lambda: as_html(found, controller, language, dates.day, size),
            ".json": lambda: json.dumps(as_values(found), ensure_ascii=False, indent=2) + "\n",
        }
        plain = lambda: as_text(found, controller, language, dates.day, size)  # noqa: E731
        target.write_text(made.get(target.suffix.casefold(), plain)(), encoding="utf-8")
        target.chmod(0o600)
    elif args.json:
        context.output.json(as_values(found))
    else:
        context.output.line(as_text(found, controller, language, dates.day, size).rstrip())
    return DONE if found.is_whole else NEEDS_PERSON


GROUP = Group(
    "People's requests",
    order=58,
    families={"request": "a person's case, from receipt to answer"},
    commands=(
        Command("request certificate", "what an erasure did, how we know, what stays, what could be restored", _certificate,
                _arguments,
                examples=(("backupd request certificate r3f", "look at it"),
                          ("backupd request certificate r3f --language en --to certificate.html", "to be printed")),
                description="Make it before the case is closed: the person's name goes with that. Exit status 1 where the"
                " erasure is not finished: it then says what is still to be done.",
                reads=True),
    ),
)  # fmt: skip
