"""The index: is it there, whole, of this version, and is there room for it?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from backupd.doctor.base import Checks, Finding, Ground, room
from index.errors import IndexAbsent, IndexFailure
from index.health import look_at

_LITTLE_BYTES, _NOTHING_BYTES = 2 * 10**9, 2 * 10**8


def _run(ground: Ground) -> Iterator[Finding]:
    settings = ground.settings.index
    try:
        health = look_at(settings.url)
    except IndexAbsent:
        yield Finding("index", "warning", "there is no index yet", "adopt a store, then run `backupd index`")
    except IndexFailure as err:
        yield Finding("index", "bad", err.detail or type(err).__name__, err.mend)
    else:
        if health.revision != health.newest:
            what = f"the index is of revision {health.revision}, this backupd writes {health.newest}"
            yield Finding("index", "warning", what, "run `backupd index`: it brings it up to date, after a copy")
        else:
            yield Finding("index", "ok", f"whole, revision {health.revision}")
    if settings.file is not None:
        yield from _file(ground)


def _file(ground: Ground) -> Iterator[Finding]:
    file = ground.settings.index.file
    assert file is not None
    if file.exists() and file.stat().st_mode & 0o077:
        yield Finding("index", "bad", "other accounts may read the index, and with it people's names", f"chmod 600 {file}")
    folder = next((each for each in file.parents if each.is_dir()), None)
    if folder is None:
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        what = f"{folder} may not be written to by this account"
        yield Finding("index room", "bad", what, "run it as the account of backupd")
    free = shutil.disk_usage(folder).free
    shown = f"{room(free)} free where the index lies"
    if free < _LITTLE_BYTES:
        yield Finding("index room", "bad" if free < _NOTHING_BYTES else "warning", shown, "free some space on that disk")
    else:
        yield Finding("index room", "ok", shown)


CHECKS = Checks("index", _run, order=20)
