"""What a kind of request is: one frozen record that a module of this package offers as `KIND`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import backupd.requests

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backupd.requests.planning import Planned
    from backupd.requests.running import Outcome, Running
    from index.requests import Item, Request

Clock = Literal["law", "copy", "authority"]
"""By which time a request is due: the law's month, the studio's own aim, a day that was given."""

HoldAtOpening = Literal["open_request", "restriction", "objection", "legal"]

SUPPORT = frozenset(
    ["again", "answering", "base", "case", "certificate", "certificate_forms", "certificate_words", "correcting",
     "deciding", "desk", "due", "emptied", "ending", "found", "giving", "glance", "grounds", "handing", "holding",
     "judge", "keeping", "lists", "matching", "mentions", "namelessness", "planning", "renaming", "returning",
     "running", "scope", "showing", "stores", "telling", "unlisting", "workplace"]
)  # fmt: skip
"""Modules of this package that are no kinds; every other one must offer KIND."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Something that a kind of request needs besides the person. `choices` where only some answers fit."""

    name: str
    help: str
    needed: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request.

    `deletes` says whether its plan removes anything; `four_eyes` whether who approves may not carry it out where there
    are others. `decide` says what becomes of an item by itself, None where a person must say; `carry_out` does it, and
    may be called again after it was stopped anywhere. `hold_ends` says whether its hold has done its work once the person
    has the answer, which tells them so. `gives` says whether files may be given to the person under it,
    `reports` whether it is answered with a report, so that a run needs a folder for it. `shape` makes of what was found
    what this kind is about, `plan` gives the removals that it needs although it deletes nothing as such.
    """

    slug: str
    heading: str
    carry_out: Callable[[Running], Outcome]
    decide: Callable[[Item], str | None]
    hold: HoldAtOpening = "open_request"
    deletes: bool = False
    four_eyes: bool = False
    clock: Clock = "law"
    details: tuple[Detail, ...] = ()
    hold_ends: bool = False
    gives: bool = False
    reports: bool = False
    shape: Callable[[Connection, Request, Sequence[Item]], list[Item]] | None = None
    plan: Callable[[Connection, Sequence[Item]], Planned] | None = None
    files: str = ""
    """What a person may say of single files of a shoot, where that is one thing."""
    choices: tuple[str, ...] = ("do", "refuse")
    """What a person may decide for an item."""


def find_kinds() -> dict[str, Kind]:
    """Return every kind of this package, by its slug."""
    names = [module.name for module in pkgutil.iter_modules(backupd.requests.__path__) if module.name not in SUPPORT]
    kinds = [importlib.import_module(f"backupd.requests.{name}").KIND for name in names]
    return {kind.slug: kind for kind in kinds}
