"""The door: `backupd` and `python -m backupd`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit status."""
    try:
        from backupd.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        # Ctrl-C while the modules are still loading
        sys.stderr.write("\nbackupd: stopped\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
