"""Known failures become one clear message on standard error and an exit status; a traceback only with BACKUPD_DEBUG=1.

    SettingsError, WrongUse                          2
    IndexAbsent, IndexTooNew                         2   the mend is a command or another version
    other failures of the index, StoreError          3
    OSError                                          3   2 where it is a right that lacks
    Refusal, NotAllowed                              4
    anything else                                   70   a mistake of ours: it asks for a report
    Ctrl-C, a reader that went away           130, 141   as shells count signals
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, TextIO

from backupd.cli.frame import REFUSED, STORE_FAILED, WRONG_USE, Refusal, WrongUse
from backupd.cli.text import visible

if TYPE_CHECKING:
    from adapters.errors import StoreError
    from index.errors import IndexFailure

STOPPED = 130
READER_GONE = 141
OUR_MISTAKE = 70

_STORE_SAYS = {
    "NotFound": ("nothing lies there any more", "run `backupd index` to see how it is now"),
    "Changed": ("something else lies there now; it was left as it is", "run `backupd index`, then look again"),
    "Refused": ("the store does not permit it", "check the rights of the folder or of the signed-in account"),
    "Full": ("no room is left in the store", "free space there, or see `backupd prune --plan`"),
    "Corrupt": ("the bytes are not what they should be", "put a good copy in its place: see `backupd where SHOOT`"),
    "Unsupported": ("this kind of store cannot do that", ""),
    "CursorLost": ("the store's feed of changes has to be started anew", "run `backupd index --full`"),
    "NotOurStore": (
        "its marker is missing or is another store's, so nothing there is believed",
        "see that the right disk or folder is there; a new store is adopted with `backupd store init NAME`",
    ),
    "SignInNeeded": ("a person must sign in again", "run `backupd auth` for this kind of store"),
    "Unavailable": ("it cannot be reached now", "see that it is plugged in or online, then try again"),
}


def report(failure: Exception, err: TextIO, *, debug: bool) -> int:
    """Write what failed, where, and what to do; return the exit status."""
    if debug:
        traceback.print_exception(failure, file=err)
    lines, status = _told(failure)
    for line in lines:
        err.write(f"backupd: {line}\n")
    return status


def _told(failure: Exception) -> tuple[list[str], int]:
    from adapters.errors import StoreError
    from backupd.settings.faults import SettingsError
    from backupd.staff import NotAllowed
    from index.errors import IndexFailure

    if isinstance(failure, SettingsError):
        return [visible(str(fault)) for fault in failure.faults], WRONG_USE
    if isinstance(failure, WrongUse):
        return [_sentence(failure.wrong, failure.mend)], WRONG_USE
    if isinstance(failure, Refusal | NotAllowed):
        return [_sentence(f"refused by the rule {failure.rule}: {failure.why}", failure.mend)], REFUSED
    if isinstance(failure, StoreError):
        return [_store_sentence(failure)], STORE_FAILED
    if isinstance(failure, IndexFailure):
        return [_index_sentence(failure)], _index_status(failure)
    if isinstance(failure, OSError):
        return [_system_sentence(failure)], WRONG_USE if isinstance(failure, PermissionError) else STORE_FAILED
    return [_unknown_sentence(failure)], OUR_MISTAKE


def _store_sentence(failure: StoreError) -> str:
    kind = next((each.__name__ for each in type(failure).__mro__ if each.__name__ in _STORE_SAYS), "")
    said, mend = _STORE_SAYS.get(kind, ("the store failed", "try again"))
    place = f", at {failure.ref}" if failure.ref else ""
    detail = f" ({failure.detail})" if failure.detail else ""
    return _sentence(f"store {failure.store}{place}: {said}{detail}", mend)


def _index_sentence(failure: IndexFailure) -> str:
    from index.errors import LedgerFailure

    what = "ledger" if isinstance(failure, LedgerFailure) else "index"
    return _sentence(f"the {what} {failure.place}: {failure.detail or type(failure).__name__}", failure.mend)


def _index_status(failure: IndexFailure) -> int:
    from index.errors import IndexAbsent, IndexTooNew

    return WRONG_USE if isinstance(failure, IndexAbsent | IndexTooNew) else STORE_FAILED


def _system_sentence(failure: OSError) -> str:
    place = f"{failure.filename}: " if failure.filename else ""
    mend = {
        "PermissionError": "run it as the account that owns this, or give that account the right",
        "FileNotFoundError": "see that the path is right and the disk is there",
    }.get(type(failure).__name__, "")
    return _sentence(f"{place}{failure.strerror or type(failure).__name__}", mend)


def _unknown_sentence(failure: Exception) -> str:
    frames = traceback.extract_tb(failure.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return (
        f"this is a mistake in backupd, not in what you did: {type(failure).__name__}{place}. "
        "What was finished before it stays; run again with BACKUPD_DEBUG=1 and report what it shows."
    )


def _sentence(wrong: str, mend: str) -> str:
    first = visible(wrong).rstrip(".")
    return f"{first}. {visible(mend[:1].upper() + mend[1:]).rstrip('.')}." if mend else f"{first}."


def silence_stdout() -> None:
    """Point standard output at nothing, so that Python's own last flush does not fail as well."""
    import os

    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        return
