"""`backupd prune` over a disk, a Dropbox and a Drive, with the installed command and the providers' real SDKs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness import write
from tests.e2e.pruning import BYTES, NAMES, OLD, ROOT, YOUNG, PruneStudio, accounts_in, content_of, everything
from tests.simulators.dropbox.account import Account as Dropbox
from tests.simulators.gdrive.account import Account as Drive


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dropbox, Drive]]:
    with accounts_in(tmp_path_factory.mktemp("clouds")) as made:
        yield made


@pytest.fixture
def studio(simulated: tuple[Dropbox, Drive], tmp_path: Path) -> PruneStudio:
    for account in simulated:
        account.begin(tmp_path)
    made = PruneStudio(tmp_path)
    made.begin(*simulated)
    return made


def test_a_disk_is_freed_by_plan_run_and_undo(studio: PruneStudio) -> None:
    studio.fill()
    plan = studio.plan("--store", "archive", status=1)
    assert {act["path"] for act in plan["acts"]} == everything(*OLD) and plan["bytes"] == 12 * BYTES
    assert [act["path"].split("/")[0] for act in plan["acts"]] == [shoot for shoot in OLD for _ in NAMES], "oldest first"
    assert all(act["act"] == "delete" and act["rule"] == "retention_passed" and act["why"] for act in plan["acts"])
    assert [each["rule"] for each in plan["refused"]] == ["min_retention"]
    assert studio.on_disk() == everything(*OLD, YOUNG), "a plan removes nothing"
    ran = studio.run("prune", "--run", plan["plan"], status=0)
    assert "Removed 12 files" in ran.out and f"--undo {plan['plan']}" in ran.out
    assert studio.on_disk() == everything(YOUNG) and studio.in_trash() == 12
    for _, _, state, proof, intent, outcome in studio.acts(plan["plan"]):
        assert state == "done" and intent < outcome
        assert {each["store"] for each in json.loads(proof)["witnesses"]} <= {"dropbox", "drive"}
        assert json.loads(proof)["witnesses"] and json.loads(proof)["rule"] == "retention_passed"
    assert studio.in_dropbox() == studio.in_drive() == everything(*OLD, YOUNG)
    studio.run("prune", "--run", plan["plan"], status=0)
    undone = studio.run("prune", "--undo", plan["plan"], status=0)
    assert "Brought back 12 files" in undone.out
    assert studio.on_disk() == everything(*OLD, YOUNG) and studio.in_trash() == 0
    studio.index(status=None)
    assert studio.shoot("virtanen")["stores"]["archive"] == {"present": 4, "missing": 0, "corrupt": 0}
    assert studio.shoot("virtanen")["removed"] == {}
    studio.run("ledger", "verify", status=0)


@pytest.mark.parametrize("store", ["dropbox", "drive"])
def test_a_cloud_is_freed_into_its_own_trash(studio: PruneStudio, store: str) -> None:
    studio.fill()
    account = studio.dropbox if store == "dropbox" else studio.drive
    account.control("set", quota_bytes=20 * BYTES)
    plan = studio.plan("--store", store, status=1)
    assert {act["store"] for act in plan["acts"]} == {store} and len(plan["acts"]) == 12
    studio.run("prune", "--run", plan["plan"], status=0)
    left = studio.in_dropbox() if store == "dropbox" else studio.in_drive()
    assert left == everything(YOUNG) and studio.on_disk() == everything(*OLD, YOUNG)
    until = studio.sql("SELECT DISTINCT recoverable_until FROM act")
    assert len(until) == 1 and until[0][0] is not None
    undone = studio.run("prune", "--undo", plan["plan"], status=1)
    assert "the provider's own trash has it, until" in undone.out


def test_room_is_each_store_s_own_and_freed_only_up_to_the_high_mark(studio: PruneStudio) -> None:
    studio.fill()
    studio.set_up(rooms='{low = "20 %", high = "30 %"}')
    studio.sql("DELETE FROM meta WHERE key = 'promises'")
    studio.index(status=None)
    # 16 files of 1000 bytes and a marker: some 12 % are free, and 30 % take four files.
    studio.dropbox.control("set", quota_bytes=18_500)
    plan = studio.plan("--store", "dropbox", status=0)
    assert {act["path"].split("/")[0] for act in plan["acts"]} == {OLD[0]}
    assert plan["stores"][0]["stopped"] == "enough is free afterwards"
    ran = studio.run("prune", "--run", plan["plan"], status=0)
    assert "Removed 4 files" in ran.out
    again = studio.plan("--store", "dropbox", status=0)
    assert again["acts"] == [] and again["plan"] is None and again["stores"][0]["stopped"] == "there is room enough"


def test_when_nothing_may_go_it_says_so_and_frees_nothing(studio: PruneStudio) -> None:
    studio.fill(shoots=(YOUNG,))
    ran = studio.run("prune", "--plan", "--store", "archive", status=1)
    assert "Nothing may go, so nothing is freed" in ran.out and "min_retention" in ran.out
    assert studio.on_disk() == everything(YOUNG)


def test_the_last_copy_stays(studio: PruneStudio) -> None:
    studio.fill(clouds=())
    plan = studio.plan("--store", "archive", status=1)
    assert plan["acts"] == [] and {each["rule"] for each in plan["refused"]} == {"min_retention", "last_copy"}
    # Copies that went after the plan: it is the stores that are asked, not the index.
    studio.fill(clouds=("dropbox",))
    plan = studio.plan("--store", "archive", status=1)
    assert len(plan["acts"]) == 12
    studio.dropbox.control("trash", path=f"{ROOT}/{OLD[0]}")
    ran = studio.run("prune", "--run", plan["plan"], status=1)
    assert "last_copy" in ran.out
    assert studio.on_disk() == everything(OLD[0], YOUNG)


def test_last_copies_go_where_the_studio_says_so(studio: PruneStudio) -> None:
    studio.set_up(retention="last_copies = true")
    studio.fill(clouds=())
    plan = studio.plan("--store", "archive", status=1)
    studio.run("prune", "--run", plan["plan"], status=0)
    assert studio.on_disk() == everything(YOUNG)


def test_what_was_changed_since_the_plan_stays_with_its_family(studio: PruneStudio) -> None:
    studio.fill()
    plan = studio.plan("--store", "archive", status=1)
    write(studio.archive / OLD[0] / "IMG_1.CR3", "edited")
    (studio.archive / OLD[1] / "IMG_2.CR3").unlink()
    write(studio.archive / OLD[1] / "IMG_2.CR3", content_of(OLD[1], "IMG_2.CR3"))
    ran = studio.run("prune", "--run", plan["plan"], status=1)
    assert "changed" in ran.out
    kept = {f"{OLD[0]}/IMG_1.CR3", f"{OLD[0]}/IMG_1.xmp", f"{OLD[1]}/IMG_2.CR3"}
    # Notes go with the last of their shoot.
    assert studio.on_disk() == everything(YOUNG) | kept | {f"{OLD[0]}/notes.txt", f"{OLD[1]}/notes.txt"}
    assert (studio.archive / OLD[0] / "IMG_1.CR3").read_text() == "edited"


def test_a_new_revision_in_a_cloud_is_not_touched(studio: PruneStudio) -> None:
    studio.fill()
    for store, account in (("dropbox", studio.dropbox), ("drive", studio.drive)):
        account.control("set", quota_bytes=20 * BYTES)
        plan = studio.plan("--store", store, status=1)
        account.put(f"{ROOT}/{OLD[2]}/IMG_2.CR3", "another device's edit")
        studio.run("prune", "--run", plan["plan"], status=1)
        left = studio.in_dropbox() if store == "dropbox" else studio.in_drive()
        assert left == everything(YOUNG) | {f"{OLD[2]}/IMG_2.CR3", f"{OLD[2]}/notes.txt"}
        assert account.content(f"{ROOT}/{OLD[2]}/IMG_2.CR3") == b"another device's edit"
        studio.index(status=None)
        break


def test_a_hold_between_plan_and_run_is_obeyed(studio: PruneStudio) -> None:
    studio.fill()
    plan = studio.plan("--store", "archive", status=1)
    shoot = plan["acts"][0]["shoot"]
    studio.pin(shoot)
    ran = studio.run("prune", "--run", plan["plan"], status=1)
    assert "pin" in ran.out and studio.on_disk() == everything(OLD[0], YOUNG)


def test_a_plan_that_was_tampered_with_is_refused(studio: PruneStudio) -> None:
    studio.fill()
    plan = studio.plan("--store", "archive", status=1)
    studio.sql(f"UPDATE act SET path = CAST('{YOUNG}/IMG_1.CR3' AS BLOB) WHERE number = 1")
    ran = studio.run("prune", "--run", plan["plan"], status=4)
    assert "plan_changed" in ran.err and studio.on_disk() == everything(*OLD, YOUNG)


def test_a_lowered_promise_frees_nothing_before_it_is_confirmed(studio: PruneStudio) -> None:
    studio.fill()
    studio.set_up(rooms='{low = "900000 TB", high = "900001 TB"}')
    plan = studio.plan("--store", "archive", status=1)
    assert plan["acts"] == [] and {each["rule"] for each in plan["refused"]} == {"policy_changed", "min_retention"}


def test_who_may_run_a_plan(studio: PruneStudio) -> None:
    studio.fill()
    plan = studio.plan("--store", "archive", status=1)
    studio.set_up(staff="desk")
    assert "staff_role" in studio.run("prune", "--run", plan["plan"], status=4).err
    studio.set_up(staff="")
    assert "staff_only" in studio.run("prune", "--run", plan["plan"], status=4).err
    assert studio.on_disk() == everything(*OLD, YOUNG) and studio.in_trash() == 0


def test_a_day_takes_no_more_than_its_limit(studio: PruneStudio) -> None:
    studio.set_up(retention="most_files = 5")
    studio.fill()
    first, second = (studio.plan("--store", "archive", status=1) for _ in range(2))
    assert len(first["acts"]) == 4 and first["stores"][0]["stopped"] == "one run may take no more"
    studio.run("prune", "--run", first["plan"], status=0)
    assert "run_limit" in studio.run("prune", "--run", second["plan"], status=4).err
    assert len(studio.plan("--store", "archive", status=1)["acts"]) == 1, "one more is left for today"


def test_a_plan_can_be_looked_at_before_and_after_it_runs(studio: PruneStudio) -> None:
    studio.fill(clouds=("dropbox",))
    ran = studio.run("prune", "--plan", status=1)
    assert "min_retention: 1 shoot (" in ran.out, "it stays in three stores, and is one"
    assert "Virtanen · häät · 1.5.2021: 4 files" in ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines()), ran.out
    uid = ran.out.split("--run ")[1].split()[0]
    made = studio.json("prune", "--show", uid)
    assert (made["state"], {act["state"] for act in made["acts"]}, len(made["acts"])) == ("made", {"planned"}, 12)
    shown = studio.run("prune", "--show", uid, status=0).out
    assert ": 12 files" in shown and "Virtanen · häät · 1.5.2021: 4 files" in shown and f"--run {uid}" in shown
    pinned = next(act["shoot"] for act in made["acts"] if act["path"].startswith(OLD[1]))
    studio.pin(pinned)
    studio.run("prune", "--run", uid, status=1)
    became = studio.json("prune", "--show", uid)["acts"]
    assert {(act["shoot"] == pinned, act["state"]) for act in became} == {(False, "done"), (True, "refused")}
    # What backupd removed is not missing; what goes by itself is.
    (studio.archive / YOUNG / "IMG_1.CR3").unlink()
    studio.index(status=None)
    gone = next(act["shoot"] for act in became if act["state"] == "done")
    shown_as = studio.json("show", str(gone))
    store = next(act["store"] for act in became)
    assert shown_as["removed"] == {store: 4} and shown_as["stores"][store] == {"present": 0, "missing": 0, "corrupt": 0}
    assert "4 removed by backupd" in studio.run("show", str(gone)).out
    assert {row["name"]: row["missing"] for row in studio.json("status")["stores"]} == {
        "archive": 1, "dropbox": 0, "drive": 0,
    }  # fmt: skip
    copies = [copy for file in studio.json("where", str(gone))["files"] for copy in file["copies"] if copy["store"] == store]
    assert {copy["state"] for copy in copies} == {"missing"} and all(copy["removed_at"] for copy in copies)
    after = studio.run("prune", "--show", uid, status=0).out
    assert "8 done, 4 refused" in after and f"stays: {OLD[1]}/IMG_1.CR3" in after and "--run" not in after
    studio.run("prune", "--show", "nothing", status=2)


def test_a_rehearsal_saves_nothing_and_runs_take_no_day(studio: PruneStudio) -> None:
    studio.fill()
    later = studio.plan("--store", "archive", "--today", "2029-01-01")
    assert later["plan"] is None and {act["path"] for act in later["acts"]} == everything(*OLD, YOUNG)
    plan = studio.plan("--store", "archive", status=1)
    studio.run("prune", "--run", plan["plan"], "--today", "2029-01-01", status=2)
    assert [each["plan"] for each in studio.json("prune", "--list")] == [plan["plan"]]


def test_a_store_that_is_away_keeps_its_acts_open(studio: PruneStudio) -> None:
    studio.fill()
    plan = studio.plan("--store", "archive", status=1)
    away = studio.archive.rename(studio.root / "unplugged")
    studio.archive.mkdir()
    ran = studio.run("prune", "--run", plan["plan"], status=3)
    assert "12 files still open" in ran.out
    studio.archive.rmdir()
    away.rename(studio.archive)
    studio.run("prune", "--run", plan["plan"], status=0)
    assert studio.on_disk() == everything(YOUNG)


def test_a_read_only_store_is_never_freed(studio: PruneStudio) -> None:
    studio.fill()
    plan = studio.plan("--store", "archive", status=1)
    studio.config.write_text(studio.config.read_text().replace('kind = "local"', 'kind = "local"\nrole = "read-only"'))
    ran = studio.run("prune", "--run", plan["plan"], status=3)
    assert "read-only" in ran.err and studio.on_disk() == everything(*OLD, YOUNG)
    assert "read_only" in studio.run("prune", "--plan", "--store", "archive", status=4).err


def test_the_trash_is_emptied_after_its_time_unless_a_hold_came(studio: PruneStudio) -> None:
    studio.fill()
    plan = studio.plan("--store", "archive", status=1)
    studio.run("prune", "--run", plan["plan"], status=0)
    shoot = plan["acts"][0]["shoot"]
    studio.pin(shoot)
    assert studio.in_trash() == 12
    studio.sql("UPDATE act SET recoverable_until = '2026-01-01'")
    studio.run("prune", "--empty", status=1)
    assert studio.in_trash() == 4
    studio.run("prune", "--empty", status=1)
    assert studio.in_trash() == 4
    studio.run("prune", "--undo", plan["plan"], status=1)
    assert studio.on_disk() == everything(OLD[0], YOUNG)


@pytest.mark.parametrize("slip", ["last_copies = true", 'undo_within = "1 day"', "most_files = 90000"])
def test_what_lets_more_go_waits_for_the_owner_s_word(studio: PruneStudio, slip: str) -> None:
    studio.fill(clouds=())
    plan = studio.plan("--store", "archive", status=1)
    studio.set_up(retention=slip)
    lowered = studio.plan("--store", "archive", status=1)
    assert lowered["acts"] == [] and {each["rule"] for each in lowered["refused"]} >= {"policy_changed"}
    told = studio.run("prune", "--plan", "--store", "archive", status=1)
    assert "backupd config diff" in told.err
    assert len(studio.json("config", "diff")["lowered"]) == 1
    studio.run("config", "diff", "--confirm", status=0)
    confirmed = studio.plan("--store", "archive", status=1)
    assert {each["rule"] for each in confirmed["refused"]} <= {"min_retention", "last_copy"}
    assert len(confirmed["acts"]) == (12 if "last" in slip else len(plan["acts"]))
