"""`request`: the steps of a case, from identification to the answer."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, NEEDS_PERSON, STORE_FAILED, Command, Context, Group, WrongUse, parse_day
from backupd.cli.request import at_desk, hanging, next_of, request_argument, show_near
from backupd.cli.request_shown import handed, show_plan, show_state
from backupd.cli.text import visible

if TYPE_CHECKING:
    from pathlib import Path



def _identify_arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--method", metavar="TEXT", help="how the person was identified; never a document")
    how.add_argument("--asked", action="store_true", help="identification was asked for today")
    how.add_argument("--impossible", action="store_true", help="nobody could be identified, though more was asked for")


def _identify(args: Namespace, context: Context) -> int:
    with at_desk(context) as desk:
        if args.method is not None:
            one = desk.identify(args.request, args.method)
        else:
            one = desk.ask_identity(args.request) if args.asked else desk.unidentifiable(args.request)
        what = next_of(desk, one)
    return show_state(context, one, f"Next: {what}" if args.method else "")


def _plan_arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    parser.add_argument("--include", type=int, nargs="+", metavar="N", default=[], help="these likely items are theirs")
    parser.add_argument("--exclude", type=int, nargs="+", metavar="N", default=[], help="these items are not theirs")
    parser.add_argument(
        "--decide", action="append", metavar="N=WHAT[:FILES]", default=[],
        help="what becomes of an item (delete, unlist, keep, refuse, restrict, by_hand); of a shoot's files by name, as in"
        " 4=delete:IMG_47*.jpg",
    )  # fmt: skip
    parser.add_argument(
        "--rename", action="append", metavar="N=NAME", default=[], help="of a correction: a folder's right name, whole"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why what is refused or restricted stays")


def _plan(args: Namespace, context: Context) -> int:
    from backupd.requests.showing import planned_answer
    from backupd.requests.stores import open_stores
    from index import requests
    from index.stores import list_stores

    with at_desk(context) as desk, open_stores(context.settings) as stores:
        one, planned = desk.plan(args.request, stores)
        desk.choose(args.request, args.include, args.exclude)
        for said in args.decide:
            number, decision, pattern = _decision(said)
            desk.decide(args.request, number, decision, pattern, args.reason)
        for said in args.rename:
            desk.name_folder(args.request, *_named(said))
        if args.include or args.exclude or args.decide or args.rename:
            one, planned = desk.plan(args.request, stores)
        with desk.index.read() as conn:
            items = requests.items_of(conn, one.uid)
            names = {row.id: row.name for row in list_stores(conn)}
        if all(each.kind == "place" for each in items) and not args.json:
            show_near(context, desk, one)
        what = next_of(desk, one)
    answer = planned_answer(one, planned, items)
    for act in answer["acts"]:
        act["store"] = names[act.pop("store_id")]
    answer["items"] = [_item(each) for each in items]
    if args.json:
        context.output.json(answer)
    else:
        show_plan(context, answer, what)
    open_items = any(each.decision is None and each.is_in and not each.details.get("rules") for each in items)
    return NEEDS_PERSON if answer["refused"] or answer["questions"] or open_items else DONE


def _decision(said: str) -> tuple[int, str, str]:
    number, _, what = said.partition("=")
    decision, _, pattern = what.partition(":")
    if not number.isdecimal() or not decision:
        raise WrongUse(f"{said!r} is no decision", "write it like --decide 4=unlist or --decide 4=delete:IMG_4711.jpg")
    return int(number), decision, pattern


def _named(said: str) -> tuple[int, str]:
    number, sign, name = said.partition("=")
    if not number.isdecimal() or not sign or not name.strip():
        raise WrongUse(f"{said!r} names no folder", "write it like --rename 4='2026-06-06 Wirtanen häät'")
    return int(number), name


def _item(each: Any) -> dict[str, Any]:
    from backupd.requests.showing import item_answer

    return item_answer(each)


def _approve_arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    parser.add_argument("--reason", metavar="TEXT", default="", help="in writing, where a rule asks for it")


def _approve(args: Namespace, context: Context) -> int:
    with at_desk(context) as desk:
        one = desk.approve(args.request, args.reason)
        what = next_of(desk, one)
    return show_state(context, one, f"Next: {what}")


def _run_arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    parser.add_argument("--returned", action="store_true", help="erase again what was erased under it and has come back")
    parser.add_argument("--to", metavar="FOLDER", help="where the report goes, and the pictures that are given with it")


def _run(args: Namespace, context: Context) -> int:
    from backupd.requests.again import erase_again
    from backupd.requests.stores import open_stores, rescan
    from index.engine import writer_turn

    settings = context.settings
    to = _folder_for(args, context)
    with at_desk(context) as desk, open_stores(settings) as stores, writer_turn(settings.index.url):
        bring = lambda: rescan(desk.index, settings, stores, context.today, context.clock.now)  # noqa: E731
        if args.returned:
            one, outcome = erase_again(desk, args.request, stores, bring)
        else:
            with context.output.progress("carrying out") as line:
                one, outcome = desk.run(args.request, stores, bring, lambda files, size: line.update(files, size), to)
    for store, why in sorted(outcome.waiting.items()):
        context.output.line(context.output.styled(f"{visible(store)} could not be worked on: {visible(why)}", "bad"))
    for said in outcome.said:
        hanging(context, "", visible(said))
    if outcome.waiting:
        context.output.line(f"{one.uid} stays open. Go on when it is there again: backupd request run {one.uid}")
        return STORE_FAILED
    if not outcome.settled:
        context.output.line(f"{one.uid} stays open until that is done.")
        return NEEDS_PERSON
    show_state(context, one, handed(context, one))
    return DONE if one.state in ("checked", "answered", "closed") and not outcome.said else NEEDS_PERSON


def _folder_for(args: Namespace, context: Context) -> Path | None:
    from pathlib import Path

    from backupd.cli.export import refuse_inside_store

    if not args.to:
        return None
    place = Path(args.to).expanduser().absolute()
    if place.exists() and not place.is_dir():
        raise WrongUse(f"{visible(str(place))} is no folder", "name a folder: --to FOLDER")
    refuse_inside_store(context, place)
    return place


def _refuse_arguments(parser: ArgumentParser) -> None:
    from backupd.requests.grounds import GROUNDS

    request_argument(parser)
    parser.add_argument("--code", metavar="WORD", required=True, help=f"the ground: {', '.join(GROUNDS)}")
    parser.add_argument("--reason", metavar="TEXT", required=True, help="the reason in words, as the person is told it")
    parser.add_argument("--item", type=int, nargs="+", metavar="N", default=[], help="only these items")


def _refuse(args: Namespace, context: Context) -> int:
    with at_desk(context) as desk:
        one = desk.refuse(args.request, args.code, args.reason, args.item)
        what = next_of(desk, one)
    return show_state(context, one, f"Next: {what}")


def _extend_arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    parser.add_argument("--reason", metavar="TEXT", required=True, help="why, as the person was told")
    parser.add_argument("--told", metavar="DATE", type=parse_day, help="the day on which they were told (today)")


def _extend(args: Namespace, context: Context) -> int:
    with at_desk(context) as desk:
        one = desk.extend(args.request, args.reason, args.told or context.today)
    return show_state(context, one, f"To be answered by {one.extended_to}.")


def _withdraw(args: Namespace, context: Context) -> int:
    with at_desk(context) as desk:
        return show_state(context, desk.withdraw(args.request))


def _join(args: Namespace, context: Context) -> int:
    with at_desk(context) as desk:
        return show_state(context, desk.join(args.request))


def _tick_arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    parser.add_argument("item", type=int, metavar="N", help="the item's number")
    parser.add_argument("--outcome", metavar="TEXT", default="", help="what was done")
    parser.add_argument(
        "--kept-until", metavar="DATE", type=parse_day, help="it is kept until then because the law says so, as vouchers are"
    )


def _tick(args: Namespace, context: Context) -> int:
    with at_desk(context) as desk:
        desk.tick(args.request, args.item, args.outcome, args.kept_until)
    context.output.line(f"Item {args.item} is done.")
    return DONE


def _close_arguments(parser: ArgumentParser) -> None:
    request_argument(parser)
    parser.add_argument("--answer", metavar="FILE", help="the text of the answer that was sent; - for standard input")


def _close(args: Namespace, context: Context) -> int:
    with at_desk(context) as desk:
        if args.answer:
            desk.answer(args.request, _text(args.answer))
        one = desk.close(args.request)
    return show_state(context, one)


def _text(name: str) -> str:
    import sys
    from pathlib import Path

    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")


GROUP = Group(
    "People's requests",
    order=56,
    families={"request": "a person's case, from receipt to answer"},
    commands=(
        Command("request identify", "record how the person was identified, never the document", _identify,
                _identify_arguments,
                examples=(('backupd request identify r3f --method "known address"', "a reply from the register's one"),
                          ("backupd request identify r3f --asked", "more was asked for today"))),
        Command("request plan", "what would be done, exactly; say what is theirs, and what becomes of it", _plan,
                _plan_arguments,
                examples=(("backupd request plan r3f", "look for all that concerns them, and plan"),
                          ("backupd request plan r3f --include 3 --exclude 4 7", "of the likely items"),
                          ("backupd request plan r3f --decide 5=delete:IMG_4711.jpg", "one picture of a shared shoot")),
                reads=True),
        Command("request approve", "approve the plan as it was shown", _approve, _approve_arguments,
                examples=(("backupd request approve r3f", "as an owner"),
                          ('backupd request approve r3f --reason "each picture was looked at"', "where a rule asks")),
                description="Who approves does not carry it out, where [staff] names more than one."),
        Command("request run", "carry out what was approved, or go on with it", _run, _run_arguments,
                examples=(("backupd request run r3f", "begin, or go on after a stop"),
                          ("backupd request run r3f --to ~/for-aino", "the report of an access case, and its pictures"),
                          ("backupd request run r3f --returned", "erase again what came back")),
                description="May be stopped at any time. Exit status 3 where a store could not be reached: the case stays"
                " open, and running it again goes on."),
        Command("request refuse", "refuse it, or some of its items, with the reason", _refuse, _refuse_arguments,
                examples=(('backupd request refuse r3f --code unfounded --reason "…"', "the whole of it"),
                          ('backupd request refuse r3f --item 4 --code hold_legal --reason "…"', "one item"))),
        Command("request extend", "extend the time, once the person was told why", _extend, _extend_arguments,
                examples=(('backupd request extend r3f --reason "many shoots" --told 10.6.2027', "by two months"),)),
        Command("request tick", "tick off what was done by hand", _tick, _tick_arguments,
                examples=(('backupd request tick r3f 9 --outcome "thread deleted"', "item 9 is done"),
                          ("backupd request tick r3f 10 --kept-until 2033-12-31", "the Accounting Act keeps it"))),
        Command("request join", "it only repeats another open request", _join, request_argument,
                examples=(("backupd request join r3f", "it ends with the other's answer"),)),
        Command("request withdraw", "the person takes it back", _withdraw, request_argument,
                examples=(("backupd request withdraw r3f", "nothing is held for it any more"),)),
        Command("request close", "close it, once it was answered", _close, _close_arguments,
                examples=(("backupd request close r3f --answer answer.txt", "with the text that was sent"),),
                description="After an erasure, the person's name goes from the case too."),
    ),
)  # fmt: skip
