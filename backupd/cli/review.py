"""`review`: what a person must settle, and settling it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from backupd.cli.find import reading
from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, WrongUse, parse_day
from backupd.cli.text import count, visible

if TYPE_CHECKING:
    from index.engine import Index

_KINDS = ("folder", "date", "spelling", "twin", "store", "file", "list", "contact", "erased")
_HEADINGS = {
    "folder": "Folders whose names leave something open",
    "date": "Folders whose day and capture days disagree",
    "spelling": "Names that may be one client",
    "twin": "Two of one name in one folder",
    "store": "Stores that were not believed",
    "file": "Files that could not be read as they should",
    "list": "Participant lists with something left over",
    "contact": "Shoots that have outlived a contact",
    "erased": "What was erased and is there again",
}


def _review_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", choices=_KINDS, metavar="KIND", help=f"only one kind: {', '.join(_KINDS)}")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="show at most so many (200)")


def _review(args: Namespace, context: Context) -> int:
    from zoneinfo import ZoneInfo

    from backupd import lookups

    with reading(context) as conn:
        rows = lookups.questions(conn, args.kind, ZoneInfo(context.settings.studio.timezone))
    if args.json:
        context.output.json(rows)
    elif not rows:
        context.output.line("Nothing waits for a person.")
    else:
        _show(context, rows[: args.limit])
        if len(rows) > args.limit:
            context.output.line(f"and {count(len(rows) - args.limit, 'more question')}; see --limit")
        context.output.line("Settle one with: backupd review settle NUMBER … (see --help)")
    return NEEDS_PERSON if rows else DONE


def _show(context: Context, rows: list[dict[str, Any]]) -> None:
    output = context.output
    for kind in _KINDS:
        mine = [row for row in rows if row["kind"] == kind]
        if mine:
            output.line(output.styled(f"{_HEADINGS[kind]} ({len(mine)})", "strong"))
        for row in mine:
            place = f"{row['store']}: {row['path'] or '.'}" if row["store"] else ""
            output.line(f"{row['id']:>5}  {visible(place or row['reason'])}")
            if place:
                output.line(f"       {visible(_reason(context, row))}")
            for number, candidate in enumerate(row["candidates"], 1):
                if kind in ("folder", "date"):
                    output.line(f"       {number}. {_candidate(context, candidate)}")


def _reason(context: Context, row: Mapping[str, Any]) -> str:
    """Why it is asked; of days that disagree, the days as the studio writes them."""
    reason: str = row["reason"]
    if row["kind"] != "date":
        return reason
    return context.dates.in_text(reason)


def _candidate(context: Context, candidate: Mapping[str, Any]) -> str:
    parts = []
    if candidate.get("first_day"):
        first = date.fromisoformat(candidate["first_day"])
        parts.append(context.dates.span(first, date.fromisoformat(candidate.get("last_day") or candidate["first_day"])))
    if candidate.get("client"):
        parts.append(f"client {visible(candidate['client'])}")
    if candidate.get("title"):
        parts.append(f"title {visible(candidate['title'])}")
    return ", ".join(parts) or "nothing of it"


def _settle_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", type=int, metavar="NUMBER", help="the question's number, as `review` shows it")
    parser.add_argument("--choose", type=int, metavar="N", help="take the candidate with this number")
    parser.add_argument("--client", metavar="NAME", help="who the shoot was for; '' for nobody")
    parser.add_argument("--title", metavar="TEXT", help="what it was; '' for nothing")
    parser.add_argument("--day", dest="first_day", metavar="DATE", type=parse_day, help="the shoot's day, or its first")
    parser.add_argument("--last-day", metavar="DATE", type=parse_day, help="its last day")
    same = parser.add_mutually_exclusive_group()
    same.add_argument("--same", action="store_true", default=None, help="the two are one: one client, or one shoot")
    same.add_argument("--different", dest="same", action="store_false", default=None, help="they are two")
    parser.add_argument("--accept", action="store_true", help="the files of this store were really removed")
    parser.add_argument("--seen", action="store_true", help="leave it as it is, and ask no more")


def _settle(args: Namespace, context: Context) -> int:
    from backupd.accounts import account_name
    from backupd.reviewing import Decision, Unfitting, carry_out, plan_settlement
    from index.engine import open_index
    from index.review import find_question

    names = ("choose", "client", "title", "first_day", "last_day", "same", "accept", "seen")
    decision = Decision(**{name: getattr(args, name) for name in names})
    index = open_index(context.settings.index.url)
    try:
        with index.write() as conn:
            question = find_question(conn, args.number)
            if question is None:
                raise WrongUse(f"there is no question {args.number}", "see them with: backupd review")
            try:
                settlement = plan_settlement(question, decision)
            except Unfitting as err:
                raise WrongUse(err.wrong, err.mend) from err
            carry_out(conn, question, settlement, account_name(), int(context.clock.now().timestamp()))
        _work_out(context, index)
    finally:
        index.close()
    context.output.line(f"Settled {args.number}.")
    return DONE


def _work_out(context: Context, index: Index) -> None:
    """Bring shoots in line with the settlement, unless a run has the turn: then it does so itself."""
    from backupd.scan.bring import place_and_refresh
    from backupd.scan.setup import naming_of, rules_of
    from index.engine import writer_turn
    from index.errors import IndexBusy

    now = int(context.clock.now().timestamp())
    try:
        with writer_turn(context.settings.index.url):
            place_and_refresh(index, rules_of(context.settings, context.today), naming_of(context.settings), now)
    except IndexBusy:
        context.output.say("An index run is going on; it will take this up.")


GROUP = Group(
    "Settling",
    order=30,
    families={"review": "what a person must settle"},
    commands=(
        Command(
            "review",
            "what a person must settle",
            _review,
            _review_arguments,
            examples=(("backupd review", "all questions"), ("backupd review --kind folder", "only folders' names")),
            description="Where guessing would be wrong, backupd asks. Exit status 1 while something is open.",
            reads=True,
        ),
        Command(
            "review settle",
            "settle a question; remembered from then on",
            _settle,
            _settle_arguments,
            examples=(
                ("backupd review settle 7 --choose 1", "take the first candidate"),
                ("backupd review settle 7 --client Virtanen --day 14.6.2025", "say it yourself"),
                ("backupd review settle 9 --same", "two spellings are one client"),
                ("backupd review settle 3 --accept", "the files were really removed"),
            ),
        ),
    ),
)
