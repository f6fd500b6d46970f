"""`backup-index`, `restore-index`: the index's own backups."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, Refusal, WrongUse
from backupd.cli.output import shown_path
from backupd.cli.text import count, size

if TYPE_CHECKING:
    from backupd.register.backup import Backup
    from index.replay import Replayed


def begin_anew(context: Context, stack: ExitStack) -> None:
    """Move the index aside, for one to be built anew; nobody else may use it until the stack ends."""
    from backupd.register.restore import set_aside

    database = _alone(context, stack)
    aside = set_aside(database, context.clock.now())
    if aside is not None:
        context.output.line(f"The index from before lies at {shown_path(aside)} now")


def _back_up(args: Namespace, context: Context) -> int:
    from backupd.register.backup import forget_old, list_backups, make_backup
    from backupd.register.restore import forget_asides
    from backupd.settings.values import Duration

    folder, keep = context.settings.index.backups_folder, context.settings.index.backups.keep
    if args.list:
        return _list(context, list_backups(folder))
    made = make_backup(_database(context), folder, context.clock.now())
    today = context.clock.now().date()
    limit = keep if isinstance(keep, Duration) else None
    old = len(forget_old(folder, today, limit)) + forget_asides(_database(context), today, limit)
    context.output.line(f"{shown_path(made.path)}: {size(made.size)}, {made.rows} rows, read back and whole")
    if old:
        context.output.line(f"{old} older than {keep} removed")
    return DONE


def _list(context: Context, backups: list[Backup]) -> int:
    if not backups:
        context.output.line("There is no backup of the index yet: backupd backup-index")
        return NEEDS_PERSON
    for backup in backups:
        context.output.line(f"{backup.path.name}  {context.dates.instant(backup.taken_at)}  {size(backup.size)}")
    return DONE


def _restore(args: Namespace, context: Context) -> int:
    from backupd.register.backup import list_backups
    from backupd.register.level import bring_level
    from backupd.register.restore import put_back
    from index.engine import open_index, quick_check

    backups = list_backups(context.settings.index.backups_folder)
    if args.list:
        return _list(context, backups)
    chosen = _chosen(args.backup, backups)
    output = context.output
    with ExitStack() as stack:
        database = _alone(context, stack)
        aside = put_back(chosen, database, context.clock.now())
        if aside is not None:
            output.line(f"The index from before lies at {shown_path(aside)} now")
        index = open_index(context.settings.index.url)
        stack.callback(index.close)
        quick_check(index)
        tell_level(context, bring_level(index, context.settings.index))
    output.line(f"{shown_path(chosen)} is the index now. What has changed since is found by: backupd index")
    return DONE


def tell_level(context: Context, done: Replayed | None) -> None:
    """Say what the ledger has added to an index that was behind it."""
    if done is not None and done.entries:
        context.output.line(
            f"Applied from the ledger: {count(done.entries, 'entry', 'entries')} of erasures, holds and consents"
        )


def _chosen(named: str | None, backups: list[Backup]) -> Path:
    if named is None:
        if not backups:
            raise WrongUse("there is no backup of the index", "build it anew with 'backupd index --rebuild'")
        return backups[0].path
    by_name = {backup.path.name: backup.path for backup in backups}
    path = by_name.get(named, Path(named))
    if not path.is_file():
        raise WrongUse(f"there is no backup {named!r}", "see 'backupd restore-index --list'")
    return path


def _database(context: Context) -> Path:
    from index.place import database_file

    database = database_file(context.settings.index.url)
    if database is None:
        raise WrongUse("the index is on a database server", "back it up and restore it with that server's own tools")
    return database


def _alone(context: Context, stack: ExitStack) -> Path:
    """Be the only one to use the index until the stack ends. Raises Refusal while the service runs, IndexBusy."""
    from index.engine import writer_turn
    from index.errors import IndexBusy
    from index.turn import only_service

    database = _database(context)
    url = context.settings.index.url
    try:
        stack.enter_context(only_service(url, context.settings.index.folder))
    except IndexBusy as err:
        raise Refusal(
            "an index in use is not replaced", "the service works on it", "stop it first: systemctl stop backupd"
        ) from err
    stack.enter_context(writer_turn(url))
    return database


def _backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help="show the backups there are, and make none")


def _restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("backup", nargs="?", metavar="BACKUP", help="a backup's name or file; the newest if not given")
    parser.add_argument("--list", action="store_true", help="show the backups there are, and restore none")


GROUP = Group(
    "The index's own backup",
    order=45,
    commands=(
        Command(
            "backup-index",
            "back the index up now",
            _back_up,
            _backup_arguments,
            examples=(("backupd backup-index", "a copy in the folder of [index.backups], read back and checked"),),
            description=(
                "The service does this by itself, as [index.backups] says. Others may write meanwhile: the backup shows"
                " the moment it was begun."
            ),
        ),
        Command(
            "restore-index",
            "bring the index back from a backup",
            _restore,
            _restore_arguments,
            examples=(
                ("backupd restore-index --list", "which backups there are"),
                ("backupd restore-index", "the newest"),
            ),
            description=(
                "Stop the service first. The backup is checked whole before anything is touched, and the index from"
                " before is moved aside, for as long as backups are kept. What was erased, withdrawn or held since is"
                " applied from the ledger."
            ),
        ),
    ),
)
