"""Which files of a shoot go, by what a person said of it: the whole, or file by file. Pure.

Where others appear as well, nothing goes by itself: each file is deleted, kept with a reason, or restricted because a
person said so. What belongs to a picture (its sidecar, its other formats) goes with it unless it was named itself.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backupd.policy.families import family_of

FILE_DECISIONS = ("delete", "keep", "refuse", "restrict")


@dataclass(frozen=True, slots=True)
class FileRule:
    """What a person said of the files that a pattern names; `reason` is needed where they stay against the wish."""

    decision: str
    pattern: str
    reason: str = ""

    def fits(self, path: str) -> bool:
        """Whether the pattern names this file: by its name, or by the end of its path."""
        folded, pattern = path.casefold(), self.pattern.casefold()
        return fnmatch.fnmatchcase(folded.rpartition("/")[2], pattern) or fnmatch.fnmatchcase(folded, f"*/{pattern}")


@dataclass(frozen=True, slots=True)
class FileFact:
    """A file of a shoot: one content (or one copy, where its bytes are not known) at its places."""

    key: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of each file, by key; `undecided` are those of which nobody said anything."""

    decisions: Mapping[str, str]
    undecided: tuple[str, ...]


def decide_files(whole: str | None, rules: Sequence[FileRule], files: Iterable[FileFact]) -> Decided:
    """Return what becomes of each file. The last rule that names a file counts; else what was said of the whole shoot."""
    found: dict[str, str] = {}
    waiting: dict[str, FileFact] = {}
    families: dict[str, str] = {}
    for file in files:
        said = _by_rules(rules, file)
        if said is None:
            waiting[file.key] = file
            continue
        found[file.key] = said
        families |= {family_of(path): said for path in file.paths if said == "delete" or family_of(path) not in families}
    undecided = []
    for key, file in waiting.items():
        named = (family_of(path) for path in file.paths) if families else ()
        along = next((families[name] for name in named if name in families), None)
        decision = along or of_whole(whole)
        if decision is None:
            undecided.append(key)
        else:
            found[key] = decision
    return Decided(found, tuple(undecided))


def _by_rules(rules: Sequence[FileRule], file: FileFact) -> str | None:
    fitting = [rule.decision for rule in rules if any(rule.fits(path) for path in file.paths)]
    return fitting[-1] if fitting else None


def of_whole(whole: str | None) -> str | None:
    """Return what becomes of each file of a shoot of which only the whole was decided; None where nothing was."""
    # Taken off the list alone, or refused as a whole: the files stay.
    return {"delete": "delete", "unlist": "keep", "refuse": "refuse", "restrict": "restrict"}.get(whole or "")


def faults_of(rule: FileRule) -> tuple[str, ...]:
    """Return what is wrong with a rule; empty where nothing is."""
    faults = []
    if rule.decision not in FILE_DECISIONS:
        faults.append(f"a file is decided by one of {', '.join(FILE_DECISIONS)}")
    if not rule.pattern.strip():
        faults.append("it names no file")
    if rule.decision in ("refuse", "restrict") and not rule.reason.strip():
        faults.append("where a file stays against the person's wish, a reason is needed")
    return tuple(faults)
