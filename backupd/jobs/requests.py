"""What requests leave behind: providers are asked again about what was erased, old evidence is forgotten, and what was
shown by a consent that has ended is taken down where backupd put it.

That a request's day comes near is told by `notices` and `digest`.
"""

from __future__ import annotations

from functools import partial

from backupd.jobs.base import Job, Work
from backupd.scan.summary import RunStopped


def see_to_requests(work: Work) -> str:
    """Ask and forget what is due. No turn is needed: what can hang is asked before anything is written."""
    from backupd.access_log import ledger_of
    from backupd.asking_again import Asking, ask_again
    from backupd.evidence import Forgetting, forget_evidence
    from backupd.stores import opened_by_name
    from backupd.taking_down import take_down_ended
    from index.applied import refuse_if_behind
    from index.ledger import LedgerReader
    from index.placements import any_standing

    hub = work.hub

    def heed() -> None:
        work.pulse.beat()
        if hub.stopping.is_set():
            raise RunStopped

    # Opened only where there is something to record: that makes a key where there is none.
    ledger = partial(ledger_of, hub.settings.index)
    with hub.index.read() as conn:
        refuse_if_behind(conn, LedgerReader(hub.settings.index.ledger_path))
    forgotten = forget_evidence(Forgetting(hub.index, ledger, hub.settings, hub.clock.now()))
    with hub.index.read() as conn:
        shown = any_standing(conn)
    down = 0
    if shown:
        with hub.index.write() as conn:
            down = take_down_ended(conn, ledger(), hub.settings, hub.clock.now(), "service")
    asked = ask_again(Asking(hub.index, ledger, hub.settings, partial(opened_by_name, hub.settings), hub.clock.now, heed))
    return f"gone={asked.gone} kept={asked.kept} unasked={asked.unasked} forgotten={forgotten} taken_down={down}"


JOB = Job("requests", lambda settings: settings.schedule.requests, see_to_requests, at_start=True)
