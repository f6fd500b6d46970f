"""Retention and its reasons, as commands give them: days, holds, what is unread, unattached or erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text, update

from backupd.follow_up import follow_up
from backupd.policy.copies import CopyRules
from backupd.policy.facts import Known
from backupd.policy.retention import Retention
from backupd.promises import copy_rules, in_force, kept, limits_of, not_confirmed, pruning_by
from backupd.prune.basis import basis_of as prune_basis
from backupd.retaining import Basis, holding, on_day, retentions
from backupd.settings.models import Settings
from backupd.settings.values import Duration
from index import holds
from index.engine import Index, open_index
from index.holds import Hold
from index.ledger_key import LedgerKey
from index.schema import act, content, copy, disclosure, plan
from index.scopes import Scope, add
from index.stores import get_meta, set_meta
from tests.unit.one_wedding import PICTURE, fill

KEY = LedgerKey(b"k" * 32)
NOW = 1_800_000_000


def _at(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp())


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = open_index(f"sqlite:///{tmp_path / 'index.db'}", create=True)
    fill(index)
    with index.write() as conn:
        conn.execute(text("UPDATE review SET settled_at = 6"))
        conn.execute(text("UPDATE shoot SET day_from = 'folder'"))
    yield index
    index.close()


@pytest.fixture
def conn(index: Index) -> Iterator[Connection]:
    with index.write() as connection:
        yield connection


def _basis(today: date = date(2027, 7, 7), key: LedgerKey | None = KEY) -> Basis:
    return Basis(today, UTC, Duration(years=1), Duration(days=30), key)


def _wedding(conn: Connection, basis: Basis | None = None) -> Retention:
    return retentions(conn, basis or _basis())[1]


def test_the_same_verdict_whether_one_shoot_or_all_are_asked_for(conn: Connection) -> None:
    every = retentions(conn, _basis())
    assert every[1].state == "prunable"
    assert every == retentions(conn, _basis(), [1]) | retentions(conn, _basis(), [2])


def test_a_new_picture_and_a_delivery_lengthen_the_promise(conn: Connection) -> None:
    conn.execute(update(content).where(content.c.id == 1).values(first_seen_at=_at("2026-12-23")))
    assert _wedding(conn).protected_until == date(2027, 12, 23)
    given = {"channel": "zip", "files": 1, "size": 1, "given_at": _at("2027-01-04"), "given_by": "anna"}
    conn.execute(insert(disclosure).values(shoot_id=1, **given))
    assert _wedding(conn).protected_until == date(2028, 1, 4)


def test_a_list_that_is_seen_anew_lengthens_nothing(conn: Connection) -> None:
    conn.execute(update(content).where(content.c.id == 2).values(first_seen_at=_at("2026-12-23")))
    assert _wedding(conn).protected_until == date(2027, 6, 6)


def test_a_file_of_unknown_bytes_is_protected_until_it_is_read_or_gone(conn: Connection) -> None:
    conn.execute(update(copy).where(copy.c.id == 1).values(content_id=None))
    assert _wedding(conn).state == "unknown"
    conn.execute(update(copy).where(copy.c.id == 1).values(state="m"))
    assert _wedding(conn).state == "prunable"


def test_a_hold_on_a_person_is_on_every_shoot_that_names_them(conn: Connection) -> None:
    person = KEY.hash("email", "aino@virtanen.example")
    holds.add(conn, Hold("h1", "restriction", 100, "anna", "disputed", "anna", "a", person=person))
    assert (_wedding(conn).state, retentions(conn, _basis())[2].state) == ("held", "unknown")
    add(conn, "h1", Scope(persons=frozenset({KEY.hash("phone", "0401234567")})))
    assert retentions(conn, _basis())[2].state == "held"


def test_without_the_key_a_persons_hold_is_on_everything(conn: Connection) -> None:
    holds.add(conn, Hold("h1", "objection", 100, "anna", "disputed", "anna", person="aa" * 32))
    assert _wedding(conn).state == "prunable"
    assert _wedding(conn, _basis(key=None)).state == "held"


def test_held_files_are_held_in_another_shoot_too(conn: Connection) -> None:
    conn.execute(update(copy).where(copy.c.id == 3).values(content_id=1))
    holds.add(conn, Hold("h1", "pin", 100, "anna", "best", "anna", shoot_id=2, shoot_hash="cc" * 32, files=1))
    add(conn, "h1", Scope(frozenset({PICTURE})))
    assert _wedding(conn).state == "held"


def test_a_hold_is_told_for_past_days_as_it_was(conn: Connection) -> None:
    holds.add(conn, Hold("h1", "pin", _at("2027-07-08"), "anna", "best", "anna", shoot_id=1, shoot_hash="cc" * 32))
    holds.release(conn, "h1", _at("2027-07-10"), "anna", "no longer")
    states = [_wedding(conn, _basis(date(2027, 7, day))).state for day in (7, 8, 9, 10, 11)]
    assert states == ["prunable", "held", "held", "prunable", "prunable"]


def test_what_an_erasure_took_whole_is_said_to_be_erased(conn: Connection) -> None:
    conn.execute(insert(plan).values(id=1, uid="p", kind="erasure", state="done", digest=b"d", made_at=1, made_by="anna"))
    done = {"act": "delete", "rule": "erasure", "why": "asked", "state": "done", "number": 1, "store_id": 1}
    conn.execute(insert(act).values(plan_id=1, shoot_id=1, **done))
    assert _wedding(conn).state == "prunable"
    conn.execute(update(copy).where(copy.c.folder_id.in_([1, 2])).values(state="m"))
    assert _wedding(conn).state == "erased"


def test_holds_without_their_shoot_are_told_and_attach_once_it_appears(index: Index, tmp_path: Path) -> None:
    settings = Settings.model_validate({"index": {"url": f"sqlite:///{tmp_path / 'index.db'}"}})
    (tmp_path / "ledger.key").write_text("6b" * 32 + "\n")
    (tmp_path / "ledger.key").chmod(0o600)
    hashed = KEY.hash("shoot", "virtanen|2026-06-06|2026-06-06|aino ja onni")
    with index.write() as conn:
        holds.add(conn, Hold("h1", "pin", 100, "anna", "best", "anna", shoot_hash=hashed))
        assert [one.uid for one in holding(conn, _basis()).unattached] == ["h1"]
        assert _wedding(conn).state == "prunable"
    assert follow_up(index, settings, NOW) == 1
    with index.read() as conn:
        assert (_wedding(conn).state, holding(conn, _basis()).unattached) == ("held", ())


def _settings(**retention: object) -> Settings:
    return Settings.model_validate({"retention": retention})


def test_a_lowered_promise_counts_as_it_was_until_somebody_confirms(index: Index) -> None:
    strict, slack = _settings(minimum="2 years", require_copies=3), _settings(minimum="1 year", require_copies=2)
    follow_up(index, strict, NOW)
    with index.read() as conn:
        assert not_confirmed(conn, strict) == ()
        assert len(not_confirmed(conn, slack)) == 2
        assert in_force(conn, slack) == limits_of(strict)
    follow_up(index, slack, NOW)
    with index.read() as conn:
        assert in_force(conn, slack) == limits_of(strict)


def test_a_raised_promise_is_kept_at_once_and_lowering_it_again_is_lowering(index: Index) -> None:
    follow_up(index, _settings(), NOW)
    follow_up(index, _settings(minimum="3 years"), NOW)
    with index.read() as conn:
        before = kept(conn)
        assert before is not None
        assert before.limits.minimum == Duration(years=3)
        assert not_confirmed(conn, _settings()) == ("the minimum was 3 years and is 1 year",)


_LOOSE: dict[str, Any] = {
    "verify_within": "5 years",
    "prune": {
        "last_copies": True, "spare_copies": True, "most_files": "forever", "most_bytes": "9 TB", "most_share": "100 %",
        "undo_within": "1 day",
    },
}  # fmt: skip


def _with_stores(role: str, **retention: object) -> Settings:
    stores = [{"name": "archive", "kind": "local", "path": "/a", "role": role}]
    return Settings.model_validate({"retention": retention, "stores": stores})


def test_every_limit_is_kept_as_it_was_and_read_again(index: Index) -> None:
    loose = _with_stores("replica", **_LOOSE)
    follow_up(index, loose, NOW)
    with index.read() as conn:
        one = kept(conn)
        assert one is not None and one.limits == limits_of(loose)
        assert not_confirmed(conn, loose) == ()


def test_what_an_older_record_does_not_tell_counts_as_if_nothing_were_configured(index: Index) -> None:
    loose = _settings(**_LOOSE)
    follow_up(index, loose, NOW)
    old = ("minimum", "grace", "require_copies", "low", "high", "unused_contacts")
    with index.write() as conn:
        said = json.loads(get_meta(conn, "promises") or "")
        said["limits"] = {name: said["limits"][name] for name in old}
        set_meta(conn, "promises", json.dumps(said))
    with index.read() as conn:
        assert len(not_confirmed(conn, loose)) == 7
        assert in_force(conn, loose) == limits_of(_settings())


def test_clean_ups_and_copies_go_by_what_is_in_force(index: Index, tmp_path: Path) -> None:
    follow_up(index, _with_stores("replica"), NOW)
    loose = _with_stores("working", **_LOOSE)
    now = datetime(2028, 4, 1, 12, tzinfo=UTC)
    with index.read() as conn:
        limits = in_force(conn, loose)
        basis = prune_basis(conn, loose, now)
        assert pruning_by(limits, loose) == Settings().retention.prune == basis.prune
        assert basis.rules == copy_rules(limits) == CopyRules(2, Duration(months=6))
        assert basis.lowered is Known.YES
        assert limits.cleaned == frozenset()


def test_a_share_that_no_decimals_show_whole_is_kept_exactly(index: Index) -> None:
    third = _settings(free_space={"low": "33.333333333 %", "high": "66.666666667 %"})
    follow_up(index, third, NOW)
    with index.read() as conn:
        assert not_confirmed(conn, third) == ()
        assert in_force(conn, third) == limits_of(third)


def test_a_past_day_is_told_by_what_was_known_then(conn: Connection) -> None:
    conn.execute(update(content).where(content.c.id == 1).values(first_seen_at=_at("2028-03-01")))
    given = {"channel": "zip", "files": 1, "size": 1, "given_at": _at("2028-03-02"), "given_by": "anna"}
    conn.execute(insert(disclosure).values(shoot_id=1, **given))
    conn.execute(text("UPDATE review SET opened_at = :at, settled_at = NULL").bindparams(at=_at("2028-03-03")))
    now = datetime(2028, 4, 1, 12, tzinfo=UTC)
    today = _basis(now.date())
    assert _wedding(conn, today).state == "unknown", "its day is in review"
    then = on_day(today, date(2028, 3, 2), now)
    assert _wedding(conn, then).protected_until == date(2029, 3, 2), "given out on that very day, in review a day later"
    assert _wedding(conn, on_day(today, date(2028, 3, 1), now)).protected_until == date(2029, 3, 1)
    before = _wedding(conn, on_day(today, date(2028, 2, 29), now))
    assert (before.state, before.protected_until) == ("prunable", date(2027, 6, 6))
    later = on_day(today, date(2028, 5, 1), now)
    assert (later.until, _wedding(conn, later).state) == (None, "unknown"), "a day to come is told by all that is known"


def test_what_was_settled_since_was_in_doubt_before(conn: Connection) -> None:
    conn.execute(text("UPDATE review SET opened_at = :a, settled_at = :b").bindparams(a=_at("2027-07-01"), b=_at("2027-08-01")))
    now = datetime(2027, 9, 1, 12, tzinfo=UTC)
    assert _wedding(conn, on_day(_basis(), date(2027, 6, 30), now)).state != "unknown"
    assert _wedding(conn, on_day(_basis(), date(2027, 7, 15), now)).state == "unknown"
    assert _wedding(conn, on_day(_basis(), date(2027, 8, 2), now)).state == "prunable"
