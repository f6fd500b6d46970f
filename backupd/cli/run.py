"""`run`: the service, in the foreground, as systemd starts it."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from backupd.cli.frame import DONE, Command, Context, Group, Refusal

if TYPE_CHECKING:
    from backupd.settings.models import Settings


def _run(args: Namespace, context: Context) -> int:  # noqa: ARG001 - every command is given its arguments
    from backupd import logs
    from backupd.service import AnotherService, Service
    from backupd.systemd import Systemd
    from index.errors import IndexDamaged, IndexTooNew, LedgerDamaged, LedgerKeyLost, LedgerReplaced

    logs.set_up(debug=context.debug, environ=context.environ)
    systemd = Systemd(context.environ)
    try:
        Service(_settings(context), lambda: _settings(context), systemd, context.clock).run()
    except AnotherService as err:
        raise Refusal("one service on an index", err.detail, err.mend) from err
    except (IndexDamaged, IndexTooNew, LedgerDamaged, LedgerKeyLost, LedgerReplaced) as err:
        systemd.status(f"needs a person: {err.detail}")
        raise Refusal("an index that cannot be used is never replaced", f"{err.place}: {err.detail}", err.mend) from err
    return DONE


def _settings(context: Context) -> Settings:
    """Read the configuration and look at all that does not depend on a disk being plugged in. Raises SettingsError."""
    from backupd.settings.check import check
    from backupd.settings.faults import SettingsError
    from backupd.settings.load import load_with_places

    loaded = load_with_places(context.config, context.environ)
    faults = check(loaded, roots=False).faults
    if faults:
        raise SettingsError(faults)
    return loaded.settings


GROUP = Group(
    "Indexing",
    order=20,
    commands=(
        Command(
            "run",
            "the service: watches, indexes, keeps time; in the foreground",
            _run,
            examples=(("backupd run", "as systemd starts it; Ctrl-C ends it"),),
            description=(
                "Watches the stores, brings the index up to date once a folder has come to rest, and does what"
                " [schedule] says. SIGHUP reads the configuration anew, or keeps the old one where it is wrong; SIGTERM"
                " stops within seconds, and the next start goes on from there. A store that is away is no reason not to"
                " start. Exit status 2 for a wrong configuration, 4 where another service has the index or where the"
                " index is damaged: nothing is replaced by itself."
            ),
        ),
    ),
)
