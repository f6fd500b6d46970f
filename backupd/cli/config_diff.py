"""`config diff`: what the configuration lowers, what that would free, and a named person's word that it shall be so."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from backupd.cli.find import reading, shoot_title
from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group
from backupd.cli.retention import wrapped
from backupd.cli.text import count, cut, size
from backupd.cli.who import acting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backupd.policy.lowering import Limits
    from backupd.settings.models import Role

_SHOWN = 20
_OWNER: tuple[Role, ...] = ("owner",)
_WORDS = {
    "minimum": "minimum",
    "grace": "grace",
    "require_copies": "copies asked for",
    "low": "clean-up due below",
    "high": "clean-up up to",
    "unused_contacts": "contacts unused for",
    "verify_within": "a check of a copy counts for",
    "last_copies": "last good copies may go",
    "spare_copies": "spare copies within the minimum may go",
    "most_files": "files a day",
    "most_bytes": "bytes a day",
    "most_share": "share of a store's files a day",
    "undo_within": "can be brought back for",
    "keep_evidence": "evidence of requests kept for",
    "kept_out": "stores left alone by clean-ups",
}
_AGES = ("minimum", "grace")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--confirm", action="store_true", help="let it be so, by your name")


def _diff(args: Namespace, context: Context) -> int:
    from backupd import promises

    status = DONE
    if args.confirm:
        from backupd.staff import require_role

        with acting(context) as (conn, ledger, actor):
            require_role(actor, _OWNER)
            answer = _answer(conn, context)
            promises.confirm(conn, context.settings, ledger, actor.by, int(context.clock.now().timestamp()))
        answer["confirmed"] = True
    else:
        with reading(context) as conn:
            answer = _answer(conn, context)
        status = NEEDS_PERSON if answer["lowered"] else DONE
    if args.json:
        context.output.json(answer)
    else:
        _tell(context, answer)
    return status


def _answer(conn: Connection, context: Context) -> dict[str, Any]:
    from dataclasses import replace

    from backupd import promises
    from backupd.cli.find import basis
    from backupd.keeping_list import rows

    now = promises.limits_of(context.settings)
    kept = promises.kept(conn)
    force = promises.in_force(conn, context.settings)
    found = promises.not_confirmed(conn, context.settings)
    freed: list[dict[str, Any]] = []
    if found:
        on = basis(context, conn)
        before = {row["shoot"] for row in rows(conn, on)[0] if row["state"] == "prunable"}
        would = rows(conn, replace(on, minimum=now.minimum, grace=now.grace))[0]
        freed = [row for row in would if row["state"] == "prunable" and row["shoot"] not in before]
    return {
        "lowered": list(found),
        "in_force": _plain(force),
        "configured": _plain(now),
        "confirmed_by": kept.by if kept else None,
        "would_free": freed,
        "would_free_bytes": sum(row["bytes"] for row in freed),
        # Only by its age can be told beforehand what would go.
        "told_by_age": any(getattr(force, name) != getattr(now, name) for name in _AGES),
        "confirmed": not found,
    }


def _plain(limits: Limits) -> dict[str, Any]:
    said = {name: getattr(limits, name) for name in _WORDS}
    return {name: _value(value) for name, value in said.items()}


def _value(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value if isinstance(value, int | float) else str(value)


def _tell(context: Context, answer: dict[str, Any]) -> None:
    output = context.output
    if not answer["lowered"]:
        output.line("The configuration promises no less than what is in force.")
        return
    for said in answer["lowered"]:
        wrapped(context, said, "- ")
    freed = answer["would_free"]
    what = f"{count(len(freed), 'shoot')}, {size(answer['would_free_bytes'])}"
    if answer["confirmed"]:
        said, more = "In force from now on, by your name.", f" A clean-up may now take {what} more."
    else:
        said, more = "Nothing of this is in force, and until it is confirmed no clean-up takes anything.", (
            f" Confirmed, one might take {what} more{':' if freed else '.'}"
        )
    plan = " What goes by it is in the next plan: backupd prune --plan"
    wrapped(context, said + (more if answer["told_by_age"] else plan), "")
    for row in freed[:_SHOWN]:
        output.line(cut(f"{row['shoot']:>5}  {shoot_title(context, row)}, {size(row['bytes'])}", output.columns))
    if len(freed) > _SHOWN:
        output.line(f"and {count(len(freed) - _SHOWN, 'more shoot')}; see --json")
    if not answer["confirmed"]:
        output.line("An owner confirms it with: backupd config diff --confirm")


GROUP = Group(
    heading="State",
    order=40,
    commands=(
        Command(
            "config diff",
            "does the configuration promise less than before",
            _diff,
            _arguments,
            examples=(
                ("backupd config diff", "what is lowered, and what that would free"),
                ("backupd config diff --confirm", "let it be so; for the owner"),
            ),
            description=(
                "What lets more be deleted changes nothing by itself: a shorter minimum or grace, fewer copies, a longer"
                " verify_within, last or spare copies that may go, more at once, more room to be freed, less time to bring"
                " it back, contacts or evidence kept for less time, a store that was left alone. What was in force counts"
                " until an owner confirms the change, and no clean-up takes anything before. Exit status 1 while something"
                " waits to be confirmed. A promise that is raised holds at once."
            ),
            reads=True,
            dated=True,
        ),
    ),
)
