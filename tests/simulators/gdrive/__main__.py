"""`python -m tests.simulators.gdrive --state DIR --port 0`: prints its base URL as one JSON line, runs until ended."""

import sys

from tests.simulators.common import main
from tests.simulators.gdrive.app import DriveApp

if __name__ == "__main__":
    sys.exit(main(DriveApp, "A Google Drive on loopback"))
