"""Who is at the keyboard: the account on this machine."""

from __future__ import annotations

import os
import pwd


def account_name() -> str:
    """Return the name of the account that runs this process; its number where it has no name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
