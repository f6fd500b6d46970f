"""Whether the configuration promises less than what is in force: then no clean-up takes anything (D25)."""

from __future__ import annotations

from collections.abc import Iterator

from backupd.doctor.base import Checks, Finding, Ground
from backupd.promises import not_confirmed
from index.errors import IndexFailure


def _run(ground: Ground) -> Iterator[Finding]:
    from index.health import reading

    try:
        with reading(ground.settings.index.url) as conn:
            found = () if conn is None else not_confirmed(conn, ground.settings)
    except IndexFailure:
        # Told with the index.
        return
    if found:
        what = f"less is promised than what is in force ({'; '.join(found)}): nothing is pruned until that is settled"
        yield Finding("promises", "warning", what, "mend the configuration, or let an owner confirm it: backupd config diff")
    else:
        yield Finding("promises", "ok", "no less than what is in force")


CHECKS = Checks("promises", _run, order=26)
