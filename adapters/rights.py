"""Rights that a person grants to backupd when signing in: which a kind of store needs, why, and which are lacking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Right:
    """One right in the provider's own word, and what it is needed for. `option`: only where that setting is on."""

    name: str
    why: str
    option: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """The least rights for a store that is worked on (`all`), and for one that is only looked at (`reading`)."""

    all: tuple[Right, ...] = ()
    reading: tuple[Right, ...] = ()

    def needed(self, options: Mapping[str, Any], *, reading: bool) -> tuple[Right, ...]:
        """Return what a store with these options needs."""
        return tuple(each for each in (self.reading if reading else self.all) if not each.option or options.get(each.option))

    def lacking(self, granted: Collection[str], options: Mapping[str, Any], *, reading: bool) -> tuple[Right, ...]:
        """Return what was not granted; a sign-in that may do everything may read as well."""
        missing = tuple(each for each in self.needed(options, reading=reading) if each.name not in granted)
        if missing and reading and not self.lacking(granted, options, reading=False):
            return ()
        return missing


NO_RIGHTS = Rights()
"""What lies on this machine needs no sign-in."""
