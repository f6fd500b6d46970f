"""`find`, `show` and `where`: a client asks, the desk looks."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, WrongUse, parse_day
from backupd.cli.text import camera_name, count, cut, filled, size, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from backupd.retaining import Basis
    from backupd.staff import Actor

_LIMIT = 20
_WORDS_FOR_STATE = {
    "protected": "protected until {}",
    "prunable": "past its minimum since {}",
    "unknown": "protected, its day is unknown",
    "erased": "erased",
}


def _find_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORDS", help="names, dates, kinds of shoot, files, in any order")
    parser.add_argument("--client", metavar="NAME", help="the client's name, in any spelling")
    parser.add_argument("--participant", metavar="NAME", help="somebody who appears in the shoot")
    parser.add_argument("--from", dest="first", metavar="DATE", type=parse_day, help="on this day or later")
    parser.add_argument("--to", dest="last", metavar="DATE", type=parse_day, help="on this day or earlier")
    parser.add_argument("--file", metavar="NAME", help="a file's name or number, whole or its beginning")
    limit = f"at most so many ({_LIMIT}); ties are all shown"
    parser.add_argument("--limit", metavar="N", type=int, default=_LIMIT, help=limit)


def _shoot_argument(parser: ArgumentParser) -> None:
    parser.add_argument("shoot", nargs="+", metavar="SHOOT", help="the shoot's number, or words that find just one")


@contextmanager
def reading(context: Context) -> Iterator[Connection]:
    """A view of the index as it is now. Raises IndexAbsent where nothing was indexed yet."""
    from index.engine import open_index

    index = open_index(context.settings.index.url)
    try:
        with index.read() as conn:
            yield conn
    finally:
        index.close()


def who_looks_up(context: Context) -> Actor | None:
    """Return who is about to be shown something, None while [staff] names nobody. Raises NotAllowed."""
    from backupd.staff import who_looks

    return who_looks(context.settings.staff)


def recorded(context: Context, conn: Connection, who: Actor | None, command: str, ids: Sequence[int]) -> int:
    """Record the look-up before its answer is shown; return the exit status that this leaves."""
    from backupd.access_log import record_look_up

    problem = record_look_up(conn, context.settings.index, who, command, ids, context.clock.now())
    if problem is not None:
        context.output.say(f"backupd: {visible(problem)}.")
    return DONE if problem is None else NEEDS_PERSON


def _find(args: Namespace, context: Context) -> int:
    from backupd import lookups
    from backupd.search import find

    filters = (args.client, args.participant, args.first, args.last, args.file)
    if not args.words and not any(filters):
        raise WrongUse("nothing to look for", "write what you know, as in: backupd find virtanen kesä 2026")
    who = who_looks_up(context)
    with reading(context) as conn:
        hits = find(
            conn,
            " ".join(args.words),
            today=context.today,
            client=args.client,
            participant=args.participant,
            first=args.first,
            last=args.last,
            file=args.file,
            limit=args.limit,
        )
        answers = lookups.shoot_answers(conn, {hit.shoot_id: hit.score for hit in hits}, basis(context, conn))
        status = recorded(context, conn, who, "find", list(answers))
    shoots = [answers[hit.shoot_id] | {"why": list(hit.reasons)} for hit in hits if hit.shoot_id in answers]
    if args.json:
        context.output.json(shoots)
    elif not shoots:
        context.output.line("Nothing like that is in the index.")
        context.output.line("Try fewer words, or another spelling; 'backupd status' tells what has been indexed.")
    else:
        for shoot in shoots:
            _show_hit(context, shoot)
    return status


def basis(context: Context, conn: Connection) -> Basis:
    """Return what retention is decided by on the day that the command is for."""
    from backupd.retaining import basis_of, on_day

    return on_day(basis_of(conn, context.settings, context.today), context.today, context.clock.now())


def _show_hit(context: Context, shoot: dict[str, Any]) -> None:
    output = context.output
    head = f"{shoot['id']:>5}  {shoot_title(context, shoot)}"
    output.line(output.styled(cut(head, output.columns), "strong"))
    output.line(cut(f"       {_counts(shoot)}; {retention_words(context, shoot['retention'])}", output.columns))
    if shoot["why"]:
        output.line(output.styled(cut(f"       {visible('; '.join(shoot['why']))}", output.columns), "faint"))


def shoot_title(context: Context, shoot: dict[str, Any]) -> str:
    """Return client, title and days, safe to look at."""
    name = visible(shoot["client"] or "client unknown")
    title = f" · {visible(shoot['title'])}" if shoot["title"] else ""
    return f"{name}{title} · {_days(context, shoot)}"


def _days(context: Context, shoot: dict[str, Any]) -> str:
    if not shoot["first_day"]:
        return "day unknown"
    return context.dates.span(date.fromisoformat(shoot["first_day"]), date.fromisoformat(shoot["last_day"]))


def _counts(shoot: dict[str, Any]) -> str:
    lost = shoot["files"] - shoot["intact"]
    state = "all intact" if not lost else f"{lost} without a known good copy"
    where = ", ".join(visible(name) for name, counts in shoot["stores"].items() if counts["present"])
    return f"{count(shoot['files'], 'file')}, {size(shoot['bytes'])}, {state}; {where or 'in no store now'}"


def retention_words(context: Context, verdict: dict[str, Any]) -> str:
    """Return a verdict on keeping in a few words."""
    until = verdict["protected_until"]
    if verdict["state"] == "held":
        return f"held: {verdict['rule'].partition(': ')[2]}"
    if until is None and verdict["state"] == "protected":
        return "kept without end"
    if verdict["rule"].startswith("grace"):
        return f"past its minimum, left alone until {context.dates.day(date.fromisoformat(verdict['prunable_from']))}"
    return _WORDS_FOR_STATE[verdict["state"]].format(context.dates.day(date.fromisoformat(until)) if until else "")


def chosen_shoot(args: Namespace, context: Context, conn: Connection) -> int:
    """Return the shoot that was meant: by its number, or by words that find just one. Raises WrongUse."""
    from backupd.search import find
    from index.shoots import get_shoots

    text = " ".join(args.shoot)
    if text.lstrip("#").isdecimal():
        id = int(text.lstrip("#"))
        if id in get_shoots(conn, [id]):
            return id
        raise WrongUse(f"there is no shoot {id}", "look it up with: backupd find WORDS")
    hits = find(conn, text, today=context.today, limit=2)
    if not hits:
        raise WrongUse(f"no shoot is found by {visible(text)!r}", "look it up with: backupd find WORDS")
    if len(hits) > 1 and hits[1].score > 0.8 * hits[0].score:
        mend = f"choose one by its number: backupd find {visible(text)}"
        raise WrongUse(f"{visible(text)!r} may be several shoots", mend)
    return hits[0].shoot_id


def _show(args: Namespace, context: Context) -> int:
    from backupd import lookups

    who = who_looks_up(context)
    with reading(context) as conn:
        shoot = lookups.show(conn, chosen_shoot(args, context, conn), basis(context, conn))
        status = recorded(context, conn, who, "show", [shoot["id"]])
    if args.json:
        context.output.json(shoot)
        return status
    output = context.output
    output.line(output.styled(f"{shoot['id']}  {shoot_title(context, shoot)}", "strong"))
    output.line(f"  {_counts(shoot)}")
    output.line(f"  {retention_words(context, shoot['retention'])}")
    for name, counts in shoot["stores"].items():
        removed = {"removed by backupd": shoot["removed"].get(name, 0)}
        words = ", ".join(f"{number} {state}" for state, number in (counts | removed).items() if number)
        output.line(f"  in {visible(name)}: {words}")
    for folder in shoot["folders"]:
        gone = "" if folder["present"] else "  (no longer there)"
        output.line(f"    {visible(folder['store'])}: {visible(folder['path'])}{gone}")
    if shoot["captured"]:
        first, last = (date.fromisoformat(day) for day in shoot["captured"])
        output.line(f"  captured {context.dates.span(first, last)}")
    for camera in shoot["cameras"]:
        output.line(f"  {count(camera['files'], 'file')} by {visible(camera_name(camera['make'], camera['model']))}")
    for hold in shoot["holds"]:
        output.line(output.styled(f"  {hold['kind']} hold {hold['id']}: {visible(hold['reason'])}", "warning"))
    _show_people(context, shoot)
    for consent in shoot["consents"]:
        until = f" until {context.dates.day(date.fromisoformat(consent['until']))}" if consent["until"] else ""
        name = visible(consent["name"] or "a name that is not known")
        output.line(f"  consent {consent['id']}: {name}, {', '.join(consent['uses'])}: {consent['state']}{until}")
    for question in shoot["review"]:
        said = filled(visible(f"review {question['id']}: {question['reason']}"), output.columns, indent="  ", hanging="    ")
        for line in said.split("\n"):
            output.line(output.styled(line, "warning"))
    return status


def _show_people(context: Context, shoot: dict[str, Any]) -> None:
    if not shoot["participants"]:
        context.output.line("  participants: unknown, no list was found")
        return
    context.output.line("  participants:")
    words = {True: "minor", False: "adult", None: ""}
    rows = [
        (p["name"], p["role"] or "", p["email"] or p["phone"] or "", words[p["minor"]], p["consent"] or "not known")
        for p in shoot["participants"]
    ]
    context.output.table(("  NAME", "ROLE", "CONTACT", "AGE", "CONSENT"), [(f"  {row[0]}", *row[1:]) for row in rows])


def _where(args: Namespace, context: Context) -> int:
    from zoneinfo import ZoneInfo

    from backupd import lookups

    who = who_looks_up(context)
    with reading(context) as conn:
        zone = ZoneInfo(context.settings.studio.timezone)
        answer = lookups.where(conn, chosen_shoot(args, context, conn), zone)
        status = recorded(context, conn, who, "where", [answer["id"]])
    if args.json:
        context.output.json(answer)
        return status
    for file in answer["files"]:
        context.output.line(f"{visible(file['path'])}  {size(file['size'])}")
        for copy in file["copies"]:
            known = copy["known_by"] or "unverified"
            when = context.dates.instant(datetime.fromisoformat(copy["known_at"])) if copy["known_at"] else ""
            style = "good" if copy["state"] == "present" and copy["known_by"] else "warning"
            state = context.output.styled(f"{'removed' if copy['removed_at'] else copy['state']:8}", style)
            elsewhere = "" if copy["path"] == file["path"] else f"  {visible(copy['path'])}"
            context.output.line(f"    {visible(copy['store']):12}  {state}  {known} {when}{elsewhere}")
        for other in file["uncompared"]:
            elsewhere = "" if other["path"] == file["path"] else f"  {visible(other['path'])}"
            said = "not compared: of the same size, but with no hash of the same kind"
            context.output.line(f"    {visible(other['store']):12}  {said}{elsewhere}")
    return status


GROUP = Group(
    "Looking up",
    order=5,
    commands=(
        Command(
            "find",
            "find shoots by what is remembered of them",
            _find,
            _find_arguments,
            examples=(
                ("backupd find virtasen häät", "in any inflection"),
                ("backupd find makela kesä 2026", "without dots; by season"),
                ("backupd find --file IMG_4711", "by a file's name or number"),
                ("backupd find --client 'Lumo Oy' --from 2026-01-01", "by field"),
            ),
            description="Shows the best match first and why it matched; near ties are all shown.",
            reads=True,
            dated=True,
        ),
        Command(
            "show",
            "one shoot whole",
            _show,
            _shoot_argument,
            examples=(
                ("backupd show 12", "by its number"),
                ("backupd show virtanen häät", "by words that find just one"),
            ),
            description="Participants are those that a list names; where there is no list, they are unknown.",
            reads=True,
            dated=True,
        ),
        Command(
            "where",
            "each file of a shoot, and where its copies are",
            _where,
            _shoot_argument,
            examples=(("backupd where 12", "every copy, how it is known and when"),),
            reads=True,
            dated=True,
        ),
    ),
)
