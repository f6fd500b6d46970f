"""A cloud that is asked by a thread of its own, so that whoever waits for its answer can let others write meanwhile.

A run holds the turn to write while it asks. Where an answer keeps it waiting and somebody else has to write, the run is
given up at a safe point and begun anew; its first question then waits, without the turn, until the cloud is done with the
one that was left. Bytes that were being read are kept for whoever asks for them again, so that a slow line gets on too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from adapters.base import Store
from adapters.records import ChangePage
from backupd.scan.cloud_lists import MOST_BYTES
from backupd.scan.summary import RunStopped

_LOOK_SECONDS = 0.2

Heed = Callable[[float], None]
"""Is told for how many seconds an answer has been waited for. What it raises ends the waiting."""


class _Question:
    """What a store is asked, and what came of it."""

    def __init__(self, to_ask: Callable[[], Any], about: object = None) -> None:
        self.about = about
        self._to_ask = to_ask
        self._answer: Any = None
        self._error: BaseException | None = None
        self.is_put = False
        self.is_answered = threading.Event()

    def ask(self) -> None:
        """Ask, and keep what comes."""
        try:
            self._answer = self._to_ask()
        except BaseException as err:
            self._error = err
        self.is_answered.set()

    def answer(self) -> Any:
        """Return the answer, or raise it."""
        if self._error is not None:
            raise self._error
        return self._answer


class ApartStore:
    """In all else the store itself. Its questions are asked one after the other, whoever asks; `close` ends the thread,
    not the store. What waits for an answer raises RunStopped once `must_stop` says so."""

    def __init__(self, store: Store, must_stop: Callable[[], bool]) -> None:
        self._store = store
        self._must_stop = must_stop
        self._heed: Heed | None = None
        self._left: _Question | None = None
        self._questions: SimpleQueue[_Question | None] = SimpleQueue()
        threading.Thread(target=self._work, name=f"cloud-{store.name}", daemon=True).start()

    @contextmanager
    def heeding(self, heed: Heed) -> Iterator[None]:
        """Ask so whether to go on waiting."""
        self._heed = heed
        try:
            yield
        finally:
            self._heed = None

    def changes(self, cursor: str | None) -> Iterator[ChangePage]:
        """See `Store`."""
        pages = self._asked(_Question(lambda: self._store.changes(cursor)))
        while (page := self._asked(_Question(lambda: next(pages, None)))) is not None:
            yield page

    @contextmanager
    def read(self, ref: str, offset: int = 0, length: int | None = None) -> Iterator[Iterator[bytes]]:
        """See `Store`. No more is given than tells that a file is too large for a list of participants."""
        wanted = (ref, offset, length)
        left, self._left = self._left, None
        if left is None or left.about != wanted:
            left = _Question(lambda: self._chunks(*wanted), wanted)
        yield iter(self._asked(left))

    def close(self) -> None:
        """End the thread, once the store is done with what it was asked."""
        self._questions.put(None)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found
        return lambda *args, **named: self._asked(_Question(lambda: found(*args, **named)))

    def _chunks(self, ref: str, offset: int, length: int | None) -> list[bytes]:
        taken: list[bytes] = []
        size = 0
        with self._store.read(ref, offset, length) as chunks:
            for chunk in chunks:
                taken.append(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    break
        return taken

    def _asked(self, question: _Question) -> Any:
        began = time.monotonic()
        if not question.is_put:
            question.is_put = True
            self._questions.put(question)
        try:
            while not question.is_answered.wait(_LOOK_SECONDS):
                if self._must_stop():
                    raise RunStopped
                if self._heed is not None:
                    self._heed(time.monotonic() - began)
        except RunStopped:
            self._left = question if question.about is not None else None
            raise
        return question.answer()

    def _work(self) -> None:
        while (question := self._questions.get()) is not None:
            question.ask()
