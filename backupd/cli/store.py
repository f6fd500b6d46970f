"""`store init` and `store list`: adopting a place for the first time, and which places there are."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, WrongUse
from backupd.cli.output import shown_path
from backupd.cli.text import count, size, visible

if TYPE_CHECKING:
    from adapters.records import Marker, Survey
    from backupd.settings.models import StoreSettings


def _init_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the store's name in the configuration")
    parser.add_argument("--yes", action="store_true", help="adopt it without asking (for scripts)")


def configured_store(context: Context, name: str) -> StoreSettings:
    """Return the store of that name. Raises WrongUse with the names there are."""
    found = context.settings.store(name)
    if found is None:
        names = ", ".join(store.name for store in context.settings.stores) or "none"
        raise WrongUse(f"no store is called {visible(name)!r}", f"stores in the configuration: {names}")
    return found


def _init(args: Namespace, context: Context) -> int:
    from backupd.scan.bring import known_store
    from backupd.stores import opened
    from index.engine import open_index

    settings = configured_store(context, args.name)
    output = context.output
    with opened(context.settings, settings) as store:
        survey = store.survey()
        _show(context, settings.name, survey)
        marker = survey.marker
        if marker is None:
            if not args.yes and not _agreed(context):
                output.say("Nothing was written.")
                return NEEDS_PERSON
            marker = store.adopt(_new_marker(settings.name, context))
        index = open_index(context.settings.index.url, create=True)
        try:
            known_store(index, settings.name, settings.kind, store.check())
        finally:
            index.close()
        output.line(f"{settings.name} is adopted. Bring the index up to date with: backupd index")
    return DONE


def _new_marker(name: str, context: Context) -> Marker:
    import secrets

    from adapters.records import Marker

    return Marker(secrets.token_hex(16), name, context.clock.now().isoformat(timespec="seconds"))


def _show(context: Context, name: str, survey: Survey) -> None:
    more = "more than " if survey.truncated else ""
    output = context.output
    output.line(f"store {name}: {shown_path(survey.place)}")
    output.line(f"  holds {more}{count(survey.files, 'file')}, {size(survey.bytes)}, in {count(survey.folders, 'folder')}")
    if survey.marker is not None:
        output.line(f"  already adopted as {visible(survey.marker.name)!r} on {survey.marker.adopted_at[:10]}")


def _agreed(context: Context) -> bool:
    import sys

    if not sys.stdin.isatty():
        raise WrongUse("there is no terminal to ask on", "add --yes to adopt the store without asking")
    context.output.say("Is this the right place? backupd writes one small file there, .backupd-store,")
    context.output.say("and from then on believes what it finds. Adopt it? [y/N] ")
    return sys.stdin.readline().strip().casefold() in ("y", "yes", "k", "kyllä")


def _list(args: Namespace, context: Context) -> int:
    from backupd.cli.status import read_status, store_table

    answer = read_status(context)
    if args.json:
        context.output.json(answer["stores"])
    else:
        store_table(context, answer["stores"])
    return DONE


GROUP = Group(
    "Stores",
    order=10,
    families={"store": "the places that hold files"},
    commands=(
        Command(
            "store init",
            "adopt a store for the first time",
            _init,
            _init_arguments,
            examples=(
                ("backupd store init archive", "show what lies in the store and ask"),
                ("backupd store init archive --yes", "the same without asking"),
            ),
            description=(
                "Shows what lies in the store's folder and, once you agree, writes its marker there: the file"
                " .backupd-store, by which the store is known from then on. A folder without its marker is"
                " never believed, so that an unmounted disk is not taken for an empty one."
            ),
        ),
        Command(
            "store list",
            "the stores, and how each was last found",
            _list,
            examples=(("backupd store list", "each store with its state, files and free space"),),
            reads=True,
        ),
    ),
)
