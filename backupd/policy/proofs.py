"""The proof that a deletion was right when it was planned, and whether it still is just before it is done. Pure.

A proof ends soon and names all that it rests on: the rule, the holds that were looked at, and which other copies were
known to be good, how and since when. Anything that is worse now than the proof says breaks it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backupd.policy.copies import CopyFact, CopyRules, KnownBy, good_copies, is_good
from backupd.policy.deletion import Verdict, decide
from backupd.policy.facts import Facts, Known
from backupd.policy.table import Action, Cell

VALID_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Meant:
    """The very content that is meant: a copy in a store, with the mark (`version`) that it was last seen with."""

    copy: int
    store: str
    content: int
    version: str


@dataclass(frozen=True, slots=True)
class Witness:
    """Another copy that was known to be good."""

    copy: int
    store: str
    known_by: KnownBy
    known_on: date


@dataclass(frozen=True, slots=True)
class Proof:
    """Why this copy may go. `holds` are the ids of all holds in force that cover it; for space pruning there are none.

    `approved_by` is the named person where the table asks for one. `policy_digest` is the configuration and the table
    that decided.
    """

    action: Action
    meant: Meant
    cell: Cell
    rule: str
    reasons: tuple[str, ...]
    rows: tuple[str, ...]
    holds: tuple[str, ...]
    witnesses: tuple[Witness, ...]
    policy_digest: str
    made_at: datetime
    expires_at: datetime
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand at one moment. `there` is what lies at the place now, None where nothing or not known.

    `copies` are all copies of the content, the meant one too; `now` is aware, `today` its day in the studio's zone.
    """

    now: datetime
    today: date
    facts: Facts
    holds: tuple[str, ...]
    there: Meant | None
    copies: tuple[CopyFact, ...]
    policy_digest: str


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """Whether a proof still holds; `broken` says in words what does not, empty where it does."""

    holds: bool
    broken: tuple[str, ...]


def prove(
    action: Action,
    meant: Meant,
    standing: Standing,
    rules: CopyRules,
    approved_by: str | None = None,
    valid_for: timedelta = VALID_FOR,
) -> Proof | Verdict:
    """Return the proof that the copy may go, or the verdict that refuses it."""
    verdict = decide(action, standing.facts)
    if not (verdict.is_allowed or (verdict.needs_person and approved_by)):
        return verdict
    return Proof(
        action,
        meant,
        verdict.cell,
        verdict.rule,
        verdict.reasons,
        verdict.rows,
        tuple(sorted(standing.holds)),
        _witnesses(meant, standing.copies, rules, standing.today),
        standing.policy_digest,
        standing.now,
        standing.now + valid_for,
        approved_by,
    )


def _witnesses(meant: Meant, copies: Iterable[CopyFact], rules: CopyRules, today: date) -> tuple[Witness, ...]:
    others = [copy for copy in copies if copy.id != meant.copy and copy.store != meant.store]
    return tuple(
        Witness(copy.id, copy.store, copy.known_by, copy.known_on)
        for copy in good_copies(others, rules, today)
        if copy.known_on is not None
    )


def proof_still_holds(proof: Proof, standing: Standing, rules: CopyRules) -> ProofCheck:
    """Return whether all that the proof rests on is still so."""
    broken = [
        *_by_time(proof, standing),
        *_by_place(proof, standing),
        *_by_rule(proof, standing),
        *_by_copies(proof, standing, rules),
    ]
    return ProofCheck(not broken, tuple(broken))


def _by_time(proof: Proof, standing: Standing) -> list[str]:
    if standing.now < proof.made_at:
        return ["the clock stands before the proof was made"]
    return ["the proof has expired"] if standing.now >= proof.expires_at else []


def _by_place(proof: Proof, standing: Standing) -> list[str]:
    if standing.there is None:
        return ["it is not known what lies there now"]
    return [] if standing.there == proof.meant else ["something else lies there now"]


def _by_rule(proof: Proof, standing: Standing) -> list[str]:
    broken = []
    if standing.policy_digest != proof.policy_digest:
        broken.append("the configuration or the rules have changed")
    added = sorted(set(standing.holds) - set(proof.holds))
    if added:
        broken.append(f"new holds: {', '.join(added)}")
    verdict = decide(proof.action, standing.facts)
    if verdict.cell.strictness > proof.cell.strictness:
        broken.append(f"a stricter rule decides now: {verdict.rule}")
    elif not (verdict.is_allowed or (verdict.needs_person and proof.approved_by)):
        broken.append(f"it is refused now: {verdict.rule}")
    elif verdict.needs_person and verdict.rule != proof.rule:
        broken.append(f"it was approved for {proof.rule}, and {verdict.rule} decides now")
    return broken


def _by_copies(proof: Proof, standing: Standing, rules: CopyRules) -> list[str]:
    now = {copy.id: copy for copy in standing.copies}
    broken = []
    for witness in proof.witnesses:
        copy = now.get(witness.copy)
        if copy is None or is_good(copy, rules, standing.today) is not Known.YES:
            broken.append(f"copy {witness.copy} in {witness.store} is no longer known to be good")
        elif copy.known_on is not None and copy.known_on < witness.known_on:
            broken.append(f"what is known of copy {witness.copy} is older than it was")
    return broken
