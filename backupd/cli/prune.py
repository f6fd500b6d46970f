"""`prune`: plan what would free space, run a plan, undo it, list plans."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING

from backupd.cli.find import shoot_title
from backupd.cli.frame import DONE, NEEDS_PERSON, STORE_FAILED, Command, Context, Group, Refusal, WrongUse
from backupd.cli.prune_told import (
    plan_as_values,
    saved_as_values,
    tell_done,
    tell_plan,
    tell_plans,
    tell_saved,
    tell_undone,
)
from backupd.cli.store import configured_store
from backupd.cli.text import visible

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from adapters.base import Store
    from backupd.acts.carrying import Done
    from backupd.prune.running import Workshop
    from backupd.settings.models import Role
    from index.engine import Index
    from index.plans import Plan

_KINDS = ("prune", "empty")
_MAY_RUN: tuple[Role, ...] = ("owner", "technician")


def _arguments(parser: ArgumentParser) -> None:
    # argparse never breaks a choice into lines, and this one is too long for the place that it would give it
    parser.usage = (
        "%(prog)s [-h] [--store NAME] [--json] [--today DATE] [--config FILE]\n"
        "       [--plan | --show ID | --run ID | --undo ID | --empty | --clock-is-right |\n"
        "        --list]"
    )
    parser.add_argument("--store", metavar="NAME", help="only this store")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--plan", action="store_true", help="show and save what would go (as without any of these)")
    what.add_argument("--show", metavar="ID", help="a plan that was saved: what it means to take, and what became of it")
    what.add_argument("--run", metavar="ID", help="approve a plan as it was shown, and carry it out or go on with it")
    what.add_argument("--undo", metavar="ID", help="bring back what a plan removed, while it rests in a trash of ours")
    what.add_argument("--empty", action="store_true", help="remove for good what rested in a trash of ours for its time")
    what.add_argument("--clock-is-right", action="store_true", help="say that the date is right, where it was in doubt")
    what.add_argument("--list", action="store_true", help="the plans there are, and how far each has come")


def _prune(args: Namespace, context: Context) -> int:
    acting = args.run or args.undo or args.empty
    if acting and getattr(args, "today", None) is not None:
        raise WrongUse("--today is for rehearsal, never for what runs", "leave it out")
    if acting and args.store:
        raise WrongUse("--store is for plans: a plan names its stores itself", "leave it out")
    if args.list:
        return _list(args, context)
    if args.show:
        return _show(args, context)
    if args.clock_is_right:
        return _clock_is_right(args, context)
    return _act(args, context) if acting else _plan(args, context)


def _chosen(context: Context, name: str | None) -> list[str]:
    if name is None:
        return [each.name for each in context.settings.stores if each.role == "working"]
    found = configured_store(context, name)
    if found.role == "read-only":
        raise Refusal("read_only", f"{found.name} is read-only in the configuration", "nothing is ever removed there")
    return [found.name]


def _opened(context: Context, stack: ExitStack) -> dict[str, Store]:
    from backupd.stores import opened

    return {each.name: stack.enter_context(opened(context.settings, each)) for each in context.settings.stores}


def _plan(args: Namespace, context: Context) -> int:
    from backupd.access_log import record_look_up
    from backupd.accounts import account_name
    from backupd.prune.basis import basis_of
    from backupd.prune.planning import propose, save
    from backupd.staff import Actor, who_looks
    from index.engine import open_index

    settings, now = context.settings, context.clock.now()
    actor = who_looks(settings.staff)
    chosen = _chosen(context, args.store)
    if not chosen:
        raise WrongUse("no store is there to free space in", 'it takes one whose role is "working"')
    rehearsed = args.today is not None and args.today != context.clock.today(settings.studio.timezone)
    with ExitStack() as stack:
        stores = _opened(context, stack)
        index = open_index(settings.index.url)
        stack.callback(index.close)
        with index.read() as conn:
            basis = basis_of(conn, settings, now, args.today)
            proposal = propose(conn, basis, stores, chosen)
            shoots = sorted({act.shoot_id for act in proposal.acts if act.shoot_id is not None})
            trouble = record_look_up(conn, settings.index, actor, "prune", shoots, now)
            titles = _titles(context, conn, shoots)
        saved: Plan | None = None
        if proposal.acts and not rehearsed:
            by = (actor or Actor(account_name(), "", "desk")).by
            with index.write() as conn:
                saved = save(conn, proposal, now, by)
    if args.json:
        context.output.json(plan_as_values(proposal, saved))
    else:
        tell_plan(context, proposal, saved, titles, rehearsed=rehearsed)
    if trouble:
        context.output.say(trouble)
    if any(room.trouble for room in proposal.rooms):
        return STORE_FAILED
    return NEEDS_PERSON if proposal.is_short or trouble else DONE


def _titles(context: Context, conn: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return how people call these shoots, safe to look at."""
    from index.keeping import standings

    return {id: shoot_title(context, asdict(one)) for id, one in standings(conn, ids).items()}


def _show(args: Namespace, context: Context) -> int:
    from backupd.access_log import record_look_up
    from backupd.staff import who_looks
    from index.acts import acts_of
    from index.engine import open_index
    from index.plans import get_plan

    settings = context.settings
    actor = who_looks(settings.staff)
    index = open_index(settings.index.url)
    try:
        with index.read() as conn:
            plan = get_plan(conn, args.show)
            if plan is None or plan.kind not in _KINDS:
                raise WrongUse(f"there is no plan {visible(args.show)}", "see them with: backupd prune --list")
            acts = acts_of(conn, plan.id)
            shoots = sorted({act.shoot_id for act in acts if act.shoot_id is not None})
            trouble = record_look_up(conn, settings.index, actor, "prune", shoots, context.clock.now())
            titles = _titles(context, conn, shoots)
    finally:
        index.close()
    if args.json:
        context.output.json(saved_as_values(plan, acts))
    else:
        tell_saved(context, plan, acts, titles)
    if trouble:
        context.output.say(trouble)
    return NEEDS_PERSON if trouble else DONE


def _clock_is_right(args: Namespace, context: Context) -> int:
    """Take a named person's word for the clock: ledger first."""
    from backupd.access_log import ledger_of
    from backupd.staff import require_role, who_acts
    from index.engine import open_index
    from index.ledger_line import Draft
    from index.stores import confirm_clock

    actor = who_acts(context.settings.staff)
    require_role(actor, _MAY_RUN)
    now = context.clock.now()
    at = int(now.timestamp())
    index = open_index(context.settings.index.url)
    try:
        with index.write() as conn:
            ledger_of(context.settings.index).append(Draft("setting", at, actor.by, rule="clock_confirmed"))
            confirm_clock(conn, at, actor.by)
    finally:
        index.close()
    if args.json:
        context.output.json({"confirmed_at": now})
    else:
        context.output.line(f"Noted: it is {context.dates.instant(now)}. That is believed for 36 hours.")
    return DONE


def _list(args: Namespace, context: Context) -> int:
    from backupd.staff import who_looks
    from index.acts import count_states
    from index.engine import open_index
    from index.plans import plans_of_kind

    who_looks(context.settings.staff)
    index = open_index(context.settings.index.url)
    try:
        with index.read() as conn:
            rows = [(plan, count_states(conn, plan.id)) for plan in plans_of_kind(conn, _KINDS)]
    finally:
        index.close()
    tell_plans(context, rows, as_json=args.json)
    return DONE


def _act(args: Namespace, context: Context) -> int:
    from backupd.access_log import ledger_of
    from backupd.prune.running import Workshop
    from backupd.staff import require_role, who_acts
    from index.engine import open_index, writer_turn

    settings = context.settings
    actor = who_acts(settings.staff)
    require_role(actor, _MAY_RUN)
    with ExitStack() as stack:
        stack.enter_context(writer_turn(settings.index.url))
        index = open_index(settings.index.url)
        stack.callback(index.close)
        stores = _opened(context, stack)
        line = stack.enter_context(context.output.progress("removing" if args.run else "bringing back"))
        shop = Workshop(
            index, ledger_of(settings.index), stores, settings, context.clock.now, actor.by, progress=line.update
        )
        if args.undo:
            return _undo(args, context, shop)
        line.total = _size_of(index, args.run) if args.run else None
        done = _run(args, shop) if args.run else _empty(shop)
        line.erase()
    return tell_done(context, done, args.run, as_json=args.json)


def _run(args: Namespace, shop: Workshop) -> Done:
    from backupd.acts.carrying import PlanNotApproved
    from backupd.prune.running import Refused, approve, run
    from index.applied import refuse_if_behind
    from index.ledger import LedgerReader

    with shop.index.read() as conn:
        refuse_if_behind(conn, LedgerReader(shop.settings.index.ledger_path))
    try:
        approve(shop, args.run)
        return run(shop, args.run)
    except Refused as refused:
        raise Refusal(refused.rule, refused.why, refused.mend) from refused
    except PlanNotApproved as refused:
        why = f"plan {refused.uid} cannot run: it is {refused.state}"
        raise Refusal("plan_not_approved", why, "make another: backupd prune --plan") from refused


def _empty(shop: Workshop) -> Done:
    from backupd.acts.carrying import Done
    from backupd.prune.running import empty_what_is_due

    return empty_what_is_due(shop) or Done()


def _size_of(index: Index, uid: str) -> int | None:
    from index.plans import get_plan
    from index.prunable import size_of

    with index.read() as conn:
        plan = get_plan(conn, uid)
        return size_of(conn, plan.id)[0] if plan else None


def _undo(args: Namespace, context: Context, shop: Workshop) -> int:
    from backupd.prune.running import bring_back
    from index.plans import get_plan

    with shop.index.read() as conn:
        if get_plan(conn, args.undo) is None:
            raise WrongUse(f"there is no plan {visible(args.undo)}", "see them with: backupd prune --list")
    undone = bring_back(shop, args.undo)
    tell_undone(context, args.undo, undone, as_json=args.json)
    return NEEDS_PERSON if undone.stayed else DONE


GROUP = Group(
    "Keeping",
    order=40,
    commands=(
        Command(
            "prune",
            "free space, oldest first, past the minimum",
            _prune,
            _arguments,
            examples=(
                ("backupd prune --plan", "what would go, from which store, and what stays by which rule"),
                ("backupd prune --show prune-20261127-1a2b3c4d", "a plan that the service has made, before you approve it"),
                ("backupd prune --run prune-20261127-1a2b3c4d", "approve that plan as it was shown, and carry it out"),
                ("backupd prune --undo prune-20261127-1a2b3c4d", "bring back what rests in the trash"),
            ),
            description=(
                "A plan is due where a store has less room than [retention] free_space low, and goes no further than"
                " high. Every file is judged again at the moment of its removal: what changed, what is held, and what no"
                " other store has a good copy of stays. Exit status 1 where less may go than is needed or something"
                " needs a person, 3 where a store could not be asked (run it again), 4 where a rule refuses."
            ),
            reads=True,
            dated=True,
        ),
    ),
)
