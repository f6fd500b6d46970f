"""When a folder has come to rest, told the time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backupd.policy.settling import Due, Settling

S = 300.0
NS = 1_000_000_000
WALL = 1_780_000_000 * NS


def judge(settling: Settling, now: float, *, age: float, path: str = "a", mark: bytes = b"m") -> bool:
    return settling.is_at_rest(path, mark, WALL - int(age * NS), now, WALL)


def test_a_folder_is_due_once_nothing_was_heard_for_the_settling_time() -> None:
    settling = Settling(S)
    settling.touched("a", 0.0)
    settling.touched("a", 200.0)
    assert settling.take_due(499.0) == []
    assert settling.next_at() == 500.0
    assert settling.take_due(500.0) == [Due("a", False)]
    assert judge(settling, 500.0, age=300.0)
    assert settling.next_at() is None


def test_a_file_with_a_writer_keeps_its_folder_from_resting_however_old_the_disk_says_it_is() -> None:
    settling = Settling(S)
    settling.writing("a", "copy.mov", 0.0)
    assert not judge(settling, 300.0, age=9000.0)
    settling.written("a", "copy.mov", 400.0)
    assert not judge(settling, 500.0, age=100.0)
    assert judge(settling, 700.0, age=300.0)


def test_files_announced_with_their_new_folder_are_not_waited_for_as_if_they_were_written() -> None:
    settling = Settling(S)
    settling.touched("shoot", 0.0, deep=True)
    settling.writing("shoot/RAW", "whole.nef", 0.5)
    assert judge(settling, 301.0, age=300.5, path="shoot/RAW")
    settling.writing("shoot/RAW", "begun later.nef", 100.0)
    assert not judge(settling, 400.0, age=9000.0, path="shoot/RAW")


def test_a_writer_that_was_never_heard_to_end_is_not_waited_for_for_ever() -> None:
    settling = Settling(S)
    settling.writing("a", "linked.jpg", 0.0)
    now, looks = 300.0, 0
    while not judge(settling, now, age=now):
        now, looks = settling.next_at() or 0.0, looks + 1
    assert 10 <= looks <= 12


def test_a_copy_that_goes_on_is_looked_at_again_and_again() -> None:
    settling = Settling(S)
    for step in range(50):
        assert not judge(settling, step * 60.0, age=1.0, mark=b"%d" % step)
    assert settling.next_at() is not None


def test_a_change_that_no_event_told_is_waited_for_by_the_disks_own_time() -> None:
    settling = Settling(S)
    assert not judge(settling, 0.0, age=100.0)
    assert settling.next_at() == 200.0
    assert judge(settling, 200.0, age=300.0)


def test_a_clock_that_jumps_does_not_hide_a_folder() -> None:
    settling = Settling(S)
    settling.touched("a", 0.0)
    # The machine's clock was set back by a year: the change lies in the future for it.
    assert not judge(settling, 300.0, age=-31_536_000.0)
    assert judge(settling, 600.0, age=-31_536_000.0)


def test_what_two_looks_found_at_rest_stays_so_for_the_next_comparison_while_it_is_the_same() -> None:
    settling = Settling(S)
    assert not judge(settling, 0.0, age=-31_536_000.0)
    assert judge(settling, 300.0, age=-31_536_000.0)
    # A comparison of the whole store, which concludes what is gone from it.
    assert judge(settling, 900.0, age=-31_535_100.0)
    assert not judge(settling, 1000.0, age=-31_535_000.0, mark=b"other")


def test_a_clock_that_jumps_ahead_does_not_make_a_growing_copy_rest() -> None:
    settling = Settling(S)
    settling.writing("a", "x", 0.0)
    assert not judge(settling, 300.0, age=31_536_000.0)


def test_what_lies_below_a_new_folder_rests_with_it() -> None:
    settling = Settling(S)
    settling.touched("shoot", 0.0, deep=True)
    assert not judge(settling, 100.0, age=9000.0, path="shoot/RAW")
    assert settling.take_due(300.0) == [Due("shoot", True)]
    assert judge(settling, 300.0, age=9000.0, path="shoot/RAW")
    assert judge(settling, 300.0, age=9000.0, path="shoot")
    settling.looked(Due("shoot", True), 300.0)
    assert settling.next_at() is None


def test_a_part_of_a_new_folder_that_is_still_written_into_waits_alone() -> None:
    settling = Settling(S)
    settling.touched("shoot", 0.0, deep=True)
    settling.touched("shoot/RAW", 250.0)
    assert judge(settling, 300.0, age=9000.0, path="shoot")
    assert not judge(settling, 300.0, age=50.0, path="shoot/RAW")
    settling.looked(Due("shoot", True), 300.0)
    assert settling.next_at() == 550.0
    assert settling.count() == 1


def test_a_folder_that_is_gone_is_not_waited_for() -> None:
    settling = Settling(S)
    settling.writing("shoot/RAW", "x", 0.0)
    settling.touched("shooting", 0.0)
    settling.gone("shoot")
    assert settling.take_due(1000.0) == [Due("shooting", False)]


def test_what_could_not_be_dealt_with_is_due_again() -> None:
    settling = Settling(S)
    settling.touched("a", 0.0, deep=True)
    assert judge(settling, 300.0, age=300.0)
    settling.looked(Due("a", True), 300.0)
    settling.again(Due("a", True), 305.0)
    assert settling.take_due(304.0) == []
    assert settling.take_due(305.0) == [Due("a", True)]


def test_lost_events_leave_the_disk_to_tell() -> None:
    settling = Settling(S)
    settling.writing("a", "x", 0.0)
    settling.heard_too_little()
    assert judge(settling, 300.0, age=300.0)


def test_a_removed_file_has_no_writer() -> None:
    settling = Settling(S)
    settling.writing("a", "x.tmp", 0.0)
    settling.removed("a", "x.tmp")
    assert judge(settling, 300.0, age=300.0)


@given(st.lists(st.tuples(st.sampled_from("twcr"), st.floats(0, 50)), max_size=40))
def test_whatever_was_heard_every_folder_comes_to_rest_and_never_too_early(events: list[tuple[str, float]]) -> None:
    settling, now, last = Settling(S), 0.0, None
    for kind, gap in events:
        now += gap
        if kind == "t":
            settling.touched("a", now)
        elif kind == "w":
            settling.writing("a", "f", now)
        elif kind == "c":
            settling.written("a", "f", now)
        else:
            settling.removed("a", "f")
            continue
        last = now
    for _ in range(20):
        at = settling.next_at()
        if at is None:
            break
        for due in settling.take_due(at):
            assert last is not None and at >= last + S
            settling.is_at_rest(due.path, b"m", WALL, at, WALL + int((at - last) * NS))
            settling.looked(due, at)
    assert settling.next_at() is None
