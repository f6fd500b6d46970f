"""`portfolio list`, `export` and `takedowns`: what may be shown, and nothing else."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backupd.cli.find import basis, chosen_shoot, reading, recorded, shoot_title, who_looks_up
from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, Refusal, WrongUse
from backupd.cli.retention import wrapped
from backupd.cli.text import count, cut
from backupd.cli.who import acting
from backupd.cli.who import shoot_hash as hash_of_shoot

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from adapters.base import Store
    from backupd.portfolio import Showable
    from backupd.publishing import Copied
    from backupd.staff import Actor
    from index.ledger import Ledger

_CHANNELS = ("web", "social", "print", "competition", "paid_ads")
_IN_ENTRY = 400


def _shoots(parser: ArgumentParser) -> None:
    parser.add_argument("shoot", nargs="*", metavar="SHOOT", help="the shoot's number, or words that find just one; or all")
    parser.add_argument("--channel", required=True, choices=_CHANNELS, help="where it is to be shown")


def _list_arguments(parser: ArgumentParser) -> None:
    _shoots(parser)
    parser.add_argument("--all", action="store_true", help="shoots of which nobody has said anything, too")


def _export_arguments(parser: ArgumentParser) -> None:
    _shoots(parser)
    parser.add_argument("--to", required=True, metavar="DIR", type=Path, help="the folder that gets the copies")
    parser.add_argument("--with-names", action="store_true", help="keep the files' own names, which may name people")


def _takedowns_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--done", metavar="ID", type=int, action="append", default=[], help="this one is down (repeatable)")
    parser.add_argument("--run", action="store_true", help="remove what backupd itself put into folders")


def _chosen(args: Namespace, context: Context, conn: Connection, everything: bool) -> set[int]:
    from backupd.portfolio import spoken_of
    from index.keeping import standings

    if args.shoot:
        return {chosen_shoot(args, context, conn)}
    return set(standings(conn)) if everything else spoken_of(conn, basis(context, conn))


def _list(args: Namespace, context: Context) -> int:
    from backupd.portfolio import rows
    from index.shoots import count_shoots

    who = who_looks_up(context)
    with reading(context) as conn:
        ids = _chosen(args, context, conn, args.all)
        found = rows(conn, context.settings, basis(context, conn), args.channel, ids, context.clock.now())
        rest = 0 if args.shoot else count_shoots(conn) - len(ids)
        status = recorded(context, conn, who, "portfolio", sorted(ids) if args.shoot else [])
    if args.json:
        context.output.json(found)
        return status
    for row in found:
        _show(context, row)
    if rest:
        wrapped(context, f"{count(rest, 'more shoot')} may not be shown: nobody has said anything there.", "")
    elif not found:
        context.output.line("Nothing is in the index that could be shown.")
    return status


def _show(context: Context, row: dict[str, Any]) -> None:
    output = context.output
    output.line(output.styled(cut(f"{row['shoot']:>5}  {shoot_title(context, row)}", output.columns), "strong"))
    until = f", until {context.dates.day(date.fromisoformat(row['valid_until']))}" if row["valid_until"] else ""
    style = "good" if row["files_allowed"] else "warning"
    may = f"{row['files_allowed']} of {count(row['files'], 'picture')} may be shown in {row['channel']}{until}"
    output.line("       " + output.styled(may, style))
    if row["marketing_ban"] and row["files_allowed"]:
        wrapped(context, "somebody in it has forbidden direct marketing: show it, and send it to nobody", "       - ")
    for one in row["blocked_by"]:
        wrapped(context, f"{one['person']}: {one['why']}" if one["person"] else one["why"], "       - ")


def _export(args: Namespace, context: Context) -> int:
    from contextlib import ExitStack

    from backupd.publishing import BadTarget, fit_target
    from backupd.staff import who_acts
    from backupd.stores import opened

    who_acts(context.settings.staff)
    local = [store for store in context.settings.stores if store.is_local]
    try:
        target = fit_target(args.to, [Path(store.path) for store in local])
    except BadTarget as err:
        raise Refusal("outside_of_stores", err.why, err.mend) from err
    with reading(context) as conn:
        ids = sorted(_chosen(args, context, conn, everything=False))
    answers, failed = [], 0
    with ExitStack() as stack:
        stores = {store.name: stack.enter_context(opened(context.settings, store)) for store in local}
        for id in ids:
            answer = _export_one(args, context, id, target, stores)
            failed += len(answer["failed"])
            answers.append(answer)
    written = sum(len(one["written"]) + len(one["there_already"]) for one in answers)
    if args.json:
        context.output.json(answers)
    else:
        for one in answers:
            _tell(context, one)
        wrapped(context, f"{count(written, 'picture')} in {target} for {args.channel}, each verified", "")
    if args.shoot and not written and not failed:
        raise Refusal("no_consent", f"nothing of this shoot may be shown in {args.channel}", "see: backupd portfolio list")
    return NEEDS_PERSON if failed else DONE


def _export_one(args: Namespace, context: Context, id: int, target: Path, stores: dict[str, Store]) -> dict[str, Any]:
    from backupd.portfolio import ask_again
    from backupd.publishing import Copied, copy_out

    with acting(context) as (conn, ledger, actor):
        on = basis(context, conn)
        may = ask_again(conn, context.settings, on, id, args.channel, context.clock.now())
        if may.files:
            _record(args, context, conn, ledger, actor, may, target)
    done = copy_out(may, target, stores, with_names=args.with_names) if may.files else Copied()
    if done.failed:
        _take_back(args, context, may, target, done)
    left = len(may.found.media) - len(may.files)
    failed = [{"path": path, "why": why} for path, why in done.failed]
    return {"shoot": id, "written": done.written, "there_already": done.there_already, "failed": failed, "withheld": left}


def _record(
    args: Namespace, context: Context, conn: Connection, ledger: Ledger, actor: Actor, may: Showable, target: Path
) -> None:
    """Write down what is about to be published: without its record nothing is."""
    from index import placements
    from index.applied import refuse_if_behind
    from index.ledger_line import Draft
    from index.placements import Placement

    refuse_if_behind(conn, ledger)
    now = int(context.clock.now().timestamp())
    shoot_id = may.found.shoot_id
    hashed = hash_of_shoot(conn, ledger, shoot_id)
    known = {(one.address, one.channel) for one in placements.standing(conn, [shoot_id])}
    fresh = [one for one in may.files if one.sha256 and (_address(args, target, may, one), args.channel) not in known]
    hexes = [one.sha256.hex() for one in fresh if one.sha256]
    for start in range(0, len(hexes), _IN_ENTRY):
        part = tuple(hexes[start : start + _IN_ENTRY])
        numbers, words = {"files": len(part)}, {"channel": args.channel, "to": "folder"}
        ledger.append(Draft("placement", now, actor.by, (hashed,), part, numbers, words, rule="consented"))
    for one in fresh:
        place = Placement(shoot_id, one.sha256, args.channel, _address(args, target, may, one), now, actor.by)
        placements.add(conn, place)


def _address(args: Namespace, target: Path, may: Showable, file: Any) -> str:
    from backupd.publishing import folder_name, name_of

    return str(target / folder_name(may.found.shoot_id) / name_of(file, with_names=args.with_names))


def _take_back(args: Namespace, context: Context, may: Showable, target: Path, done: Copied) -> None:
    """What could not be copied is not published after all."""
    from index import placements

    lost = {path for path, _ in done.failed}
    places = {_address(args, target, may, one) for one in may.files if one.path in lost}
    with acting(context) as (conn, _, actor):
        for one in placements.standing(conn, [may.found.shoot_id]):
            if one.address in places:
                placements.remove(conn, one.id, int(context.clock.now().timestamp()), actor.by)


def _tell(context: Context, one: dict[str, Any]) -> None:
    there = f", {len(one['there_already'])} there already" if one["there_already"] else ""
    withheld = f", {one['withheld']} withheld" if one["withheld"] else ""
    context.output.line(f"shoot {one['shoot']}: {count(len(one['written']), 'picture')} copied{there}{withheld}")
    for each in one["failed"]:
        wrapped(context, f"{each['path']}: {each['why']}", "    failed: ")


def _takedowns(args: Namespace, context: Context) -> int:
    from backupd.portfolio import takedowns

    if args.done or args.run:
        with acting(context) as (conn, ledger, actor):
            _tick_off(args, context, conn, ledger, actor)
            if args.run:
                tasks = takedowns(conn, context.settings, context.today)
                removed, _ = remove_own(context, conn, ledger, actor, tasks)
                context.output.say(f"{count(removed, 'picture')} removed from folders.")
    who = who_looks_up(context)
    with reading(context) as conn:
        tasks = takedowns(conn, context.settings, context.today)
        status = recorded(context, conn, who, "takedowns", sorted({one["shoot"] for one in tasks if one["shoot"]}))
    if args.json:
        context.output.json(tasks)
    elif not tasks:
        context.output.line("Nothing is published that may not be shown.")
    else:
        for one in tasks:
            context.output.line(f"{one['id']:>5}  {one['channel']}, shoot {one['shoot'] or '?'}")
            wrapped(context, one["address"], "       ")
            for each in one["because"]:
                wrapped(context, f"{each['person']}: {each['why']}" if each["person"] else each["why"], "       - ")
        if args.run:
            context.output.line("What is left is yours to take down; tick it off with --done ID.")
        else:
            context.output.line("Remove what lies in folders with --run; tick the rest off with --done ID.")
    return NEEDS_PERSON if tasks else status


def _tick_off(args: Namespace, context: Context, conn: Connection, ledger: Ledger, actor: Actor) -> None:
    from backupd.taking_down import record_removed
    from index import placements

    for id in args.done:
        one = placements.get(conn, id)
        if one is None:
            raise WrongUse(f"there is no placement {id}", "see them with: backupd portfolio takedowns")
        if one.removed_at is None:
            now = int(context.clock.now().timestamp())
            record_removed(conn, ledger, actor.by, now, id, one.sha256, one.channel, "by_hand")


def remove_own(
    context: Context, conn: Connection, ledger: Ledger, actor: Actor, tasks: list[dict[str, Any]]
) -> tuple[int, list[dict[str, Any]]]:
    """Remove what was exported to folders and still has the same bytes; return how many, and the tasks that are left."""
    from backupd import taking_down

    done = taking_down.remove_own(conn, ledger, actor.by, int(context.clock.now().timestamp()), tasks)
    for address, why in done.why:
        wrapped(context, f"{address}: left, {why}", "")
    return done.removed, done.left


GROUP = Group(
    "Showing",
    order=27,
    families={"portfolio": "what may be shown, and nothing else"},
    commands=(
        Command(
            "portfolio list",
            "what may be shown in a channel, and who blocks the rest",
            _list,
            _list_arguments,
            examples=(
                ("backupd portfolio list --channel web", "every shoot of which somebody said something"),
                ("backupd portfolio list 12 --channel print", "one shoot"),
            ),
            description=(
                "A picture may be shown where the client and everybody whom a list names allow this channel today, and no"
                " hold or request stands against it. What is not known is refused."
            ),
            reads=True,
            dated=True,
        ),
        Command(
            "portfolio export",
            "copy what may be shown into a folder",
            _export,
            _export_arguments,
            examples=(("backupd portfolio export --channel web --to /srv/www/portfolio", "verified while it is copied"),),
            description=(
                "Photos and videos only, from stores on this machine, under names made of their hash. The bytes are those"
                " that are stored, with what the camera wrote into them. Each is recorded as published there, so that a"
                " withdrawal finds it again. Asked anew for each shoot at the moment of copying. Exit status 4 where nothing"
                " of the shoot may be shown."
            ),
            reads=True,
        ),
        Command(
            "portfolio takedowns",
            "what is published and may not be any more",
            _takedowns,
            _takedowns_arguments,
            examples=(
                ("backupd portfolio takedowns", "the tasks, each with who is against it"),
                ("backupd portfolio takedowns --run", "remove what was exported to folders, if it is still the same"),
                ("backupd portfolio takedowns --done 7", "you took it down yourself"),
            ),
            description="Exit status 1 while something is left to take down.",
            reads=True,
            dated=True,
        ),
    ),
)

