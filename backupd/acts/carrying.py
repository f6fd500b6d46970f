"""Carries out an approved plan: look, proof, intent, removal, look again, outcome. Batch by batch, resumable.

The order is what makes it safe, and a crash test stops it at every step:

1. The stores are asked: what lies at each place now, and where the other copies are.
2. In one transaction the facts are gathered, `policy.proofs.prove` decides by the table, the intents go to the ledger
   (on disk before it returns) and then into the acts' rows. Whatever is not proven is refused, and its family with it.
3. Only then the store's guarded call: it removes the version that was looked at, and nothing else.
4. The store is asked again. Only "absent" closes an act; what nobody knows stays open, and is settled by the next run.
5. The outcome goes to the ledger, then into the rows.

A kill between any two of these leaves acts that are intended and not over: `settle` asks about them before anything new.
Only the holder of the index's turn to write runs this, so that no two runs ever rely on each other's copies.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from adapters.base import Store
from adapters.errors import NotOurStore, StoreError
from adapters.records import Presence
from backupd.acts.batches import batches_of, family_key, portions_of
from backupd.acts.book import Book, Ended, proof_as_values
from backupd.acts.judging import Asked, Judge, Stays
from backupd.acts.look import Look, look_again, look_at, reason_of
from backupd.acts.meaning import Sighted, needs_reading, other_than_meant, place_of, read_again, version_meant
from backupd.acts.verbs import VERBS, Outcome
from backupd.policy.proofs import Proof, Standing, proof_still_holds, prove
from backupd.settings.values import Duration
from index import plans
from index.acts import Act, ActState, acts_of, count_states
from index.engine import Index
from index.ledger import Ledger
from index.meant import copies_at

logger = logging.getLogger(__name__)

_AGAIN: tuple[ActState, ...] = ("planned", "failed")
_OPEN: tuple[ActState, ...] = ("intended", "unknown", "failed")


class PlanNotApproved(Exception):
    """The plan is not one that was approved as it stands. `state` is what it is."""

    def __init__(self, uid: str, state: str) -> None:
        super().__init__(uid, state)
        self.uid = uid
        self.state = state


@dataclass(slots=True)
class Done:
    """What a run did: acts in each state afterwards, bytes that went, and stores that could not be worked on, with why.

    `believed` are the stores that had their marker when they were last asked, just now.
    """

    states: dict[str, int] = field(default_factory=dict)
    freed: int = 0
    troubles: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[Act, str, str]] = field(default_factory=list)
    failed: list[tuple[Act, str]] = field(default_factory=list)
    believed: set[str] = field(default_factory=set)

    @property
    def open(self) -> int:
        """How many acts are not over."""
        return sum(self.states.get(state, 0) for state in ("planned", *_OPEN))


@dataclass(frozen=True, slots=True)
class Run:
    """What a run works with. `stores` are those that can be opened, by name; `trash_for` is how long what was removed
    rests in a trash of ours; `by` is the account as the ledger writes it. Nothing is removed from `read_only` stores."""

    index: Index
    ledger: Ledger
    stores: Mapping[str, Store]
    judge: Judge
    now: Callable[[], datetime]
    zone: tzinfo
    by: str
    trash_for: Duration
    progress: Callable[[int, int], None] = lambda _files, _bytes: None
    stop: Callable[[], bool] = lambda: False
    read_only: frozenset[str] = frozenset()


def carry_out(run: Run, uid: str) -> Done:
    """Carry out a plan that was approved, or go on with it. What a store could not be asked about stays open.

    Raises PlanNotApproved; IndexFailure and LedgerFailure, and then nothing was removed without its intent on disk.
    """
    plan = _begun(run, uid)
    done = Done()
    book = Book(run.index, run.ledger, plan, run.by, run.now, run.zone, run.trash_for)
    settle(run, book, plan.id, done)
    files = 0
    for batch in batches_of(lambda after, limit: _to_do(run, plan.id, after, limit)):
        if run.stop():
            break
        if batch[0].store not in done.troubles:
            _carry_out_batch(run, book, batch, done)
        files += len(batch)
        run.progress(files, done.freed)
    with run.index.write() as conn:
        done.states = count_states(conn, plan.id)
        if not done.open:
            plans.move_plan(conn, uid, "done", int(run.now().timestamp()))
    return done


def settle(run: Run, book: Book, plan_id: int, done: Done) -> None:
    """Ask what became of acts that were intended and whose end is not known: after a crash, or a store that went away.

    What is gone is done, what still lies there is to be tried again (with a proof of its own), what has become another
    file is none of ours any more.
    """
    with run.index.read() as conn:
        waiting = acts_of(conn, plan_id, _OPEN)
    by_store: dict[str, list[Act]] = {}
    for act in waiting:
        by_store.setdefault(act.store, []).append(act)
    for name, acts in by_store.items():
        store = _believed(run, name, done)
        if store is None:
            continue
        looks = look_at(store, [place_of(store, act) for act in acts])
        told = [_settled(act, looks[act.id], store) for act in acts if looks[act.id].presence is not Presence.UNKNOWN]
        book.end([each for each in told if each.state != each.act.state])
        done.freed += sum(act.size or 0 for act in acts if looks[act.id].presence is Presence.ABSENT)


def _settled(act: Act, look: Look, store: Store) -> Ended:
    if look.presence is Presence.ABSENT:
        return Ended(act, "done", store, answer={"presence": "absent", "found": "after an interruption"})
    if look.entry is None or other_than_meant(act, look.entry) is not None:
        why = "something else lies there now; it was left alone"
        return Ended(act, "refused", store, problem=why, rule="changed", answer={"presence": "other"})
    return Ended(act, "failed", store, problem="it still lies there", answer={"presence": "present"})


def _begun(run: Run, uid: str) -> plans.Plan:
    """Return the plan, running from now on, if it is the very one that was approved. Raises PlanNotApproved."""
    with run.index.write() as conn:
        plan = plans.get_plan(conn, uid)
        if plan is None or plan.state not in ("approved", "running", "done"):
            raise PlanNotApproved(uid, plan.state if plan else "unknown")
        if not plans.is_as_approved(conn, plan):
            raise PlanNotApproved(uid, "changed")
        if plan.state != "running":
            plans.move_plan(conn, uid, "running", int(run.now().timestamp()))
        return plan


def _to_do(run: Run, plan_id: int, after: int, limit: int) -> list[Act]:
    with run.index.read() as conn:
        return acts_of(conn, plan_id, _AGAIN, after, limit)


def _believed(run: Run, name: str, done: Done) -> Store | None:
    """Return a store that answers and has its marker; else note why not."""
    store = run.stores.get(name)
    if store is None:
        done.troubles[name] = "it is not in the configuration"
        return None
    if name in run.read_only:
        done.troubles[name] = "it is read-only in the configuration: nothing is ever removed there"
        return None
    try:
        store.check()
    except StoreError as err:
        logger.warning("store left alone store=%s reason=%s", name, type(err).__name__)
        done.troubles[name] = reason_of(err)
        return None
    return store


def _carry_out_batch(run: Run, book: Book, batch: Sequence[Act], done: Done) -> None:
    """Carry out a batch in portions of what the store looks at in one request; ask once what became of all of it."""
    name = batch[0].store
    store = run.stores[name] if name in done.believed else _believed(run, name, done)
    done.believed.discard(name)
    if store is None:
        return
    called: list[tuple[Act, Outcome]] = []
    for some in portions_of(batch, store.capabilities.looks):
        called += _carry_out_portion(run, book, store, some, _ahead(some, batch), done)
    if called:
        _end(book, store, called, done)


def _ahead(some: Sequence[Act], batch: Sequence[Act]) -> list[Act]:
    """Return one act for each folder of a batch, but for those in this portion of it."""
    folders = {(act.path or "").rpartition("/")[0]: act for act in reversed(batch)}
    here = {(act.path or "").rpartition("/")[0] for act in some}
    return [act for folder, act in folders.items() if folder not in here]


def _carry_out_portion(
    run: Run, book: Book, store: Store, some: Sequence[Act], ahead: Sequence[Act], done: Done
) -> list[tuple[Act, Outcome]]:
    """Look, decide, put the intents on record, and call; return what the store said to each that was called."""
    seen, unasked = _sighted(run, store, some, ahead)
    if unasked:
        done.troubles[store.name] = next(iter(unasked.values()))
    refused: dict[int, tuple[str, str]] = {}
    candidates: list[Sighted] = []
    for sighted in seen:
        why = _unlike(run, store, sighted)
        if why is not None:
            refused[sighted.act.id] = why
        else:
            candidates.append(sighted)
    # Families go together: where one of them can't be asked about or may not go, the others wait or stay.
    waiting = {family_key(act) for act in some if act.id in unasked}
    candidates = [each for each in candidates if family_key(each.act) not in waiting]
    asked = run.judge.ask(candidates, run.now())
    going = _intended(run, book, some, candidates, asked, refused, done)
    return _remove(run, book, store, going, done) if going else []


def _sighted(
    run: Run, store: Store, batch: Sequence[Act], ahead: Sequence[Act]
) -> tuple[list[Sighted], dict[int, str]]:
    """Look at what acts mean; return what was seen, and why some could not be asked about, by act."""
    looks = look_at(store, [place_of(store, act) for act in batch], [place_of(store, act) for act in ahead])
    unasked = {id: look.why for id, look in looks.items() if look.presence is Presence.UNKNOWN}
    with run.index.read() as conn:
        known = copies_at(conn, batch[0].store_id, [act.path for act in batch if act.path is not None])
    seen = []
    for act in batch:
        if act.id not in unasked:
            copy = known.get(act.path or "")
            at = copy.known_at if copy else None
            day = None if at is None else datetime.fromtimestamp(at, run.zone).date()
            seen.append(Sighted(act, act.path or "", looks[act.id], copy, day))
    return seen, unasked


def _unlike(run: Run, store: Store, sighted: Sighted) -> tuple[str, str] | None:
    """Return the rule and the reason by which what lies there is not touched, or None."""
    look, act = sighted.look, sighted.act
    if look.presence is Presence.ABSENT:
        # An erasure asks the store to purge all the same: what is gone may still lie in a trash.
        return None if act.act == "purge" else ("absent", "nothing lies there any more")
    if look.entry is None:
        return "changed", look.why or "something lies there that is no file"
    why = other_than_meant(act, look.entry)
    if why is not None:
        return "changed", why
    if run.judge.rereads and needs_reading(sighted, run.judge.rules, run.now().astimezone(run.zone).date()):
        why = read_again(store, sighted)
    return None if why is None else ("changed", why)


def _intended(
    run: Run,
    book: Book,
    batch: Sequence[Act],
    candidates: Sequence[Sighted],
    asked: Asked,
    refused: dict[int, tuple[str, str]],
    done: Done,
) -> list[tuple[Act, Proof]]:
    """Decide, and put the intents of what may go on record: ledger first, within the transaction that writes the rows."""
    now = run.now()
    with run.index.write() as conn:
        standings = run.judge.standings(conn, candidates, asked, now)
        proven: list[tuple[Act, Proof]] = []
        for sighted in candidates:
            standing = standings.get(sighted.act.id)
            found = _decided(run.judge, sighted, standing)
            if isinstance(found, Proof):
                proven.append((sighted.act, found))
            else:
                refused[sighted.act.id] = (found.rule, found.why)
        # A clean-up tears no family. An erasure was approved file by file: what belongs to a picture that another device
        # has changed meanwhile is the person's all the same.
        binds = run.judge.action != "erase"
        staying = {family_key(act): refused[act.id] for act in batch if act.id in refused and binds}
        going = [(act, proof) for act, proof in proven if family_key(act) not in staying]
        for act, _ in proven:
            if family_key(act) in staying and act.id not in refused:
                rule, why = staying[family_key(act)]
                refused[act.id] = (rule, f"a file that it belongs to stays: {why}")
        book.refuse(conn, [(act, *refused[act.id]) for act in batch if act.id in refused])
        book.intend(conn, going)
    done.refused += [(act, *refused[act.id]) for act in batch if act.id in refused]
    return going


def _decided(judge: Judge, sighted: Sighted, standing: Standing | Stays | None) -> Proof | Stays:
    if standing is None:
        return Stays("no_facts", "the facts to decide by are not there")
    if isinstance(standing, Stays):
        return standing
    found = prove(judge.action, sighted.meant, standing, judge.rules, judge.approved_by)
    if not isinstance(found, Proof):
        return Stays(found.rule, "; ".join(found.reasons))
    if sighted.look.presence is Presence.PRESENT:
        check = proof_still_holds(found, standing, judge.rules)
        if not check.holds:
            return Stays("proof_broken", "; ".join(check.broken))
    return found


def _remove(
    run: Run, book: Book, store: Store, going: Sequence[tuple[Act, Proof]], done: Done
) -> list[tuple[Act, Outcome]]:
    acts = [replace(act, proof=proof_as_values(proof)) for act, proof in going]
    if any(proof.expires_at <= run.now() for _, proof in going):
        # The machine slept between the proof and this: nothing was called, so the next run begins anew.
        why = "the proof expired before it was used"
        book.end([Ended(act, "failed", store, problem=why) for act in acts])
        done.failed += [(act, why) for act in acts]
        return []
    outcomes = dict(_called(store, acts))
    return [(act, outcomes[act.id]) for act in acts]


def _end(book: Book, store: Store, called: Sequence[tuple[Act, Outcome]], done: Done) -> None:
    """Ask the store what became of what it was told to remove, and put that on record."""
    sure = [place_of(store, act) for act, outcome in called if not isinstance(outcome, StoreError)]
    unsure = [place_of(store, act) for act, outcome in called if isinstance(outcome, StoreError)]
    looks = look_again(store, sure, unsure, purged=called[0][0].act == "purge")
    ended = [_ended(act, outcome, looks[act.id], store) for act, outcome in called]
    book.end(ended)
    for each in ended:
        if each.state == "done":
            done.freed += each.act.size or 0
        else:
            done.failed.append((each.act, each.problem or each.state))
    if any(isinstance(outcome, NotOurStore) for _, outcome in called):
        done.troubles[store.name] = "its marker went missing while it was worked on"
    elif any(look.presence is Presence.ABSENT for look in looks.values()):
        # Nothing is called absent but by a store whose marker was seen after the question.
        done.believed.add(store.name)


def _called(store: Store, acts: Sequence[Act]) -> Iterator[tuple[int, Outcome]]:
    """Make the calls, those of one kind together; give what became of each."""
    kinds: dict[str, list[Act]] = {}
    for act in acts:
        kinds.setdefault(act.act, []).append(act)
    for kind, some in kinds.items():
        wanted = [(place_of(store, act).ref, version_meant(act), act.path or "") for act in some]
        for act, outcome in zip(some, VERBS[kind](store, wanted), strict=True):
            logger.debug("called store=%s act=%d kind=%s", store.name, act.id, kind)
            yield act.id, outcome


def _ended(act: Act, outcome: Outcome, look: Look, store: Store) -> Ended:
    answer = {"presence": look.presence.value}
    if isinstance(outcome, StoreError):
        answer["error"] = type(outcome).__name__
    receipt = None if isinstance(outcome, StoreError) else outcome
    if look.presence is Presence.UNKNOWN:
        return Ended(act, "unknown", store, problem=look.why or "the store did not say whether it is gone", answer=answer)
    if look.presence is Presence.ABSENT:
        return Ended(act, "done", store, receipt=receipt, answer=answer)
    is_meant = look.entry is not None and other_than_meant(act, look.entry) is None
    if not is_meant and receipt is not None:
        # The very version was removed, and something new was put there since: that is nobody's business here.
        return Ended(act, "done", store, receipt=receipt, answer=answer | {"presence": "absent", "since": "another file"})
    if not is_meant:
        why = "something else lies there now; it was left alone"
        return Ended(act, "refused", store, problem=why, rule="changed", answer=answer)
    why = reason_of(outcome) if isinstance(outcome, StoreError) else "it still lies there after its removal"
    return Ended(act, "failed", store, problem=why, answer=answer)
