"""Trying again: only what is worth it, never for ever, never too early, and with a clear last word."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Store
from adapters.errors import (
    Changed,
    Corrupt,
    CursorLost,
    Full,
    NotFound,
    NotOurStore,
    Refused,
    SignInNeeded,
    StoreError,
    Unavailable,
    Unsupported,
)
from adapters.records import ChangePage, FolderMark, Marker, Presence, Receipt
from adapters.retry import Patience, RetryingStore

MARKER = Marker("1", "s", "")


class Shaky:
    """A store that does what its script says, call by call: raises what is an error, gives what is not."""

    name = "shaky"

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.calls: list[tuple[Any, ...]] = []

    def _next(self, *call: Any) -> Any:
        self.calls.append(call)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name == "remove_many":
            raise AttributeError(name)
        return lambda *args, **options: self._next(name, *args)

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        yield from self._pages("changes", cursor)

    def walk(self) -> Iterator[FolderMark]:
        yield from self._pages("walk")

    def _pages(self, *call: Any) -> Iterator[Any]:
        for step in self._next(*call):
            if isinstance(step, Exception):
                raise step
            yield step

    def read(self, ref: str, offset: int = 0, length: int | None = None) -> AbstractContextManager[Iterator[bytes]]:
        @contextmanager
        def opened() -> Iterator[Iterator[bytes]]:
            yield iter(self._next("read", ref, offset, length))

        return opened()

    def upload(self, path: str, opener: Any, size: int, *, resume: str | None, on_progress: Any) -> Receipt:
        step = self._next("upload", path, resume)
        for sent, token in step[:-1]:
            on_progress(sent, token)
        if isinstance(step[-1], Exception):
            raise step[-1]
        return cast(Receipt, step[-1])


class Time:
    """Time that passes only by sleeping, or when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def trouble(after: float | None = None) -> Unavailable:
    return Unavailable("shaky", "op", "ref", "the line is dead", retry_after_seconds=after)


def around(store: Shaky, time: Time, chance: float = 1.0, **patience: Any) -> RetryingStore:
    return RetryingStore(
        cast(Store, store), Patience(**patience), sleep=time.sleep, random=lambda: chance, clock=lambda: time.now
    )


def test_trouble_is_borne_with_growing_waits() -> None:
    time, store = Time(), Shaky(trouble(), trouble(), trouble(), trouble(), MARKER)
    assert around(store, time, longest_seconds=5.0).check() == MARKER
    assert time.slept == [1.0, 2.0, 4.0, 5.0]


def test_chance_shortens_waits_by_half_at_most() -> None:
    time, store = Time(), Shaky(trouble(), trouble(), MARKER)
    around(store, time, chance=0.0).check()
    assert time.slept == [0.5, 1.0]


def test_what_a_store_asks_for_is_waited_in_full() -> None:
    time, store = Time(), Shaky(trouble(90.0), trouble(0.0), MARKER)
    around(store, time).check()
    assert time.slept == [90.0, 2.0]


def test_what_is_too_long_to_wait_for_is_given_up_at_once() -> None:
    time, store = Time(), Shaky(trouble(100_000.0))
    with pytest.raises(Unavailable) as caught:
        around(store, time).check()
    assert (time.slept, caught.value.retry_after_seconds) == ([], 100_000.0)


def test_tries_have_an_end_and_the_last_word_says_what_happened() -> None:
    time, store = Time(), Shaky(*[trouble()] * 9)
    with pytest.raises(Unavailable, match="tried 4 times in 7 s; last: the line is dead") as caught:
        around(store, time, tries=4).check()
    assert len(store.calls) == 4
    assert (caught.value.store, caught.value.operation, caught.value.ref) == ("shaky", "op", "ref")
    assert isinstance(caught.value.__cause__, Unavailable)


def test_time_has_an_end_for_one_operation() -> None:
    time, store = Time(), Shaky(*[trouble(40.0)] * 9)
    with pytest.raises(Unavailable):
        around(store, time, operation_seconds=100.0).check()
    assert time.slept == [40.0, 40.0]


def test_time_has_an_end_for_a_whole_run() -> None:
    time = Time()
    borne = [trouble(50.0), MARKER]
    store = Shaky(*borne, *borne, trouble(50.0), trouble(50.0), MARKER, *borne)
    around_it = around(store, time, run_seconds=120.0)
    around_it.check()
    around_it.check()
    for _ in range(2):
        with pytest.raises(Unavailable):
            around_it.check()
    assert time.slept == [50.0, 50.0]
    assert around_it.check() == MARKER, "what works is never refused"
    around_it.begin_run()
    assert around_it.check() == MARKER
    assert time.slept == [50.0, 50.0, 50.0]


@pytest.mark.parametrize(
    "kind", [NotFound, Changed, Refused, Full, Corrupt, Unsupported, CursorLost, NotOurStore, SignInNeeded]
)
def test_nothing_else_is_repeated(kind: type[StoreError]) -> None:
    time, store = Time(), Shaky(kind("shaky", "op"))
    with pytest.raises(kind):
        around(store, time).stat("r")
    assert (len(store.calls), time.slept) == (1, [])


def test_a_stop_ends_the_waiting_at_once() -> None:
    store = Shaky(trouble(), trouble())
    stopped = RetryingStore(cast(Store, store), sleep=lambda seconds: True, random=lambda: 1.0, clock=lambda: 0.0)
    with pytest.raises(Unavailable):
        stopped.check()
    assert len(store.calls) == 1


def page(cursor: str, complete: bool = False) -> ChangePage:
    return ChangePage(entries=(), cursor=cursor, complete=complete)


def test_a_listing_goes_on_from_the_last_page() -> None:
    time = Time()
    store = Shaky([trouble()], [page("1"), page("2"), trouble()], [page("3"), page("4", True)])
    pages = list(around(store, time).changes(None))
    assert [each.cursor for each in pages] == ["1", "2", "3", "4"]
    assert store.calls == [("changes", None), ("changes", None), ("changes", "2")]


def test_every_page_is_headway() -> None:
    time = Time()
    steps = [[page(str(n)), trouble()] for n in range(20)]
    pages = around(Shaky(*steps, [page("last", True)]), time, tries=2).changes(None)
    assert len(list(pages)) == 21
    assert set(time.slept) == {1.0}


def test_time_that_the_caller_takes_is_no_trouble() -> None:
    time = Time()
    store = Shaky([page("1"), trouble()], [page("2", True)])
    cursors = []
    for each in around(store, time, operation_seconds=10.0).changes(None):
        cursors.append(each.cursor)
        time.now += 3600
    assert cursors == ["1", "2"]


def test_a_listing_that_stays_broken_raises() -> None:
    store = Shaky([page("1"), trouble()], *[[trouble()]] * 9)
    with pytest.raises(Unavailable):
        list(around(store, Time(), tries=3).changes("0"))
    assert [call[1] for call in store.calls] == ["0", "1", "1"]


def test_a_lost_cursor_is_not_papered_over() -> None:
    with pytest.raises(CursorLost):
        list(around(Shaky([page("1"), CursorLost("shaky", "op")]), Time()).changes(None))


MARK = FolderMark("", "1", b"", 0)


def test_a_walk_is_only_begun_again() -> None:
    store = Shaky([trouble()], [MARK, MARK])
    assert len(list(around(store, Time()).walk())) == 2
    with pytest.raises(Unavailable):
        list(around(Shaky([MARK, trouble()]), Time()).walk())


RECEIPT = Receipt("r", "p", "v")


def test_an_upload_goes_on_from_the_last_part() -> None:
    time, told = Time(), []
    store = Shaky([(5, "t5"), (9, "t9"), trouble()], [trouble()], [(12, None), trouble()], [RECEIPT])
    receipt = around(store, time).upload(
        "p", lambda: io.BytesIO(b""), 20, resume="t0", on_progress=lambda *each: told.append(each)
    )
    assert receipt == RECEIPT
    assert [call[2] for call in store.calls] == ["t0", "t9", "t9", "t9"]
    assert told == [(5, "t5"), (9, "t9"), (12, None)]


def test_another_stores_trouble_is_not_borne_here() -> None:
    store = Shaky([Unavailable("elsewhere", "read")])
    with pytest.raises(Unavailable) as caught:
        around(store, Time()).upload("p", lambda: io.BytesIO(b""), 20)
    assert (caught.value.store, len(store.calls)) == ("elsewhere", 1)


def test_opening_for_reading_is_tried_again_and_what_breaks_off_later_is_not() -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise trouble()

    store = Shaky(trouble(), [b"a", b"b"], broken())
    around_it = around(store, Time())
    with around_it.read("r", 3, 4) as chunks:
        assert b"".join(chunks) == b"ab"
    assert store.calls == [("read", "r", 3, 4)] * 2
    with pytest.raises(Unavailable), around_it.read("r") as chunks:
        list(chunks)
    assert len(store.calls) == 3


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ([Presence.PRESENT], Presence.PRESENT),
        ([Presence.ABSENT], Presence.ABSENT),
        ([Presence.UNKNOWN, trouble(), "entry"], Presence.PRESENT),
        ([Presence.UNKNOWN, trouble(), NotFound("shaky", "stat"), Presence.ABSENT], Presence.ABSENT),
        ([Presence.UNKNOWN, SignInNeeded("shaky", "stat")], Presence.UNKNOWN),
        ([Presence.UNKNOWN, *[trouble()] * 6], Presence.UNKNOWN),
        ([Presence.UNKNOWN, *[NotFound("shaky", "stat"), Presence.UNKNOWN] * 3], Presence.UNKNOWN),
    ],
)
def test_not_knowing_is_looked_into_and_never_becomes_absence_by_itself(script: list[Any], answer: Presence) -> None:
    store = Shaky(*script)
    assert around(store, Time()).presence("r") is answer
    assert store.script == []


CALLS: list[tuple[str, Callable[[RetryingStore], object]]] = [
    ("survey", lambda store: store.survey(5)),
    ("adopt", lambda store: store.adopt(MARKER)),
    ("list_folder", lambda store: store.list_folder("f")),
    ("wait_for_changes", lambda store: store.wait_for_changes("c", 5.0)),
    ("stat", lambda store: store.stat("r")),
    ("move", lambda store: store.move("r", "v", "p")),
    ("remove", lambda store: store.remove("r", "v")),
    ("purge", lambda store: store.purge("r", "v")),
    ("share", lambda store: store.share("r", datetime(2026, 1, 1, tzinfo=UTC))),
    ("revoke", lambda store: store.revoke("l")),
    ("space", lambda store: store.space()),
    ("account", lambda store: store.account()),
]


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_every_operation_is_tried_again_with_the_same_words(name: str, call: Callable[[RetryingStore], object]) -> None:
    store = Shaky(trouble(), "answer")
    assert call(around(store, Time())) == ("answer" if name != "revoke" else None)
    assert [made[0] for made in store.calls] == [name, name]
    assert store.calls[0] == store.calls[1]


def test_many_removals_fall_back_to_one_by_one() -> None:
    class Batching(Shaky):
        def remove_many(self, wanted: Any) -> Iterator[Receipt]:
            yield RECEIPT
            raise trouble()

    store = Batching(trouble(), RECEIPT, Changed("shaky", "remove", "r3"))
    outcomes = list(around(store, Time()).remove_many([("r1", "v", "p"), ("r2", "v", "p"), ("r3", "v", "p")]))
    assert [type(each) for each in outcomes] == [Receipt, Receipt, Changed]
    assert [call[1] for call in store.calls] == ["r2", "r2", "r3"]
    plain = Shaky(RECEIPT)
    assert list(around(plain, Time()).remove_many([("r1", "v", "p")])) == [RECEIPT]


def test_the_rest_is_the_stores_own() -> None:
    store = Shaky(None)
    around_it = around(store, Time())
    around_it.close()
    assert (around_it.name, store.calls) == ("shaky", [("close",)])


def test_the_log_names_no_file(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    around(Shaky(trouble(), MARKER), Time()).stat("id:Virtanen")
    assert "will try again store=shaky operation=stat try=1 wait_seconds=1.0" in caplog.text
    assert "Virtanen" not in caplog.text


@given(
    waits=st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=30),
    chance=st.floats(0, 1),
    tries=st.integers(1, 10),
    seconds=st.floats(0, 1000),
)
def test_no_patience_is_overdrawn(waits: list[float | None], chance: float, tries: int, seconds: float) -> None:
    time = Time()
    store = Shaky(*[trouble(wait) for wait in waits], MARKER)
    around_it = around(store, time, chance, tries=tries, operation_seconds=seconds, run_seconds=seconds * 2)
    try:
        around_it.check()
    except Unavailable:
        pass
    else:
        assert len(store.calls) == len(waits) + 1
    assert len(store.calls) <= tries
    assert sum(time.slept) <= seconds * (1 + 1e-9)
    for slept, asked in zip(time.slept, waits, strict=False):
        assert slept >= (asked or 0)
