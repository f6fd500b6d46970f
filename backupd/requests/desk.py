"""The steps of a case: who takes them, when, what is recorded. One method a step; each asks the table of the policy first.

Who acts is a named employee. What a step changes is in the ledger before it is in the index.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from backupd.letters.recipes import NOTICES
from backupd.policy.cases import OPEN, RequestState
from backupd.policy.deadlines import due_extended, may_extend
from backupd.policy.facts import Known
from backupd.requests.case import StepRefused, Told, counts, digest_of
from backupd.requests.deciding import FileRule
from backupd.requests.grounds import GROUNDS
from backupd.requests.holding import release_others, release_touched
from backupd.requests.mentions import blank_mentions
from backupd.requests.namelessness import forget_left
from backupd.requests.planning import Planned
from backupd.requests.renaming import FolderLeft, named_path
from backupd.requests.running import Outcome, Running
from backupd.requests.telling import lacks_of_extension, lacks_of_refusal
from backupd.requests.workplace import Opening, Unfit, Workplace, follow_tick, is_manual
from index import plans, requests
from index.applied import refuse_if_behind
from index.forgetting_cases import forget_in_other_cases
from index.ledger_line import Draft
from index.plans import digest_of as acts_digest
from index.requests import Request
from index.scrubbing import note_due, scrub_if_due

if TYPE_CHECKING:
    from adapters.base import Store


_RESUMED = ("failed_step", "executed")
"""States in which a run goes on: a step could not be done, or the last look found something that is still there."""

_ANSWERABLE = ("checked", "refused", "unidentifiable", "answered", "duplicate")
"""States in which an answer may go out."""

_REPORTED = (RequestState.CHECKED.value, RequestState.ANSWERED.value)
"""States in which the report was written, and may be written anew."""


class Desk(Workplace):
    """Every step that a case can take."""

    def open_case(self, opening: Opening) -> Request:
        """Open a case, and hold what it may touch before anything is looked into. Raises Unfit, IndexBehind."""
        kind = self._fitting(opening)
        key = self.ledger.key
        persons = key.hashes(name=opening.subject, email=opening.email, phone=opening.phone)
        one = Request(
            f"r{secrets.token_hex(5)}", kind.slug, RequestState.RECEIVED.value, opening.received_on.isoformat(),
            opening.channel, opening.language, opening.subject, opening.email, opening.phone, persons[0], persons,
            self.at, self.actor.by, dict(opening.details),
        )  # fmt: skip
        with self.index.write() as conn:
            refuse_if_behind(conn, self.ledger)
            words = {"request": one.uid, "request_kind": one.kind, "step": "open"}
            self.ledger.append(Draft("request", self.at, self.actor.by, persons, words=words, rule="request_open"))
            requests.add(conn, one)
            self._scoped(conn, one, kind)
            self._hold(conn, one, kind)
            original = self._original(conn, one)
            if original is not None:
                requests.change(conn, one.uid, original=original)
        return self.get(one.uid)

    def ask_identity(self, uid: str) -> Request:
        """Record that identification was asked for today: the second clock stands still from then on."""
        return self._write(uid, self._to_id_check, asked_on=self.today.isoformat())

    def identify(self, uid: str, method: str) -> Request:
        """Record how the person was identified, and by whom; never a document. Raises StepRefused, Unfit."""
        if not method.strip():
            raise Unfit("it is not said how", "say --method, as in: replied from the address in the register")

        def verify(conn: Connection, one: Request) -> Request:
            one = self._to_id_check(conn, one)
            values = {"identity_method": method.strip(), "identity_by": self.actor.by}
            requests.change(conn, one.uid, identified_on=self.today.isoformat(), **values)
            return self._step(conn, self._again(conn, one), "verify")

        return self._write(uid, verify)

    def unidentifiable(self, uid: str) -> Request:
        """Record that the person could not be identified although more details were asked for."""

        def fail(conn: Connection, one: Request) -> Request:
            asked = Known.YES if one.asked_on else Known.NO
            return self._step(conn, self._to_id_check(conn, one), "fail_to_identify", Told(asked_for_details=asked))

        return self._write(uid, fail)

    def choose(self, uid: str, include: Sequence[int], exclude: Sequence[int]) -> None:
        """Record which of the likely items are this person's, and which are not. Raises Unfit."""
        one = self.get(uid)
        self._still_planning(one)
        with self.index.write() as conn:
            for numbers, chosen in ((include, True), (exclude, False)):
                for number in numbers:
                    if not requests.change_item(conn, one.uid, number, chosen=chosen):
                        raise Unfit(f"the request has no item {number}", f"see: backupd request show {one.uid}")

    def decide(self, uid: str, number: int, decision: str, pattern: str = "", reason: str = "") -> None:
        """Record what becomes of an item, or of some files of a shoot. Raises Unfit."""
        one = self.get(uid)
        self._still_planning(one)
        kind = self.kind_of(one)
        with self.index.write() as conn:
            found = next((each for each in requests.items_of(conn, one.uid) if each.number == number), None)
            if found is None:
                raise Unfit(f"the request has no item {number}", f"see: backupd request show {one.uid}")
            if pattern:
                self._decide_files(conn, one, found, FileRule(decision, pattern, reason))
                return
            if decision not in kind.choices:
                raise Unfit(f"{decision!r} is nothing that can be decided here", f"say one of {', '.join(kind.choices)}")
            if decision == "refuse" and not reason.strip():
                raise Unfit("a refusal needs its reason", "say --reason")
            details = found.details | ({"reason": reason} if reason else {})
            requests.change_item(conn, one.uid, number, decision=decision, details=details)

    def name_folder(self, uid: str, number: int, name: str) -> None:
        """Record what a folder is to be called. Raises Unfit."""
        one = self.get(uid)
        self._still_planning(one)
        with self.index.write() as conn:
            found = next((each for each in requests.items_of(conn, one.uid) if each.number == number), None)
            if found is None or found.kind != "folder":
                raise Unfit(f"item {number} is no folder", f"see: backupd request show {one.uid}")
            try:
                named = named_path(found, name, one.subject or "", str(one.details.get("new_name", "")))
            except FolderLeft as why:
                raise Unfit(str(why), "say --rename N='the whole name of the folder'") from why
            told = f"{found.details['store']}: {found.details['path']} → {named}"
            details = found.details | {"named": named}
            requests.change_item(conn, one.uid, number, decision="rename", details=details, subject=told)

    def plan(self, uid: str, stores: Mapping[str, Store]) -> tuple[Request, Planned]:
        """Scope a case anew and make its plan. Raises StepRefused, Unfit."""
        one = self.get(uid)
        kind = self.kind_of(one)
        with self.index.write() as conn:
            refuse_if_behind(conn, self.ledger)
            if one.state != RequestState.SCOPED.value:
                one = self._step(conn, one, "scope")
            self._scoped(conn, one, kind)
            self._hold(conn, one, kind)
        if kind.deletes or kind.plan is not None:
            self._leave_by_hand(one, stores)
        with self.index.write() as conn:
            planned = self._planned(conn, one, kind)
            staying = {each.details.get("hash", "") for each in requests.items_of(conn, one.uid) if counts(each)}
            release_others(conn, self.ledger, one, staying, self.at, self.actor.by)
        return self.get(one.uid), planned

    def approve(self, uid: str, reason: str = "") -> Request:
        """Approve the plan as it is; what the desk may do alone needs no owner. Raises StepRefused, Unfit, NotAllowed."""
        if self.kind_of(self.get(uid)).four_eyes:
            self.may_approve()

        def approved(conn: Connection, one: Request) -> Request:
            kind = self.kind_of(one)
            planned = self._look(conn, one, kind)
            self._nothing_open(conn, one, planned, reason)
            digest = digest_of(conn, one, requests.items_of(conn, one.uid))
            if one.plan is not None:
                plan = plans.get_plan(conn, one.plan)
                if plan is None or not plans.is_as_approved(conn, plan) or acts_digest(planned.acts) != plan.digest:
                    raise StepRefused(one.uid, "approve", ("what lies in the stores has changed since: plan it anew",))
                if not plans.approve(conn, plan.uid, plan.digest, self.at, self.actor.by):
                    raise StepRefused(one.uid, "approve", (f"the plan is {plan.state}",))
            values = {"approved_by": self.actor.by, "approved_at": self.at, "approval_reason": reason.strip() or None}
            requests.change(conn, one.uid, approved_digest=digest, **values)
            told = Told(held_by_others=Known.NO)
            return self._step(conn, self._again(conn, one), "approve", told)

        return self._write(uid, approved)

    def run(
        self, uid: str, stores: Mapping[str, Store], rescan: Callable[[], Mapping[str, str]],
        progress: Callable[[int, int], None] = lambda _files, _bytes: None, to: Path | None = None,
    ) -> tuple[Request, Outcome]:
        """Carry out what was approved, or go on with it; `to` is the folder for what the person is handed.

        A report that is lost, or has become old, is made anew until the case is closed; the case stays as far as it is.
        Only the holder of the writer's turn may. Raises StepRefused, Unfit.
        """
        one = self.get(uid)
        kind = self.kind_of(one)
        if kind.reports and to is None:
            raise Unfit(f"{kind.heading} is answered with a report", "say where it is to lie: --to FOLDER")
        if to is not None and not kind.gives:
            raise Unfit(f"{kind.heading} hands nothing over", "leave out --to")
        if one.state in ("scoped", "part_refused") and not kind.four_eyes:
            one = self.approve(one.uid)
        is_over = kind.reports and one.state in _REPORTED
        with self.index.write() as conn:
            refuse_if_behind(conn, self.ledger)
            if one.state != RequestState.EXECUTING.value and not is_over:
                event = "resume" if one.state in _RESUMED else "execute"
                one = self._step(conn, one, event, self._told_of_run(conn, one))
                values = {"executed_by": self.actor.by, "executed_at": self.at}
                requests.change(conn, one.uid, **values)
        running = Running(
            self.index, self.ledger, self.settings, self.get(one.uid), self.actor.by, self.today, self.now, stores,
            rescan, progress, self.actor, to,
        )  # fmt: skip
        outcome = kind.carry_out(running)
        return self.get(one.uid) if is_over else self._after_run(one.uid, outcome), outcome

    def refuse(self, uid: str, code: str, words: str, numbers: Sequence[int] = ()) -> Request:
        """Refuse a case, or (with `numbers`) some of its items. Raises StepRefused, Unfit."""
        if not code.strip() or not words.strip():
            raise Unfit("a refusal needs its code and its reason in words", "say --code and --reason")
        if code.strip() not in GROUNDS:
            raise Unfit(f"{code.strip()!r} is no ground that a letter could tell", f"say one of {', '.join(GROUNDS)}")

        def refused(conn: Connection, one: Request) -> Request:
            if one.state == RequestState.VERIFIED.value:
                one = self._step(conn, one, "scope")
            requests.change(conn, one.uid, refusal_code=code.strip(), refusal_words=words.strip())
            items = requests.items_of(conn, one.uid)
            known = {each.number for each in items}
            if not set(numbers) <= known:
                raise Unfit("the request has no such item", f"see: backupd request show {one.uid}")
            for number in numbers or known:
                requests.change_item(conn, one.uid, number, state="refused", decision="refuse", outcome=code.strip(),
                                     ended_at=self.at, ended_by=self.actor.by)  # fmt: skip
            told = Told(complaint_told=Known.YES if self.settings.requests.authority.strip() else Known.NO)
            again = self._again(conn, one)
            if numbers and again.state == RequestState.PART_REFUSED.value:
                return again
            return self._step(conn, again, "refuse_in_part" if numbers else "refuse", told)

        return self._write(uid, refused)

    def extend(self, uid: str, reason: str, told_on: date) -> Request:
        """Extend the time for an answer; the person must have been told, with the reason, in time. Raises Unfit."""

        def extended(conn: Connection, one: Request) -> Request:
            limits = self.settings.requests
            received = date.fromisoformat(one.received_on)
            against = may_extend(received, limits.deadline, told_on, reason)
            if told_on > self.today:
                against = (*against, "nobody has been told on a day that is yet to come")
            if one.extended_to is not None:
                against = (*against, "it was extended before")
            if RequestState(one.state) not in OPEN or one.state == RequestState.ANSWERED.value:
                against = (*against, "it has been answered")
            if against:
                raise StepRefused(one.uid, "extend", against)
            until = due_extended(received, limits.deadline, limits.extension)
            words = {"request": one.uid, "step": "extend", "until": until.isoformat()}
            self.ledger.append(Draft("request", self.at, self.actor.by, one.persons, words=words, rule="request_extend"))
            requests.change(
                conn, one.uid, extended_to=until.isoformat(), extension_reason=reason.strip(), told_on=told_on.isoformat()
            )
            return self._again(conn, one)

        return self._write(uid, extended)

    def withdraw(self, uid: str) -> Request:
        """Record that the person takes it back. Raises StepRefused."""

        def withdrawn(conn: Connection, one: Request) -> Request:
            one = self._step(conn, one, "withdraw")
            if one.plan is not None:
                plans.move_plan(conn, one.plan, "dropped", self.at)
            release_touched(conn, self.ledger, one, self.at, self.actor.by, "withdrawn", everything=True)
            requests.change(conn, one.uid, ended_at=self.at, ended_by=self.actor.by)
            return self._again(conn, one)

        return self._write(uid, withdrawn)

    def tick(self, uid: str, number: int, outcome: str = "", kept_until: date | None = None) -> None:
        """Tick off something that was done by hand, or that the law keeps until a day. Raises Unfit."""
        one = self.get(uid)
        with self.index.write() as conn:
            found = next((each for each in requests.items_of(conn, one.uid) if each.number == number), None)
            if found is None or found.state != "open" or not is_manual(found):
                raise Unfit(f"item {number} is not one to be ticked off", f"see: backupd request show {one.uid}")
            words = {"request": one.uid, "step": "tick", "item": str(number)}
            self.ledger.append(Draft("request", self.at, self.actor.by, one.persons, words=words, rule="request_tick"))
            told = outcome.strip() or ("kept because the law says so" if kept_until else "done by hand")
            details = found.details | ({"kept_until": kept_until.isoformat()} if kept_until else {})
            requests.change_item(conn, one.uid, number, state="done", outcome=told, ended_at=self.at,
                                 ended_by=self.actor.by, details=details)  # fmt: skip
            follow_tick(conn, found, self.at, self.actor.by)

    def answer(self, uid: str, text: str, kind: str = "answer", language: str | None = None) -> Request:
        """Keep the text of a letter that was sent; unless it is a notice on the way, as the answer. Raises StepRefused."""

        def answered(conn: Connection, one: Request) -> Request:
            is_answer = kind not in NOTICES
            if is_answer and one.state not in _ANSWERABLE:
                state = one.state.replace("_", " ")
                raise StepRefused(one.uid, "answer", (f"a request that is {state} cannot be answered yet",))
            lacks = lacks_of_refusal(one, text, self.settings.requests.authority) if is_answer else ()
            if lacks:
                raise StepRefused(one.uid, "answer", (*lacks, "backupd request letter writes a whole one"))
            requests.add_letter(
                conn, one.uid, kind, language or one.language, text, self.at, self.actor.by, is_answer=is_answer
            )
            if is_answer and one.state in ("checked", "refused", "unidentifiable"):
                one = self._step(conn, one, "answer")
                requests.change(conn, one.uid, answered_at=self.at)
            return self._again(conn, one)

        return self._write(uid, answered)

    def close(self, uid: str) -> Request:
        """Close a case that was answered; an erased person's name goes from it too. Raises StepRefused."""

        def closed(conn: Connection, one: Request) -> Request:
            kind = self.kind_of(one)
            lacks = lacks_of_extension(one, requests.letters_of(conn, one.uid))
            if lacks and one.state != RequestState.DUPLICATE.value:
                raise StepRefused(one.uid, "close", lacks)
            event = "close_duplicate" if one.state == RequestState.DUPLICATE.value else "close"
            one = self._step(conn, one, event)
            release_touched(conn, self.ledger, one, self.at, self.actor.by, "answered", everything=kind.hold_ends)
            requests.change(conn, one.uid, ended_at=self.at, ended_by=self.actor.by)
            if kind.deletes and one.executed_at is not None:
                forget_left(conn, one.uid)
                blank_mentions(conn, self.ledger, one, self.at, self.actor.by)
                requests.forget_names(conn, one.uid)
                requests.forget_other_cases(conn, one.uid)
                note_due(conn)
                forget_in_other_cases(conn, self.ledger.key, one.uid)
            return self._again(conn, one)

        found = self._write(uid, closed)
        if found.subject is None:
            scrub_if_due(self.index)
        return found

    def join(self, uid: str) -> Request:
        """Make a case the duplicate of the open one that it repeats. Raises StepRefused."""
        return self._write(uid, lambda conn, one: self._step(conn, one, "join"))
