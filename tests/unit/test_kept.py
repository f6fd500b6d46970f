"""What deletions and requests stand on: holds, consents, placements, disclosures, plans and their acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from index import acts, consents, disclosures, holds, placements, plans, shoots, stores
from index.acts import ActMoved, NewAct
from index.consents import Consent
from index.disclosures import Disclosure
from index.engine import Index, open_index
from index.holds import Hold
from index.placements import Placement
from index.schema import act

ANNA, BEN, WEDDING = "aa" * 32, "bb" * 32, "cc" * 32


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    index: Index = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    with index.write() as connection:
        stores.record_store(connection, "archive", "local")
        shoots.add_shoot(connection, "virtanen|2026-06-06", title="häät")
        shoots.add_shoot(connection, "korhonen|2026-07-01")
        yield connection
    index.close()


def yes(uid: str = "c1", **values: object) -> Consent:
    base = Consent(uid, "yes", ANNA, "client", ("web", "print"), "2026-01-01", 100, "anna", "Anna Virtanen")
    return replace(base, **{"shoot_id": 1, "shoot_hash": WEDDING} | values)  # type: ignore[arg-type]


def pin(uid: str = "h1", **values: object) -> Hold:
    base = Hold(uid, "pin", 100, "anna", "our best wedding", "anna", shoot_id=1, shoot_hash=WEDDING)
    return replace(base, **values)  # type: ignore[arg-type]


# Holds.


def test_a_hold_is_active_until_it_is_released_and_stays_on_record(conn: Connection) -> None:
    holds.add(conn, pin())
    assert holds.active_on(conn, [1]) == [pin()]
    assert holds.active_on(conn, [2]) == []
    assert holds.release(conn, "h1", 200, "ben", "printed")
    assert (holds.active(conn), holds.active_on(conn, [1])) == ([], [])
    (kept,) = holds.of_shoot(conn, 1)
    assert (kept.released_at, kept.released_by, kept.release_reason) == (200, "ben", "printed")


def test_a_hold_is_released_once(conn: Connection) -> None:
    holds.add(conn, pin())
    assert holds.release(conn, "h1", 200, "ben")
    assert not holds.release(conn, "h1", 300, "carl")
    assert not holds.release(conn, "h2", 300, "carl")
    assert holds.of_shoot(conn, 1)[0].released_by == "ben"


def test_a_hold_on_a_person_is_found_by_the_person(conn: Connection) -> None:
    holds.add(conn, pin("h2", kind="restriction", ground="a", shoot_id=None, shoot_hash=None, person=ANNA))
    assert [one.uid for one in holds.active_on(conn, [], [BEN, ANNA])] == ["h2"]
    assert holds.active_on(conn, [1], [BEN]) == []


def test_a_hold_whose_shoot_is_unknown_is_told(conn: Connection) -> None:
    holds.add(conn, pin(shoot_id=None))
    assert [one.uid for one in holds.unattached(conn)] == ["h1"]
    holds.release(conn, "h1", 200, "ben")
    assert holds.unattached(conn) == []


def test_a_hold_without_scope_or_of_no_kind_is_refused(conn: Connection) -> None:
    with pytest.raises(IntegrityError), conn.begin_nested():
        holds.add(conn, pin(shoot_id=None, shoot_hash=None))
    with pytest.raises(IntegrityError), conn.begin_nested():
        holds.add(conn, pin(kind="whim"))


def test_a_shoot_that_is_spoken_of_is_not_dropped_when_its_folders_go(conn: Connection) -> None:
    holds.add(conn, pin())
    assert shoots.empty_shoots(conn) == [2]
    shoots.move_folders(conn, 1, 2)
    assert (shoots.empty_shoots(conn), [one.uid for one in holds.active_on(conn, [2])]) == ([1], ["h1"])


def test_the_ledger_gives_back_all_of_a_hold_but_its_words() -> None:
    one = pin(ground="b", person=BEN, request="r7", review_on="2026-09-01", kind="restriction")
    again = holds.from_draft(holds.drafts(one)[0])
    assert again == replace(one, shoot_id=None, reason=again.reason)
    assert "wedding" not in str(holds.drafts(one))


# Consents.


@pytest.mark.parametrize(
    ("values", "day", "state"),
    [
        ({}, "2025-12-31", "pending"),
        ({}, "2026-01-01", "given"),
        ({}, "2999-01-01", "given"),
        ({"answer": "no"}, "2026-05-05", "refused"),
        ({"until_day": "2026-06-30"}, "2026-06-30", "given"),
        ({"until_day": "2026-06-30"}, "2026-07-01", "expired"),
        ({"withdrawn_on": "2026-03-03"}, "2026-03-02", "given"),
        ({"withdrawn_on": "2026-03-03"}, "2026-03-03", "withdrawn"),
        ({"withdrawn_on": "2026-03-03", "until_day": "2026-02-01"}, "2026-04-01", "withdrawn"),
        ({"withdrawn_on": "2025-12-01"}, "2026-01-01", "withdrawn"),
    ],
)
def test_a_consent_says_what_it_was_on_any_day(values: dict[str, str], day: str, state: str) -> None:
    assert yes(**values).on(day) == state


def test_withdrawing_keeps_what_was_given_and_when_it_ended(conn: Connection) -> None:
    consents.add(conn, yes(evidence="papers/12.pdf", evidence_sha256=b"e" * 32, wording="3", language="fi"))
    assert consents.withdraw(conn, "c1", "2026-03-03", "mail", 200, "ben")
    assert not consents.withdraw(conn, "c1", "2026-02-02", "phone", 300, "carl")
    (one,) = consents.of_shoot(conn, 1)
    assert (one.on("2026-03-02"), one.on("2026-03-03"), one.withdrawn_how) == ("given", "withdrawn", "mail")
    assert (one.evidence, one.evidence_sha256, one.wording) == ("papers/12.pdf", b"e" * 32, "3")


def test_the_last_word_on_a_use_counts(conn: Connection) -> None:
    consents.add(conn, yes("c1", withdrawn_on="2026-03-03", withdrawn_at=5))
    consents.add(conn, yes("c2", from_day="2026-05-05", recorded_at=300))
    consents.add(conn, yes("c3", from_day="2026-06-06", recorded_at=400, answer="no", uses=("print",)))
    records = consents.of_persons(conn, [ANNA], 1)
    days = ("2025-01-01", "2026-02-01", "2026-04-01", "2026-05-05", "2026-07-07")
    assert [consents.state_on(records, day, "web") for day in days] == [None, "given", "withdrawn", "given", "given"]
    assert consents.state_on(records, "2026-07-07", "print") == "refused"
    assert consents.state_on(records, "2026-07-07", "paid_ads") is None


def test_what_was_said_of_every_shoot_is_asked_for_with_each(conn: Connection) -> None:
    consents.add(conn, yes("c1"))
    consents.add(conn, yes("c2", shoot_id=None, shoot_hash=None))
    consents.add(conn, yes("c3", shoot_id=None, shoot_hash="dd" * 32))
    consents.add(conn, yes("c4", person=BEN, ward=ANNA, speaks_as="guardian"))
    assert {one.uid for one in consents.of_persons(conn, [ANNA], 1)} == {"c1", "c2", "c4"}
    assert {one.uid for one in consents.of_persons(conn, [ANNA], 2)} == {"c2"}


def test_consents_that_end_soon_are_told(conn: Connection) -> None:
    consents.add(conn, yes("c1", until_day="2026-06-30"))
    consents.add(conn, yes("c2", until_day="2026-08-30"))
    consents.add(conn, yes("c3", until_day="2026-06-30", withdrawn_on="2026-02-02", withdrawn_at=5))
    assert [one.uid for one in consents.ending(conn, "2026-06-01", "2026-06-30")] == ["c1"]


def test_the_ledger_gives_back_all_of_a_consent_but_name_and_place() -> None:
    one = yes(evidence="papers/virtanen.pdf", evidence_sha256=b"e" * 32, wording="3", language="fi", ward=BEN)
    again = consents.from_draft(consents.drafts(one)[0])
    assert again == replace(one, shoot_id=None, name=None, evidence=None)
    assert "irtanen" not in str(consents.drafts(one))
    assert consents.from_draft(consents.drafts(yes(uses=()))[0]).uses == ()


def test_names_of_the_erased_go_and_the_evidence_stays(conn: Connection) -> None:
    consents.add(conn, yes(evidence="papers/virtanen.pdf"))
    consents.forget_names(conn, [ANNA])
    (one,) = consents.of_shoot(conn, 1)
    assert (one.name, one.evidence, one.answer) == (None, None, "yes")


# Placements and disclosures.


def test_a_withdrawal_knows_what_still_stands(conn: Connection) -> None:
    first = placements.add(conn, Placement(1, b"p" * 32, "web", "https://studio.example/1", 100, "anna"))
    placements.add(conn, Placement(1, None, "social", "post 7", 200, "anna"))
    placements.add(conn, Placement(2, b"q" * 32, "web", "https://studio.example/2", 300, "anna"))
    assert placements.remove(conn, first, 400, "ben")
    assert not placements.remove(conn, first, 500, "carl")
    assert [one.address for one in placements.standing(conn, [1])] == ["post 7"]
    assert [one.address for one in placements.standing(conn, hashes=[b"q" * 32])] == ["https://studio.example/2"]
    assert [one.removed_by for one in placements.of_shoot(conn, 1)] == ["ben", None]


def test_recipients_are_known_and_links_that_should_have_ended(conn: Connection) -> None:
    link = disclosures.add(conn, Disclosure(1, ANNA, "Anna", "link", 3, 900, 100, "anna", "https://l", ends_at=500))
    disclosures.add(conn, Disclosure(2, BEN, "Ben", "zip", 1, 100, 200, "anna"))
    assert [one.channel for one in disclosures.concerning(conn, [1], [BEN])] == ["link", "zip"]
    assert disclosures.open_links(conn, 499) == []
    assert [one.id for one in disclosures.open_links(conn, 500)] == [link]
    disclosures.end(conn, link, 600)
    assert disclosures.open_links(conn, 900) == []
    disclosures.tell(conn, link, 700)
    disclosures.forget_names(conn, [ANNA])
    (one,) = disclosures.concerning(conn, [1])
    assert (one.name, one.address, one.told_at, one.files) == (None, None, 700, 3)


# Plans and acts.


def removal(path: str = "Virtanen häät/a.jpg", **values: object) -> NewAct:
    base = NewAct(1, "delete", path, "erasure", "asked by the client", 1, 100, b"s" * 32)
    return base._replace(**values)


def test_what_is_approved_is_what_was_shown(conn: Connection) -> None:
    made = plans.add_plan(conn, "p1", "erasure", [removal(), removal("b\udce9.jpg")], 100, "anna", request="r1")
    other = plans.digest_of([removal()])
    assert not plans.approve(conn, "p1", other, 200, "anna")
    assert not plans.move_plan(conn, "p1", "running", 200)
    assert plans.approve(conn, "p1", made.digest, 200, "ben")
    assert not plans.approve(conn, "p1", made.digest, 300, "carl")
    assert plans.move_plan(conn, "p1", "running", 300)
    assert [plan.uid for plan in plans.unfinished(conn)] == ["p1"]
    assert plans.move_plan(conn, "p1", "done", 400)
    assert not plans.move_plan(conn, "p1", "approved", 500)
    (kept,) = plans.plans_of_request(conn, "r1")
    assert (kept.state, kept.approved_by, kept.ended_at) == ("done", "ben", 400)
    assert (plans.count_approved_since(conn, "erasure", 200), plans.count_approved_since(conn, "erasure", 201)) == (1, 0)
    assert [one.path for one in acts.acts_of(conn, made.id)] == ["Virtanen häät/a.jpg", "b\udce9.jpg"]


@pytest.mark.parametrize(
    "change",
    [
        {"path": "c.jpg"},
        {"sha256": b"t" * 32},
        {"sha256": None},
        {"act": "trash"},
        {"store_id": 2},
        {"rule": "prune"},
        {"version": "7"},
        {"size": 101},
    ],
)
def test_another_act_is_another_plan(change: dict[str, object]) -> None:
    assert plans.digest_of([removal()]) != plans.digest_of([removal(**change)])
    assert plans.digest_of([removal(), removal("b")]) != plans.digest_of([removal("b"), removal()])


def test_an_act_goes_from_intent_to_outcome_with_its_proof(conn: Connection) -> None:
    plan = plans.add_plan(conn, "p1", "erasure", [removal(), removal("b.jpg")], 100, "anna")
    first, second = acts.acts_of(conn, plan.id)
    acts.intend(conn, first.id, 200, 17)
    assert [one.number for one in acts.open_acts(conn)] == [1]
    acts.finish(conn, first.id, "done", 300, entry=18, proof={"absent": True}, recoverable_until="2026-12-31")
    assert acts.open_acts(conn) == []
    (done,) = acts.acts_of(conn, plan.id, ["done"])
    assert (done.intent, done.outcome, done.proof, done.store) == (17, 18, {"absent": True}, "archive")
    assert [one.id for one in acts.recoverable(conn, "2026-12-31")] == [first.id]
    assert acts.recoverable(conn, "2027-01-01") == []
    assert acts.count_states(conn, plan.id) == {"done": 1, "planned": 1}
    acts.blank_paths(conn, plan.id)
    assert [one.path for one in acts.acts_of(conn, plan.id)] == [None, "b.jpg"]
    assert [one.number for one in acts.acts_of(conn, plan.id, after=1)] == [second.number]


@pytest.mark.parametrize("state", list(acts.STEPS))
@pytest.mark.parametrize("to", list(acts.STEPS))
def test_no_act_takes_a_step_that_is_none(conn: Connection, state: acts.ActState, to: acts.ActState) -> None:
    plan = plans.add_plan(conn, "p1", "erasure", [removal()], 100, "anna")
    (one,) = acts.acts_of(conn, plan.id)
    conn.execute(act.update().values(state=state))
    step = lambda: acts.intend(conn, one.id, 5, 1) if to == "intended" else acts.finish(conn, one.id, to, 5)  # noqa: E731
    if to in acts.STEPS[state]:
        step()
        assert conn.execute(select(act.c.state)).scalar() == to
    else:
        with pytest.raises(ActMoved):
            step()
        assert conn.execute(select(act.c.state)).scalar() == state


def test_nothing_is_done_without_an_intent() -> None:
    assert "done" not in acts.STEPS["planned"]
    assert all("done" not in after for before, after in acts.STEPS.items() if before not in ("intended", "unknown", "failed"))
