"""`python -m tests.simulators.dropbox --state DIR --port 0`: prints its base URL as one JSON line, runs until ended."""

import sys

from tests.simulators.common import main
from tests.simulators.dropbox.app import DropboxApp

if __name__ == "__main__":
    sys.exit(main(DropboxApp, "A Dropbox on loopback"))
