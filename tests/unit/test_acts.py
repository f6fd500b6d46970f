"""Carrying out plans: proof, intent, removal, look, outcome; what is refused, what stays open, what comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.errors import Unavailable
from adapters.memory import MemoryStore
from adapters.records import Presence
from backupd.acts.carrying import PlanNotApproved
from backupd.policy.facts import Known
from backupd.settings.values import Duration
from index import plans
from tests.unit.acts_studio import FREE, ActsStudio

FOLDER = "2026-06-06 Virtanen häät"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ActsStudio]:
    """Four files on a disk, the same in a cloud."""
    made = ActsStudio(tmp_path)
    root, cloud = made.local(), made.memory()
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        put(root, name)
        cloud.tree.put(f"{FOLDER}/{name}", name.encode())
    made.run("cloud")
    made.record_disk("archive")
    yield made
    made.close()


def put(root: Path, name: str, content: str | None = None) -> Path:
    path = root / FOLDER / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content or name)
    return path


def cloud_of(studio: ActsStudio) -> MemoryStore:
    store = studio.stores["cloud"][1]
    assert isinstance(store, MemoryStore)
    return store


def on_disk(studio: ActsStudio) -> set[str]:
    return set(os.listdir(studio.folder / "archive" / FOLDER))


def in_trash(studio: ActsStudio) -> int:
    trash = studio.folder / "archive" / ".backupd-trash"
    return len(list(trash.iterdir())) if trash.exists() else 0


def at(*names: str, store: str = "archive") -> list[tuple[str, str]]:
    return [(store, f"{FOLDER}/{name}") for name in names]


def test_what_is_approved_goes_with_intent_proof_and_outcome(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg", "b.jpg"))
    done = studio.carry_out(uid)
    assert (done.states, done.freed, done.open, done.troubles) == ({"done": 2}, 10, 0, {})
    assert on_disk(studio) == {"c.jpg", "d.jpg"} and in_trash(studio) == 2
    intent, outcome = studio.entries("intent", "outcome")
    assert intent.draft.contents == outcome.draft.contents and len(intent.draft.contents) == 2
    assert intent.draft.words == {"plan": uid, "act": "delete"} and outcome.draft.words["result"] == "done"
    for act in studio.acts(uid):
        assert act.proof is not None and (act.intent, act.outcome) == (intent.sequence, outcome.sequence)
        assert act.proof["rule"] == "retention_passed" and act.proof["answer"] == {"presence": "absent"}
        assert [each["store"] for each in act.proof["witnesses"]] == ["cloud"]
        assert act.recoverable_until == "2028-07-01"
    assert set(studio.known("archive")) == {f"{FOLDER}/c.jpg", f"{FOLDER}/d.jpg"}
    with studio.index.read() as conn:
        plan = plans.get_plan(conn, uid)
    assert plan is not None and plan.state == "done"


def test_only_an_approved_plan_runs(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg"), approved=False)
    with pytest.raises(PlanNotApproved):
        studio.carry_out(uid)
    with pytest.raises(PlanNotApproved):
        studio.carry_out("no such plan")
    assert "a.jpg" in on_disk(studio) and studio.entries() == []


def test_a_plan_whose_acts_are_others_than_were_approved_does_not_run(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg"))
    with studio.index.write() as conn:
        conn.execute(text("UPDATE act SET path = :path"), {"path": os.fsencode(f"{FOLDER}/b.jpg")})
    with pytest.raises(PlanNotApproved, match="changed"):
        studio.carry_out(uid)
    assert on_disk(studio) == {"a.jpg", "b.jpg", "c.jpg", "d.jpg"}


@pytest.mark.parametrize("change", ["other bytes", "touched", "replaced", "gone", "link", "folder"])
def test_what_was_changed_since_the_plan_is_left_alone(studio: ActsStudio, change: str) -> None:
    uid = studio.plan(*at("a.jpg"))
    path = studio.folder / "archive" / FOLDER / "a.jpg"
    if change == "other bytes":
        path.write_text("edited")
    elif change == "touched":
        os.utime(path, (1, 1))
    else:
        path.unlink()
    if change == "replaced":
        path.write_text("a.jpg")
    if change == "link":
        path.symlink_to("b.jpg")
    if change == "folder":
        path.mkdir()
    done = studio.carry_out(uid)
    assert done.states == {"refused": 1} and len(done.refused) == 1
    assert (change == "gone") != os.path.lexists(path)
    assert in_trash(studio) == 0 and studio.entries("intent") == []
    (refusal,) = studio.entries("refusal")
    assert refusal.draft.rule == ("absent" if change in ("gone", "folder") else "changed")


def test_bytes_that_were_not_read_for_long_are_read_again_first(studio: ActsStudio) -> None:
    path = studio.folder / "archive" / FOLDER / "a.jpg"
    before = path.stat()
    path.write_text("rotten"[:5])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    uid = studio.plan(*at("a.jpg", "b.jpg"))
    studio.at += timedelta(days=400)
    studio.judge.rules = replace(studio.judge.rules, verify_within=Duration(months=6))
    done = studio.carry_out(uid)
    assert done.states == {"refused": 1, "done": 1}
    assert "hash is another" in done.refused[0][2] and path.exists()


def test_without_another_good_copy_nothing_goes(studio: ActsStudio) -> None:
    cloud = cloud_of(studio)
    uid = studio.plan(*at("a.jpg", "b.jpg", "c.jpg", "d.jpg"))
    cloud.tree.put(f"{FOLDER}/a.jpg", b"other")
    cloud.tree.take_away(f"{FOLDER}/b.jpg")
    done = studio.carry_out(uid)
    assert sorted(act.path for act, rule, _ in done.refused if rule == "last_copy" and act.path) == [
        f"{FOLDER}/a.jpg", f"{FOLDER}/b.jpg",
    ]  # fmt: skip
    assert on_disk(studio) == {"a.jpg", "b.jpg"}


def test_two_stores_do_not_rely_on_each_other(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg"), *at("a.jpg", store="cloud"))
    done = studio.carry_out(uid)
    assert done.states == {"done": 1, "refused": 1}
    assert "a.jpg" not in on_disk(studio) and f"{FOLDER}/a.jpg" in cloud_of(studio).tree.files


def test_a_hold_that_comes_while_stores_are_asked_is_obeyed(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg"))
    studio.judge.before = lambda conn: setattr(studio.judge, "facts", replace(FREE, legal_hold=Known.YES))
    done = studio.carry_out(uid)
    assert [rule for _, rule, _ in done.refused] == ["hold_legal"]
    assert "a.jpg" in on_disk(studio)


def test_files_that_belong_together_stay_together(studio: ActsStudio) -> None:
    root = studio.folder / "archive"
    for name in ("IMG_1.CR3", "IMG_1.xmp", "IMG_2.CR3"):
        put(root, name)
        cloud_of(studio).tree.put(f"{FOLDER}/{name}", name.encode())
    studio.run("cloud")
    studio.record_disk("archive")
    uid = studio.plan(*at("IMG_1.CR3", "IMG_1.xmp", "IMG_2.CR3"))
    studio.judge.stays = {f"{FOLDER}/IMG_1.xmp": "the test says so"}
    done = studio.carry_out(uid)
    assert done.states == {"refused": 2, "done": 1}
    assert {"IMG_1.CR3", "IMG_1.xmp"} <= on_disk(studio) and "IMG_2.CR3" not in on_disk(studio)


def test_a_store_that_is_away_leaves_its_acts_open(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg", store="cloud"), *at("b.jpg"))
    cloud = cloud_of(studio)

    def away(operation: str, ref: str) -> None:
        raise Unavailable("cloud", operation, ref, "the network is down")

    cloud.fault = away
    done = studio.carry_out(uid)
    # Without the cloud the disk's copy is the last one that anybody can vouch for.
    assert done.states == {"planned": 1, "refused": 1} and "network is down" in done.troubles["cloud"]
    cloud.fault = None
    done = studio.carry_out(uid)
    assert done.states == {"done": 1, "refused": 1}
    assert f"{FOLDER}/a.jpg" not in cloud.tree.files


def test_an_answer_that_was_lost_is_asked_for(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg", "b.jpg", store="cloud"))
    cloud = cloud_of(studio)
    removed: list[str] = []

    def lost(operation: str, ref: str) -> None:
        if operation == "remove" and not removed:
            removed.append(ref)
            file = cloud.tree.find(ref)
            assert file is not None
            cloud.tree.take_away(file.path)
            raise Unavailable("cloud", operation, ref, "connection lost")

    cloud.fault = lost
    done = studio.carry_out(uid)
    assert done.states == {"done": 2}


def test_what_nobody_knows_stays_open_and_is_settled_by_the_next_run(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg", "b.jpg", store="cloud"))
    cloud = cloud_of(studio)
    calls: list[str] = []

    def fault(operation: str, ref: str) -> None:
        calls.append(operation)
        if operation == "remove" or "remove" in calls[:-1]:
            raise Unavailable("cloud", operation, ref, "connection lost")

    cloud.fault = fault
    done = studio.carry_out(uid)
    assert done.states == {"unknown": 2} and done.open == 2
    cloud.fault = None
    cloud.tree.take_away(f"{FOLDER}/a.jpg")
    done = studio.carry_out(uid)
    assert done.states == {"done": 2} and cloud.tree.files.keys() == {f"{FOLDER}/c.jpg", f"{FOLDER}/d.jpg"}


def test_a_file_put_there_after_the_removal_is_not_ours(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg", store="cloud"))
    cloud = cloud_of(studio)
    path = f"{FOLDER}/a.jpg"
    seen: list[str] = []

    def again(operation: str, ref: str) -> None:
        seen.append(operation)
        if operation in ("stat", "presence") and "remove" in seen and path not in cloud.tree.files:
            cloud.tree.put(path, b"something new")

    cloud.fault = again
    done = studio.carry_out(uid)
    assert done.states == {"done": 1} and cloud.tree.files[path].content == b"something new"


def test_a_purge_leaves_nothing_in_our_trash(studio: ActsStudio) -> None:
    studio.carry_out(studio.plan(*at("a.jpg")))
    assert in_trash(studio) == 1
    store = studio.stores["archive"][1]
    uid = studio.plan(*at("b.jpg"), act="purge")
    studio.judge.action, studio.judge.need, studio.judge.approved_by = "erase", 0, "anna"
    done = studio.carry_out(uid)
    assert done.states == {"done": 1} and in_trash(studio) == 1
    assert studio.acts(uid)[0].recoverable_until is None
    assert store.presence(f"{FOLDER}/b.jpg") is Presence.ABSENT


def test_undoing_brings_back_the_very_files(studio: ActsStudio) -> None:
    root = studio.folder / "archive"
    before = {name: (root / FOLDER / name).stat() for name in on_disk(studio)}
    uid = studio.plan(*at("a.jpg", "b.jpg"))
    studio.carry_out(uid)
    put(root, "b.jpg", "somebody's new file")
    undone = studio.undo(uid)
    assert (undone.files, undone.bytes) == (1, 5) and "something else" in undone.stayed[0][1]
    assert studio.states(uid) == ["undone", "done"]
    back = (root / FOLDER / "a.jpg").stat()
    assert (back.st_ino, back.st_mtime_ns) == (before["a.jpg"].st_ino, before["a.jpg"].st_mtime_ns)
    assert studio.undo(uid).files == 0
    studio.run()
    assert f"{FOLDER}/a.jpg" in studio.known("archive")


def test_scans_pass_over_the_trash(studio: ActsStudio) -> None:
    studio.carry_out(studio.plan(*at("a.jpg")))
    studio.run()
    assert not any("trash" in path for path in studio.known("archive"))
    assert not any("trash" in path for path in studio.folders("archive"))


def test_a_proof_that_expired_is_not_used(studio: ActsStudio) -> None:
    uid = studio.plan(*at("a.jpg"))
    studio.judge.before = lambda conn: setattr(studio, "at", studio.at + timedelta(hours=2))
    done = studio.carry_out(uid)
    assert done.states == {"failed": 1} and "expired" in done.failed[0][1] and "a.jpg" in on_disk(studio)
    studio.judge.before = lambda conn: None
    assert studio.carry_out(uid).states == {"done": 1}
