"""`status`: the state at a glance."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from typing import Any

from backupd.cli.frame import DONE, NEEDS_PERSON, STORE_FAILED, Command, Context, Group
from backupd.cli.text import count, filled, size, visible

_KEPT = ("holds_due", "takedowns", "contacts_due", "lowered")
_STYLES = {"online": "good", "new": "faint", "doubted": "warning", "offline": "bad", "refused": "bad"}


def read_status(context: Context) -> dict[str, Any]:
    """Return what `status --json` gives; an index that does not exist yet counts as empty."""
    from zoneinfo import ZoneInfo

    from backupd import overview
    from backupd.keeping_glance import NO_CLEAN_UP, NOTHING, clean_up_at_a_glance, kept_at_a_glance
    from index.engine import open_index
    from index.errors import IndexAbsent

    settings = context.settings
    zone = ZoneInfo(settings.studio.timezone)
    configured = [(store.name, store.kind) for store in settings.stores]
    try:
        index = open_index(settings.index.url)
    except IndexAbsent:
        return overview.empty_status(configured) | NOTHING | {"clean_up": NO_CLEAN_UP, "service": False}
    from backupd.requests.glance import at_a_glance
    from index.turn import service_runs

    try:
        with index.read() as conn:
            answer = overview.status(conn, configured, zone)
            answer |= at_a_glance(conn, settings.requests, context.today)
            answer |= kept_at_a_glance(conn, settings, context.today)
            answer["clean_up"] = clean_up_at_a_glance(conn)
    finally:
        index.close()
    return answer | {"service": service_runs(settings.index.url, settings.index.folder)}


def store_table(context: Context, rows: list[dict[str, Any]]) -> None:
    """Write the stores as a table, with what is wrong below it."""
    dates = context.dates
    lines = [
        (
            row["name"],
            row["kind"],
            row["state"],
            str(row["files"]),
            str(row["missing"]),
            size(row["bytes"]),
            size(row["free"]) if row["free"] is not None else "?",
            dates.instant(datetime.fromisoformat(row["last_scan"])) if row["last_scan"] else "never",
        )
        for row in rows
    ]
    headers = ("STORE", "KIND", "STATE", "FILES", "MISSING", "SIZE", "FREE", "LAST INDEXED")
    context.output.table(headers, lines, right=("FILES", "MISSING", "SIZE", "FREE"))
    for row in rows:
        if row["problem"]:
            _last_word(context, row)
        elif row["state"] == "new":
            name = visible(row["name"])
            context.output.line(f"  {name}: nothing of it is indexed yet. Not adopted so far? backupd store init {name}")


def _last_word(context: Context, row: dict[str, Any]) -> None:
    """Write how a store is that did not end well: since when, why, when it was last heard of, and the mend."""
    output, mend = context.output, row["mend"] or ""
    why = row["problem"].removesuffix(mend).rstrip(" .")
    since = f" since {_instant(context, row['since'])}" if row["since"] else ""
    lines = filled(visible(f"{row['name']}: {row['state']}{since}: {why}"), output.columns, indent="  ", hanging="    ")
    for line in lines.split("\n"):
        output.line(output.styled(line, _STYLES.get(row["state"], "bad")))
    if row["heard_at"]:
        output.line(f"    last heard of on {_instant(context, row['heard_at'])}")
    elif row["state"] in ("offline", "refused"):
        output.line("    never heard of so far")
    if mend:
        output.line(filled(visible(mend), output.columns, indent="    > ", hanging="      "))


def _instant(context: Context, value: str) -> str:
    return context.dates.instant(datetime.fromisoformat(value))


def _tell_requests(context: Context, answer: dict[str, Any]) -> None:
    """Write how many requests are open, and when the next answer is due."""
    if not answer["requests_open"]:
        return
    due = f"; the next answer is due {context.dates.day(answer['due_next'])}" if answer["due_next"] else ""
    said = f"{count(answer['requests_open'], 'request')} open{due}: backupd request list"
    context.output.line(context.output.styled(said, "bad") if answer["requests_due"] else said)


def _tell_kept(context: Context, answer: dict[str, Any]) -> None:
    """Write what of holds, publications and contacts waits for a person."""
    if answer["holds_due"]:
        verb = "is" if answer["holds_due"] == 1 else "are"
        context.output.line(f"{count(answer['holds_due'], 'hold')} {verb} due for review: backupd hold list --due")
    if answer["takedowns"]:
        said = f"{count(answer['takedowns'], 'publication')} must come down: backupd portfolio takedowns"
        context.output.line(context.output.styled(said, "bad"))
    if answer["contacts_due"]:
        verb = "was" if answer["contacts_due"] == 1 else "were"
        said = f"{count(answer['contacts_due'], 'contact')} {verb} used by nobody for too long: backupd contacts due"
        context.output.line(said)
    if answer["lowered"]:
        said = f"{count(answer['lowered'], 'promise')} lowered and not confirmed, nothing is pruned: backupd config diff"
        context.output.line(context.output.styled(said, "bad"))
    for name in answer["clean_up"]["short"]:
        said = f"{visible(name)} is short of room, and less may go than it needs: backupd prune"
        context.output.line(context.output.styled(said, "bad"))
    if answer["clean_up"]["plan"]:
        context.output.line("A clean-up waits to be approved:")
        context.output.line(f"  backupd prune --show {answer['clean_up']['plan']}")


def _tell_service(context: Context, answer: dict[str, Any]) -> None:
    """Write how the service is, and each job's last and next time."""
    output, dates = context.output, context.dates
    if not answer["service"]:
        output.line(output.styled("The service does not run: nothing is indexed by itself", "warning"))
    for row in answer["stores"]:
        if answer["service"] and row["watching"]:
            heard = f", last heard of {dates.instant(datetime.fromisoformat(row['heard_at']))}" if row["heard_at"] else ""
            output.line(f"{row['name']} is watched by {row['watching']}{heard}")
        if row["events_lost_at"]:
            at = dates.instant(datetime.fromisoformat(row["events_lost_at"]))
            output.line(f"  events of {row['name']} were last lost on {at}, and the whole store was compared instead")
    rows = [
        (
            job["name"],
            dates.instant(datetime.fromisoformat(job["last"])) if job["last"] else "never",
            ("runs" if not job["ended"] else job["outcome"] or "") if job["last"] else "",
            dates.instant(datetime.fromisoformat(job["next"])) if job["next"] else "never",
            job["detail"] or "",
        )
        for job in answer["jobs"]
    ]
    if rows:
        output.line()
        output.table(("JOB", "LAST", "ENDED", "NEXT", "FOUND"), rows)


def _status(args: Namespace, context: Context) -> int:
    answer = read_status(context)
    if args.json:
        context.output.json(answer)
    elif not answer["stores"]:
        context.output.line("No store is configured yet: add one under [[stores]] in the configuration.")
    else:
        store_table(context, answer["stores"])
        context.output.line()
        context.output.line(f"{count(answer['shoots'], 'shoot')}, {count(answer['files'], 'file')}")
        if answer["review"]:
            questions = "1 question waits" if answer["review"] == 1 else f"{answer['review']} questions wait"
            context.output.line(f"{questions} for a person: backupd review")
        _tell_requests(context, answer)
        _tell_kept(context, answer)
        _tell_service(context, answer)
    if any(row["state"] in ("offline", "refused") for row in answer["stores"]):
        return STORE_FAILED
    waiting = ("review", "requests_due", *_KEPT)
    clean_up = answer["clean_up"]
    needed = any(answer.get(each) for each in waiting) or clean_up["plan"] or clean_up["short"]
    return NEEDS_PERSON if needed else DONE


GROUP = Group(
    "State",
    order=40,
    commands=(
        Command(
            "status",
            "the state at a glance",
            _status,
            examples=(("backupd status", "stores, shoots, what waits for a person"),),
            description=(
                "Exit status 1 where something waits for a person, 3 where a store could not be reached when it"
                " was last tried."
            ),
            reads=True,
        ),
    ),
)
