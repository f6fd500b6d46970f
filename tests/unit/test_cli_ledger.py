"""Who looks things up, what of it the ledger holds, and the commands that show and verify it."""

from __future__ import annotations

import io
import json
import resource
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backupd.accounts import account_name
from backupd.cli.frame import DONE, NEEDS_PERSON, REFUSED, STORE_FAILED, WRONG_USE
from backupd.cli.main import main
from backupd.clock import FixedClock
from backupd.settings.models import Employee
from backupd.staff import NotAllowed, require_role, who_acts, who_looks
from index.consents import Consent
from index.engine import open_index
from index.holds import Hold
from index.ledger import LedgerReader, open_ledger
from index.ledger_line import Draft
from index.replay import give_consent, put_hold, record_erased
from tests.unit.one_wedding import KEY, LIST, PICTURE, fill

CLOCK = FixedClock(datetime(2026, 11, 27, 12, 0, tzinfo=UTC))


class Desk:
    """The command line over an index with one wedding."""

    def __init__(self, folder: Path, staff: str) -> None:
        self.folder = folder
        self.out = self.err = ""
        (folder / "backupd.toml").write_text(
            f'[studio]\nname = "Testistudio"\n[staff]\n{staff}\n[index]\nurl = "sqlite:///{folder}/index.db"\n'
        )
        index = open_index(f"sqlite:///{folder / 'index.db'}", create=True)
        fill(index)
        index.close()

    @property
    def ledger(self) -> LedgerReader:
        return LedgerReader(self.folder / "ledger")

    def run(self, *words: str) -> int:
        out, err = io.StringIO(), io.StringIO()
        environ = {"BACKUPD_CONFIG": str(self.folder / "backupd.toml")}
        status = main(list(words), environ, out=out, err=err, clock=CLOCK)
        self.out, self.err = out.getvalue(), err.getvalue()
        return status

    def json(self, *words: str) -> Any:
        self.run(*words, "--json")
        return json.loads(self.out)

    def kinds(self) -> list[tuple[str, str]]:
        return [(entry.draft.kind, entry.draft.words.get("command", "")) for entry in self.ledger.entries()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, f'{account_name()} = "Anna Esimerkki, owner"')


@pytest.fixture
def nobodys(tmp_path: Path) -> Desk:
    return Desk(tmp_path, "")


# Who acts.


def test_only_whom_staff_names_may_act() -> None:
    staff = {"anna": Employee(name="Anna Esimerkki", role="owner"), "pekka": Employee(name="Pekka")}
    anna = who_acts(staff, "anna")
    assert (anna.account, anna.name, anna.role) == ("anna", "Anna Esimerkki", "owner")
    with pytest.raises(NotAllowed) as failure:
        who_acts(staff, "eve")
    assert (failure.value.rule, "eve" in failure.value.mend) == ("staff_only", True)
    with pytest.raises(NotAllowed):
        who_acts({}, "anna")
    require_role(anna, ("owner",))
    with pytest.raises(NotAllowed, match="staff_role"):
        require_role(who_acts(staff, "pekka"), ("owner",))


def test_any_account_can_be_written_into_the_ledger() -> None:
    staff = {name: Employee(name="Anna") for name in ("anna", "STUDIO\\anna", "anna lahti", "äiti")}
    written = [Draft("look-up", 1, who_acts(staff, name).by).by for name in staff]
    assert written == ["anna", "STUDIO\\x5canna", "anna\\x20lahti", "\\xe4iti"]


def test_looking_up_needs_a_name_only_once_staff_has_names() -> None:
    assert who_looks({}, "eve") is None
    with pytest.raises(NotAllowed):
        who_looks({"anna": Employee(name="Anna")}, "eve")


def test_the_account_is_the_kernels_word_not_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "anna")
    assert account_name() != "anna"


# Look-ups.


@pytest.mark.parametrize("command", ["find", "show", "where"])
def test_a_look_up_is_recorded_without_a_name(desk: Desk, command: str) -> None:
    assert desk.run(command, "virtanen", "aino", "onni") == DONE
    assert desk.kinds() == [("opened", ""), ("look-up", command)]
    *_, entry = desk.ledger.entries()
    key = open_ledger(desk.folder / "ledger", desk.folder / "ledger.key").key
    assert key.hash("shoot", KEY) in entry.draft.subjects
    assert (entry.draft.by, entry.draft.at) == (account_name(), int(CLOCK.instant.timestamp()))
    written = desk.ledger.path.read_text()
    assert [name for name in ("irtanen", "ino", "nni", "Esimerkki", "häät") if name in written] == []


def test_a_look_up_that_finds_nothing_is_recorded_as_well(desk: Desk) -> None:
    assert desk.json("find", "zzzzz") == []
    *_, entry = desk.ledger.entries()
    assert (entry.draft.subjects, entry.draft.numbers) == ((), {"shoots": 0})


@pytest.mark.parametrize("command", ["find", "show", "where"])
def test_whom_staff_does_not_name_is_refused(tmp_path: Path, command: str) -> None:
    desk = Desk(tmp_path, 'somebody-else = "Pekka, desk"')
    assert desk.run(command, "virtanen") == REFUSED
    assert "staff_only" in desk.err
    assert (desk.out, desk.ledger.path.exists()) == ("", False)


def test_without_staff_look_ups_go_on_and_nothing_is_recorded(nobodys: Desk) -> None:
    assert nobodys.run("show", "1") == DONE
    assert "Aino" in nobodys.out
    assert not (nobodys.folder / "ledger").exists()
    assert not (nobodys.folder / "ledger.key").exists()


def test_a_full_disk_fails_no_look_up_and_is_said(desk: Desk) -> None:
    ledger = open_ledger(desk.folder / "ledger", desk.folder / "ledger.key")
    for _ in range(5):
        # Larger than the files that SQLite needs to read.
        ledger.append(Draft("look-up", 1, "anna", ("ab" * 32,) * 400))
    size = desk.ledger.path.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        answer = desk.run("show", "1", "--json")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answer == NEEDS_PERSON
    assert json.loads(desk.out)["id"] == 1
    assert "could not be recorded" in desk.err
    assert "full" in desk.err


@pytest.mark.parametrize("trouble", ["key lost", "ledger damaged"])
def test_a_ledger_in_trouble_fails_no_look_up_and_is_said(desk: Desk, trouble: str) -> None:
    desk.run("show", "1")
    if trouble == "key lost":
        (desk.folder / "ledger.key").unlink()
    else:
        desk.ledger.path.write_bytes(desk.ledger.path.read_bytes() + b"{}\n")
    assert desk.run("find", "virtanen") == NEEDS_PERSON
    assert "Virtanen" in desk.out
    assert "could not be recorded" in desk.err


def test_an_index_that_lacks_an_erasure_answers_nobody_until_it_is_replayed(nobodys: Desk) -> None:
    ledger = open_ledger(nobodys.folder / "ledger", nobodys.folder / "ledger.key")
    erasure = Draft("erased", 5, "anna", contents=(PICTURE.hex(), LIST.hex()), words={"request": "r1"}, rule="erasure")
    ledger.append(erasure)
    assert nobodys.run("find", "virtanen") == STORE_FAILED
    assert ("ledger replay" in nobodys.err, "Virtanen" in nobodys.out) == (True, False)
    assert nobodys.run("ledger", "replay") == DONE
    assert "Applied 1 entry: 2 erased files" in nobodys.out
    assert nobodys.run("find", "virtanen") == DONE
    assert "häät" not in nobodys.out


def test_recording_costs_a_look_up_a_few_milliseconds(desk: Desk) -> None:
    desk.run("show", "1")
    ledger = open_ledger(desk.folder / "ledger", desk.folder / "ledger.key")
    taken = []
    for _ in range(20):
        begun = time.perf_counter()
        ledger.append(Draft("look-up", 1, "anna"))
        taken.append(time.perf_counter() - begun)
    # What a slow, busy disk may take; the usual figure stands in the decision.
    assert sorted(taken)[10] < 0.25


def test_a_shoot_is_shown_with_its_holds_and_consents(desk: Desk) -> None:
    index = open_index(f"sqlite:///{desk.folder / 'index.db'}")
    ledger = open_ledger(desk.folder / "ledger", desk.folder / "ledger.key")
    hashed, person = ledger.key.hash("shoot", KEY), ledger.key.hash("name", "Aino Virtanen")
    with index.write() as conn:
        put_hold(conn, ledger, Hold("h1", "pin", 5, "anna", "our best wedding", "anna", shoot_id=1, shoot_hash=hashed))
        for uid, until in (("c1", "2026-10-31"), ("c2", None)):
            said = Consent(uid, "yes", person, "client", ("web", "print"), "2026-06-06", 5, "anna", "Aino Virtanen")
            give_consent(conn, ledger, replace(said, shoot_id=1, shoot_hash=hashed, until_day=until))
    index.close()
    shown = desk.json("show", "1")
    assert [(hold["id"], hold["kind"], hold["reason"]) for hold in shown["holds"]] == [("h1", "pin", "our best wedding")]
    assert [(each["id"], each["state"], each["until"]) for each in shown["consents"]] == [
        ("c1", "expired", "2026-10-31"),
        ("c2", "given", None),
    ]
    desk.run("show", "1", "--today", "2026-10-31")
    assert "pin hold h1: our best wedding" in desk.out
    assert "consent c1: Aino Virtanen, web, print: given until 31.10.2026" in desk.out
    assert desk.json("show", "2")["holds"] == []


# Showing and verifying.


def test_the_ledger_is_shown_in_80_columns_and_as_json(desk: Desk) -> None:
    desk.run("find", "2026")
    desk.run("show", "1")
    assert desk.run("ledger", "show") == DONE
    assert max(len(line) for line in desk.out.splitlines()) <= 80
    assert "look-up" in desk.out
    rows = desk.json("ledger", "show")
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert (rows[2]["kind"], rows[2]["by"], rows[2]["words"]) == ("look-up", account_name(), {"command": "show"})
    assert rows[2]["at"] == "2026-11-27T12:00:00+00:00"
    assert len(rows[2]["hash"]) == 64
    assert [row["sequence"] for row in desk.json("ledger", "show", "--last", "1")] == [3]
    assert [row["sequence"] for row in desk.json("ledger", "show", "--from", "2")] == [2, 3]
    assert [row["sequence"] for row in desk.json("ledger", "show", "--kind", "opened")] == [1]
    assert desk.run("ledger", "show", "--last", "0") == WRONG_USE


def test_a_ledger_that_is_whole_is_said_to_be(desk: Desk) -> None:
    desk.run("show", "1")
    desk.run("ledger", "head")
    head = desk.out.strip()
    desk.run("show", "1")
    assert desk.run("ledger", "verify", "--head", head) == DONE
    assert "3 entries" in desk.out
    answer = desk.json("ledger", "verify", "--head", head)
    assert (answer["entries"], answer["problems"], answer["torn"]) == (3, [], 0)
    assert desk.json("ledger", "head")["sequence"] == 3


def test_a_changed_line_is_named(desk: Desk) -> None:
    for _ in range(3):
        desk.run("show", "1")
    content = desk.ledger.path.read_bytes().splitlines(keepends=True)
    content[2] = content[2].replace(b'"show"', b'"find"')
    desk.ledger.path.write_bytes(b"".join(content))
    assert desk.run("ledger", "verify") == NEEDS_PERSON
    assert "line 3: " in desk.out
    assert desk.json("ledger", "verify")["problems"][0]["line"] == 3


def test_a_cut_end_is_found_by_what_the_index_has_met(desk: Desk) -> None:
    desk.run("show", "1")
    before = desk.ledger.path.read_bytes()
    index = open_index(f"sqlite:///{desk.folder / 'index.db'}")
    ledger = open_ledger(desk.folder / "ledger", desk.folder / "ledger.key")
    with index.write() as conn:
        record_erased(conn, ledger, (), (PICTURE,), 5, "anna", request="r1", rule="erasure")
    index.close()
    assert desk.run("ledger", "verify") == DONE
    assert "agrees with entry 3 in the index" in desk.out
    desk.ledger.path.write_bytes(before)
    assert desk.run("ledger", "verify") == NEEDS_PERSON
    assert "cut after entry 2" in desk.out
    assert desk.run("show", "2") == NEEDS_PERSON
    assert "could not be recorded" in desk.err
    assert desk.ledger.path.read_bytes() == before


def test_a_head_that_is_none_is_wrong_use(desk: Desk) -> None:
    assert desk.run("ledger", "verify", "--head", "3:abc") == WRONG_USE
    assert desk.run("ledger", "verify") == DONE
