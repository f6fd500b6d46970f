"""`consent give`, `withdraw`, `list` and `import`: who agreed to be shown where, with the evidence, on any day."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backupd.cli.find import reading, recorded, who_looks_up
from backupd.cli.frame import DONE, NEEDS_PERSON, Command, Context, Group, WrongUse, parse_day
from backupd.cli.retention import wrapped
from backupd.cli.text import count, visible
from backupd.cli.who import acting, add_person, add_scope, chosen_person, chosen_scope, contents_of, described, new_uid
from backupd.cli.who import shoot_hash as hash_of_shoot

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from index.consents import Consent

CHANNELS = ("web", "social", "print", "competition", "paid_ads")
_HOW = ("mail", "phone", "form", "letter", "in_person", "invalid")
_HOW_HELP = f"how it came: {', '.join(_HOW[:-1])}; or invalid: it never was a consent (mail)"


def _give_arguments(parser: ArgumentParser) -> None:
    add_person(parser, what="who answers, or for whom a guardian does; left out with --as client: the shoot's client")
    parser.add_argument("--as", dest="party", choices=("client", "participant"), default="participant", help="(participant)")
    parser.add_argument("--guardian", metavar="NAME", help="who answers for the person, who is under age")
    parser.add_argument("--guardian-email", metavar="ADDRESS", help="the guardian's address")
    add_scope(parser)
    parser.add_argument("--every-shoot", action="store_true", help="for all shoots that the person is in")
    parser.add_argument("--no", action="store_true", help="it is a refusal; without --channel it is about every channel")
    parser.add_argument("--channel", action="append", default=[], choices=CHANNELS, help="where (repeatable)")
    parser.add_argument("--evidence", metavar="FILE", type=Path, help="the signed paper or the message; its hash is kept")
    parser.add_argument("--wording", metavar="VERSION", help="of the text that was agreed to")
    parser.add_argument("--language", metavar="LANG", help="of that text: fi, sv, en …")
    parser.add_argument("--from", dest="first", metavar="DATE", type=parse_day, help="its first day (today)")
    parser.add_argument("--until", metavar="DATE", type=parse_day, help="its last day (as [consent] valid_for has it)")
    parser.add_argument("--explicit", action="store_true", help="sensitive pictures were named (GDPR art. 9)")
    parser.add_argument("--of-age", action="store_true", help="the person declares to be of age")


def _withdraw_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("consent", nargs="?", metavar="CONSENT", help="its name, as `consent list` shows it")
    add_person(parser, what="instead: everything that this person agreed to")
    parser.add_argument("--how", choices=_HOW, default="mail", metavar="HOW", help=_HOW_HELP)
    parser.add_argument("--on", metavar="DATE", type=parse_day, help="the first day without it (today)")


def _list_arguments(parser: ArgumentParser) -> None:
    add_person(parser, what="only what this person said")
    parser.add_argument("--shoot", metavar="SHOOT", help="only about this shoot")
    parser.add_argument("--at", metavar="DATE", type=parse_day, help="as it stood on that day")
    parser.add_argument("--ending", metavar="DATE", type=parse_day, help="only what ends by itself until that day")


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shoot", nargs="*", metavar="SHOOT", help="the shoot's number, or words that find just one; or all")
    parser.add_argument("--all", action="store_true", help="those with a recorded answer too")


def _give(args: Namespace, context: Context) -> int:
    from backupd.consenting import evidence_hash, faults_of
    from index.consents import Consent
    from index.replay import give_consent
    from index.scopes import Scope

    try:
        evidence = evidence_hash(args.evidence) if args.evidence else None
    except (OSError, ValueError) as err:
        raise WrongUse(f"the evidence cannot be read: {getattr(err, 'strerror', None) or err}", "name another file") from err
    first = args.first or context.today
    for word, text in (("--wording", args.wording), ("--language", args.language)):
        if text and (not text.isascii() or not all(sign.isalnum() or sign in "_.:+-" for sign in text)):
            raise WrongUse(f"{word} takes a plain word, as in 2026-1 or fi", "the ledger must name nobody")
    with acting(context) as (conn, ledger, actor):
        shoot_id, files = chosen_scope(args, context, conn)
        if (shoot_id is None) == (not args.every_shoot):
            raise WrongUse("it is not said for which shoot", "add either --shoot SHOOT or --every-shoot")
        person, hashes = _who(args, context, conn, shoot_id, ledger.key)
        guardian = ledger.key.hashes(email=args.guardian_email, name=args.guardian) if args.guardian else ()
        answering = guardian or hashes
        one = Consent(
            new_uid("c"), "no" if args.no else "yes", answering[0],
            "guardian" if guardian else args.party, ("portfolio",), first.isoformat(),
            int(context.clock.now().timestamp()), actor.by, args.guardian or person.name, hashes[0] if guardian else None,
            shoot_id, hash_of_shoot(conn, ledger, shoot_id) if shoot_id else None,
            args.until.isoformat() if args.until else None,
            str(args.evidence.resolve()) if args.evidence else None, evidence,
            args.wording, args.language, channels=tuple(dict.fromkeys(args.channel)), files=len(files) or None,
            explicit=args.explicit, of_age=args.of_age and not guardian,
        )  # fmt: skip
        faults = faults_of(one, is_sure=person.is_sure)
        if faults:
            raise WrongUse("; ".join(faults), "see: backupd consent give --help")
        give_consent(conn, ledger, one, Scope(contents_of(conn, files), frozenset(answering[1:])))
    where = ", ".join(one.channels) or "every channel"
    scope = "every shoot" if shoot_id is None else f"shoot {shoot_id}"
    what = f"{count(len(files), 'file')} of {scope}" if files else scope
    said = f"{visible(args.guardian)} for {described(person)}" if guardian else described(person)
    wrapped(context, f"{one.uid}: {one.answer} of {said}, for {what}: {where}", "")
    return DONE if one.answer == "yes" else _after_no(context)


def _who(args: Namespace, context: Context, conn: Connection, shoot_id: int | None, key: Any) -> tuple[Any, tuple[str, ...]]:
    from backupd.persons import Candidate
    from index.shoots import get_shoots

    if args.party == "client" and not (args.person or args.email or args.phone):
        row = get_shoots(conn, [shoot_id])[shoot_id] if shoot_id else None
        if row is None or row.client is None:
            raise WrongUse("no client of this shoot is known", "name the person with --person NAME --unlisted")
        person = Candidate(row.client, True, shoots=(row.id,))
    else:
        person = chosen_person(args, context, conn, [shoot_id] if shoot_id else None)
    return person, person.hashes(key)


def _withdraw(args: Namespace, context: Context) -> int:
    from index import consents
    from index.replay import withdraw_consent

    on = (args.on or context.today).isoformat()
    now = int(context.clock.now().timestamp())
    with acting(context) as (conn, ledger, actor):
        if args.consent:
            one = consents.get(conn, args.consent)
            if one is None:
                raise WrongUse(f"there is no consent {visible(args.consent)!r}", "see them with: backupd consent list")
            found = [one]
        elif args.person or args.email or args.phone:
            # Withdrawing is as easy as giving: whoever answered can be named without being in a list any more.
            found = _said_by(args, context, conn, ledger.key)
        else:
            raise WrongUse("it is not said what is withdrawn", "name a consent, or a person with --person NAME")
        standing = [one for one in found if one.withdrawn_at is None and one.answer == "yes"]
        for one in standing:
            withdraw_consent(conn, ledger, one.uid, on, args.how, now, actor.by)
    if not standing:
        context.output.line("Nothing is left to withdraw there.")
        return DONE
    for one in standing:
        context.output.line(f"{one.uid}: withdrawn from {context.dates.day(date.fromisoformat(on))}")
    return _after_no(context)


def _said_by(args: Namespace, context: Context, conn: Connection, key: Any) -> list[Consent]:
    from index import consents
    from index.scopes import NO_SCOPE, scopes

    person = chosen_person(args, context, conn)
    wanted = set(person.hashes(key))
    said = consents.ever(conn)
    limits = scopes(conn, [one.uid for one in said])
    return [one for one in said if wanted & {one.person, one.ward or "", *limits.get(one.uid, NO_SCOPE).persons}]


def _after_no(context: Context) -> int:
    """Remove what backupd itself has put into folders, and say what else is published and must come down now."""
    from backupd.cli.portfolio import remove_own
    from backupd.portfolio import takedowns

    with acting(context) as (conn, ledger, actor):
        removed, left = remove_own(context, conn, ledger, actor, takedowns(conn, context.settings, context.today))
    if removed:
        context.output.line(f"{count(removed, 'exported picture')} removed from the folders they were exported to.")
    if not left:
        return DONE
    context.output.line(f"{count(len(left), 'published picture')} to be taken down: backupd portfolio takedowns")
    return NEEDS_PERSON


def _list(args: Namespace, context: Context) -> int:
    from zoneinfo import ZoneInfo

    from backupd.cli.find import chosen_shoot
    from backupd.lookups import consent_answer
    from backupd.permissions import rules_of
    from backupd.retaining import key_of
    from index import consents

    day, zone = args.at or context.today, ZoneInfo(context.settings.studio.timezone)
    rules = rules_of(context.settings)
    who = who_looks_up(context)
    with reading(context) as conn:
        if args.person or args.email or args.phone:
            key = key_of(context.settings)
            found = [] if key is None else _said_by(args, context, conn, key)
        else:
            found = consents.ever(conn)
        if args.shoot:
            id = chosen_shoot(Namespace(shoot=[args.shoot]), context, conn)
            found = [one for one in found if one.shoot_id == id or one.shoot_hash is None]
        status = recorded(context, conn, who, "consent", sorted({one.shoot_id for one in found if one.shoot_id}))
    known = [one for one in found if zone_day(one.recorded_at, zone) <= day or one.from_day <= day.isoformat()]
    rows = [consent_answer(one, day, zone) | standing(one, day, rules) for one in known]
    if args.ending:
        last = args.ending.isoformat()
        rows = [row for row in rows if row["ends"] and row["ends"] <= last and row["state"] == "given"]
    if args.json:
        context.output.json(rows)
    elif not rows:
        context.output.line("Nobody has said anything there, which permits nothing.")
    else:
        for row in rows:
            _show(context, row)
    return status


def zone_day(seconds: int, zone: Any) -> date:
    """Return the day of an instant in a zone."""
    from datetime import datetime

    return datetime.fromtimestamp(seconds, zone).date()


def standing(one: Consent, day: date, rules: Any) -> dict[str, Any]:
    """Return where a consent stands on a day by the studio's rules too, and its last day where it has one."""
    from backupd.settings.values import Unlimited

    end = one.until_day
    if end is None and not isinstance(rules.valid_for, Unlimited):
        end = rules.valid_for.after(date.fromisoformat(one.from_day), "last").isoformat()
    state = one.on(day.isoformat())
    if state == "given" and end is not None and day.isoformat() > end:
        state = "expired"
    if state == "given" and one.evidence_sha256 is None:
        state = "asked"  # type: ignore[assignment]
    return {"state": state, "ends": end if one.answer == "yes" else None}


def _show(context: Context, row: dict[str, Any]) -> None:
    name = visible(row["name"] or "a name that is not known")
    scope = "every shoot" if row["for_every_shoot"] else f"shoot {row['shoot'] or 'not in this index'}"
    what = f"{count(row['files'], 'file')} of {scope}" if row["files"] else scope
    where = ", ".join(row["channels"]) or "every channel"
    until = f" until {context.dates.day(date.fromisoformat(row['ends']))}" if row["ends"] else ""
    head = f"{row['id']}  {name} ({row['speaks_as']}): {row['state']} for {what}: {where}{until}"
    wrapped(context, head, "")
    evidence = f"evidence {row['evidence_sha256'][:12]}…" if row["evidence_sha256"] else "no evidence"
    from_day = context.dates.day(date.fromisoformat(row["from"]))
    ended = ""
    if row["withdrawn_on"]:
        ended = f", withdrawn {context.dates.day(date.fromisoformat(row['withdrawn_on']))} by {row['withdrawn_how']}"
    wording = f", wording {row['wording']} {row['language'] or ''}".rstrip() if row["wording"] else ""
    wrapped(context, f"from {from_day}, {evidence}{wording}{ended}", "    ")


def _import(args: Namespace, context: Context) -> int:
    from dataclasses import asdict

    from backupd.access_log import ledger_of
    from backupd.cli.find import chosen_shoot
    from backupd.consenting import proposals
    from index import consents

    who = who_looks_up(context)
    with reading(context) as conn:
        ids = [chosen_shoot(args, context, conn)] if args.shoot else None
        key = ledger_of(context.settings.index).key
        found = proposals(conn, key, ids, consents.ever(conn))
        status = recorded(context, conn, who, "consent-import", sorted({one.shoot_id for one in found}))
    shown = [one for one in found if args.all or not one.recorded]
    if args.json:
        context.output.json([asdict(one) | {"needs": list(one.needs), "command": _command(one)} for one in shown])
    elif not shown:
        context.output.line("No list says yes or no for anybody who has no recorded answer. A blank is not a yes.")
    else:
        context.output.line("Lists say this; nothing is recorded. With the paper in hand, confirm each:")
        for one in shown:
            reach = one.email or one.phone
            name = visible(one.name) + (f" ({visible(reach)})" if reach else "")
            context.output.line(f"shoot {one.shoot_id}: {name} says {one.says}")
            for need in one.needs:
                context.output.line(f"    needs {need}")
            wrapped(context, _command(one), "    ")
    return max(status, NEEDS_PERSON) if any(not one.recorded for one in shown) else status


def _command(one: Any) -> str:
    import shlex

    words = ["backupd", "consent", "give", "--shoot", str(one.shoot_id), "--person", one.name]
    words += ["--email", one.email] if one.email else ["--phone", one.phone] if one.phone else []
    words += ["--no"] if one.says == "no" else ["--channel", "CHANNEL", "--evidence", "FILE"]
    return shlex.join(words)


GROUP = Group(
    "Showing",
    order=27,
    families={"consent": "who agreed to be shown, where, with what evidence"},
    commands=(
        Command(
            "consent give",
            "record a consent, or a refusal",
            _give,
            _give_arguments,
            examples=(
                (
                    "backupd consent give --shoot 12 --as client --channel web --evidence a.pdf",
                    "the shoot's client",
                ),
                (
                    "backupd consent give --shoot 12 --person aino --channel web --evidence a.pdf",
                    "a participant; add --of-age where the list doesn't say so",
                ),
                (
                    "backupd consent give --shoot 12 --person eetu --guardian 'Aino V' --no",
                    "a guardian for a child; here it is a refusal, of every channel",
                ),
            ),
            description=(
                "A yes names its channels and brings its evidence; it counts from its first day to its last. What was said"
                " before stays on record: the last answer of a person counts, and on one day the no."
            ),
            dated=True,
        ),
        Command(
            "consent withdraw",
            "record that a consent is withdrawn",
            _withdraw,
            _withdraw_arguments,
            examples=(
                ("backupd consent withdraw c-3f9a2c1d", "came by mail, from today"),
                ("backupd consent withdraw --person 'Aino Virtanen' --how phone", "all that this person agreed to"),
            ),
            description=(
                "As easy as giving: nothing has to be proven. Copies that backupd put into folders are removed at once; exit"
                " status 1 where something else that is published must come down."
            ),
            dated=True,
        ),
        Command(
            "consent list",
            "what was agreed and refused, on any day",
            _list,
            _list_arguments,
            examples=(
                ("backupd consent list --shoot 12 --at 2026-10-01", "as it stood on that day"),
                ("backupd consent list --ending 2027-01-31", "what ends by itself until then"),
            ),
            reads=True,
            dated=True,
        ),
        Command(
            "consent import",
            "what participant lists say, as proposals to confirm",
            _import,
            _import_arguments,
            examples=(("backupd consent import 12", "each with the command that records it"),),
            description="Records nothing by itself. Exit status 1 while something waits to be confirmed.",
            reads=True,
        ),
    ),
)
