"""May it be deleted, exported or shown? Facts in, verdict with rules and reasons out. Pure.

Two ideas make the table safe. A row that may match, because a fact is unknown, still restricts: what is missing counts
as the stricter row. But only a row that surely matches permits: where none does, the answer is no. So knowing less
never loosens a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from backupd.policy.facts import Facts, Value, is_unknown
from backupd.policy.table import TABLE, Action, Case, Cell, Row, Split

UNRULED = "no_rule"
"""The reason code where no row permits: what nobody foresaw is not done."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `rows` are the ids of all rows that match or may match, in the table's order; `rule` is the reason
    code of the first of those that decided, `reasons` has one sentence for each of them."""

    cell: Cell
    rows: tuple[str, ...]
    rule: str
    reasons: tuple[str, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether it may be done without a person. C is only left where consent is known to be valid (D19)."""
        return self.cell in (Cell.YES, Cell.CONSENT)

    @property
    def needs_person(self) -> bool:
        """Whether a named person may do it all the same, with a written reason."""
        return self.cell is Cell.PERSON


@lru_cache(maxsize=8192)
def decide(action: Action, facts: Facts) -> Verdict:
    """Return whether the action may be done to what these facts describe."""
    return decide_by(TABLE, action, facts)


def decide_by(table: Iterable[Row], action: Action, facts: Facts) -> Verdict:
    """Return the verdict of other rows than `TABLE`'s, or of its rows in another order."""
    said: list[tuple[Row, Cell, tuple[str, ...]]] = []
    permitted = False
    for row in table:
        unknown = _unknown_in(row, facts)
        if unknown is None:
            continue
        cell = row.cell(action)
        missing = unknown
        if isinstance(cell, Split):
            cell, missing = _settle(cell, facts, unknown)
        said.append((row, cell, missing))
        permitted = permitted or (not unknown and cell is not Cell.NOTHING)
    rows = tuple(row.id for row, _, _ in said)
    strictest = max((cell for _, cell, _ in said), key=lambda cell: cell.strictness) if permitted else Cell.NO
    deciding = [(row, missing) for row, cell, missing in said if cell is strictest]
    if not deciding:
        return Verdict(Cell.NO, rows, UNRULED, ("no rule of the table permits it",))
    return Verdict(
        strictest, rows, deciding[0][0].reason, tuple(_sentence(row, action, missing) for row, missing in deciding)
    )


def _unknown_in(row: Row, facts: Facts) -> tuple[str, ...] | None:
    """Return which facts leave it open whether the row matches: () where it surely does, None where it does not."""
    open_facts: tuple[str, ...] | None = None
    for case in row.cases:
        missing = _unknown_in_case(case, facts)
        if missing == ():
            return ()
        if open_facts is None:
            open_facts = missing
        elif missing is not None:
            open_facts = (*open_facts, *missing)
    return open_facts


def _unknown_in_case(case: Case, facts: Facts) -> tuple[str, ...] | None:
    missing: tuple[str, ...] = ()
    for name, wanted in case.items():
        value: Value = getattr(facts, name)
        if value in wanted:
            continue
        if not is_unknown(value):
            return None
        missing = (*missing, name)
    return missing


def _settle(split: Split, facts: Facts, missing: tuple[str, ...]) -> tuple[Cell, tuple[str, ...]]:
    value: Value = getattr(facts, split.fact)
    if value in split.values:
        return split.then, missing
    if not is_unknown(value):
        return split.other, missing
    stricter = max(split.then, split.other, key=lambda cell: cell.strictness)
    return stricter, missing if split.fact in missing else (*missing, split.fact)


def _sentence(row: Row, action: Action, missing: tuple[str, ...]) -> str:
    note = row.notes.get(action)
    said = f"{row.id} {row.reason}: {row.situation[0].lower()}{row.situation[1:]}"
    if note:
        said += f" ({note})"
    if missing:
        said += f"; not known: {', '.join(name.replace('_', ' ') for name in missing)}, so it counts"
    return said
