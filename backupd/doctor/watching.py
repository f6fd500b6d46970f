"""How the service learns of changes on this machine: by the kernel's events where they can be trusted."""

from __future__ import annotations

from collections.abc import Iterator

from backupd.doctor.base import Checks, Finding, Ground
from backupd.watching.filesystems import MAX_WATCHES, why_not_watched
from index.errors import IndexFailure
from index.health import folders_in


def _run(ground: Ground) -> Iterator[Finding]:
    if not ground.settings.schedule.watch:
        yield Finding("watching", "ok", "switched off: stores are looked at on schedule")
        return
    watched = []
    for store in ground.settings.stores:
        why = why_not_watched(store.path) if store.is_local else None
        if why is not None:
            yield Finding(f"watching {store.name}", "ok", f"{why}: it is looked at on schedule, not watched")
        elif store.is_local:
            watched.append(store.name)
    yield from _limit(ground, watched)


def _limit(ground: Ground, watched: list[str]) -> Iterator[Finding]:
    try:
        most = int(MAX_WATCHES.read_text())
        folders = folders_in(ground.settings.index.url, watched)
    except (OSError, ValueError, IndexFailure):
        return
    if folders > most * 9 // 10:
        what = f"{folders} folders are to be watched, and the kernel lets each account watch {most}"
        mend = f"sysctl fs.inotify.max_user_watches={max(2 * folders, 524_288)}, and the same in /etc/sysctl.d/backupd.conf"
        yield Finding("watching", "warning", what, mend)
    elif watched:
        yield Finding("watching", "ok", f"{folders} folders of at most {most} are to be watched")


CHECKS = Checks("watching", _run, order=60)
