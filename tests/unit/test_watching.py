"""What is heard, what it means, and where nothing can be heard."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

import pytest

from adapters.errors import Unavailable
from adapters.records import Capabilities
from backupd.clock import Clock
from backupd.policy.settling import Due, Settling
from backupd.scan.summary import RunStopped
from backupd.settings.models import Settings
from backupd.settings.source import given
from backupd.watching.events import LIMIT_REACHED, EventSource, Heard, has_room_to_watch
from backupd.watching.filesystems import file_system_of, is_network, why_not_watched
from backupd.watching.heard import take_in
from backupd.watching.local import LocalLoop
from backupd.watching.pulse import Pulse, Pulses
from backupd.watching.work import Ended, GaveWay, Hub, Hurry, TurnProgress
from index.engine import open_index
from index.stores import find_events_lost, find_store, record_store

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw,relatime - xfs /dev/sdb1 rw
31 30 0:41 / /srv/shoots rw,relatime - nfs4 nas:/shoots rw
32 22 0:42 / /mnt/My\\040Disk rw - cifs //nas/x rw
33 30 0:43 / /srv/shoots/local rw - ext4 /dev/sdc1 rw
34 22 0:44 / /media/usb rw - fuseblk /dev/sdd1 rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/x", "ext4"), ("/srv/other", "xfs"), ("/srv/shoots/a", "nfs4"), ("/srv/shootsx", "xfs"),
        ("/mnt/My Disk/a", "cifs"), ("/srv/shoots/local", "ext4"), ("/media/usb", "fuseblk"),
    ],
)  # fmt: skip
def test_what_a_folder_lies_on(path: str, kind: str) -> None:
    assert file_system_of(path, MOUNTS) == kind
    assert is_network(kind) == (kind in ("nfs4", "cifs"))


def test_a_network_file_system_is_looked_at_and_said(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / / rw - ext4 x rw\n2 1 0:2 / {tmp_path}/nas rw - smb3 x rw\n")
    (tmp_path / "nas").mkdir()
    assert why_not_watched(str(tmp_path / "nas"), mounts) == "it lies on a network file system (smb3)"
    assert why_not_watched(str(tmp_path), mounts) is None
    assert why_not_watched(str(tmp_path), tmp_path / "no such file") is None


def heard(queue: SimpleQueue[Any], settling: Settling, *, until: str) -> list[Heard]:
    """Take events in until one of this kind has come."""
    seen: list[Heard] = []
    while not seen or seen[-1].kind != until:
        event = queue.get(timeout=20)
        seen.append(event)
        take_in(event, settling)
    return seen


def test_real_events_make_folders_due(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    (root / "old").mkdir(parents=True)
    queue: SimpleQueue[Any] = SimpleQueue()
    source = EventSource(str(root), queue, lambda: 100.0)
    settling = Settling(1.0)
    source.start()
    try:
        (root / "old" / "a.jpg").write_text("a")
        assert {event.path for event in heard(queue, settling, until="closed")} == {"old/a.jpg"}
        (root / "old").rename(root / "new")
        assert heard(queue, settling, until="moved")[-1].moved_to == "new"
        (root / "fresh").mkdir()
        heard(queue, settling, until="created")
        assert source.is_alive
    finally:
        source.stop()
    assert Due("new", True) in settling.take_due(101.0)
    assert Due("fresh", True) in settling.take_due(101.0)
    assert not any(due.path == "old" for due in settling.take_due(101.0))
    assert not source.is_alive


def test_an_overflow_is_heard_where_the_library_only_logs_it(tmp_path: Path) -> None:
    queue: SimpleQueue[Any] = SimpleQueue()
    source = EventSource(str(tmp_path), queue, lambda: 0.0)
    source.start()
    try:
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
        assert queue.get(timeout=5).kind == "lost"
    finally:
        source.stop()
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
    assert queue.empty()


def test_the_library_still_says_an_overflow_in_these_words() -> None:
    import inspect

    from watchdog.observers import inotify_c

    source = inspect.getsource(inotify_c)
    assert "is_queue_overflow" in source and "overflow" in inspect.getsource(inotify_c.InotifyFD.handle_event).lower()


def test_a_root_that_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        EventSource(str(tmp_path / "nothing"), SimpleQueue()).start()


def test_room_for_watches_is_found_out_without_the_library(tmp_path: Path) -> None:
    assert has_room_to_watch(str(tmp_path))


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (Heard("created", "a/b", True, 0.0), [Due("a/b", True)]),
        (Heard("closed", "a/x.jpg", False, 0.0), [Due("a", False)]),
        (Heard("closed", "x.jpg", False, 0.0), [Due("", False)]),
        (Heard("moved", "a/x.tmp", False, 0.0, "b/x.jpg"), [Due("b", False)]),
        (Heard("moved", "a", True, 0.0, "b"), [Due("b", True)]),
        (Heard("moved", "a", True, 0.0), []),
        (Heard("removed", "a/x.jpg", False, 0.0), []),
        (Heard("removed", "a", True, 0.0), []),
        (Heard("lost", "", True, 0.0), []),
    ],
)
def test_what_each_event_makes_due(event: Heard, due: list[Due]) -> None:
    settling = Settling(10.0)
    assert take_in(event, settling) == (event.kind == "lost")
    assert settling.take_due(10.0) == due


class Ticking:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def progress(clock: Ticking, *, wanted: list[bool] | None = None, stop: list[bool] | None = None) -> TurnProgress:
    return TurnProgress(Pulse("archive", clock), lambda: bool(stop), lambda: bool(wanted), clock)


def test_whoever_has_the_turn_gives_way_between_two_files_but_not_at_once() -> None:
    clock, wanted = Ticking(), [True]
    run = progress(clock, wanted=wanted)
    run.reading(1, 10, 9, 90)
    clock.now = 4.0
    run.reading(2, 20, 9, 90)
    clock.now = 6.0
    with pytest.raises(GaveWay):
        run.reading(3, 30, 9, 90)


def test_one_long_file_is_finished_if_that_does_not_take_too_long() -> None:
    clock = Ticking()
    run = progress(clock, wanted=[True])
    run.reading(1, 10, 9, 90)
    for second in range(6, 35):
        clock.now = float(second)
        run.reading(1, 10 + second, 9, 90)
    clock.now = 40.0
    with pytest.raises(GaveWay):
        run.reading(1, 90, 9, 90)


def test_a_run_that_nobody_waits_for_goes_on_and_one_that_is_to_stop_stops_at_once() -> None:
    clock, stop = Ticking(), []
    run = progress(clock, stop=stop)
    for second in range(100):
        clock.now = float(second)
        run.reading(second, second, 100, 100)
    stop.append(True)
    for step in (lambda: run.reading(1, 1, 1, 1), lambda: run.walking(1, 1), lambda: run.finishing("shoots")):
        with pytest.raises(RunStopped):
            step()


def test_only_what_really_advances_is_a_sign_of_life() -> None:
    clock = Ticking()
    pulses = Pulses(clock)
    run = TurnProgress(pulses.of("archive"), lambda: False, lambda: False, clock)
    run.reading(1, 10, 9, 90)
    clock.now = 50.0
    run.reading(1, 10, 9, 90)
    assert [beat.still_since for beat in pulses.seen()] == [0.0]
    run.reading(1, 11, 9, 90)
    assert [beat.still_since for beat in pulses.seen()] == [50.0]


@pytest.mark.root
def test_the_kernels_limit_on_watches_is_noticed(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path\n"
        "Path('/proc/sys/user/max_inotify_watches').write_text('5')\n"
        "from backupd.watching.events import EventSource, has_room_to_watch; from queue import SimpleQueue\n"
        "source = EventSource(sys.argv[1], SimpleQueue()); source.start()\n"
        "print(has_room_to_watch(sys.argv[1])); source.stop(); print(has_room_to_watch(sys.argv[1]))\n"
    )
    for number in range(20):
        (tmp_path / str(number)).mkdir()
    ran = subprocess.run(
        ["unshare", "--user", "--map-root-user", sys.executable, "-c", code, str(tmp_path)],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], env=os.environ,
    )  # fmt: skip
    if "unshare" in ran.stderr or "Permission" in ran.stderr:
        pytest.skip("no user namespaces here")
    assert ran.stdout.split() == ["False", "True"], ran.stderr


class Failing:
    """A store that is there and cannot be walked."""

    def check(self) -> None:
        return

    def walk(self) -> Any:
        raise Unavailable("archive", "walk")

    capabilities = Capabilities(listing="walk", local_reads=True)


def test_a_comparison_that_fails_is_told_once_and_not_repeated_by_itself(tmp_path: Path) -> None:
    with given({}, base="/"):
        settings = Settings.model_validate({"stores": [{"name": "archive", "kind": "local", "path": str(tmp_path)}]})
    index = open_index(f"sqlite:///{tmp_path}/index.db", create=True)
    told: list[Any] = []
    hub = Hub(settings, index, Clock(), Pulses(lambda: 0.0), told.append)
    store: Any = Failing()
    loop = LocalLoop(hub, settings.stores[0], store, lambda *_: _NoEvents())
    loop.ask("index archive", full=False)
    loop._listen()
    with pytest.raises(Unavailable):
        loop._tick()
    loop._tick()
    assert told == [Ended("index archive", "failed", "Unavailable")]
    index.close()


class _NoEvents:
    is_alive = True

    def start(self) -> None:
        return

    def stop(self) -> None:
        return


def test_where_events_were_lost_it_is_watched_anew_before_it_is_compared_and_that_is_written_down(tmp_path: Path) -> None:
    with given({}, base="/"):
        settings = Settings.model_validate({"stores": [{"name": "archive", "kind": "local", "path": str(tmp_path)}]})
    index = open_index(f"sqlite:///{tmp_path}/index.db", create=True)
    with index.write() as conn:
        record_store(conn, "archive", "local")
    done: list[Any] = []

    class Source(_NoEvents):
        def start(self) -> None:
            done.append("watched")

        def stop(self) -> None:
            done.append("unwatched")

    hub = Hub(settings, index, Clock(), Pulses(lambda: 0.0), done.append)
    loop = LocalLoop(hub, settings.stores[0], cast("Any", Failing()), lambda *_: Source())
    loop._tick()
    for _ in range(2):
        loop._queue.put(Heard("lost", "", True, 0.0))
    loop._listen()
    loop._tick()
    assert done == ["watched", "unwatched", "watched", Hurry("index archive")]
    with index.read() as conn:
        row = find_store(conn, "archive")
        assert row is not None
        lost = find_events_lost(conn, row.id)
    assert lost is not None and lost.times == 1
    index.close()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EMFILE])
def test_a_watch_that_cannot_be_had_means_comparisons_and_is_said(tmp_path: Path, error: int) -> None:
    class Refused(_NoEvents):
        def start(self) -> None:
            raise OSError(error, "inotify watch limit reached")

    with given({}, base="/"):
        settings = Settings.model_validate({"stores": [{"name": "archive", "kind": "local", "path": str(tmp_path)}]})
    index = open_index(f"sqlite:///{tmp_path}/index.db", create=True)
    with index.write() as conn:
        record_store(conn, "archive", "local")
    store: Any = Failing()
    loop = LocalLoop(Hub(settings, index, Clock(), Pulses(lambda: 0.0), print), settings.stores[0], store, lambda *_: Refused())
    loop._tick()
    with index.read() as conn:
        row = find_store(conn, "archive")
    assert row is not None and row.watching == f"comparisons: {LIMIT_REACHED}"
    index.close()
