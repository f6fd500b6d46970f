"""`export`: a verified copy for the client, as a folder, as zips, or behind a link that ends."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, NEEDS_PERSON, STORE_FAILED, Command, Context, Group, WrongUse, parse_day
from backupd.cli.text import count, size, visible

if TYPE_CHECKING:

    from backupd.export.errors import ExportFailure
    from backupd.export.order import Order, Prepared
    from backupd.export.run import Made
    from index.engine import Index
    from index.ledger import Ledger

_CASE = re.compile(r"[A-Za-z0-9_.:+-]{1,128}\Z")
_LINES = 10
RECIPIENTS = ("client", "company", "participant", "guardian", "other")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shoot", nargs="+", metavar="SHOOT", help="the shoots' numbers, or words that find just one")
    parser.add_argument("--to", required=True, metavar="PLACE", help="a folder, a FILE.zip, or a store in the cloud")
    parser.add_argument(
        "--file", action="append", default=[], metavar="PATTERN", help="only such files, as in: 'IMG_47*' (repeatable)"
    )
    parser.add_argument("--for", dest="request", type=_case, metavar="REQUEST", help="the person's case that it answers")
    parser.add_argument("--recipient", choices=RECIPIENTS, default="client", help="who gets it (client)")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, where a rule leaves it to a named person")
    parser.add_argument("--expires", type=parse_day, metavar="DATE", help="last day of a link (14 days from now)")
    parser.add_argument("--split", type=_size, metavar="SIZE", help="several zips of at most this, as in: '4 GB'")
    parser.add_argument("--language", choices=("fi", "en"), help="of the page inside (the studio's)")
    parser.add_argument("--partial", action="store_true", help="finish without what cannot be reached now")


def _case(text: str) -> str:
    if not _CASE.match(text):
        raise ArgumentTypeError(f"{text!r} is not a case: it is named by letters and digits without blanks")
    return text


def _size(text: str) -> int:
    from backupd.settings.faults import Unfit
    from backupd.settings.values import parse_size

    try:
        found = parse_size(text)
    except Unfit:
        found = 0
    if found <= 0:
        raise ArgumentTypeError(f"{text!r} is not a size: write '4 GB' or '700 MB'")
    return found


def _export(args: Namespace, context: Context) -> int:
    from backupd.access_log import ledger_of
    from backupd.export.errors import ExportFailure
    from backupd.staff import who_acts
    from index.engine import open_index

    actor = who_acts(context.settings.staff)
    index = open_index(context.settings.index.url)
    try:
        ledger = ledger_of(context.settings.index)
        order = _order(args, context, index, actor)
        return _carry_out(args, context, index, ledger, order)
    except ExportFailure as failure:
        return _told(context, failure)
    finally:
        index.close()


def _order(args: Namespace, context: Context, index: Index, actor: Any) -> Order:
    from backupd.export.order import Order
    from backupd.policy.facts import Recipient

    with index.read() as conn:
        shoots = chosen_shoots(args, context, conn)
    return Order(
        shoots, actor, context.clock.now(), context.clock.today(context.settings.studio.timezone),
        args.language or context.settings.studio.language, tuple(args.file), Recipient[args.recipient.upper()],
        args.request, args.reason, args.split, args.partial,
    )  # fmt: skip


def chosen_shoots(args: Namespace, context: Context, conn: Any) -> tuple[int, ...]:
    """Return the shoots that were meant: several by their numbers, or the one that words find. Raises WrongUse."""
    from backupd.cli.find import chosen_shoot

    numbers = [word.lstrip("#") for word in args.shoot]
    if all(number.isdecimal() for number in numbers):
        return tuple(dict.fromkeys(chosen_shoot(Namespace(shoot=[number]), context, conn) for number in numbers))
    return (chosen_shoot(args, context, conn),)


def _carry_out(args: Namespace, context: Context, index: Index, ledger: Ledger, order: Order) -> int:
    from backupd.export.order import Given, prepare, record_end, record_start

    store = context.settings.store(args.to)
    make: Any = None
    channel = "link"
    if store is None:
        channel, make = _target(args, context)
    ends_at = _link_end(args, context) if store is not None else None
    with index.read() as conn:
        prepared = prepare(conn, context.settings, ledger, order)
    plan = prepared.plan
    if not plan.items and not plan.missing:
        said = "no file of it is called like that" if args.file else "the shoot holds no files"
        raise WrongUse(said, "see its files with: backupd where SHOOT")
    if not plan.items:
        return _nothing_left(args, context, prepared)
    record_start(ledger, prepared, channel)
    with context.output.progress("exporting", total=len(plan.items)) as progress:
        progress.total_bytes = plan.size
        if store is not None:
            return _give_links(args, context, index, ledger, prepared, store.name, ends_at, progress)
        made = make(prepared, progress.update)
    given = [Given(str(place)) for place in made.places]
    record_end(index, ledger, prepared, made, channel, context.clock.now(), given)
    return _show(args, context, prepared, made, channel)


def _target(args: Namespace, context: Context) -> tuple[str, Any]:
    """Return how it goes out, and the function that makes it."""
    from functools import partial

    from backupd.export.run import make_folder, make_zips

    place = Path(args.to).expanduser().absolute()
    refuse_inside_store(context, place)
    is_zip = place.suffix.casefold() == ".zip"
    if args.split and not is_zip:
        raise WrongUse("only zips are made in several parts", "write --to FILE.zip")
    if args.expires:
        raise WrongUse("only a link has an end", "leave out --expires, or name a store in the cloud")
    make = make_zips if is_zip else make_folder
    return ("zip" if is_zip else "folder"), partial(_made, make, place, context)


def _link_end(args: Namespace, context: Context) -> Any:
    """Return when a link ends: with the day that was named, or after the usual time."""
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from backupd.export.linking import DAYS, end_of

    zone = context.settings.studio.timezone
    today = context.clock.today(zone)
    if args.expires is not None and args.expires < today:
        raise WrongUse("the last day of the link has passed", "name a day to come: --expires DATE")
    return end_of(args.expires or today + timedelta(days=DAYS), ZoneInfo(zone))


def _give_links(
    args: Namespace, context: Context, index: Index, ledger: Ledger, prepared: Prepared, store: str, ends_at: Any,
    progress: Any,
) -> int:  # fmt: skip
    from functools import partial

    from backupd.export.linking import give_links

    made, linked = give_links(
        prepared, store, ends_at, scratch=context.settings.index.folder / "exports",
        open_store=partial(open_named, context), index=index, ledger=ledger, now=context.clock.now(),
        tell=progress.update,
    )  # fmt: skip
    progress.erase()
    status = NEEDS_PERSON if made.lost or made.bad else DONE
    output = context.output
    if args.json:
        links = [{"id": one.id, "name": one.name, "url": one.url, "ends_at": one.ends_at, "enforced": one.enforced}
                 for one in linked]  # fmt: skip
        output.json(as_json(prepared, made, "link") | {"places": [], "store": store, "links": links})
        return status
    output.line(f"{count(made.files, 'file')}, {size(made.size)}, each read and checked, behind:")
    for one in linked:
        output.line(f"  {visible(one.url)}")
        who = "by the provider" if one.enforced else "by 'backupd run' or 'backupd links due': the provider does not"
        output.line(f"    {visible(one.name)}, link {one.id}, ended {context.dates.instant(one.ends_at)} {who}")
    show_remarks(context, prepared, made)
    return status


def _made(make: Any, place: Path, context: Context, prepared: Prepared, tell: Any) -> Made:
    from functools import partial

    made: Made = make(prepared.plan, place, prepared.wish, partial(open_named, context), tell)
    return made


def open_named(context: Context, name: str) -> Any:
    """Open a store by the name that the index has for it. Raises Unavailable where it is configured no more."""
    from adapters.errors import Unavailable
    from backupd.stores import opened

    settings = context.settings.store(name)
    if settings is None:
        raise Unavailable(name, "open", "", "it is no longer in the configuration")
    return opened(context.settings, settings)


def refuse_inside_store(context: Context, place: Path) -> None:
    """Raise WrongUse where a place lies in a store of the studio's."""
    real = place.resolve()
    for store in context.settings.stores:
        if store.is_local and real.is_relative_to(Path(store.path).resolve()):
            raise WrongUse(
                f"this lies in the store {visible(store.name)!r}, where it would be taken for a shoot",
                "choose a place outside of every store",
            )


def _told(context: Context, failure: ExportFailure) -> int:
    from backupd.export import errors

    if isinstance(failure, errors.OutOfReach):
        context.output.say(
            f"backupd: {count(failure.files, 'file')} cannot be read now, since the store that holds them is out of reach. "
            "What was copied stays: run the same again later, or add --partial to finish without them."
        )
        return STORE_FAILED
    if isinstance(failure, errors.NoRoom):
        raise WrongUse(
            f"{visible(failure.place)}: {size(failure.needed)} are needed and {size(failure.free)} are free",
            "free some space, or choose another place",
        ) from failure
    if isinstance(failure, errors.TargetTaken):
        raise WrongUse(
            f"{visible(failure.place)}: {failure.why}", "nothing there was changed; choose another place"
        ) from failure
    place = visible(getattr(failure, "place", ""))
    raise WrongUse(f"{place}: another export writes there just now", "wait for it to end") from failure


def _nothing_left(args: Namespace, context: Context, prepared: Prepared) -> int:
    if args.json:
        lost = [_lost_json(each.path, each.size, "missing") for each in prepared.plan.missing]
        context.output.json({"shoots": prepared.order.shoots, "places": [], "files": 0, "bytes": 0, "lost": lost})
    else:
        files = count(len(prepared.plan.missing), "file")
        context.output.line(f"No copy is left of any of {files}: nothing was exported.")
    return NEEDS_PERSON


def _lost_json(path: str, size: int, why: str) -> dict[str, Any]:
    return {"path": path, "size": size, "why": why}


def as_json(prepared: Prepared, made: Made, channel: str) -> dict[str, Any]:
    """Return what an export made under the names that scripts rely on."""
    return {
        "shoots": list(prepared.order.shoots),
        "channel": channel,
        "places": [str(place) for place in made.places],
        "files": made.files,
        "bytes": made.size,
        "photos": made.photos,
        "videos": made.videos,
        "copied": made.copied,
        "kept": made.kept,
        "lost": [_lost_json(each.path, each.size, each.why) for each in made.lost],
        "damaged_copies": [{"store": c.store, "path": c.path} for result in made.bad for c in result.bad],
        "renamed": [{"path": item.path, "was": item.original} for item in prepared.plan.renamed],
        "lists_left_out": prepared.plan.lists,
        "unproven": made.unproven,
        "manifest_sha256": made.manifest_sha256,
        "rule": prepared.rule,
    }


def _show(args: Namespace, context: Context, prepared: Prepared, made: Made, channel: str) -> int:
    status = NEEDS_PERSON if made.lost or made.bad else DONE
    output = context.output
    if args.json:
        output.json(as_json(prepared, made, channel))
        return status
    output.line(f"{count(made.files, 'file')}, {size(made.size)}, each read and checked, in:")
    for place in made.places:
        output.line(f"  {visible(str(place))}")
    if made.kept:
        output.line(f"  {count(made.kept, 'file')} lay there verified from an earlier run")
    show_remarks(context, prepared, made)
    return status


def show_remarks(context: Context, prepared: Prepared, made: Made) -> None:
    """Say what is not in it, what was called otherwise, and which copies proved damaged."""
    output = context.output
    for each in made.lost[:_LINES]:
        output.line(output.styled(f"  {each.why}: {visible(each.path)}", "bad"))
    if len(made.lost) > _LINES:
        output.line(f"  … and {len(made.lost) - _LINES} more; all are listed in index.html")
    for result in made.bad:
        for copy in result.bad:
            output.line(output.styled(f"  damaged copy in {visible(copy.store)}: {visible(copy.path)}", "warning"))
    if made.bad:
        shoots = " ".join(str(id) for id in prepared.order.shoots) if len(prepared.order.shoots) == 1 else "SHOOT"
        output.line(f"  See 'backupd where {shoots}' for other copies; put a good one in its place, then 'backupd index'.")
    if made.unproven:
        output.line(f"  {count(made.unproven, 'file')} had no known hash to be held against")
    if prepared.plan.renamed:
        output.line(f"  {count(len(prepared.plan.renamed), 'file')} given a name that every computer takes")
    if prepared.plan.lists:
        output.line(f"  {count(prepared.plan.lists, 'list')} of participants left out: they hold others' details")


GROUP = Group(
    "Answers to people",
    order=40,
    commands=(
        Command(
            "export",
            "a verified copy for the client: a folder, zips, or a link",
            _export,
            _arguments,
            examples=(
                ("backupd export 112 --to /media/usb/kuvat", "a folder with checksums and a page that tells what is in it"),
                ("backupd export 112 --to kuvat.zip --split '4 GB'", "kuvat-1.zip, kuvat-2.zip …, each whole by itself"),
                ("backupd export 112 --to dropbox --expires 2027-01-31", "a zip in the store, behind a link that ends"),
            ),
            description=(
                "Reads each file from the best known copy and checks it on the way; a damaged copy gives way to the next"
                " one. What was interrupted goes on where it was when it is asked for again. Nothing that lies at the"
                " target is ever replaced."
            ),
            reads=True,
        ),
    ),
)
