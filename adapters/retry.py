"""The one place that tries again: a store around a store.

Only Unavailable is repeated, after a wait that doubles up to a cap, with chance in it so that many do not come back at
once. What a store asks for (Retry-After) is waited in full or not at all: nobody is asked again too early. Time and
tries have an end for each operation, and time has one for the whole run: one store's trouble never stops the others.
What comes out in the end is an Unavailable that says what happened. Waiting, chance and the clock are the caller's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from adapters.base import LooksAtMany, Opener, Store, TellsGone, TellsRecoverable
from adapters.errors import NotFound, StoreError, Unavailable
from adapters.records import (
    Account,
    Capabilities,
    ChangePage,
    Entry,
    FolderMark,
    Forever,
    Listing,
    Marker,
    Presence,
    Receipt,
    ShareLink,
    Space,
    Survey,
)

logger = logging.getLogger(__name__)

T = TypeVar("T")

_MOST_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Patience:
    """How long trouble is borne.

    `tries` and `operation_seconds` are for one operation without headway, such as a page listed or a part uploaded.
    `run_seconds` is for all the trouble of a run together. Waits begin at `first_seconds` and stop growing at
    `longest_seconds`.
    """

    tries: int = 6
    first_seconds: float = 1.0
    longest_seconds: float = 60.0
    operation_seconds: float = 300.0
    run_seconds: float = 1800.0


class RetryingStore:
    """A store that tries again.

    `sleep` waits so many seconds; if it gives True it was cut short, because the program is to stop, and nothing is
    tried again. `random` gives a number from 0 to 1, `clock` seconds that never go back.
    """

    def __init__(
        self,
        store: Store,
        patience: Patience = Patience(),
        *,
        sleep: Callable[[float], object],
        random: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._patience = patience
        self._sleep = sleep
        self._random = random
        self._clock = clock
        self._lost_seconds = 0.0

    @property
    def name(self) -> str:
        """The store's name."""
        return self._store.name

    @property
    def capabilities(self) -> Capabilities:
        """What the store can do."""
        return self._store.capabilities

    def begin_run(self) -> None:
        """Begin a new run: what trouble cost before no longer counts."""
        self._lost_seconds = 0.0

    def check(self) -> Marker:
        """See `Store`."""
        return self._call("check", self._store.check)

    def survey(self, limit: int = 100_000) -> Survey:
        """See `Store`."""
        return self._call("survey", lambda: self._store.survey(limit))

    def adopt(self, marker: Marker) -> Marker:
        """See `Store`."""
        return self._call("adopt", lambda: self._store.adopt(marker))

    def walk(self) -> Iterator[FolderMark]:
        """See `Store`. A walk that has begun can't be gone on with: only its beginning is tried again."""
        trouble = _Trouble(self, "walk")
        while True:
            met = False
            try:
                for mark in self._store.walk():
                    met = True
                    yield mark
                return
            except Unavailable as err:
                if met:
                    raise
                trouble.bear(err)

    def list_folder(self, path: str) -> Listing:
        """See `Store`."""
        return self._call("list_folder", lambda: self._store.list_folder(path))

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """See `Store`. After trouble it goes on from the last page's cursor."""
        trouble = _Trouble(self, "changes")
        complete = False
        while not complete:
            try:
                for page in self._store.changes(cursor):
                    trouble.end()
                    cursor, complete = page.cursor, page.complete
                    yield page
                return
            except Unavailable as err:
                trouble.bear(err)

    def wait_for_changes(self, cursor: str, timeout_seconds: float) -> bool:
        """See `Store`."""
        return self._call("wait", lambda: self._store.wait_for_changes(cursor, timeout_seconds))

    def stat(self, ref: str) -> Entry:
        """See `Store`."""
        return self._call("stat", lambda: self._store.stat(ref))

    def presence(self, ref: str) -> Presence:
        """See `Store`. Where it is not known, the file is looked for with patience, and then asked about again."""
        answer = self._store.presence(ref)
        for _ in range(_MOST_QUESTIONS):
            if answer is not Presence.UNKNOWN:
                break
            try:
                self.stat(ref)
            except NotFound:
                # Not finding is not absence: a store says that only after looking at its marker.
                answer = self._store.presence(ref)
            except StoreError:
                break
            else:
                answer = Presence.PRESENT
        return answer

    @contextmanager
    def read(self, ref: str, offset: int = 0, length: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `Store`. Opening is tried again; what breaks off later is not, for the file may be another one then."""
        with ExitStack() as stack:
            yield self._call("read", lambda: stack.enter_context(self._store.read(ref, offset, length)))

    def upload(
        self,
        path: str,
        opener: Opener,
        size: int,
        *,
        resume: str | None = None,
        on_progress: Callable[[int, str | None], None] | None = None,
    ) -> Receipt:
        """See `Store`. After trouble it goes on from the last part that the store has."""
        trouble = _Trouble(self, "upload")

        def tell(sent: int, token: str | None) -> None:
            nonlocal resume
            trouble.end()
            resume = token or resume
            if on_progress is not None:
                on_progress(sent, token)

        while True:
            try:
                receipt = self._store.upload(path, opener, size, resume=resume, on_progress=tell)
            except Unavailable as err:
                trouble.bear(err)
            else:
                trouble.end()
                return receipt

    def move(self, ref: str, version: str, path: str) -> Receipt:
        """See `Store`."""
        return self._call("move", lambda: self._store.move(ref, version, path))

    def remove(self, ref: str, version: str) -> Receipt:
        """See `Store`."""
        return self._call("remove", lambda: self._store.remove(ref, version))

    def remove_many(self, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Receipt | StoreError]:
        """Remove many files, each given as (ref, version, path); yield what became of each, in order."""
        return self._many("remove", getattr(self._store, "remove_many", None), self.remove, wanted)

    def purge_many(self, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Receipt | StoreError]:
        """Remove many files for good, as `remove_many`."""
        return self._many("purge", getattr(self._store, "purge_many", None), self.purge, wanted)

    def _many(
        self,
        operation: str,
        batched: Callable[[Sequence[tuple[str, str, str]]], Iterator[Receipt | StoreError]] | None,
        single: Callable[[str, str], Receipt],
        wanted: Sequence[tuple[str, str, str]],
    ) -> Iterator[Receipt | StoreError]:
        """In one go where the store can. Where it can't, or where nobody knows what became of a batch or of one file in
        it, one by one: each is looked at before it is removed."""
        done = 0
        if batched is not None:
            try:
                for outcome in batched(wanted):
                    ref, version, _ = wanted[done]
                    done += 1
                    yield _outcome(single, ref, version) if isinstance(outcome, Unavailable) else outcome
            except Unavailable:
                logger.warning("batch broke off store=%s operation=%s done=%d", self.name, operation, done)
        for ref, version, _ in wanted[done:]:
            yield _outcome(single, ref, version)

    def look_many(self, refs: Sequence[str], ahead: Sequence[str] = ()) -> list[Entry | Presence]:
        """See `LooksAtMany`."""
        return self._call("look", lambda: cast(LooksAtMany, self._store).look_many(refs, ahead))

    def left_of(self, refs: Sequence[str], *, purged: bool) -> list[Presence]:
        """See `TellsGone`."""
        return self._call("presence", lambda: cast(TellsGone, self._store).left_of(refs, purged=purged))

    def purge(self, ref: str, version: str) -> Receipt:
        """See `Store`."""
        return self._call("purge", lambda: self._store.purge(ref, version))

    def recoverable(self, ref: str) -> datetime | Forever | None:
        """See `TellsRecoverable`."""
        return self._call("recoverable", lambda: cast(TellsRecoverable, self._store).recoverable(ref))

    def share(self, ref: str, expires_at: datetime) -> ShareLink:
        """See `Store`."""
        return self._call("share", lambda: self._store.share(ref, expires_at))

    def revoke(self, link_id: str) -> None:
        """See `Store`."""
        self._call("revoke", lambda: self._store.revoke(link_id))

    def space(self) -> Space:
        """See `Store`."""
        return self._call("space", self._store.space)

    def account(self) -> Account:
        """See `Store`."""
        return self._call("account", self._store.account)

    @property
    def clock_ahead_seconds(self) -> float | None:
        """See `TellsTime`; None where the store does not tell."""
        return getattr(self._store, "clock_ahead_seconds", None)

    def close(self) -> None:
        """See `Store`."""
        self._store.close()

    def _call(self, operation: str, act: Callable[[], T]) -> T:
        trouble = _Trouble(self, operation)
        while True:
            try:
                result = act()
            except Unavailable as err:
                trouble.bear(err)
            else:
                trouble.end()
                return result


def _outcome(act: Callable[[str, str], Receipt], ref: str, version: str) -> Receipt | StoreError:
    try:
        return act(ref, version)
    except StoreError as err:
        return err


class _Trouble:
    """One operation's trouble: how often and since when it has failed without headway."""

    def __init__(self, store: RetryingStore, operation: str) -> None:
        self._store = store
        self._operation = operation
        self._tries = 0
        self._since = 0.0

    def end(self) -> None:
        """There was headway."""
        if self._tries:
            self._store._lost_seconds += self._store._clock() - self._since
        self._tries = 0

    def bear(self, err: Unavailable) -> None:
        """Wait before the next try. Raises Unavailable, with what happened, if there is to be none."""
        store, patience = self._store, self._store._patience
        if err.store != store.name:
            # What an upload reads from may be another store, with a patience of its own.
            raise err
        now = store._clock()
        # What went well before, and what the caller did meanwhile, is no trouble.
        self._since = self._since if self._tries else now
        self._tries += 1
        wait = self._wait(err)
        spent = now - self._since
        left = min(patience.operation_seconds - spent, patience.run_seconds - store._lost_seconds - spent)
        if self._tries >= patience.tries or wait > left:
            raise self._given_up(err, spent) from err
        logger.warning(
            "will try again store=%s operation=%s try=%d wait_seconds=%.1f",
            store.name,
            self._operation,
            self._tries,
            wait,
        )
        if store._sleep(wait) is True:
            raise self._given_up(err, spent) from err

    def _wait(self, err: Unavailable) -> float:
        patience = self._store._patience
        wait = min(patience.first_seconds * 2.0 ** (self._tries - 1), patience.longest_seconds)
        wait *= 0.5 + self._store._random() / 2
        return max(wait, err.retry_after_seconds or 0.0)

    def _given_up(self, err: Unavailable, spent: float) -> Unavailable:
        self._store._lost_seconds += spent
        times = "once" if self._tries == 1 else f"{self._tries} times"
        detail = f"tried {times} in {spent:.0f} s; last: {err.detail or type(err).__name__}"
        return Unavailable(err.store, err.operation, err.ref, detail, err.retry_after_seconds)
