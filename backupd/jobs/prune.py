"""Space: a clean-up is planned where it is due, and carried out only where [retention.prune] automatic says so.

What rested long enough in a trash is emptied either way: that was approved with the plan that put it there. An older plan
of this job that nobody has approved is dropped when a new one is made.
"""

from __future__ import annotations

import json
from contextlib import ExitStack

from backupd.jobs.base import Job, Work
from backupd.keeping_glance import PRUNE_NOTE


def prune(work: Work) -> str:
    """Plan what is due; empty and run what may be. Returns numbers, never names."""
    from backupd.access_log import ledger_of
    from backupd.prune.planning import propose, save
    from backupd.prune.running import AUTOMATIC, Workshop, approve, empty_what_is_due, run
    from backupd.stores import opened
    from index import plans
    from index.applied import refuse_if_behind
    from index.ledger import LedgerReader
    from index.stores import set_meta

    hub, settings = work.hub, work.hub.settings
    with ExitStack() as stack:
        progress = stack.enter_context(work.turn())
        with hub.index.read() as conn:
            refuse_if_behind(conn, LedgerReader(settings.index.ledger_path))
        stores = {each.name: stack.enter_context(opened(settings, each)) for each in settings.stores}
        chosen = [each.name for each in settings.stores if each.role == "working"]
        shop = Workshop(
            hub.index, ledger_of(settings.index), stores, settings, hub.clock.now, AUTOMATIC,
            progress=lambda _files, _bytes: progress.finishing("clean-up"), stop=hub.stopping.is_set,
        )  # fmt: skip
        emptied = empty_what_is_due(shop)
        with hub.index.read() as conn:
            proposal = propose(conn, shop.basis(conn, hub.clock.now()), stores, chosen)
        with hub.index.write() as conn:
            plans.drop_made_by(conn, "prune", AUTOMATIC, hub.now())
            plan = save(conn, proposal, hub.clock.now(), AUTOMATIC)
            short = sorted(room.store for room in proposal.rooms if _is_short(proposal.plans.get(room.store)))
            automatic = settings.retention.prune.automatic
            waiting = None if plan is None or automatic else plan.uid
            set_meta(conn, PRUNE_NOTE, json.dumps({"plan": waiting, "bytes": proposal.frees, "short": short}))
        freed = 0
        if plan is not None and automatic:
            approve(shop, plan.uid)
            freed = run(shop, plan.uid).freed
        gone = emptied.states.get("done", 0) if emptied else 0
        return f"planned={len(proposal.acts)} short={len(short)} freed={freed} emptied={gone}"


def _is_short(plan: object) -> bool:
    from backupd.policy.pruning import Plan, Stopped

    return isinstance(plan, Plan) and plan.stopped is Stopped.NOTHING_LEFT


JOB = Job("prune", lambda settings: settings.schedule.prune, prune, heavy=True)
