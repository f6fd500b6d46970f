"""`contacts due` and `forget`: addresses and numbers that nobody has used for years."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from backupd.cli.find import basis, reading, recorded, who_looks_up
from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, Refusal, WrongUse
from backupd.cli.retention import wrapped
from backupd.cli.text import count, visible
from backupd.cli.who import acting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backupd.contacts import Known
    from backupd.settings.models import Role


_OWNER: tuple[Role, ...] = ("owner",)


def _due_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="every contact, with when it will be due")


def _forget_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("contact", nargs="*", metavar="CONTACT", help="an address or number of one that is due")
    parser.add_argument("--all", action="store_true", help="all that are due today")


def _due(args: Namespace, context: Context) -> int:
    from backupd.contacts import known_contacts
    from backupd.promises import in_force
    from backupd.retaining import key_of

    who = who_looks_up(context)
    with reading(context) as conn:
        key = key_of(context.settings)
        if key is None:
            # Nothing was ever recorded: the key that the first look-up or act makes will do.
            from backupd.access_log import ledger_of

            key = ledger_of(context.settings.index).key
        on = basis(context, conn)
        found = known_contacts(conn, on, key, in_force(conn, context.settings).unused_contacts)
        status = recorded(context, conn, who, "contacts", [])
    shown = [one for one in found if args.all or one.verdict.state == "due"]
    if args.json:
        context.output.json([_answer(one) for one in shown])
    else:
        for one in shown:
            _show(context, one)
        counted = Counter(one.verdict.state for one in found)
        said = ", ".join(f"{number} {state}" for state, number in sorted(counted.items()))
        context.output.line(f"{count(len(found), 'contact')}: {said or 'no list gives an address or a number'}")
    return NEEDS_PERSON if any(one.verdict.state == "due" for one in found) else status


def _answer(one: Known) -> dict[str, Any]:
    return {
        "names": sorted(one.contact.names),
        "emails": sorted(one.contact.emails),
        "phones": sorted(one.contact.phones),
        "shoots": sorted(one.contact.shoots),
        "state": one.verdict.state,
        "last_used_on": one.facts.last_used_on,
        "due_on": one.verdict.due_on,
        "rule": one.verdict.rule,
    }


def _show(context: Context, one: Known) -> None:
    reach = ", ".join((*sorted(one.contact.emails), *sorted(one.contact.phones)))
    since = " since" if one.verdict.state == "due" else ", due"
    due = f"{since} {context.dates.day(one.verdict.due_on)}" if one.verdict.due_on else ""
    wrapped(context, f"{', '.join(sorted(one.contact.names))} ({reach}): {one.verdict.state}{due}", "")
    shoots = ", ".join(str(id) for id in sorted(one.contact.shoots)[:12])
    wrapped(context, f"{one.verdict.rule}; in shoot {shoots}", "    ")


def _forget(args: Namespace, context: Context) -> int:
    from backupd import contacts
    from backupd.promises import in_force
    from backupd.staff import require_role

    if not args.contact and not args.all:
        raise WrongUse("it is not said which contacts", "name them, or say --all; see: backupd contacts due")
    now = context.clock.now()
    with acting(context) as (conn, ledger, actor):
        require_role(actor, _OWNER)
        _refuse_in_doubt(conn, now)
        on = basis(context, conn)
        found = contacts.known_contacts(conn, on, ledger.key, in_force(conn, context.settings).unused_contacts)
        chosen = [one for one in found if one.verdict.state == "due"] if args.all else _named(args.contact, found)
        gone = contacts.forget(conn, ledger, chosen, int(now.timestamp()), actor.by)
    if not chosen:
        context.output.line("No contact is due.")
        return DONE
    context.output.line(f"{count(len(chosen), 'contact')} forgotten: {count(gone.appearances, 'line')} of lists taken out.")
    wrapped(
        context,
        "The lists themselves and the folders lie where they were: what still may name people is put to review, and what"
        " lies in mail and other places is settled by hand.",
        "",
    )
    return NEEDS_PERSON


def _named(words: list[str], found: list[Known]) -> list[Known]:
    from index.ledger_key import normal_email, normal_phone

    chosen: list[Known] = []
    for word in words:
        one = next(
            (
                each
                for each in found
                if normal_email(word) in {normal_email(known) for known in each.contact.emails}
                or normal_phone(word) in {normal_phone(known) for known in each.contact.phones}
            ),
            None,
        )
        if one is None:
            raise WrongUse(f"no contact has {visible(word)!r}", "see them with: backupd contacts due --all")
        if one.verdict.state != "due":
            rule, _, why = one.verdict.rule.partition(": ")
            mend = "it is forgotten when it is due; sooner only on the person's request for erasure"
            raise Refusal(rule, f"{visible(word)} is not due: {why}", mend)
        chosen.append(one)
    return chosen


def _refuse_in_doubt(conn: Connection, now: datetime) -> None:
    """A clock that jumped ahead would make every contact old."""
    from backupd.policy.clock_doubt import judge_clock
    from backupd.policy.facts import Known
    from index.stores import find_clock_notes, last_ended

    seconds, notes = last_ended(conn), find_clock_notes(conn)
    last = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    said = None if notes.confirmed_at is None else datetime.fromtimestamp(notes.confirmed_at, UTC)
    if judge_clock(now, last, jumped=notes.gap_from is not None, confirmed_at=said) is not Known.NO:
        why = "the clock cannot be checked against the last index run, which is long ago, in the future or missing"
        mend = "see that the date is right, run: backupd index, and where it is right: backupd prune --clock-is-right"
        raise Refusal("unsafe_state", why, mend)


GROUP = Group(
    "Keeping",
    order=26,
    families={"contacts": "addresses and numbers that nobody uses any more"},
    commands=(
        Command(
            "contacts due",
            "contacts unused for so long that they must be forgotten",
            _due,
            _due_arguments,
            examples=(
                ("backupd contacts due", "those that are due today"),
                ("backupd contacts due --all", "every contact, with its day"),
            ),
            description=(
                "A contact is an address or a number that a list gives. Its last use is the last day of a shoot it is in, of"
                " a consent or of a delivery. Exit status 1 while one is due."
            ),
            reads=True,
            dated=True,
        ),
        Command(
            "contacts forget",
            "forget contacts that are due",
            _forget,
            _forget_arguments,
            examples=(
                ("backupd contacts forget --all", "all that are due; for the owner"),
                ("backupd contacts forget aino@example.org", "one of them"),
            ),
            description=(
                "Takes names, addresses and numbers out of the index, recorded first, also when an older index is restored."
                " A hold, an open request or a published picture stops it. Pictures stay; shoots that outlive a contact are"
                " put to review."
            ),
        ),
    ),
)
