"""`ledger show`, `head`, `verify` and `replay`: the record of what was deleted, exported, granted and looked up."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group
from backupd.cli.text import count, cut, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index.ledger import LedgerReader
    from index.ledger_line import Entry
    from index.ledger_verify import Kept

_LAST = 25


def _show_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", metavar="NUMBER", type=_whole, help="all entries from this one on")
    parser.add_argument("--last", metavar="N", type=_whole, help=f"the last so many ({_LAST})")
    parser.add_argument("--kind", metavar="KIND", help="only entries of this kind, as in: look-up, erased")


def _verify_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--head", metavar="NUMBER:HASH", type=_head_kept, action="append", default=[],
        help="what 'ledger head' said at some time; may be given several times",
    )  # fmt: skip


def _whole(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _head_kept(text: str) -> tuple[int, str]:
    number, colon, hash = text.strip().partition(":")
    if not (colon and number.isdecimal() and len(hash) == 64 and set(hash.lower()) <= set("0123456789abcdef")):
        raise ArgumentTypeError(f"{text!r} is no head: write it as 'backupd ledger head' shows it")
    return int(number), hash.lower()


def _reader(context: Context) -> LedgerReader:
    from backupd.staff import who_looks
    from index.ledger import LedgerReader

    who_looks(context.settings.staff)
    return LedgerReader(context.settings.index.ledger_path)


def _show(args: Namespace, context: Context) -> int:
    entries: Iterable[Entry] = (
        each
        for each in _reader(context).entries()
        if each.sequence >= (args.first or 0) and args.kind in (None, each.draft.kind)
    )
    if args.first is None or args.last is not None:
        entries = deque(entries, maxlen=args.last or _LAST)
    if args.json:
        context.output.json([_as_json(each) for each in entries])
        return DONE
    shown = 0
    for entry in entries:
        shown += 1
        _show_entry(context, entry)
    if not shown:
        context.output.line("The ledger holds no such entry.")
    return DONE


def _show_entry(context: Context, entry: Entry) -> None:
    output, draft = context.output, entry.draft
    when = context.dates.instant(datetime.fromtimestamp(draft.at, UTC))
    head = f"{entry.sequence:>7}  {when}  {draft.kind:10}  {draft.by}"
    output.line(output.styled(cut(head.rstrip(), output.columns), "strong"))
    for text in _details(entry):
        output.line(cut(f"         {visible(text)}", output.columns))


def _details(entry: Entry) -> list[str]:
    draft = entry.draft
    plain = [f"{key}={value}" for key, value in (*draft.words.items(), *draft.numbers.items())]
    if draft.rule:
        plain.append(f"rule={draft.rule}")
    lines = [", ".join(plain)] if plain else []
    for one, hashes in (("subject", draft.subjects), ("content", draft.contents)):
        if hashes:
            more = f" and {len(hashes) - 1} more" if len(hashes) > 1 else ""
            lines.append(f"{one} {hashes[0][:16]}…{more}")
    return lines


def _as_json(entry: Entry) -> dict[str, Any]:
    draft = entry.draft
    return {
        "sequence": entry.sequence,
        "at": datetime.fromtimestamp(draft.at, UTC),
        "kind": draft.kind,
        "by": draft.by,
        "subjects": list(draft.subjects),
        "contents": list(draft.contents),
        "numbers": dict(draft.numbers),
        "words": dict(draft.words),
        "rule": draft.rule or None,
        "hash": entry.position.hash,
    }


def _head(args: Namespace, context: Context) -> int:
    head = _reader(context).head()
    if args.json:
        context.output.json({"sequence": head.sequence, "hash": head.hash})
    else:
        context.output.line(f"{head.sequence}:{head.hash}")
    return DONE


def _verify(args: Namespace, context: Context) -> int:
    from index.ledger_verify import Kept, verify

    path = _reader(context).path
    kept = [Kept(number, hash) for number, hash in args.head] + _kept_in_index(context)
    verdict = verify(path, kept)
    if args.json:
        context.output.json(
            {
                "entries": verdict.entries,
                "head": {"sequence": verdict.head.sequence, "hash": verdict.head.hash},
                "compared": [{"sequence": each.sequence, "where": each.where} for each in kept],
                "torn": verdict.torn,
                "problems": [{"line": each.line, "what": each.what} for each in verdict.problems],
                "left_off": verdict.left_off,
            }
        )
        return NEEDS_PERSON if verdict.problems else DONE
    output = context.output
    for problem in verdict.problems:
        output.line(output.styled(f"line {problem.line}: {visible(problem.what)}", "bad"))
    if verdict.left_off:
        output.line(f"… and {verdict.left_off} more")
    if verdict.torn:
        output.line(f"{count(verdict.torn, 'byte')} at its end were never acknowledged; the next entry heals that.")
    if verdict.problems:
        output.line(f"The ledger of {count(verdict.entries, 'line')} is not as it was written.")
        return NEEDS_PERSON
    where = " and agrees with " + ", ".join(f"entry {each.sequence} {each.where}" for each in kept) if kept else ""
    output.line(f"The ledger of {count(verdict.entries, 'entry', 'entries')} is whole{where}.")
    output.line(f"{verdict.head.sequence}:{verdict.head.hash}")
    output.line("Keep this line elsewhere: only against it does a cut end show.")
    return DONE


def _kept_in_index(context: Context) -> list[Kept]:
    """What the index has met in the ledger: nothing where there is no index."""
    from index.applied import applied
    from index.engine import open_index
    from index.errors import IndexAbsent
    from index.ledger_verify import Kept

    try:
        index = open_index(context.settings.index.url)
    except IndexAbsent:
        return []
    try:
        with index.read() as conn:
            at = applied(conn)
    finally:
        index.close()
    return [Kept(at.sequence, at.hash, "in the index")] if at.sequence else []


def _replay(_args: Namespace, context: Context) -> int:
    from backupd.access_log import ledger_of
    from backupd.staff import who_looks
    from index.engine import open_index
    from index.replay import replay
    from index.scrubbing import scrub_if_due

    who_looks(context.settings.staff)
    index = open_index(context.settings.index.url)
    try:
        with index.write() as conn:
            done = replay(conn, ledger_of(context.settings.index))
        scrub_if_due(index)
    finally:
        index.close()
    gone = done.forgotten
    context.output.line(
        f"Applied {count(done.entries, 'entry', 'entries')}: {count(gone.contents, 'erased file')}, "
        f"{count(gone.appearances, 'mention')} of erased people and {count(gone.shoots, 'shoot')} taken out."
    )
    if gone.doubtful:
        people = count(gone.doubtful, "person", "people")
        context.output.line(f"{people} of an erased name, but with another address, left in: see to it.")
    if done.unattached:
        context.output.line(f"{count(done.unattached, 'hold')} on shoots that are not in the index: index them again.")
    return NEEDS_PERSON if gone.doubtful or done.unattached else DONE


GROUP = Group(
    "The record",
    order=60,
    families={"ledger": "the record of what was deleted, exported, granted and looked up"},
    commands=(
        Command(
            "ledger show",
            "what was done, by whom, by which rule",
            _show,
            _show_arguments,
            examples=(
                ("backupd ledger show --last 100", "the last hundred entries"),
                ("backupd ledger show --from 4100 --kind erased", "erasures from entry 4100 on"),
            ),
            description="People and shoots appear as keyed hashes only; no name is in the ledger.",
            reads=True,
        ),
        Command(
            "ledger head",
            "number and hash of the last entry, to be kept elsewhere",
            _head,
            examples=(("backupd ledger head", "for a mail, a note, another machine"),),
            reads=True,
        ),
        Command(
            "ledger verify",
            "find whatever was changed, cut or put in another order",
            _verify,
            _verify_arguments,
            examples=(("backupd ledger verify", "from the first line to the last, and against what the index has met"),),
            description="Names the line of whatever is not as it was written, with exit status 1. "
            "An end that was cut off shows only against a head that was kept: the index keeps one, and --head takes others.",
            reads=True,
        ),
        Command(
            "ledger replay",
            "apply to the index what it lacks, after it was restored",
            _replay,
            examples=(("backupd ledger replay", "after an older index was put back"),),
            description="Erasures, withdrawals, holds and consents since the index was backed up.",
        ),
    ),
)
