"""The service: does it run, what of the stores did it find to be so, do its jobs end well, is the index backed up?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from backupd.doctor.base import Checks, Finding, Ground
from backupd.notifying.matters import Outlook, gather
from index.errors import IndexFailure

_OLD = timedelta(days=3)
_STORES = ("new ", "refused ", "offline ", "doubted ")


def _run(ground: Ground) -> Iterator[Finding]:
    from index.turn import service_runs

    settings = ground.settings.index
    # A studio may as well run `backupd index` by itself; one whose service has stopped is another matter.
    had_service = _ever_ran(ground)
    if service_runs(settings.url, settings.folder):
        yield Finding("service", "ok", "it runs")
    else:
        what = "it does not run: nothing is indexed by itself"
        yield _look_at("service", what, "systemctl enable --now backupd", had_service)
    yield from _matters(ground)
    yield from _backups(ground, had_service)


def _look_at(check: str, what: str, mend: str, is_wrong: bool) -> Finding:
    return Finding(check, "warning", what, mend) if is_wrong else Finding(check, "ok", what)


def _ever_ran(ground: Ground) -> bool:
    from index.engine import open_index
    from index.jobs import list_jobs

    try:
        index = open_index(ground.settings.index.url)
    except IndexFailure:
        return False
    try:
        with index.read() as conn:
            return bool(list_jobs(conn))
    except IndexFailure:
        return False
    finally:
        index.close()


def _matters(ground: Ground) -> Iterator[Finding]:
    """What the service would tell by mail; how the stores are is looked at by others just now."""
    from index.engine import open_index

    try:
        index = open_index(ground.settings.index.url)
    except IndexFailure:
        # Told by the checks of the index.
        return
    try:
        with index.read() as conn:
            matters = gather(conn, Outlook(ground.settings, ground.now, "en"))
    except IndexFailure:
        return
    finally:
        index.close()
    for matter in matters:
        if matter.topic == "problems" and not matter.key.startswith(_STORES):
            yield Finding("service", "bad" if matter.urgent else "warning", matter.text.rstrip("."), "see docs/operator.md")


def _backups(ground: Ground, had_service: bool) -> Iterator[Finding]:
    from backupd.register.backup import list_backups

    settings = ground.settings.index
    if settings.file is None or not settings.file.exists():
        return
    made = list_backups(settings.backups_folder)
    mend = "run `backupd backup-index`, and see that the service runs"
    if not made:
        yield _look_at("index backups", "there is none yet", mend, had_service)
    elif ground.now - made[0].taken_at > _OLD:
        days = (ground.now - made[0].taken_at).days
        yield Finding("index backups", "bad", f"the newest is {days} days old", mend)
    else:
        yield Finding("index backups", "ok", f"{len(made)}, the newest of {made[0].taken_at:%Y-%m-%d %H:%M} UTC")


CHECKS = Checks("service", _run, order=70)
