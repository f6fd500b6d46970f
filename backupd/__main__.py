"""The door: `backupd` and `python -m backupd`."""

from __future__ import annotations

import gc
import os
import sys

# Modules make hundreds of thousands of objects that stay. Looking through them again and again while they load is a
# seventh of a look-up; among those of a page of a cloud, which die with it, an eighth of a first listing.
_OBJECTS_BEFORE_COLLECTING = 50_000


def main() -> None:
    """Run the command line and leave with its exit status.

    Everything is closed by then, so the process ends at once: taking its modules apart is a tenth of a look-up.
    """
    status = _run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        status = status or 1
    os._exit(status)


def _run() -> int:
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING, 10, 10)
    try:
        from backupd.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        # Ctrl-C while the modules are still loading
        sys.stderr.write("\nbackupd: stopped\n")
        return 130


if __name__ == "__main__":
    main()
