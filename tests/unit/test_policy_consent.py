"""Consent: where it stood on any day, children and coming of age, who stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.consent import (
    ConsentEvent,
    ConsentRecord,
    ConsentRules,
    ConsentState,
    EveryShoot,
    Party,
    Person,
    SomeFiles,
    WholeShoot,
    contains,
    is_minor,
    state_on,
)
from backupd.policy.facts import Child, Consented, Known
from backupd.policy.showing import MayShow, Showing, decide_showing
from backupd.settings.values import UNLIMITED, Duration

S = ConsentState
RULES = ConsentRules()
GIVEN_ON = date(2026, 6, 6)
TODAY = date(2026, 9, 1)
SHOOT = Showing(3, frozenset({31, 32}), "portfolio", "web", Known.YES)


def _record(id: str, person: str, party: Party, *events: tuple[date, ConsentState], **more: object) -> ConsentRecord:
    happened = tuple(ConsentEvent(on, state) for on, state in events)
    made = ConsentRecord(id, person, party, WholeShoot(3), frozenset({"portfolio"}), frozenset({"web"}), happened, "ab12")
    return replace(made, **more)  # type: ignore[arg-type]


CLIENT = Person("c", Party.CLIENT)
ADULT = Person("a", Party.PARTICIPANT, minor=Known.NO)
BORN = Person("m", Party.PARTICIPANT, born_on=date(2010, 3, 1), guardians=("g1", "g2"))
YES_C = _record("1", "c", Party.CLIENT, (GIVEN_ON, S.GIVEN))
YES_A = _record("2", "a", Party.PARTICIPANT, (GIVEN_ON, S.GIVEN))
YES_G1 = _record("3", "g1", Party.GUARDIAN, (GIVEN_ON, S.GIVEN), on_behalf_of="m")
YES_G2 = _record("4", "g2", Party.GUARDIAN, (GIVEN_ON, S.GIVEN), on_behalf_of="m")


def _ask(people: list[Person], records: list[ConsentRecord], day: date = TODAY, rules: ConsentRules = RULES, showing: Showing = SHOOT) -> MayShow:
    return decide_showing(showing, people, records, rules, day)


@pytest.mark.parametrize(
    ("events", "day", "state"),
    [
        ([], TODAY, S.UNKNOWN),
        ([(GIVEN_ON, S.ASKED)], TODAY, S.ASKED),
        ([(GIVEN_ON, S.GIVEN)], GIVEN_ON - timedelta(days=1), S.UNKNOWN),
        ([(GIVEN_ON, S.GIVEN)], GIVEN_ON, S.GIVEN),
        ([(GIVEN_ON, S.GIVEN), (TODAY, S.WITHDRAWN)], TODAY - timedelta(days=1), S.GIVEN),
        ([(GIVEN_ON, S.GIVEN), (TODAY, S.WITHDRAWN)], TODAY, S.WITHDRAWN),
        ([(TODAY, S.WITHDRAWN), (GIVEN_ON, S.GIVEN)], TODAY, S.WITHDRAWN),
        ([(TODAY, S.WITHDRAWN), (TODAY, S.RENEWED)], TODAY, S.WITHDRAWN),
        ([(GIVEN_ON, S.WITHDRAWN), (TODAY, S.RENEWED)], TODAY, S.RENEWED),
        ([(GIVEN_ON, S.GIVEN), (TODAY, S.INVALIDATED)], TODAY, S.INVALIDATED),
        ([(GIVEN_ON, S.REFUSED)], TODAY, S.REFUSED),
    ],
)
def test_where_a_consent_stood(events: list[tuple[date, ConsentState]], day: date, state: ConsentState) -> None:
    assert state_on(_record("1", "a", Party.PARTICIPANT, *events), day, RULES) is state


def test_an_end_is_inclusive_and_its_own_counts_before_the_studios() -> None:
    record = replace(YES_A, events=(ConsentEvent(GIVEN_ON, S.GIVEN, date(2027, 1, 1)),))
    short = ConsentRules(valid_for=Duration(months=1))
    assert state_on(record, date(2027, 1, 1), short) is S.GIVEN
    assert state_on(record, date(2027, 1, 2), short) is S.EXPIRED
    assert state_on(YES_A, date(2026, 7, 6), short) is S.GIVEN
    assert state_on(YES_A, date(2026, 7, 7), short) is S.EXPIRED
    without_end = replace(YES_A, events=(ConsentEvent(GIVEN_ON, S.GIVEN, UNLIMITED),))
    assert state_on(without_end, date(2090, 1, 1), short) is S.GIVEN


def test_without_evidence_nothing_is_permitted() -> None:
    assert state_on(replace(YES_A, evidence=None), TODAY, RULES) is S.ASKED
    assert not _ask([CLIENT, ADULT], [YES_C, replace(YES_A, evidence=None)]).allowed


def test_everybody_agrees() -> None:
    verdict = _ask([CLIENT, ADULT], [YES_C, YES_A])
    assert verdict.allowed
    assert (verdict.consent, verdict.child, verdict.records) == (Consented.VALID, Child.NO, ("1", "2"))
    assert verdict.valid_until is UNLIMITED


@pytest.mark.parametrize("missing", ["c", "a"])
def test_silence_is_not_a_yes(missing: str) -> None:
    records = [record for record in (YES_C, YES_A) if record.person != missing]
    verdict = _ask([CLIENT, ADULT], records)
    assert not verdict.allowed
    assert [(b.person, b.state) for b in verdict.blockers] == [(missing, S.UNKNOWN)]


def test_without_a_list_nobody_can_have_agreed() -> None:
    for known in (Known.NO, Known.UNKNOWN):
        verdict = _ask([CLIENT], [YES_C], showing=replace(SHOOT, people_known=known))
        assert not verdict.allowed
        assert verdict.child is Child.UNKNOWN
    only_client = ConsentRules(needed_from=frozenset({Party.CLIENT}))
    assert _ask([CLIENT], [YES_C], rules=only_client, showing=replace(SHOOT, people_known=Known.NO)).allowed


def test_without_a_client_there_is_nobody_to_agree() -> None:
    assert not _ask([ADULT], [YES_A]).allowed


@pytest.mark.parametrize("state", [S.REFUSED, S.WITHDRAWN, S.INVALIDATED])
def test_a_no_counts_even_where_it_was_not_asked_for(state: ConsentState) -> None:
    only_client = ConsentRules(needed_from=frozenset({Party.CLIENT}))
    no = _record("9", "a", Party.PARTICIPANT, (GIVEN_ON, state))
    assert not _ask([CLIENT, ADULT], [YES_C, no], rules=only_client).allowed
    unlisted = _ask([CLIENT], [YES_C, no], rules=only_client)
    assert [(b.person, b.state) for b in unlisted.blockers] == [("a", state)]


def test_a_no_to_one_channel_leaves_the_others() -> None:
    no_print = _record("9", "a", Party.PARTICIPANT, (GIVEN_ON, S.REFUSED), channels=frozenset({"print"}))
    assert _ask([CLIENT, ADULT], [YES_C, YES_A, no_print]).allowed
    to_all = replace(no_print, channels=frozenset())
    assert not _ask([CLIENT, ADULT], [YES_C, YES_A, to_all]).allowed


def test_a_later_answer_in_another_record_counts() -> None:
    no = _record("8", "a", Party.PARTICIPANT, (date(2026, 7, 1), S.REFUSED))
    withdrawn = replace(YES_A, events=(*YES_A.events, ConsentEvent(date(2026, 7, 1), S.WITHDRAWN)))
    for earlier in (no, withdrawn):
        again = _record("9", "a", Party.PARTICIPANT, (date(2026, 7, 2), S.GIVEN))
        assert _ask([CLIENT, ADULT], [YES_C, earlier, again]).records == ("1", "9")
        assert not _ask([CLIENT, ADULT], [YES_C, earlier, again], date(2026, 7, 1)).allowed
        same_day = replace(again, events=(ConsentEvent(date(2026, 7, 1), S.GIVEN),))
        assert not _ask([CLIENT, ADULT], [YES_C, earlier, same_day]).allowed
        some = replace(again, scope=SomeFiles(frozenset({31})))
        assert not _ask([CLIENT, ADULT], [YES_C, earlier, some]).allowed
        only_client = ConsentRules(needed_from=frozenset({Party.CLIENT}))
        assert not _ask([CLIENT, ADULT], [YES_C, earlier, some], rules=only_client).allowed
        assert _ask([CLIENT, ADULT], [YES_C, earlier, again], rules=only_client).allowed
    assert not _ask([CLIENT, ADULT], [YES_C, YES_A, no]).allowed


def test_consent_to_every_shoot_and_a_no_to_every_shoot() -> None:
    everywhere = replace(YES_A, scope=EveryShoot())
    assert _ask([CLIENT, ADULT], [YES_C, everywhere]).allowed
    no = _record("9", "a", Party.PARTICIPANT, (TODAY, S.REFUSED), scope=EveryShoot())
    assert not _ask([CLIENT, ADULT], [YES_C, YES_A, no]).allowed


def test_a_no_to_everything_names_no_use() -> None:
    no = _record("9", "a", Party.PARTICIPANT, (GIVEN_ON, S.REFUSED), uses=frozenset())
    assert not _ask([CLIENT, ADULT], [YES_C, YES_A, no]).allowed
    yes_to_nothing = replace(YES_A, uses=frozenset())
    assert not _ask([CLIENT, ADULT], [YES_C, yes_to_nothing]).allowed


@pytest.mark.parametrize(
    ("change", "showing"),
    [
        ({"channels": frozenset({"print"})}, SHOOT),
        ({"uses": frozenset({"internal"})}, SHOOT),
        ({"scope": SomeFiles(frozenset({31}))}, SHOOT),
        ({"scope": WholeShoot(4)}, SHOOT),
        ({}, replace(SHOOT, sensitive=Known.YES)),
        ({}, replace(SHOOT, sensitive=Known.UNKNOWN)),
    ],
)
def test_a_yes_is_only_a_yes_to_what_it_names(change: dict[str, object], showing: Showing) -> None:
    records = [replace(YES_C, explicit=True), replace(YES_A, **change)]  # type: ignore[arg-type]
    verdict = _ask([CLIENT, ADULT], records, showing=showing)
    assert [blocker.person for blocker in verdict.blockers] == ["a"]


def test_a_yes_to_some_files_permits_those() -> None:
    some = replace(YES_A, scope=SomeFiles(frozenset({31})))
    assert _ask([CLIENT, ADULT], [YES_C, some], showing=replace(SHOOT, contents=frozenset({31}))).allowed
    assert not _ask([CLIENT, ADULT], [YES_C, some], showing=replace(SHOOT, contents=frozenset())).allowed


def test_nothing_is_not_all() -> None:
    assert not contains(SomeFiles(frozenset({31})), 3, frozenset())


def test_a_child_needs_every_guardian_who_is_known() -> None:
    both = _ask([CLIENT, BORN], [YES_C, YES_G1, YES_G2])
    assert both.allowed
    assert both.child is Child.GUARDIAN_AGREES
    one = _ask([CLIENT, BORN], [YES_C, YES_G1])
    assert [blocker.person for blocker in one.blockers] == ["g2"]
    assert one.child is Child.GUARDIAN_MISSING
    unnamed = replace(BORN, guardians=())
    assert _ask([CLIENT, unnamed], [YES_C, YES_G1]).allowed
    assert not _ask([CLIENT, unnamed], [YES_C]).allowed
    own = _record("9", "m", Party.PARTICIPANT, (GIVEN_ON, S.GIVEN))
    assert not _ask([CLIENT, unnamed], [YES_C, own]).allowed


def test_a_child_who_says_no_is_heard() -> None:
    no = _record("9", "m", Party.PARTICIPANT, (GIVEN_ON, S.REFUSED))
    assert not _ask([CLIENT, BORN], [YES_C, YES_G1, YES_G2, no]).allowed


def test_no_setting_shows_a_child_without_a_guardian() -> None:
    only_client = ConsentRules(needed_from=frozenset({Party.CLIENT}))
    assert not _ask([CLIENT, replace(BORN, guardians=())], [YES_C], rules=only_client).allowed


def test_at_eighteen_their_own_consent_is_needed() -> None:
    records = [YES_C, YES_G1, YES_G2]
    birthday = date(2028, 3, 1)
    assert _ask([CLIENT, BORN], records, birthday - timedelta(days=1)).allowed
    verdict = _ask([CLIENT, BORN], records, birthday)
    assert [(b.person, b.party) for b in verdict.blockers] == [("m", Party.PARTICIPANT)]
    as_child = _record("8", "m", Party.PARTICIPANT, (GIVEN_ON, S.GIVEN))
    assert _ask([CLIENT, BORN], [*records, as_child], birthday).blockers[0].state is S.EXPIRED
    grown = _record("9", "m", Party.PARTICIPANT, (birthday, S.GIVEN))
    assert _ask([CLIENT, BORN], [*records, grown], birthday).allowed
    # Asked about the day before, the guardians' word counts still.
    assert _ask([CLIENT, BORN], [*records, grown], birthday - timedelta(days=1)).allowed


def test_a_guardians_no_ends_with_childhood() -> None:
    birthday = date(2028, 3, 1)
    no = _record("7", "g1", Party.GUARDIAN, (GIVEN_ON, S.REFUSED), on_behalf_of="m")
    grown = _record("9", "m", Party.PARTICIPANT, (birthday, S.GIVEN))
    assert _ask([CLIENT, BORN], [YES_C, no, grown], birthday).allowed
    assert not _ask([CLIENT, BORN], [YES_C, no, YES_G2], birthday - timedelta(days=1)).allowed


@pytest.mark.parametrize(
    ("person", "day", "minor"),
    [
        (Person("p", Party.PARTICIPANT, born_on=date(2008, 2, 29)), date(2026, 2, 27), Known.YES),
        (Person("p", Party.PARTICIPANT, born_on=date(2008, 2, 29)), date(2026, 2, 28), Known.NO),
        (Person("p", Party.PARTICIPANT), TODAY, Known.UNKNOWN),
        (Person("p", Party.PARTICIPANT, Known.NO, GIVEN_ON), TODAY, Known.NO),
        (Person("p", Party.PARTICIPANT, Known.NO, GIVEN_ON), GIVEN_ON - timedelta(days=1), Known.UNKNOWN),
        (Person("p", Party.PARTICIPANT, Known.YES, GIVEN_ON), GIVEN_ON, Known.YES),
        (Person("p", Party.PARTICIPANT, Known.YES, GIVEN_ON), GIVEN_ON + timedelta(days=1), Known.UNKNOWN),
        (Person("p", Party.PARTICIPANT, Known.YES, GIVEN_ON), date(2044, 6, 6), Known.NO),
        (Person("p", Party.PARTICIPANT, Known.YES, None), TODAY, Known.UNKNOWN),
    ],
)
def test_who_is_under_age(person: Person, day: date, minor: Known) -> None:
    assert is_minor(person, day) is minor


def test_who_may_be_under_age_is_not_shown_unless_they_say_they_are_not() -> None:
    unknown = Person("a", Party.PARTICIPANT)
    verdict = _ask([CLIENT, unknown], [YES_C, YES_A])
    assert not verdict.allowed
    assert verdict.child is Child.UNKNOWN
    assert _ask([CLIENT, unknown], [YES_C, replace(YES_A, states_of_age=True)]).allowed


def test_a_child_of_unknown_birthday_is_asked_about_each_year() -> None:
    child = Person("m", Party.PARTICIPANT, Known.YES, GIVEN_ON, guardians=("g1",))
    assert _ask([CLIENT, child], [YES_C, YES_G1], date(2027, 6, 6)).allowed
    assert not _ask([CLIENT, child], [YES_C, YES_G1], date(2027, 6, 7)).allowed
    renewed = replace(YES_G1, events=(*YES_G1.events, ConsentEvent(date(2027, 6, 1), S.RENEWED)))
    assert _ask([CLIENT, child], [YES_C, renewed], date(2027, 6, 7)).allowed


def test_the_first_end_is_said() -> None:
    ends = replace(YES_A, events=(ConsentEvent(GIVEN_ON, S.GIVEN, date(2027, 1, 1)),))
    assert _ask([CLIENT, ADULT], [YES_C, ends]).valid_until == date(2027, 1, 1)


states = st.sampled_from([state for state in S if state not in (S.UNKNOWN, S.EXPIRED)])
histories = st.lists(st.tuples(st.integers(0, 300), states), max_size=5)


def _with(history: list[tuple[int, ConsentState]], record: ConsentRecord) -> ConsentRecord:
    return replace(record, events=tuple(ConsentEvent(GIVEN_ON + timedelta(days=n), state) for n, state in history))


@given(client=histories, adult=histories, day=st.integers(0, 400), after=st.integers(0, 400))
def test_a_withdrawal_stops_it_from_its_day_on(
    client: list[tuple[int, ConsentState]], adult: list[tuple[int, ConsentState]], day: int, after: int
) -> None:
    records = [_with(client, YES_C), _with([*adult, (day, S.WITHDRAWN)], YES_A)]
    if not any(n > day for n, _ in adult):
        assert not _ask([CLIENT, ADULT], records, GIVEN_ON + timedelta(days=day + after)).allowed


@given(client=histories, adult=histories, guardian=histories, day=st.integers(0, 400), drop=st.integers(0, 2))
def test_with_one_record_less_nothing_more_is_shown_unless_it_was_a_no(
    client: list[tuple[int, ConsentState]], adult: list[tuple[int, ConsentState]],
    guardian: list[tuple[int, ConsentState]], day: int, drop: int,
) -> None:  # fmt: skip
    when = GIVEN_ON + timedelta(days=day)
    records = [_with(client, YES_C), _with(adult, YES_A), _with(guardian, YES_G1)]
    people = [CLIENT, ADULT, replace(BORN, guardians=("g1",))]
    assert not _ask(people, records[:drop] + records[drop + 1 :], when).allowed
    if _ask(people, records, when).allowed:
        assert all(state_on(record, when, RULES) in (S.GIVEN, S.RENEWED) for record in records)
