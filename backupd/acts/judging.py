"""What decides anew, at the moment of removal, whether what a plan means may go. One judge for each kind of plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from backupd.acts.meaning import Sighted
from backupd.policy.copies import CopyFact, CopyRules
from backupd.policy.proofs import Standing
from backupd.policy.table import Action

Asked = Mapping[int, tuple[CopyFact, ...]]
"""Copies of what each act means, as their stores told of them just now, by the act's id."""


@dataclass(frozen=True, slots=True)
class Stays:
    """A judge's own reason to leave something alone. It can only add such; it can't let anything go."""

    rule: str
    why: str


class Judge(Protocol):
    """Gathers facts. It never decides: `policy.proofs.prove` does, by the table, and nothing goes around that.

    `approved_by` is the named person who approved the plan with a written reason, where the table asks for one.
    `rereads` says whether bytes that nobody has read for too long must be read again before they go: not for an
    erasure, which removes damaged bytes as well.
    """

    @property
    def action(self) -> Action: ...

    @property
    def rules(self) -> CopyRules: ...

    @property
    def approved_by(self) -> str | None: ...

    @property
    def rereads(self) -> bool: ...

    def ask(self, batch: Sequence[Sighted], now: datetime) -> Asked:
        """Ask other stores about other copies, as far as the rules want that. No transaction is open meanwhile."""
        ...

    def standings(
        self, conn: Connection, batch: Sequence[Sighted], asked: Asked, now: datetime
    ) -> Mapping[int, Standing | Stays]:
        """Return how things stand for each act, by its id, or why it stays. An act without an answer is refused.

        Runs within the transaction that records the intents, so that a hold put before it is seen, and one put later
        comes after them. Must not wait for any store.
        """
        ...
