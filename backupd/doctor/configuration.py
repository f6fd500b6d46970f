"""Is the configuration right, are people named in it, and does anybody hear of trouble?"""

from __future__ import annotations

from collections.abc import Iterator

from backupd.doctor.base import Checks, Finding, Ground
from backupd.settings.check import check
from backupd.settings.faults import Fault


def fault_finding(fault: Fault) -> Finding:
    """Return what is wrong with the configuration, with its place."""
    place = f"{fault.file}:{fault.line}" if fault.line is not None else fault.file
    what = f"{place}: {fault.key}: {fault.wrong}" if fault.key else f"{place}: {fault.wrong}"
    return Finding("configuration", "bad", what, fault.mend)


def _run(ground: Ground) -> Iterator[Finding]:
    # A disk that is away is told with its store.
    checked = check(ground.loaded, roots=False)
    for fault in checked.faults:
        yield fault_finding(fault)
    for note in checked.notes:
        check_name = "staff" if note.key == "staff" else "configuration"
        yield Finding(check_name, "warning", f"{note.key}: {note.wrong}", note.mend)
    if not checked.faults and not checked.notes:
        yield Finding("configuration", "ok", f"{ground.loaded.places.file} is right")
    yield _notify(ground)


def _notify(ground: Ground) -> Finding:
    notify = ground.settings.notify
    hearing = sum("problems" in topics for topics in notify.hears.values())
    if not notify.server:
        mend = "name a mail server in [notify] and who hears what in [notify.hears]"
        return Finding("notify", "warning", "no mail server is named: trouble is told by `backupd status` alone", mend)
    if not hearing:
        mend = 'add "someone@studio.example" = ["problems"] to [notify.hears]'
        return Finding("notify", "warning", "nobody hears of problems with stores", mend)
    return Finding("notify", "ok", f"problems are told by mail, to {hearing} of you")


CHECKS = Checks("configuration", _run, order=10)
