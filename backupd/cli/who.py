"""Arguments and choices that several commands share: which person, which shoot, which files, who acts."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import contextmanager
from typing import TYPE_CHECKING

from backupd.cli.find import chosen_shoot
from backupd.cli.frame import Context, WrongUse
from backupd.cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection

    from backupd.persons import Candidate
    from backupd.staff import Actor
    from index.ledger import Ledger
    from index.records import FileCopies

_SHOWN = 12


def add_person(parser: ArgumentParser, option: str = "--person", what: str = "a person, by look-up") -> None:
    """Add the options that name a person."""
    parser.add_argument(option, dest="person", metavar="NAME", help=what)
    parser.add_argument("--email", metavar="ADDRESS", help="the person's address, which tells them from a namesake")
    parser.add_argument("--phone", metavar="NUMBER", help="the person's number")
    parser.add_argument("--choose", type=int, metavar="N", help="of several who may be meant, the one with this number")
    parser.add_argument("--unlisted", action="store_true", help="nobody in the index: take name and address as given")


def add_scope(parser: ArgumentParser) -> None:
    """Add the options that name a shoot or files of it."""
    parser.add_argument("--shoot", metavar="SHOOT", help="the shoot's number, or words that find just one, in quotes")
    parser.add_argument("--file", metavar="FILE", action="append", default=[], help="only this file of it (repeatable)")


def chosen_person(args: Namespace, context: Context, conn: Connection, ids: Collection[int] | None = None) -> Candidate:
    """Return the person who is meant. Raises WrongUse with the candidates where it may be several, or nobody."""
    from backupd.persons import Candidate, candidates

    if args.unlisted:
        if not args.person:
            raise WrongUse("nobody is named", "add the name, and an address where there is one")
        return Candidate(args.person.strip(), False, args.email, args.phone)
    found = candidates(conn, args.person or "", email=args.email, phone=args.phone, ids=ids)
    said = visible(args.person or args.email or args.phone or "")
    if args.choose is not None:
        if not 1 <= args.choose <= len(found):
            raise WrongUse(f"there is no candidate {args.choose}", "leave --choose away to see them")
        chosen: int = args.choose
        return found[chosen - 1]
    if len(found) == 1:
        return found[0]
    if not found:
        raise WrongUse(f"nobody in the index is {said!r}", "if that is right, say --unlisted; else try another spelling")
    for number, one in enumerate(found[:_SHOWN], 1):
        context.output.say(f"{number:>3}  {described(one)}")
    if len(found) > _SHOWN:
        context.output.say(f"     and {len(found) - _SHOWN} more")
    raise WrongUse(f"{said!r} may be several people", "say which with --choose NUMBER, --email or --phone")


def described(one: Candidate) -> str:
    """Return a person as they are told from others."""
    reach = one.email or one.phone or ("client" if one.is_client else "no address known")
    shoots = ", ".join(str(id) for id in one.shoots[:6]) + (" …" if len(one.shoots) > 6 else "")
    return visible(f"{one.name} ({reach})") + (f", in shoot {shoots}" if shoots else "")


def chosen_scope(args: Namespace, context: Context, conn: Connection) -> tuple[int | None, list[FileCopies]]:
    """Return the shoot that is meant, or None, and the files of it that are, none for all. Raises WrongUse."""
    from backupd.cli.retention import chosen_file

    if args.shoot is None:
        if args.file:
            raise WrongUse("files are named within a shoot", "add --shoot SHOOT")
        return None, []
    shoot_id = chosen_shoot(Namespace(shoot=[args.shoot]), context, conn)
    return shoot_id, [chosen_file(conn, shoot_id, each) for each in args.file]


def contents_of(conn: Connection, files: list[FileCopies]) -> frozenset[bytes]:
    """Return the hashes of the files' contents. Raises WrongUse where one's bytes are not known well enough."""
    from index.scopes import hashes_of

    hashes: set[bytes] = set()
    for file in files:
        own = hashes_of(conn, [file.content_id])[file.content_id] if file.content_id is not None else frozenset()
        if not own:
            raise WrongUse(f"the bytes of {visible(file.path)} are not known yet", "name the whole shoot instead")
        hashes |= own
    return frozenset(hashes)


@contextmanager
def acting(context: Context) -> Iterator[tuple[Connection, Ledger, Actor]]:
    """A transaction to write in, with the ledger and the employee who acts. Raises NotAllowed, LedgerFailure."""
    from backupd.access_log import ledger_of
    from backupd.staff import who_acts
    from index.engine import open_index

    actor = who_acts(context.settings.staff)
    index = open_index(context.settings.index.url)
    try:
        ledger = ledger_of(context.settings.index)
        with index.write() as conn:
            yield conn, ledger, actor
    finally:
        index.close()


def shoot_hash(conn: Connection, ledger: Ledger, shoot_id: int) -> str:
    """Return a shoot's keyed hash."""
    from index.shoot_hashes import shoot_hashes

    return shoot_hashes(conn, ledger.key, [shoot_id])[shoot_id]


def new_uid(prefix: str) -> str:
    """Return a new short name, as ledger and index write it: h-3f9a2c1d."""
    import secrets

    return f"{prefix}-{secrets.token_hex(4)}"
