"""What a clean-up would remove, and why it stops. Pure: shoots with their files in columns in, a plan out.

Oldest first, past the minimum only, until so much is free as the studio wants and not a family further. Files that
belong together go together; a catalogue, a list or a sidecar without its picture goes only with the last of its shoot.
Where nothing more may go the plan says so and stops: it never borrows from what is protected.

Files are columns of numbers, not objects: a studio has millions of them. The same facts give the same plan, in whatever
order the shoots come.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Protocol

from backupd.policy.deletion import Verdict, decide
from backupd.policy.facts import Facts, Intact, Known
from backupd.policy.families import Role, family_of, role_of
from backupd.settings.values import UNLIMITED, Unlimited


@dataclass(frozen=True, slots=True)
class ShootLine:
    """One shoot on the store that is to be freed. `since`, the last day of its protection, orders, then its own last day:
    all that an archive held when it was first indexed is protected until one day. Its files are the rows `start` to `stop`
    (not included) of the columns."""

    id: int
    since: date | None
    facts: Facts
    start: int
    stop: int
    last_day: date | None = None


class Aged(Protocol):
    """What is ordered by its age."""

    @property
    def id(self) -> int:
        """The shoot."""

    @property
    def since(self) -> date | None:
        """The last day of its protection."""

    @property
    def last_day(self) -> date | None:
        """Its own last day."""


def by_age(shoot: Aged) -> tuple[date, date, int]:
    """Return what shoots are sorted by, the oldest first; those of which no day is known come last."""
    return shoot.since or date.max, shoot.last_day or date.max, shoot.id


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The files of all shoots, shoot by shoot. `families` are numbers within the shoot, `roles` of `families.Role`,
    `spare` is 1 where the copy is a spare replica (`copies.decide_spare`)."""

    copies: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("q"))
    families: array[int] = field(default_factory=lambda: array("l"))
    roles: bytearray = field(default_factory=bytearray)
    spare: bytearray = field(default_factory=bytearray)

    def add_shoot(self, files: Iterable[tuple[int, int, str, bool]]) -> tuple[int, int]:
        """Append a shoot's files (copy's id, size, path within the shoot, whether it is spare); return their rows."""
        start = len(self.copies)
        numbers: dict[str, int] = {}
        for copy, size, path, spare in files:
            self.copies.append(copy)
            self.sizes.append(size)
            self.families.append(numbers.setdefault(family_of(path), len(numbers)))
            self.roles.append(role_of(path))
            self.spare.append(spare)
        return start, len(self.copies)


@dataclass(frozen=True, slots=True)
class PruneLimits:
    """How much is free and wanted, and what one run may take. With `evict`, spare replicas go first, those of protected
    shoots too; with `rebuildable_first`, previews, caches and proxies of what may go anyway go before its pictures."""

    free_bytes: int
    low_bytes: int
    high_bytes: int
    most_files: int | Unlimited = UNLIMITED
    most_bytes: int | Unlimited = UNLIMITED
    rebuildable_first: bool = False
    evict: bool = False


class Stopped(Enum):
    """Why a plan goes no further."""

    NOT_DUE = "there is room enough"
    HIGH_MARK = "enough is free afterwards"
    RUN_LIMIT = "one run may take no more"
    NOTHING_LEFT = "nothing more may go"


@dataclass(frozen=True, slots=True)
class Refused:
    """A shoot that stays, and why."""

    shoot: int
    rule: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Rows `start` to `stop` (not included) of the plan's acts: one shoot's, by one rule."""

    shoot: int
    start: int
    stop: int
    rule: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One copy to remove."""

    copy: int
    shoot: int
    size: int
    rule: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go, in order: `copies` and `sizes` in columns, `runs` say whose and why. `wanted` is how many bytes had
    to be freed. Where `stopped` is NOTHING_LEFT or RUN_LIMIT, `freed` is less than that."""

    copies: array[int]
    sizes: array[int]
    runs: tuple[Run, ...]
    refused: tuple[Refused, ...]
    wanted: int
    freed: int
    stopped: Stopped

    def acts(self) -> Iterator[Act]:
        """Give the acts one by one, in order."""
        for run in self.runs:
            for row in range(run.start, run.stop):
                yield Act(self.copies[row], run.shoot, self.sizes[row], run.rule, run.reasons)


def plan_prune(shoots: Sequence[ShootLine], files: FileColumns, limits: PruneLimits) -> Plan:
    """Return what to remove from one store now."""
    if limits.free_bytes >= limits.low_bytes:
        return Plan(array("q"), array("q"), (), (), 0, 0, Stopped.NOT_DUE)
    making = _Making(files, limits)
    ordered = sorted(shoots, key=by_age)
    allowed, refused = _sort_out(ordered)
    if limits.evict:
        making.evict(ordered)
    if limits.rebuildable_first:
        making.rebuildable(allowed)
    making.whole(allowed)
    return making.plan([*refused, *making.too_large])


def _sort_out(ordered: Sequence[ShootLine]) -> tuple[list[tuple[ShootLine, Verdict]], list[Refused]]:
    allowed: list[tuple[ShootLine, Verdict]] = []
    refused: list[Refused] = []
    for line in ordered:
        verdict = decide("prune", line.facts)
        if line.since is None:
            why = verdict.reasons if not verdict.is_allowed else ("no day says since when it may go",)
            refused.append(Refused(line.id, verdict.rule if not verdict.is_allowed else "date_unknown", why))
        elif verdict.is_allowed:
            allowed.append((line, verdict))
        else:
            refused.append(Refused(line.id, verdict.rule, verdict.reasons))
    return allowed, refused


class _Making:
    """A plan while it is made. It stops for good with the first family that is not needed or not permitted any more."""

    def __init__(self, files: FileColumns, limits: PruneLimits) -> None:
        self.files, self.limits = files, limits
        self.wanted = limits.high_bytes - limits.free_bytes
        self.freed = 0
        self.rows = array("q")
        self.runs: list[Run] = []
        self.taken: set[int] = set()
        self.too_large: list[Refused] = []
        self.stopped: Stopped | None = Stopped.HIGH_MARK if self.wanted <= 0 else None

    def evict(self, ordered: Sequence[ShootLine]) -> None:
        """Take spare replicas: families all of whose files are spare."""
        for line in ordered:
            if self.stopped:
                return
            if self.files.spare.find(1, line.start, line.stop) < 0:
                continue
            # Whoever marked it spare has counted the copies of this very file.
            verdict = decide("prune", replace(line.facts, spare_replica=Known.YES, intact=Intact.MORE))
            if verdict.is_allowed:
                groups, rest = self._groups(line)
                spare = [group for group in groups if self._all_spare(group)]
                whole = len(spare) == len(groups) and self._all_spare(rest)
                self._take(line, verdict, spare, rest if whole else [])

    def rebuildable(self, allowed: Iterable[tuple[ShootLine, Verdict]]) -> None:
        """Take what was made from other files, of shoots that may go."""
        for line, verdict in allowed:
            if self.stopped:
                return
            if self.files.roles.find(Role.REBUILDABLE, line.start, line.stop) >= 0:
                groups, _ = self._groups(line)
                self._take(line, verdict, [g for g in groups if self.files.roles[g[0]] == Role.REBUILDABLE], [])

    def whole(self, allowed: Iterable[tuple[ShootLine, Verdict]]) -> None:
        """Take shoots, family by family."""
        for line, verdict in allowed:
            if self.stopped:
                return
            self._take(line, verdict, *self._groups(line))

    def plan(self, refused: Iterable[Refused]) -> Plan:
        """Return what has become of it."""
        sizes = array("q", (self.files.sizes[row] for row in self.rows))
        copies = array("q", (self.files.copies[row] for row in self.rows))
        stopped = self.stopped or (Stopped.HIGH_MARK if self.freed >= self.wanted else Stopped.NOTHING_LEFT)
        return Plan(copies, sizes, tuple(self.runs), tuple(refused), self.wanted, self.freed, stopped)

    def _all_spare(self, rows: list[int]) -> bool:
        return all(self.files.spare[row] for row in rows)

    def _groups(self, line: ShootLine) -> tuple[list[list[int]], list[int]]:
        """The shoot's families in their order; and as one, what goes last: catalogues, lists, sidecars without a picture."""
        families: dict[int, list[int]] = {}
        numbers = self.files.families
        for row in range(line.start, line.stop):
            if row not in self.taken:
                families.setdefault(numbers[row], []).append(row)
        roles = self.files.roles
        groups: list[list[int]] = []
        rest: list[int] = []
        for rows in families.values():
            found = {roles[row] for row in rows}
            if Role.CATALOGUE in found or not found & {Role.MEDIA, Role.REBUILDABLE}:
                rest += rows
            else:
                groups.append(rows)
        return groups, rest

    def _take(self, line: ShootLine, verdict: Verdict, groups: Iterable[list[int]], rest: list[int]) -> None:
        start = len(self.rows)
        left_behind = False
        for rows in groups:
            left_behind = not self._take_group(rows) or left_behind
        if rest and not left_behind:
            left_behind = not self._take_group(rest)
        if left_behind and not self.stopped:
            why = "files that belong together are more than one run may take"
            self.too_large.append(Refused(line.id, "run_limit", (why,)))
        if len(self.rows) > start:
            self.runs.append(Run(line.id, start, len(self.rows), verdict.rule, verdict.reasons))

    def _take_group(self, rows: list[int]) -> bool:
        """Take files that belong together, or say that they stay."""
        size = sum(self.files.sizes[row] for row in rows)
        if self.stopped is None and self.freed >= self.wanted:
            self.stopped = Stopped.HIGH_MARK
        # Alone more than a whole run: stopping at it would block every run to come.
        too_large = self._exceeds(len(rows), size)
        if self.stopped is None and not too_large and self._exceeds(len(self.rows) + len(rows), self.freed + size):
            self.stopped = Stopped.RUN_LIMIT
        if self.stopped or too_large:
            return False
        self.rows.extend(rows)
        self.taken.update(rows)
        self.freed += size
        return True

    def _exceeds(self, files: int, size: int) -> bool:
        most_files, most_bytes = self.limits.most_files, self.limits.most_bytes
        return (not isinstance(most_files, Unlimited) and files > most_files) or (
            not isinstance(most_bytes, Unlimited) and size > most_bytes
        )
