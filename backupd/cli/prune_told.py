"""What `prune` tells: a plan, what was done, what was brought back, the plans there are. As text or as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from backupd.cli.frame import DONE, NEEDS_PERSON, REFUSED, STORE_FAILED, Context
from backupd.cli.text import count, cut, size, visible

if TYPE_CHECKING:
    from backupd.acts.carrying import Done
    from backupd.acts.undoing import Undone
    from backupd.prune.planning import Proposal
    from index.acts import Act
    from index.plans import Plan

_MOST_SHOWN = 20


def plan_as_values(proposal: Proposal, saved: Plan | None) -> dict[str, Any]:
    """Return a plan under the names that scripts rely on."""
    names = proposal.plans
    return {
        "plan": saved.uid if saved else None,
        "digest": saved.digest if saved else None,
        "bytes": proposal.frees,
        "clock_in_doubt": proposal.is_clock_in_doubt,
        "stores": [
            {
                "name": room.store,
                "free": room.free,
                "resting": room.resting,
                "low": room.low,
                "high": room.high,
                "wanted": names[room.store].wanted if room.store in names else None,
                "frees": names[room.store].freed if room.store in names else 0,
                "stopped": names[room.store].stopped.value if room.store in names else None,
                "trouble": room.trouble or None,
            }
            for room in proposal.rooms
        ],
        "acts": [
            {
                "store": store,
                "path": act.path,
                "act": act.act,
                "state": "planned",
                "why": act.why,
                "rule": act.rule,
                "shoot": act.shoot_id,
                "size": act.size,
                "sha256": act.sha256,
            }
            for store, act in _with_stores(proposal)
        ],
        "refused": [
            {"shoot": each.shoot, "rule": each.rule, "why": "; ".join(each.reasons), "store": store}
            for store, each in proposal.refused
        ],
    }


def _with_stores(proposal: Proposal) -> list[tuple[str, Any]]:
    rows = iter(proposal.acts)
    return [(name, next(rows)) for name, plan in proposal.plans.items() for _ in plan.copies]


def tell_plan(
    context: Context, proposal: Proposal, saved: Plan | None, titles: Mapping[int, str], *, rehearsed: bool
) -> None:
    """Tell what would go from which store, what stays by which rule, and what comes next. `titles` are the shoots'."""
    output = context.output
    for room in proposal.rooms:
        if room.trouble:
            output.say(output.styled(f"{room.store}: {visible(room.trouble)}", "bad"))
            continue
        if room.free is None:
            output.line(f"{room.store}: it has no limit, or does not tell")
            continue
        resting = f" ({size(room.resting)} of it rests in the trash)" if room.resting else ""
        plan = proposal.plans[room.store]
        output.line(f"{room.store}: {size(room.free)} free{resting}, {size(room.low)} wanted at least; {plan.stopped.value}")
        if plan.runs:
            files = count(len(plan.copies), "file")
            output.line(f"  would remove {files}, {size(plan.freed)}, of {size(plan.wanted)} wanted")
        for run in plan.runs[:_MOST_SHOWN]:
            taken = sum(plan.sizes[run.start : run.stop])
            said = f"{count(run.stop - run.start, 'file')}, {size(taken)} ({run.rule})"
            output.line(_of_shoot(context, run.shoot, titles, said))
        if len(plan.runs) > _MOST_SHOWN:
            output.line(f"  and {count(len(plan.runs) - _MOST_SHOWN, 'more shoot')}")
    if proposal.is_due and proposal.is_clock_in_doubt:
        now = context.dates.instant(context.clock.now())
        output.say(output.styled(f"The clock says {now}, and that is in doubt:", "bad"))
        output.say("nothing goes by its age. Set it right, or run: backupd index")
        output.say("Where it is right all the same: backupd prune --clock-is-right")
    _show_refused(context, proposal)
    if any(each.rule == "policy_changed" for _, each in proposal.refused):
        output.say(output.styled("The configuration promises less than what is in force: nothing goes until", "bad"))
        output.say("that is settled. See what it lowers, and who confirms it: backupd config diff")
    if saved is not None:
        output.line(f"Plan {saved.uid}. Carry it out with:")
        output.line(f"  backupd prune --run {saved.uid}")
    elif rehearsed and proposal.acts:
        output.line("A rehearsal for another day: nothing was saved.")
    elif proposal.is_due:
        output.line(output.styled("Nothing may go, so nothing is freed.", "warning"))
        output.line("Add room, or see why: backupd why SHOOT")


def _show_refused(context: Context, proposal: Proposal) -> None:
    # One that stays in several stores is one.
    by_rule: dict[str, dict[int, None]] = {}
    for _, each in proposal.refused:
        by_rule.setdefault(each.rule, {})[each.shoot] = None
    for rule, found in sorted(by_rule.items()):
        shoots = list(found)
        some = ", ".join(str(each) for each in shoots[:10]) + (", …" if len(shoots) > 10 else "")
        context.output.line(f"  stay by the rule {rule}: {count(len(shoots), 'shoot')} ({some})")


def _of_shoot(context: Context, shoot: int | None, titles: Mapping[int, str], said: str) -> str:
    """Return a line about a shoot: its number, as much of its title as there is room for, and what is said of it."""
    start, end = f"{shoot or '?':>5}  ", f": {said}"
    title = cut(titles.get(shoot or 0, "shoot unknown"), max(12, context.output.columns - len(start) - len(end)))
    return f"{start}{title}{end}"


def saved_as_values(plan: Plan, acts: Sequence[Act]) -> dict[str, Any]:
    """Return a plan that was saved, with its acts, under the names that scripts rely on."""
    return _plan_values(plan) | {
        "bytes": sum(act.size or 0 for act in acts),
        "acts": [
            {
                "store": act.store,
                "path": act.path,
                "act": act.act,
                "state": act.state,
                "why": act.problem or act.why,
                "rule": act.rule,
                "shoot": act.shoot_id,
                "size": act.size,
                "sha256": act.sha256,
                "recoverable_until": act.recoverable_until,
            }
            for act in acts
        ],
    }


def _plan_values(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan.uid,
        "kind": plan.kind,
        "state": plan.state,
        "digest": plan.digest,
        "made_at": datetime.fromtimestamp(plan.made_at, UTC),
        "made_by": plan.made_by,
        "approved_by": plan.approved_by,
    }


def tell_saved(context: Context, plan: Plan, acts: Sequence[Act], titles: Mapping[int, str]) -> None:
    """Tell of a plan that was saved: what it takes from which store, and how far it has come."""
    output = context.output
    when = context.dates.instant(datetime.fromtimestamp(plan.made_at, UTC))
    approved = f", approved by {plan.approved_by}" if plan.approved_by else ""
    output.line(f"{plan.uid}, made {when} by {plan.made_by}: {plan.state}{approved}")
    for store in dict.fromkeys(act.store for act in acts):
        mine = [act for act in acts if act.store == store]
        output.line(f"{store}: {count(len(mine), 'file')}, {size(sum(act.size or 0 for act in mine))}; {_states(mine)}")
        shoots: dict[int | None, list[Act]] = {}
        for act in mine:
            shoots.setdefault(act.shoot_id, []).append(act)
        for shoot, some in list(shoots.items())[:_MOST_SHOWN]:
            said = f"{count(len(some), 'file')}, {size(sum(act.size or 0 for act in some))} ({some[0].rule})"
            output.line(_of_shoot(context, shoot, titles, said))
        if len(shoots) > _MOST_SHOWN:
            output.line(f"  and {count(len(shoots) - _MOST_SHOWN, 'more shoot')}; each file: --json")
    stay = [(act.path or "", act.problem or "") for act in acts if act.state in ("refused", "failed")]
    _told_of(context, stay, "stays")
    if plan.state in ("made", "approved", "running"):
        output.line("Carry it out with:")
        output.line(f"  backupd prune --run {plan.uid}")


def _states(acts: Sequence[Act]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(Counter(act.state for act in acts).items()))


def tell_done(context: Context, done: Done, run: str | None, *, as_json: bool) -> int:
    """Tell what a run did, or where `run` is None an emptying of the trash; return the exit status."""
    output = context.output
    if as_json:
        output.json(
            {
                "plan": run,
                "states": done.states,
                "bytes": done.freed,
                "refused": [
                    {"store": act.store, "path": act.path, "shoot": act.shoot_id, "rule": rule, "why": why}
                    for act, rule, why in done.refused
                ],
                "failed": [{"store": act.store, "path": act.path, "why": why} for act, why in done.failed],
                "troubles": done.troubles,
            }
        )
    else:
        gone = done.states.get("done", 0)
        output.line(f"Removed {count(gone, 'file')}, {size(done.freed)} in this run.")
        _told_of(context, [(act.path or "", f"{rule}: {why}") for act, rule, why in done.refused], "stays")
        _told_of(context, [(act.path or "", why) for act, why in done.failed], "not removed")
        for name, why in done.troubles.items():
            output.say(output.styled(f"{name}: {visible(why)}", "bad"))
        if done.open:
            again = f"--run {run}" if run else "--empty"
            output.line(f"{count(done.open, 'file')} still open. Go on with:")
            output.line(f"  backupd prune {again}")
        elif gone and run:
            output.line("In a trash of ours it takes up room until its time is over, and can come back:")
            output.line(f"  backupd prune --undo {run}")
    if done.troubles or done.open:
        return STORE_FAILED
    if run and done.refused and not done.states.get("done", 0):
        return REFUSED
    return NEEDS_PERSON if done.refused or done.failed else DONE


def _told_of(context: Context, rows: list[tuple[str, str]], what: str) -> None:
    for path, why in rows[:_MOST_SHOWN]:
        context.output.line(f"  {what}: {visible(path)}: {visible(why)}")
    if len(rows) > _MOST_SHOWN:
        context.output.line(f"  and {len(rows) - _MOST_SHOWN} more")


def tell_undone(context: Context, uid: str, undone: Undone, *, as_json: bool) -> None:
    """Tell what came back."""
    output = context.output
    if as_json:
        stayed = [{"store": act.store, "path": act.path, "why": why} for act, why in undone.stayed]
        output.json({"plan": uid, "files": undone.files, "bytes": undone.bytes, "stayed": stayed})
    else:
        output.line(f"Brought back {count(undone.files, 'file')}, {size(undone.bytes)}.")
        _told_of(context, [(act.path or "", why) for act, why in undone.stayed], "not brought back")
        if undone.files:
            output.line("The index learns of them with: backupd index")


def tell_plans(context: Context, rows: Sequence[tuple[Plan, Mapping[str, int]]], *, as_json: bool) -> None:
    """Tell of plans, each with how many acts are in which state."""
    if as_json:
        context.output.json([_plan_values(plan) | {"acts": states} for plan, states in rows])
        return
    for plan, states in rows:
        when = context.dates.instant(datetime.fromtimestamp(plan.made_at, UTC))
        told = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
        context.output.line(f"{plan.uid}  {when}  {plan.state}: {told}")
    if not rows:
        context.output.line("There is no plan. Make one with: backupd prune --plan")
