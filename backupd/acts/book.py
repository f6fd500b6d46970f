"""What is written down of acts, and in which order: the ledger first, on disk, then the index."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection

from adapters.base import Store
from adapters.records import Receipt
from backupd.policy.proofs import Proof
from backupd.settings.values import Duration
from index.acts import Act, ActState, finish, intend
from index.copies import record_removed
from index.engine import Index
from index.erased import MOST_IN_ENTRY
from index.folders import forget_marks_of
from index.ledger import Ledger
from index.ledger_line import Draft
from index.meant import copies_at
from index.plans import Plan

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an act ended. `rule` where it was refused; `answer` is what the store said when it was asked again."""

    act: Act
    state: ActState
    store: Store
    receipt: Receipt | None = None
    problem: str | None = None
    rule: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)


class Book:
    """Writes for one run of one plan."""

    def __init__(
        self,
        index: Index,
        ledger: Ledger,
        plan: Plan,
        by: str,
        now: Callable[[], datetime],
        zone: tzinfo,
        trash_for: Duration,
    ) -> None:
        self._index, self._ledger, self._plan, self._by = index, ledger, plan, by
        self._now, self._zone, self._trash_for = now, zone, trash_for

    def intend(self, conn: Connection, going: Sequence[tuple[Act, Proof]]) -> None:
        """Record that these are about to go. When this returns the ledger's part is on disk. Raises LedgerFailure."""
        at = int(self._now().timestamp())
        for rule, some in _alike(going, lambda each: each[1].rule):
            entry = self._append("intent", [act for act, _ in some], rule, {"act": some[0][0].act})
            for act, proof in some:
                intend(conn, act.id, at, entry, proof_as_values(proof))

    def intend_undo(self, acts: Sequence[Act]) -> None:
        """Record in the ledger that these are about to be brought back. Raises LedgerFailure."""
        for start in range(0, len(acts), MOST_IN_ENTRY):
            self._append("intent", acts[start : start + MOST_IN_ENTRY], self._plan.kind, {"act": "undo"})

    def refuse(self, conn: Connection, refused: Sequence[tuple[Act, str, str]]) -> None:
        """Record that these stay, by which rule and why. One that was intended before is over as well."""
        at = int(self._now().timestamp())
        for rule, some in _alike(refused, lambda each: each[1]):
            entry = self._append("refusal", [act for act, _, _ in some], rule, {"act": some[0][0].act})
            for act, _, why in some:
                finish(conn, act.id, "refused", at, entry=entry, problem=f"{rule}: {why}")

    def end(self, ended: Sequence[Ended]) -> None:
        """Record how acts ended, in a transaction of its own. Raises IndexFailure, LedgerFailure: they stay intended."""
        if not ended:
            return
        at = int(self._now().timestamp())
        with self._index.write() as conn:
            for state, some in _alike(ended, lambda each: each.state):
                words = {"act": some[0].act.act, "result": state}
                entry = self._append("outcome", [each.act for each in some], some[0].rule or self._plan.kind, words)
                for each in some:
                    self._finish(conn, each, at, entry)
            self._forget_copies(conn, [each.act for each in ended if each.state == "done"], at)
            back = [each.act for each in ended if each.state == "undone"]
            for store_id in {act.store_id for act in back}:
                # A folder that looks as it did before is looked into all the same by the next scan.
                parents = {act.path.rpartition("/")[0] for act in back if act.path and act.store_id == store_id}
                forget_marks_of(conn, store_id, parents)
        counts = {state: len(some) for state, some in _alike(ended, lambda each: each.state)}
        logger.info("ended acts plan=%s %s", self._plan.uid, " ".join(f"{key}={value}" for key, value in counts.items()))

    def _finish(self, conn: Connection, each: Ended, at: int, entry: int) -> None:
        proof = (each.act.proof or {}) | {"answer": dict(each.answer)}
        until = self._recoverable_until(each) if each.state == "done" else None
        finish(
            conn, each.act.id, each.state, at, entry=entry, proof=proof, problem=each.problem, recoverable_until=until
        )

    def _recoverable_until(self, each: Ended) -> str | None:
        """Return the last day on which what was removed can be brought back, "9999-12-31" for without end, or None."""
        today = self._now().astimezone(self._zone).date()
        if each.act.act == "delete" and hasattr(each.store, "trashed_as"):
            return self._trash_for.after(today).isoformat()
        if each.receipt is None:
            days = each.store.capabilities.recoverable_days
            return (today + timedelta(days=days)).isoformat() if days else None
        until = each.receipt.recoverable_until
        if isinstance(until, datetime):
            return until.astimezone(self._zone).date().isoformat()
        return date.max.isoformat() if until == "forever" else None

    def _forget_copies(self, conn: Connection, gone: Sequence[Act], at: int) -> None:
        """Record that what went is no longer there, so that nothing relies on it before the next scan."""
        by_store: dict[int, list[str]] = {}
        for act in gone:
            if act.path is not None:
                by_store.setdefault(act.store_id, []).append(act.path)
        for store_id, paths in by_store.items():
            known = copies_at(conn, store_id, paths)
            meant = {act.path: act for act in gone if act.store_id == store_id}
            record_removed(conn, [copy.id for path, copy in known.items() if _is_same(copy.identity, meant[path])], at)

    def _append(self, kind: str, acts: Sequence[Act], rule: str, words: Mapping[str, str]) -> int:
        contents = tuple(hashed.hex() for act in acts if (hashed := act.sha256 or act.dropbox_hash) is not None)
        numbers = {
            "store": acts[0].store_id,
            "first": acts[0].number,
            "last": acts[-1].number,
            "files": len(acts),
            "bytes": sum(act.size or 0 for act in acts),
        }
        at = int(self._now().timestamp())
        told = {"plan": self._plan.uid, **words}
        draft = Draft(kind, at, self._by, contents=contents, numbers=numbers, words=told, rule=rule)
        return self._ledger.append(draft).sequence


def proof_as_values(proof: Proof) -> dict[str, Any]:
    """Return a proof as it is stored with its act: plain values, no names of people."""
    return {
        "action": proof.action,
        "cell": proof.cell.value,
        "rule": proof.rule,
        "reasons": list(proof.reasons),
        "rows": list(proof.rows),
        "holds": list(proof.holds),
        "meant": {"copy": proof.meant.copy, "content": proof.meant.content, "version": proof.meant.version},
        "witnesses": [
            {"copy": each.copy, "store": each.store, "known_by": each.known_by.value, "known_on": each.known_on.isoformat()}
            for each in proof.witnesses
        ],
        "policy": proof.policy_digest,
        "made_at": proof.made_at.isoformat(timespec="seconds"),
        "expires_at": proof.expires_at.isoformat(timespec="seconds"),
        "approved_by": proof.approved_by,
    }


def _is_same(identity: str | None, act: Act) -> bool:
    return act.identity is None or identity is None or identity == act.identity


def _alike(rows: Iterable[Any], key: Callable[[Any], str]) -> Iterator[tuple[str, list[Any]]]:
    """Give rows of one key together, as many as an entry of the ledger has room for, in the order of the first of each."""
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    for name, some in groups.items():
        for start in range(0, len(some), MOST_IN_ENTRY):
            yield name, some[start : start + MOST_IN_ENTRY]
