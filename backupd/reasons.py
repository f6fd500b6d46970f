"""Why a shoot or a file is kept, may go or may be shown: the whole chain of rules and facts, in words.

Names of people are in the answer, since a person asked for it; nothing of it goes to a log.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backupd.clock import instant
from backupd.lookups import Answer, hold_answer, retention_answer
from backupd.permissions import CHANNELS, Cast, apart, ask, showing_facts
from backupd.policy.deletion import Verdict, decide
from backupd.policy.facts import Consented, Known, Recipient
from backupd.policy.showing import Blocker, MayShow
from backupd.policy.table import ACTIONS
from backupd.retaining import Basis
from backupd.situation import Situation
from index.records import FileCopies


def why(found: Situation, basis: Basis) -> Answer:
    """Return the chain as plain values: keeping, holds, copies, one verdict for each action, consents."""
    return {
        "shoot": found.shoot_id,
        "client": found.standing.client,
        "title": found.standing.title,
        "first_day": found.standing.first_day,
        "last_day": found.standing.last_day,
        "at": basis.today.isoformat(),
        "retention": retention_answer(found.verdict) | {"reasons": list(found.verdict.reasons)},
        "holds": [hold_answer(one, basis.zone) for one in found.holds],
        "unattached_holds": len(found.held.unattached),
        "copies": {"files": found.good[1], "with_a_good_copy": found.good[0]},
        "actions": _actions(found, basis),
        "portfolio": [channel_answer(found, basis, channel) for channel in CHANNELS],
    }


def why_file(found: Situation, basis: Basis, file: FileCopies) -> Answer:
    """Return the chain for one file: that of its shoot, with the copies and holds of the file itself."""
    copies = [
        {
            "store": one.store,
            "path": one.path,
            "state": one.state,
            "known_by": one.known_by,
            "known_at": instant(one.known_at, basis.zone),
        }
        for one in file.copies
    ]
    sha256 = file.sha256.hex() if file.sha256 else None
    return why(found, basis) | {"file": {"path": file.path, "size": file.size, "sha256": sha256, "copies": copies}}


def _verdicts(found: Situation, basis: Basis) -> dict[str, Verdict]:
    answer = ask(found.cast, found.media, "portfolio", "web", basis.today)
    # Consent decides about showing alone, and is told by channel; whether a child is in it matters to copies as well.
    facts = replace(found.facts, recipient=Recipient.CLIENT, consent=Consented.VALID, child=answer.child,
                    withdrawn_after_publication=Known.NO)  # fmt: skip
    return {action: decide(action, facts) for action in ACTIONS if action != "portfolio"}


def _actions(found: Situation, basis: Basis) -> dict[str, dict[str, Any]]:
    said = {name: _verdict(verdict) for name, verdict in _verdicts(found, basis).items()}
    prune, (_, files) = said["prune"], found.good
    if prune["answer"] == "yes" and found.staying:
        # The table permits it; a clean-up does not take what would be the last good copy, unless it is told to.
        some = "all" if found.staying == files else f"{found.staying} of {files}"
        prune["reasons"].append(f"last_copy: {some} files stay, no other store has a copy that is known to be good")
        if found.staying == files:
            prune |= {"answer": "no", "rule": "last_copy"}
    return said


def _verdict(verdict: Verdict) -> dict[str, Any]:
    said = {"Y": "yes", "N": "no", "H": "by a named person", "C": "with consent", "–": "no"}[verdict.cell.value]
    return {"answer": said, "rule": verdict.rule, "rows": list(verdict.rows), "reasons": list(verdict.reasons)}


def channel_answer(found: Situation, basis: Basis, channel: str) -> dict[str, Any]:
    """Return how many photos and videos may be shown in a channel, and who or what stands in the way of the rest."""
    allowed = 0
    blockers: dict[tuple[str | None, str], dict[str, Any]] = {}
    rows: tuple[str, ...] = ()
    rule = "no_consent"
    # Without a file to look at, what stands in the way is told all the same.
    for group in apart(found.cast, found.media) or [frozenset()]:
        answer, verdict = shown(found, basis, group, channel)
        rows, rule = verdict.rows, verdict.rule
        if verdict.is_allowed and answer.allowed:
            allowed += len(group)
            continue
        for one in answer.blockers:
            blockers[(one.person, one.why)] = blocker_answer(found.cast, one)
        if answer.allowed:
            blockers[(None, verdict.rule)] = {"person": None, "why": "; ".join(verdict.reasons)}
    return {
        "channel": channel,
        "files_allowed": allowed,
        "files": len(found.media),
        "rule": "consented" if allowed else rule,
        "rows": list(rows),
        "blocked_by": list(blockers.values()),
    }


def shown(found: Situation, basis: Basis, contents: frozenset[int], channel: str) -> tuple[MayShow, Verdict]:
    """Return what consent and what the decision table say of showing these files in a channel."""
    answer = ask(found.cast, contents, "portfolio", channel, basis.today)
    facts = showing_facts(found.facts, found.cast, answer, contents, "portfolio", basis.today)
    return answer, decide("portfolio", facts)


def blocker_answer(cast: Cast, one: Blocker) -> dict[str, Any]:
    """Return who stands in the way, by name, and why."""
    name = cast.names.get(one.person) if one.person else None
    return {"person": name, "party": one.party.value if one.party else None, "state": one.state.value, "why": one.why}
