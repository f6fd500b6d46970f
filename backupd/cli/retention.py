"""`retention` and `why`: what is kept until when, and the whole chain of rules and facts behind it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from backupd.cli.find import basis, chosen_shoot, reading, recorded, retention_words, shoot_title, who_looks_up
from backupd.cli.frame import NEEDS_PERSON, Command, Context, Group, WrongUse, parse_day
from backupd.cli.text import count, cut, size, visible

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from index.records import FileCopies

_STATES = ("protected", "prunable", "held", "unknown", "erased")
_ACTIONS = {
    "prune": "may a clean-up take it",
    "erase": "may an approved erasure take it",
    "delete": "may a person delete it by hand",
    "export": "may its client have a copy",
}
_LIMIT = 50


def _retention_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shoot", nargs="*", metavar="SHOOT", help="the shoot's number, or words that find just one; or all")
    parser.add_argument("--state", choices=_STATES, help="only shoots in this state")
    parser.add_argument("--limit", type=int, default=_LIMIT, metavar="N", help=f"as text, at most so many ({_LIMIT})")


def _why_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shoot", nargs=1, metavar="SHOOT", help="the shoot's number, or words that find just one, in quotes")
    parser.add_argument("file", nargs="?", metavar="FILE", help="one file of it: its name or path")
    parser.add_argument("--at", metavar="DATE", type=parse_day, help="as it was, or will be, on that day")


def _retention(args: Namespace, context: Context) -> int:
    from backupd.keeping_list import rows

    who = who_looks_up(context)
    with reading(context) as conn:
        ids = [chosen_shoot(args, context, conn)] if args.shoot else None
        found, unattached = rows(conn, basis(context, conn), ids)
        status = recorded(context, conn, who, "retention", ids or [])
    shown = [row for row in found if args.state in (None, row["state"])]
    if args.json:
        context.output.json(shown)
        return status
    if unattached:
        wrapped(context, _unattached(unattached), "")
    for row in shown[: args.limit]:
        head = f"{row['shoot']:>5}  {shoot_title(context, row)}"
        context.output.line(context.output.styled(cut(head, context.output.columns), "strong"))
        words = _sentence(row["rule"]) if row["state"] == "unknown" else retention_words(context, row)
        context.output.line(cut(f"       {words}", context.output.columns))
    if len(shown) > args.limit:
        context.output.line(f"and {count(len(shown) - args.limit, 'more shoot')}; see --state and --limit")
    if not args.shoot:
        counted = Counter(row["state"] for row in found)
        said = ", ".join(f"{counted[state]} {state}" for state in _STATES if counted[state])
        context.output.line(f"{count(len(found), 'shoot')}: {said or 'nothing is indexed yet'}")
    return status


def _unattached(number: int) -> str:
    return f"{count(number, 'hold')} without its shoot in this index: nothing is pruned meanwhile; see: backupd hold list"


def _why(args: Namespace, context: Context) -> int:
    from backupd.reasons import why, why_file
    from backupd.retaining import on_day
    from backupd.situation import situation

    who = who_looks_up(context)
    with reading(context) as conn:
        id = chosen_shoot(args, context, conn)
        now = context.clock.now()
        at = on_day(basis(context, conn), args.at, now) if args.at else basis(context, conn)
        file = chosen_file(conn, id, args.file) if args.file else None
        found = situation(conn, context.settings, at, id, now=now, file=file)
        answer = why_file(found, at, file) if file else why(found, at)
        status = recorded(context, conn, who, "why", [id])
    if args.json:
        context.output.json(answer)
    else:
        _tell(context, answer)
    return max(status, NEEDS_PERSON) if answer["retention"]["state"] == "unknown" else status


def chosen_file(conn: Connection, shoot_id: int, text: str) -> FileCopies:
    """Return the file of a shoot that is meant, by its path, name or a part of it. Raises WrongUse."""
    from index.answers import file_copies

    wanted = text.casefold()
    files = file_copies(conn, shoot_id)
    exact = [one for one in files if one.path.casefold() == wanted]
    named = exact or [one for one in files if one.path.casefold().rpartition("/")[2] == wanted]
    near = named or [one for one in files if wanted in one.path.casefold().rpartition("/")[2]]
    if len(near) == 1:
        return near[0]
    if not near:
        raise WrongUse(f"shoot {shoot_id} has no file {visible(text)!r}", f"see them with: backupd where {shoot_id}")
    some = "; ".join(visible(one.path) for one in near[:5])
    more = f" and {len(near) - 5} more" if len(near) > 5 else ""
    raise WrongUse(f"{visible(text)!r} may be several files: {some}{more}", "write the whole path")


def _tell(context: Context, answer: dict[str, Any]) -> None:
    output, at = context.output, date.fromisoformat(answer["at"])
    output.line(output.styled(cut(f"{answer['shoot']}  {shoot_title(context, answer)}", output.columns), "strong"))
    if "file" in answer:
        output.line(f"  {visible(answer['file']['path'])}, {size(answer['file']['size'])}")
    kept = answer["retention"]
    wrapped(context, f"On {context.dates.day(at)}: {kept['state']}. {_sentence(kept['rule'])}", "  ")
    for reason in kept["reasons"]:
        if reason in kept["rule"]:
            continue
        wrapped(context, reason, "    - ")
    for one in answer["holds"]:
        due = f", review {context.dates.day(date.fromisoformat(one['review_on']))}" if one["review_on"] else ""
        on = f" on {count(one['files'], 'file')}" if one["files"] else ""
        wrapped(context, f"{one['kind']} hold {one['id']}{on} of {one['owner']}{due}: {one['reason']}", "  held: ")
    if answer["unattached_holds"]:
        wrapped(context, _unattached(answer["unattached_holds"]), "  ")
    _copies(context, answer)
    for action, question in _ACTIONS.items():
        said = answer["actions"][action]
        output.line(f"  {question}? {output.styled(said['answer'], 'strong')}")
        wrapped(context, ", ".join(said["rows"]) or "none", "    rows ")
        for reason in said["reasons"]:
            wrapped(context, reason, "    - ")
    _channels(context, answer)


def _copies(context: Context, answer: dict[str, Any]) -> None:
    if "file" not in answer:
        said = answer["copies"]
        context.output.line(f"  {said['with_a_good_copy']} of {count(said['files'], 'file')} with a copy known to be good")
        return
    for one in answer["file"]["copies"]:
        known = f"{one['known_by']} {context.dates.instant(_instant(one['known_at']))}" if one["known_by"] else "unverified"
        wrapped(context, f"{one['store']}: {one['state']}, {known}", "  copy in ")


def _channels(context: Context, answer: dict[str, Any]) -> None:
    output = context.output
    allowed = [one["channel"] for one in answer["portfolio"] if one["files_allowed"] == one["files"] > 0]
    for one in answer["portfolio"]:
        if 0 < one["files_allowed"] < one["files"]:
            output.line(f"  may be shown in {one['channel']}: {one['files_allowed']} of {count(one['files'], 'file')}")
    output.line(f"  may be shown in: {', '.join(allowed) or 'no channel'}")
    said: dict[str, list[str]] = {}
    for one in answer["portfolio"]:
        for blocker in one["blocked_by"]:
            who = f"{blocker['person']}: " if blocker["person"] else ""
            said.setdefault(f"{who}{blocker['why']}", []).append(one["channel"])
    for words, channels in said.items():
        where = "" if len(channels) == len(answer["portfolio"]) else f" ({', '.join(channels)})"
        wrapped(context, f"{words}{where}", "    - ")


def _instant(text: str | None) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text) if text else None


def _sentence(rule: str) -> str:
    name, _, words = rule.partition(": ")
    return f"{words[:1].upper()}{words[1:]} ({name})" if words else name


def wrapped(context: Context, text: str, indent: str) -> None:
    """Write a text over as many lines as it needs, made visible; later ones indented as far as the first."""
    import textwrap

    later = " " * len(indent)
    for line in textwrap.wrap(visible(text), context.output.columns, initial_indent=indent, subsequent_indent=later):
        context.output.line(line)


GROUP = Group(
    "Keeping",
    order=26,
    commands=(
        Command(
            "retention",
            "what is kept until when, and what may go",
            _retention,
            _retention_arguments,
            examples=(
                ("backupd retention", "every shoot, what ends first on top"),
                ("backupd retention --state unknown", "what nobody has dated"),
                ("backupd retention 12", "one shoot"),
                ("backupd retention --today 2027-09-01", "as it will be on that day"),
            ),
            description=(
                "protected: within its minimum. prunable: past it. held: something stops any deletion. unknown: no day is"
                " known, so nothing touches it. erased: gone on a person's request."
            ),
            reads=True,
            dated=True,
        ),
        Command(
            "why",
            "the rules and facts that decide about a shoot or a file",
            _why,
            _why_arguments,
            examples=(
                ("backupd why 12", "the whole chain, in words"),
                ("backupd why 12 IMG_4711.CR3", "for one file"),
                ("backupd why 12 --at 2027-09-01", "as it will be, or was, on a day"),
            ),
            description=(
                "Shows how long it is kept and what that is counted from, which holds stop it, which rows of the decision"
                " table (docs/policy.md) match for each action, and who or what stands in the way of showing it. Copies"
                " are told as they are known now, also for another day."
            ),
            reads=True,
            dated=True,
        ),
    ),
)

