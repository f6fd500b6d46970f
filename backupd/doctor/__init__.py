"""What is wrong and how to mend it: looks at everything, changes nothing.

Each group of checks is one module here that offers a `CHECKS` constant; nothing else lists it. A group that fails itself
is a finding too, and the others go on. No finding holds a person's name, a file's name or anything of a sign-in.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from backupd.doctor.base import Checks, Finding, Ground

SUPPORT = frozenset({"base"})
"""Modules of this package that are no groups of checks; every other one must offer CHECKS."""


def find_checks() -> tuple[Checks, ...]:
    """Return every group of checks, in the order in which they are told."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name not in SUPPORT]
    found = [importlib.import_module(f"{__name__}.{name}").CHECKS for name in names]
    return tuple(sorted(found, key=lambda each: (each.order, each.name)))


def examine(ground: Ground) -> Iterator[Finding]:
    """Yield what each group finds, in order."""
    for checks in find_checks():
        try:
            yield from checks.run(ground)
        except Exception as err:
            yield Finding(checks.name, "bad", f"this could not be looked at ({type(err).__name__})",
                          "run it as the account that runs backupd; if it stays, report it")
