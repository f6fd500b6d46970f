"""`hold add`, `release` and `list`: what stops every deletion, until a person ends it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from backupd.cli.find import reading, recorded, who_looks_up
from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, Refusal, WrongUse, parse_day
from backupd.cli.retention import wrapped
from backupd.cli.text import count, visible
from backupd.cli.who import acting, add_person, add_scope, chosen_person, chosen_scope, contents_of, described, new_uid
from backupd.cli.who import shoot_hash as hash_of_shoot

if TYPE_CHECKING:
    from index.holds import Hold

_KINDS = ("restriction", "objection", "legal", "open_request", "pin")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("kind", choices=_KINDS, metavar="KIND", help=", ".join(_KINDS))
    add_person(parser, what="whom it is about, or whose right it rests on")
    add_scope(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why, in words")
    parser.add_argument("--ground", choices=("a", "b", "c", "d"), help="of a restriction: the letter of GDPR art. 18(1)")
    parser.add_argument("--owner", metavar="ACCOUNT", help="the employee who answers for it (whoever adds it)")
    parser.add_argument("--review", metavar="DATE", type=parse_day, help="when somebody looks at it again (in 90 days)")
    parser.add_argument("--request", metavar="ID", help="the case it belongs to")


def _release_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("hold", metavar="HOLD", help="its name, as `hold list` shows it")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why it ends")
    parser.add_argument("--announced", action="store_true", help="the person has now been told that it will end")
    parser.add_argument("--keep", action="store_true", help="take the announcement back: it stays")


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--due", action="store_true", help="only those due for review")
    parser.add_argument("--all", action="store_true", help="those that have ended too")


def _add(args: Namespace, context: Context) -> int:
    from backupd.policy.holds import REVIEW_AFTER, Ground, HoldKind, HoldState, OfShoot, faults_of
    from backupd.policy.holds import Hold as PolicyHold
    from index.holds import Hold
    from index.replay import put_hold
    from index.scopes import Scope

    owner = args.owner
    if owner is not None and owner not in context.settings.staff:
        raise WrongUse(f"{visible(owner)} is not named in [staff]", "name an account that is")
    now = int(context.clock.now().timestamp())
    review_on = args.review or context.today + REVIEW_AFTER
    with acting(context) as (conn, ledger, actor):
        shoot_id, files = chosen_scope(args, context, conn)
        named = args.person or args.email or args.phone
        within = [shoot_id] if shoot_id else None
        person = chosen_person(args, context, conn, within) if named else None
        if person is None and shoot_id is None:
            raise WrongUse("it is not said what is held", "add --person NAME, or --shoot SHOOT with or without --file")
        hashes = person.hashes(ledger.key) if person else ()
        hold = Hold(
            new_uid("h"), args.kind, now, actor.by, args.reason.strip(), owner or actor.account, args.ground, shoot_id,
            hash_of_shoot(conn, ledger, shoot_id) if shoot_id else None, hashes[0] if hashes else None, args.request,
            review_on.isoformat(), files=len(files) or None,
        )  # fmt: skip
        whole = PolicyHold(
            hold.uid, HoldKind(args.kind), OfShoot(shoot_id or 0), HoldState.PROPOSED, context.today, hold.owner,
            hold.reason, hold.person, Ground(args.ground) if args.ground else None, args.review,
        )  # fmt: skip
        faults = faults_of(whole)
        if faults:
            raise WrongUse("; ".join(faults), "see: backupd hold add --help")
        put_hold(conn, ledger, hold, Scope(contents_of(conn, files), frozenset(hashes[1:])))
        covered = _covered(conn, context, hold)
    said = described(person) if person and shoot_id is None else f"shoot {shoot_id}"
    what = f"{count(len(files), 'file')} of {said}" if files else said
    wrapped(context, f"{hold.uid}: {args.kind} hold on {what}; review on {context.dates.day(review_on)}", "")
    if shoot_id is None:
        places = ", ".join(str(id) for id in covered[:12]) + (" …" if len(covered) > 12 else "")
        wrapped(context, f"It stops {count(len(covered), 'shoot')}{': ' + places if places else ''}.", "")
        if person is not None and not person.is_sure:
            wrapped(context, "A shoot without a list is not covered by a name: hold such shoots with --shoot.", "")
    return DONE


def _covered(conn: Any, context: Context, hold: Hold) -> list[int]:
    from dataclasses import replace

    from backupd.cli.find import basis
    from backupd.retaining import holding

    # On its own day, whatever --today rehearses and whatever the time of day.
    found = holding(conn, replace(basis(context, conn), today=date.max - timedelta(days=1)))
    return sorted(id for id, mine in found.of_shoot.items() if any(one.uid == hold.uid for one in mine))


def _release(args: Namespace, context: Context) -> int:
    from backupd.policy.courses import HOLD, HoldFacts
    from backupd.policy.facts import Known
    from backupd.policy.holds import HoldKind, HoldState
    from index import holds
    from index.replay import release_hold

    now = int(context.clock.now().timestamp())
    with acting(context) as (conn, ledger, actor):
        hold = holds.get(conn, args.hold)
        if hold is None:
            raise WrongUse(f"there is no hold {visible(args.hold)!r}", "see them with: backupd hold list --all")
        state = HoldState.LIFTED if hold.released_at else HoldState.LIFT_ANNOUNCED if hold.announced_at else HoldState.ACTIVE
        told = hold.announced_at is not None or args.announced
        event = "keep" if args.keep else "announce" if args.announced else "lift" if hold.announced_at else "release"
        facts = HoldFacts(HoldKind(hold.kind), (), Known.YES if told else Known.NO, actor.account, args.reason)
        move = HOLD.move(state, event, facts)
        if not move.is_allowed:
            mend = "first tell the person, then: backupd hold release HOLD --announced --reason TEXT"
            lacks = "add --reason TEXT" if not args.reason.strip() else mend
            raise Refusal("hold_course", "; ".join(move.against), "" if state is HoldState.LIFTED else lacks)
        if event == "announce":
            holds.announce(conn, hold.uid, now)
            context.output.line(f"{hold.uid}: the person was told that it will end. It still holds; end it with")
            context.output.line(f"  backupd hold release {hold.uid} --reason TEXT")
        elif event == "keep":
            holds.announce_back(conn, hold.uid)
            context.output.line(f"{hold.uid} stays.")
        else:
            release_hold(conn, ledger, hold.uid, now, actor.by, args.reason.strip())
            context.output.line(f"{hold.uid} has ended. The ordinary clock decides again: backupd retention")
    return DONE


def _list(args: Namespace, context: Context) -> int:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from backupd.lookups import hold_answer
    from index import holds

    zone = ZoneInfo(context.settings.studio.timezone)
    who = who_looks_up(context)
    with reading(context) as conn:
        found = holds.ever(conn) if args.all else holds.active(conn)
        rows = []
        for one in found:
            opened = datetime.fromtimestamp(one.opened_at, zone).date()
            due_on = date.fromisoformat(one.review_on) if one.review_on else opened + timedelta(days=90)
            due = one.released_at is None and due_on <= context.today
            rows.append(hold_answer(one, zone) | {"review_on": due_on.isoformat(), "review_due": due})
        status = recorded(context, conn, who, "hold", sorted({one.shoot_id for one in found if one.shoot_id}))
    rows.sort(key=lambda row: (row["review_on"], row["id"]))
    shown = [row for row in rows if row["review_due"] or not args.due]
    if args.json:
        context.output.json(shown)
    elif not shown:
        context.output.line("Nothing is held." if not args.due else "No hold is due for review.")
    else:
        for row in shown:
            _show(context, row)
    waiting = any(row["review_due"] or not row["attached"] for row in rows if row["released_at"] is None)
    return max(status, NEEDS_PERSON) if waiting else status


def _show(context: Context, row: dict[str, Any]) -> None:
    on = "a person" if row["scope"] == "person" else f"shoot {row['shoot']}"
    if row["files"] is not None:
        on = f"{count(row['files'], 'file')} of {on}"
    if not row["attached"]:
        on = "a shoot that is not in this index: nothing is pruned meanwhile"
    state = "ended" if row["released_at"] else "lift announced" if row["announced_at"] else "in force"
    due = "; review is due since " if row["review_due"] else "; review on "
    when = context.dates.day(date.fromisoformat(row["review_on"]))
    kind = f"{row['kind']} ({row['ground']})" if row["ground"] else row["kind"]
    wrapped(context, f"{row['id']}: {kind} on {on}: {state}" + ("" if row["released_at"] else f"{due}{when}"), "")
    wrapped(context, f"{row['owner']}: {row['reason']}", "    ")


GROUP = Group(
    "Keeping",
    order=26,
    families={"hold": "what stops every deletion, until a person ends it"},
    commands=(
        Command(
            "hold add",
            "put a hold on a person, a shoot or some files",
            _add,
            _add_arguments,
            examples=(
                ("backupd hold add pin --shoot 12 --reason 'our best wedding'", "never to be cleaned up"),
                (
                    "backupd hold add restriction --ground a --person aino --reason TEXT",
                    "GDPR art. 18: kept, and neither deleted nor used",
                ),
                ("backupd hold add pin --shoot 12 --file IMG_1.CR3 --reason TEXT", "one file"),
            ),
            description=(
                "In force from now on, before anything is looked into. A person is looked up in lists and among clients;"
                " where several may be meant they are shown, and --choose says which. No hold ever ends by time."
            ),
        ),
        Command(
            "hold release",
            "end a hold",
            _release,
            _release_arguments,
            examples=(
                ("backupd hold release h-3f9a2c1d --reason 'settled'", "end it"),
                ("backupd hold release h-3f9a2c1d --announced --reason 'settled'", "the person has been told, art. 18(3)"),
            ),
            description=(
                "A restriction or an objection ends in two steps: first the person is told that it will, then it does."
                " Exit status 4 where that order is not kept."
            ),
        ),
        Command(
            "hold list",
            "holds in force, those due for review on top",
            _list,
            _list_arguments,
            examples=(("backupd hold list", "all in force"), ("backupd hold list --due", "what somebody must look at")),
            description="Exit status 1 while a review is due, or while a hold's shoot is not in this index.",
            reads=True,
            dated=True,
        ),
    ),
)
