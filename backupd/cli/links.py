"""`links list`, `revoke` and `due`: the links that were given to people outside, and their ends."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from backupd.cli.export import open_named
from backupd.cli.frame import DONE, STORE_FAILED, Command, Context, Group, WrongUse
from backupd.cli.text import count, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from backupd.export.linking import Ended
    from index.disclosures import Disclosure


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also those that have ended")


def _revoke_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("link", nargs="+", type=int, metavar="LINK", help="its number, as 'links list' shows it")


def _list(args: Namespace, context: Context) -> int:
    from backupd.export.linking import shown
    from backupd.staff import who_acts
    from index import disclosures
    from index.engine import open_index

    who_acts(context.settings.staff)
    index = open_index(context.settings.index.url)
    try:
        with index.read() as conn:
            found = [shown(one) for one in disclosures.links(conn, ended=args.all)]
    finally:
        index.close()
    if args.json:
        context.output.json([_as_json(one) for one in found])
        return DONE
    if not found:
        context.output.line("No link is open.")
        return DONE
    for one in found:
        ends = context.dates.instant(_instant(one.ends_at))
        state = f"ended {context.dates.instant(_instant(one.ended_at))}" if one.ended_at else f"until {ends}"
        by = "" if one.enforced or one.ended_at else ", to be ended by us"
        name = f" to {visible(one.name)}" if one.name else ""
        context.output.line(f"{one.id:>5}  {visible(one.store or '')}, {count(one.files, 'file')}{name}: {state}{by}")
        if one.address:
            context.output.line(f"       {visible(one.address)}")
    return DONE


def _as_json(one: Disclosure) -> dict[str, Any]:
    return {
        "id": one.id,
        "store": one.store,
        "shoot": one.shoot_id,
        "name": one.name,
        "request": one.request,
        "url": one.address,
        "files": one.files,
        "bytes": one.size,
        "given_at": _instant(one.given_at),
        "given_by": one.given_by,
        "ends_at": _instant(one.ends_at),
        "ended_at": _instant(one.ended_at),
        "enforced": one.enforced,
    }


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _revoke(args: Namespace, context: Context) -> int:
    from index import disclosures

    def chosen(conn: Any) -> list[Disclosure]:
        known = {one.id: one for one in disclosures.links(conn)}
        unknown = [id for id in args.link if id not in known]
        if unknown:
            raise WrongUse(f"no link {unknown[0]} is open", "see them with: backupd links list")
        return [known[id] for id in args.link]

    return _end(args, context, chosen)


def _due(args: Namespace, context: Context) -> int:
    from index import disclosures

    now = context.clock.now().timestamp()
    return _end(
        args, context,
        lambda conn: [one for one in disclosures.links(conn) if one.ends_at is not None and one.ends_at <= now],
    )  # fmt: skip


def _end(args: Namespace, context: Context, choose: Callable[[Any], list[Disclosure]]) -> int:
    from backupd.access_log import ledger_of
    from backupd.export.linking import end_links
    from backupd.staff import who_acts
    from index.engine import open_index

    actor = who_acts(context.settings.staff)
    index = open_index(context.settings.index.url)
    try:
        with index.read() as conn:
            some = choose(conn)
        ledger = ledger_of(context.settings.index)
        ended = end_links(some, partial(open_named, context), index, ledger, context.clock.now(), actor.by)
    finally:
        index.close()
    return _tell(args, context, ended)


def _tell(args: Namespace, context: Context, ended: list[Ended]) -> int:
    failed = [each for each in ended if each.why is not None]
    if args.json:
        context.output.json([{"id": each.one.id, "ended": each.why is None, "why": each.why} for each in ended])
    else:
        context.output.line(f"{count(len(ended) - len(failed), 'link')} ended.")
        for each in failed:
            context.output.line(f"  link {each.one.id} could not be ended: {visible(each.why or '')}")
    return STORE_FAILED if failed else DONE


GROUP = Group(
    "Answers to people",
    order=41,
    families={"links": "the links that were given to people outside"},
    commands=(
        Command(
            "links list",
            "which links are open, to whom and until when",
            _list,
            _list_arguments,
            examples=(("backupd links list --all", "also those that have ended"),),
            reads=True,
        ),
        Command(
            "links revoke",
            "end links now, and remove what they led to",
            _revoke,
            _revoke_arguments,
            examples=(("backupd links revoke 12", "the link with this number"),),
            reads=True,
        ),
        Command(
            "links due",
            "end the links whose time is over",
            _due,
            examples=(("backupd links due", "'backupd run' does the same by itself"),),
            description="Some providers do not end a link by themselves; then this does.",
            reads=True,
        ),
    ),
)
