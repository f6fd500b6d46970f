"""`request`: people's cases, opened, listed and shown."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, Refusal, WrongUse, parse_day
from backupd.cli.retention import wrapped
from backupd.cli.text import count, visible

if TYPE_CHECKING:
    from backupd.requests.case import StepRefused
    from backupd.requests.desk import Desk
    from index.requests import Request

KINDS = ("copy", "access", "rectify", "erase", "restrict", "object", "marketing_ban", "consent_withdraw", "portability",
         "authority")  # fmt: skip
"""Known before any of them is loaded, for the help; a test holds that these are all."""

DETAILS = ("ground", "new_name", "new_email", "due", "authority", "reason")


@contextmanager
def at_desk(context: Context) -> Iterator[Desk]:
    """Work on cases as the employee whose account this is. What a rule refuses becomes exit status 4."""
    from backupd.access_log import ledger_of
    from backupd.requests.case import StepRefused
    from backupd.requests.desk import Desk
    from backupd.requests.workplace import Unfit
    from backupd.staff import who_acts
    from index.engine import open_index

    settings = context.settings
    actor = who_acts(settings.staff)
    index = open_index(settings.index.url)
    desk = Desk(index, ledger_of(settings.index), settings, actor, context.today, context.clock.now)
    try:
        yield desk
    except StepRefused as refused:
        raise Refusal(f"request_{refused.event}", "; ".join(refused.against), _mend(desk, refused)) from refused
    except Unfit as unfit:
        raise WrongUse(unfit.wrong, unfit.mend) from unfit
    finally:
        index.close()


def _mend(desk: Desk, refused: StepRefused) -> str:
    """Return what to do instead: the step that this case is at, where another one was asked for."""
    one = desk.get(refused.uid)
    what = next_of(desk, one)
    is_out_of_turn = any(each.startswith("a request that is ") and " cannot " in each for each in refused.against)
    return f"next: {what}" if is_out_of_turn and what else f"see: backupd request show {one.uid}"


def next_of(desk: Desk, one: Request) -> str:
    """Return what is to be done next in a case."""
    from backupd.requests.telling import next_step

    return next_step(one, four_eyes=desk.kind_of(one).four_eyes)


def show_near(context: Context, desk: Desk, one: Request) -> None:
    """Say that nothing was found under a name, and who is called alike: it may be misspelt."""
    from backupd.search import find
    from index.shoots import get_shoots

    with desk.index.read() as conn:
        hits = find(conn, one.subject or "", today=context.today, limit=5)
        rows = get_shoots(conn, [hit.shoot_id for hit in hits])
    told = [f"shoot {id}, {visible(rows[id].client or 'client unknown')}" for id in sorted(rows)]
    wrapped(context, f"Nothing is held under the name {visible(one.subject or '')}, as it is spelt here.", "")
    if told:
        wrapped(context, f"Much like it: {'; '.join(told)}. If one of these is meant, open the case anew under the right"
                         f" name, and end this one: backupd request withdraw {one.uid}", "")  # fmt: skip


def request_argument(parser: ArgumentParser) -> None:
    """Add the argument that names a case."""
    parser.add_argument("request", metavar="ID", help="the request, as `request list` shows it; its beginning is enough")


def _open_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
    parser.add_argument("--subject", metavar="NAME", required=True, help="the person's name, as given")
    parser.add_argument("--email", metavar="ADDRESS", help="the address it came from, or that they gave")
    parser.add_argument("--phone", metavar="NUMBER", help="the number they gave")
    parser.add_argument("--received", metavar="DATE", type=parse_day, help="the day it arrived (today)")
    parser.add_argument("--channel", metavar="WORD", default="mail", help="how it came: mail, phone, meeting (mail)")
    parser.add_argument("--language", choices=("fi", "en"), help="of the answer; the studio's own where none is said")
    parser.add_argument("--ground", choices=("a", "b", "c", "d"), help="of a restriction: the letter of art. 18(1)")
    parser.add_argument("--new-name", metavar="NAME", help="of a correction: the right name")
    parser.add_argument("--new-email", metavar="ADDRESS", help="of a correction: the right address")
    parser.add_argument("--due", metavar="DATE", type=parse_day, help="of an authority's request: the day it gave")
    parser.add_argument("--authority", metavar="NAME", help="which authority asks")
    parser.add_argument("--reason", metavar="TEXT", help="of an objection: what the person says")


def _open(args: Namespace, context: Context) -> int:
    from backupd.requests.showing import show, summary
    from backupd.requests.workplace import Opening

    settings = context.settings
    details = {name: str(value) for name in DETAILS if (value := getattr(args, name, None))}
    opening = Opening(
        args.kind, args.subject.strip(), args.received or context.today, args.channel,
        args.language or settings.studio.language, args.email, args.phone, details,
    )  # fmt: skip
    with at_desk(context) as desk:
        one = desk.open_case(opening)
        with desk.index.read() as conn:
            answer = show(conn, one, settings.requests, context.today, zone_of(context))
    if args.json:
        context.output.json(answer)
        return DONE
    told = summary(one, settings.requests, context.today)
    context.output.line(f"Opened {one.uid}: {one.kind}, to be answered by {day(context, told['due_on'])}.")
    held = sum(1 for each in answer["items"] if each["kind"] == "shoot")
    if held:
        context.output.line(f"{count(held, 'shoot')} that may be concerned: held while it is open.")
    elif all(each["kind"] == "place" for each in answer["items"]):
        with at_desk(context) as desk:
            show_near(context, desk, one)
    if one.original:
        context.output.line(f"It repeats {one.original}: backupd request join {one.uid}")
    context.output.line(f"Next: backupd request identify {one.uid} --method …")
    return DONE


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="those that have ended too")


def _list(args: Namespace, context: Context) -> int:
    from backupd.requests.showing import summary
    from index import requests

    with at_desk(context) as desk, desk.index.read() as conn:
        rows = [summary(one, context.settings.requests, context.today) for one in requests.listed(conn, ended=args.all)]
    if args.json:
        context.output.json(rows)
    elif not rows:
        context.output.line("No request is open.")
    else:
        table = [
            (row["id"], row["kind"], row["state"].replace("_", " "), day(context, row["received_on"]),
             day(context, row["due_on"]), str(row["days_left"]), visible(row["subject"] or "erased"))
            for row in rows
        ]  # fmt: skip
        context.output.table(("ID", "KIND", "STATE", "RECEIVED", "DUE", "DAYS", "PERSON"), table, right=("DAYS",))
    return NEEDS_PERSON if any(row["alarm"] for row in rows) else DONE


def _show(args: Namespace, context: Context) -> int:
    from backupd.requests.showing import show

    with at_desk(context) as desk:
        one = desk.get(args.request)
        with desk.index.read() as conn:
            answer = show(conn, one, context.settings.requests, context.today, zone_of(context))
    if args.json:
        context.output.json(answer)
    else:
        show_case(context, answer)
    return DONE


def show_case(context: Context, answer: dict[str, Any]) -> None:
    """Write a case for a person to read."""
    output = context.output
    state = answer["state"].replace("_", " ")
    output.line(output.styled(f"{answer['id']}  {answer['kind']}, {state}", "strong"))
    came = f"received {day(context, answer['received_on'])} by {visible(answer['channel'])}"
    due = f"due {day(context, answer['due_on'])} ({answer['days_left']} days)"
    wrapped(context, f"{visible(answer['subject'] or 'erased')}, {came}, {due}", "  ")
    hanging(context, "  ", _clocks(context, answer), "faint")
    identity = answer["identity"]
    if identity["method"]:
        wrapped(context, f"identified by {identity['by']}: {visible(identity['method'])}", "  ")
    if answer["approved_by"]:
        done = answer["executed_by"] or "nobody yet"
        wrapped(context, f"approved by {answer['approved_by']}, carried out by {done}", "  ")
    for each in answer["items"]:
        show_item(context, each)
    states: dict[tuple[str, str], int] = {}
    for act in answer["acts"]:
        key = (act["store"], act["state"])
        states[key] = states.get(key, 0) + 1
    for (store, state), number in sorted(states.items()):
        output.line(f"  {visible(store)}: {count(number, 'file')} {state}")
    if answer["recoverable_until"]:
        output.line(f"  a provider could still bring files back until {until(context, answer['recoverable_until'])}")


def _clocks(context: Context, answer: dict[str, Any]) -> str:
    """Say by when the studio wants it done itself, and what the law allows beyond the day that counts."""
    told = [f"our own aim {day(context, answer['target_on'])}"]
    if answer["identity"]["asked_on"]:
        told.append(f"{day(context, answer['due_with_pause'])} if waiting for identification stops the clock")
    if answer["extension"]["until"] is None:
        told.append(f"{day(context, answer['due_extended'])} if it is extended")
    return "; ".join(told)


def show_item(context: Context, each: dict[str, Any]) -> None:
    """Write one item of a case."""
    sure = {True: "in", False: "not this person's", None: "likely: include or exclude it"}[each["in"]]
    by_file = ", ".join(f"{said['decision']} {visible(said['files'])}" for said in each["files"])
    decision = "; ".join(filter(None, (each["decision"], by_file))) or "not decided"
    state = f", {each['state']}" if each["state"] != "open" else (", by hand" if each["by_hand"] else "")
    subject = visible(each["subject"] or each["kind"])
    hanging(context, f"  {each['number']:>3}. ", f"{each['kind']}: {subject} ({sure}; {decision}{state})")
    if each["why"]:
        hanging(context, "       ", visible(each["why"]), "faint")


def hanging(context: Context, start: str, text: str, style: str | None = None) -> None:
    """Write a text over as many lines as it needs, all but its start below each other."""
    import textwrap

    later = " " * len(start)
    for line in textwrap.wrap(text, context.output.columns, initial_indent=start, subsequent_indent=later):
        context.output.line(context.output.styled(line, style) if style else line)


def day(context: Context, iso: str) -> str:
    """Return a day as the studio writes it."""
    return context.dates.day(date.fromisoformat(iso))


def until(context: Context, iso: str) -> str:
    """Return the last day on which something can be brought back."""
    return "somebody empties its trash" if iso == date.max.isoformat() else day(context, iso)


def zone_of(context: Context) -> Any:
    """Return the studio's zone."""
    from zoneinfo import ZoneInfo

    return ZoneInfo(context.settings.studio.timezone)


GROUP = Group(
    "People's requests",
    order=55,
    families={"request": "a person's case, from receipt to answer"},
    commands=(
        Command(
            "request open",
            "open a case: who asks, what for, when it arrived",
            _open,
            _open_arguments,
            examples=(
                ('backupd request open erase --subject "Aino Virtanen" --received 1.6.2027', "she wants to be erased"),
                ('backupd request open copy --subject "Virtanen" --channel phone', "their pictures are lost"),
            ),
            description="What the case may touch is held from now on: neither cleaned up nor shown while it is open.",
            reads=True,
            dated=True,
        ),
        Command(
            "request list",
            "open cases, and by when each must be answered",
            _list,
            _list_arguments,
            examples=(("backupd request list", "the longest open first"),),
            description="Exit status 1 where one is due soon or overdue.",
            reads=True,
            dated=True,
        ),
        Command(
            "request show",
            "one case whole: what it concerns, why, and how far it is",
            _show,
            request_argument,
            examples=(("backupd request show r3f", "items, acts, letters"),),
            reads=True,
            dated=True,
        ),
    ),
)  # fmt: skip
