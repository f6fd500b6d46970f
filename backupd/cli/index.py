"""`index`: bring the index up to date once."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from typing import TYPE_CHECKING

from backupd.cli.frame import DONE, NEEDS_PERSON, STORE_FAILED, Command, Context, Group, WrongUse
from backupd.cli.store import configured_store
from backupd.cli.text import count, size, visible

if TYPE_CHECKING:
    from backupd.scan.source import Source
    from backupd.scan.summary import Summary
    from backupd.settings.models import StoreSettings

_MOST_SHOWN = 20


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--store", metavar="NAME", help="only this store")
    parser.add_argument("--full", action="store_true", help="compare every file, not only folders that look changed")
    parser.add_argument(
        "--rebuild", action="store_true", help="build a new index from all stores; the old one is moved aside"
    )


def _index(args: Namespace, context: Context) -> int:
    chosen = [configured_store(context, args.store)] if args.store else list(context.settings.stores)
    if not chosen:
        raise WrongUse("no store is configured", "add one under [[stores]] in the configuration")
    if args.rebuild and args.store:
        raise WrongUse("a new index is built from all stores at once", "leave out --store")
    with ExitStack() as stack:
        # Walking begins before anything heavy is imported: the disk is looked at meanwhile.
        sources = [_source(context, store, stack, first=store is chosen[0]) for store in chosen]
        return _bring(args, context, sources, stack)


def _source(context: Context, settings: StoreSettings, stack: ExitStack, *, first: bool) -> Source:
    from backupd.scan.source import Source
    from backupd.stores import opened

    store = stack.enter_context(opened(context.settings, settings))
    return Source.begun(settings.name, settings.kind, store) if first else Source(settings.name, settings.kind, store)


def _bring(args: Namespace, context: Context, sources: list[Source], stack: ExitStack) -> int:
    from backupd.cli.indexing import ShownProgress
    from backupd.follow_up import follow_up
    from backupd.scan.bring import bring_up_to_date
    from backupd.scan.setup import naming_of, open_pool, rules_of
    from index.engine import open_index, quick_check, writer_turn
    from index.review import count_open
    from index.stores import was_cut_short

    settings = context.settings
    if args.rebuild:
        from backupd.cli.register import begin_anew

        begin_anew(context, stack)
    else:
        stack.enter_context(writer_turn(settings.index.url))
    index = open_index(settings.index.url, create=True)
    stack.callback(index.close)
    if args.rebuild:
        from backupd.cli.register import tell_level
        from backupd.register.level import attach_again, bring_level

        # Before anything comes in: what was erased is not to be taken in again.
        tell_level(context, bring_level(index, settings.index))
        stack.callback(attach_again, index, settings.index)
    with index.read() as conn:
        cut_short = was_cut_short(conn)
    if cut_short:
        quick_check(index)
    progress = stack.enter_context(ShownProgress(context.output))
    status = DONE
    for summary in bring_up_to_date(
        index,
        sources,
        rules_of(settings, context.today, full=args.full),
        naming_of(settings),
        now=lambda: int(context.clock.now().timestamp()),
        progress=progress,
        open_pool=open_pool,
    ):
        progress.erase()
        _tell(context, summary)
        status = max(status, _status_of(summary))
    follow_up(index, settings, int(context.clock.now().timestamp()))
    with index.read() as conn:
        waiting = count_open(conn)
    if waiting:
        context.output.line(f"{count(waiting, 'question')} for a person: backupd review")
    return max(status, NEEDS_PERSON if waiting else DONE)


def _status_of(summary: Summary) -> int:
    if summary.outcome == "failed":
        return STORE_FAILED
    return NEEDS_PERSON if summary.outcome != "complete" or summary.troubles else DONE


def _tell(context: Context, summary: Summary) -> None:
    output, counts = context.output, summary.counts
    if summary.outcome == "failed":
        output.say(output.styled(f"{summary.store}: not indexed: {visible(summary.reason)}", "bad"))
        output.say(f"  {summary.mend}")
        return
    rate = f" at {size(round(counts.read_bytes / summary.seconds))}/s" if counts.read_bytes and summary.seconds else ""
    listed = f"the store named {counts.listed}; " if counts.listed else ""
    output.line(
        f"{summary.store}: {count(counts.files, 'file')} in {count(counts.folders, 'folder')}; "
        f"{listed}read {count(counts.read_files, 'file')}, {size(counts.read_bytes)}, in {summary.seconds:.1f} s{rate}"
    )
    if summary.note:
        output.line(f"  {summary.note}")
    parts = [
        f"{number} {word}"
        for number, word in (
            (counts.new, "new"),
            (counts.changed, "changed"),
            (counts.moved, "moved"),
            (counts.moved_folders, "folder moved" if counts.moved_folders == 1 else "folders moved"),
            (counts.back, "back again"),
            (counts.missing, "missing"),
            (counts.unread, "could not be read"),
            (counts.unsettled, "still being written"),
        )
        if number
    ]
    if parts or not summary.note:
        output.line("  " + (", ".join(parts) if parts else "nothing changed"))
    if summary.outcome == "doubted":
        output.line(output.styled(f"  {summary.reason}", "warning"))
        output.line(f"  {summary.mend}")
    for trouble in summary.troubles[:_MOST_SHOWN]:
        output.line(f"  {visible(trouble.path) or '.'}: {visible(trouble.reason)}")
    more = counts.problems - min(len(summary.troubles), _MOST_SHOWN)
    if more > 0:
        output.line(f"  and {more} more; see: backupd review")


GROUP = Group(
    "Indexing",
    order=20,
    commands=(
        Command(
            "index",
            "bring the index up to date once",
            _index,
            _arguments,
            examples=(
                ("backupd index", "all stores"),
                ("backupd index --store archive", "only one"),
                ("backupd index --full", "compare every file by its own size and time"),
                ("backupd index --rebuild", "where the index is lost or damaged, and no backup of it is good"),
            ),
            description=(
                "Looks at every folder, reads only files that are new or have changed, each once, and records"
                " what it finds. May be stopped at any time: the next run goes on from there. Exit status 1 where"
                " something waits for a person, 3 where a store could not be reached."
            ),
            dated=True,
        ),
    ),
)
