"""What the steps of a case are made of: scope, holds, plan, and what the guards of a run must be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from backupd.policy.cases import Asking, RequestState, repeated_by
from backupd.policy.facts import Known
from backupd.requests.base import Kind, find_kinds
from backupd.requests.case import StepRefused, Told, counts, take_step
from backupd.requests.deciding import FILE_DECISIONS, FileRule, faults_of
from backupd.requests.holding import hold_touched
from backupd.requests.judge import Asker, stopping_holds
from backupd.requests.lists import edits_of, problems_of
from backupd.requests.matching import Known as KnownPerson
from backupd.requests.planning import Ground, Kept, Planned, people_in, plan_erasure
from backupd.requests.running import Outcome
from backupd.requests.scope import Scoped, find_scope
from backupd.staff import Actor, NotAllowed
from backupd.uncollected import uncollected
from index import placements, plans, requests
from index.engine import Index
from index.ledger import Ledger
from index.requests import Item, Request

if TYPE_CHECKING:
    from adapters.base import Store
    from backupd.settings.models import Settings

MANUAL = ("placement", "recipient", "place", "name", "left", "task")
"""Kinds of items that a person settles by hand, and ticks off by name."""

_PLANNING = frozenset(("received", "acknowledged", "id_check", "verified", "scoped", "part_refused", "waiting_hold"))


class Unfit(Exception):
    """What was asked does not fit the case. `wrong` is a clause, `mend` what to do instead."""

    def __init__(self, wrong: str, mend: str = "") -> None:
        super().__init__(wrong, mend)
        self.wrong = wrong
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Opening:
    """What a case is opened with."""

    kind: str
    subject: str
    received_on: date
    channel: str
    language: str
    email: str | None = None
    phone: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Workplace:
    """Where cases are worked on: by whom, with which index, ledger and settings, and what time it is."""

    index: Index
    ledger: Ledger
    settings: Settings
    actor: Actor
    today: date
    now: Callable[[], datetime]

    @property
    def at(self) -> int:
        """This instant, in seconds."""
        return int(self.now().timestamp())

    def get(self, uid: str) -> Request:
        """Return a case by its name, or by what begins just one. Raises Unfit."""
        with self.index.read() as conn:
            one = requests.get(conn, uid)
            if one is not None:
                return one
            found = requests.like(conn, uid) if uid else []
        if len(found) != 1:
            wrong = f"{uid} begins several requests" if found else f"there is no request {uid}"
            raise Unfit(wrong, "see them with: backupd request list")
        return found[0]

    def kind_of(self, one: Request) -> Kind:
        """Return what kind a case is of."""
        return find_kinds()[one.kind]

    def _fitting(self, opening: Opening) -> Kind:
        kind = find_kinds().get(opening.kind)
        if kind is None:
            raise Unfit(f"there is no kind of request {opening.kind!r}", f"say one of {', '.join(sorted(find_kinds()))}")
        if not self.ledger.key.hashes(name=opening.subject):
            raise Unfit("it is not said who asks", "say --subject NAME")
        if opening.received_on > self.today:
            raise Unfit("it cannot have arrived on a day that is yet to come", "say --received with the day it arrived")
        for detail in kind.details:
            value = opening.details.get(detail.name, "")
            if detail.needed and not value.strip():
                raise Unfit(f"{kind.heading} needs --{detail.name.replace('_', '-')}", detail.help)
            if value and detail.choices and value not in detail.choices:
                raise Unfit(f"{value!r} does not fit --{detail.name}", f"say one of {', '.join(detail.choices)}")
        return kind

    def _scoped(self, conn: Connection, one: Request, kind: Kind) -> Scoped:
        """Look for all that may concern the person, and write it down with what becomes of it by itself."""
        asks = KnownPerson(one.subject or "", one.email, one.phone)
        known = requests.items_of(conn, one.uid)
        said = {each.key: each.chosen for each in known if each.chosen is not None}
        scoped = find_scope(
            conn, self.ledger.key, asks, one.persons, self.settings.requests, places=kind.deletes, said=said
        )
        items = []
        for each in kind.shape(conn, one, scoped.items) if kind.shape else scoped.items:
            decision = each.decision or kind.decide(each)
            if decision != "skip":
                items.append(Item(each.key, each.kind, each.subject, each.why, each.certain, each.shoot, None, decision,
                                  each.details))  # fmt: skip
        requests.put_items(conn, one.uid, items)
        return scoped

    def _hold(self, conn: Connection, one: Request, kind: Kind) -> None:
        """Hold what the case may touch: what is certain, and what is likely until a person has said no."""
        touched = {
            each.shoot: each.details["hash"]
            for each in requests.items_of(conn, one.uid)
            if each.kind == "shoot" and each.shoot is not None and counts(each)
        }
        hold_touched(conn, self.ledger, one, kind, touched, self.at, self.actor.by)

    def _original(self, conn: Connection, one: Request) -> str | None:
        def asking(each: Request) -> Asking:
            received = date.fromisoformat(each.received_on)
            return Asking(_number(each.uid), each.person, each.kind, frozenset(), received, RequestState(each.state))

        others = {each.uid: asking(each) for each in requests.of_persons(conn, [one.person]) if each.uid != one.uid}
        found = repeated_by(asking(one), tuple(others.values()))
        return None if found is None else next(uid for uid, each in others.items() if each is found)

    def _still_planning(self, one: Request) -> None:
        if one.state not in _PLANNING:
            raise Unfit(f"the request is {one.state}", "plan it anew first: backupd request plan")

    def _decide_files(self, conn: Connection, one: Request, found: Item, rule: FileRule) -> None:
        kind = self.kind_of(one)
        if kind.files and found.kind == "shoot" and rule.pattern.strip() and rule.decision == kind.files:
            # What the person asks for needs no reason.
            faults: tuple[str, ...] = ()
        elif not kind.deletes:
            said = f"of a shoot's files it can only be said which to {kind.files}"
            faults = (said if kind.files else "files are not named in such a case",)
        else:
            faults = faults_of(rule)
        if found.kind != "shoot" or faults:
            why = "; ".join(faults) or "only a shoot has files"
            mend = f"say one of {', '.join(FILE_DECISIONS)}, and --reason where files stay" if kind.deletes else ""
            raise Unfit(why, mend)
        rules = [*found.details.get("rules", []), [rule.decision, rule.pattern, rule.reason]]
        requests.change_item(conn, one.uid, found.number, details=found.details | {"rules": rules})

    def _leave_by_hand(self, one: Request, stores: Mapping[str, Store]) -> None:
        """Find out which lists backupd cannot write anew, and leave them to a person."""
        with self.index.read() as conn:
            items = requests.items_of(conn, one.uid)
        problems = problems_of(edits_of(items), stores)
        with self.index.write() as conn:
            for each in items:
                why = problems.get((each.details.get("store", ""), each.details.get("path", "")))
                if each.kind == "row" and each.decision in ("unlist", "correct") and why is not None:
                    details = each.details | {"by_hand": why}
                    requests.change_item(conn, one.uid, each.number, decision="by_hand", details=details)

    def _look(self, conn: Connection, one: Request, kind: Kind) -> Planned:
        """Return the plan as it would be now; an empty one where the kind removes nothing."""
        if kind.plan is not None:
            return kind.plan(conn, requests.items_of(conn, one.uid))
        if not kind.deletes:
            return Planned()
        ground = Ground(conn, self.ledger, self.ledger.key, Asker(one.uid, frozenset(one.persons)), self.now())
        return plan_erasure(ground, requests.items_of(conn, one.uid))

    def _planned(self, conn: Connection, one: Request, kind: Kind) -> Planned:
        """Make the plan and write it, in place of the one before."""
        with uncollected():
            return self._planned_anew(conn, one, kind)

    def _planned_anew(self, conn: Connection, one: Request, kind: Kind) -> Planned:
        planned = self._look(conn, one, kind)
        before = plans.get_plan(conn, one.plan) if one.plan else None
        if before is not None and before.state == "made" and before.digest == plans.digest_of(planned.acts):
            return planned
        if before is not None:
            plans.move_plan(conn, before.uid, "dropped", self.at)
        values: dict[str, Any] = {"approved_digest": None, "approved_by": None, "approved_at": None}
        if kind.deletes or planned.acts:
            count = len(plans.plans_of_request(conn, one.uid))
            made = plans.add_plan(
                conn, f"{one.uid}-p{count + 1}", "erasure", planned.acts, self.at, self.actor.by, request=one.uid
            )
            values["plan"] = made.uid
        requests.change(conn, one.uid, **values, details=one.details | {"planned": self.today.isoformat()})
        return planned

    def _nothing_open(self, conn: Connection, one: Request, planned: Planned, reason: str) -> None:
        """Refuse to approve while a person has not said all that they must."""
        items = requests.items_of(conn, one.uid)
        against = [f"item {each.number} may be this person's: include or exclude it" for each in items
                   if each.is_open_question]  # fmt: skip
        against += [f"item {each.item}: {each.why}" for each in planned.undecided]
        against += [
            f"item {each.number} is not decided" for each in items
            if each.is_in and each.decision is None and each.state == "open"
            and not (each.kind == "shoot" and each.details.get("rules"))
        ]  # fmt: skip
        ended = {each.number for each in items if each.state == "refused"}
        against += [
            f"item {each.item} stays by the rule {each.rule}: tell the person why (backupd request refuse --item)"
            for each in planned.refused if each.item not in ended
        ]  # fmt: skip
        if planned.needs_reason and not reason.strip():
            rules = ", ".join(sorted({each.rule for each in planned.needs_reason}))
            against.append(f"{rules} asks for your reason in writing: say --reason")
        if against:
            raise StepRefused(one.uid, "approve", tuple(dict.fromkeys(against)))

    def may_approve(self) -> None:
        """What four eyes must see is approved by an owner, where [staff] names one. Raises NotAllowed."""
        has_owner = any(each.role == "owner" for each in self.settings.staff.values())
        if has_owner and self.actor.role != "owner":
            why = f"this is for an owner, and {self.actor.account} is named as {self.actor.role}"
            raise NotAllowed("staff_role", why, "have an owner do it")

    def _told_of_run(self, conn: Connection, one: Request) -> Told:
        items = requests.items_of(conn, one.uid)
        asker = Asker(one.uid, frozenset(one.persons))
        going = [each for each in items if each.kind == "shoot" and each.is_in and each.state == "open"
                 and (each.decision == "delete" or each.details.get("rules"))]  # fmt: skip
        people = people_in(conn, self.ledger.key, [each.shoot for each in going if each.shoot is not None])
        stopping = stopping_holds(conn, asker, {each.details.get("hash", "") for each in going}, people) if going else []
        others = [each for each in stopping if each.kind == "legal"
                  or (each.kind in ("restriction", "objection") and each.person not in asker.persons)]  # fmt: skip
        return Told(
            executor=self.actor.by, staff=len(self.settings.staff), held_by_others=Known.YES if others else Known.NO
        )

    def _after_run(self, uid: str, outcome: Outcome) -> Request:
        with self.index.write() as conn:
            one = requests.get(conn, uid)
            assert one is not None
            if not outcome.settled:
                return self._step(conn, one, "fail")
            one = self._step(conn, one, "finish")
            told = Told(steps_settled=Known.YES, live_copies=outcome.live_copies, ledger_written=Known.YES,
                        index_cleared=outcome.index_cleared)  # fmt: skip
            try:
                one = self._step(conn, one, "check", told)
            except StepRefused:
                return one
            requests.change(conn, uid, checked_at=self.at)
            return self._again(conn, one)

    def _write(self, uid: str, step: Callable[[Connection, Request], Request], **values: Any) -> Request:
        found = self.get(uid)
        with self.index.write() as conn:
            one = self._again(conn, found)
            if values:
                requests.change(conn, one.uid, **values)
                one = self._again(conn, one)
            return step(conn, one)

    def _step(self, conn: Connection, one: Request, event: str, told: Told | None = None) -> Request:
        return take_step(conn, self.ledger, one, self.kind_of(one), event, told or Told(), self.at, self.actor.by)

    def _again(self, conn: Connection, one: Request) -> Request:
        found = requests.get(conn, one.uid)
        assert found is not None
        return found

    def _to_id_check(self, conn: Connection, one: Request) -> Request:
        if one.state == RequestState.RECEIVED.value:
            one = self._step(conn, one, "acknowledge")
        if one.state in (RequestState.ACKNOWLEDGED.value, RequestState.UNIDENTIFIABLE.value):
            one = self._step(conn, one, "check_identity")
        return one


def is_manual(one: Item) -> bool:
    """Whether an item is done by hand and ticked off."""
    return one.kind in MANUAL or one.decision == "by_hand"


def follow_tick(conn: Connection, one: Item, at: int, by: str) -> None:
    """Record elsewhere too what was ticked off."""
    if one.kind == "placement" and "placement" in one.details:
        placements.remove(conn, int(one.details["placement"]), at, by)
    if one.kind == "recipient" and "disclosure" in one.details:
        from index import disclosures

        disclosures.tell(conn, int(one.details["disclosure"]), at)


def _number(uid: str) -> int:
    return int.from_bytes(uid.encode(), "big")


__all__ = ["Kept", "Opening", "Unfit", "Workplace", "follow_tick", "is_manual"]
