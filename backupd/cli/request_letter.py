"""`request letter`: the letter that is due, looked at, written to a file, or kept as the text that was sent."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from backupd.cli.frame import DONE, Command, Context, Group, Refusal, WrongUse, parse_day
from backupd.cli.request import at_desk, next_of, request_argument, zone_of
from backupd.cli.text import visible

if TYPE_CHECKING:
    from backupd.letters.compose import Letter
    from backupd.letters.numerals import Language
    from backupd.requests.desk import Desk
    from index.requests import Request


def _letter_arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    parser.add_argument("--kind", metavar="WORD", help="another letter than the one that is due")
    parser.add_argument("--language", choices=("fi", "en"), help="the person's; else as the case has it")
    parser.add_argument("--ends", metavar="DATE", type=parse_day, help="of restriction_ends: the day on which it ends")
    parser.add_argument("--reason", metavar="TEXT", help="of restriction_ends: why it ends")
    parser.add_argument("--to", metavar="FILE", help="write it here: .txt, .html, or .eml to open in a mail program")
    parser.add_argument("--answer", action="store_true", help="keep it, as the text that is sent")


def _letter(args: Namespace, context: Context) -> int:
    from dataclasses import replace

    from backupd.letters.compose import compose
    from backupd.letters.errors import ControllerUnset, LetterFault
    from backupd.letters.recipes import KINDS
    from backupd.letters.render import as_text
    from backupd.letters.wording import read_own
    from backupd.requests.answering import controller_of, facts_for, kind_due

    settings = context.settings
    if args.kind and args.kind not in KINDS:
        raise WrongUse(f"there is no letter {args.kind!r}", f"known are {', '.join(KINDS)}")
    with at_desk(context) as desk:
        one = desk.get(args.request)
        with desk.index.read() as conn:
            language: Language = "fi" if (args.language or one.language) == "fi" else "en"
            kind = args.kind or kind_due(conn, one)
            facts = facts_for(conn, one, settings, language, context.today, zone_of(context), kind)
        if kind == "restriction_ends":
            facts = replace(facts, restriction_ends_on=args.ends, reason=args.reason or "")
        try:
            letter = compose(kind, facts, controller_of(settings), read_own(settings.requests.letters))
            if args.to:
                _write_letter(args.to, context, desk, one, letter)
            else:
                context.output.line(as_text(letter).rstrip())
        except ControllerUnset as unset:
            raise WrongUse(str(unset), "in the configuration") from unset
        except LetterFault as fault:
            raise Refusal("letter_incomplete", str(fault), f"see: backupd request show {one.uid}") from fault
        if args.answer:
            kept = desk.answer(one.uid, as_text(letter), kind, facts.language)
            context.output.say(f"Kept as the text that was sent. Next: {next_of(desk, kept)}")
    return DONE


def _write_letter(to: str, context: Context, desk: Desk, one: Request, letter: Letter) -> None:
    """Write a letter by the ending of its file; a draft takes the report along. Tell what must be sent besides."""
    from pathlib import Path

    from backupd.letters.recipes import WITH_FILES
    from backupd.letters.render import as_eml, as_html, as_text
    from backupd.requests.found import attachments_of
    from backupd.requests.handing import write_private

    target = Path(to).expanduser()
    ending = target.suffix.casefold()
    with desk.index.read() as conn:
        try:
            taken, besides = attachments_of(conn, one) if letter.kind in WITH_FILES else ((), ())
        except FileNotFoundError as err:
            mend = f"put the report back, or make it anew: backupd request run {one.uid} --to FOLDER"
            raise Refusal("report_gone", f"what was to be attached cannot be read: {err}", mend) from err
    if ending == ".eml":
        write_private(target, as_eml(letter, taken))
        for each in taken:
            context.output.line(f"attached: {visible(each.name)}")
    else:
        write_private(target, (as_html(letter) if ending == ".html" else as_text(letter)).encode())
        for each in taken:
            context.output.line(f"send along: {visible(each.name)}")
    for place in besides:
        context.output.line(f"send besides: {visible(place)}")


GROUP = Group(
    "People's requests",
    order=57,
    families={"request": "a person's case, from receipt to answer"},
    commands=(
        Command("request letter", "the letter that is due, from what was verified", _letter, _letter_arguments,
                examples=(("backupd request letter r3f", "look at it"),
                          ("backupd request letter r3f --to answer.eml --answer", "to be sent, and kept as the answer"),
                          ("backupd request letter r3f --kind extended --answer", "that told of an extension")),
                description="Nothing is sent. A refusal or an extension is not written without its required parts."),
    ),
)  # fmt: skip
