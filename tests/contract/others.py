"""Running without the rights that root has, since root may do all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NOBODY = 65534
_RIGHTS = "-dac_override,-dac_read_search,-fowner"


def close(place: Path, mode: int) -> None:
    """Give a place rights that count for us: it belongs to nobody, or to us where we are not root."""
    if os.geteuid() == 0:
        os.chown(place, NOBODY, NOBODY)
        mode |= mode >> 6 & 0o7
    os.chmod(place, mode)


def run_without_rights(code: str, *arguments: str) -> str:
    """Run Python code that has no rights but its account's, and return what it prints."""
    as_other = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root's rights cannot be laid down without setpriv")
        as_other = ["setpriv", f"--bounding-set={_RIGHTS}", f"--inh-caps={_RIGHTS}"]
    here = Path(__file__).parents[2]
    command = [*as_other, sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
