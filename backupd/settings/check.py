"""What only this machine can tell about a configuration: folders, rights, overlaps, credentials.

Looks, and changes nothing. Whoever starts to run for long asks here first; a look-up does not, since the index answers
even while a disk is away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from adapters.base import StoreKind
from backupd.settings.environment import SYSTEMD
from backupd.settings.faults import Fault, KeyPath, Wrong
from backupd.settings.kinds import find_kind
from backupd.settings.load import Loaded
from backupd.settings.models import Settings, StoreSettings
from backupd.settings.schedules import Cron
from backupd.settings.values import Duration

_OPEN = "names a file that others may read"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: faults stop a run, notes are advice."""

    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def check(
    loaded: Loaded, find: Callable[[str], StoreKind | None] = find_kind, *, roots: bool = True
) -> Checked:
    """Return every fault and note, with their places, in the order of the file. `find` knows the kinds of store.

    Without `roots`, a disk that is not there is no fault: the service starts without it.
    """
    settings = loaded.settings
    wrong = [
        *(_roots(settings) if roots else ()), *_overlaps(settings), *_own_files(settings), *_credentials(loaded),
        *_adapters(settings, find), *_room(settings), *_schedules(settings), *_mail(settings),
    ]  # fmt: skip
    return Checked(tuple(loaded.places.faults(wrong)), tuple(loaded.places.faults(_advice(settings))))


def _local(settings: Settings) -> list[tuple[int, StoreSettings]]:
    return [(number, store) for number, store in enumerate(settings.stores) if store.is_local]


def _roots(settings: Settings) -> Iterator[Wrong]:
    for number, store in _local(settings):
        path = ("stores", number, "path")
        root = Path(store.path)
        if not os.path.exists(root):
            yield Wrong(path, f"{store.path} is not there", "plug in or mount the disk, or write the right folder")
        elif not os.path.isdir(root):
            yield Wrong(path, f"{store.path} is not a folder", "write the folder that holds the shoots")
        elif not _may(root, os.R_OK | os.X_OK):
            yield Wrong(path, f"{store.path} may not be read", "let the account that runs backupd read it")


def _may(path: Path, rights: int) -> bool:
    # as who runs this now, not as who started it
    return os.access(path, rights, effective_ids=os.access in os.supports_effective_ids)


def _overlaps(settings: Settings) -> Iterator[Wrong]:
    """Two stores that hold the same files: one copy would be counted twice, and deleted as a spare."""
    for (_, first), (number, second) in combinations(enumerate(settings.stores), 2):
        if _is_one_place(first, second) and _nested(_root(first), _root(second)):
            same = _root(first) == _root(second)
            said = "is the same folder as" if same else "lies in one tree with"
            mend = "give each store a folder of its own"
            yield Wrong(("stores", number, "path"), f"{said} store {first.name!r} ({first.path})", mend)


def _is_one_place(first: StoreSettings, second: StoreSettings) -> bool:
    if first.is_local or second.is_local:
        return first.is_local and second.is_local
    same_account = (first.kind, first.credentials, first.endpoint) == (second.kind, second.credentials, second.endpoint)
    return same_account and (first.drive_id, first.folder_id) == (second.drive_id, second.folder_id)


def _root(store: StoreSettings) -> str:
    return os.path.realpath(store.path) if store.is_local else "/" + store.path.strip("/").lower()


def _nested(first: str, second: str) -> bool:
    return os.path.commonpath([first, second]) in (first, second)


def _own_files(settings: Settings) -> Iterator[Wrong]:
    """What belongs to backupd lies outside every store, where no scan counts it and no prune can meet it."""
    index = settings.index
    own: list[tuple[KeyPath, Path | None]] = [
        (("index", "url"), index.file),
        (("index", "ledger"), index.ledger_path),
        (("index", "ledger_key"), index.ledger_key_path),
        (("index", "backups", "folder"), index.backups_folder),
        (("notify", "password_file"), settings.notify.password_file),
        *((("stores", n, "credentials"), store.credentials) for n, store in enumerate(settings.stores)),
    ]
    for path, file in own:
        inside = next((s for _, s in _local(settings) if file and _nested_in(file, Path(s.path))), None)
        if inside is not None:
            yield Wrong(path, f"lies inside the store {inside.name!r}", "keep it outside of every store")
    if index.file is not None:
        yield from _index_folder(index.file)


def _nested_in(file: Path, root: Path) -> bool:
    return _nested(os.path.realpath(file), os.path.realpath(root)) and len(os.path.realpath(file)) >= len(
        os.path.realpath(root)
    )


def _index_folder(file: Path) -> Iterator[Wrong]:
    folder = next((each for each in file.parents if os.path.exists(each)), file.parent)
    if os.path.isdir(file):
        yield Wrong(("index", "url"), f"{file} is a folder", "name a file in it, as in index.db")
    elif not os.path.isdir(folder) or not _may(folder, os.W_OK | os.X_OK):
        mend = "let the account that runs backupd write there, or name another folder"
        yield Wrong(("index", "url"), f"{folder} may not be written to", mend)


def _credentials(loaded: Loaded) -> Iterator[Wrong]:
    settings = loaded.settings
    # Whom systemd lets read what it handed over stands in an access list, which looks like a right of the group.
    handed = {path for path, variable in loaded.places.variables.items() if variable == SYSTEMD}
    for wrong in _secret_files(settings):
        if wrong.path not in handed or wrong.wrong != _OPEN:
            yield wrong


def _secret_files(settings: Settings) -> Iterator[Wrong]:
    for number, store in enumerate(settings.stores):
        if store.credentials is not None:
            mend = f"run `backupd auth {store.kind}`, which writes it"
            yield from _secret_file(("stores", number, "credentials"), store.credentials, mend, is_json=True)
    if settings.notify.password_file is not None:
        mend = "write the mail password into that file"
        yield from _secret_file(("notify", "password_file"), settings.notify.password_file, mend, is_json=False)


def _secret_file(key: KeyPath, file: Path, mend: str, *, is_json: bool) -> Iterator[Wrong]:
    # the file's name is not shown: a token pasted in its place would be
    try:
        mode, text = file.stat().st_mode, file.read_text("utf-8")
    except FileNotFoundError:
        yield Wrong(key, "names a file that is not there", mend)
        return
    except (OSError, ValueError):
        yield Wrong(key, "names a file that cannot be read", "let the account that runs backupd read it")
        return
    if mode & 0o077:
        yield Wrong(key, _OPEN, "take their rights away: chmod 600")
    if is_json and not _is_json_table(text):
        yield Wrong(key, "names a file that is not a JSON object", mend)


def _is_json_table(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _adapters(settings: Settings, find: Callable[[str], StoreKind | None]) -> Iterator[Wrong]:
    """Keys that this kind of store does not have."""
    for number, store in enumerate(settings.stores):
        kind = find(store.kind)
        if kind is None:
            yield Wrong(("stores", number, "kind"), f"no adapter offers {store.kind!r}", "write another kind")
            continue
        for key in sorted(store.as_options().keys() - kind.options - {"path"}):
            path = ("stores", number, "options", key) if key in store.options else ("stores", number, key)
            yield Wrong(path, f"means nothing to a {store.kind} store", "take it out")


def _room(settings: Settings) -> Iterator[Wrong]:
    low, high = settings.retention.free_space.low, settings.retention.free_space.high
    pairs = ((low.share, high.share), (low.bytes, high.bytes))
    if any(a is not None and b is not None and a > b for a, b in pairs):
        key = ("retention", "free_space", "high")
        mend = "a prune starts below low and ends at high: make high the larger"
        yield Wrong(key, f"{high} is less than low ({low})", mend)


def _schedules(settings: Settings) -> Iterator[Wrong]:
    whens: dict[KeyPath, object] = {("schedule", key): value for key, value in settings.schedule}
    whens["index", "backups", "every"] = settings.index.backups.every
    whens["notify", "digest"] = settings.notify.digest
    whens["notify", "ping_every"] = settings.notify.ping_every
    mend = 'write minute, hour, day, month, weekday, as in "30 2 * * sun"'
    for path, when in whens.items():
        if isinstance(when, Cron) and not _is_cron(when.line):
            yield Wrong(path, f"{when.line!r} is not a cron line", mend)


def _is_cron(line: str) -> bool:
    from apscheduler.triggers.cron import CronTrigger

    try:
        CronTrigger.from_crontab(line, timezone="UTC")
    except ValueError:
        return False
    return True


def _mail(settings: Settings) -> Iterator[Wrong]:
    notify = settings.notify
    if notify.hears and not notify.server:
        yield Wrong(("notify", "hears"), "names people, but there is no mail server", 'add server = "…" to [notify]')
    if notify.server and not notify.sender:
        yield Wrong(("notify", "server"), "is set, but no sender is", 'add sender = "backupd@…" to [notify]')
    if notify.user and notify.password_file is None:
        yield Wrong(("notify", "user"), "is set, but no password_file is", "add password_file to [notify]")


def _advice(settings: Settings) -> Iterator[Wrong]:
    if not settings.stores:
        mend = "add [[stores]] with name, kind and path"
        yield Wrong(("stores",), "no store is named: there is nothing to index", mend)
    for key in ("name", "contact"):
        if not getattr(settings.studio, key):
            yield Wrong(("studio", key), "is empty: letters to people are refused without it", f"add {key} to [studio]")
    if not settings.staff:
        mend = 'add [staff] with account = "Name, role"'
        yield Wrong(("staff",), "nobody is named: whoever asks about persons is refused", mend)
    if len(settings.stores) < settings.retention.require_copies and settings.stores:
        wrong = f"asks for more copies than there are stores ({len(settings.stores)})"
        yield Wrong(("retention", "require_copies"), wrong, "add a store, or ask for fewer")
    minimum = settings.retention.minimum
    if isinstance(minimum, Duration) and not minimum.years and minimum.months < 12 and minimum.days < 365:
        mend = "see that the privacy notice promises no more"
        yield Wrong(("retention", "minimum"), f"{minimum} is less than a year", mend)
