"""What is wrong with a configuration.

No text here may hold a secret: what stands for credentials, passwords or URLs is never repeated in a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with the setting at `path` and the mend, before its place in the file is looked up."""

    path: KeyPath
    wrong: str
    mend: str = ""


def dotted(path: KeyPath) -> str:
    """Return a key as people write it: stores[0].path."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it stands, what it is, and what to write instead.

    `file` is the path of the file, or "environment"; `line` counts from 1, None where there is no line to name; `key`
    is the dotted key ("stores[0].path") or the variable's name, "" for the file as a whole.
    """

    file: str
    line: int | None
    key: str
    wrong: str
    mend: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f" {self.key}:" if self.key else ""
        mend = f" Mend: {self.mend}." if self.mend else ""
        return f"{place}:{key} {self.wrong}.{mend}"


class SettingsError(Exception):
    """The configuration cannot be used; `faults` names everything that is wrong, at least one thing."""

    needs_person = True

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(tuple(faults))
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class NoSettings(SettingsError):
    """There is no configuration at any of its usual places, and none was named."""


class Unfit(ValueError):
    """A value that does not fit its setting, raised while parsing it; `mend` says what to write instead.

    `below` is where inside the value it is, if not the value as a whole.
    """

    def __init__(self, wrong: str, mend: str = "", below: KeyPath = ()) -> None:
        super().__init__(wrong)
        self.below = below
        self.wrong = wrong
        self.mend = mend
