"""The ledger and its key: there, unbroken, and for backupd's account alone."""

from __future__ import annotations

from collections.abc import Iterator

from backupd.doctor.base import Checks, Finding, Ground
from index.errors import LedgerKeyLost
from index.ledger_key import load_key
from index.ledger_verify import verify


def _run(ground: Ground) -> Iterator[Finding]:
    settings = ground.settings.index
    ledger, key = settings.ledger_path, settings.ledger_key_path
    begun = ledger.exists()
    if begun or key.exists():
        try:
            load_key(key)
        except LedgerKeyLost as err:
            yield Finding("ledger key", "bad", err.detail, err.mend)
        except OSError as err:
            yield Finding("ledger key", "bad", f"it cannot be read: {err.strerror}", "run it as the account of backupd")
        else:
            yield Finding("ledger key", "ok", "there, and for its owner alone; keep a copy of it elsewhere")
    if not begun:
        yield Finding("ledger", "ok", "not begun yet: nothing was recorded so far")
        return
    if ledger.stat().st_mode & 0o077:
        yield Finding("ledger", "bad", "other accounts may read or write the ledger", f"chmod 600 {ledger}")
    verdict = verify(ledger)
    for problem in verdict.problems[:3]:
        mend = "see `backupd ledger verify`; bring back the copy that is kept with the index's backups"
        yield Finding("ledger", "bad", f"line {problem.line}: {problem.what}", mend)
    if not verdict.problems:
        yield Finding("ledger", "ok", f"unbroken, {verdict.entries} entries")


CHECKS = Checks("ledger", _run, order=30)
