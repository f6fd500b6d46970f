"""Reading in worker processes: every file gets its answer, whatever happens to a worker."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.beneath import Beneath
from adapters.hashing import new_buffer
from backupd.reading.gate import Gate
from backupd.reading.records import MediaReading
from backupd.workers import worker
from backupd.workers.limits import Limits
from backupd.workers.pool import Job, ReadPool, Result, read_one
from backupd.workers.protocol import Frames, pack


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[ReadPool]:
    with ReadPool(os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY), workers=2) as made:
        yield made


def jobs(names: list[str]) -> list[Job]:
    return [Job(key, name, 10) for key, name in enumerate(names)]


def test_every_file_gets_its_hashes(tmp_path: Path, pool: ReadPool) -> None:
    names = [f"folder{number % 7}/file{number}.bin" for number in range(500)]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode() * 20)
    results = {result.key: result for result in pool.run(jobs(names))}
    assert len(results) == len(names)
    for key, name in enumerate(names):
        data = name.encode() * 20
        assert results[key].sha256 == hashlib.sha256(data).digest()
        assert (results[key].status, results[key].size, results[key].bytes_read) == ("ok", len(data), len(data))
        assert results[key].media == MediaReading()


def test_what_is_no_file_or_gone_or_outside_costs_itself_alone(tmp_path: Path, pool: ReadPool) -> None:
    (tmp_path / "good.bin").write_bytes(b"good")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    names = ["good.bin", "folder", "pipe", "link", "gone.bin", "../outside", "/etc/passwd", "x\0y"]
    results = {result.key: result for result in pool.run(jobs(names))}
    assert [results[key].status for key in range(len(names))] == [
        "ok", "unreadable", "unreadable", "unreadable", "vanished", "unreadable", "unreadable", "unreadable",
    ]  # fmt: skip
    assert all(results[key].reason for key in (1, 2, 3, 5, 6, 7))


def test_a_killed_worker_loses_nothing(tmp_path: Path, pool: ReadPool) -> None:
    names = [f"file{number}.bin" for number in range(900)]
    for name in names:
        (tmp_path / name).write_bytes(name.encode() * 50)
    seen: list[int] = []
    for result in pool.run(jobs(names)):
        seen.append(result.key)
        if len(seen) in (30, 200):
            pool._workers[0].process.kill()
        assert result.status in ("ok", "unreadable")
    assert sorted(seen) == list(range(900))


def test_a_parser_that_hangs_is_ended_and_the_hashes_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A reader on the worker's path that never comes back, in the place of the real one.
    stand_in = tmp_path / "stand_in"
    stand_in.mkdir()
    (stand_in / "exifread.py").write_text("while True:\n    pass\n")
    monkeypatch.setattr("backupd.workers.pool._TOP", f"{stand_in}:{Path(__file__).parents[2]}")
    from tests.e2e.test_review import DAY, photo

    (tmp_path / "a.jpg").write_bytes(photo(DAY))
    result = read_one(str(tmp_path / "a.jpg"), today=None)
    assert result.status == "ok"
    assert result.sha256 == hashlib.sha256(photo(DAY)).digest()
    assert any("too long" in problem for problem in result.problems)
    assert Limits().wall_seconds < 10


def test_a_file_written_a_moment_ago_is_read_after_the_tick(tmp_path: Path) -> None:
    path = tmp_path / "young.bin"
    path.write_bytes(b"young")
    result = read_one(str(path), today=None)
    assert result.mtime_ns == path.stat().st_mtime_ns


def test_only_results_come_out_of_a_frame() -> None:
    result = Result(1, media=MediaReading(kind="photo"))
    assert list(Frames().feed(pack([result]))) == [[result]]

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    with pytest.raises(pickle.UnpicklingError):
        list(Frames().feed(pack(Evil())))


def test_frames_may_come_in_any_pieces() -> None:
    raw = pack([Result(1)]) + pack([Result(2)])
    frames = Frames()
    assert [frame[0].key for piece in raw for frame in frames.feed(bytes([piece]))] == [1, 2]


def test_workers_start_ahead_as_many_as_the_files_will_keep_busy(pool: ReadPool) -> None:
    pool.warm(0)
    assert len(pool._workers) == 0
    pool.warm(1)
    assert len(pool._workers) == 1
    pool.warm(100_000)
    assert len(pool._workers) == 2
    assert next(iter(pool.run(jobs(["gone.bin"])))).status == "vanished"


def test_small_batches_wait_in_line_and_big_files_do_not(tmp_path: Path, pool: ReadPool) -> None:
    for number in range(40):
        (tmp_path / f"{number}.bin").write_bytes(b"x")
    small = [Job(key, f"{key}.bin", 20 * 1024 * 1024) for key in range(20)]
    pool._feed(iter(small), True)
    assert [len(worker.batches) for worker in pool._workers] == [4, 4]
    assert len(list(pool.run([]))) == 8
    huge = [Job(key, f"{key}.bin", 4 * 1024**3) for key in range(20, 40)]
    pool._feed(iter(huge), True)
    assert [len(worker.batches) for worker in pool._workers] == [2, 2]
    assert len(list(pool.run([]))) == 4
    assert [worker.bytes_out for worker in pool._workers] == [0, 0]


def test_what_is_no_film_is_not_searched_for_one_from_end_to_end(tmp_path: Path, pool: ReadPool) -> None:
    size = 24 * 1024 * 1024
    (tmp_path / "A001.MXF").write_bytes(os.urandom(size))
    result = next(iter(pool.run([Job(1, "A001.MXF", size)])))
    assert (result.status, result.size) == ("ok", size)
    assert size <= result.bytes_read <= size + 9 * 1024 * 1024
    assert "its content is not that of a video: damaged, or something else" in result.problems


def test_a_file_of_holes_costs_no_hours(tmp_path: Path, pool: ReadPool) -> None:
    with open(tmp_path / "huge.mov", "wb") as file:
        file.truncate(1024**4)
    with open(tmp_path / "small.mov", "wb") as file:
        file.truncate(1024**2)
    results = {result.key: result for result in pool.run(jobs(["huge.mov", "small.mov"]))}
    assert results[0].status == "unreadable"
    assert "nearly all holes" in results[0].reason
    assert results[1].status == "ok"


def test_a_list_that_took_too_long_says_so_wherever_it_is_shown(tmp_path: Path, pool: ReadPool) -> None:
    (tmp_path / "osallistujat.txt").write_text("Veera Tuomi\n")
    pool._skips[0] = ("participants",)
    (result,) = pool.run([Job(0, "osallistujat.txt", 12, participants=True)])
    assert result.participants is not None
    said = "reading the list took too long or too much memory on it"
    assert [each.reason for each in result.participants.problems] == [said]
    assert result.problems == (said,)


def test_a_parser_that_ran_out_of_memory_is_still_named_when_the_worker_ends() -> None:
    said: list[str] = []

    def hungry() -> None:
        raise MemoryError

    gate = Gate(said.append)
    with pytest.raises(MemoryError):
        gate.run("xml", hungry)
    assert said == ["xml"]
    assert gate.run("size", lambda: 1) == 1
    assert said == ["xml", "size", ""]


def test_a_swollen_worker_is_relieved_after_its_file_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Result] = []
    monkeypatch.setattr(worker, "_send", sent.extend)
    for name in "abc":
        (tmp_path / name).write_bytes(b"x")
    root_fd = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    with Beneath(root_fd) as beneath:
        slot = worker.Slot(_slot_fd())
        batch = jobs(["a", "b", "c"])
        swollen = worker.Reader(root_fd, beneath, slot, Limits(recycle_bytes=1), new_buffer())
        assert worker._serve(swollen, batch, {}) is False
        assert [result.key for result in sent] == [0]
        fit = worker.Reader(root_fd, beneath, slot, Limits(recycle_bytes=1 << 40), new_buffer())
        assert worker._serve(fit, batch[1:], {}) is True
        assert [result.key for result in sent] == [0, 1, 2]
    os.close(root_fd)


def _slot_fd() -> int:
    fd = os.memfd_create("slot")
    os.ftruncate(fd, worker.SLOT_BYTES)
    return fd
